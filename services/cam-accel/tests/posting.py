"""Toolpaths at random, and how tests post and read back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st
from rmos.cam_accel.gcode import NO_OFFSETS
from rmos.cam_accel.geometry import AXES
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.post import controller_of, write
from rmos.contracts.toolpath import Toolpath, from_columns

SAFE_Z_MM = 5.0


def reread(path: Toolpath, name: str) -> Toolpath:
    return read(write(path, name, "job", SAFE_Z_MM), name)


def read(program: bytes, name: str) -> Toolpath:
    return choose("auto").interpret(program, NO_OFFSETS, controller_of(name).reader).toolpath


def random_path(random: np.random.Generator, *, planes: bool = True, tools: bool = True, coolants: bool = True) -> Toolpath:
    """Lines, arcs, helices and whole circles in every plane, arcs shorter than the last decimal and arcs that lack as little
    of a circle; dwells, stops, tool changes, both ways of the spindle."""
    rows: list[tuple[float, ...]] = []
    at, tool, rpm, switches = np.array([*random.uniform(-9, 9, 2), SAFE_Z_MM]), int(random.integers(0, 3)) * tools, 0.0, 0
    rows.append((0, 0, *at, 0, 0, 0, 0, 0, 0, tool, 0))
    for _ in range(int(random.integers(1, 30))):
        kind = int(random.choice([0, 1, 1, 2, 2, 3, 3, 4, 5, 6]))
        plane = int(random.integers(0, 3)) if planes else 0
        if random.random() < 0.2:
            rpm = float(random.choice([0, 9000, 12000.4]))
            switches = int(random.choice([0, 4])) + (int(random.integers(0, 4)) if coolants else 0)
        centre, feed, dwell_s, end = np.zeros(3), 0.0, 0.0, at
        if kind == 6:
            if not tools:
                continue
            if at[2] < SAFE_Z_MM:
                at = np.array([at[0], at[1], SAFE_Z_MM + random.choice([0.0, 3.3])])
                rows.append((0, 0, *at, 0, 0, 0, 0, rpm, 0, tool, switches))
            tool, end = int(random.integers(1, 5)), at
        elif kind in (2, 3):
            centre, end = random_arc(random, plane, kind == 3, at)
        elif kind in (0, 1):
            end = at + random.choice([0.0, 0.0003, 1.0], 3) * random.normal(0, 5, 3)
        if kind in (1, 2, 3):
            feed = float(random.choice([0.25, 60, 800.5, 12000]))
        if kind == 4:
            dwell_s = float(random.choice([0.0, 0.001, 2.0, 13.25]))
        rows.append((kind, plane, *end, *centre, feed, rpm, dwell_s, tool, switches))
        at = end
    return path_of_rows(rows)


def path_of_rows(rows: list[tuple[float, ...]]) -> Toolpath:
    names = (
        "kind", "plane", "x_mm", "y_mm", "z_mm", "i_mm", "j_mm", "k_mm", "feed_mm_min", "spindle_rpm", "dwell_s", "tool",
        "switches",
    )  # fmt: skip
    return from_columns(dict(zip(names, np.array(rows, dtype=float).T, strict=True)), (0.0, 0.0, SAFE_Z_MM))


def random_arc(random: np.random.Generator, plane: int, ccw: bool, at: Any) -> tuple[Any, Any]:
    """(centre from the start, end)."""
    a, b, c = AXES[plane]
    radius = float(random.choice([0.0004, 0.02, 3.0, 250.0]))
    first, small = random.uniform(0, 2 * math.pi), random.uniform(0, 0.002) / radius
    turn = float(random.choice([2 * math.pi, random.uniform(0.01, 6.2), min(small, 1.0), 2 * math.pi - min(small, 1.0)]))
    centre, end = np.zeros(3), np.array(at, dtype=float)
    centre[a], centre[b] = -radius * math.cos(first), -radius * math.sin(first)
    if turn < 2 * math.pi:
        last = first + (turn if ccw else -turn)
        end[a], end[b] = at[a] + centre[a] + radius * math.cos(last), at[b] + centre[b] + radius * math.sin(last)
    end[c] += float(random.choice([0.0, 0.0, -0.7, 2.0]))
    return centre, end


seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)
