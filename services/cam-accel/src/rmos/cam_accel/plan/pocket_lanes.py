"""How is a level cleared by lanes to and fro, and a last contour along the walls?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.plan.pocket_rings import Node, Rings, rings_of
from rmos.cam_accel.plan.ways import SHORTEST_RING_MM, Leg, Way, perimeter_mm, point, ramp_along
from rmos.cam_accel.polygons import Ring, place

MOST_LANES = 20_000


def lanes(rings: Rings) -> list[Way]:
    """Lanes along the longer side of each part, linked where the way beside the wall stays inside; then the walls. A lane cuts
    climbing and the next conventional; the contour keeps the direction that was asked for."""
    out: list[Way] = []
    for node in rings.roots:
        out += _part(rings, node)
    return out


def _part(rings: Rings, node: Node) -> list[Way]:
    contour = [r for r in rings_of(node.shape, rings.climb) if perimeter_mm(r) >= SHORTEST_RING_MM]
    if not contour:
        where = place(node.shape.exterior.coords[0])
        raise PlanError("/tool_id", f"a part of the pocket is hardly wider than the tool at {where}: it cannot ramp down there")
    out: list[Way] = []
    for chain in _chains(node.shape, rings.step_mm):
        out.append(Way(ramp_along(np.array([chain[0], chain[1]])), [Leg(np.array(chain[1:]))]))
    for ring in contour:
        rings.link(out, ring)
    return out


def _chains(shape: Any, step_mm: float) -> list[list[tuple[float, float]]]:
    """Ends of lanes in the order in which the tool comes by; a new list where it must lift."""
    out: list[list[tuple[float, float]]] = []
    open_chains: list[list[tuple[float, float]]] = []
    shapely.prepare(shape)
    for n, row in enumerate(_rows(shape, step_mm)):
        still: list[list[tuple[float, float]]] = []
        for a, b in row:
            a, b = (a, b) if n % 2 == 0 else (b, a)
            chain = next((c for c in open_chains if c not in still and _meets(shape, c[-1], a, step_mm)), None)
            if chain is None:
                chain = []
                out.append(chain)
            chain.extend((a, b))
            still.append(chain)
        open_chains = still
    return out


def _meets(shape: Any, a: tuple[float, float], b: tuple[float, float], step_mm: float) -> bool:
    return math.dist(a, b) <= 4 * step_mm and bool(shapely.covers(shape, shapely.LineString([a, b])))


def _rows(shape: Any, step_mm: float) -> list[list[tuple[tuple[float, float], tuple[float, float]]]]:
    """Lanes of one row after the other, each from left to right as seen along the longer side."""
    origin, along, across, width = _frame(shape)
    count = max(1, math.ceil(width / step_mm - 1e-9))
    if count > MOST_LANES:
        raise PlanError("/cut/stepover_ratio", f"more than {MOST_LANES} lanes: the steps are too small for this pocket")
    reach = 2 * max(shape.bounds[2] - shape.bounds[0], shape.bounds[3] - shape.bounds[1]) + 1
    lines = [_line(origin + across * (width * (n + 0.5) / count), along * reach) for n in range(count)]
    out = []
    for cut in shapely.intersection(shape, np.array(lines)):
        parts = [shapely.get_coordinates(p) for p in shapely.get_parts(cut) if p.geom_type == "LineString"]
        parts = [p if (p[-1] - p[0]) @ along > 0 else p[::-1] for p in parts if perimeter_mm(p) >= SHORTEST_RING_MM]
        parts.sort(key=lambda p: float(p[0] @ along))
        out.append([(point(p[0]), point(p[-1])) for p in parts])
    return out


def _line(middle: Ring, reach: Ring) -> Any:
    return shapely.LineString([middle - reach, middle + reach])


def _frame(shape: Any) -> tuple[Ring, Ring, Ring, float]:
    """A corner of the narrowest rectangle around the shape, its two directions, the longer first, and its width."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))
    if len(corners) < 5:
        raise PlanError("/tool_id", f"a part of the pocket is hardly wider than the tool at {place(corners[0])}")
    u, v = corners[1] - corners[0], corners[3] - corners[0]
    a, b = math.sqrt(float(u @ u)), math.sqrt(float(v @ v))
    if a < b:
        u, v, a, b = v, u, b, a
    return corners[0], u / a, v / b, b
