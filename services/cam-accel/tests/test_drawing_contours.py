"""Are loose pieces joined to the contours that were meant, and is it told where that cannot be?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.drawing.curves import Curve, curve
from rmos.cam_accel.drawing.errors import Place
from rmos.cam_accel.drawing.joining import Chains, chains
from rmos.cam_accel.drawing.limits import Budget, DrawingLimits
from rmos.cam_accel.drawing.nesting import Rings, gaps, without_twins
from rmos.cam_accel.drawing.sketch import Drawn
from rmos.cam_accel.kernels import choose

Point = tuple[float, float]
SQUARE: list[Point] = [(0, 0), (10, 0), (10, 10), (0, 10)]


def lines(*pairs: tuple[Point, Point]) -> list[Drawn]:
    return [Drawn(curve(pair), Place("A", "LINE", str(n))) for n, pair in enumerate(pairs)]


def joined(drawn: list[Drawn], gap_mm: float = 0.01) -> Chains:
    return chains(drawn, choose(), gap_mm)


def sides(ring: list[Point]) -> list[tuple[Point, Point]]:
    return list(zip(ring, [*ring[1:], ring[0]], strict=True))


def arc(centre: Point, radius: float, first_deg: float, turn_deg: float) -> Curve:
    ends = [math.radians(first_deg), math.radians(first_deg + turn_deg)]
    points = [(centre[0] + radius * math.cos(t), centre[1] + radius * math.sin(t)) for t in ends]
    return curve(points, [centre], [math.radians(turn_deg)])


def rings(drawn: list[Drawn]) -> Rings:
    return Rings(drawn, 0.005, Budget(DrawingLimits()))


def ring_of(points: list[Point]) -> Drawn:
    return Drawn(curve([*points, points[0]]), Place("A", "LWPOLYLINE", f"{points[0]}"))


def test_ten_thousand_shuffled_and_turned_sides_are_the_ring_again() -> None:
    count, numbers = 10_000, np.random.default_rng(4)
    turns = np.arange(count) * (2 * math.pi / count)
    radius = 200 + 20 * np.sin(9 * turns)
    ring = list(zip((radius * np.cos(turns)).tolist(), (radius * np.sin(turns)).tolist(), strict=True))
    pairs = sides(ring)
    mixed = [pairs[k] if numbers.random() < 0.5 else pairs[k][::-1] for k in numbers.permutation(count).tolist()]
    made = joined(lines(*mixed))
    assert len(made.closed) == 1
    assert not made.open
    found = [tuple(p) for p in made.closed[0].curve.points_mm[:-1].tolist()]
    at = found.index(ring[0])
    turned = found[at:] + found[:at]
    assert turned in (ring, [ring[0], *ring[:0:-1]])


@given(st.permutations(range(8)), st.lists(st.booleans(), min_size=8, max_size=8))
@settings(max_examples=40, deadline=None)
def test_two_squares_in_any_order_are_two_contours_of_their_areas(order: list[int], turned: list[bool]) -> None:
    pairs = sides(SQUARE) + sides([(x + 20, 2 * y) for x, y in SQUARE])
    mixed = [pairs[k][::-1] if turn else pairs[k] for k, turn in zip(order, turned, strict=True)]
    made = joined(lines(*mixed))
    assert sorted(abs(d.curve.area_mm2) for d in made.closed) == pytest.approx([100, 200])


def test_a_gap_of_three_tenths_stays_open_and_is_told_with_place_and_size() -> None:
    pairs = sides(SQUARE)
    pairs[3] = (0, 10), (0, 0.3)
    made = joined(lines(*pairs))
    assert not made.closed
    (gap,) = gaps(made.open, 0.01)
    assert gap.size_mm == pytest.approx(0.3)
    assert sorted([gap.from_mm, gap.to_mm]) == [(0, 0), (0, 0.3)]


def test_a_gap_within_the_tolerance_is_closed_and_told() -> None:
    pairs = sides(SQUARE)
    pairs[3] = (0, 10), (0, 0.008)
    made = joined(lines(*pairs))
    assert abs(made.closed[0].curve.area_mm2) == pytest.approx(100, abs=0.05)
    assert [b.size_mm for b in made.bridges] == pytest.approx([0.008])


def test_the_nearest_ends_are_joined_first() -> None:
    made = joined(lines(((0, 0), (10, 0)), ((10.009, 0), (20, 5)), ((10.002, 0), (20, -5))))
    assert [b.size_mm for b in made.bridges] == pytest.approx([0.002, 0.007])
    assert [branch.segments for branch in made.branches] == [3]


def test_a_side_drawn_twice_is_dropped_once_and_told() -> None:
    pairs = sides(SQUARE)
    made = joined(lines(*pairs, pairs[1][::-1]))
    assert len(made.closed) == 1
    (twice,) = made.duplicates
    assert (twice.place.handle, twice.first.handle) == ("4", "1")
    assert (twice.x_mm, twice.y_mm) == (10, 5)


def test_a_side_drawn_twice_a_little_beside_is_dropped_too() -> None:
    made = joined(lines(*sides(SQUARE), ((10.004, 0), (10.004, 10))))
    assert len(made.closed) == 1
    assert len(made.duplicates) == 1


def test_two_arcs_between_the_same_ends_are_no_duplicates() -> None:
    drawn = [Drawn(arc((0, 0), 5, 0, 180), Place()), Drawn(arc((0, 0), 5, 180, 180), Place())]
    made = joined(drawn)
    assert len(made.closed) == 1
    assert abs(made.closed[0].curve.area_mm2) == pytest.approx(25 * math.pi)


def test_a_branch_is_told_with_its_place_and_no_way_is_chosen() -> None:
    made = joined(lines(((0, 0), (5, 5)), ((5, 5), (10, 0)), ((5, 5), (5, 9))))
    assert not made.closed
    assert len(made.open) == 3
    (branch,) = made.branches
    assert (branch.x_mm, branch.y_mm, branch.segments) == (5, 5, 3)


def test_a_stray_line_at_a_corner_leaves_the_contour_closed_and_is_told() -> None:
    made = joined(lines(*sides(SQUARE), ((10, 10), (15, 15))))
    assert [abs(d.curve.area_mm2) for d in made.closed] == [100]
    assert len(made.open) == 1
    assert [(b.x_mm, b.y_mm) for b in made.branches] == [(10, 10)]


def test_pieces_of_no_length_are_dropped_and_counted() -> None:
    made = joined(lines(*sides(SQUARE), ((3, 3), (3, 3)), ((4, 4), (4, 4 + 1e-8))))
    assert len(made.closed) == 1
    assert made.specks == 2


def test_lines_and_arcs_join_to_a_slot_with_its_arcs_kept() -> None:
    drawn = [
        Drawn(arc((20, 0), 3, -90, 180), Place()),
        Drawn(curve([(0, 3), (20, 3)]), Place()),
        Drawn(arc((0, 0), 3, 270, -180), Place()),
        Drawn(curve([(0, -3), (20, -3)]), Place()),
    ]
    (slot,) = joined(drawn).closed
    assert sorted(np.abs(slot.curve.turns_rad).tolist()) == pytest.approx([0, 0, math.pi, math.pi])
    assert abs(slot.curve.area_mm2) == pytest.approx(120 + 9 * math.pi)
    assert slot.curve.length_mm == pytest.approx(40 + 6 * math.pi)


@given(st.floats(0, 0.009), st.floats(-0.009, 0.009))
@settings(max_examples=40, deadline=None)
def test_two_arcs_that_nearly_meet_stay_arcs_of_their_radius(dx: float, dy: float) -> None:
    drawn = [Drawn(arc((0, 0), 5, 0, 180), Place()), Drawn(arc((dx / 2, dy / 2), 5, 180, 180), Place())]
    made = joined(drawn)
    (ring,) = made.closed
    assert ring.curve.is_closed
    arcs = ring.curve.turns_rad != 0
    assert ring.curve.radii_mm[arcs] == pytest.approx([5, 5], abs=1e-5)
    ends = ring.curve.points_mm[1:] - ring.curve.centres_mm
    assert np.hypot(*ends[arcs].T) == pytest.approx([5, 5], abs=1e-5)


@given(st.floats(0.01, 500), st.floats(-180, 180), st.floats(1, 359), st.booleans(), st.floats(0.0005, 0.1))
@settings(max_examples=100, deadline=None)
def test_chords_stay_within_the_tolerance_of_an_arc(radius: float, first: float, turn: float, ccw: bool, tol: float) -> None:
    made = arc((3, -4), radius, first, turn if ccw else -turn)
    p = made.flattened(tol)
    middles = 0.5 * (p[:-1] + p[1:]) - (3, -4)
    assert (radius - np.hypot(*middles.T) <= tol * (1 + 1e-6) + 1e-9).all()
    assert np.hypot(*(p - (3, -4)).T) == pytest.approx(np.full(len(p), radius))
    assert (p[[0, -1]] == made.points_mm[[0, -1]]).all()


def test_holes_lie_in_what_is_around_them_and_islands_in_holes() -> None:
    def square(half: float) -> Drawn:
        return ring_of([(-half, -half), (half, -half), (half, half), (-half, half)])

    depth, parent = rings([square(1), square(8), square(4), ring_of([(20, 0), (30, 0), (30, 10)])]).nested()
    assert depth == [2, 0, 1, 0]
    assert parent == [2, -1, 1, -1]


def test_a_contour_that_crosses_itself_is_told_with_the_place() -> None:
    (crossing,) = rings([ring_of([(0, 0), (10, 10), (10, 0), (0, 10)])]).crossings()
    assert (crossing.x_mm, crossing.y_mm) == (5, 5)
    assert crossing.other is None


def test_contours_that_cross_are_told_with_a_place_on_both() -> None:
    (crossing,) = rings([ring_of(SQUARE), ring_of([(5, 5), (15, 5), (15, 8), (5, 8)])]).crossings()
    assert crossing.x_mm == pytest.approx(10)
    assert crossing.y_mm == pytest.approx(5) or crossing.y_mm == pytest.approx(8)


def test_a_line_there_and_back_is_no_contour_to_cut() -> None:
    assert rings([ring_of([(0, 0), (10, 0)])]).crossings()


def test_a_contour_drawn_twice_from_another_corner_and_the_other_way_is_found() -> None:
    again = [SQUARE[2], SQUARE[1], SQUARE[0], SQUARE[3]]
    kept, twins = without_twins([ring_of(SQUARE), ring_of(again)], 0.01, Budget(DrawingLimits()))
    assert len(kept) == 1
    assert len(twins) == 1


def test_contours_of_one_box_and_area_that_differ_are_both_kept() -> None:
    one = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 7.0)]
    other = [(10 - x, y) for x, y in one]
    kept, _ = without_twins([ring_of(one), ring_of(other)], 0.01, Budget(DrawingLimits()))
    assert len(kept) == 2


def test_a_circle_is_known_as_one_from_any_number_of_arcs() -> None:
    parts = [Drawn(arc((7, 8), 3, 120 * n, 120), Place()) for n in (2, 0, 1)]
    circle = joined(parts).closed[0].curve.circle
    assert circle == pytest.approx((7, 8, 6))


def test_a_slot_is_no_circle() -> None:
    drawn = [Drawn(arc((0.01, 0), 3, -90, 180), Place()), Drawn(arc((-0.01, 0), 3, 90, 180), Place())]
    drawn += lines(((0.01, 3), (-0.01, 3)), ((0.01, -3), (-0.01, -3)))
    assert joined(drawn, 0.001).closed[0].curve.circle is None


def test_a_contour_does_not_lie_in_a_smaller_one_that_it_crosses() -> None:
    corner = ring_of([(9.0, 9.0), (12.0, 9.0), (12.0, 12.0), (9.0, 12.0)])
    depth, parent = rings([ring_of([SQUARE[2], SQUARE[3], SQUARE[0], SQUARE[1]]), corner]).nested()
    assert depth == [0, 1]
    assert parent == [-1, 0]
