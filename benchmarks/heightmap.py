"""How fast is stock removal on a grid: native, reference, and the plain C++ loop? By cell, and at 1x, 10x and 100x moves.

The plain loop (`cpp/baseline`) does, every half cell of way, for each cell of the tool's bounding square, a distance test and a
minimum.
The path: rings of a pocket of 75 mm inside 81 x 81 x 22 mm of stock in passes of 2 mm, about 15 000 moves, a tenth of them
arcs; for growth the same rings are told in ever more moves. Ratios are the plain loop's time over ours, in the same run.
"""

from __future__ import annotations

import argparse
import json
import math
from typing import Any

import numpy as np
from clock import best_s
from rmos.cam_accel import kernels
from rmos.cam_accel.kernels import NativeKernels, ReferenceKernels
from rmos.cam_accel.simulate.grid import Stock, grid_of
from rmos.cam_accel.simulate.heightmap import full
from rmos.cam_accel.simulate.profile import profile_of
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, from_columns

STOCK = Stock((0.0, 0.0), (81.0, 81.0), 0.0, 22.0)
TOOLS = {
    "flat": ToolShape("flat", 6.0),
    "ball": ToolShape("ball", 6.0),
    "bull": ToolShape("bull", 6.0, corner_radius_mm=1.0),
    "v": ToolShape("cone", 6.0, tip_angle_deg=60),
}


def rings(moves: int, shortest_mm: float = 0.0) -> Toolpath:
    """Round rings, 2.4 mm apart, in passes of 2 mm, as chords and every tenth move an arc; as many moves as are asked for."""
    radii, passes = np.arange(1.2, 36.0, 2.4), 11
    share = radii / radii.sum()
    rows = []
    for level in range(1, passes + 1):
        for radius, part in zip(radii, share, strict=True):
            count = max(8, round(moves * part / passes))
            angle = 2 * math.pi / count
            rows.append((1, 40.5 + radius, 40.5, -2.0 * level, 0.0, 0.0))
            for n in range(1, count + 1):
                a, b = angle * (n - 1), angle * n
                x, y = 40.5 + radius * math.cos(b), 40.5 + radius * math.sin(b)
                rows.append((3 if n % 10 == 0 else 1, x, y, -2.0 * level, -radius * math.cos(a), -radius * math.sin(a)))
    names = ("kind", "x_mm", "y_mm", "z_mm", "i_mm", "j_mm")
    return from_columns(dict(zip(names, np.array(rows).T, strict=True)), (40.5, 40.5, 5.0))


def figures(path: Toolpath, tool: str, cell_mm: float, repeats: int, slow: bool) -> dict[str, Any]:
    native, shape, grid = NativeKernels(kernels._native), TOOLS[tool], grid_of(STOCK, cell_mm)  # type: ignore[arg-type]
    profile, heights = profile_of(shape), full(grid, 0.0)
    found = native.heightmap(path, profile, grid, heights, STOCK.bottom_units)
    ours = best_s(lambda: native.heightmap(path, profile, grid, heights, STOCK.bottom_units), repeats)
    out = {"tool": tool, "cell_mm": cell_mm, "moves": len(path), "ms": round(ours * 1e3, 2)}
    if tool in ("flat", "ball"):
        corner = shape.radius_mm if tool == "ball" else 0.0
        place = grid.low_x_mm, grid.low_y_mm, grid.cell_mm, grid.columns, grid.rows
        call = lambda: kernels._native.baseline_heightmap(*kernels._arguments(path), shape.radius_mm, corner, *place)  # type: ignore[union-attr]  # noqa: E731
        plain = best_s(call, max(1, repeats // 3))
        apart = np.abs(call().reshape(grid.rows, grid.columns) - found.heights / 10_000)
        out |= {
            "plain_ms": round(plain * 1e3, 2),
            "ratio": round(plain / ours, 1),
            "cells_apart_by_1_um": int((apart > 1e-3).sum()),
        }
    if slow:
        reference = best_s(lambda: ReferenceKernels().heightmap(path, profile, grid, heights, STOCK.bottom_units), 1)
        out |= {"reference_ms": round(reference * 1e3, 1), "reference_ratio": round(reference / ours, 1)}
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", action="store_true", help="time the reference too (minutes)")
    wanted = parser.parse_args()
    for tool in TOOLS:
        for cell_mm in (0.5, 0.2, 0.1):
            print(json.dumps(figures(rings(15_000), tool, cell_mm, 5, wanted.reference)), flush=True)
    for tool in ("flat", "ball"):
        for times in (1, 10, 100):
            print(json.dumps({"growth": times, **figures(rings(15_000 * times), tool, 0.1, 3, False)}), flush=True)
