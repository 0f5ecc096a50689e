"""Which kernels compute: the native ones in C++, or the reference in Python? They agree bit for bit."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel import adaptive, engagement, fit, gcode, geometry, timing
from rmos.cam_accel.adaptive import Clearing, Task, TooLarge
from rmos.cam_accel.drawing import contours
from rmos.cam_accel.drawing.contours import Joined, Reals
from rmos.cam_accel.engagement import Engagement
from rmos.cam_accel.gcode import LIMITS, NO_OFFSETS, Limits, Program
from rmos.cam_accel.gcode.dialects import dialect_named
from rmos.cam_accel.gcode.faults import describe
from rmos.cam_accel.geometry import Point3
from rmos.cam_accel.simulate import heightmap as heights_of
from rmos.cam_accel.simulate.before import Tops
from rmos.cam_accel.simulate.grid import Grid
from rmos.cam_accel.simulate.heightmap import WITHIN_MM, Cells, Heightmap
from rmos.cam_accel.simulate.profile import Profile, flat_profile
from rmos.cam_accel.timing import MachineLimits
from rmos.contracts.toolpath import Toolpath, from_columns


def _load() -> tuple[ModuleType | None, str]:
    try:
        return importlib.import_module("rmos.cam_accel._native"), ""
    except ImportError as error:
        return None, str(error)


_native, _why_not = _load()
Choice = Literal["auto", "on", "off"]


class NativeMissing(RuntimeError):
    """The native kernels are demanded and are not there."""


class Kernels(Protocol):
    """What every set of kernels offers; the reference functions tell shapes, units and errors."""

    @property
    def name(self) -> Literal["native", "reference"]: ...
    def interpret(
        self, data: bytes, offsets: NDArray[np.float64] = NO_OFFSETS, dialect: str = "grbl", limits: Limits = LIMITS
    ) -> Program: ...
    def lengths_mm(self, path: Toolpath) -> NDArray[np.float64]: ...
    def extent(self, path: Toolpath) -> tuple[Point3, Point3]: ...
    def move_times_s(self, path: Toolpath, limits: MachineLimits) -> NDArray[np.float64]: ...
    def move_times_total_s(
        self, path: Toolpath, limits: MachineLimits, feed_factors: Sequence[float]
    ) -> NDArray[np.float64]: ...
    def join_segments(self, x: Reals, y: Reals, mid_x: Reals, mid_y: Reals, tolerance_mm: float) -> Joined: ...
    def fit(self, path: Toolpath, tolerance_mm: float, arcs: bool = True) -> Toolpath: ...
    def engagement(
        self, path: Toolpath, tool_diameter_mm: float, profile: Profile | None = None, tops: Tops | None = None
    ) -> Engagement | None: ...
    def heightmap(
        self, path: Toolpath, profile: Profile, grid: Grid, heights: Cells, bottom_units: int, holder: Sequence[Profile] = ()
    ) -> Heightmap: ...
    def clear_area(self, task: Task) -> Clearing: ...


class ReferenceKernels:
    name: Literal["native", "reference"] = "reference"

    def interpret(
        self, data: bytes, offsets: NDArray[np.float64] = NO_OFFSETS, dialect: str = "grbl", limits: Limits = LIMITS
    ) -> Program:
        return gcode.interpret(data, offsets, dialect, limits)

    def lengths_mm(self, path: Toolpath) -> NDArray[np.float64]:
        return geometry.lengths_mm(path)

    def extent(self, path: Toolpath) -> tuple[Point3, Point3]:
        return geometry.extent(path)

    def move_times_s(self, path: Toolpath, limits: MachineLimits) -> NDArray[np.float64]:
        return timing.move_times_s(path, limits)

    def engagement(
        self, path: Toolpath, tool_diameter_mm: float, profile: Profile | None = None, tops: Tops | None = None
    ) -> Engagement | None:
        return engagement.engagement(path, tool_diameter_mm, profile, tops)

    def move_times_total_s(self, path: Toolpath, limits: MachineLimits, feed_factors: Sequence[float]) -> NDArray[np.float64]:
        return timing.move_times_total_s(path, limits, feed_factors)

    def join_segments(self, x: Reals, y: Reals, mid_x: Reals, mid_y: Reals, tolerance_mm: float) -> Joined:
        return contours.join(x, y, mid_x, mid_y, tolerance_mm)

    def fit(self, path: Toolpath, tolerance_mm: float, arcs: bool = True) -> Toolpath:
        return fit.fit(path, tolerance_mm, arcs)

    def heightmap(
        self, path: Toolpath, profile: Profile, grid: Grid, heights: Cells, bottom_units: int, holder: Sequence[Profile] = ()
    ) -> Heightmap:
        heights_of.require_workable(path, profile, grid, self.lengths_mm(path), self.extent(path))
        return heights_of.heightmap(path, profile, grid, heights, bottom_units, holder)

    def clear_area(self, task: Task) -> Clearing:
        return adaptive.clear(task)


@dataclass(frozen=True)
class NativeKernels:
    module: ModuleType
    name: Literal["native", "reference"] = "native"

    def interpret(
        self, data: bytes, offsets: NDArray[np.float64] = NO_OFFSETS, dialect: str = "grbl", limits: Limits = LIMITS
    ) -> Program:
        name, numbers = dialect_named(dialect).name, (limits.program_bytes, limits.moves, limits.steps)
        columns, tools, stated, places = self.module.read_gcode(data, offsets, name, *numbers)
        if places:
            raise describe(data, places)
        return Program(from_columns(columns), tuple(tools), *stated)

    def lengths_mm(self, path: Toolpath) -> NDArray[np.float64]:
        lengths: NDArray[np.float64] = self.module.lengths_mm(*_arguments(path))
        return lengths

    def extent(self, path: Toolpath) -> tuple[Point3, Point3]:
        low, high = self.module.extent(*_arguments(path))
        return low, high

    def move_times_s(self, path: Toolpath, limits: MachineLimits) -> NDArray[np.float64]:
        times: NDArray[np.float64] = self.module.move_times_s(
            *_arguments(path), path.spindle_rpm, path.switches, limits.numbers()
        )
        return times

    def engagement(
        self, path: Toolpath, tool_diameter_mm: float, profile: Profile | None = None, tops: Tops | None = None
    ) -> Engagement | None:
        profile = profile or flat_profile(tool_diameter_mm)
        before = np.zeros((0, 0), dtype=np.int32)
        if tops is not None:
            frame = engagement.frame_under(path, tool_diameter_mm, profile)
            if frame is None:
                return None
            before = engagement.tops_um(tops, frame)
        shape = np.array(profile.numbers())
        found = self.module.engagement(*_arguments(path), path.spindle_rpm, tool_diameter_mm, shape, before)
        return None if found is None else Engagement(*found)

    def move_times_total_s(self, path: Toolpath, limits: MachineLimits, feed_factors: Sequence[float]) -> NDArray[np.float64]:
        columns = *_arguments(path), path.spindle_rpm, path.switches
        factors = timing.checked_factors(feed_factors)
        totals: NDArray[np.float64] = self.module.move_times_total_s(*columns, limits.numbers(), factors)
        return totals

    def join_segments(self, x: Reals, y: Reals, mid_x: Reals, mid_y: Reals, tolerance_mm: float) -> Joined:
        return Joined(*self.module.join_segments(x, y, mid_x, mid_y, tolerance_mm))

    def fit(self, path: Toolpath, tolerance_mm: float, arcs: bool = True) -> Toolpath:
        fit.require_tolerance(tolerance_mm)
        states = path.spindle_rpm, path.tool, path.switches
        return fit.assembled(path, *self.module.fit(*_arguments(path), *states, tolerance_mm, arcs))

    def heightmap(
        self, path: Toolpath, profile: Profile, grid: Grid, heights: Cells, bottom_units: int, holder: Sequence[Profile] = ()
    ) -> Heightmap:
        heights_of.require_workable(path, profile, grid, self.lengths_mm(path), self.extent(path))
        profiles = np.array([p.numbers() for p in (profile, profile.inset(WITHIN_MM), *holder)])
        place = grid.low_x_mm, grid.low_y_mm, grid.cell_mm
        left, cutters, *moves = self.module.heightmap(*_arguments(path), profiles, *place, heights, bottom_units)
        return Heightmap(left.reshape(heights.shape), cutters.reshape(heights.shape), *moves)

    def clear_area(self, task: Task) -> Clearing:
        adaptive.require_workable(task)
        rings = task.points_mm, task.ends, task.cleared_mm, task.cleared_ends
        try:
            found = self.module.clear_area(*rings, *task.start_mm, task.hole_mm, task.radius_mm, task.width_mm)
        except ValueError as error:
            raise TooLarge(str(error)) from error
        return Clearing(*found)


def _arguments(path: Toolpath) -> tuple[Any, ...]:
    return (
        path.kind, path.plane, path.x_mm, path.y_mm, path.z_mm, path.i_mm, path.j_mm, path.k_mm, path.feed_mm_min,
        path.dwell_s, path.start_mm,
    )  # fmt: skip


def choose(choice: Choice = "auto") -> Kernels:
    """`auto`: native where it was built. `on`: native, or NativeMissing. `off`: the reference."""
    if choice != "off" and _native is not None:
        return NativeKernels(_native)
    if choice == "on":
        raise NativeMissing(f"RMOS_CPP_ACCEL=on, and the native kernels cannot be loaded: {_why_not}")
    return ReferenceKernels()
