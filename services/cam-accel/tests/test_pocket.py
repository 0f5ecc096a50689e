"""Is every planned pocket covered, without a gouge, entered by ramps, pass by pass?"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pocket_gate import verify_pocket
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.pocket import PocketRequest, plan_pocket
from rmos.cam_accel.post import differences, write
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, decode, encode


def rect(w: float, h: float, x: float = 0, y: float = 0) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + w, y), (x + w, y + h), (x, y + h))


CUT = Cut(ToolShape("flat", 6), 3, 1500, 500, 18000, 5)
BASE = PocketRequest(rect(39, 72), (), 20, CUT, 0.4)
DUMBBELL = ((0, 0), (30, 0), (30, 12), (50, 12), (50, 0), (80, 0), (80, 30), (50, 30), (50, 17), (30, 17), (30, 30), (0, 30))
SHAPES = {
    "humbucker": BASE,
    "island": replace(BASE, boundary=rect(100, 50), islands=(rect(20, 10, 40, 20),), depth_mm=3),
    "l-shape": replace(BASE, boundary=((0, 0), (60, 0), (60, 20), (20, 20), (20, 60), (0, 60))),
    "dumbbell": replace(BASE, boundary=DUMBBELL, depth_mm=4),
}


def check(r: PocketRequest, path: Toolpath) -> None:
    found = verify_pocket(path, r.cut.tool.diameter_mm, r.boundary, r.islands, r.depth_mm)
    assert found.ok, found.reasons
    assert found.coverage_ratio > 0.99
    levels = sorted({0.0, *(round(float(z), 9) for z in path.z_mm[(path.kind == 1) & (path.feed_mm_min == r.cut.feed_mm_min)])})
    assert max(b - a for a, b in itertools.pairwise(levels)) <= r.cut.stepdown_mm + 1e-6
    assert math.isclose(levels[0], -r.depth_mm)


@pytest.mark.parametrize("name", list(SHAPES))
def test_a_pocket_is_covered_and_not_gouged_as_planned_and_as_posted(name: str) -> None:
    r = SHAPES[name]
    path = plan_pocket(r)
    check(r, path)
    reread = interpret(write(path, "grbl", name, 5)).toolpath
    assert differences(path, reread, "grbl", 5) == []
    assert verify_pocket(reread, r.cut.tool.diameter_mm, r.boundary, r.islands, r.depth_mm).ok


@settings(max_examples=5, deadline=None)
@given(st.lists(st.floats(15, 25), min_size=5, max_size=9), st.floats(3, 6), st.floats(0.2, 0.9), st.booleans())
def test_random_star_pockets_are_right(radii: list[float], diameter: float, stepover: float, island: bool) -> None:
    angles = [2 * math.pi * n / len(radii) for n in range(len(radii))]
    boundary = tuple((q * math.cos(a), q * math.sin(a)) for q, a in zip(radii, angles, strict=True))
    islands = (rect(3, 2, -1.5, -1),) if island else ()
    r = replace(
        BASE,
        boundary=boundary,
        islands=islands,
        depth_mm=2,
        cut=replace(CUT, tool=ToolShape("flat", diameter)),
        stepover_ratio=stepover,
    )
    check(r, plan_pocket(r))


def judged(path: Toolpath, r: PocketRequest) -> str:
    return "; ".join(verify_pocket(path, r.cut.tool.diameter_mm, r.boundary, r.islands, r.depth_mm).reasons)


def changed(path: Toolpath, **columns: Any) -> Toolpath:
    return replace(path, **columns)


def test_a_shifted_path_is_found_to_gouge() -> None:
    path = plan_pocket(BASE)
    assert "outside the target" in judged(changed(path, x_mm=path.x_mm + 0.05), BASE)


def test_a_missing_half_is_found_uncovered() -> None:
    path = plan_pocket(BASE)
    assert "reachable area" in judged(changed(path, x_mm=np.minimum(path.x_mm, 15.0)), BASE)


def test_a_floor_too_deep_is_found() -> None:
    path = plan_pocket(BASE)
    assert "floor" in judged(changed(path, z_mm=np.where(path.z_mm == -20, -20.5, path.z_mm)), BASE)


def test_a_plunge_into_stock_is_found() -> None:
    path = plan_pocket(BASE)
    z = path.z_mm.copy()
    z[1] = -2.0
    assert "straight down" in judged(changed(path, z_mm=z), BASE)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "bow tie": ({"boundary": ((0, 0), (40, 40), (40, 0), (0, 30))}, "/design/boundary"),
    "no area": ({"boundary": ((0, 0), (40, 0), (20, 0))}, "/design/boundary"),
    "not finite": ({"boundary": ((0, 0), (40, 0), (20, math.inf))}, "/design/boundary"),
    "too far": ({"boundary": ((0, 0), (1e9, 0), (20, 1e9))}, "/design/boundary"),
    "island outside": ({"islands": (rect(5, 5, 100, 100),)}, "/design/islands/0"),
    "islands overlap": ({"islands": (rect(5, 5, 10, 10), rect(5, 5, 12, 12))}, "/design/islands/1"),
    "tool too wide": ({"cut": replace(CUT, tool=ToolShape("flat", 50))}, "/tool_id"),
    "no stepover": ({"stepover_ratio": 0}, "/cut/stepover_ratio"),
    "no point": ({"boundary": ()}, "/design/boundary"),
    "tolerance of nothing": ({"tolerance_mm": 0}, "/cut"),
    "tolerance that is no number": ({"tolerance_mm": math.nan}, "/cut"),
    "no number": ({"boundary": ((0, 0), (40, 0), (20, math.nan))}, "/design/boundary"),
    "a point twice": ({"boundary": ((0, 0), (40, 0), (40, 30), (40, 30), (0, 30))}, "/design/boundary"),
    "open": ({"boundary": ((0, 0), (40, 0))}, "/design/boundary"),
    "island across": ({"islands": (rect(5, 5, -2, 10),)}, "/design/islands/0"),
    "island touches the wall": ({"islands": (rect(5, 5, 0, 10),)}, "/design/islands/0"),
    "islands touch": ({"islands": (rect(5, 5, 10, 10), rect(5, 5, 15, 10))}, "/design/islands/1"),
    "an island twice": ({"islands": (rect(5, 5, 10, 10), rect(5, 5, 10, 10))}, "/design/islands/1"),
    "island crosses itself": ({"islands": (((10, 10), (20, 20), (20, 10), (10, 18)),)}, "/design/islands/0"),
    "allowance over the radius": ({"finish_allowance_mm": 3.1}, "/cut"),
    "steep": ({"ramp_deg": 45}, "/cut"),
    "too bold for adaptive": ({"strategy": "adaptive", "stepover_ratio": 0.6}, "/cut/stepover_ratio"),
    "endless rings": ({"stepover_ratio": 1e-5}, "/cut/stepover_ratio"),
    "endless passes": ({"cut": replace(CUT, stepdown_mm=1e-5)}, "/cut/stepdown"),
    "hardly wider than the tool": ({"boundary": rect(6.05, 6.05)}, "/tool_id"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_bad_geometry_is_refused_with_its_place(name: str) -> None:
    changes, pointer = BAD[name]
    with pytest.raises(PlanError) as error:
        plan_pocket(replace(BASE, **changes))
    assert error.value.pointer == pointer


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"boundary": ((0, 0), (40, 40), (40, 0), (0, 40))}, r"crosses or touches itself at \(20, 20\)"),
        ({"boundary": ((0, 0), (40, 0), (40, 30), (40, 30), (0, 30))}, r"the points 2 and 3 are both at \(40, 30\)"),
        ({"islands": (rect(5, 5, 0, 10),)}, r"touches it at \(0, 1[05]\)"),
        ({"islands": (rect(5, 5, -2, 10),)}, r"crosses it at \(0, 1[05]\)"),
        ({"islands": (rect(5, 5, 10, 10), rect(5, 5, 15, 10))}, r"touches island 0 at \(15, 1[05]\)"),
        ({"boundary": ((0, 0), (1e9, 0), (20, 1e9))}, r"point 1, \(1e\+09, 0\)"),
        ({"boundary": rect(6.05, 6.05)}, r"hardly wider than the tool at \(3\.0"),
    ],
)
def test_a_fault_is_told_with_its_place(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(PlanError, match=told):
        plan_pocket(replace(BASE, **changes))


class Endless(tuple[tuple[float, float], ...]):
    """Ten million points that nobody may walk through."""

    def __len__(self) -> int:
        return 10_000_000

    def __iter__(self) -> Any:
        raise AssertionError("the points were read")


def test_ten_million_points_are_refused_unread() -> None:
    with pytest.raises(PlanError, match="3 to 200000 points, not 10000000"):
        plan_pocket(replace(BASE, boundary=Endless()))


def test_a_boundary_of_ten_thousand_points_is_cut() -> None:
    turns = np.arange(10_000) * 2 * math.pi / 10_000
    radius = 25 + 2 * np.sin(6 * turns)
    boundary = tuple(zip((radius * np.cos(turns)).tolist(), (radius * np.sin(turns)).tolist(), strict=True))
    path = plan_pocket(replace(BASE, boundary=boundary, depth_mm=3))
    reach = np.sqrt(path.x_mm**2 + path.y_mm**2)[path.is_cut]
    assert 23 < reach.max() <= 24.0


def test_a_toolpath_survives_its_blob() -> None:
    path = plan_pocket(BASE)
    assert encode(decode(encode(path))) == encode(path)


@settings(max_examples=15, deadline=None)
@given(st.floats(2, 5.9), st.floats(10, 60), st.floats(0, 1), st.floats(0, 2 * math.pi))
def test_where_a_tool_does_not_fit_the_room_that_is_told_is_there(
    width: float, length: float, allowance: float, turn: float
) -> None:
    boundary = tuple(
        (x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)) for x, y in rect(length, width)
    )
    wide = replace(BASE, boundary=boundary, depth_mm=1, finish_allowance_mm=allowance)
    with pytest.raises(PlanError, match="does not fit") as refused:
        plan_pocket(wide)
    told = re.search(r"room for ([0-9.]+) mm", str(refused.value))
    assert told is not None
    assert float(told[1]) == pytest.approx(max(0.0, width - 2 * allowance), abs=0.01)
