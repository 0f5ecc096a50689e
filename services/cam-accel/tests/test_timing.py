"""Is the time estimate bound by physics, and right where the answer is known, for every controller, with and without jerk?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.geometry import length_mm, starts_and_ends
from rmos.cam_accel.timing import DIALECTS, MachineLimits, move_times_s, report_of
from rmos.contracts.toolpath import MoveKind, from_columns

LIMITS = MachineLimits(rapid_mm_min=5000, accel_mm_s2=500, junction_deviation_mm=0.01)
EVERY = [
    pytest.param(replace(LIMITS, dialect=name, jerk_mm_s3=jerk), id=f"{name}-{jerk}")
    for name in DIALECTS
    for jerk in (None, 5000.0)
]
POINTS = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50), st.integers(-5, 5)), min_size=1, max_size=30)


def seconds(text: str, limits: MachineLimits = LIMITS) -> float:
    return math.fsum(move_times_s(interpret(text.encode()).toolpath, limits))


def polyline(points: list[tuple[int, int, int]], feed: float = 1200) -> str:
    return f"F{feed}\n" + "\n".join(f"G1 X{x} Y{y} Z{z}" for x, y, z in points)


def test_a_single_move_takes_its_analytic_time() -> None:
    assert seconds("G1 X100 F5000") == pytest.approx(1.36667, abs=1e-5)
    assert seconds("G1 X100 F5000", replace(LIMITS, jerk_mm_s3=5000)) == pytest.approx(1.46667, abs=1e-5)
    slow = replace(LIMITS, accel_mm_s2=800, jerk_mm_s3=2000)
    assert seconds("G1 X100 F1200", slow) == pytest.approx(5.2, abs=1e-12)


@pytest.mark.parametrize("limits", EVERY)
@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 99_999), min_size=1, max_size=30, unique=True), st.sampled_from([300, 5000]))
def test_splitting_a_straight_move_anywhere_changes_nothing(limits: MachineLimits, cuts: list[int], feed: int) -> None:
    parts = "\n".join(f"X{c / 1000:.3f} Y{c / 2000:.6f} Z{-c / 4000:.6f}" for c in [*sorted(cuts), 100_000])
    whole = seconds(f"G1 X100 Y50 Z-25 F{feed}", limits)
    assert seconds(f"G1 F{feed}\n{parts}", limits) == pytest.approx(whole, rel=2e-6)


@pytest.mark.parametrize("limits", EVERY)
def test_parts_of_a_split_move_take_the_time_of_their_place(limits: MachineLimits) -> None:
    """The middle of a line at 20 mm/s passes at 20 mm/s; both ends are slower, and alike."""
    limits = replace(limits, accel_mm_s2=80)
    times = move_times_s(interpret("\n".join(f"G1 X{x} F1200" for x in range(1, 101)).encode()).toolpath, limits)
    assert times[50] == pytest.approx(1 / 20)
    assert times[0] > times[1] > times[50]
    assert list(times) == pytest.approx(list(reversed(times)), rel=1e-6)


@pytest.mark.parametrize("limits", EVERY)
def test_a_reversal_stops_the_machine(limits: MachineLimits) -> None:
    assert seconds("G1 X50 F5000\nX0", limits) == pytest.approx(2 * seconds("G1 X50 F5000", limits), rel=1e-3)
    zigzag = "\n".join(f"G1 X{n % 2 * 10} F5000" for n in range(1, 21))
    assert seconds(zigzag, limits) == pytest.approx(20 * seconds("G1 X10 F5000", limits), rel=1e-3)


@pytest.mark.parametrize("limits", EVERY)
def test_z_only_moves_and_dwells_cost_time(limits: MachineLimits) -> None:
    assert seconds("G1 Z-10 F600", limits) > 1.0
    assert seconds("G1 X1 F60\nG4 P2.5\n", limits) == pytest.approx(2.5 + seconds("G1 X1 F60", limits))


@pytest.mark.parametrize("limits", EVERY)
def test_an_arc_takes_the_time_of_its_length_and_not_of_its_chord(limits: MachineLimits) -> None:
    assert seconds("G0 X0 Y0 Z0\nG2 X0 Y0 I50 J0 F600", limits) == pytest.approx(100 * math.pi / 10, rel=0.01)
    helix = math.sqrt((100 * math.pi) ** 2 + 20**2) / 10
    assert seconds("G0 X0 Y0 Z0\nG2 X0 Y0 Z-20 I50 J0 F600", limits) == pytest.approx(helix, rel=0.01)


@pytest.mark.parametrize("limits", EVERY)
def test_a_tight_arc_is_slower_than_its_feed(limits: MachineLimits) -> None:
    circles = "G0 X0 Y0 Z0\nG1 X1 F5000\n" + "G2 X1 Y0 I1 J0\n" * 20
    assert seconds(circles, limits) > 1.4 * 20 * 2 * math.pi / (5000 / 60)


@given(st.floats(0.001, 1e4), st.sampled_from(["G93", "G94"]))
def test_no_accepted_feed_gives_a_negative_or_endless_time(feed: float, mode: str) -> None:
    assert 0 < seconds(f"{mode} G1 X10 F{feed:.6f}") < float("inf")


@pytest.mark.parametrize("limits", EVERY)
@settings(max_examples=25, deadline=None)
@given(POINTS, st.one_of(st.none(), st.integers(1, 20)))
def test_time_is_never_below_distance_over_feed(limits: MachineLimits, points: Any, window: int | None) -> None:
    path = interpret(polyline(points).encode()).toolpath
    times = move_times_s(path, replace(limits, look_ahead_moves=window))
    for n, start, end in starts_and_ends(path):
        assert times[n] >= length_mm(path, n, start, end) / 20 - 1e-9


BETTER: list[dict[str, tuple[Any, Any]]] = [
    {"accel_mm_s2": (300, 420)},
    {"accel_mm_s2": ((300, 300, 100), (300, 350, 120))},
    {"junction_deviation_mm": (0.01, 0.05)},
    {"corner_tolerance_mm": (0.01, 0.05)},
    {"rapid_mm_min": (600, 900)},
    {"max_feed_mm_min": (600, 900)},
    {"look_ahead_moves": (2, 3)},
    {"look_ahead_moves": (7, None)},
    {"jerk_mm_s3": (700, 1000)},
    {"jerk_mm_s3": (1000, None)},
]


@pytest.mark.parametrize("better", BETTER, ids=[str(b) for b in BETTER])
@settings(max_examples=60, deadline=None)
@given(POINTS, st.sampled_from(sorted(DIALECTS)), st.sampled_from([None, 900.0, 5000.0]), st.sampled_from([None, 3, 16]))
def test_a_better_machine_is_never_slower(
    better: dict[str, tuple[Any, Any]], points: Any, dialect: str, jerk: float | None, window: int | None
) -> None:
    base: dict[str, Any] = {"dialect": dialect, "jerk_mm_s3": jerk, "look_ahead_moves": window}
    name, (worse, good) = next(iter(better.items()))
    slow, fast = (replace(LIMITS, **{**base, name: value}) for value in (worse, good))
    text = "G0 X3 Y2\n" + polyline(points, 1500) + "\nG0 X0 Y0"
    assert seconds(text, fast) <= seconds(text, slow) * (1 + 1e-9)


@settings(max_examples=60, deadline=None)
@given(POINTS, st.sampled_from(sorted(DIALECTS)), st.sampled_from([None, 900.0]))
def test_a_higher_feed_is_never_slower(points: Any, dialect: str, jerk: float | None) -> None:
    limits = replace(LIMITS, dialect=dialect, jerk_mm_s3=jerk)
    assert seconds(polyline(points, 2000), limits) <= seconds(polyline(points, 1500), limits) * (1 + 1e-9)


def test_a_report_tells_what_the_time_is_made_of_and_what_is_not_counted() -> None:
    kinds = [6, 4, 0, 1, 1, 5, 6, 0]
    columns = {"kind": kinds, "x_mm": [0, 0, 10, 10, 20, 20, 20, 20], "z_mm": [0, 0, 0, -1, -1, -1, -1, 5]}
    path = from_columns({**columns, "feed_mm_min": [0, 0, 0, 600, 600, 0, 0, 0], "dwell_s": [0, 2, 0, 0, 0, 0, 0, 0]})
    times = move_times_s(path, LIMITS)
    told = report_of(path, times, LIMITS)
    assert (told.dwell_s, told.tool_change_s, told.stop_s) == (2.0, 0.0, 0.0)
    assert (told.stops_not_counted, told.tool_changes_not_counted, told.is_complete) == (1, 2, False)
    assert told.total_s == pytest.approx(math.fsum(times))
    assert told.cut_s > 1.1
    assert 0 < told.rapid_s < 1.5
    stated = replace(LIMITS, tool_change_s=8.0, stop_s=30.0)
    known = report_of(path, move_times_s(path, stated), stated)
    assert (known.tool_change_s, known.stop_s, known.is_complete) == (16.0, 30.0, True)
    assert known.cut_s == told.cut_s


@pytest.mark.parametrize("limits", EVERY)
def test_a_stop_and_a_tool_change_stop_the_machine(limits: MachineLimits) -> None:
    one = seconds("G1 X50 F3000", limits)
    for standing in (MoveKind.DWELL, MoveKind.STOP, MoveKind.TOOL_CHANGE):
        path = from_columns({"kind": [1, standing, 1], "x_mm": [50, 50, 100], "feed_mm_min": [3000, 0, 3000]})
        assert math.fsum(move_times_s(path, limits)) == pytest.approx(2 * one)
