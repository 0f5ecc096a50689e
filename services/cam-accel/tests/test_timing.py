"""Is the time estimate bound by physics, and right where the answer is known?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.geometry import length_mm, starts_and_ends
from rmos.cam_accel.timing import MachineLimits, move_times_s

LIMITS = MachineLimits(rapid_mm_min=5000, accel_mm_s2=500, junction_deviation_mm=0.01)


def seconds(text: str, limits: MachineLimits = LIMITS) -> float:
    return sum(move_times_s(interpret(text.encode()).toolpath, limits))


def test_a_single_move_takes_its_analytic_time() -> None:
    assert seconds("G1 X100 F5000") == pytest.approx(1.36667, abs=1e-5)


def test_splitting_a_straight_move_changes_nothing() -> None:
    parts = "\n".join(f"G1 X{x} F5000" for x in range(1, 101))
    assert seconds(parts) == pytest.approx(seconds("G1 X100 F5000"), rel=1e-9)


def test_a_reversal_stops_the_machine() -> None:
    assert seconds("G1 X50 F5000\nX0") == pytest.approx(2 * seconds("G1 X50 F5000"), rel=1e-3)


def test_z_only_moves_and_dwells_cost_time() -> None:
    assert seconds("G1 Z-10 F600") > 1.0
    assert seconds("G1 X1 F60\nG4 P2.5\n") == pytest.approx(2.5 + seconds("G1 X1 F60"))


@given(st.floats(0.001, 1e4), st.sampled_from(["G93", "G94"]))
def test_no_accepted_feed_gives_a_negative_or_endless_time(feed: float, mode: str) -> None:
    assert 0 < seconds(f"{mode} G1 X10 F{feed:.6f}") < float("inf")


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50), st.integers(-5, 5)), min_size=1, max_size=30))
def test_time_is_never_below_distance_over_feed(points: list[tuple[int, int, int]]) -> None:
    path = interpret("\n".join(f"G1 X{x} Y{y} Z{z} F1200" for x, y, z in points).encode()).toolpath
    times = move_times_s(path, LIMITS)
    for n, start, end in starts_and_ends(path):
        assert times[n] >= length_mm(path, n, start, end) / 20 - 1e-9
