"""What must hold of a path before it is written? Each refusal names its cause and what to do."""

from __future__ import annotations

import math

from rmos.cam_accel.geometry import Point3, is_arc, starts_and_ends
from rmos.cam_accel.post.controllers import Controller
from rmos.cam_accel.post.faults import PostError
from rmos.contracts.toolpath import MoveKind, Plane, Switch, Toolpath

LEVEL_MM = 1e-6


def require_postable(path: Toolpath, c: Controller, safe_z_mm: float) -> None:
    """Raises PostError at the first move that the controller cannot be told, or that would be unsafe."""
    if not math.isfinite(safe_z_mm) or safe_z_mm <= 0:
        raise PostError("safe_z", f"safe Z must lie above the stock, not at {safe_z_mm}", 0, "/options/safe_z")
    _require_lift_first(path)
    moved = False
    for n, start, end in starts_and_ends(path):
        _require_numbers(path, n, end)
        _require_switches(path, n, c)
        _require_arc(path, n, c)
        _require_tool(path, n, c, (start[2] if moved else safe_z_mm) - safe_z_mm)
        if path.kind[n] >= MoveKind.DWELL and moved and end != start:
            raise PostError("moving_dwell", "a dwell, stop or tool change stands still, this one names another place", n + 1)
        moved = moved or path.kind[n] < MoveKind.DWELL


def _require_lift_first(path: Toolpath) -> None:
    """Every axis is named from the first move on, so it must not lead down or sideways from where nobody knows."""
    moves = (path.kind < MoveKind.DWELL).nonzero()[0]
    if len(moves) == 0:
        raise PostError("empty", "the path makes no move", 0, "/design")
    first = int(moves[0])
    if path.kind[first] != MoveKind.RAPID or path.z_mm[first] <= 0:
        raise PostError("unknown_start", "the first move must be a rapid to a height above the stock", first + 1, "/design")


def _require_numbers(path: Toolpath, n: int, end: Point3) -> None:
    stated = (*end, path.i_mm[n], path.j_mm[n], path.k_mm[n], path.feed_mm_min[n], path.spindle_rpm[n], path.dwell_s[n])
    if not all(math.isfinite(value) for value in stated):
        raise PostError("not_finite", "a coordinate, feed, speed or dwell is not a number", n + 1)
    if path.dwell_s[n] < 0 or path.spindle_rpm[n] < 0:
        raise PostError("negative", "a dwell or a spindle speed is negative", n + 1)
    if 0 < path.spindle_rpm[n] < 1:
        raise PostError("spindle_too_slow", "S is a whole number of turns a minute: at least 1", n + 1)


def _require_switches(path: Toolpath, n: int, c: Controller) -> None:
    switches = int(path.switches[n])
    if switches & ~int(Switch.MIST | Switch.FLOOD | Switch.COUNTER_CLOCKWISE):
        raise PostError("unknown_switch", f"no code is known for the switches {switches}", n + 1)
    if switches & Switch.MIST and not c.mist:
        raise PostError("mist", f"{c.title} has no mist (M7): take it out, or switch it by hand", n + 1)
    if switches & Switch.FLOOD and not c.flood:
        raise PostError("flood", f"{c.title} has no flood (M8): take it out, or switch it by hand", n + 1)
    if switches & Switch.COUNTER_CLOCKWISE and path.spindle_rpm[n] > 0 and not c.counter_clockwise:
        raise PostError("counter_clockwise", f"the spindle of {c.title} turns clockwise alone", n + 1)


def _require_arc(path: Toolpath, n: int, c: Controller) -> None:
    if is_arc(path, n) and Plane(int(path.plane[n])).name not in c.planes:
        plane = Plane(int(path.plane[n])).name
        raise PostError("plane", f"{c.title} makes no arcs in {plane}: write them as lines", n + 1)
    if path.is_cut[n] and round(float(path.feed_mm_min[n]), c.decimals_feed) <= 0:
        raise PostError("feed", f"a cutting move needs a feed of at least {10.0**-c.decimals_feed:g} mm/min", n + 1)


def _require_tool(path: Toolpath, n: int, c: Controller, above_safe_mm: float) -> None:
    tool, before = int(path.tool[n]), int(path.tool[n - 1]) if n else 0
    if path.kind[n] != MoveKind.TOOL_CHANGE:
        if n and tool != before:
            raise PostError("tool", f"the tool becomes T{tool} without a tool change", n + 1)
        return
    if tool == 0:
        raise PostError("tool", "a tool change names no tool", n + 1)
    if n and not c.tool_change:
        raise PostError("tool_change", f"{c.title} changes no tools: split the job, one program a tool", n + 1)
    if n and above_safe_mm < -LEVEL_MM:
        raise PostError("low_tool_change", f"a tool change {-above_safe_mm:g} mm below safe Z: lift first", n + 1)
