"""Are the moves and regions about a place all found, and is each of many regions judged as if it were alone?"""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.geometry import points, starts_and_ends
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.simulate.gate import verify
from rmos.cam_accel.simulate.near import Near
from rmos.cam_accel.simulate.report import Setup
from rmos.cam_accel.simulate.target import Level, Region, Target
from rmos.cam_accel.simulate.walls import swept_at
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, from_columns

TOOL, CUTS_AT_ITS_CENTRE = ToolShape("flat", 2.0), Setup(centre_cutting=True)
DEPTHS = [1.0 + 0.1 * n for n in range(12)]


def box(x: float, y: float, depth: float, size: float = 4.0) -> Region:
    return Region([(x, y), (x + size, y), (x + size, y + size), (x, y + size)], Level(depth))


def wandering(seed: int) -> Toolpath:
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 20))
    columns = {name: random.uniform(-30, 30, count) for name in ("x_mm", "y_mm", "i_mm", "j_mm", "k_mm")}
    columns |= {"z_mm": random.uniform(-2, 1, count), "kind": random.integers(0, 5, count)}
    return from_columns({**columns, "plane": random.integers(0, 3, count)}, (1.0, 2.0, 5.0))


@given(st.integers(0, 2**32 - 1), st.floats(0, 8))
@settings(max_examples=100, deadline=None)
def test_every_move_that_comes_near_is_found(seed: int, within_mm: float) -> None:
    path, region = wandering(seed), box(3.0, -5.0, 1.0)
    found = Near(path, [region]).moves([region], within_mm).tolist()
    assert found == sorted(set(found))
    for n, a, b in starts_and_ends(path):
        way = shapely.LineString([p[:2] for p in points(path, n, a, b, 0.01)])
        if path.kind[n] < 4 and way.distance(region.polygon) < within_mm - 1e-9:
            assert n in found


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_the_moves_near_a_region_sweep_in_it_what_all_do(seed: int) -> None:
    path, region = wandering(seed), box(3.0, -5.0, 1.0, 9.0)
    own = Near(path, [region]).moves([region], TOOL.radius_mm)
    whole, near = (swept_at(path, TOOL.radius_mm, -0.5, moves) for moves in (None, own))
    discs = [
        shapely.union_all([shapely.LineString(line).buffer(TOOL.radius_mm) for line in swept.lines]) for swept in (whole, near)
    ]
    inside = [shapely.intersection(area, region.polygon).area for area in discs]
    assert inside[0] == pytest.approx(inside[1], abs=1e-6)


def plunges(depths: list[float]) -> Toolpath:
    """One round each, a tenth of a millimetre beside its walls, in a row of boxes."""
    rows = []
    for n, depth in enumerate(depths):
        x, y = 10.0 * n + 1.0, 1.0
        rows += [(0, x, y, 5.0), (1, x, y, -depth)]
        rows += [(1, x + dx, y + dy, -depth) for dx, dy in ((2, 0), (2, 2), (0, 2), (0, 0))]
        rows += [(0, x, y, 5.0)]
    kind, x, y, z = zip(*rows, strict=True)
    return from_columns({"kind": kind, "x_mm": x, "y_mm": y, "z_mm": z, "feed_mm_min": [500.0] * len(kind)}, (0.0, 0.0, 5.0))


@pytest.mark.parametrize("wrong", range(len(DEPTHS)))
def test_one_of_many_regions_that_is_cut_too_deep_is_found_by_its_outline(wrong: int) -> None:
    """No deeper than another region's floor, and also where a deeper one is beside it."""
    target = Target(tuple(box(10.0 * n, 0.0, depth) for n, depth in enumerate(DEPTHS)))
    assert verify(choose(), plunges(DEPTHS), TOOL, target, CUTS_AT_ITS_CENTRE).ok
    cut = [depth + 0.05 if n == wrong else depth for n, depth in enumerate(DEPTHS)]
    found = verify(choose(), plunges(cut), TOOL, target, CUTS_AT_ITS_CENTRE)
    outlines = f"cut outside the target below Z {-DEPTHS[wrong]:.3f}"
    assert any(outlines in reason for reason in found.reasons) == (wrong < len(DEPTHS) - 1)
    assert not found.ok


def test_a_deeper_region_beside_a_floor_may_be_swept_below_it() -> None:
    """The tool goes round in the deeper box; the shallower one ends where it stands."""
    target = Target((box(0.0, 0.0, 1.0), box(4.0, 0.0, 2.0), box(8.0, 0.0, 3.0)))
    rows = [(0, 1.0, 1.0, 5.0), (1, 1.0, 1.0, -1.0)]
    for x, depth in ((0.0, 1.0), (4.0, 2.0), (8.0, 3.0)):
        rows += [(1, x + 1, 1.0, rows[-1][3])]
        rows += [(1, x + dx, y, -depth) for dx, y in ((1, 1), (3, 1), (3, 3), (1, 3), (1, 1), (3, 1))]
    path = from_columns(
        dict(zip(("kind", "x_mm", "y_mm", "z_mm"), zip(*rows, strict=True), strict=True))
        | {"feed_mm_min": [500.0] * len(rows)},
        (0.0, 0.0, 5.0),
    )
    assert not [reason for reason in verify(choose(), path, TOOL, target, CUTS_AT_ITS_CENTRE).reasons if "outside" in reason]


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.01, 1.5]))
@settings(max_examples=60, deadline=None)
def test_what_is_allowed_at_a_place_is_what_any_region_there_allows(seed: int, wall_mm: float) -> None:
    random = np.random.default_rng(seed)
    places, depths = random.uniform(-20, 20, (6, 2)).tolist(), random.uniform(0.5, 3, 6).tolist()
    regions = [box(x, y, depth, 9.0) for (x, y), depth in zip(places, depths, strict=True)]
    x, y = random.uniform(-25, 25, (2, 7, 40))
    wanted = np.zeros(x.shape)
    for region in regions:
        held = shapely.contains_xy(region.polygon.buffer(wall_mm), x, y)
        wanted[held] = np.minimum(wanted[held], -region.floor.deepest_mm)
    assert np.array_equal(Target(tuple(regions)).allowed_lowest_mm(x, y, wall_mm), wanted)
