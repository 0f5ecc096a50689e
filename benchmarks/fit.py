"""How fast is arc fitting, and does its time grow with the path? Native, reference, and a search by one more each time."""

from __future__ import annotations

import argparse
import json
import math
from typing import Any

import numpy as np
from clock import best_s
from rmos.cam_accel.fit.arcs import arc_fits
from rmos.cam_accel.kernels import choose
from rmos.contracts.toolpath import MoveKind, Toolpath, from_columns

TOLERANCE_MM = 0.01


def paths(count: int) -> dict[str, Toolpath]:
    """Chords of: a curve that bends all the time, one line, turns of one spiral so wide that each half takes a tenth of the
    path, and a line whose points lie off it at random by more than the tolerance, so that nothing joins."""
    n = np.arange(count + 1)
    numbers = np.random.default_rng(7)
    turn = 2 * math.pi * 5 * n / count
    level = np.full(count + 1, -1.0)
    return {
        "curve": _lines(0.03 * n, 8 * np.sin(0.01 * n) + 2 * np.sin(0.027 * n), level),
        "line": _lines(0.03 * n, 0.01 * n, level),
        "long arcs": _lines(100 * np.cos(turn), 100 * np.sin(turn), -1 - n / count),
        "rough": _lines(0.03 * n, numbers.uniform(-0.1, 0.1, count + 1), level),
    }


def _lines(x: Any, y: Any, z: Any) -> Toolpath:
    kind = np.minimum(np.arange(len(x)), 1)
    return from_columns({"kind": kind, "x_mm": x, "y_mm": y, "z_mm": z, "feed_mm_min": 900.0 * kind})


def one_more_each_time(path: Toolpath) -> int:
    """How many arcs a search finds that measures all points anew for each one it adds."""
    points = list(zip(path.x_mm.tolist(), path.y_mm.tolist(), path.z_mm.tolist(), strict=True))
    at, arcs = 0, 0
    while at < len(points) - 1:
        last = at + 3
        while last < len(points) and arc_fits(points, at, last, TOLERANCE_MM) is not None:
            last += 1
        at, arcs = max(at + 1, last - 1), arcs + 1
    return arcs


def figures(count: int) -> list[dict[str, Any]]:
    native, reference, out = choose("on"), choose("off"), []
    for name, path in paths(count).items():
        made = native.fit(path, TOLERANCE_MM)
        row: dict[str, Any] = {"path": name, "lines": count, "moves": len(made) - 1}
        row["arcs"] = int((made.kind > MoveKind.LINEAR).sum())
        row["native_ms"] = round(best_s(lambda path=path: native.fit(path, TOLERANCE_MM), 5) * 1000, 3)  # type: ignore[misc]
        if count <= 100_000:
            row["reference_ms"] = round(best_s(lambda path=path: reference.fit(path, TOLERANCE_MM), 1) * 1000, 3)  # type: ignore[misc]
        if count <= 10_000 and name == "long arcs":
            row["one_more_each_time_ms"] = round(best_s(lambda path=path: one_more_each_time(path), 1) * 1000, 3)  # type: ignore[misc]
        out.append(row)
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="*", default=[1_000, 10_000, 100_000, 1_000_000])
    for size in parser.parse_args().lines:
        for row in figures(size):
            print(json.dumps(row))
