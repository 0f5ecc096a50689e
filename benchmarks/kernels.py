"""How fast are reading, timing and engagement: native, reference, a bare regular expression, NumPy? At 1x, 10x and 100x."""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from clock import best_s
from numpy.typing import NDArray
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.timing import MachineLimits
from rmos.contracts.toolpath import MoveKind, Toolpath

LIMITS, TOOL_MM = MachineLimits(5000, 500, 0.01), 6.0
WORD = re.compile(rb"([A-Z])([-+]?[0-9.]+)")


def program(lines: int) -> bytes:
    """Short moves along a wandering line, every tenth an arc: what a finishing pass looks like."""
    numbers, x, y = random.Random(7), 0.0, 0.0
    out = ["G21 G90", "G0 X0 Y0 Z5", "M3 S18000", "G1 Z-1 F300", "F1500"]
    while len(out) < lines:
        step = numbers.uniform(0.05, 2.0)
        x, y = x + step, y + numbers.uniform(-0.5, 0.5)
        out.append(f"G3 X{x:.3f} Y{y:.3f} R{10 * step:.3f}" if len(out) % 10 == 0 else f"G1 X{x:.3f} Y{y:.3f}")
        if x > 700:
            x = 0.0
            out.append(f"G0 X0 Y{y:.3f}")
    return "\n".join(out).encode()


def numpy_times_s(path: Toolpath) -> NDArray[np.float64]:
    """The same two passes as prefix minima over v², for straight moves without dwells; arcs are taken as chords."""
    points = np.column_stack([path.x_mm, path.y_mm, path.z_mm])
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 3)))
    length = np.sqrt((steps * steps).sum(axis=1))
    kept = length > 0
    steps, length = steps[kept], length[kept]
    top = np.where(path.kind[kept] == MoveKind.RAPID, LIMITS.rapid_mm_min, path.feed_mm_min[kept]) / 60
    unit = steps / length[:, None]
    cosine = -(unit[:-1] * unit[1:]).sum(axis=1)
    half = np.sqrt(np.maximum(0, 0.5 * (1 - cosine)))
    with np.errstate(divide="ignore"):
        square = LIMITS.accel_mm_s2 * LIMITS.junction_deviation_mm * half / (1 - half)
    slowest = np.minimum(top[:-1], top[1:]) ** 2
    w = np.concatenate([[0.0], np.where(cosine < -0.999999, slowest, np.minimum(slowest, square)), [0.0]])
    s = np.concatenate([[0.0], np.cumsum(2 * LIMITS.accel_mm_s2 * length)])
    w = np.minimum.accumulate((w + s)[::-1])[::-1] - s
    w = np.minimum.accumulate(w - s) + s
    v0, v1 = np.sqrt(np.maximum(w[:-1], 0)), np.sqrt(np.maximum(w[1:], 0))
    a = LIMITS.accel_mm_s2
    peak = np.minimum(top, np.sqrt((2 * a * length + v0 * v0 + v1 * v1) / 2))
    ramps = (2 * peak * peak - v0 * v0 - v1 * v1) / (2 * a)
    return (2 * peak - v0 - v1) / a + np.maximum(0, length - ramps) / peak


def figures(lines: int) -> dict[str, Any]:
    data = program(lines)
    native, reference = choose("on"), choose("off")
    path = native.interpret(data).toolpath
    repeats = max(3, 300_000 // lines)
    slow = 1 if lines > 200_000 else 3
    reading = {
        "native": best_s(lambda: native.interpret(data), repeats),
        "reference": best_s(lambda: reference.interpret(data), slow),
        "one regular expression": best_s(lambda: WORD.findall(data), repeats),
    }
    timing = {
        "native": best_s(lambda: native.move_times_s(path, LIMITS), repeats),
        "reference": best_s(lambda: reference.move_times_s(path, LIMITS), slow),
        "numpy": best_s(lambda: numpy_times_s(path), repeats),
    }
    meeting = {
        "native": best_s(lambda: native.engagement(path, TOOL_MM), 3),
        "reference": best_s(lambda: reference.engagement(path, TOOL_MM), 1),
    }
    totals: dict[str, Sequence[float]] = {"native": native.move_times_s(path, LIMITS), "numpy": numpy_times_s(path).tolist()}
    return {
        "lines": lines, "bytes": len(data), "moves": len(path),
        "read_mlines_s": {name: round(lines / s / 1e6, 3) for name, s in reading.items()},
        "read_ratio": {name: round(s / reading["native"], 1) for name, s in reading.items()},
        "time_mmoves_s": {name: round(len(path) / s / 1e6, 3) for name, s in timing.items()},
        "time_ratio": {name: round(s / timing["native"], 1) for name, s in timing.items()},
        "engage_mmoves_s": {name: round(len(path) / s / 1e6, 5) for name, s in meeting.items()},
        "engage_ratio": {name: round(s / meeting["native"], 1) for name, s in meeting.items()},
        "engage_m_s": round(float(native.lengths_mm(path).sum()) / 1000 / meeting["native"], 1),
        "minutes": {name: round(sum(values) / 60, 3) for name, values in totals.items()},
    }  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    for count in parser.parse_args().lines:
        print(json.dumps(figures(count)))
