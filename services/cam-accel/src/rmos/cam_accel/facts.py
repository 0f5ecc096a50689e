"""What will the program really do? The facts of a toolpath that feasibility judges."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.errors import Refused
from rmos.cam_accel.gcode import Program
from rmos.cam_accel.kernels import Kernels
from rmos.cam_accel.simulate.before import Tops
from rmos.cam_accel.simulate.profile import profile_of
from rmos.cam_accel.timing import LimitsError, limits_of
from rmos.cam_accel.tools import shape_of
from rmos.contracts.events import MachineFacts, PathFacts, ToolFacts
from rmos.contracts.toolpath import Toolpath


@dataclass(frozen=True)
class Stock:
    """What is cut: its `tops`, level where None, in a frame of its own, and how a path is `moved` into that."""

    tops: Tops | None = None
    moved: Callable[[Toolpath], Toolpath] = lambda path: path


LEVEL = Stock()


def path_facts(
    kernels: Kernels, program: Program, machine: MachineFacts, tool: ToolFacts | None, stock: Stock = LEVEL
) -> PathFacts:
    """Of the program that will run; without a tool (a saw's blade) its engagement is not measured. Raises Refused when a
    cut is made while the spindle stands, and for limits that no machine has."""
    path = program.toolpath
    cutting = path.is_cut
    _require_turning(path, cutting)
    low, high = kernels.extent(path)
    feeds, speeds = path.feed_mm_min[cutting], path.spindle_rpm[cutting]
    return PathFacts(
        moves=len(path), min_mm=low, max_mm=high, cut_length_mm=math.fsum(kernels.lengths_mm(path)[cutting].tolist()),
        max_feed_mm_min=float(feeds.max()), spindle_min_rpm=float(speeds.min()), spindle_max_rpm=float(speeds.max()),
        time_s=_time_s(kernels, path, machine), kernel=kernels.name,
        rapid_lowest_mm=rapid_lowest_mm(path), **_engagement(kernels, stock.moved(path), tool, stock.tops),
        states_units=program.states_units, states_distance=program.states_distance,
    )  # fmt: skip


def _time_s(kernels: Kernels, path: Toolpath, machine: MachineFacts) -> float:
    try:
        return math.fsum(kernels.move_times_s(path, limits_of(machine)).tolist())
    except LimitsError as error:
        raise Refused("machine", f"{machine.machine_id}: {error}", "/machine_id") from error


def _require_turning(path: Toolpath, cutting: NDArray[np.bool_]) -> None:
    if not cutting.any():
        raise Refused("no_cut", "the toolpath cuts nothing")
    standing = cutting & (path.spindle_rpm <= 0)
    if standing.any():
        line = path.line[int(np.argmax(standing))]
        raise Refused("spindle", f"line {line}: a cutting move while the spindle stands (M3 and S needed)")


def _engagement(kernels: Kernels, path: Toolpath, tool: ToolFacts | None, tops: Tops | None) -> dict[str, Any]:
    """Nothing of a tool whose shape is not known: it is not measured."""
    if tool is None:
        return {}
    try:
        profile = profile_of(shape_of(tool))
    except ValueError:
        return {}
    found = kernels.engagement(path, tool.diameter_mm, profile, tops)
    return {} if found is None else {name: value for name, value in asdict(found).items() if name in PathFacts.model_fields}


def rapid_lowest_mm(path: Toolpath) -> float | None:
    """The lowest Z of rapids that also travel in X or Y. A program's Z is not known before it first changes."""
    x, y, z = (np.concatenate(([s], e)) for s, e in zip(path.start_mm, (path.x_mm, path.y_mm, path.z_mm), strict=True))
    known = np.logical_or.accumulate(z != z[0])
    travels = path.is_rapid & ((np.diff(x) != 0) | (np.diff(y) != 0)) & known[1:]
    lowest = np.where(known[:-1], np.minimum(z[:-1], z[1:]), z[1:])[travels]
    return float(lowest.min()) if len(lowest) else None
