"""Which library offsets faster, by the number of points, and does the choice lose anything? Clipper2, GEOS, RMOS."""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from rmos.cam_accel import polygons
from rmos.cam_accel.polygons import Ring

SIZES = (8, 32, 128, 200, 300, 400, 600, 1_000, 2_000, 10_000, 72_000)
DISTANCES_MM = (-3.175, -0.5)


def smooth(count: int) -> Ring:
    """A body outline of 400 mm with waves, evenly sampled."""
    angle = np.arange(count) * 2 * math.pi / count
    radius = 200 * (1 + 0.15 * np.sin(3 * angle) + 0.02 * np.sin(11 * angle))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def jagged(count: int) -> Ring:
    """The same with noise, as from a traced picture."""
    numbers = random.Random(3)
    noise = np.array([1 + numbers.uniform(-1, 1) * min(1e-3, 0.1 / count) for _ in range(count)])
    return smooth(count) * noise[:, None]


def best_ms(work: Callable[[], Any], least_s: float) -> float:
    times: list[float] = []
    while sum(times) < least_s or len(times) < 3:
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
        if sum(times) > 4:
            break
    return min(times) * 1000


def figures(ring: Ring, distance_mm: float) -> dict[str, float]:
    works = {"clipper2": polygons.offset_clipper, "geos": polygons.offset_geos, "rmos": polygons.offset}
    return {name: best_ms(lambda work=work: work([ring], distance_mm), 0.1) for name, work in works.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1])
    most = parser.parse_args().most
    for count in (size for size in SIZES if size <= most):
        for kind in (smooth, jagged):
            for distance in DISTANCES_MM:
                found = figures(kind(count), distance)
                better = min(found["clipper2"], found["geos"])
                row = {"points": count, "outline": kind.__name__, "distance_mm": distance}
                print(
                    json.dumps(
                        row | {k: round(v, 4) for k, v in found.items()} | {"to the better": round(found["rmos"] / better, 2)}
                    )
                )


if __name__ == "__main__":
    main()
