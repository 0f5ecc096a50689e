"""Is speed planned to a stop at the end of what the controller sees, and nowhere else?"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.timing import MachineLimits, move_times_s
from rmos.cam_accel.timing.blocks import blocks_of
from rmos.cam_accel.timing.look_ahead import entry_caps_v2, plan, speeds
from rmos.contracts.toolpath import Toolpath, from_columns

LIMITS = MachineLimits(rapid_mm_min=9000, accel_mm_s2=300, junction_deviation_mm=0.02)
SEEDS = st.integers(0, 2**32 - 1)


def wandering(seed: int, count: int, turn: float = 0.05) -> Toolpath:
    random = np.random.default_rng(seed)
    heading, steps = np.cumsum(random.normal(0, turn, count)), random.uniform(0.05, 3, count)
    x, y = np.cumsum(steps * np.cos(heading)), np.cumsum(steps * np.sin(heading))
    return from_columns({"kind": np.ones(count), "x_mm": x, "y_mm": y, "feed_mm_min": random.choice([2000, 8000], count)})


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 60), st.integers(1, 25))
def test_a_window_stops_at_its_end_as_if_each_block_were_planned_anew(seed: int, count: int, window: int) -> None:
    """Every entry by hand: backward from a stop at the end of the blocks ahead."""
    blocks = blocks_of(wandering(seed, count), LIMITS)
    caps = entry_caps_v2(blocks, speeds(blocks, 1.0))
    gain = [2 * b.length_mm / b.inverse_accel for b in blocks]
    v2 = 0.0
    told = plan(blocks, window, 1.0).v2
    for first in range(count):
        seen = 0.0
        for n in range(min(first + window, count) - 1, first - 1, -1):
            seen = min(caps[n], seen + gain[n])
        v2 = min(seen, v2) if first else 0.0
        assert told[first] == pytest.approx(v2, rel=1e-9, abs=1e-9)
        v2 += gain[first]


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(1, 60), st.sampled_from([None, 3000.0]))
def test_one_block_of_look_ahead_stops_after_each_and_enough_of_them_is_unbounded(
    seed: int, count: int, jerk: float | None
) -> None:
    path = wandering(seed, count, 0.5)
    limits = replace(LIMITS, jerk_mm_s3=jerk)
    alone = 0.0
    at = np.zeros(3)
    for n in range(count):
        columns = {"kind": [1], "x_mm": [path.x_mm[n]], "y_mm": [path.y_mm[n]], "feed_mm_min": [path.feed_mm_min[n]]}
        alone += float(move_times_s(from_columns(columns, (at[0], at[1], at[2])), limits)[0])
        at[:2] = path.x_mm[n], path.y_mm[n]
    assert math.fsum(move_times_s(path, replace(limits, look_ahead_moves=1))) == pytest.approx(alone)
    unbounded = move_times_s(path, limits)
    assert list(move_times_s(path, replace(limits, look_ahead_moves=count + 1))) == pytest.approx(list(unbounded), rel=1e-9)


def test_sixteen_blocks_are_too_few_for_short_segments_at_speed() -> None:
    """0.05 mm a block: the 15 ahead of the running one are 0.75 mm, on which 300 mm/s² stop no more than 21.2 mm/s."""
    count = 4000
    heading = np.linspace(0, 8 * math.pi, count)
    x, y = np.cumsum(0.05 * np.cos(heading)), np.cumsum(0.05 * np.sin(heading))
    path = from_columns({"kind": np.ones(count), "x_mm": x, "y_mm": y, "feed_mm_min": np.full(count, 6000.0)})
    few = math.fsum(move_times_s(path, replace(LIMITS, look_ahead_moves=16, junction_deviation_mm=0.5)))
    assert few == pytest.approx(200 / math.sqrt(2 * 300 * 0.75), rel=0.01)
    many = math.fsum(move_times_s(path, replace(LIMITS, look_ahead_moves=100, junction_deviation_mm=0.5)))
    assert many < 0.6 * few
