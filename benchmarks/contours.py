"""How fast are loose segments joined to contours: native and reference? At 1x, 10x and 100x; and whole drawings."""

from __future__ import annotations

import argparse
import io
import json
from typing import Any

import ezdxf
import numpy as np
from clock import best_s
from rmos.cam_accel.drawing.read import read_drawing
from rmos.cam_accel.kernels import ReferenceKernels, choose

GAP_MM = 0.01


def loose(count: int, noise_mm: float = 0.0) -> tuple[Any, ...]:
    """The sides of a wavy ring, shuffled, every second turned around; both ends off by up to `noise_mm`."""
    numbers = np.random.default_rng(7)
    turns = np.arange(count) * (2 * np.pi / count)
    radius = count / 20 * (1 + 0.1 * np.sin(9 * turns))
    at = np.column_stack([radius * np.cos(turns), radius * np.sin(turns)])
    ends = np.stack([at, np.roll(at, -1, axis=0)], axis=1)[numbers.permutation(count)]
    turned = numbers.random(count) < 0.5
    ends[turned] = ends[turned, ::-1]
    ends += numbers.uniform(-noise_mm, noise_mm, ends.shape)
    middle = ends.mean(axis=1)
    return ends[:, :, 0].ravel(), ends[:, :, 1].ravel(), middle[:, 0].copy(), middle[:, 1].copy()


def drawing_of(count: int) -> bytes:
    """The same ring as LINE entities."""
    document = ezdxf.new("R2000", units=4)
    model = document.modelspace()
    x, y, *_ = loose(count)
    for k in range(count):
        model.add_line((x[2 * k], y[2 * k]), (x[2 * k + 1], y[2 * k + 1]))
    text = io.StringIO()
    document.write(text)
    return text.getvalue().encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=100_000)
    most = parser.parse_args().most
    native, reference = choose("on"), ReferenceKernels()
    for count in (n for n in (1_000, 10_000, 100_000) if n <= most):
        for name, noise in (("exact", 0.0), ("noisy", 0.002)):
            columns = loose(count, noise)
            fast = best_s(lambda c=columns: native.join_segments(*c, GAP_MM), 5)  # type: ignore[misc]
            slow = best_s(lambda c=columns: reference.join_segments(*c, GAP_MM), 2)  # type: ignore[misc]
            told = {"edges": count, "ends": name, "native_ms": round(fast * 1e3, 3), "reference_ms": round(slow * 1e3, 1)}
            print(json.dumps({**told, "ratio": round(slow / fast, 1)}))
    for count in (n for n in (1_000, 10_000, 40_000) if n <= most):
        data = drawing_of(count)
        whole = best_s(lambda d=data: read_drawing(d), 2)  # type: ignore[misc]
        print(json.dumps({"dxf_lines": count, "bytes": len(data), "read_ms": round(whole * 1e3, 1)}))


if __name__ == "__main__":
    main()
