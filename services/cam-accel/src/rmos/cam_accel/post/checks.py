"""What must hold of a path before it is written? Each refusal names its move, its cause and what to do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.post.controllers import Controller
from rmos.cam_accel.post.faults import PostError
from rmos.cam_accel.post.rows import COOLANTS, COUNTER_CLOCKWISE, FLOOD, MIST
from rmos.contracts.toolpath import MoveKind, Plane, Toolpath

LEVEL_MM = 1e-6
_NUMBERS = ("x_mm", "y_mm", "z_mm", "i_mm", "j_mm", "k_mm", "feed_mm_min", "spindle_rpm", "dwell_s")


def require_postable(path: Toolpath, c: Controller, safe_z_mm: float) -> None:
    """Raises PostError at the first move that the controller cannot be told, or that would be unsafe."""
    if not math.isfinite(safe_z_mm) or safe_z_mm <= 0:
        raise PostError("safe_z", f"safe Z must lie above the stock, not at {safe_z_mm}", 0, "/options/safe_z")
    _require_numbers(path)
    _require_lift_first(path)
    _require_standing(path)
    _require_switches(path, c)
    _require_cuts(path, c)
    _require_tools(path, c, safe_z_mm)


def _refuse(where: NDArray[np.bool_], code: str, reason: str, pointer: str = "/post") -> None:
    if where.any():
        raise PostError(code, reason, int(np.argmax(where)) + 1, pointer)


def _require_numbers(path: Toolpath) -> None:
    finite = np.logical_and.reduce([np.isfinite(getattr(path, name)) for name in _NUMBERS])
    _refuse(~finite, "not_finite", "a coordinate, feed, speed or dwell is not a number", "/design")
    _refuse((path.dwell_s < 0) | (path.spindle_rpm < 0), "negative", "a dwell or a spindle speed is negative", "/design")
    slow = (path.spindle_rpm > 0) & (path.spindle_rpm < 1)
    _refuse(slow, "spindle_too_slow", "S is a whole number of turns a minute: at least 1", "/cut/spindle_rpm")


def _require_lift_first(path: Toolpath) -> None:
    """Every axis is named from the first move on, so it must not lead down or sideways from where nobody knows."""
    moves = np.flatnonzero(path.kind < MoveKind.DWELL)
    if len(moves) == 0:
        raise PostError("empty", "the path makes no move", 0, "/design")
    first = int(moves[0])
    if path.kind[first] != MoveKind.RAPID or path.z_mm[first] <= 0:
        reason = "the first move must be a rapid to a height above the stock"
        raise PostError("unknown_start", reason, first + 1, "/design")


def _require_standing(path: Toolpath) -> None:
    """Where a dwell before the first move stands, nobody knows."""
    begun = np.logical_or.accumulate(path.kind < MoveKind.DWELL)
    moved = np.logical_or.reduce([np.diff(getattr(path, name), prepend=np.nan) != 0 for name in ("x_mm", "y_mm", "z_mm")])
    reason = "a dwell, stop or tool change stands still, this one names another place"
    _refuse((path.kind >= MoveKind.DWELL) & begun & moved, "moving_dwell", reason, "/design")


def _require_switches(path: Toolpath, c: Controller) -> None:
    on = path.switches
    _refuse(
        (on & np.uint8(255 - COOLANTS - COUNTER_CLOCKWISE)) > 0, "unknown_switch", "no code is known for a switch", "/design"
    )
    if not c.mist:
        _refuse((on & MIST) > 0, "mist", f"{c.title} has no mist (M7): take it out, or switch it by hand")
    if not c.flood:
        _refuse((on & FLOOD) > 0, "flood", f"{c.title} has no flood (M8): take it out, or switch it by hand")
    if not c.counter_clockwise:
        turns = ((on & COUNTER_CLOCKWISE) > 0) & (path.spindle_rpm > 0)
        _refuse(turns, "counter_clockwise", f"the spindle of {c.title} turns clockwise alone")


def _require_cuts(path: Toolpath, c: Controller) -> None:
    arcs = (path.kind == MoveKind.ARC_CW) | (path.kind == MoveKind.ARC_CCW)
    for plane in Plane:
        if plane.name not in c.planes:
            reason = f"{c.title} makes no arcs in {plane.name}: write them as lines"
            _refuse(arcs & (path.plane == plane), "plane", reason)
    least = 10.0**-c.decimals_feed
    slow = path.is_cut & (np.round(path.feed_mm_min, c.decimals_feed) <= 0)
    _refuse(slow, "feed", f"a cutting move needs a feed of at least {least:g} mm/min")


def _require_tools(path: Toolpath, c: Controller, safe_z_mm: float) -> None:
    changes: Any = path.kind == MoveKind.TOOL_CHANGE
    later = np.arange(len(path)) > 0
    other = np.diff(path.tool.astype(np.int64), prepend=0) != 0
    _refuse(changes & (path.tool == 0), "tool", "a tool change names no tool", "/design")
    _refuse(later & other & ~changes, "tool", "the tool is another one without a tool change", "/design")
    if not c.tool_change:
        _refuse(later & changes, "tool_change", f"{c.title} changes no tools: split the job, one program a tool")
    begun = np.logical_or.accumulate(path.kind < MoveKind.DWELL)
    low = begun & changes & (path.z_mm < safe_z_mm - LEVEL_MM)
    _refuse(low, "low_tool_change", f"a tool change below safe Z at {safe_z_mm:g} mm: lift first", "/design")
