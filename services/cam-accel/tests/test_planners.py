"""Does every mode of a job reach its planner, with the job's own numbers and pointers into the job?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.planners import Order, joined, placed, plan
from rmos.contracts.events import BladeFacts, ToolFacts
from rmos.contracts.jobs import Job
from rmos.contracts.toolpath import MoveKind, Toolpath, encode, from_columns

CUT = {"stepdown": 1.0, "stepover_ratio": 0.4, "feed_per_min": 900.0, "plunge_per_min": 300.0, "spindle_rpm": 16000.0}
RING = [[0, 0], [80, 0], [80, 50], [0, 50]]
DESIGNS: dict[str, dict[str, Any]] = {
    "profile": {"contour": RING, "side": "outside", "depth": 3.0, "tabs": {"count": 2, "width": 5, "height": 1}},
    "drill": {"holes": [{"x": 0, "y": 0}, {"x": 30, "y": 5, "depth": 6}], "diameter": 3.0, "depth": 10.0, "peck": 3.0},
    "helical": {"diameter": 10.0, "depth": 4.0, "centers": [[0, 0], [40, 0]]},
    "slot": {"line": [[0, 0], [100, 0]], "width": 3.0, "depth": 4.0, "end_depth": 3.0, "floor": "curved"},
    "ledge": {"contour": RING, "width": 2.0, "depth": 3.0, "purfling": {"width": 1.0, "depth": 1.0}},
    "fret_slots": {"scale_length": 648.0, "frets": 3, "nut_width": 43.0, "heel_width": 56.0, "slot_width": 3.0, "depth": 2.0},
    "nut_slots": {"length": 43.0, "slots": [{"position": 10, "width": 3, "depth": 2}], "thickness": 5.0},
    "rosette": {"outer_diameter": 100.0, "inner_diameter": 90.0, "depth": 2.0,
                "rings": [{"outer_diameter": 80, "inner_diameter": 74, "depth": 1}]},
    "saw": {"cut": "crosscut", "length": 60.0, "depth": 5.0, "flange_diameter": 30.0,
            "slices": {"count": 3, "thickness": 2, "block": 200}},
}  # fmt: skip
BLADE = BladeFacts(blade_id="b", diameter_mm=75, kerf_mm=1.6, plate_mm=1.2, teeth=36)
DEEPEST = {"drill": -10, "helical": -4, "slot": -3.9991003595, "saw": -5, "rosette": -2}


def order(mode: str, design: dict[str, Any] | None = None, cut: dict[str, Any] | None = None, **options: Any) -> Order:
    fields = {"job_id": "j", "mode": mode, "design": design or DESIGNS[mode], "cut": cut or CUT, "options": options}
    kind = "drill" if mode == "drill" else "flat"
    facts = ToolFacts(
        tool_id="t", diameter_mm=3.0, flutes=2, flute_length_mm=12, center_cutting=True, kind=kind, tip_angle_deg=118.0
    )
    return Order(Job.model_validate(fields), facts, BLADE)


@pytest.mark.parametrize("mode", DESIGNS)
def test_every_mode_is_planned_with_the_numbers_of_its_job(mode: str) -> None:
    path = plan(order(mode))
    feeds = set(np.unique(path.feed_mm_min[path.is_cut]).tolist())
    assert feeds <= {900.0, 300.0}
    assert set(path.spindle_rpm.tolist()) == {16000.0}
    assert path.kind[0] == MoveKind.RAPID
    assert path.z_mm[0] == path.z_mm[-1] == 5.0
    assert path.z_mm.min() == pytest.approx(DEEPEST.get(mode, path.z_mm.min()))


@pytest.mark.parametrize("mode", DESIGNS)
@pytest.mark.parametrize("missing", ["stepdown", "feed_per_min", "plunge_per_min", "spindle_rpm"])
def test_a_number_that_nobody_stated_is_never_made_up(mode: str, missing: str) -> None:
    cut = {name: value for name, value in CUT.items() if name != missing}
    if mode == "drill" and missing in ("stepdown", "feed_per_min"):
        plan(order(mode, cut=cut))
        return
    with pytest.raises(PlanError) as error:
        plan(order(mode, cut=cut))
    assert error.value.pointer == f"/cut/{missing}"


def test_a_fault_is_named_by_the_field_of_the_job() -> None:
    with pytest.raises(PlanError) as error:
        plan(order("nut_slots", {**DESIGNS["nut_slots"], "slots": [{"position": 10, "width": 2, "depth": 2}]}))
    assert error.value.pointer == "/design/slots/0/width"


@pytest.mark.parametrize(
    ("mode", "change", "pointer"),
    [
        ("slot", {"line": [[0, 0], [50, 0], [90, 20]], "floor": "level", "end_depth": None}, "/design/line"), ("nut_slots", {"thickness": None}, "/design/thickness"),
        ("saw", {"slices": None}, "/design/slices"), ("saw", {"flange_diameter": None}, "/design/flange_diameter"),
        ("drill", {"diameter": 4.0}, "/tool_id"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_says_where_and_why(mode: str, change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(PlanError) as error:
        plan(order(mode, {**DESIGNS[mode], **change}))
    assert error.value.pointer == pointer


def test_conventional_cuts_run_the_other_way() -> None:
    def turns(direction: str) -> float:
        path = plan(order("rosette", cut={**CUT, "direction": direction}))
        return float((path.kind == MoveKind.ARC_CCW).sum() - (path.kind == MoveKind.ARC_CW).sum())

    assert turns("climb") == -turns("conventional")


def test_a_board_may_lie_anywhere_on_the_bed() -> None:
    still, turned = (
        plan(order("fret_slots")),
        plan(order("fret_slots", {**DESIGNS["fret_slots"], "rotation_deg": 90.0, "origin": [10, 20]})),
    )
    assert turned.x_mm == pytest.approx(10 - still.y_mm)
    assert turned.y_mm == pytest.approx(20 + still.x_mm)


def test_arcs_turn_with_the_path_that_they_are_part_of() -> None:
    path = from_columns({"kind": [1, 3], "x_mm": [5, -5], "i_mm": [0, -5]})
    turned = placed(path, (1, 1), 90.0)
    assert (turned.i_mm[1], turned.j_mm[1]) == (pytest.approx(0), pytest.approx(-5))


def test_fitting_makes_fewer_moves_within_its_tolerance() -> None:
    ring = [[40 * np.cos(t), 40 * np.sin(t)] for t in np.arange(0, 2 * np.pi, 0.02)]
    design = {"contour": ring, "side": "outside", "depth": 2.0}
    plain, fitted = plan(order("profile", design)), plan(order("profile", design, fit_tolerance=0.01))
    assert len(fitted) < len(plain) / 5
    assert ((fitted.kind == MoveKind.ARC_CW) | (fitted.kind == MoveKind.ARC_CCW)).any()


def test_joined_paths_run_one_after_the_other() -> None:
    one: Toolpath = plan(order("helical"))
    assert joined([one, one]).x_mm.tolist() == one.x_mm.tolist() * 2


def reference_of(wanted: Order) -> Order:
    return replace(wanted, kernels=choose("off"))


@pytest.mark.parametrize("mode", DESIGNS)
def test_both_kernels_plan_the_same_bytes_every_time(mode: str) -> None:
    first = encode(plan(order(mode)))
    assert encode(plan(order(mode))) == first
    assert encode(plan(reference_of(order(mode)))) == first


@pytest.mark.parametrize("strategy", ["rings", "spiral", "lanes", "adaptive"])
def test_both_kernels_clear_the_same_way(strategy: str) -> None:
    wanted = order("pocket", {"boundary": RING[:3], "depth": 1.0}, {**CUT, "strategy": strategy, "stepover_ratio": 0.3})
    assert encode(plan(wanted)) == encode(plan(reference_of(wanted)))


@pytest.mark.parametrize("mode", ["pocket", *DESIGNS])
def test_a_job_in_inches_is_the_same_job(mode: str) -> None:
    design = {"boundary": RING, "depth": 2.0} if mode == "pocket" else DESIGNS[mode]
    metric = order(mode, design).job
    parts = {name: getattr(metric, name).scaled(1 / 25.4) for name in ("design", "cut", "options")}
    inches = metric.model_copy(update={"units": "inch", **parts}).in_mm()
    one, other = plan(order(mode, design)), plan(replace(order(mode, design), job=inches))
    assert len(one) == len(other)
    for name in ("x_mm", "y_mm", "z_mm", "i_mm", "j_mm", "feed_mm_min"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), abs=1e-5)


def test_an_allowance_that_no_pass_would_take_is_refused() -> None:
    design = {"boundary": RING, "depth": 2.0, "previous_diameter": 12.0}
    with pytest.raises(PlanError) as error:
        plan(order("rest", design, {**CUT, "finish_allowance": 0.3}))
    assert error.value.pointer == "/cut/finish_allowance"
