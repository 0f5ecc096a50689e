"""Does a trochoid cut its slot, all of it and nothing else, on circles that any controller takes?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel import post
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.geometry import is_arc, points, starts_and_ends
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.trochoid import TrochoidRequest, plan_trochoid
from rmos.cam_accel.simulate.report import simulate
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import MoveKind, Toolpath, encode

CUT = Cut(ToolShape("flat", 6), 3, 1500, 500, 18000, 5)
BASE = TrochoidRequest(((0, 0), (30, 0), (40, 15)), 9, 5, CUT, 0.15)
ERROR_33_MM = 0.005


def worst_radius_error_mm(path: Toolpath) -> float:
    """Between the distances of an arc's start and end to its centre."""
    worst = 0.0
    for n, a, b in starts_and_ends(path):
        if is_arc(path, n):
            x, y = a[0] + float(path.i_mm[n]), a[1] + float(path.j_mm[n])
            worst = max(worst, abs(math.dist(a[:2], (x, y)) - math.dist(b[:2], (x, y))))
    return worst


def check(r: TrochoidRequest, path: Toolpath) -> None:
    assert worst_radius_error_mm(path) <= 1e-9
    assert simulate(choose(), path, r.cut.tool).faults == ()
    ways = [[p[:2] for p in points(path, n, a, b, 1e-4)] for n, a, b in starts_and_ends(path) if min(a[2], b[2]) < 0]
    axis = shapely.MultiLineString([w for w in ways if len(set(w)) > 1])
    line, radius = shapely.LineString(r.centre_line), r.cut.tool.radius_mm
    assert float(shapely.distance(line, shapely.points(shapely.get_coordinates(axis))).max()) <= r.width_mm / 2 - radius + 1e-9
    low_x, low_y, high_x, high_y = line.bounds
    reach = r.width_mm / 2 - 0.05
    columns, rows = np.arange(low_x - reach, high_x + reach, 0.3), np.arange(low_y - reach, high_y + reach, 0.3)
    x, y = (v.ravel() for v in np.meshgrid(columns, rows))
    inside = shapely.points(x, y)[shapely.distance(shapely.points(x, y), line) <= reach]
    near = shapely.STRtree(shapely.get_parts(axis)).query_nearest(inside, return_distance=True, all_matches=False)[1]
    assert (near <= radius).mean() > 0.999


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.tuples(st.floats(8, 20), st.floats(-1.2, 1.2)), min_size=1, max_size=4),
    st.floats(6.3, 11),
    st.floats(0.08, 0.4),
    st.booleans(),
)
def test_random_slots_are_cut_and_no_more(legs: list[tuple[float, float]], width: float, ratio: float, climb: bool) -> None:
    line, heading = [(0.0, 0.0)], 0.0
    for length, turn in legs:
        heading += turn
        line.append((line[-1][0] + length * math.cos(heading), line[-1][1] + length * math.sin(heading)))
    r = replace(BASE, centre_line=tuple(line), width_mm=width, stepover_ratio=ratio, depth_mm=2, cut=replace(CUT, climb=climb))
    check(r, plan_trochoid(r))


def test_arcs_stay_on_their_circles_when_posted_with_three_decimals() -> None:
    reread = interpret(post.write(plan_trochoid(BASE), "grbl", "slot", 5)).toolpath
    assert worst_radius_error_mm(reread) <= ERROR_33_MM


def test_each_pass_is_no_deeper_than_the_step_down() -> None:
    path = plan_trochoid(BASE)
    assert sorted({float(z) for z in path.z_mm[(path.kind >= MoveKind.ARC_CW) & (path.feed_mm_min == 1500)]}) == [-5.0, -2.5]
    met = choose().engagement(path, 6)
    assert met is not None
    assert (met.max_axial_mm <= 2.6, met.rapid_cuts) == (True, 0)


def test_climbing_circles_turn_counter_clockwise_and_conventional_ones_clockwise() -> None:
    for climb, kind in ((True, MoveKind.ARC_CCW), (False, MoveKind.ARC_CW)):
        path = plan_trochoid(replace(BASE, cut=replace(CUT, climb=climb)))
        assert {int(k) for k in path.kind if k >= MoveKind.ARC_CW} == {kind}


def test_the_same_slot_gives_the_same_bytes() -> None:
    assert encode(plan_trochoid(BASE)) == encode(plan_trochoid(BASE))


@pytest.mark.parametrize(
    ("changes", "pointer", "reason"),
    [
        ({"width_mm": 6.05}, "/design/width_mm", "take another tool"),
        ({"width_mm": 20}, "/design/width_mm", "or a pocket"),
        ({"width_mm": math.nan}, "/design/width_mm", "not nan"),
        ({"centre_line": ((0, 0),)}, "/design/centre_line", "2 to"),
        ({"centre_line": ((0, 0), (0, 0), (5, 5))}, "/design/centre_line", r"both at \(0, 0\)"),
        ({"centre_line": ((0, 0), (math.inf, 0))}, "/design/centre_line", "not finite"),
        ({"centre_line": ((0, 0), (1e9, 0))}, "/design/centre_line", "beyond"),
        ({"depth_mm": 0}, "/cut", "depth_mm"),
        ({"stepover_ratio": 0}, "/cut", "stepover_ratio"),
        ({"stepover_ratio": 0.6}, "/cut", "stepover_ratio"),
        ({"stepover_ratio": 1e-7}, "/cut/stepover_ratio", "too small"),
        ({"ramp_deg": 0}, "/cut", "ramp_deg"),
    ],
)
def test_what_is_no_slot_is_refused_with_its_place(changes: dict[str, Any], pointer: str, reason: str) -> None:
    with pytest.raises(PlanError, match=reason) as error:
        plan_trochoid(replace(BASE, **changes))
    assert error.value.pointer == pointer
