"""Are holes drilled where they are asked, to their depth, peck by peck, in a short order?"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.drill import DrillRequest, Hole, plan_drill, short_order
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import MoveKind, Toolpath, encode
from swept_areas import rapids_through

CUT = Cut(ToolShape("cone", 10, tip_angle_deg=118), 5, 1000, 150, 3000, 5)
TUNERS = tuple(Hole(25.0 * n, 12.0 * (n % 2)) for n in range(6))
BASE = DrillRequest(CUT, TUNERS, 10, 15, peck_mm=5)


def bottoms(path: Toolpath) -> dict[tuple[float, float], float]:
    found: dict[tuple[float, float], float] = {}
    for x, y, z in zip(path.x_mm.tolist(), path.y_mm.tolist(), path.z_mm.tolist(), strict=True):
        found[x, y] = min(z, found.get((x, y), 5.0))
    return found


@pytest.mark.parametrize("retract", ["full", "chip_break"])
@pytest.mark.parametrize("peck", [None, 4.0, 5.0])
def test_every_hole_is_drilled_to_its_depth(retract: Any, peck: float | None) -> None:
    holes = (*TUNERS[:3], replace(TUNERS[3], depth_mm=8.0))
    path = plan_drill(replace(BASE, holes=holes, retract=retract, peck_mm=peck))
    assert bottoms(path) == {(h.x_mm, h.y_mm): -(h.depth_mm or 15) for h in holes}
    assert rapids_through(path, 5) == []
    assert (path.feed_mm_min[path.is_cut] == 150).all()


@pytest.mark.parametrize(("retract", "up"), [("full", 1.0), ("chip_break", -4.75)])
def test_no_peck_is_deeper_than_asked_and_each_ends_as_stated(retract: Any, up: float) -> None:
    path = plan_drill(replace(BASE, holes=TUNERS[:1], retract=retract))
    drilled = [float(z) for z in path.z_mm[path.is_cut]]
    assert drilled == [-5, -10, -15]
    assert up in [float(z) for z in path.z_mm[path.is_rapid]]


def test_the_tip_goes_deeper_where_the_full_width_must_reach_the_depth() -> None:
    path = plan_drill(replace(BASE, full_diameter=True))
    assert path.z_mm.min() == pytest.approx(-15 - 5 / math.tan(math.radians(59)))


def test_a_dwell_stands_at_the_bottom() -> None:
    path = plan_drill(replace(BASE, dwell_s=0.5))
    stands = path.kind == MoveKind.DWELL
    assert stands.sum() == 6
    assert (path.z_mm[stands] == -15).all()
    assert (path.dwell_s[stands] == 0.5).all()


def way(points: Any, order: list[int]) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise([(0, 0), *(tuple(points[n]) for n in order)]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=7, unique=True))
def test_the_order_of_holes_is_nearly_the_shortest(points: list[tuple[int, int]]) -> None:
    p = np.array(points, dtype=float) * 5
    order = short_order(p)
    assert sorted(order) == list(range(len(p)))
    assert way(p, order) <= 1.35 * min(way(p, list(o)) for o in itertools.permutations(range(len(p)))) + 1e-9


def test_turning_stretches_round_shortens_a_way_that_doubles_back() -> None:
    grid = np.array([(x * 10.0, y * 10.0) for x in range(12) for y in range(12)])
    assert way(grid, short_order(grid)) < 1.05 * 10 * len(grid)


def test_the_nearest_hole_is_not_first_where_that_makes_the_way_longer() -> None:
    assert short_order(np.array([(1.0, 0.0), (-1.5, 0.0), (3.5, 0.0)])) == [1, 0, 2]


def test_the_same_holes_give_the_same_bytes() -> None:
    assert encode(plan_drill(BASE)) == encode(plan_drill(BASE))


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "peck as deep as the hole": ({"peck_mm": 15}, "/design/peck_mm"),
    "peck as deep as one of the holes": ({"holes": (*TUNERS, Hole(300, 0, 4))}, "/design/peck_mm"),
    "endless pecks": ({"peck_mm": 0.001}, "/design/peck_mm"),
    "no peck": ({"peck_mm": 0}, "/design/peck_mm"),
    "no depth": ({"depth_mm": 0}, "/design/depth_mm"),
    "no diameter": ({"diameter_mm": 0}, "/design/diameter_mm"),
    "thin drill": ({"diameter_mm": 12}, "/tool_id"),
    "thick drill": ({"diameter_mm": 9}, "/tool_id"),
    "no holes": ({"holes": ()}, "/design/holes"),
    "a hole nowhere": ({"holes": (Hole(0, math.inf),)}, "/design/holes/0/y_mm"),
    "a hole twice": ({"holes": (*TUNERS, TUNERS[2])}, "/design/holes/6"),
    "holes that meet": ({"holes": (Hole(0, 0), Hole(9.9, 0))}, "/design/holes/1"),
    "a hole without depth": ({"holes": (Hole(0, 0, 0.0),)}, "/design/holes/0/depth_mm"),
    "a drill that is a needle": ({"cut": replace(BASE.cut, tool=replace(BASE.cut.tool, tip_angle_deg=0.001))}, "/tool_id"),
    "a long dwell": ({"dwell_s": 1000}, "/design/dwell_s"),
    "retract unknown": ({"retract": "half"}, "/design/retract"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_what_cannot_be_drilled_is_refused_with_its_place(name: str) -> None:
    changes, pointer = BAD[name]
    with pytest.raises(PlanError) as error:
        plan_drill(replace(BASE, **changes))
    assert error.value.pointer == pointer


def test_a_thin_drill_is_told_to_bore() -> None:
    with pytest.raises(PlanError, match="bore"):
        plan_drill(replace(BASE, diameter_mm=12))
