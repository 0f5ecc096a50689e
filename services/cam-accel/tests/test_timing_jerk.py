"""Does a machine whose jerk is limited move as mechanics say: seven phases, whole ways, and never faster than without?"""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.timing import MachineLimits, move_times_s
from rmos.cam_accel.timing.blocks import blocks_of
from rmos.cam_accel.timing.ramps import ramp_of
from rmos.cam_accel.timing.reach import cube_root, reach_mm_s
from rmos.cam_accel.timing.s_curve import motion_s, peak_mm_s, time_at_s

LIMITS = MachineLimits(rapid_mm_min=5000, accel_mm_s2=500, junction_deviation_mm=0.01)
SPEEDS = st.floats(0, 200)
ACCELS, JERKS = st.floats(50, 5000), st.floats(100, 1e6)


def phases(v0: float, v1: float, peak: float, length: float, accel: float, jerk: float) -> list[tuple[float, float]]:
    """(jerk, seconds) of each of the seven phases, from the definition: acceleration grows at `jerk` up to `accel`."""
    out = []
    for change, sign in ((peak - v0, 1.0), (peak - v1, -1.0)):
        grow = min(accel / jerk, math.sqrt(change / jerk))
        hold = max(0.0, change / accel - accel / jerk) if grow == accel / jerk else 0.0
        out += [(sign * jerk, grow), (0.0, hold), (-sign * jerk, grow)]
    ramps = run(out, v0)[0]
    return [*out[:3], (0.0, max(0.0, length - ramps) / peak), *out[3:]]


def run(steps: list[tuple[float, float]], speed: float) -> tuple[float, float, float, list[tuple[float, float]]]:
    """Way, speed and acceleration after the phases, and (seconds, way) at the end of each, by integration."""
    way = accel = now = 0.0
    passed = []
    for jerk, t in steps:
        way += speed * t + accel * t * t / 2 + jerk * t**3 / 6
        speed += accel * t + jerk * t * t / 2
        accel += jerk * t
        now += t
        passed.append((now, way))
    return way, speed, accel, passed


@settings(max_examples=300, deadline=None)
@given(SPEEDS, SPEEDS, st.floats(1, 200), st.floats(0.1, 300), ACCELS, JERKS)
def test_seven_phases_lead_from_speed_to_speed_over_the_whole_length(
    v0: float, v1: float, top: float, length: float, accel: float, jerk: float
) -> None:
    ramp = ramp_of(1 / accel, jerk)
    v0, v1 = min(v0, top), min(v1, top)
    assume(ramp.way_mm(min(v0, v1), max(v0, v1)) <= length)
    peak = peak_mm_s(v0, v1, top, length, ramp)
    assert max(v0, v1) <= peak <= top
    steps = phases(v0, v1, peak, length, accel, jerk)
    way, speed, _, passed = run(steps, v0)
    assert way == pytest.approx(length, rel=1e-6, abs=1e-4)
    assert speed == pytest.approx(v1, abs=1e-6)
    assert motion_s(v0, v1, peak, length, ramp) == pytest.approx(passed[-1][0], rel=1e-6)
    for seconds, at in passed:
        assert time_at_s(min(at, length), v0, v1, peak, length, ramp) == pytest.approx(seconds, rel=1e-4, abs=1e-6)


@settings(max_examples=300, deadline=None)
@given(SPEEDS, st.floats(0, 50), st.floats(1e-4, 300), ACCELS, JERKS)
def test_what_can_be_reached_is_within_the_length_and_grows_with_the_entry(
    low: float, more: float, length: float, accel: float, jerk: float
) -> None:
    ramp = ramp_of(1 / accel, jerk)
    reached = reach_mm_s(low, 1e6, length, ramp)
    assert reached >= low
    assert ramp.way_mm(low, max(low, reached - 1e-12 * reached)) <= length * (1 + 1e-9)
    assert reach_mm_s(low + more, 1e6, length, ramp) >= reached * (1 - 1e-12)
    assert ramp.way_mm(reached, reached * 1.001 + 0.001) + ramp.way_mm(low, reached) > 0.9 * length, (
        "not much room is given away"
    )


