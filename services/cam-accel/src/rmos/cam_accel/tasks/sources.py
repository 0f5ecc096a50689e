"""Which moves does a request speak of? A program is read with all its faults told at once; a toolpath is looked at first."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from rmos.cam_accel.engine import offsets_from
from rmos.cam_accel.gcode import Diagnostic, GcodeError
from rmos.cam_accel.kernels import Kernels
from rmos.cam_accel.tasks.orders import TaskOrder, data_of
from rmos.chassis.errors import Rejected
from rmos.contracts import toolpath
from rmos.contracts.cam import PathSummary, Source
from rmos.contracts.jobs import MAX_MOVES
from rmos.contracts.toolpath import COLUMNS, MoveKind, Plane, Toolpath

FARTHEST_MM = 1e6


class NotRead(Rejected):
    """The program is refused; `diagnostics` holds every place that the reason tells."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], pointer: str) -> None:
        super().__init__("gcode", "\n".join(map(told, diagnostics)), pointer)
        self.diagnostics = diagnostics

    def __reduce__(self) -> tuple[Any, ...]:
        return NotRead, (self.diagnostics, self.pointer)


def told(d: Diagnostic) -> str:
    return str(d) if d.grbl_error is None else f"{d}, error:{d.grbl_error} to GRBL"


def path_of(kernels: Kernels, order: TaskOrder, source: Source) -> tuple[Toolpath, tuple[int, ...]]:
    """And the numbers of the tools that it names. Raises NotRead, Rejected."""
    if source.toolpath is not None:
        path = decoded(data_of(order, "/source/toolpath"), "/source/toolpath")
        return path, tuple(sorted(set(path.tool.tolist()) - {0}))
    pointer = "/source/program" if source.text is None else "/source/text"
    data = data_of(order, pointer) if source.text is None else source.text.encode()
    try:
        program = kernels.interpret(data, offsets_from(source.offsets), source.dialect)
    except GcodeError as error:
        raise NotRead(error.diagnostics, pointer) from error
    return program.toolpath, program.tools


def decoded(data: bytes, pointer: str) -> Toolpath:
    """Raises Rejected for what is no toolpath, or one that no planner and no reader makes: kernels go by what these promise."""
    try:
        path = toolpath.decode(data)
    except toolpath.ToolpathFormatError as error:
        raise Rejected("toolpath", str(error), pointer) from error
    fault = _unsound(path)
    if fault:
        raise Rejected("toolpath", f"no toolpath that RMOS made: {fault}", pointer)
    return path


def _unsound(path: Toolpath) -> str:
    if not 1 <= len(path) <= MAX_MOVES:
        return f"it has {len(path)} moves, from 1 to {MAX_MOVES} are allowed"
    numbers = {name: getattr(path, name) for name in COLUMNS if getattr(path, name).dtype == np.float64}
    for name, column in numbers.items():
        if not (np.abs(column) <= FARTHEST_MM).all():
            return f"move {_first(~(np.abs(column) <= FARTHEST_MM))}: {name} is not within {FARTHEST_MM:g}"
    if not all(math.isfinite(v) and abs(v) <= FARTHEST_MM for v in path.start_mm):
        return f"it starts at {path.start_mm}"
    cuts_without = path.is_cut & ~(path.feed_mm_min > 0)
    for wrong, what in (
        (path.kind > max(MoveKind), "its kind is none"), (path.plane > max(Plane), "its plane is none"),
        (cuts_without, "a cut without a feed"), (path.dwell_s < 0, "a dwell of less than no time"),
        (path.spindle_rpm < 0, "a spindle speed below 0"),
    ):  # fmt: skip
        if wrong.any():
            return f"move {_first(wrong)}: {what}"
    return ""


def _first(wrong: Any) -> int:
    return int(np.argmax(wrong)) + 1


def summary(kernels: Kernels, path: Toolpath, tools: tuple[int, ...] = ()) -> PathSummary:
    low, high = kernels.extent(path)
    lengths = kernels.lengths_mm(path)
    return PathSummary(
        moves=len(path), min_mm=low, max_mm=high, cut_length_mm=math.fsum(lengths[path.is_cut].tolist()),
        rapid_length_mm=math.fsum(lengths[path.is_rapid].tolist()), tools=tools,
    )  # fmt: skip
