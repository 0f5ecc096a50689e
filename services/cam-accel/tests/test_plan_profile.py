"""Does a profile follow its contour, pass by pass, without touching the part, and leave the tabs standing?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.profile import ProfileRequest, Tabs, plan_profile
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, encode
from swept_areas import lowest, places, rapids_through, swept

CUT = Cut(ToolShape("flat", 6), 2.5, 1500, 500, 18000, 5)
BOX = ((0, 0), (120, 0), (120, 80), (0, 80))
BASE = ProfileRequest(CUT, BOX, True, "outside", 10)
TABS = Tabs(4, 6, 1.5)
BAY = ((0, 0), (120, 0), (120, 80), (80, 80), (60, 40), (40, 80), (0, 80))


def star(radii: list[float]) -> tuple[tuple[float, float], ...]:
    angles = [2 * math.pi * n / len(radii) for n in range(len(radii))]
    return tuple((q * math.cos(a), q * math.sin(a)) for q, a in zip(radii, angles, strict=True))


def part(r: ProfileRequest) -> Any:
    polygon = shapely.Polygon(r.contour)
    return polygon if r.side == "outside" else shapely.box(-500, -500, 500, 500).difference(polygon)


def check(r: ProfileRequest) -> Toolpath:
    path, radius = plan_profile(r), r.cut.tool.radius_mm
    kept = part(r)
    assert swept(path, radius).intersection(kept.buffer(-0.01)).area == 0
    assert rapids_through(path, radius) == []
    assert path.z_mm.min() == pytest.approx(-(r.depth_mm + r.through_mm))
    return path


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(25, 45), min_size=5, max_size=9), st.floats(2, 8), st.sampled_from(["outside", "inside"]), st.booleans(),
    st.sampled_from([0.0, 0.3]), st.sampled_from([0.0, 2.0, 5.0]), st.sampled_from([None, Tabs(3, 4, 1.5)]),
)  # fmt: skip
def test_no_random_part_is_ever_touched(
    radii: list[float], diameter: float, side: Any, climb: bool, allowance: float, lead: float, tabs: Tabs | None
) -> None:
    cut = replace(CUT, tool=ToolShape("flat", diameter), climb=climb)
    r = ProfileRequest(cut, star(radii), True, side, 4, 0.2, tabs, lead, allowance)
    path = check(r)
    if tabs is None:
        line = (
            part(r).buffer(diameter / 2, quad_segs=64).intersection(shapely.box(-200, -200, 200, 200)).exterior
            if side == "outside"
            else shapely.Polygon(r.contour).buffer(-diameter / 2, quad_segs=64).exterior
        )
        along = [line.interpolate(s, normalized=True).coords[0] for s in np.linspace(0, 1, 60)]
        assert lowest(path, along, diameter / 2) == pytest.approx(-4.2)
    else:
        assert encode(plan_profile(r)) == encode(path)


def test_passes_go_down_by_one_stepdown_each() -> None:
    path = check(BASE)
    levels = sorted({round(float(z), 9) for z in path.z_mm[path.feed_mm_min == CUT.feed_mm_min]})
    assert levels == [-10, -7.5, -5, -2.5]


def test_a_pass_deeper_than_the_part_goes_through_by_what_is_stated() -> None:
    assert check(replace(BASE, through_mm=0.3)).z_mm.min() == pytest.approx(-10.3)


def tab_spans(path: Toolpath, top: float, contour: Any, distance: float) -> list[float]:
    """Lengths along the middle of the slot over which the stock stands up to `top`."""
    line = shapely.Polygon(contour).buffer(distance, quad_segs=64).exterior
    s = np.arange(0, line.length, 0.25)
    standing = lowest(path, [line.interpolate(q).coords[0] for q in s], CUT.tool.radius_mm, 0.05) >= top - 1e-6
    start = int(np.argmin(standing))
    runs, run = [], 0
    for up in np.roll(standing, -start):
        if up:
            run += 1
        elif run:
            runs.append(run * 0.25)
            run = 0
    return [*runs, *([run * 0.25] if run else [])]


@pytest.mark.parametrize("allowance", [0.0, 0.3])
@pytest.mark.parametrize("contour", [BOX, star([50] * 90)], ids=["box", "round"])
def test_tabs_stand_as_wide_and_as_high_as_asked_and_everything_else_is_cut(contour: Any, allowance: float) -> None:
    path = check(replace(BASE, contour=contour, tabs=TABS, finish_allowance_mm=allowance, lead_radius_mm=3))
    assert tab_spans(path, -8.5, contour, 3.0) == pytest.approx([6] * 4, abs=0.4)
    assert tab_spans(path, -8.4, contour, 3.0) == []


def test_tabs_of_a_box_stand_on_its_straight_sides() -> None:
    path = plan_profile(replace(BASE, tabs=Tabs(6, 8, 2)))
    over = path.is_cut & np.isclose(path.z_mm, -8) & (path.feed_mm_min == CUT.feed_mm_min)
    for x, y in zip(path.x_mm[over], path.y_mm[over], strict=True):
        assert shapely.Polygon(BOX).buffer(3.0022, join_style="mitre").exterior.distance(shapely.Point(x, y)) < 0.001


@pytest.mark.parametrize(("climb", "side", "ccw"), [(True, "outside", False), (False, "outside", True), (True, "inside", True), (False, "inside", False)])  # fmt: skip
def test_climb_has_the_wall_right_of_the_feed(climb: bool, side: Any, ccw: bool) -> None:
    path = plan_profile(replace(BASE, side=side, cut=replace(CUT, climb=climb)))
    flat = path.is_cut & np.isclose(path.z_mm, -10) & (path.feed_mm_min == CUT.feed_mm_min)
    p = np.column_stack((path.x_mm[flat], path.y_mm[flat]))
    assert shapely.LinearRing(p).is_ccw == ccw


def test_leads_touch_the_wall_and_stay_out_of_the_part() -> None:
    path = check(replace(BASE, lead_radius_mm=5, finish_allowance_mm=0.3))
    arcs = np.flatnonzero((path.kind >= 2) & np.isclose(path.z_mm, -10))
    assert len(arcs) == 2
    centre = np.array([path.x_mm[arcs[0] - 1] + path.i_mm[arcs[0]], path.y_mm[arcs[0] - 1] + path.j_mm[arcs[0]]])
    assert shapely.Polygon(BOX).distance(shapely.Point(*centre)) == pytest.approx(3 + 5, abs=0.01)


def test_the_last_pass_alone_reaches_the_wall() -> None:
    r = replace(BASE, finish_allowance_mm=0.4)
    path = check(r)
    wall = shapely.Polygon(BOX)
    gaps = np.array([wall.distance(shapely.Point(x, y)) for x, y, _ in places(path, 1.0)])
    z = places(path, 1.0)[:, 2]
    assert gaps[z > -10 + 1e-6].min() == pytest.approx(3.4, abs=0.01)
    assert gaps[np.isclose(z, -10)].min() == pytest.approx(3.0, abs=0.01)


def test_ramps_fall_no_steeper_than_asked() -> None:
    path = check(replace(BASE, tabs=TABS, ramp_deg=4))
    x, y, z = (np.concatenate(([s], v)) for s, v in zip(path.start_mm, (path.x_mm, path.y_mm, path.z_mm), strict=True))
    run, drop = np.hypot(np.diff(x), np.diff(y)), -np.diff(z)
    down = path.is_cut & (drop > 1e-9)
    assert down.any()
    assert (drop[down] <= run[down] * math.tan(math.radians(4)) + 1e-9).all()
    assert (path.feed_mm_min[down] == CUT.plunge_mm_min).all()


@pytest.mark.parametrize("side", ["left", "right", "on"])
@pytest.mark.parametrize("climb", [True, False])
def test_an_open_line_is_cut_on_its_side(side: Any, climb: bool) -> None:
    line = ((0, 0), (60, 0), (90, 30), (90, 70))
    lead = 0.0 if side == "on" else 4.0
    r = ProfileRequest(replace(CUT, climb=climb), line, False, side, 6, tabs=Tabs(2, 5, 1), lead_radius_mm=lead,
                       finish_allowance_mm=0.0 if side == "on" else 0.2)  # fmt: skip
    path = plan_profile(r)
    area = swept(path, 3)
    if side == "on":
        assert (
            area.equals_exact(shapely.LineString(line).buffer(3, quad_segs=64), 0.01)
            or area.symmetric_difference(shapely.LineString(line).buffer(3, quad_segs=64)).area < 0.5
        )
    else:
        other = shapely.LineString(line).buffer(-8 if side == "left" else 8, single_sided=True, join_style="mitre")
        assert area.intersection(other.buffer(-0.01)).area < 0.05
        assert shapely.LineString(line).buffer(0.05).intersection(area).area > 0.3 * shapely.LineString(line).buffer(0.05).area
    assert rapids_through(path, 3) == []
    assert (
        lowest(path, [path_point for path_point in [(30, 3 if side == "left" else -3 if side == "right" else 0)]], 3)[0] <= -5
    )


def test_the_same_request_gives_the_same_bytes() -> None:
    r = replace(BASE, contour=BAY, tabs=TABS, lead_radius_mm=3, finish_allowance_mm=0.2)
    assert encode(plan_profile(r)) == encode(plan_profile(r))


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "bow tie": ({"contour": ((0, 0), (40, 40), (40, 0), (0, 30))}, "/design/contour"),
    "no area": ({"contour": ((0, 0), (40, 0), (20, 0))}, "/design/contour"),
    "two points": ({"contour": ((0, 0), (40, 0))}, "/design/contour"),
    "the same point": ({"contour": ((1, 1), (1, 1), (1, 1))}, "/design/contour"),
    "not finite": ({"contour": ((0, 0), (math.nan, 0), (20, 9))}, "/design/contour/1"),
    "too far": ({"contour": ((0, 0), (40, 0), (1e9, 9))}, "/design/contour/2"),
    "no depth": ({"depth_mm": 0}, "/design/depth_mm"),
    "depth not a number": ({"depth_mm": math.nan}, "/design/depth_mm"),
    "negative through": ({"through_mm": -1}, "/design/through_mm"),
    "tabs as high as the part": ({"tabs": Tabs(4, 6, 10), "depth_mm": 10}, "/design/tabs/height_mm"),
    "too many tabs": ({"tabs": Tabs(21, 6, 2)}, "/design/tabs/count"),
    "tabs that do not fit": ({"tabs": Tabs(20, 30, 2)}, "/design/tabs/count"),
    "narrow tabs": ({"tabs": Tabs(2, 0.5, 2)}, "/design/tabs/width_mm"),
    "side of an open line": ({"side": "left"}, "/design/side"),
    "side of a ring": ({"closed": False}, "/design/side"),
    "leads on the line": ({"side": "on", "lead_radius_mm": 3}, "/design/side"),
    "tool wider than the hole": ({"side": "inside", "contour": star([2.5] * 8)}, "/tool_id"),
    "a neck": ({"side": "inside", "contour": ((0, 0), (30, 0), (30, 12), (50, 12), (50, 0), (80, 0), (80, 30), (50, 30), (50, 16), (30, 16), (30, 30), (0, 30))}, "/tool_id"),
    "leads larger than the hole": ({"side": "inside", "contour": star([12] * 40), "lead_radius_mm": 30}, "/design/lead_radius_mm"),
    "thick allowance": ({"finish_allowance_mm": 4}, "/design/finish_allowance_mm"),
    "flat ramp": ({"ramp_deg": 0}, "/design/ramp_deg"),
    "endless passes": ({"cut": replace(CUT, stepdown_mm=1e-5)}, "/cut/stepdown"),
    "V-bit": ({"cut": replace(CUT, tool=ToolShape("cone", 6, tip_angle_deg=60))}, "/tool_id"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BAD))
def test_what_cannot_be_cut_is_refused_with_its_place(name: str) -> None:
    changes, pointer = BAD[name]
    with pytest.raises(PlanError) as error:
        plan_profile(replace(BASE, **changes))
    assert error.value.pointer == pointer