@settings(max_examples=300, deadline=None)
@given(SPEEDS, st.floats(1e-4, 300), ACCELS, JERKS)
def test_a_motion_entered_at_more_than_a_third_of_its_exit_uses_its_whole_length(
    low: float, length: float, accel: float, jerk: float
) -> None:
    ramp = ramp_of(1 / accel, jerk)
    reached = reach_mm_s(low, 1e6, length, ramp)
    assume(low > 1e-6 and low > min(reached / 3, ramp.knee / 2) * (1 + 1e-9))
    rounding = 4 * math.ulp(reached)
    assert ramp.way_mm(low, max(low, reached - rounding)) <= length * (1 + 1e-12)
    assert ramp.way_mm(low, reached + rounding) >= length * (1 - 1e-12)


@given(st.floats(1e-300, 1e300))
def test_a_cube_root_is_as_good_as_that_of_the_c_library(value: float) -> None:
    assert cube_root(value) == pytest.approx(math.cbrt(value), rel=1e-15)


@pytest.mark.parametrize("value", [0.0, 5e-324, math.inf])
def test_the_cube_root_of_what_is_beyond_its_range_is_that_of_its_end(value: float) -> None:
    assert cube_root(value) in (pytest.approx(1e-100), pytest.approx(1e100))


def test_a_slow_entry_never_reaches_more_than_a_faster_one() -> None:
    """From a third of the speed a ramp needs 9 % more way than from rest: what lies between is not promised to either."""
    ramp = ramp_of(1 / 5000, 1000)
    from_rest, from_third = ramp.way_mm(0, 30), ramp.way_mm(10, 30)
    assert from_third == pytest.approx(1.0887 * from_rest, rel=1e-4)
    between = 0.5 * (from_rest + from_third)
    reached = [reach_mm_s(low, 30, between, ramp) for low in (0.0, 2.0, 6.0, 10.0, 20.0)]
    assert reached == sorted(reached)
    assert reached[0] < 30 <= reached[-1]
    assert reach_mm_s(0, 30, from_third * 1.0001, ramp) == 30


def test_endless_jerk_is_a_trapezoid_and_every_finite_one_is_slower() -> None:
    text = b"G1 X100 F5000\nY50\nX0\nX0.1 Y3\nX30\nX31 Y3.1\nX60 Y9"
    path = interpret(text).toolpath
    trapezoid = math.fsum(move_times_s(path, LIMITS))
    times = [math.fsum(move_times_s(path, replace(LIMITS, jerk_mm_s3=jerk))) for jerk in (1e3, 1e4, 1e5, 1e6, 1e9)]
    assert times == sorted(times, reverse=True)
    assert trapezoid <= times[-1] == pytest.approx(trapezoid, rel=1e-4)
    assert times[0] > 1.3 * trapezoid


def test_feeds_that_change_along_a_line_are_motions_of_their_own() -> None:
    limits = replace(LIMITS, jerk_mm_s3=2000)
    one = math.fsum(move_times_s(interpret(b"G1 X50 F1200\nX100").toolpath, limits))
    two = math.fsum(move_times_s(interpret(b"G1 X50 F1200\nX100 F600").toolpath, limits))
    assert two > one + 50 / 10 - 50 / 20


def test_a_fine_polyline_around_a_circle_is_not_one_straight_motion() -> None:
    """It turns by 1 mrad a block, and wholly in the end: motions begin anew before the direction is another."""
    points = [(50 * math.cos(n / 1000), 50 * math.sin(n / 1000)) for n in range(6284)]
    lines = "\n".join(f"X{x:.6f} Y{y:.6f}" for x, y in points)
    path = interpret(f"G0 X50 Y0 Z0\nG1 F1200\n{lines}".encode()).toolpath
    motions = sum(not block.joins for block in blocks_of(path, replace(LIMITS, jerk_mm_s3=1e4)))
    assert motions > 2 * math.pi / 0.003
