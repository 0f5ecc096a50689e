"""What else could the machine run into: shank and holder, clamps and vices, the ends of its axes?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from rmos.cam_accel.geometry import is_arc, starts_and_ends
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.faults import Fault, chords, fault_at
from rmos.cam_accel.simulate.grid import FARTHEST_MM, Grid
from rmos.cam_accel.simulate.heightmap import Heightmap
from rmos.cam_accel.simulate.profile import ROUND, Profile
from rmos.cam_accel.simulate.walls import below
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import MoveKind, Toolpath

CHORD_MM = 0.01


@dataclass(frozen=True)
class Cylinder:
    """A part that turns with the tool, from `above_tip_mm` upward. Raises SimulationError for a size that is none."""

    name: str
    diameter_mm: float
    above_tip_mm: float

    def __post_init__(self) -> None:
        if not (0 < self.diameter_mm <= 1e3 and 0 <= self.above_tip_mm <= 1e3):
            raise SimulationError(
                "holder", f"{self.name}: no part has {self.diameter_mm} mm, {self.above_tip_mm} mm above the tip"
            )

    @property
    def profile(self) -> Profile:
        return Profile(ROUND, self.diameter_mm / 2, self.diameter_mm / 2, lift_mm=self.above_tip_mm)


@dataclass(frozen=True)
class Holder:
    """Stacked cylinders above the cutting edges: the shank first, then nut and holder."""

    parts: tuple[Cylinder, ...]

    @property
    def profiles(self) -> tuple[Profile, ...]:
        return tuple(part.profile for part in self.parts)


def shank(flute_length_mm: float, shank_diameter_mm: float, tool: ToolShape) -> Cylinder | None:
    """Above the flutes. None for a shank no wider than the tool: it follows through the slot that the tool cut."""
    return Cylinder("the shank", shank_diameter_mm, flute_length_mm) if shank_diameter_mm > tool.diameter_mm else None


@dataclass(frozen=True)
class Fixture:
    """A clamp or vice: an outline in X and Y from `low_mm` up to `high_mm` in Z, with `keep_out_mm` all round and above."""

    name: str
    outline: tuple[tuple[float, float], ...]
    high_mm: float
    keep_out_mm: float = 1.0

    def __post_init__(self) -> None:
        values = (*(v for p in self.outline for v in p), self.high_mm, self.keep_out_mm)
        if not all(abs(v) <= FARTHEST_MM for v in values) or self.keep_out_mm < 0 or len(self.outline) < 3:
            raise SimulationError(
                "fixture", f"{self.name}: an outline of at least three places within {FARTHEST_MM:g} mm is needed"
            )
        if not shapely.Polygon(self.outline).is_valid:
            raise SimulationError("fixture", f"{self.name}: the outline crosses itself")

    @property
    def top_mm(self) -> float:
        return self.high_mm + self.keep_out_mm


def box(name: str, low: tuple[float, float], high: tuple[float, float], high_mm: float, keep_out_mm: float = 1.0) -> Fixture:
    (a, b), (c, d) = low, high
    return Fixture(name, ((a, b), (c, b), (c, d), (a, d)), high_mm, keep_out_mm)


def post(name: str, centre: tuple[float, float], diameter_mm: float, high_mm: float, keep_out_mm: float = 1.0) -> Fixture:
    """A round clamp, as a polygon of 96 sides around the circle."""
    radius = diameter_mm / 2 / math.cos(math.pi / 96)
    angles = [2 * math.pi * n / 96 for n in range(96)]
    outline = tuple((centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles)
    return Fixture(name, outline, high_mm, keep_out_mm)


def holder_faults(path: Toolpath, holder: Holder | None, found: Heightmap, grid: Grid) -> tuple[Fault, ...]:
    if holder is None:
        return ()
    out = []
    for n in np.flatnonzero(found.holder).tolist():
        part = holder.parts[int(found.holder[n]) - 1]
        out.append(fault_at(path, n, "holder", f"{part.name} runs into stock", grid.place_mm(int(found.holder_place[n]))))
    return tuple(out)


def fixture_faults(path: Toolpath, tool: ToolShape, holder: Holder | None, fixtures: Sequence[Fixture]) -> tuple[Fault, ...]:
    """Every move, rapid or feed, against every fixture: the tool as a cylinder, and each part of the holder."""
    turning = [("the tool", tool.radius_mm, 0.0)]
    turning += [(part.name, part.diameter_mm / 2, part.above_tip_mm) for part in (holder.parts if holder else ())]
    out: dict[int, Fault] = {}
    for fixture in fixtures:
        for name, radius, above in turning:
            for n in _reaching(path, fixture, radius + fixture.keep_out_mm, fixture.top_mm - above):
                reason = f"{name} comes within {fixture.keep_out_mm:g} mm of {fixture.name}"
                out.setdefault(n, fault_at(path, n, "fixture", reason))
    return tuple(out[n] for n in sorted(out))


def _reaching(path: Toolpath, fixture: Fixture, radius_mm: float, below_mm: float) -> list[int]:
    """Moves whose axis comes within `radius_mm` of the outline while the tip is below `below_mm`."""
    numbers, lines = [], []
    low, high = np.min(fixture.outline, axis=0) - radius_mm, np.max(fixture.outline, axis=0) + radius_mm
    for n, start, end in starts_and_ends(path):
        if path.kind[n] >= MoveKind.DWELL:
            continue
        if not is_arc(path, n) and (min(start[2], end[2]) >= below_mm or _is_apart(start, end, low, high)):
            continue
        way = chords(path, n, start, end, CHORD_MM)
        for a, b in itertools.pairwise(way):
            part = below(a, b, below_mm)
            if part is not None:
                numbers.append(n)
                lines.append([part[0][:2], part[1][:2]])
    if not lines:
        return []
    outline: Any = shapely.Polygon(fixture.outline)
    shapely.prepare(outline)
    near = shapely.distance(outline, shapely.linestrings(np.array(lines))) < radius_mm
    return sorted({numbers[n] for n in np.flatnonzero(near).tolist()})


def _is_apart(a: Sequence[float], b: Sequence[float], low: Any, high: Any) -> bool:
    return any(max(a[axis], b[axis]) < low[axis] or min(a[axis], b[axis]) > high[axis] for axis in (0, 1))


def envelope_faults(
    low_mm: Sequence[float], high_mm: Sequence[float], envelope_mm: Sequence[float], placed_at_mm: Sequence[float] | None = None
) -> tuple[Fault, ...]:
    """`envelope_mm`: travel of each axis from its low end. `placed_at_mm`: the program's zero there, or None: sizes count."""
    out = []
    for axis, low, high, most, at in zip("XYZ", low_mm, high_mm, envelope_mm, placed_at_mm or (None,) * 3, strict=True):
        if at is not None and not (low + at >= 0 and high + at <= most):
            out.append(
                Fault("envelope", f"{axis} runs from {low + at:.3f} to {high + at:.3f} mm, the machine has 0 to {most:g}")
            )
        elif not high - low <= most:
            out.append(Fault("envelope", f"{axis} needs {high - low:.3f} mm, the machine has {most:g}"))
    return tuple(out)
