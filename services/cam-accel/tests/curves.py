"""Paths of many short lines, and how far two paths lie apart, measured by samples alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from rmos.cam_accel.geometry import spaced, starts_and_ends
from rmos.contracts.toolpath import Toolpath, from_columns


def lines_through(points: Any, feeds: Any = 900.0) -> Toolpath:
    """A rapid to the first point, then a line to each other."""
    p = np.asarray(points, dtype=float)
    kind = np.array([0] + [1] * (len(p) - 1))
    columns = {"kind": kind, "x_mm": p[:, 0], "y_mm": p[:, 1], "z_mm": p[:, 2], "feed_mm_min": np.where(kind, feeds, 0.0)}
    return from_columns({**columns, "spindle_rpm": np.full(len(p), 9000.0)})


def circle(count: int, radius_mm: float, turns: float = 1.0, rise_mm: float = 0.0) -> Any:
    angle = np.linspace(0, 2 * math.pi * turns, count + 1)
    return np.column_stack((radius_mm * np.cos(angle), radius_mm * np.sin(angle), np.linspace(0, rise_mm, count + 1)))


def wandering(random: np.random.Generator) -> Any:
    """Straights, bends of every size, corners and noise; level, or rising with the way."""
    heading, curvature, at, points = 0.0, 0.0, np.zeros(2), []
    noise = float(random.choice([0.0, 0.002, 0.02]))
    for _ in range(int(random.integers(2, 120))):
        if random.random() < 0.12:
            curvature = float(random.choice([0.0, 0.0, random.normal(0, 0.1), random.normal(0, 1)]))
        if random.random() < 0.04:
            heading += random.uniform(-math.pi, math.pi)
        step = float(random.uniform(0.05, 0.6))
        heading += curvature * step
        at = at + step * np.array([math.cos(heading), math.sin(heading)])
        points.append(at + random.normal(0, noise, 2))
    rise = float(random.choice([0.0, 0.0, -0.01, 0.3]))
    return np.column_stack((np.array(points), -1 + rise * np.arange(len(points)) + random.choice([0, 0.002]) * random.random()))


def samples(path: Toolpath, spacing_mm: float) -> Any:
    """From the end of the first move on, so close to one another."""
    out = []
    for n, start, end in starts_and_ends(path):
        if n:
            around = math.dist(start, end) + 4 * abs(path.i_mm[n]) + 4 * abs(path.j_mm[n])
            out += [start, *spaced(path, n, start, end, max(2, math.ceil(around / spacing_mm)))]
    return np.array(out)


def farthest_mm(points: Any, others: Any) -> float:
    """The largest distance of a point from the polyline through the others."""
    a, b = others[:-1], others[1:]
    d = b - a
    square = np.maximum((d * d).sum(axis=1), 1e-300)
    worst = 0.0
    for p in points:
        part = np.clip(((p - a) * d).sum(axis=1) / square, 0, 1)
        off = p - (a + part[:, None] * d)
        worst = max(worst, float((off * off).sum(axis=1).min()))
    return math.sqrt(worst)
