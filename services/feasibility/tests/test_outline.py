"""Is a narrow place found wherever it lies, and is an outline that makes no sense refused?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rmos.feasibility.domain.outline import MOST_PAIRS, shape_of

Ring = list[tuple[float, float]]
PLATE: Ring = [(0, 0), (100, 0), (100, 56), (0, 56)]
BELL: Ring = [(0, 0), (20, 0), (20, 8), (30, 8), (30, 0), (50, 0), (50, 20), (30, 20), (30, 12), (20, 12), (20, 20), (0, 20)]
GLASS: Ring = [(0, 0), (30, 0), (17, 15), (30, 30), (0, 30), (13, 15)]
ANGLE: Ring = [(0, 0), (50, 0), (50, 3), (3, 3), (3, 50), (0, 50)]


def rectangle(x: float, y: float, width: float, height: float) -> Ring:
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def turned(ring: Sequence[tuple[float, float]], degrees: float, dx: float = 0, dy: float = 0) -> Ring:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(x * c - y * s + dx, x * s + y * c + dy) for x, y in ring]


def circle(radius: float, corners: int) -> Ring:
    return [
        (radius * math.cos(2 * math.pi * n / corners), radius * math.sin(2 * math.pi * n / corners)) for n in range(corners)
    ]


@pytest.mark.parametrize(
    ("ring", "narrowest"), [(PLATE, 56), (BELL, 4), (GLASS, 4), (ANGLE, 3), ([(0, 0), (40, 0), (0, 30)], 12 * 2)]
)
@given(degrees=st.floats(0, 360), dx=st.floats(-500, 500))
def test_the_narrowest_place_is_the_same_however_the_drawing_lies(
    ring: Ring, narrowest: float, degrees: float, dx: float
) -> None:
    """Of the right triangle 30, 40, 50 the shortest chord square to a wall from a corner is the height 24 on its longest side;
    from the middle of a wall it is shorter only towards a corner."""
    found = shape_of(turned(ring, degrees, dx, -dx), [])
    assert found.sound
    assert found.narrowest_mm is not None
    assert found.narrowest_mm <= narrowest * (1 + 1e-6)
    if len(ring) > 3:
        assert found.narrowest_mm == pytest.approx(narrowest, rel=1e-6)


@given(st.floats(1, 300), st.floats(1, 300), st.floats(0, 180))
def test_a_turned_slot_is_as_wide_as_the_slot(width: float, height: float, degrees: float) -> None:
    found = shape_of(turned(rectangle(0, 0, width, height), degrees), [])
    assert found.width_mm == pytest.approx(min(width, height), rel=1e-6)
    assert found.narrowest_mm == pytest.approx(min(width, height), rel=1e-6)


@pytest.mark.parametrize("corners", [8, 37, 100, 360])
def test_the_short_walls_of_a_round_hole_are_no_narrow_place(corners: int) -> None:
    found = shape_of(circle(30, corners), [])
    assert found.convex
    assert 60 * math.cos(math.pi / corners) ** 2 - 1e-9 <= (found.narrowest_mm or 0) <= 60


@given(st.floats(0.1, 20), st.floats(5, 40))
def test_a_thin_island_is_seen_and_so_is_a_narrow_channel_beside_it(thin: float, away: float) -> None:
    found = shape_of(PLATE, [rectangle(away, 10, thin, 30)])
    assert found.thinnest_mm == pytest.approx(thin, rel=1e-6)
    assert found.narrowest_mm == pytest.approx(min(away, 10, 16, 100 - away - thin), rel=1e-6)


@pytest.mark.parametrize(
    ("boundary", "islands"),
    [
        ([(0, 0), (50, 50), (50, 0), (0, 50)], []),
        ([(0, 0), (40, 0), (20, 0)], []),
        ([(0, 0), (40, 0), (40, 40), (20, 0), (0, 40)], []),
        (PLATE, [rectangle(200, 20, 40, 20)]),
        (PLATE, [rectangle(-10, -10, 120, 80)]),
        (PLATE, [rectangle(80, 20, 40, 20)]),
        (PLATE, [rectangle(0, 20, 40, 20)]),
        (PLATE, [rectangle(10, 10, 30, 30), rectangle(20, 20, 40, 30)]),
        (PLATE, [rectangle(10, 10, 30, 30), rectangle(20, 20, 5, 5)]),
    ],
    ids=["bow tie", "no area", "touches itself", "outside", "around", "across", "at the wall", "overlapping", "one in another"],
)
def test_an_outline_that_makes_no_sense_is_not_sound(boundary: Ring, islands: list[Ring]) -> None:
    assert shape_of(boundary, islands).sound is False


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=3, max_size=12, unique=True))
def test_any_ring_is_judged_without_an_error(points: list[tuple[int, int]]) -> None:
    found = shape_of([(float(x), float(y)) for x, y in points], [])
    assert found.width_mm <= found.length_mm


@given(st.floats(1, 100), st.floats(1, 100), st.integers(1, 5))
def test_corners_on_a_straight_wall_change_nothing(width: float, height: float, more: int) -> None:
    assume(abs(width - height) > 1e-3)
    plain = shape_of(rectangle(0, 0, width, height), [])
    dotted = [(width * n / (more + 1), 0.0) for n in range(1, more + 1)]
    found = shape_of([(0.0, 0.0), *dotted, *rectangle(0, 0, width, height)[1:]], [])
    assert found.narrowest_mm == pytest.approx(plain.narrowest_mm, rel=1e-9)
    assert found.sound
    assert found.convex


def test_of_too_many_corners_it_says_that_it_cannot_tell() -> None:
    islands = [turned(circle(1, 300), 0, 10 + 5 * n, 28) for n in range(8)]
    assert MOST_PAIRS < (4 + 8 * 300) ** 2
    found = shape_of(PLATE, islands)
    assert (found.sound, found.narrowest_mm, found.thinnest_mm) == (None, None, None)
