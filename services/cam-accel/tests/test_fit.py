"""Are many short lines told in few moves, and does the tool still go where it went?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from curves import circle, farthest_mm, lines_through, samples, wandering
from hypothesis import given, settings
from posting import seeds
from rmos.cam_accel.fit import FitError, fit
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.geometry import lengths_mm, starts_and_ends, sweep
from rmos.cam_accel.post import differences, write
from rmos.contracts.toolpath import COLUMNS, MoveKind, Toolpath, from_columns

TOLERANCE_MM = 0.02


def kinds(path: Toolpath) -> list[MoveKind]:
    return [MoveKind(kind) for kind in path.kind.tolist()]


def ends(path: Toolpath) -> list[tuple[float, ...]]:
    return list(zip(path.x_mm.tolist(), path.y_mm.tolist(), path.z_mm.tolist(), strict=True))


@pytest.mark.parametrize(("step", "kind"), [(1, MoveKind.ARC_CCW), (-1, MoveKind.ARC_CW)])
def test_a_circle_of_chords_becomes_a_few_arcs_the_same_way_round(step: int, kind: MoveKind) -> None:
    made = fit(lines_through(circle(360, 20)[::step]), 0.01)
    assert 2 <= len(made) - 1 <= 4
    assert set(kinds(made)[1:]) == {kind}
    assert lengths_mm(made)[1:].sum() == pytest.approx(2 * math.pi * 20, abs=0.01)


@pytest.mark.parametrize("count", [37, 90, 361])
def test_no_arc_turns_by_more_than_half_a_turn(count: int) -> None:
    made = fit(lines_through(circle(count, 20)), 0.1)
    turns = [abs(sweep(made, n, start, end)[2]) for n, start, end in starts_and_ends(made) if made.kind[n] > MoveKind.LINEAR]
    assert math.pi * 0.8 < max(turns) <= math.pi + 1e-9


def test_a_point_off_in_plane_and_in_height_counts_by_its_distance_in_space() -> None:
    points = circle(80, 5, turns=0.4, rise_mm=-2)
    points[40, :2] *= 1 + 0.008 / 5
    points[40, 2] += 0.008
    path = lines_through(points)
    made = fit(path, 0.01)
    assert MoveKind.ARC_CCW in kinds(made)
    assert farthest_mm(points[[40]], samples(made, 0.02)) <= 0.01 + 1e-6


def test_a_straight_line_of_points_becomes_one_move() -> None:
    made = fit(lines_through(np.linspace((0, 0, -1), (30, 10, -1), 200)), TOLERANCE_MM)
    assert kinds(made) == [MoveKind.RAPID, MoveKind.LINEAR]
    assert ends(made)[-1] == (30, 10, -1)


def test_a_helix_of_chords_becomes_helices() -> None:
    made = fit(lines_through(circle(400, 5, turns=2, rise_mm=-3)), 0.01)
    assert 4 <= len(made) - 1 <= 6
    assert set(kinds(made)[1:-1]) == {MoveKind.ARC_CCW}
    assert ends(made)[-1][2] == -3


def test_a_curve_whose_height_does_not_follow_the_turn_is_no_helix() -> None:
    points = circle(60, 5, turns=0.4)
    points[:, 2] = -(np.linspace(0, 1, 61) ** 3) * 2
    path = lines_through(points)
    made = fit(path, 0.01)
    assert farthest_mm(samples(made, 0.02), samples(path, 0.5)) <= 0.01 + 1e-9
    assert len(made) > 4


@given(random=seeds)
@settings(max_examples=60, deadline=None)
def test_the_fitted_path_and_the_path_are_nowhere_further_apart_than_the_tolerance(random: np.random.Generator) -> None:
    path = lines_through(wandering(random))
    made = fit(path, TOLERANCE_MM)
    old, new = samples(path, 1.0), samples(made, 0.05)
    assert farthest_mm(new, old) <= TOLERANCE_MM + 1e-9
    assert farthest_mm(samples(path, 0.1), new) <= TOLERANCE_MM + 1e-4


@given(random=seeds)
@settings(max_examples=60, deadline=None)
def test_every_move_ends_at_a_point_of_the_path_in_order_and_turns_half_a_turn_at_most(random: np.random.Generator) -> None:
    path = lines_through(wandering(random))
    made = fit(path, TOLERANCE_MM)
    places = iter(ends(path))
    assert all(end in places for end in ends(made))
    assert ends(made)[-1] == ends(path)[-1]
    for n, start, end in starts_and_ends(made):
        if made.kind[n] >= MoveKind.ARC_CW:
            radius, _, turn = sweep(made, n, start, end)
            at_end = math.hypot(end[0] - start[0] - made.i_mm[n], end[1] - start[1] - made.j_mm[n])
            assert abs(turn) <= math.pi + 1e-6
            assert abs(radius - at_end) <= 1e-9
            assert 2 * TOLERANCE_MM <= radius <= 1000


@given(random=seeds)
@settings(max_examples=40, deadline=None)
def test_nothing_is_joined_across_a_change_of_feed_speed_tool_or_switches(random: np.random.Generator) -> None:
    points = wandering(random)
    path = lines_through(points)
    states = {
        name: random.choice([1, 2], len(points), p=[0.85, 0.15]) for name in ("feed_mm_min", "spindle_rpm", "tool", "switches")
    }
    path = from_columns({**{name: getattr(path, name) for name in COLUMNS}, **states})
    made = fit(path, TOLERANCE_MM)
    said = [tuple(getattr(path, name)[n] for name in states) for n in range(len(path))]
    kept = [ends(path)[n] for n in range(1, len(path) - 1) if said[n] != said[n + 1]]
    places = iter(ends(made))
    assert all(end in places for end in kept)


def test_level_moves_and_ramps_are_not_joined() -> None:
    points = [(0, 0, 0), (1, 0, 0), (2, 0, -0.001), (3, 0, -0.002), (4, 0, -0.002), (5, 0, -0.002), (6, 0, -0.001)]
    assert ends(fit(lines_through(points), 0.05)) == [points[0], points[1], points[3], points[5], points[6]]


def test_a_way_back_and_forth_is_kept() -> None:
    points = [(0, 0, 0), (5, 0, 0), (2, 0, 0), (7, 0, 0)]
    assert ends(fit(lines_through(points), 0.05)) == points


def test_other_moves_are_kept_as_they_are() -> None:
    path = interpret(b"G0 Z5\nM3 S9000\nG1 X1 F100\nG1 X2\nG18 G2 X4 I1 K0\nG4 P1\nG1 X5\nG1 X6\nG0 X9\n").toolpath
    made = fit(path, 0.01)
    assert kinds(made) == [0, 1, 2, 4, 1, 0]
    for name in COLUMNS:
        kept = getattr(path, name)[[0, 2, 3, 4, 6, 7]]
        assert (getattr(made, name) == kept).all()


def test_without_arcs_there_are_lines_alone() -> None:
    assert set(kinds(fit(lines_through(circle(360, 20)), 0.01, arcs=False))[1:]) == {MoveKind.LINEAR}


def test_a_coordinate_that_is_none_is_never_hidden() -> None:
    points = circle(60, 20)
    points[30] = math.nan
    assert sum(math.isnan(end[0]) for end in ends(fit(lines_through(points), 0.01))) == 1


@pytest.mark.parametrize("tolerance", [0.0, -1.0, math.nan, math.inf])
def test_a_tolerance_of_nothing_is_refused(tolerance: float) -> None:
    with pytest.raises(FitError, match="above 0"):
        fit(lines_through(circle(9, 2)), tolerance)


@given(random=seeds)
@settings(max_examples=25, deadline=None)
def test_a_fitted_path_is_posted_and_reads_back_the_same(random: np.random.Generator) -> None:
    points = wandering(random)
    points[0, 2] = 5
    made = fit(lines_through(points), TOLERANCE_MM)
    again = interpret(write(made, "grbl", "job", 5)).toolpath
    assert differences(made, again, "grbl", 5) == []
