"""How long will the machine take? Two-pass look-ahead with junction deviation: the reference kernel."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from rmos.cam_accel.geometry import Point3, is_arc, length_mm, points, starts_and_ends
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


def move_times_s(path: Toolpath, limits: MachineLimits) -> list[float]:
    """Seconds per move: trapezoids between junction speeds; a dwell stops the machine. Source: GRBL's planner."""
    times = [float(d) for d in path.dwell_s.tolist()]
    run: list[_Block] = []
    for n, start, end in starts_and_ends(path):
        if path.kind[n] == MoveKind.DWELL:
            _finish(run, times, limits)
            run = []
            continue
        block = _block(path, n, start, end, limits)
        if block is not None:
            run.append(block)
    _finish(run, times, limits)
    return times


def _block(path: Toolpath, n: int, start: Point3, end: Point3, limits: MachineLimits) -> _Block | None:
    length = length_mm(path, n, start, end)
    if length <= 0:
        return None
    feed = limits.rapid_mm_min if path.kind[n] == MoveKind.RAPID else float(path.feed_mm_min[n])
    if is_arc(path, n):
        chords = points(path, n, start, end, 0.002)
        return _Block(n, length, feed / 60, _unit(chords[0], chords[1]), _unit(chords[-2], chords[-1]))
    direction = _unit(start, end)
    return _Block(n, length, feed / 60, direction, direction)


def _unit(a: Point3, b: Point3) -> Point3:
    length = math.dist(a, b)
    return ((b[0] - a[0]) / length, (b[1] - a[1]) / length, (b[2] - a[2]) / length) if length else (0.0, 0.0, 0.0)


def _junction_mm_s(a: _Block, b: _Block, limits: MachineLimits) -> float:
    """v² = a·δ·sin(θ/2) / (1 - sin(θ/2)), θ the angle between the moves; a straight junction does not slow down."""
    cosine = -(a.leave[0] * b.enter[0] + a.leave[1] * b.enter[1] + a.leave[2] * b.enter[2])
    slowest = min(a.speed_mm_s, b.speed_mm_s)
    if cosine < -0.999999:
        return slowest
    half_sine = math.sqrt(max(0.0, 0.5 * (1 - cosine)))
    square = limits.accel_mm_s2 * limits.junction_deviation_mm * half_sine / (1 - half_sine)
    return min(slowest, math.sqrt(square))


def _finish(run: list[_Block], times: list[float], limits: MachineLimits) -> None:
    if not run:
        return
    a = limits.accel_mm_s2
    v = [0.0, *(_junction_mm_s(p, q, limits) for p, q in itertools.pairwise(run)), 0.0]
    for n in range(len(run) - 1, -1, -1):
        v[n] = min(v[n], math.sqrt(v[n + 1] * v[n + 1] + 2 * a * run[n].length_mm))
    for n, block in enumerate(run):
        v[n + 1] = min(v[n + 1], math.sqrt(v[n] * v[n] + 2 * a * block.length_mm))
        times[block.index] = _trapezoid_s(block.length_mm, v[n], v[n + 1], block.speed_mm_s, a)


def _trapezoid_s(length: float, v0: float, v1: float, top: float, a: float) -> float:
    peak = min(top, math.sqrt((2 * a * length + v0 * v0 + v1 * v1) / 2))
    ramps = (2 * peak * peak - v0 * v0 - v1 * v1) / (2 * a)
    return (2 * peak - v0 - v1) / a + max(0.0, length - ramps) / peak
