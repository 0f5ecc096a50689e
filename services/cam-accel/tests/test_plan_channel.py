"""Are truss-rod channels and nut slots as wide and as deep as asked, along their whole floor?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.plan.channel import RODS_MM, ChannelRequest, plan_channel
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.nut import NutSlotsRequest, StringSlot, plan_nut_slots
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import encode
from swept_areas import lowest, rapids_through, swept

CUT = Cut(ToolShape("flat", 6), 2.5, 1200, 300, 18000, 5)
BASE = ChannelRequest(CUT, (0, 0), (400, 0), *RODS_MM["single"])
SHAPES: dict[str, dict[str, Any]] = {
    "single": {},
    "dual": dict(zip(("width_mm", "depth_mm"), RODS_MM["dual"], strict=True)),
    "slanted": {"end": (300, 120)},
    "open at the nut": {"open_start": True},
    "open at both ends": {"open_start": True, "open_end": True},
    "as wide as the tool": {"width_mm": 6.0},
}


def strip(r: ChannelRequest) -> Any:
    return shapely.LineString([r.start, r.end]).buffer(r.width_mm / 2, cap_style="flat")


@pytest.mark.parametrize("name", list(SHAPES))
def test_a_channel_is_cut_to_its_width_and_no_wider(name: str) -> None:
    r = replace(BASE, **SHAPES[name])
    path = plan_channel(r)
    area = swept(path, 3, -r.depth_mm + 1e-6)
    (x0, y0), (x1, y1) = r.start, r.end
    beyond = shapely.LineString([(x0 - r.open_start * 10, y0), (x1 + r.open_end * 10, y1)])
    assert area.difference(beyond.buffer(r.width_mm / 2 + 0.005, cap_style="flat").union(strip(r).buffer(0.005))).area < 1e-6
    corners = r.width_mm**2
    assert strip(r).difference(area).area < corners
    assert rapids_through(path, 3) == []


@settings(max_examples=15, deadline=None)
@given(st.floats(150, 450), st.floats(5, 10), st.floats(0.5, 4), st.booleans())
def test_a_curved_floor_is_an_arc_through_its_three_depths(length: float, depth: float, rise: float, is_open: bool) -> None:
    r = replace(BASE, end=(length, 0), depth_mm=depth, floor="curved", end_depth_mm=depth - rise, open_start=is_open)
    path = plan_channel(r)
    x = np.linspace(6, length - 6, 9)
    radius = (length**2 / 4 + rise**2) / (2 * rise)
    wanted = -depth + radius - np.sqrt(radius**2 - (x - length / 2) ** 2)
    assert lowest(path, [(p, 0.0) for p in x], 3, 0.2) == pytest.approx(wanted, abs=0.02)
    assert encode(path) == encode(plan_channel(r))


def test_ramped_ends_rise_to_the_surface() -> None:
    path = plan_channel(replace(BASE, floor="ramped", ramp_mm=50))
    assert lowest(path, [(10, 0), (25, 0), (60, 0), (200, 0), (375, 0)], 3) == pytest.approx(
        [-1.9, -4.75, -9.5, -9.5, -4.75], abs=0.02
    )


def test_blind_ends_are_entered_on_ramps_only() -> None:
    path = plan_channel(BASE)
    run, drop = np.hypot(np.diff(path.x_mm), np.diff(path.y_mm)), -np.diff(path.z_mm)
    down = path.is_cut[1:] & (drop > 1e-9) & (path.z_mm[1:] < -1e-9)
    assert (drop[down] <= run[down] * math.tan(math.radians(3)) + 1e-9).all()


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "narrower than the tool": ({"width_mm": 5}, "/design/width_mm"),
    "no depth": ({"depth_mm": 0}, "/design/depth_mm"),
    "no length": ({"end": (0, 0)}, "/design/end"),
    "shorter than the tool": ({"end": (5, 0)}, "/design/end"),
    "nowhere": ({"end": (math.nan, 0)}, "/design/end/0"),
    "ramp without length": ({"floor": "ramped"}, "/design/ramp_mm"),
    "ramps that meet": ({"floor": "ramped", "ramp_mm": 300}, "/design/ramp_mm"),
    "curved without an end": ({"floor": "curved"}, "/design/end_depth_mm"),
    "deeper at its ends": ({"floor": "curved", "end_depth_mm": 12}, "/design/end_depth_mm"),
    "floor unknown": ({"floor": "round"}, "/design/floor"),
    "endless passes": ({"cut": replace(CUT, stepdown_mm=1e-4)}, "/cut/stepdown"),
    "ball": ({"cut": replace(CUT, tool=ToolShape("ball", 6))}, "/tool_id"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_a_channel_that_cannot_be_cut_is_refused_with_its_place(name: str) -> None:
    changes, pointer = BAD[name]
    with pytest.raises(PlanError) as error:
        plan_channel(replace(BASE, **changes))
    assert error.value.pointer == pointer


NUT_CUT = Cut(ToolShape("flat", 0.4), 0.4, 300, 100, 20000, 5)
STRINGS = tuple(StringSlot(3.5 + 7.2 * n, 0.4 + 0.15 * n, 1.0 + 0.1 * n) for n in range(6))
NUT = NutSlotsRequest(NUT_CUT, STRINGS, 43, 5, 10)


def test_each_string_slot_is_as_wide_and_deep_as_asked_and_falls_towards_the_tuners() -> None:
    path = plan_nut_slots(NUT)
    for slot in STRINGS:
        z = lowest(path, [(0.05, slot.position_mm), (2.5, slot.position_mm), (4.95, slot.position_mm)], 0.2, 0.05)
        fall = math.tan(math.radians(10))
        assert z == pytest.approx([-slot.depth_mm - fall * x for x in (0.05, 2.5, 4.95)], abs=0.03)
    area = swept(path, 0.2).intersection(shapely.box(0, 0, 5, 43))
    wanted = shapely.union_all(
        [shapely.box(0, s.position_mm - s.width_mm / 2, 5, s.position_mm + s.width_mm / 2) for s in STRINGS]
    )
    assert area.symmetric_difference(wanted).area < 0.01
    assert rapids_through(path, 0.2) == []
    assert encode(path) == encode(plan_nut_slots(NUT))


BAD_NUTS: dict[str, tuple[dict[str, Any], str]] = {
    "none": ({"slots": ()}, "/design/slots"),
    "narrow": ({"slots": (StringSlot(10, 0.3, 1),)}, "/design/slots/0/width_mm"),
    "beyond the end": ({"slots": (*STRINGS, StringSlot(43, 0.5, 1))}, "/design/slots/6/position_mm"),
    "meets another": ({"slots": (*STRINGS, StringSlot(3.9, 0.5, 1))}, "/design/slots/6/position_mm"),
    "no depth": ({"slots": (StringSlot(10, 0.5, 0),)}, "/design/slots/0/depth_mm"),
    "steep": ({"angle_deg": 60}, "/design/angle_deg"),
    "thin": ({"thickness_mm": 0}, "/design/thickness_mm"),
    "no length": ({"length_mm": math.inf}, "/design/length_mm"),
}


@pytest.mark.parametrize("name", list(BAD_NUTS))
def test_a_nut_that_cannot_be_slotted_is_refused_with_its_place(name: str) -> None:
    changes, pointer = BAD_NUTS[name]
    with pytest.raises(PlanError) as error:
        plan_nut_slots(replace(NUT, **changes))
    assert error.value.pointer == pointer
