"""Is every toolpath refused that a script, a post or a defect has spoilt, in each mode? Unless the part is right all the same: that
is found from the surfaces which both paths leave, not from the gate."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rmos.cam_accel.errors import Refused
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.planners import Order, plan
from rmos.cam_accel.proof import prove
from rmos.cam_accel.simulate.profile import profile_of
from rmos.contracts.events import ToolFacts
from rmos.contracts.jobs import Fixture, Job
from rmos.contracts.toolpath import Toolpath
from sabotage import SABOTAGES, cuts_below, hurried, plunged, spoils, taken_mm
from test_proof import KERNELS, order_of, reread

MODES = {
    "pocket": "pocket", "rest": "corners after a larger tool", "profile": "part on tabs", "drill": "drill", "helical": "bores",
    "slot": "curved channel", "ledge": "binding", "fret_slots": "conical blind board", "nut_slots": "nut", "rosette": "rosette",
    "saw": "slices", "vcarve": "carved line",
}  # fmt: skip
RAMPING = {mode: MODES[mode] for mode in ("pocket", "profile", "helical", "rosette")}
PICKS = st.integers(0, 1 << 20)
ONCE = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def planned(name: str, centre_cutting: bool = True) -> tuple[Order, Toolpath]:
    order = order_of(name)
    if not centre_cutting and order.tool is not None:
        order = replace(order, tool=order.tool.model_copy(update={"center_cutting": False}))
    return order, reread(plan(order))


def refusal(order: Order, path: Toolpath) -> str:
    try:
        prove(order, path)
    except Refused as error:
        return str(error)
    return ""


@pytest.mark.parametrize("kind", SABOTAGES)
@pytest.mark.parametrize("mode", MODES)
@ONCE
@given(pick=PICKS)
def test_what_spoils_the_part_is_refused(mode: str, kind: str, pick: int) -> None:
    order, good = planned(MODES[mode])
    bad = SABOTAGES[kind](good, pick)
    if bad is not None and not refusal(order, bad):
        assert not spoils(order, good, bad)


@pytest.mark.parametrize("mode", MODES)
@ONCE
@given(pick=PICKS)
@example(pick=105)
def test_a_rapid_through_stock_is_refused(mode: str, pick: int) -> None:
    order, good = planned(MODES[mode])
    bad = hurried(good, pick)
    assert bad is not None
    rapid = np.flatnonzero(bad.kind != good.kind)
    if taken_mm(order, bad)[rapid].max() > 0.05:
        assert "a rapid goes" in refusal(order, bad)


@pytest.mark.parametrize("mode", RAMPING)
@ONCE
@given(pick=PICKS)
def test_a_plunge_instead_of_a_ramp_is_refused_for_a_tool_that_does_not_cut_at_its_centre(mode: str, pick: int) -> None:
    order, good = planned(RAMPING[mode], False)
    assert refusal(order, good) == ""
    found = plunged(good, pick)
    assert found is not None
    bad, n = found
    if taken_mm(order, bad)[n] > 0.05:
        assert "straight down into stock" in refusal(order, bad)


@pytest.mark.parametrize("mode", MODES)
@ONCE
@given(pick=PICKS)
def test_a_cut_through_a_clamp_is_refused(mode: str, pick: int) -> None:
    order, good = planned(MODES[mode])
    n = cuts_below(good)[pick % len(cuts_below(good))]
    assert "comes within 1 mm of the clamp" in refusal(clamped(order, good, int(n)), good)


def clamped(order: Order, path: Toolpath, n: int) -> Order:
    x, y, z = float(path.x_mm[n]), float(path.y_mm[n]), float(path.z_mm[n])
    clamp = Fixture(name="the clamp", low=(x - 1, y - 1, z - 5), high=(x + 1, y + 1, 10.0))
    options = order.job.options.model_copy(update={"fixtures": (clamp,)})
    return replace(order, job=order.job.model_copy(update={"options": options}))


PROGRAM = "G21 G90 G17\nM3 S9000\nG0 Z5\nG0 X5 Y5\nG1 Z-1 F300\nX25 F900\nG2 X35 Y15 I0 J10\nG1 Y30\nG0 Z5\nM30\n"


@ONCE
@given(pick=PICKS)
def test_of_a_program_without_a_design_clamps_are_kept_free_and_rapids_through_stock_are_counted(pick: int) -> None:
    """There is no part to compare with; what a rapid meets is a fact that feasibility judges."""
    job = Job.model_validate({"job_id": "j", "mode": "gcode", "design": {"text": PROGRAM}, "cut": {}})
    tool = ToolFacts(tool_id="t", diameter_mm=3.0, flutes=2, flute_length_mm=12.0, center_cutting=True, kind="flat")
    order = Order(job, tool, None, KERNELS)
    good = choose().interpret(PROGRAM.encode()).toolpath
    assert refusal(order, good) == ""
    n = int(cuts_below(good)[pick % len(cuts_below(good))])
    assert "the clamp" in refusal(clamped(order, good, n), good)
    bad = hurried(good, pick)
    assert bad is not None
    counted = [KERNELS.engagement(path, 3.0, profile_of(order.shape())) for path in (good, bad)]
    assert [None if found is None else found.rapid_cuts for found in counted] == [0, 1]
