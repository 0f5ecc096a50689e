"""Which jobs does a shop send, and which would an enemy? Random ones of every designed mode, each by its seed and number."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Numbers = random.Random
Document = dict[str, Any]
Points = list[list[float]]
POSTS = ("grbl", "grblhal", "linuxcnc", "mach3", "mach4", "pathpilot", "masso", "fanuc", "haas", "ddcsv", "marlin")
MM_PER_INCH = 25.4
HOSTILE_SHARE = 0.25


@dataclass(frozen=True)
class Case:
    kind: str
    job: Document
    tool: Document | None
    blade: Document | None


def chance(numbers: Numbers, share: float) -> bool:
    return numbers.random() < share


def size(numbers: Numbers, low: float, high: float) -> float:
    """Small ones as often as large ones, to a hundredth half of the time."""
    value = low * (high / low) ** numbers.random()
    return max(low, round(value, 2)) if chance(numbers, 0.5) else value


# --- outlines ---


def box(wide: float, long: float) -> Points:
    return [[0, 0], [wide, 0], [wide, long], [0, long]]


def star(numbers: Numbers, reach: float) -> Points:
    count, rough = numbers.randint(3, 40), numbers.choice((0.05, 0.3, 0.6, 0.9))
    angles = sorted(numbers.uniform(0, 2 * math.pi) for _ in range(count))
    return [[reach * (1 - rough * numbers.random()) * f(a) for f in (math.cos, math.sin)] for a in angles]


def wavy(numbers: Numbers, reach: float) -> Points:
    count, waves, high = numbers.randint(12, 300), numbers.randint(1, 9), numbers.uniform(0, 0.4)
    turns = [2 * math.pi * n / count for n in range(count)]
    radii = [reach * (1 + high * math.sin(waves * t)) / (1 + high) for t in turns]
    return [[r * math.cos(t), 0.7 * r * math.sin(t)] for r, t in zip(radii, turns, strict=True)]


def comb(numbers: Numbers, reach: float) -> Points:
    teeth = numbers.randint(1, 8)
    pitch = 2 * reach / teeth
    gap = pitch * numbers.uniform(0.1, 0.9)
    out: Points = [[0, 0]]
    for n in range(teeth):
        x = n * pitch
        out += [[x + gap, 0], [x + gap, reach * 0.7], [x + pitch, reach * 0.7], [x + pitch, 0]]
    return [*out, [2 * reach, -reach], [0, -reach]]


def corner(numbers: Numbers, reach: float) -> Points:
    a, b = reach * numbers.uniform(0.05, 0.95), reach * numbers.uniform(0.05, 0.95)
    return [[0, 0], [reach, 0], [reach, a], [b, a], [b, reach], [0, reach]]


def oblong(numbers: Numbers, reach: float) -> Points:
    return box(2 * reach, size(numbers, 0.5, 2 * reach))


def sliver(numbers: Numbers, reach: float) -> Points:
    return [[0, 0], [2 * reach, 0], [2 * reach, numbers.uniform(0.01, 3)]]


OUTLINES: tuple[Callable[[Numbers, float], Points], ...] = (star, wavy, comb, corner, oblong, oblong, wavy, sliver)


def outline(numbers: Numbers, low: float, high: float) -> Points:
    points = numbers.choice(OUTLINES)(numbers, size(numbers, low, high))
    turn = numbers.choice((0.0, 0.0, math.pi / 2, numbers.uniform(0, 7)))
    cosine, sine = math.cos(turn), math.sin(turn)
    x0, y0 = numbers.choice(((0, 0), (0, 0), (numbers.uniform(-300, 300), numbers.uniform(-300, 300))))
    points = [[x0 + cosine * x - sine * y, y0 + sine * x + cosine * y] for x, y in points]
    if chance(numbers, 0.3):
        points.reverse()
    return [[round(x, 3), round(y, 3)] for x, y in points] if chance(numbers, 0.5) else points


def islands(numbers: Numbers, boundary: Points, tool_mm: float) -> list[Points]:
    """Discs and boxes about the middle, side by side, with gaps from none to a few tools."""
    x0, y0 = (sum(p[axis] for p in boundary) / len(boundary) for axis in (0, 1))
    reach = min(math.dist(p, (x0, y0)) for p in boundary)
    out, x = [], x0 - reach * numbers.uniform(0, 0.7)
    for _ in range(numbers.choice((0, 0, 1, 1, 2, 3, 5))):
        wide = max(0.05, reach * numbers.uniform(0.01, 0.35))
        if chance(numbers, 0.5):
            ring = [
                [x + wide / 2 * (1 + math.cos(t / 8 * math.pi)), y0 + wide / 2 * math.sin(t / 8 * math.pi)] for t in range(16)
            ]
        else:
            ring = [[x + a, y0 + b - wide / 2] for a, b in box(wide, wide)]
        out.append(ring)
        x += wide + tool_mm * numbers.choice((0.001, 0.5, 0.999, 1.0, 1.001, 1.5, 3))
    return out


def line(numbers: Numbers, low: float, high: float) -> Points:
    long, count, turn = size(numbers, low, high), numbers.choice((2, 2, 3, 5, 40)), numbers.uniform(0, 7)
    points: Points = [[numbers.uniform(-50, 50), numbers.uniform(-50, 50)]]
    for _ in range(count - 1):
        x, y = points[-1]
        points.append([x + long / count * math.cos(turn), y + long / count * math.sin(turn)])
        turn += numbers.uniform(-0.9, 0.9) * numbers.choice((0.1, 1, 1.5))
    return points


# --- jobs ---


def cut_of(numbers: Numbers, tool_mm: float, depth: float) -> Document:
    feed = size(numbers, 60, 4000)
    return {
        "stepdown": max(depth / 40, size(numbers, 0.05, max(0.1, tool_mm * 1.5))), "feed_per_min": feed,
        "plunge_per_min": feed * numbers.uniform(0.1, 1), "spindle_rpm": float(numbers.randint(500, 30000)),
        "stepover_ratio": numbers.choice((0.05, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.7, 0.95, 1.0, numbers.uniform(0.02, 1))),
    }  # fmt: skip


def some(numbers: Numbers, share: float = 0.35, **choices: Any) -> Document:
    return {name: value() if callable(value) else value for name, value in choices.items() if chance(numbers, share)}


def mill(numbers: Numbers, low: float = 0.5, high: float = 16.0) -> Document:
    diameter = numbers.choice((1.0, 3.0, 3.175, 6.0, 6.35, 8.0, 12.0, size(numbers, low, high)))
    kind = numbers.choice(("flat", "flat", "flat", "flat", "bull", "ball"))
    tool = {
        "tool_id": "t", "diameter_mm": diameter, "flutes": numbers.randint(1, 4), "flute_length_mm": diameter * 5,
        "center_cutting": chance(numbers, 0.7), "kind": kind,
    }  # fmt: skip
    if kind == "bull":
        tool["corner_radius_mm"] = diameter * numbers.uniform(0.02, 0.45)
    if chance(numbers, 0.3):
        tool["shank_diameter_mm"] = diameter * numbers.choice((1.0, 2.0))
    return tool


def depth_of(numbers: Numbers, tool: Document) -> float:
    return size(numbers, 0.1, max(0.3, 3 * tool["diameter_mm"]))


def _cleared(numbers: Numbers, tool: Document) -> Document:
    radius = tool["diameter_mm"] / 2
    return some(
        numbers, 0.3, entry=lambda: numbers.choice(("helix", "ramp")), ramp_deg=lambda: numbers.choice((1.0, 3.0, 10.0, 20.0)),
        direction=lambda: numbers.choice(("climb", "conventional")), tolerance=lambda: size(numbers, 0.001, 0.1),
        finish_allowance=lambda: radius * numbers.uniform(0, 0.5), floor_allowance=lambda: numbers.uniform(0, 0.3),
        finish_pass=lambda: numbers.choice(("none", "levels", "depth")),
        strategy=lambda: numbers.choice(("rings", "spiral", "lanes", "adaptive")),
    )  # fmt: skip


Made = tuple[Document, Document, Document]


def pocket(numbers: Numbers) -> Made:
    tool = mill(numbers)
    boundary = outline(numbers, 4, 150)
    design = {
        "boundary": boundary,
        "islands": islands(numbers, boundary, tool["diameter_mm"]),
        "depth": depth_of(numbers, tool),
    }
    return design, _cleared(numbers, tool), tool


def rest(numbers: Numbers) -> Made:
    design, cut, tool = pocket(numbers)
    design["previous_diameter"] = tool["diameter_mm"] * numbers.choice((1.2, 2, 3, 4))
    return design, cut, tool


def vcarve(numbers: Numbers) -> Made:
    tool = {"tool_id": "t", "kind": "vbit", "diameter_mm": size(numbers, 3, 30), "flutes": 2, "flute_length_mm": 15.0,
            "center_cutting": True, "tip_angle_deg": numbers.choice((20.0, 30.0, 60.0, 90.0, 120.0)),
            "tip_diameter_mm": numbers.choice((0.0, 0.0, 0.1, 0.3))}  # fmt: skip
    design: Document = {"depth": size(numbers, 0.3, 8)}
    if chance(numbers, 0.6):
        rings = [outline(numbers, 2, 60) for _ in range(numbers.choice((1, 1, 2)))]
        design["regions"] = [{"boundary": ring, "islands": islands(numbers, ring, 1.0)} for ring in rings]
    else:
        design["lines"] = [line(numbers, 2, 100) for _ in range(numbers.randint(1, 3))]
        design["line_width"] = size(numbers, 0.2, 6)
    return design, some(numbers, ramp_deg=lambda: numbers.choice((1.0, 3.0, 30.0))), tool


def profile(numbers: Numbers) -> Made:
    tool, closed = mill(numbers), chance(numbers, 0.8)
    depth = depth_of(numbers, tool)
    sides = ("outside", "inside", "on") if closed else ("left", "right", "on")
    design: Document = {
        "contour": outline(numbers, 5, 200) if closed else line(numbers, 5, 200), "closed": closed,
        "side": numbers.choice(sides), "depth": depth, "through": True,
    }  # fmt: skip
    design.update(some(numbers, overcut=lambda: numbers.uniform(0.05, 0.5)))
    if chance(numbers, 0.3):
        design["tabs"] = {
            "count": numbers.randint(1, 8),
            "width": size(numbers, 1, 12),
            "height": depth * numbers.uniform(0.1, 0.9),
        }
    cut = some(
        numbers, ramp_deg=lambda: numbers.choice((1.0, 3.0, 10.0, 30.0)),
        direction=lambda: numbers.choice(("climb", "conventional")),
        finish_allowance=lambda: tool["diameter_mm"] * numbers.uniform(0, 0.2), lead_radius=lambda: size(numbers, 0.3, 6),
        finish_pass=lambda: numbers.choice(("none", "levels", "depth")),
    )  # fmt: skip
    return design, cut, tool


def drill(numbers: Numbers) -> Made:
    diameter = size(numbers, 0.5, 12)
    tool = {"tool_id": "t", "kind": "drill", "diameter_mm": diameter, "flutes": 2, "flute_length_mm": diameter * 8,
            "center_cutting": True, "tip_angle_deg": numbers.choice((90.0, 118.0, 135.0))}  # fmt: skip
    depth, reach = size(numbers, 0.5, 40), size(numbers, 5, 600)
    holes: list[Document] = []
    for _ in range(numbers.choice((1, 2, 6, 30))):
        holes.append({"x": numbers.uniform(-reach, reach), "y": numbers.uniform(-reach, reach)})
        if chance(numbers, 0.2):
            holes[-1]["depth"] = depth * numbers.uniform(0.3, 1)
    design = {"holes": holes, "diameter": diameter, "depth": depth}
    design.update(some(numbers, peck=lambda: depth * numbers.uniform(0.05, 0.95), dwell_s=0.5, full_diameter=True,
                       retract=lambda: numbers.choice(("full", "chip_break"))))  # fmt: skip
    return design, {}, tool


def helical(numbers: Numbers) -> Made:
    tool = mill(numbers)
    diameter = tool["diameter_mm"] * numbers.choice((1.05, 1.2, 1.5, 1.9, 2.0, 3.0, 8.0))
    centers = [[numbers.uniform(-200, 200), numbers.uniform(-200, 200)] for _ in range(numbers.choice((1, 1, 2, 6)))]
    design = {"diameter": diameter, "depth": depth_of(numbers, tool), "centers": centers}
    return design, some(numbers, direction=lambda: numbers.choice(("climb", "conventional"))), tool


def slot(numbers: Numbers) -> Made:
    tool = mill(numbers, 1, 12)
    width = tool["diameter_mm"] * numbers.choice((1.0, 1.0, 1.2, 1.5, 2.0, 2.5, 4.0))
    depth, way = depth_of(numbers, tool), line(numbers, 3 * width, 600)
    trochoid = chance(numbers, 0.35)
    if not trochoid:
        way = [way[0], way[-1]]
    design: Document = {"line": way, "width": width, "depth": depth}
    cut = some(
        numbers, ramp_deg=lambda: numbers.choice((1.0, 3.0, 10.0)), direction=lambda: numbers.choice(("climb", "conventional"))
    )
    if trochoid:
        return design, {**cut, "strategy": "trochoid"}, tool
    design.update(some(numbers, open_start=True, open_end=True))
    floor = numbers.choice(("level", "level", "ramped", "curved"))
    long = math.dist(*way)
    if floor == "ramped":
        design.update(floor=floor, ramp=long * numbers.uniform(0.05, 0.6))
    elif floor == "curved":
        design.update(floor=floor, end_depth=depth * numbers.uniform(0.3, 1.0))
    return design, cut, tool


def ledge(numbers: Numbers) -> Made:
    tool = mill(numbers)
    depth = depth_of(numbers, tool)
    design: Document = {"contour": outline(numbers, 20, 250), "width": size(numbers, 0.5, 8), "depth": depth}
    if chance(numbers, 0.4):
        design["purfling"] = {"width": size(numbers, 0.5, 4), "depth": depth * numbers.uniform(0.1, 0.9)}
    return design, some(numbers, direction=lambda: numbers.choice(("climb", "conventional"))), tool


def fret_slots(numbers: Numbers) -> Made:
    width = numbers.choice((0.5, 0.58, 0.6, 0.8))
    tool = {"tool_id": "t", "kind": "flat", "diameter_mm": numbers.choice((width, width, width * 0.8)), "flutes": 2,
            "flute_length_mm": 4.0, "center_cutting": chance(numbers, 0.7)}  # fmt: skip
    scale, nut = numbers.uniform(330, 870), numbers.uniform(30, 60)
    design: Document = {
        "scale_length": scale, "frets": numbers.randint(1, 27), "nut_width": nut, "heel_width": nut + numbers.uniform(0, 20),
        "slot_width": width, "depth": numbers.uniform(0.5, 3.5),
    }  # fmt: skip
    if chance(numbers, 0.3):
        design.update(bass_scale_length=scale + numbers.uniform(5, 60), perpendicular_fret=numbers.uniform(0, design["frets"]))
    if chance(numbers, 0.5):
        design["radius"] = size(numbers, 120, 600)
        design.update(some(numbers, heel_radius=lambda: design["radius"] * numbers.uniform(1, 2), radiused=False))
    end = numbers.choice(("", "overrun", "blind_inset"))
    if end:
        design[end] = numbers.uniform(0.3, 4)
    design.update(some(numbers, nut_compensation=lambda: numbers.uniform(0, 1), rotation_deg=lambda: numbers.uniform(-180, 180),
                       origin=lambda: [numbers.uniform(-100, 100), numbers.uniform(-100, 100)]))  # fmt: skip
    return design, some(numbers, ramp_deg=lambda: numbers.choice((1.0, 3.0))), tool


def nut_slots(numbers: Numbers) -> Made:
    diameter = numbers.choice((0.3, 0.5, 0.6, 1.0))
    tool = {
        "tool_id": "t",
        "kind": "flat",
        "diameter_mm": diameter,
        "flutes": 2,
        "flute_length_mm": 4.0,
        "center_cutting": True,
    }
    count, long = numbers.randint(1, 12), numbers.uniform(35, 60)
    slots = [
        {
            "position": long * (n + 0.5) / count,
            "width": diameter * numbers.choice((1.0, 1.0, 1.3, 2.0)),
            "depth": size(numbers, 0.3, 4),
        }
        for n in range(count)
    ]
    design = {
        "length": long,
        "slots": slots,
        "thickness": numbers.uniform(3, 9),
        "angle_deg": numbers.choice((0.0, 5.0, 12.0, 25.0)),
    }
    return design, {}, tool


def rosette(numbers: Numbers) -> Made:
    tool = mill(numbers, 0.5, 6)
    outer, depth = numbers.uniform(60, 160), size(numbers, 0.3, 4)
    wide = tool["diameter_mm"] * numbers.choice((1.0, 1.2, 2.0, 3.5))
    design: Document = {"outer_diameter": outer, "inner_diameter": outer - 2 * wide, "depth": depth}
    rings, at = [], outer
    for _ in range(numbers.choice((0, 0, 1, 3))):
        inner = at + 2 * numbers.choice((0.0, 0.5, 2.0))
        at = inner + 2 * tool["diameter_mm"] * numbers.choice((1.0, 1.5))
        rings.append({"outer_diameter": at, "inner_diameter": inner, "depth": depth * numbers.uniform(0.5, 1.5)})
    design.update(rings=rings, center=numbers.choice(([0, 0], [20.5, -3.25])))
    return design, some(numbers, direction=lambda: numbers.choice(("climb", "conventional"))), tool


def saw(numbers: Numbers) -> Made:
    thickness, count = size(numbers, 0.5, 10), numbers.randint(1, 20)
    design = {
        "cut": numbers.choice(("rip", "crosscut")), "length": size(numbers, 5, 400), "depth": size(numbers, 0.5, 30),
        "flange_diameter": numbers.uniform(20, 40),
        "slices": {"count": count, "thickness": thickness, "block": (thickness + 4) * count + 10,
                   "trim": numbers.choice((0.0, 1.0))},
    }  # fmt: skip
    return design, {}, {}


MAKERS: dict[str, Callable[[Numbers], Made]] = {
    "pocket": pocket, "rest": rest, "vcarve": vcarve, "profile": profile, "drill": drill, "helical": helical, "slot": slot,
    "ledge": ledge, "fret_slots": fret_slots, "nut_slots": nut_slots, "rosette": rosette, "saw": saw,
}  # fmt: skip
MODES = tuple(MAKERS)


# --- how they are spoilt ---

STRANGE = (1e-6, 1e-5, 1e-3, 0.01, 0.0, -1.0, 1.0, 25.4, 999.0, 1e4, 1e5, 9e5, -1e5, 1e-9)


def hostile(numbers: Numbers, design: Document, cut: Document, tool: Document | None) -> str:
    how = numbers.choice((_number, _number, _number, _doubled, _swapped, _scaled, _many, _tool, _cut))
    how(numbers, design, cut, tool)
    return how.__name__[1:]


def _leaves(value: Any) -> list[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    out: list[tuple[Any, Any]] = []
    for key, inner in list(pairs):
        is_number = isinstance(inner, float | int) and not isinstance(inner, bool)
        out += [(value, key)] if is_number else _leaves(inner)
    return out


def _rings(value: Any) -> list[Any]:
    if isinstance(value, list):
        if value and isinstance(value[0], list) and isinstance(value[0][0], float | int):
            return [value]
        return [ring for inner in value for ring in _rings(inner)]
    return [ring for inner in value.values() for ring in _rings(inner)] if isinstance(value, dict) else []


def _number(numbers: Numbers, design: Document, cut: Document, tool: Document | None) -> None:
    leaves = _leaves(design)
    for _ in range(numbers.choice((1, 1, 2))):
        holder, key = numbers.choice(leaves)
        old = holder[key]
        holder[key] = (
            numbers.choice(STRANGE) if isinstance(old, float) or isinstance(holder, list) else numbers.choice((1, 36, 1000))
        )


def _doubled(numbers: Numbers, design: Document, cut: Document, tool: Document | None) -> None:
    for ring in _rings(design):
        at = numbers.randrange(len(ring))
        ring[at:at] = [list(ring[at])] * numbers.choice((1, 2))
    if "holes" in design:
        design["holes"] += copy.deepcopy(design["holes"])


def _swapped(numbers: Numbers, design: Document, cut: Document, tool: Document | None) -> None:
    for ring in _rings(design):
        a, b = numbers.randrange(len(ring)), numbers.randrange(len(ring))
        ring[a], ring[b] = ring[b], ring[a]


def _scaled(numbers: Numbers, design: Document, cut: Document, tool: Document | None) -> None:
    by = numbers.choice((1e-6, 1e-3, 0.05, 20, 100, 1000))
    for ring in _rings(design):
        ring[:] = [[x * by, y * by] for x, y in ring]


def _many(numbers: Numbers, design: Document, cut: Document, tool: Document | None) -> None:
    """Each line in pieces, with a shake of a few micrometres, up to what the contract allows."""
    for ring in _rings(design):
        pieces, shake = max(1, 990 // len(ring)), numbers.choice((0.0, 0.001, 0.05))
        if len(ring) > 2 and pieces > 1:
            ends = zip(ring, [*ring[1:], ring[0]], strict=True)
            ring[:] = [
                [p + (q - p) * n / pieces + numbers.uniform(-shake, shake) for p, q in zip(a, b, strict=True)]
                for a, b in ends for n in range(pieces)
            ]  # fmt: skip
    if "holes" in design:
        design["holes"] = [{"x": numbers.uniform(-500, 500), "y": numbers.uniform(-500, 500)} for _ in range(1000)]
    if "centers" in design:
        design["centers"] = [[numbers.uniform(-500, 500), numbers.uniform(-500, 500)] for _ in range(500)]


def _tool(numbers: Numbers, design: Document, cut: Document, tool: Document | None) -> None:
    if tool:
        name = numbers.choice([key for key, value in tool.items() if isinstance(value, float)])
        tool[name] = numbers.choice((1e-6, 1e-3, 0.05, 100.0, 999.0, 2000.0, tool[name] * 3))


def _cut(numbers: Numbers, design: Document, cut: Document, tool: Document | None) -> None:
    cut[numbers.choice(list(cut))] = numbers.choice((*STRANGE, None))


# --- one case ---


def options_of(numbers: Numbers) -> Document:
    out = some(
        numbers, 0.25, safe_z=lambda: size(numbers, 0.5, 30), fit_tolerance=lambda: numbers.choice((0.001, 0.002, 0.005, 0.01))
    )
    return out


def case(seed: int, index: int, modes: tuple[str, ...] = MODES) -> Case:
    numbers = random.Random(f"{seed}.{index}")
    mode = modes[index % len(modes)]
    design, chosen, tool = MAKERS[mode](numbers)
    blade = None
    if mode == "saw":
        kerf = numbers.uniform(0.5, 3)
        blade = {"blade_id": "b", "diameter_mm": numbers.uniform(60, 250), "kerf_mm": kerf, "plate_mm": kerf * 0.7, "teeth": 36}
    wide = tool.get("diameter_mm", 2.0)
    cut = {**cut_of(numbers, wide, float(design.get("depth", 3.0))), **chosen}
    kind = mode
    if chance(numbers, HOSTILE_SHARE):
        kind = f"{mode} !{hostile(numbers, design, cut, tool)}"
    job = {
        "job_id": "j",
        "mode": mode,
        "design": design,
        "cut": cut,
        "options": options_of(numbers),
        "post": numbers.choice(POSTS),
    }
    return Case(kind, _in_inches(job) if chance(numbers, 0.15) else job, tool or None, blade)


LENGTHS_NOT = {"stepover_ratio", "spindle_rpm", "ramp_deg", "angle_deg", "rotation_deg", "perpendicular_fret", "dwell_s",
               "count", "frets"}  # fmt: skip


def _in_inches(job: Document) -> Document:
    for holder, key in [leaf for part in ("design", "cut", "options") for leaf in _leaves(job[part])]:
        if key not in LENGTHS_NOT:
            holder[key] = holder[key] / MM_PER_INCH
    return {**job, "units": "inch"}
