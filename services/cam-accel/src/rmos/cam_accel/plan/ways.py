"""What does a planner of one level say? Where the tool goes down, and then which ways it cuts and which it only travels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.plan.moves import MOST_MOVES, Moves
from rmos.cam_accel.polygons import Ring, place

CLEARANCE_MM, SHORTEST_RING_MM, MOST_LAPS = 0.5, 0.5, 5000
LIFT_MM, LIFT_DEG, LEAST_LIFT_MM = 0.2, 6.0, 0.02
WIDEST_HELIX_RADII, NARROWEST_HELIX_RADII = 0.9, 0.2
Point2 = tuple[float, float]


@dataclass(frozen=True)
class Helix:
    """Ends at the level, `radius_mm` in +X of its centre, after a full turn there."""

    centre: Point2
    radius_mm: float

    @property
    def end(self) -> Point2:
        return self.centre[0] + self.radius_mm, self.centre[1]


@dataclass(frozen=True)
class Ramp:
    """Down along a closed ring, (n, 2) without the closing point; ends at its first point after a full lap at the level."""

    ring: Ring

    @property
    def end(self) -> Point2:
        return point(self.ring[0])


@dataclass(frozen=True)
class Leg:
    """Points one after the other, (n, 2). A link leads through what is cleared, slightly lifted; anything else cuts."""

    points: Ring
    is_link: bool = False


@dataclass
class Way:
    entry: Helix | Ramp
    legs: list[Leg] = field(default_factory=list)

    @property
    def end(self) -> Point2:
        return point(self.legs[-1].points[-1]) if self.legs else self.entry.end


@dataclass(frozen=True)
class Feeds:
    """`turns_ccw`: which way a helix turns, so that its wall lies where the cut's direction wants it."""

    feed_mm_min: float
    plunge_mm_min: float
    safe_z_mm: float
    ramp_deg: float
    turns_ccw: bool


def point(p: Any) -> Point2:
    return float(p[0]), float(p[1])


def perimeter_mm(ring: Ring) -> float:
    steps = np.roll(ring, -1, axis=0) - ring
    return float(np.sqrt((steps * steps).sum(axis=1)).sum())


def helix_in(area: Any, centre: Point2, tool_radius_mm: float) -> Helix | None:
    """The widest helix around the centre whose axis stays in the area and that leaves no core; None where none fits."""
    room = shapely.distance(shapely.boundary(area), shapely.Point(centre)) if area.contains(shapely.Point(centre)) else 0.0
    radius = min(WIDEST_HELIX_RADII * tool_radius_mm, 0.98 * float(room))
    return Helix(centre, radius) if radius >= NARROWEST_HELIX_RADII * tool_radius_mm else None


def middle_of(area: Any) -> Point2:
    """The place farthest from the area's border, to a hundredth of its size."""
    size = max(area.bounds[2] - area.bounds[0], area.bounds[3] - area.bounds[1])
    return point(shapely.get_coordinates(shapely.maximum_inscribed_circle(area, tolerance=size / 100))[0])


def ramp_along(ring: Ring) -> Ramp:
    """Raises PlanError where the ring is too short to ramp along."""
    if perimeter_mm(ring) < SHORTEST_RING_MM:
        reason = f"the pocket is hardly wider than the tool at {place(ring[0])}: it cannot ramp down there"
        raise PlanError("/tool_id", reason)
    return Ramp(ring)


def cut_way(moves: Moves, way: Way, above: float, level: float, feeds: Feeds, lifts: bool = True) -> None:
    """From safe Z down to just over what is cleared (`above`), by the entry to the level, along the legs, and up."""
    top = min(feeds.safe_z_mm, above + CLEARANCE_MM)
    if isinstance(way.entry, Helix):
        _wind_down(moves, way.entry, top, level, feeds)
    else:
        _ramp_down(moves, way.entry, top, level, feeds)
    for leg in way.legs:
        if leg.is_link:
            _go_through(moves, leg.points, level, feeds)
        else:
            for x, y in leg.points.tolist():
                if moves.position != (x, y, level):
                    moves.line(x, y, level, feeds.feed_mm_min)
    if lifts:
        moves.lift()
    if len(moves) > MOST_MOVES:
        raise PlanError("/cut", f"more than {MOST_MOVES} moves: the steps are too small for this pocket")


