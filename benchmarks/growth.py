"""How does the time of each kernel grow with its input? All at 1x, 10x and 100x, in one run.

Processor time, the best of some. Told is the time for one unit of input as a multiple of that at 1x: 1 is growth in proportion,
10 and 100 would be growth with the square.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import adaptive
import contours
import fit
import heightmap
import offsets
import reader
import timing
from rmos.cam_accel import polygons
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.plan.pocket import plan_pocket
from rmos.cam_accel.simulate.grid import grid_of
from rmos.cam_accel.simulate.heightmap import full
from rmos.cam_accel.simulate.profile import profile_of

TIMES = (1, 10, 100)


def works(times: int) -> dict[str, tuple[int, str, Callable[[], Any]]]:
    """By kernel: how many of which unit, and the work."""
    native = choose("on")
    many = 10_000 * times
    program, lines, smooth = reader.program(many), timing.short_lines(many), timing.smooth_line(many)
    bent, outline = fit.paths(many)["long arcs"], offsets.jagged(720 * times)
    sides = contours.loose(1000 * times, 0.002)
    request = adaptive.request(times, 0.2, "adaptive")
    jerk, path = timing.CASES["jerk 5000"], heightmap.rings(15_000 * times)
    grid, profile = grid_of(heightmap.STOCK, 0.1), profile_of(heightmap.TOOLS["flat"])
    heights, bottom = full(grid, 0.0), heightmap.STOCK.bottom_units
    return {
        "reader": (many, "lines", lambda: native.interpret(program, limits=reader.ANY_SIZE)),
        "timing": (len(lines), "moves", lambda: native.move_times_s(lines, timing.CASES["generic"])),
        "timing, jerk": (len(lines), "moves", lambda: native.move_times_s(lines, jerk)),
        "timing, jerk, smooth line": (len(smooth), "moves", lambda: native.move_times_s(smooth, jerk)),
        "heightmap": (len(path), "moves", lambda: native.heightmap(path, profile, grid, heights, bottom)),
        "adaptive": (times, "areas", lambda: plan_pocket(request, native)),
        "offsets": (len(outline), "points", lambda: polygons.offset([outline], -0.5)),
        "contours": (1000 * times, "edges", lambda: native.join_segments(*sides, contours.GAP_MM)),
        "fit": (len(bent), "moves", lambda: native.fit(bent, fit.TOLERANCE_MM)),
    }


def best_s(work: Callable[[], Any]) -> float:
    """Of at least three runs and half a second, or of one that is long."""
    took: list[float] = []
    while not took or (sum(took) < 3 and (len(took) < 3 or sum(took) < 0.5)):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    first: dict[str, float] = {}
    for many in TIMES:
        for name, (units, unit, work) in works(many).items():
            each = best_s(work) / units
            told = {"kernel": name, "times": many, "ms": round(each * units * 1e3, 3), unit: units}
            print(json.dumps(told | {"per_unit": round(each / first.setdefault(name, each), 2)}), flush=True)
