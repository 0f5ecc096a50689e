"""How long will the machine take? Two-pass look-ahead with junction deviation: the reference kernel."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.geometry import Point3, directions, length_mm, starts_and_ends
from rmos.contracts.toolpath import MoveKind, Toolpath


@dataclass(frozen=True)
class MachineLimits:
    rapid_mm_min: float
    accel_mm_s2: float
    junction_deviation_mm: float


@dataclass
class _Block:
    index: int
    length_mm: float
    speed_mm_s: float
    enter: Point3
    leave: Point3


def move_times_s(path: Toolpath, limits: MachineLimits) -> NDArray[np.float64]:
    """Seconds per move: trapezoids between junction speeds; a dwell stops the machine. Source: GRBL's planner.

    Raises ValueError where a cutting move has no feed.
    """
    times = [float(d) for d in path.dwell_s.tolist()]
    run: list[_Block] = []
    for n, start, end in starts_and_ends(path):
        if path.kind[n] >= MoveKind.DWELL:
            _finish(run, times, limits)
            run = []
            continue
        length = length_mm(path, n, start, end)
        if length > 0:
            run.append(_Block(n, length, _speed_mm_s(path, n, limits), *directions(path, n, start, end, length)))
    _finish(run, times, limits)
    return np.array(times)


def _speed_mm_s(path: Toolpath, n: int, limits: MachineLimits) -> float:
    feed = limits.rapid_mm_min if path.kind[n] == MoveKind.RAPID else float(path.feed_mm_min[n])
    if not feed > 0:
        raise ValueError(f"move {n} has no feed")
    return feed / 60


def _junction_v2(a: _Block, b: _Block, limits: MachineLimits) -> float:
    """v² = a·δ·sin(θ/2) / (1 - sin(θ/2)), θ the angle between the moves; a straight junction does not slow down."""
    cosine = -(a.leave[0] * b.enter[0] + a.leave[1] * b.enter[1] + a.leave[2] * b.enter[2])
    slowest = min(a.speed_mm_s, b.speed_mm_s)
    if cosine < -0.999999:
        return slowest * slowest
    half_sine = math.sqrt(max(0.0, 0.5 * (1 - cosine)))
    return min(slowest * slowest, limits.accel_mm_s2 * limits.junction_deviation_mm * half_sine / (1 - half_sine))


def _finish(run: list[_Block], times: list[float], limits: MachineLimits) -> None:
    """Both passes on v²: a block of length L lets it grow or shrink by 2·a·L."""
    if not run:
        return
    a = limits.accel_mm_s2
    v2 = [0.0, *(_junction_v2(p, q, limits) for p, q in itertools.pairwise(run)), 0.0]
    for n in range(len(run) - 1, -1, -1):
        v2[n] = min(v2[n], v2[n + 1] + 2 * a * run[n].length_mm)
    v0 = 0.0
    for n, block in enumerate(run):
        v2[n + 1] = min(v2[n + 1], v2[n] + 2 * a * block.length_mm)
        v1 = math.sqrt(v2[n + 1])
        both = v2[n] + v2[n + 1]
        peak = min(block.speed_mm_s, math.sqrt((2 * a * block.length_mm + both) / 2))
        ramps_mm = (2 * peak * peak - both) / (2 * a)
        times[block.index] = (2 * peak - v0 - v1) / a + max(0.0, block.length_mm - ramps_mm) / peak
        v0 = v1
