"""Requests of every mode with numbers at random, for properties that hold for any request."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st
from judging import PRESETS
from safe_requests import SAFE_REQUESTS, Body

LENGTHS = {
    "boundary", "islands", "lines", "depth", "wall", "length", "exposure", "scale_length", "bass_scale_length", "nut_width",
    "heel_width", "slot_width", "position", "width", "outer_diameter", "inner_diameter", "kerf", "diameter", "stepdown",
    "feed_per_min", "plunge_per_min", "stock_thickness", "stickout", "safe_z", "g54", "previous_diameter", "contour", "height", "x",
    "y", "peck", "line", "line_width", "end_depth", "thickness", "trim", "block", "radius", "heel_radius", "blind_inset", "overrun",
    "nut_compensation", "origin", "center", "centers", "overcut", "ramp", "spoilboard", "finish_allowance", "low", "high", "tolerance",
}  # fmt: skip
EDGES = [
    0.001, 0.08, 0.1, 0.2, 0.3, 0.58, 0.6, 0.65, 0.8, 1.0, 1.2, 1.5, 1.7, 1.74, 1.8, 2.0, 2.9, 3.0, 3.6, 4.8, 5.0, 6.0, 9.0, 12.0,
    16.0, 20.0, 22.0, 25.0, 25.4, 30.0, 38.1, 40.0, 48.0, 50.0, 90.0, 101.6, 120.0, 180.0, 300.0, 500.0, 1100.0, 3000.0, 3048.0,
]  # fmt: skip
MM = st.integers(1, 3_000_000).map(lambda n: n / 1000) | st.integers(1, 30_000).map(lambda n: n / 1000) | st.sampled_from(EDGES)
SIGNED = MM | MM.map(lambda n: -n) | st.just(0.0)
RATIO = st.integers(0, 1200).map(lambda n: n / 1000)
ID_OF: dict[str, Any] = {
    "tool_id": PRESETS.tools, "material_id": PRESETS.materials, "machine_id": PRESETS.machines, "blade_id": PRESETS.blades,
}  # fmt: skip
FRETS = st.integers(1, 30)


def ring(low: float = -200.0, high: float = 200.0) -> st.SearchStrategy[list[list[float]]]:
    number = st.integers(int(low * 1000), int(high * 1000)).map(lambda n: n / 1000)
    return st.lists(st.lists(number, min_size=2, max_size=2), min_size=3, max_size=6)


@st.composite
def bodies(draw: st.DrawFn, mode: str) -> Body:
    """Requests in mm near the harmless one, up to three decimals or just on a limit; whatever may be left out may be missing."""
    body = copy.deepcopy(SAFE_REQUESTS[mode])
    for name, presets in ID_OF.items():
        if name in body and draw(st.integers(0, 3)) == 0:
            body[name] = draw(st.sampled_from(sorted(presets)))
    for part in ("cut", "options", "design"):
        for name, value in list(body[part].items()):
            if (
                isinstance(value, int | float)
                and not isinstance(value, bool)
                and name != "frets"
                and draw(st.integers(0, 2)) == 0
            ):
                body[part][name] = draw(_number(part, name))
    _add_options(draw, body)
    _redraw(draw, mode, body["design"])
    _draw_lines(draw, mode, body)
    return body


def _number(part: str, name: str) -> st.SearchStrategy[Any]:
    if name == "stepover_ratio":
        return RATIO
    if name == "tiles":
        return st.integers(1, 60)
    if name == "max_drift_deg":
        return st.integers(1, 30_000).map(lambda n: n / 1000)
    if name == "spindle_rpm":
        return st.integers(1000, 24_000)
    return SIGNED if (part, name) in {("design", "depth"), ("design", "exposure"), ("cut", "stepdown")} else MM


def _add_options(draw: st.DrawFn, body: Body) -> None:
    extra = {
        "stickout": MM, "safe_z": SIGNED, "coolant": st.booleans(), "feed_override_percent": st.integers(50, 150),
        "offsets": st.just({"g54": [-400.5, -300.25, -80.125]}),
    }  # fmt: skip
    for name, values in extra.items():
        if draw(st.integers(0, 4)) == 0:
            body["options"][name] = draw(values)


def _redraw(draw: st.DrawFn, mode: str, design: Body) -> None:
    if mode in ("pocket", "rest") and draw(st.booleans()):
        design["boundary"] = draw(ring())
        design["islands"] = draw(st.lists(ring(), max_size=2))
    elif mode == "nut_slots":
        slot = st.fixed_dictionaries({"position": SIGNED, "width": MM, "depth": MM})
        design["slots"] += draw(st.lists(slot, max_size=2))
    elif mode == "saw":
        angle = st.sampled_from([-60, -30.5, -15, 0, 15, 15.001, 30, 45])
        design |= {
            "cut": draw(st.sampled_from(["rip", "crosscut", "miter", "bevel", "dado"])),
            "miter_deg": draw(angle),
            "bevel_deg": draw(angle),
        }
    elif mode == "fret_slots":
        if draw(st.booleans()):
            design |= {"bass_scale_length": draw(MM), "perpendicular_fret": draw(st.sampled_from([0, 7, 7.5, 12, 22]))}
        if draw(st.integers(0, 3)) == 0:
            point = st.lists(st.integers(-(10**6), 10**6).map(lambda n: n / 1000), min_size=2, max_size=2)
            design["lines"] = [[draw(point), draw(point)] for _ in range(design["frets"])]


POINT = st.lists(st.integers(-300_000, 300_000).map(lambda n: n / 1000), min_size=2, max_size=2)
TABS = st.fixed_dictionaries({"count": st.integers(1, 12), "width": MM, "height": MM})
SLICES = st.fixed_dictionaries({"count": st.integers(1, 20), "thickness": MM, "block": MM}, optional={"trim": MM})


def _draw_lines(draw: st.DrawFn, mode: str, body: Body) -> None:
    """Contours, lines and holes anew, with parts that agree: a design that contradicts itself is refused."""
    design = body["design"]
    if mode == "profile" and draw(st.booleans()):
        closed = draw(st.booleans())
        design |= {"closed": closed, "contour": draw(ring()) if closed else draw(st.lists(POINT, min_size=2, max_size=6))}
        design |= {"through": True, "overcut": draw(MM)} if draw(st.booleans()) else {}
        design |= {"side": draw(st.sampled_from(["on", "left", "right", *["outside", "inside"] * closed])), "tabs": draw(TABS)}
    elif mode == "drill" and draw(st.booleans()):
        design["holes"] = [{"x": x, "y": y} for x, y in draw(st.lists(POINT, min_size=1, max_size=6))]
    elif mode == "vcarve" and draw(st.booleans()):
        del design["lines"], design["line_width"]
        design["regions"] = [{"boundary": b} for b in draw(st.lists(ring(), min_size=1, max_size=2))]
    elif mode == "slot" and draw(st.booleans()):
        design |= {"line": draw(st.lists(POINT, min_size=2, max_size=2)), "floor": "curved", "end_depth": draw(SIGNED)}
    elif mode == "ledge" and draw(st.booleans()):
        design |= {"contour": draw(ring()), "purfling": {"width": draw(MM), "depth": draw(SIGNED)}}
    elif mode == "saw" and draw(st.booleans()):
        design["slices"] = draw(SLICES)
    elif mode == "helical" and draw(st.booleans()):
        design["centers"] = draw(st.lists(POINT, min_size=1, max_size=4))
    elif mode == "fret_slots" and draw(st.booleans()):
        design |= {
            "radius": 305.0,
            "nut_width": 43.0,
            "heel_width": 56.0,
            "rotation_deg": draw(st.sampled_from([0, 90, -30.5])),
        }
    if mode not in ("gcode", "saw", "drill", "vcarve") and draw(st.integers(0, 3)) == 0:
        body["cut"]["finish_allowance"] = draw(MM)
    if draw(st.integers(0, 3)) == 0:
        body["options"]["spoilboard"] = draw(MM)
    if 0 < design.get("depth", 0) <= design.get("peck", 0):
        del design["peck"]
    if 0 < design.get("depth", 0) <= design.get("tabs", {}).get("height", 0):
        del design["tabs"]
    if 0 < design.get("depth", 0) <= design.get("purfling", {}).get("depth", 0):
        del design["purfling"]
