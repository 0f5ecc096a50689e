"""One harmless request of each mode, by ids of the built-in presets: what the tests change one field of at a time.

Of a program there is no verdict without its toolpath: that of mode `gcode` is harmless as far as it goes.
"""

from __future__ import annotations

import copy
from typing import Any

Body = dict[str, Any]
CUT = {"stepover_ratio": 0.4, "stepdown": 1.5, "feed_per_min": 1500, "plunge_per_min": 500, "spindle_rpm": 18000}
WHERE = {"tool_id": "flat_6mm_2f", "material_id": "alder", "machine_id": "shapeoko_4_xxl"}
LINE_CUT = {"stepdown": 1.5, "feed_per_min": 1500, "plunge_per_min": 500, "spindle_rpm": 18000}
SLOTTED = {
    **WHERE, "tool_id": "fret_slot_0_58", "options": {"stock_thickness": 6, "stickout": 12},
    "cut": {"stepdown": 0.3, "feed_per_min": 500, "plunge_per_min": 100, "spindle_rpm": 18000},
}  # fmt: skip
SAFE_REQUESTS: dict[str, Body] = {
    "pocket": {
        "mode": "pocket", **WHERE, "cut": CUT, "options": {"stock_thickness": 20, "stickout": 25},
        "design": {"boundary": [[0, 0], [100, 0], [100, 50], [0, 50]], "depth": 3, "wall": 20},
    },
    "gcode": {
        "mode": "gcode", **WHERE, "cut": CUT, "options": {"stock_thickness": 20, "stickout": 25},
        "design": {"text": "G21 G90\nM3 S18000\nG1 X1 Z-1 F100\nM30\n"},
    },
    "helical": {
        "mode": "helical", **WHERE, "cut": {**CUT, "stepdown": 0.7}, "options": {"stock_thickness": 20, "stickout": 25},
        "design": {"diameter": 11, "depth": 6, "wall": 10},
    },
    "rosette": {
        "mode": "rosette", **WHERE, "tool_id": "flat_3mm_2f", "options": {"stock_thickness": 4, "stickout": 15},
        "cut": {**CUT, "stepdown": 1, "feed_per_min": 1200},
        "design": {"outer_diameter": 120, "inner_diameter": 90, "depth": 1.5, "tiles": 6, "kerf": 0.5, "max_drift_deg": 5},
    },
    "fret_slots": {
        "mode": "fret_slots", **SLOTTED,
        "design": {"scale_length": 647.7, "frets": 22, "nut_width": 43, "heel_width": 56, "slot_width": 0.65, "depth": 1.7},
    },
    "nut_slots": {
        "mode": "nut_slots", **SLOTTED,
        "design": {"length": 43, "slots": [{"position": 4 + 7 * n, "width": 0.8, "depth": 1} for n in range(6)]},
    },
    "rest": {
        "mode": "rest", **WHERE, "cut": CUT, "options": {"stock_thickness": 20, "stickout": 25},
        "design": {"boundary": [[0, 0], [100, 0], [100, 50], [0, 50]], "depth": 3, "wall": 20, "previous_diameter": 12.7},
    },
    "profile": {
        "mode": "profile", **WHERE, "cut": LINE_CUT, "options": {"stock_thickness": 10, "stickout": 25},
        "design": {
            "contour": [[0, 0], [100, 0], [100, 50], [0, 50]], "side": "outside", "depth": 10, "through": True, "wall": 20,
            "tabs": {"count": 4, "width": 6, "height": 1.5},
        },
    },
    "drill": {
        "mode": "drill", "tool_id": "drill_10_0mm", "material_id": "alder", "machine_id": "linuxcnc_knee_mill",
        "cut": {"plunge_per_min": 250, "spindle_rpm": 2000}, "options": {"stock_thickness": 20, "stickout": 63},
        "design": {"holes": [{"x": 20 * n, "y": 7.5 * (n % 2)} for n in range(6)], "diameter": 10, "depth": 15, "peck": 5},
    },
    "vcarve": {
        "mode": "vcarve", **WHERE, "tool_id": "vbit_60", "options": {"stock_thickness": 20, "stickout": 25},
        "cut": {"stepdown": 1, "feed_per_min": 2400, "plunge_per_min": 500, "spindle_rpm": 12000},
        "design": {"lines": [[[0, 0], [40, 0], [40, 30]], [[0, 10], [30, 10]]], "line_width": 3, "depth": 2.5},
    },
    "slot": {
        "mode": "slot", **WHERE, "cut": {**LINE_CUT, "stepover_ratio": 1}, "options": {"stock_thickness": 20, "stickout": 25},
        "design": {"line": [[0, 0], [400, 0]], "width": 6.4, "depth": 9.5, "wall": 20},
    },
    "ledge": {
        "mode": "ledge", **WHERE, "cut": {**LINE_CUT, "stepover_ratio": 0.4}, "options": {"stock_thickness": 40, "stickout": 25},
        "design": {
            "contour": [[0, 0], [300, 0], [300, 200], [0, 200]], "width": 2.4, "depth": 6, "wall": 40,
            "purfling": {"width": 1.5, "depth": 1.5},
        },
    },
    "saw": {
        "mode": "saw", "blade_id": "saw_10_24", "material_id": "alder", "machine_id": "linuxcnc_knee_mill",
        "cut": {"feed_per_min": 4000, "spindle_rpm": 4000}, "options": {"stock_thickness": 12},
        "design": {"cut": "crosscut", "length": 120, "depth": 12, "exposure": 8, "miter_deg": 0, "bevel_deg": 0, "riving_knife": True},
    },
}  # fmt: skip
JUDGED = tuple(mode for mode in SAFE_REQUESTS if mode != "gcode")
"""What is GREEN as it is asked for."""
TOO_LONG = {**SAFE_REQUESTS["pocket"], "options": {"stock_thickness": 20, "stickout": 70}}
"""RED by F026, and such a job can be planned."""


def safe(mode: str, /, *, without: str = "", **changes: Any) -> Body:
    """The harmless request with values put at dotted paths, `__` for the dot, and the path `without` taken out."""
    body = copy.deepcopy(SAFE_REQUESTS[mode])
    for path, value in changes.items():
        *folders, name = path.split("__")
        at(body, folders)[name] = value
    if without:
        *folders, name = without.split(".")
        del at(body, folders)[name]
    return body


def at(body: Any, path: list[str] | tuple[str | int, ...]) -> Any:
    for name in path:
        body = body[name]
    return body
