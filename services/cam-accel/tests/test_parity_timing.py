"""Do both kernels tell the same seconds, bit for bit, for any path, machine, look-ahead and jerk?"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rmos.cam_accel import kernels
from rmos.cam_accel.geometry import AXES
from rmos.cam_accel.kernels import NativeKernels, ReferenceKernels
from rmos.cam_accel.timing import DIALECTS, MachineLimits
from rmos.contracts.toolpath import COLUMNS, Toolpath, from_columns

pytestmark = pytest.mark.skipif(kernels._native is None, reason="the native kernels are not built here")
REFERENCE = ReferenceKernels()
SEEDS = st.integers(0, 2**32 - 1)
AXIS = st.one_of(st.floats(50, 20_000), st.tuples(*[st.floats(50, 20_000)] * 3))
LIMITS = st.builds(
    MachineLimits,
    rapid_mm_min=AXIS,
    accel_mm_s2=AXIS,
    junction_deviation_mm=st.one_of(st.just(0.0), st.floats(0.001, 0.5)),
    max_feed_mm_min=st.one_of(st.none(), AXIS),
    jerk_mm_s3=st.one_of(st.none(), st.floats(100, 1e6), st.just(1e-3)),
    look_ahead_moves=st.one_of(st.none(), st.integers(1, 40)),
    dialect=st.sampled_from(sorted(DIALECTS)),
    corner_tolerance_mm=st.one_of(st.none(), st.floats(0, 0.5)),
    arc_tolerance_mm=st.sampled_from([0.002, 0.1]),
    min_corner_mm_s=st.sampled_from([0.0, 0.0, 3.0]),
    laser_mode=st.booleans(),
    tool_change_s=st.one_of(st.none(), st.just(7.5)),
    stop_s=st.one_of(st.none(), st.just(0.1)),
)


def native() -> NativeKernels:
    assert kernels._native is not None
    return NativeKernels(kernels._native)


def path_of(seed: int, count: int) -> Toolpath:
    """Lines, split lines, reversals, true arcs in all planes, moves without length, waits, changes of feed and spindle."""
    random = np.random.default_rng(seed)
    rows, at, way, feed, rpm, switches = [], np.zeros(3), np.array([1.0, 0.0, 0.0]), 1200.0, 9000.0, 0
    keep = random.choice([0.1, 0.6, 0.95])
    for _ in range(count):
        kind = int(random.choice([0, 1, 1, 1, 1, 2, 3, 4, 5, 6], p=[0.1, *[0.18] * 4, 0.05, 0.05, 0.03, 0.025, 0.025]))
        plane, centre, end = int(random.integers(0, 3)), np.zeros(3), at
        feed = feed if random.random() < keep else float(random.choice([60.0, 1200.0, 9000.0, 3e4]))
        rpm = rpm if random.random() < 0.9 else float(random.choice([0.0, 9000.0]))
        switches = switches if random.random() < 0.95 else int(random.integers(0, 8))
        if kind < 2:
            if random.random() > keep:
                way = random.choice([-1.0, 0.0, 1.0, 0.001], 3) if random.random() < 0.5 else random.normal(0, 1, 3)
            end = at + way * random.choice([0.0, 0.01, 0.3, random.uniform(0, 30)])
        elif kind < 4:
            a, b, c = AXES[plane]
            centre[a], centre[b] = random.normal(0, random.choice([0.001, 1.0, 40.0]), 2)
            radius = math.sqrt(centre[a] * centre[a] + centre[b] * centre[b])
            angle = random.uniform(0, 2 * math.pi)
            end = at.copy()
            if random.random() < 0.8:
                end[a], end[b] = at[a] + centre[a] + radius * math.cos(angle), at[b] + centre[b] + radius * math.sin(angle)
            end[c] += random.choice([0.0, 0.0, -0.5])
        rows.append([kind, plane, *end, *centre, feed, rpm, 0.25 if kind == 4 else 0.0, switches])
        at = end
    names = *COLUMNS[:11], "switches"
    return from_columns(dict(zip(names, np.array(rows).T, strict=True)))


def times_of(which: Any, path: Toolpath, limits: MachineLimits) -> Any:
    try:
        return which.move_times_s(path, limits).tolist()
    except ValueError as error:
        return str(error)


@settings(max_examples=400, deadline=None)
@given(SEEDS, st.integers(1, 120), LIMITS)
def test_any_path_takes_the_same_seconds(seed: int, count: int, limits: MachineLimits) -> None:
    path = path_of(seed, count)
    told = times_of(REFERENCE, path, limits)
    assert times_of(native(), path, limits) == told
    assert all(0 <= seconds < math.inf for seconds in told)


@settings(max_examples=40, deadline=None)
@given(SEEDS, LIMITS, st.lists(st.floats(0.1, 3.0), max_size=5))
def test_any_path_takes_the_same_seconds_at_other_feeds(seed: int, limits: MachineLimits, factors: list[float]) -> None:
    path = path_of(seed, 60)
    totals = native().move_times_total_s(path, limits, factors).tolist()
    assert totals == REFERENCE.move_times_total_s(path, limits, factors).tolist()


@settings(max_examples=12, deadline=None)
@given(SEEDS, LIMITS)
@example(1, MachineLimits(3e4, 50, 0.1))
@example(2, MachineLimits(3e4, 50, 0.1, look_ahead_moves=1700))
@example(3, MachineLimits(3e4, 50, 0.1, jerk_mm_s3=100))
@example(4, MachineLimits(3e4, 50, 0.1, jerk_mm_s3=100, look_ahead_moves=37))
@example(5, MachineLimits(3e4, 500, 0.1, dialect="grbl", look_ahead_moves=16))
def test_long_paths_take_the_same_seconds(seed: int, limits: MachineLimits) -> None:
    """Longer than what the native kernel holds at a time, and with ramps that run through all of it."""
    random = np.random.default_rng(seed)
    heading, steps = np.cumsum(random.normal(0, 0.0003, 5000)), random.uniform(0.001, 0.2, 5000)
    smooth = {"x_mm": np.cumsum(steps * np.cos(heading)), "y_mm": np.cumsum(steps * np.sin(heading))}
    path = from_columns({**smooth, "kind": np.ones(5000), "feed_mm_min": random.choice([2e4, 2.1e4], 5000)})
    assert native().move_times_s(path, limits).tolist() == REFERENCE.move_times_s(path, limits).tolist()


def test_more_feeds_than_are_worked_out_together_take_the_same_seconds() -> None:
    path, limits = path_of(5, 30), MachineLimits(5000, 500, 0.01, jerk_mm_s3=5000)
    factors = np.linspace(0.1, 3, 150).tolist()
    totals = native().move_times_total_s(path, limits, factors).tolist()
    assert totals == REFERENCE.move_times_total_s(path, limits, factors).tolist()
    assert native().move_times_total_s(path, limits, []).tolist() == []


MEMORY = """
import pathlib, numpy as np
from test_parity_timing import MachineLimits, native, path_of
totals = native().move_times_total_s(path_of(5, 30), MachineLimits(5000, 500, 0.01, jerk_mm_s3=5000), np.full(10_000, 0.5))
assert len(set(totals)) == 1
print(pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")
@pytest.mark.skipif("asan" in os.environ.get("LD_PRELOAD", ""), reason="a sanitizer keeps what is freed")
def test_ten_thousand_feeds_take_little_memory() -> None:
    ran = subprocess.run([sys.executable, "-c", MEMORY], cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 400 << 10


@settings(max_examples=30, deadline=None)
@given(
    SEEDS, st.floats(2, 6), st.sampled_from([None, None, 2, 5, 17, 300]), st.sampled_from(["generic", "klipper", "linuxcnc"])
)
@example(6, 4.0, None, "generic")
@example(21, 3.0, 17, "generic")
@example(32, 5.0, 300, "klipper")
def test_long_paths_with_calm_and_rough_parts_take_the_same_seconds_under_jerk(
    seed: int, jerk: float, window: int | None, dialect: str
) -> None:
    """Cut at corners and worked out side by side, one after the other where none is, and both where few moves are in sight."""
    random = np.random.default_rng(seed)
    turns = random.choice([0, 0.002, 0.05, 0.5], 25).repeat(120)
    heading, steps = np.cumsum(random.normal(0, 1, 3000) * turns), random.uniform(0.02, 2, 3000) ** random.choice([1, 2])
    columns = {"x_mm": np.cumsum(steps * np.cos(heading)), "y_mm": np.cumsum(steps * np.sin(heading)), "kind": np.ones(3000)}
    path = from_columns({**columns, "feed_mm_min": random.choice([1500, 1500, 6000], 60).repeat(50)})
    limits = MachineLimits(3e4, 1000, 0.01, jerk_mm_s3=10**jerk, look_ahead_moves=window, dialect=dialect)
    assert native().move_times_s(path, limits).tolist() == REFERENCE.move_times_s(path, limits).tolist()


UNTIMED = [
    ("feed_mm_min", 0.0, "move 1 has no feed"),
    ("feed_mm_min", math.nan, "move 1 has no feed"),
    ("feed_mm_min", 5e-324, "move 1 has no feed"),
    ("x_mm", math.nan, "move 1 has no finite length"),
    ("x_mm", math.inf, "move 1 has no finite length"),
    ("x_mm", 1e300, "move 1 has no finite length"),
]


@pytest.mark.parametrize(
    ("column", "value", "message", "kind"),
    [*((*case, kind) for case in UNTIMED for kind in (1, 2)), ("i_mm", math.nan, "move 1 has no finite length", 2)],
)
def test_what_cannot_be_timed_is_refused_alike(column: str, value: float, message: str, kind: int) -> None:
    columns: dict[str, Any] = {"kind": [1, kind], "x_mm": [5.0, 9.0], "i_mm": [0.0, 2.0], "feed_mm_min": [60.0, 60.0]}
    columns[column][1] = value
    path = from_columns(columns)
    for which in (native(), REFERENCE):
        with pytest.raises(ValueError, match=message):
            which.move_times_s(path, MachineLimits(5000, 500, 0.01))
        with pytest.raises(ValueError, match=message):
            which.move_times_total_s(path, MachineLimits(5000, 500, 0.01), [1.0])


def test_the_native_kernel_refuses_limits_and_columns_of_another_form() -> None:
    module: Any = kernels._native
    path = from_columns({"kind": [1], "x_mm": [5.0], "feed_mm_min": [1.0]})
    columns = *kernels._arguments(path), path.spindle_rpm, path.switches
    with pytest.raises(ValueError, match="limits are not"):
        module.move_times_s(*columns, np.ones(3))
    with pytest.raises(ValueError, match="differ in length"):
        module.move_times_s(*kernels._arguments(path), np.ones(2), path.switches, MachineLimits(1, 1, 1).numbers())
    with pytest.raises(TypeError):
        module.move_times_s(*columns, MachineLimits(1, 1, 1).numbers().astype(np.float32))


@settings(max_examples=60, deadline=None)
@given(SEEDS, LIMITS)
def test_any_columns_take_the_same_seconds(seed: int, limits: MachineLimits) -> None:
    """Also arcs whose ends lie off their circle, arcs without a radius, and lengths at the edge of what a double holds."""
    random = np.random.default_rng(seed)
    names = ("x_mm", "y_mm", "z_mm", "i_mm", "j_mm", "k_mm")
    reals = {name: random.choice([0.0, -0.0, 1.0, 1e-162, 3e-160, 1e8, *random.normal(0, 30, 6)], 40) for name in names}
    kinds, planes = random.integers(0, 7, 40), random.integers(0, 3, 40)
    path = from_columns({**reals, "kind": kinds, "plane": planes, "feed_mm_min": random.choice([1e-3, 60.0, 1e9], 40)})
    assert times_of(native(), path, limits) == times_of(REFERENCE, path, limits)
