"""How is a level cleared by rings at a constant distance, innermost first, or by a spiral through them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.plan.ways import (
    SHORTEST_RING_MM,
    Helix,
    Leg,
    Point2,
    Way,
    helix_in,
    middle_of,
    perimeter_mm,
    point,
    ramp_along,
)  # fmt: skip
from rmos.cam_accel.polygons import Ring, place

MOST_RINGS, WIDEST_STRIP = 1000, 1.5
INNER_MM = 0.01
"""How far points may be left out of rings that touch no wall."""


@dataclass
class Node:
    """A part of the area left at one distance from the walls, and the parts of it left at the next."""

    shape: Any
    inner: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Rings:
    """`area`: where the axis may be. `entry`: helix, ramp, or auto: a helix where it fits, else a ramp."""

    area: Any
    roots: list[Node]
    tool_radius_mm: float
    step_mm: float
    entry: str
    climb: bool
    is_spiral: bool

    def ways(self) -> list[Way]:
        out: list[Way] = []
        for node in _inner_first(self.roots):
            self._add(out, node)
        return out

    def _add(self, out: list[Way], node: Node) -> None:
        rings = [r for r in rings_of(node.shape, self.climb) if perimeter_mm(r) >= SHORTEST_RING_MM]
        if not rings:
            if node in self.roots:
                where = place(node.shape.exterior.coords[0])
                raise PlanError(
                    "/tool_id", f"a part of the pocket is hardly wider than the tool at {where}: it cannot ramp down there"
                )
            return
        outer, *holes = rings
        way = out[-1] if node.inner and out else None
        if way is None:
            self._enter(out, node, outer)
        elif not (self.is_spiral and len(node.inner) == 1 and self._wind(way, node.inner[0], outer)):
            self.link(out, outer)
        elif len(node.shape.interiors) or not self._is_wound_on(node):
            out[-1].legs.append(Leg(_lap(outer, out[-1].end)))
        for hole in holes:
            self.link(out, hole)

    def _enter(self, out: list[Way], node: Node, outer: Ring) -> None:
        helix = None if self.entry == "ramp" else self._helix(node)
        if helix is not None:
            way = Way(helix)
            lap = _lap(outer, helix.end)
            if self._is_inside(helix.end, lap[0]):
                way.legs.append(Leg(lap))
                out.append(way)
                return
        if self.entry == "helix":
            raise PlanError(
                "/cut/entry", f"no helix fits into the pocket near {place(outer[0])}: enter by a ramp, or take a smaller tool"
            )
        out.append(Way(ramp_along(outer)))

    def _helix(self, node: Node) -> Helix | None:
        return helix_in(self.area, middle_of(node.shape), self.tool_radius_mm)

    def link(self, out: list[Way], ring: Ring) -> None:
        """A full lap, straight from where the tool is if that stays inside; otherwise from above, by a ramp."""
        lap = _lap(ring, out[-1].end) if out else ring
        if out and self._is_inside(out[-1].end, lap[0]):
            out[-1].legs.append(Leg(lap))
        else:
            out.append(Way(ramp_along(ring)))

    def _is_inside(self, a: Point2, b: Any) -> bool:
        return bool(shapely.covers(self.area, shapely.LineString([a, point(b)])))

    def _is_wound_on(self, node: Node) -> bool:
        """Does the spiral go on outwards from this part without a lap of its own?"""
        return any(other.inner == [node] for other in _inner_first(self.roots))

    def _wind(self, way: Way, inner: Node, outer: Ring) -> bool:
        """One turn from the inner ring to the outer; False where it would leave the strip between them."""
        if len(inner.shape.interiors) or perimeter_mm(shapely.get_coordinates(inner.shape.exterior)[:-1]) < SHORTEST_RING_MM:
            return False
        to = _dense(_lap(outer, way.end), self.step_mm)
        ring = inner.shape.exterior
        steps = np.sqrt((np.diff(to, axis=0) ** 2).sum(axis=1))
        share = np.concatenate([[0.0], np.cumsum(steps)])
        share = (share / share[-1])[:, None]
        nearest = shapely.get_coordinates(
            shapely.line_interpolate_point(ring, shapely.line_locate_point(ring, shapely.points(to)))
        )
        turn = (1 - share) * nearest + share * to
        if ((to - nearest) ** 2).sum(axis=1).max() > (WIDEST_STRIP * self.step_mm) ** 2:
            return False
        if not (self._is_inside(way.end, turn[0]) and shapely.covers(self.area, shapely.LineString(turn))):
            return False
        way.legs.append(Leg(turn))
        return True


def rings_of(shape: Any, climb: bool) -> list[Ring]:
    """The outer ring and the holes, each in the direction that keeps the wall right of a climb cut."""
    out = [polygons.turned(shapely.get_coordinates(shape.exterior)[:-1], climb)]
    return out + [polygons.turned(shapely.get_coordinates(hole)[:-1], not climb) for hole in shape.interiors]


def nodes(target: Sequence[Ring], first_mm: float, step_mm: float, arc_mm: float, most: int | None = None) -> list[Node]:
    """Parts of the target at `first_mm` from its walls, each with what is left a step further in, and so on, or `most` deep."""
    roots: list[Node] = []
    outer: list[Node] = []
    for n in range(MOST_RINGS + 1):
        rings = polygons.inset(target, first_mm + n * step_mm, arc_mm) if n != most else []
        if not rings:
            return roots
        level = [Node(part.simplify(INNER_MM) if n else part) for part in polygons.parts_of(polygons.shape_of(rings))]
        if n == 0:
            roots = level
        else:
            _hang(outer, level)
        outer = level
    raise PlanError("/cut/stepover_ratio", f"more than {MOST_RINGS} rings: the steps are too small for this pocket")


def _hang(outer: list[Node], level: list[Node]) -> None:
    tree = shapely.STRtree([node.shape for node in outer])
    for node in level:
        around = tree.query(node.shape.representative_point(), predicate="intersects")
        if len(around):
            outer[int(around[0])].inner.append(node)


def _inner_first(roots: Sequence[Node]) -> Iterator[Node]:
    stack = [(node, False) for node in reversed(roots)]
    while stack:
        node, is_open = stack.pop()
        if is_open or not node.inner:
            yield node
            continue
        stack.append((node, True))
        stack.extend((inner, False) for inner in reversed(node.inner))


def _lap(ring: Ring, start: Point2) -> Ring:
    """Once round the ring from its place nearest to the start, back to it."""
    closed = np.vstack([ring, ring[:1]])
    line = shapely.LineString(closed)
    along = shapely.line_locate_point(line, shapely.Point(start))
    at = shapely.get_coordinates(shapely.line_interpolate_point(line, along))
    steps = np.sqrt((np.diff(closed, axis=0) ** 2).sum(axis=1))
    n = int(np.searchsorted(np.cumsum(steps), along, side="right")) % len(ring)
    order = [(n + 1 + m) % len(ring) for m in range(len(ring))]
    return np.vstack([at, ring[order], at])


def _dense(line: Ring, step_mm: float) -> Ring:
    return shapely.get_coordinates(shapely.segmentize(shapely.LineString(line), step_mm))
