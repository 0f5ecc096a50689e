"""Do the native and the reference kernel join the same segments to the same chains?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rmos.cam_accel import kernels
from rmos.cam_accel.drawing.contours import BYTE_COLUMNS, COLUMNS, Joined
from rmos.cam_accel.kernels import NativeKernels, ReferenceKernels

pytestmark = pytest.mark.skipif(kernels._native is None, reason="the native kernels are not built here")
Point = tuple[float, float]
REFERENCE = ReferenceKernels()


def both_join(segments: list[tuple[Point, Point, float]], tolerance_mm: float = 0.01) -> Joined:
    """Each segment by its ends and how far its halfway point lies off the middle."""
    assert kernels._native is not None
    ends = np.array([p for a, b, _ in segments for p in (a, b)], dtype=np.float64).reshape(-1, 2)
    mid = np.array([(0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1]) + bow) for a, b, bow in segments], dtype=np.float64).reshape(
        -1, 2
    )
    columns = [np.ascontiguousarray(v) for v in (ends[:, 0], ends[:, 1], mid[:, 0], mid[:, 1])]
    native = NativeKernels(kernels._native).join_segments(*columns, tolerance_mm)
    assert told(native) == told(REFERENCE.join_segments(*columns, tolerance_mm))
    return native


def told(joined: Joined) -> Any:
    for name in COLUMNS:
        assert getattr(joined, name).dtype == (np.uint8 if name in BYTE_COLUMNS else np.int64)
    return [getattr(joined, name).tobytes() for name in COLUMNS], joined.crowded_end


GRID = st.integers(-3, 3)
NOISE = st.sampled_from([0.0, 0.0, 0.0, 1e-9, -4e-7, 9e-7, 1.1e-6, 0.003, -0.0099, 0.01, 0.0101, 0.02, 1 / 3])
PLACE = st.tuples(GRID, GRID, NOISE, NOISE).map(lambda p: (p[0] + p[2], p[1] + p[3]))
SEGMENT = st.tuples(PLACE, PLACE, st.sampled_from([0.0, 0.0, 0.0, 0.5, -0.5, 0.009, 0.011]))


@given(st.lists(SEGMENT, max_size=40), st.sampled_from([0.01, 0.1, 1.0, 2e-6]))
@example([((0, 0), (1, 0), 0.0), ((1, 0), (0, 0), 0.0)], 0.01)
@example([((0, 0), (0.005, 0), 0.0)], 0.01)
@example([((0, 0), (0, 0), 5.0), ((0, 0), (0.005, 0), 5.0)], 0.01)
@example([((0, 0), (1, 0), 0.0), ((1.004, 0), (1, 1), 0.0), ((1.002, 0.001), (2, 2), 0.0)], 0.01)
@example([], 0.01)
@settings(max_examples=400, deadline=None)
def test_segments_on_a_small_grid_are_joined_alike(segments: list[Any], tolerance_mm: float) -> None:
    both_join(segments, tolerance_mm)


@given(st.lists(st.tuples(*[st.floats(-1e7, 1e7)] * 4), max_size=30), st.floats(2e-6, 1))
@settings(max_examples=200, deadline=None)
def test_segments_anywhere_are_joined_alike(places: list[Any], tolerance_mm: float) -> None:
    both_join([((a, b), (c, d), 0.0) for a, b, c, d in places], tolerance_mm)


@given(st.integers(3, 400), st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_shuffled_ring_is_one_chain_for_both(count: int, seed: int, noisy: bool) -> None:
    numbers = np.random.default_rng(seed)
    turns = np.arange(count) * (2 * math.pi / count)
    at = [(100 * math.cos(t), 100 * math.sin(t)) for t in turns]
    noise = numbers.uniform(-0.003, 0.003, (count, 4)) if noisy else np.zeros((count, 4))
    segments = []
    for k in numbers.permutation(count).tolist():
        (ax, ay), (bx, by), n = at[k], at[(k + 1) % count], noise[k]
        pair = (ax + n[0], ay + n[1]), (bx + n[2], by + n[3])
        segments.append((*(pair if numbers.random() < 0.5 else pair[::-1]), 0.0))
    joined = both_join(segments)
    assert joined.closed.tolist() == [1]
    assert sorted(joined.segment.tolist()) == list(range(count))


def test_a_crowd_is_refused_by_both_at_the_same_end() -> None:
    joined = both_join([((k * 1e-5, 0.0), (50.0, k * 1.0), 0.0) for k in range(900)], 0.01)
    assert joined.crowded_end >= 0
    assert len(joined.segment) == 0


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1.1e7])
def test_both_refuse_what_is_no_place(bad: float) -> None:
    columns = np.array([0.0, bad]), np.zeros(2), np.zeros(1), np.zeros(1)
    for which in (NativeKernels(kernels._native), REFERENCE):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=r"beyond 1e\+07 mm"):
            which.join_segments(*columns, 0.01)


@pytest.mark.parametrize("tolerance_mm", [0.0, 1e-6, 1.1, math.nan, -1.0])
def test_both_refuse_a_tolerance_that_is_none(tolerance_mm: float) -> None:
    for which in (NativeKernels(kernels._native), REFERENCE):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="the tolerance must be"):
            which.join_segments(np.zeros(2), np.zeros(2), np.zeros(1), np.zeros(1), tolerance_mm)


def test_both_refuse_columns_that_differ_in_length() -> None:
    for which in (NativeKernels(kernels._native), REFERENCE):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="differ in length"):
            which.join_segments(np.zeros(2), np.zeros(2), np.zeros(2), np.zeros(2), 0.01)
