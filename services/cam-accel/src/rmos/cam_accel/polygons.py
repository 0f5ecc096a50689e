"""How are areas grown, shrunk, compared and found faulty? Clipper2 on a 0.1 µm grid, GEOS where there are many points."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyclipr
import shapely

Ring = Any  # float64 array (n, 2), mm
GRID_PER_MM, ARC_MM = 10_000, 0.002
FEW_POINTS = 220
"""Up to as many Clipper2 offsets no slower than GEOS: measured by `benchmarks/offsets.py`."""
BATCH = 64
"""Points of a way whose sweep is united at once."""
STRAIGHT_MM = 1e-7
"""Points no farther off a straight edge are left out: of tens of thousands on one, GEOS makes wrong offsets, and takes long."""
_FILLET = 1.5  # GEOS may stretch a chord of a round join by half


def offset(rings: Sequence[Ring], distance_mm: float, arc_mm: float = ARC_MM) -> list[Ring]:
    """Outer rings counter-clockwise, holes clockwise, as given and as returned; positive grows. Corners are rounded by chords
    that lie up to `arc_mm` inside their circle: no place of the result is nearer to the rings than the distance less
    `arc_mm` and two steps of the grid. The same rings give the same bytes at every call."""
    if not rings:
        return []
    few = sum(map(len, rings)) <= FEW_POINTS
    return _offset(rings, distance_mm, pyclipr.EndType.Polygon, arc_mm) if few else offset_geos(rings, distance_mm, arc_mm)


def inset(rings: Sequence[Ring], distance_mm: float, arc_mm: float = ARC_MM) -> list[Ring]:
    """Shrunk so that no place of the result, corner or chord, is nearer to the rings than the distance."""
    return offset(rings, -(distance_mm + arc_mm + 2 / GRID_PER_MM), arc_mm)


def offset_clipper(rings: Sequence[Ring], distance_mm: float, arc_mm: float = ARC_MM) -> list[Ring]:
    """As `offset`, whatever the size."""
    return _offset(rings, distance_mm, pyclipr.EndType.Polygon, arc_mm)


def offset_geos(rings: Sequence[Ring], distance_mm: float, arc_mm: float = ARC_MM) -> list[Ring]:
    """As `offset`, whatever the size. Parts shrink one by one: together they cost more than their sum."""
    radius = abs(distance_mm)
    half_chord = math.acos(1 - min(arc_mm, radius) / radius) if radius > 0 else 1.0
    shape = shapely.simplify(shape_of(rings), STRAIGHT_MM, preserve_topology=False)
    quad_segs = max(2, math.ceil(_FILLET * math.pi / 4 / half_chord))
    if distance_mm >= 0:
        return rings_of(shapely.buffer(shape, distance_mm, quad_segs=quad_segs))
    return [
        ring for part in shapely.buffer(shapely.get_parts(shape), distance_mm, quad_segs=quad_segs) for ring in rings_of(part)
    ]


def shape_of(rings: Sequence[Ring]) -> Any:
    """Outer rings and holes as one shape of GEOS, each hole in the smallest outer ring around it. What Clipper makes may touch
    itself, so it is made valid."""
    if len(rings) == 1:
        return shapely.Polygon(rings[0])
    return shapely.MultiPolygon(pieces_of(rings))


def pieces_of(rings: Sequence[Ring]) -> list[Any]:
    """As `shape_of`, as polygons of their own: where rings touch, a union by GEOS finds conflicts."""
    outer, holes = ([shapely.Polygon(r) for r in rings if (signed_area_mm2(r) > 0) == is_outer] for is_outer in (True, False))
    inside: list[list[Any]] = [[] for _ in outer]
    if outer and holes:
        around = np.array(outer)
        areas, places = shapely.area(around), shapely.point_on_surface(_valid(np.array(holes)))
        found = shapely.STRtree(_valid(around)).query(places, predicate="intersects")
        for n, hole in enumerate(holes):
            owners = found[1][found[0] == n]
            owners = owners[areas[owners] >= hole.area]  # a place in a hole lies in what stands inside of the hole as well
            if len(owners):
                inside[int(owners[np.argmin(areas[owners])])].append(hole.exterior)
    whole = _valid(np.array([shapely.Polygon(o.exterior, h) for o, h in zip(outer, inside, strict=True)]))
    return [part for shape in whole for part in parts_of(shape)]


def _valid(shapes: Any) -> Any:
    bad = ~shapely.is_valid(shapes)
    if bad.any():
        shapes[bad] = shapely.make_valid(shapes[bad], method="structure")
    return shapes


def parts_of(shape: Any) -> Iterator[Any]:
    """The polygons of a shape of GEOS, whatever else it holds."""
    if shape.geom_type == "Polygon":
        if not shape.is_empty:
            yield shape
        return
    for part in shapely.get_parts(shape):
        if part.geom_type in ("Polygon", "MultiPolygon", "GeometryCollection"):
            yield from parts_of(part)


def rings_of(shape: Any) -> list[Ring]:
    """Outer rings counter-clockwise, holes clockwise, without the closing point."""
    out = []
    for part in parts_of(shape):
        out.append(turned(shapely.get_coordinates(part.exterior)[:-1], True))
        out.extend(turned(shapely.get_coordinates(hole)[:-1], False) for hole in part.interiors)
    return out


def swept(lines: Sequence[Ring], radius_mm: float) -> list[Ring]:
    """The area that a disc covers as its centre moves along open lines. In batches that are united in pairs: where a way
    crosses itself often, as circles along a channel do, the cost of one union grows with the square of its points."""
    areas = [_offset(batch, radius_mm, pyclipr.EndType.Round, ARC_MM) for batch in _batches(lines)]
    while len(areas) > 1:
        pairs = itertools.zip_longest(areas[::2], areas[1::2], fillvalue=())
        areas = [combine(pyclipr.Union, [*one, *other]) for one, other in pairs]
    return areas[0] if areas else []


def _batches(lines: Sequence[Ring]) -> Iterator[list[Ring]]:
    """Pieces of lines that begin where the one before ends, up to BATCH points together."""
    batch: list[Ring] = []
    size = 0
    for line in lines:
        for first in range(0, max(1, len(line) - 1), BATCH):
            piece = line[first : first + BATCH + 1]
            if size + len(piece) > BATCH and batch:
                yield batch
                batch, size = [], 0
            batch.append(piece)
            size += len(piece)
    if batch:
        yield batch


def _offset(rings: Sequence[Ring], distance_mm: float, end: Any, arc_mm: float) -> list[Ring]:
    if not rings:
        return []
    tool = pyclipr.ClipperOffset()
    tool.scaleFactor = GRID_PER_MM
    tool.arcTolerance = arc_mm * GRID_PER_MM
    tool.addPaths([np.asarray(r, dtype=np.float64) for r in rings], pyclipr.JoinType.Round, end)
    return [np.ascontiguousarray(r) for r in tool.execute(distance_mm)]


def combine(kind: Any, subject: Sequence[Ring], clip: Sequence[Ring] = ()) -> list[Ring]:
    """Union, Intersection or Difference of pyclipr, with non-zero filling."""
    if not subject:
        return []
    clipper = pyclipr.Clipper()
    clipper.scaleFactor = GRID_PER_MM
    clipper.addPaths([np.asarray(r, dtype=np.float64) for r in subject], pyclipr.Subject)
    if clip:
        clipper.addPaths([np.asarray(r, dtype=np.float64) for r in clip], pyclipr.Clip)
    return list(clipper.execute(kind, pyclipr.FillRule.NonZero))


def signed_area_mm2(ring: Ring) -> float:
    p = np.asarray(ring, dtype=np.float64)
    q = np.roll(p, -1, axis=0)
    return float(0.5 * np.sum(p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]))


def area_mm2(rings: Sequence[Ring]) -> float:
    return sum(signed_area_mm2(r) for r in rings)


def region(boundary: Sequence[tuple[float, float]], islands: Sequence[Sequence[tuple[float, float]]]) -> list[Ring]:
    """The boundary counter-clockwise and the islands clockwise, as `offset` wants them."""
    return [turned(boundary, True), *(turned(island, False) for island in islands)]


def turned(ring: Sequence[tuple[float, float]], counter_clockwise: bool) -> Ring:
    p = np.ascontiguousarray(ring, dtype=np.float64)
    return p if (signed_area_mm2(p) > 0) == counter_clockwise else np.ascontiguousarray(p[::-1])


def fault_of(ring: Ring) -> str | None:
    """Why the points, (n, 2), are no simple ring, and where; None where they are one."""
    twice = _twice(ring)
    if twice is not None:
        first, second = twice
        return f"the points {first} and {second} are both at {place(ring[first])}"
    reason = shapely.is_valid_reason(shapely.Polygon(ring))
    if reason == "Valid Geometry":
        return None
    x, y = (float(v) for v in reason[reason.index("[") + 1 : -1].split()[:2])
    return f"the polygon crosses or touches itself at {place((x, y))}"


def _twice(ring: Ring) -> tuple[int, int] | None:
    order = np.lexsort((np.arange(len(ring)), ring[:, 1], ring[:, 0]))
    same = (ring[order[1:]] == ring[order[:-1]]).all(axis=1)
    if not same.any():
        return None
    at = int(np.argmax(same))
    return int(order[at]), int(order[at + 1])


def place(p: Any) -> str:
    return f"({float(p[0]):.6g}, {float(p[1]):.6g})"
