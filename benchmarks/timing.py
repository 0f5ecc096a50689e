"""How fast is the time of a path known: native, reference, NumPy; per dialect, with jerk, for many feeds? At 1x, 10x, 100x.

Every figure is the best of several runs, all cases in turn; a case with jerk is told as a multiple of the trapezoid of the same
look-ahead.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from kernels import LIMITS, numpy_times_s, program
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.timing import MachineLimits
from rmos.contracts.toolpath import Toolpath, from_columns

FACTORS = np.linspace(0.5, 2, 36).tolist()
MOST_FOR_REFERENCE = 100_000


def short_lines(count: int) -> Toolpath:
    """Straight moves of 0.05 to 2 mm along a wandering line at 1500 mm/min: look-ahead has work at every corner."""
    random = np.random.default_rng(7)
    x, y = np.cumsum(random.uniform(0.05, 2, count)) % 700, np.cumsum(random.uniform(-0.5, 0.5, count))
    return from_columns({"kind": np.ones(count), "x_mm": x, "y_mm": y, "feed_mm_min": np.full(count, 1500.0)})


def smooth_line(count: int) -> Toolpath:
    """Straight moves of 0.05 to 0.5 mm that turn by 10 mrad or so at 3000 mm/min: no corner limits, ramps are long."""
    random = np.random.default_rng(3)
    heading, steps = np.cumsum(random.normal(0, 0.01, count)), random.uniform(0.05, 0.5, count)
    x, y = np.cumsum(steps * np.cos(heading)), np.cumsum(steps * np.sin(heading))
    return from_columns({"kind": np.ones(count), "x_mm": x, "y_mm": y, "feed_mm_min": np.full(count, 3000.0)})


def limits(**more: Any) -> MachineLimits:
    return MachineLimits(LIMITS.rapid_mm_min, LIMITS.accel_mm_s2, LIMITS.junction_deviation_mm, **more)


CASES = {
    "generic": limits(),
    "grbl": limits(dialect="grbl", look_ahead_moves=16),
    "klipper": limits(dialect="klipper"),
    "linuxcnc": limits(dialect="linuxcnc", look_ahead_moves=50, corner_tolerance_mm=0.05),
    "generic, 16 blocks": limits(look_ahead_moves=16),
} | {
    f"jerk {jerk:.0f}{name}": limits(jerk_mm_s3=jerk, look_ahead_moves=blocks)
    for blocks, name in ((None, ""), (16, ", 16 blocks"))
    for jerk in (500.0, 5000.0, 50_000.0, 500_000.0)
}


def fastest_s(works: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """The best of several, all in turn, so that others on the machine slow all of them alike."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(repeats):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            best[name] = min(best[name], time.perf_counter() - began)
    return best


def figures(name: str, path: Toolpath) -> dict[str, Any]:
    native, reference, count = choose("on"), choose("off"), len(path)
    works: dict[str, Callable[[], Any]] = {
        case: lambda held=held: native.move_times_s(path, held)  # type: ignore[misc]
        for case, held in CASES.items()
    }
    works["NumPy"] = lambda: numpy_times_s(path)
    best = fastest_s(works, max(7, 3_000_000 // count))
    best |= fastest_s({"what-if": lambda: native.move_times_total_s(path, CASES["generic"], FACTORS)}, 3)
    told: dict[str, Any] = {"path": name, "moves": count}
    told["mmoves_s"] = {case: round(count / s / 1e6, 1) for case, s in best.items() if case != "what-if"}
    told["mmoves_s"]["what-if, 36 feeds, each"] = round(len(FACTORS) * count / best["what-if"] / 1e6, 1)
    told["faster_than_numpy"] = {case: round(best["NumPy"] / best[case], 1) for case in CASES}
    told["times_as_long_as_trapezoid"] = {
        case: round(s / best["generic, 16 blocks" if case.endswith("blocks") else "generic"], 2)
        for case, s in best.items()
        if case.startswith("jerk")
    }
    if count <= MOST_FOR_REFERENCE:
        slow = fastest_s(
            {case: lambda held=CASES[case]: reference.move_times_s(path, held) for case in ("generic", "jerk 5000")}, 2
        )  # type: ignore[misc]
        told["faster_than_reference"] = {case: round(s / best[case]) for case, s in slow.items()}
    return told


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    for moves in parser.parse_args().moves:
        print(json.dumps(figures("short lines", short_lines(moves))))
        print(json.dumps(figures("smooth line", smooth_line(moves))))
        print(json.dumps(figures("every tenth an arc", choose("on").interpret(program(moves)).toolpath)))
