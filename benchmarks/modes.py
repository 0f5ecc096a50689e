"""What does a job of each mode cost, from design to proven program, and how does that grow? At 1x, 10x and 100x its input.

Input is what a design can have more of: vertices of one outline, holes, lines of a program; where a contract allows only a
few, the passes, the way or the slices. `plan` makes the toolpath; `prove` posts it, reads it back, simulates it against the
target and takes its facts.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
from collections.abc import Callable
from functools import partial
from typing import Any

from clock import best_s
from kernels import program
from rmos.cam_accel import engine
from rmos.cam_accel.kernels import choose
from rmos.contracts.events import BladeFacts, JobAssessed, MachineFacts, ToolFacts
from rmos.contracts.jobs import Job

Document = dict[str, Any]
Made = tuple[Document, Document, Document]
"""Design, what its cut says beyond CUT, and the tool beyond FLAT."""
MACHINE = MachineFacts(
    machine_id="m", rapid_mm_min=5000, accel_mm_s2=300, junction_deviation_mm=0.02, controller="grbl",
    max_feed_mm_min=4000, max_feed_z_mm_min=1500,
)  # fmt: skip
CUT = {"stepdown": 1.5, "stepover_ratio": 0.4, "feed_per_min": 1500.0, "plunge_per_min": 400.0, "spindle_rpm": 18000.0}
FLAT = {"tool_id": "t", "kind": "flat", "diameter_mm": 3.0, "flutes": 2, "flute_length_mm": 20.0, "center_cutting": True}
DRILL = {"kind": "drill", "tip_angle_deg": 118.0}
VBIT = {"kind": "vbit", "diameter_mm": 12.0, "tip_angle_deg": 60.0, "tip_diameter_mm": 0.1}
BLADE = BladeFacts(blade_id="b", diameter_mm=75, kerf_mm=1.6, plate_mm=1.2, teeth=36)
DEPTH_MM, STRATEGIES = 3.0, ("rings", "spiral", "lanes", "adaptive")


def outline(count: int, reach_mm: float = 60.0) -> list[tuple[float, float]]:
    turns = [2 * math.pi * n / count for n in range(count)]
    radii = [reach_mm * (1 + 0.15 * math.sin(3 * t)) for t in turns]
    return [(r * math.cos(t), 0.7 * r * math.sin(t)) for r, t in zip(radii, turns, strict=True)]


def field(count: int, pitch_mm: float) -> list[tuple[float, float]]:
    """Places in rows."""
    wide = math.ceil(math.sqrt(count))
    return [(pitch_mm * (n % wide), pitch_mm * (n // wide)) for n in range(count)]


def pocket(strategy: str, size: int) -> Made:
    return {"boundary": outline(size), "depth": DEPTH_MM}, {"strategy": strategy, "stepover_ratio": 0.3}, {}


def wide_pocket(size: int) -> Made:
    return {"boundary": outline(100, 12 * math.sqrt(size)), "depth": DEPTH_MM}, {}, {}


def rest(size: int) -> Made:
    """A strip with a tooth for every four corners: all that is left lies in them."""
    pitch, deep, teeth = 12.0, 30.0, size // 4
    steps = [(pitch * n + x, y) for n in range(teeth) for x, y in ((0.0, 0.0), (6.0, 0.0), (6.0, 6.0), (12.0, 6.0))]
    return {"boundary": [*steps, (pitch * teeth, deep), (0.0, deep)], "depth": DEPTH_MM, "previous_diameter": 8.0}, {}, {}


def profile(size: int) -> Made:
    tabs = {"count": 4, "width": 5.0, "height": 1.0}
    return {"contour": outline(size), "side": "outside", "depth": DEPTH_MM, "tabs": tabs}, {"lead_radius": 2.0}, {}


def drill(size: int) -> Made:
    holes = [{"x": x, "y": y, "depth": 2 + n / size} for n, (x, y) in enumerate(field(size, 12.0))]
    return {"holes": holes, "diameter": 3.0, "depth": DEPTH_MM, "peck": 1.0}, {}, DRILL


def carve_region(size: int) -> Made:
    return {"regions": [{"boundary": outline(size, 30.0)}], "depth": DEPTH_MM}, {}, VBIT


def carve_lines(size: int) -> Made:
    lines = [[(x, y), (x + 7, y + 2)] for x, y in field(size, 10.0)]
    return {"lines": lines, "line_width": 1.5, "depth": DEPTH_MM}, {}, VBIT


def trochoid(size: int) -> Made:
    line = [(2.0 * n, 3 * math.sin(0.1 * n)) for n in range(size)]
    return {"line": line, "width": 4.5, "depth": DEPTH_MM}, {"strategy": "trochoid", "stepover_ratio": 0.2}, {}


def channel(size: int) -> Made:
    return {"line": [(0, 0), (400, 0)], "width": 6.4, "depth": DEPTH_MM}, {"stepdown": DEPTH_MM / size}, {}


def ledge(size: int) -> Made:
    return {"contour": outline(size), "width": 4.0, "depth": DEPTH_MM}, {}, {}


def saw(size: int) -> Made:
    slices = {"count": size, "thickness": 2.0, "block": 4.0 * size + 30, "trim": 1.0}
    return {"cut": "rip", "length": 100.0, "depth": 6.0, "flange_diameter": 25.0, "slices": slices}, {"stepdown": 6.0}, {}


def frets(size: int) -> Made:
    board = {"scale_length": 648.0, "frets": 22, "nut_width": 43.0, "heel_width": 56.0, "slot_width": 0.6, "depth": 2.0}
    tool = {"diameter_mm": 0.6, "flute_length_mm": 3.0}
    return {**board, "radius": 254.0}, {"stepdown": 2.0 / size}, tool


def nut(size: int) -> Made:
    slots = [{"position": 4.0 + 6 * n, "width": 0.6, "depth": 2.0} for n in range(6)]
    tool = {"diameter_mm": 0.6, "flute_length_mm": 3.0}
    return {"length": 43.0, "slots": slots, "thickness": 6.0, "angle_deg": 5.0}, {"stepdown": 2.0 / size}, tool


def rosette(size: int) -> Made:
    return {"outer_diameter": 110.0, "inner_diameter": 95.0, "depth": DEPTH_MM}, {"stepdown": DEPTH_MM / size}, {}


def bores(size: int) -> Made:
    return {"diameter": 5.0, "depth": DEPTH_MM, "centers": field(size, 8.0)}, {"stepdown": 0.5}, {}


def program_alone(size: int) -> Made:
    return {"text": "the program of so many lines is given beside the design"}, {}, {}


CASES: tuple[tuple[str, str, tuple[int, int, int], Callable[[int], Made]], ...] = (
    ("gcode", "lines", (1000, 10_000, 100_000), program_alone),
    *(("pocket", f"vertices, {name}", (10, 100, 1000), partial(pocket, name)) for name in STRATEGIES),
    ("pocket", "area", (1, 10, 100), wide_pocket),
    ("rest", "corners", (4, 40, 400), rest),
    ("profile", "vertices", (10, 100, 1000), profile),
    ("drill", "holes", (10, 100, 1000), drill),
    ("vcarve", "vertices", (10, 100, 1000), carve_region),
    ("vcarve", "lines", (5, 50, 500), carve_lines),
    ("slot", "points, trochoid", (10, 100, 1000), trochoid),
    ("slot", "passes", (1, 10, 100), channel),
    ("ledge", "vertices", (10, 100, 1000), ledge),
    ("saw", "slices", (10, 100, 1000), saw),
    ("fret_slots", "passes", (2, 20, 200), frets),
    ("nut_slots", "passes", (1, 10, 100), nut),
    ("rosette", "passes", (2, 20, 200), rosette),
    ("helical", "bores", (5, 50, 500), bores),
)  # fmt: skip


def assessed_of(mode: str, made: Made) -> JobAssessed:
    design, cut, tool = made
    job = Job.model_validate_json(json.dumps({"job_id": "j", "mode": mode, "design": design, "cut": {**CUT, **cut}}))
    facts, blade = (None, BLADE) if mode == "saw" else (ToolFacts(**{**FLAT, **tool}), None)
    return JobAssessed.model_construct(job_id="j", job=job, tool=facts, blade=blade, machine=MACHINE)


def figures(mode: str, size: int, made: Made) -> dict[str, Any]:
    kernels, assessed = choose("on"), assessed_of(mode, made)
    own = program(size) if mode == "gcode" else None
    path = engine.plan(kernels, assessed, own)
    plan_s = best_s(lambda: engine.plan(kernels, assessed, own), 3)
    prove_s = best_s(lambda: engine.verify_and_post(kernels, assessed, path, own), 2)
    return {"moves": len(path), "plan_s": round(plan_s, 4), "prove_s": round(prove_s, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=sorted({case[0] for case in CASES}))
    only = parser.parse_args().mode
    for mode, what, sizes, make in CASES:
        if only not in (None, mode):
            continue
        rows = [figures(mode, size, make(size)) for size in sizes]
        growth = [round((b["plan_s"] + b["prove_s"]) / (a["plan_s"] + a["prove_s"]), 1) for a, b in itertools.pairwise(rows)]
        told = {"mode": mode, "input": what, "growth": growth}
        print(json.dumps(told | {str(size): row for size, row in zip(sizes, rows, strict=True)}), flush=True)


if __name__ == "__main__":
    main()
