"""Which moves do what must not be, where, and why? Arcs that are none, rapids through stock, ways down that no tool makes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rmos.cam_accel.geometry import AXES, Point3, centre_of, is_arc, length_mm, points, spaced
from rmos.cam_accel.simulate.grid import Grid
from rmos.cam_accel.simulate.heightmap import Heightmap, Reals
from rmos.contracts.toolpath import MoveKind, Plane, Toolpath

ARC_MM = 0.005
STEEPEST_DEG, PLUNGE_DEG, ROUNDED_MM, MOST_ROUNDED_DEG = 10.0, 80.0, 0.001, 1.0
_PIECES = 32


@dataclass(frozen=True)
class Fault:
    """`move` counts from 0; -1 where no single move is to blame. `line` of the program, 0 when planned."""

    code: str
    reason: str
    move: int = -1
    line: int = 0
    x_mm: float | None = None
    y_mm: float | None = None

    def __str__(self) -> str:
        place = "" if self.x_mm is None else f" at X{self.x_mm:.3f} Y{self.y_mm:.3f}"
        line = f" (line {self.line})" if self.line else ""
        return f"move {self.move + 1}{line}{place}: {self.reason}" if self.move >= 0 else f"{self.reason}{place}"


def fault_at(path: Toolpath, n: int, code: str, reason: str, place: tuple[float, float] | None = None) -> Fault:
    x, y = (float(path.x_mm[n]), float(path.y_mm[n])) if place is None else place
    return Fault(code, reason, n, int(path.line[n]), x, y)


def ends_of(path: Toolpath, n: int) -> tuple[Point3, Point3]:
    """Start and end of one move, mm."""
    start = path.start_mm if n == 0 else (float(path.x_mm[n - 1]), float(path.y_mm[n - 1]), float(path.z_mm[n - 1]))
    return start, (float(path.x_mm[n]), float(path.y_mm[n]), float(path.z_mm[n]))


def chords(path: Toolpath, n: int, start: Point3, end: Point3, chord_mm: float) -> list[Point3]:
    """As `points`; an arc without a radius, which is a fault of its own, is the line between its ends."""
    a, b, _ = AXES[int(path.plane[n])]
    centre = centre_of(path, n)
    flat = is_arc(path, n) and centre[a] * centre[a] + centre[b] * centre[b] == 0
    return [start, end] if flat else points(path, n, start, end, chord_mm)


def arc_faults(path: Toolpath) -> tuple[Fault, ...]:
    """Arcs whose start and end do not lie equally far from their centre, to 0.005 mm, or that have no radius."""
    return tuple(_arc_faults(path))


def _arc_faults(path: Toolpath) -> Iterator[Fault]:
    for n in np.flatnonzero((path.kind == MoveKind.ARC_CW) | (path.kind == MoveKind.ARC_CCW)).tolist():
        start, end = ends_of(path, n)
        a, b, _ = AXES[int(path.plane[n])]
        centre = centre_of(path, n)
        first = math.sqrt(centre[a] * centre[a] + centre[b] * centre[b])
        p, q = end[a] - start[a] - centre[a], end[b] - start[b] - centre[b]
        last = math.sqrt(p * p + q * q)
        if not abs(first - last) <= ARC_MM:
            yield fault_at(path, n, "arc", f"the arc begins {first:.4f} mm from its centre and ends {last:.4f} mm from it")
        elif first == 0:
            yield fault_at(path, n, "arc", "the arc has no radius")


def entry_faults(path: Toolpath, found: Heightmap, axial_mm: Reals, grid: Grid, centre_cutting: bool) -> tuple[Fault, ...]:
    """Rapids that meet stock, and feed moves that go down into it more steeply than the tool can: 10 degrees, or straight down
    where it cuts at its centre."""
    arcs = (path.kind == MoveKind.ARC_CW) | (path.kind == MoveKind.ARC_CCW)
    falls = np.diff(path.z_mm, prepend=path.start_mm[2]) < 0
    suspects = (found.cells > 0) & (path.is_rapid | (not centre_cutting) & (falls | arcs & (path.plane != Plane.XY)))
    out = []
    for n in np.flatnonzero(suspects).tolist():
        start, end = ends_of(path, n)
        place, depth = grid.place_mm(int(found.place[n])), axial_mm[n]
        if path.kind[n] == MoveKind.RAPID:
            straight = start[:2] == end[:2]
            reason = "a rapid goes straight down into stock" if straight else "a rapid goes through stock"
            out.append(fault_at(path, n, "rapid", f"{reason}, {depth:.3f} mm of it", place))
        elif (angle := _steepest_deg(path, n, start, end)) > STEEPEST_DEG:
            way = "straight down" if angle > PLUNGE_DEG else f"down at {angle:.0f} degrees"
            most = f"a tool that does not cut at its centre can do {STEEPEST_DEG:.0f} degrees"
            out.append(fault_at(path, n, "plunge", f"the tool goes {way} into stock, {depth:.3f} mm of it; {most}", place))
    return tuple(out)


def _steepest_deg(path: Toolpath, n: int, start: Point3, end: Point3) -> float:
    """Of the way down; an arc across the plane is judged in pieces. Less what the digits of a program add to a short move, but
    never more than a degree, or many short moves would hide a steep way."""
    if is_arc(path, n) and path.plane[n] != Plane.XY:
        places = np.array([start, *spaced(path, n, start, end, _PIECES)])
        x, y, z = np.diff(places, axis=0).T
        return max(0.0, float(np.degrees(np.arctan2(-z, np.sqrt(x * x + y * y))).max()))
    drop = start[2] - end[2]
    run = math.sqrt(max(0.0, length_mm(path, n, start, end) ** 2 - drop**2))
    told, least = (math.degrees(math.atan2(drop - off, run + off)) for off in (0.0, ROUNDED_MM))
    return max(0.0, told - MOST_ROUNDED_DEG, least)