def _wind_down(moves: Moves, helix: Helix, top: float, level: float, feeds: Feeds) -> None:
    (x, y), r = helix.centre, helix.radius_mm
    turns = _laps(top - level, 2 * math.pi * r, feeds, helix.centre)
    moves.travel(x + r, y, top)
    for half in range(1, 2 * turns + 1):
        z = level if half == 2 * turns else top - (top - level) * half / (2 * turns)
        _half_turn(moves, helix, half, z, feeds.plunge_mm_min, feeds)
    for half in (1, 2):
        _half_turn(moves, helix, half, level, feeds.feed_mm_min, feeds)


def _half_turn(moves: Moves, helix: Helix, half: int, z: float, feed: float, feeds: Feeds) -> None:
    (x, y), r = helix.centre, helix.radius_mm
    side = -1.0 if half % 2 else 1.0
    start = x - side * r
    moves.arc(x + side * r, y, z, x - start, 0.0, feed, ccw=feeds.turns_ccw)


def _laps(drop: float, lap_mm: float, feeds: Feeds, at: Any) -> int:
    laps = math.ceil(drop / (lap_mm * math.tan(math.radians(feeds.ramp_deg))) - 1e-9)
    if laps > MOST_LAPS:
        raise PlanError(
            "/tool_id", f"at {place(at)} the way down would take {laps} laps: there is too little room for this tool"
        )
    return max(1, laps)


def _ramp_down(moves: Moves, ramp: Ramp, top: float, level: float, feeds: Feeds) -> None:
    """The last part of a lap to the ring's start, once the level is reached, and a full lap at the level."""
    points = [point(p) for p in ramp.ring]
    _laps(top - level, perimeter_mm(ramp.ring), feeds, points[0])
    slope = math.tan(math.radians(feeds.ramp_deg))
    moves.travel(*points[0], top)
    z, n = top, 0
    while z > level:
        here, there = points[n % len(points)], points[(n + 1) % len(points)]
        drop = math.dist(here, there) * slope
        if z - drop <= level and drop > 0:
            share = (z - level) / drop
            moves.line(
                here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1]), level, feeds.plunge_mm_min
            )
        z = max(level, z - drop)
        if z > level or drop == 0:
            moves.line(*there, z, feeds.plunge_mm_min)
        else:
            moves.line(*there, z, feeds.feed_mm_min)
        n += 1
    for m in range(n % len(points) or len(points), len(points)):
        moves.line(*points[(m + 1) % len(points)], level, feeds.feed_mm_min)
    for p in [*points[1:], points[0]]:
        moves.line(*p, level, feeds.feed_mm_min)


def _go_through(moves: Moves, points: Ring, level: float, feeds: Feeds) -> None:
    """Up on a slope, over what is cleared, down on a slope; flat where the way is too short for it."""
    start = moves.position[:2]
    line = shapely.LineString([start, *points.tolist()])
    slope = math.tan(math.radians(LIFT_DEG))
    lift = min(LIFT_MM, line.length / 3 * slope, feeds.safe_z_mm - level)
    if lift < LEAST_LIFT_MM:
        for x, y in points.tolist():
            moves.line(x, y, level, feeds.feed_mm_min)
        return
    for x, y, along in _with_marks(start, points, (lift / slope, line.length - lift / slope)):
        height = min(lift, along * slope, max(0.0, (line.length - along) * slope))
        moves.line(x, y, level + height if along < line.length else level, feeds.feed_mm_min)


def _with_marks(start: Sequence[float], points: Ring, marks: Sequence[float]) -> list[tuple[float, float, float]]:
    """Each point with its distance along the way, and points at the marked distances between them."""
    out, done, here = [], 0.0, point(start)
    last = len(points) - 1
    for n, there in enumerate(points.tolist()):
        step = math.dist(here, there)
        for mark in marks:
            if done < mark < done + step:
                share = (mark - done) / step
                out.append((here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1]), mark))
        done += step
        out.append((there[0], there[1], done if n < last else math.inf))
        here = point(there)
    return out
