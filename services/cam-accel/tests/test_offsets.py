"""Are areas offset rightly by either library, and are faults of outlines told with their place?"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel import polygons
from rmos.cam_accel.polygons import ARC_MM, FEW_POINTS, GRID_PER_MM, Ring

Offset = Callable[[list[Ring], float], list[Ring]]
BOTH = pytest.mark.parametrize("offset", [polygons.offset_clipper, polygons.offset_geos])
SQUARE = np.array([(0.0, 0.0), (20.0, 0.0), (20.0, 20.0), (0.0, 20.0)])
HOLE = np.array([(8.0, 8.0), (8.0, 12.0), (12.0, 12.0), (12.0, 8.0)])


def wavy(count: int, waves: int, height: float) -> Ring:
    turn = np.arange(count) * 2 * math.pi / count
    radius = 30 * (1 + height * np.sin(waves * turn))
    return np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])


def nearest_mm(found: list[Ring], to: list[Ring]) -> float:
    """Between the outlines, chords included."""
    lines = [shapely.MultiLineString([shapely.LinearRing(r) for r in rings]) for rings in (found, to)]
    return float(shapely.distance(*lines))


@BOTH
@settings(max_examples=15, deadline=None)
@given(
    count=st.integers(5, 400),
    waves=st.integers(2, 40),
    height=st.floats(0, 0.3),
    distance=st.floats(0.2, 6),
    inward=st.booleans(),
)
def test_no_place_is_nearer_than_the_distance_less_the_arc_and_the_grid(
    offset: Offset, count: int, waves: int, height: float, distance: float, inward: bool
) -> None:
    ring = wavy(count, waves, height)
    found = offset([ring], -distance if inward else distance)
    if found:
        assert nearest_mm(found, [ring]) >= distance - ARC_MM - 2 / GRID_PER_MM


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([40, FEW_POINTS, FEW_POINTS + 1, 2000]), st.integers(2, 30), st.floats(0, 0.3), st.floats(0.3, 6))
def test_an_inset_keeps_its_distance_exactly(count: int, waves: int, height: float, distance: float) -> None:
    ring = wavy(count, waves, height)
    found = polygons.inset([ring], distance)
    if found:
        assert nearest_mm(found, [ring]) >= distance
        assert nearest_mm(found, [ring]) <= distance + 2 * ARC_MM + 4 / GRID_PER_MM


@settings(max_examples=15, deadline=None)
@given(st.integers(5, 400), st.integers(2, 12), st.floats(0, 0.25), st.floats(-6, 6).filter(lambda d: abs(d) > 0.1))
def test_both_libraries_find_the_same_area(count: int, waves: int, height: float, distance: float) -> None:
    ring = wavy(count, waves, height)
    one, other = (offset([ring], distance) for offset in (polygons.offset_clipper, polygons.offset_geos))
    apart = shapely.symmetric_difference(polygons.shape_of(one), polygons.shape_of(other)).area if one and other else 0.0
    assert apart <= 2.5 * ARC_MM * sum(shapely.LinearRing(r).length for r in (ring, *one))


@BOTH
def test_outer_rings_come_back_counter_clockwise_and_holes_clockwise(offset: Offset) -> None:
    for distance in (-1.0, 1.0):
        found = offset([SQUARE, HOLE], distance)
        assert sorted(polygons.signed_area_mm2(r) > 0 for r in found) == [False, True]
        sides = (20 + 2 * distance) ** 2, (4 - 2 * distance) ** 2
        assert polygons.area_mm2(found) == pytest.approx(sides[0] - sides[1], abs=4.0)


@BOTH
def test_what_falls_apart_and_what_vanishes(offset: Offset) -> None:
    neck = np.array(
        [(0.0, 0.0), (10, 0), (10, 4), (20, 4), (20, 0), (30, 0), (30, 10), (20, 10), (20, 6), (10, 6), (10, 10), (0, 10)]
    )
    assert len(offset([neck], -1.5)) == 2
    assert offset([neck], -6.0) == []


@BOTH
def test_the_same_rings_give_the_same_bytes(offset: Offset) -> None:
    ring = wavy(300, 7, 0.2)
    assert [r.tobytes() for r in offset([ring], -2.0)] == [r.tobytes() for r in offset([ring.copy()], -2.0)]


@pytest.mark.parametrize("distance", [-3.0, 3.0])
def test_points_along_straight_edges_change_nothing(distance: float) -> None:
    """Of 40 000 of them GEOS alone makes another area."""
    along = np.arange(10_000)[:, None] / 10_000
    many = np.vstack([a + along * (b - a) for a, b in zip(SQUARE, np.roll(SQUARE, -1, axis=0), strict=True)])
    few, all_of_them = (polygons.area_mm2(polygons.offset_geos([ring], distance)) for ring in (SQUARE, many))
    assert all_of_them == pytest.approx(few, abs=1e-4)


def test_few_points_go_to_clipper_and_many_to_geos() -> None:
    few, many = wavy(FEW_POINTS, 5, 0.1), wavy(FEW_POINTS + 1, 5, 0.1)
    assert np.array_equal(polygons.offset([few], -2.0)[0], polygons.offset_clipper([few], -2.0)[0])
    assert np.array_equal(polygons.offset([many], -2.0)[0], polygons.offset_geos([many], -2.0)[0])


def test_a_ring_that_crosses_itself_is_told_with_the_place() -> None:
    bow = np.array([(0.0, 0.0), (40.0, 40.0), (40.0, 0.0), (0.0, 40.0)])
    assert polygons.fault_of(bow) == "the polygon crosses or touches itself at (20, 20)"


def test_a_place_that_comes_twice_is_told() -> None:
    assert polygons.fault_of(np.vstack([SQUARE, SQUARE[:1]])) == "the points 0 and 4 are both at (0, 0)"


def test_a_ring_of_ten_thousand_points_is_judged_and_found_right_or_wrong() -> None:
    ring = wavy(10_000, 9, 0.2)
    assert polygons.fault_of(ring) is None
    ring[[4000, 4001]] = ring[[4001, 4000]]
    assert "crosses or touches itself at (" in str(polygons.fault_of(ring))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=7, unique=True))
def test_faults_are_found_as_by_comparing_every_pair_of_edges(corners: list[tuple[int, int]]) -> None:
    ring = np.array(corners, dtype=np.float64)
    edges = [shapely.LineString([ring[n], ring[(n + 1) % len(ring)]]) for n in range(len(ring))]
    wrong = False
    for n in range(len(edges)):
        for m in range(n + 1, len(edges)):
            meeting = shapely.intersection(edges[n], edges[m])
            are_neighbours = m == n + 1 or (n == 0 and m == len(edges) - 1)
            wrong |= not meeting.is_empty and (not are_neighbours or meeting.geom_type != "Point")
    assert (polygons.fault_of(ring) is not None) == wrong


@given(st.integers(2, 9), st.booleans(), st.randoms(use_true_random=False))
def test_rings_within_rings_keep_their_own_holes(count: int, offset: bool, order: random.Random) -> None:
    """Squares round one middle, in turns full and empty, in any order."""
    sides = [count - n for n in range(count)]
    rings = [np.array(shapely.box(-s, -s, s, s).exterior.coords)[:-1] + (30.0 if offset else 0.0) for s in sides]
    turned = [polygons.turned(ring, n % 2 == 0) for n, ring in enumerate(rings)]
    order.shuffle(turned)
    whole = polygons.shape_of(turned)
    assert whole.is_valid
    assert whole.area == pytest.approx(polygons.area_mm2(turned))
    assert len(list(polygons.parts_of(whole))) == (count + 1) // 2
