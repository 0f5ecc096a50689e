"""How are walls finished? Once round each at the tool's radius, run into and out of on quarter circles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.plan.cut import Cut
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.pocket_rings import rings_of
from rmos.cam_accel.plan.ways import CLEARANCE_MM, Feeds, Point2, Way, cut_way, point, ramp_along
from rmos.cam_accel.polygons import Ring

LEAD_RADII, MOST_TRIES = (0.5, 0.25, 0.1), 12


@dataclass(frozen=True)
class Lead:
    """From `down`, where the floor is cleared, straight to `start`, a quarter turn about `centre` to the lap, and off it."""

    down: Point2
    start: Point2
    centre: Point2
    lap: Ring
    end: Point2
    ccw: bool


def finish(
    moves: Moves, target: Sequence[Ring], distances_mm: Sequence[float], ways: Sequence[Way], levels: Sequence[float], cut: Cut,
    feeds: Feeds, tolerance_mm: float,
) -> None:  # fmt: skip
    """Appends the passes, one distance from the walls after the other. Where no quarter circle fits, a ramp along the wall."""
    visited = np.vstack([leg.points for way in ways for leg in way.legs if not leg.is_link] + [np.array([w.end]) for w in ways])
    for distance in distances_mm:
        area = polygons.shape_of(polygons.inset(target, distance, tolerance_mm))
        shapely.prepare(area)
        for part in polygons.parts_of(area):
            for ring in rings_of(part, cut.climb):
                _finish_ring(moves, ring, area, visited, levels, cut, feeds)


def _finish_ring(moves: Moves, ring: Ring, area: Any, visited: Ring, levels: Sequence[float], cut: Cut, feeds: Feeds) -> None:
    lead = _lead(ring, area, visited, cut)
    for level in levels:
        if lead is None:
            cut_way(moves, Way(ramp_along(ring)), level, level - 1e-9, feeds)
        else:
            _run(moves, lead, level, feeds)


def _run(moves: Moves, lead: Lead, level: float, feeds: Feeds) -> None:
    moves.travel(*lead.down, min(feeds.safe_z_mm, level + CLEARANCE_MM))
    moves.line(*lead.down, level, feeds.plunge_mm_min)
    moves.line(*lead.start, level, feeds.feed_mm_min)
    first = point(lead.lap[0])
    centre = lead.centre
    moves.arc(*first, level, centre[0] - lead.start[0], centre[1] - lead.start[1], feeds.feed_mm_min, ccw=lead.ccw)
    for x, y in lead.lap[1:].tolist():
        moves.line(x, y, level, feeds.feed_mm_min)
    moves.arc(*lead.end, level, centre[0] - first[0], centre[1] - first[1], feeds.feed_mm_min, ccw=lead.ccw)
    moves.lift()


def _lead(ring: Ring, area: Any, visited: Ring, cut: Cut) -> Lead | None:
    """In the middle of one of the longest edges, in free space."""
    after = np.roll(ring, -1, axis=0)
    lengths = np.sqrt(((after - ring) ** 2).sum(axis=1))
    for n in np.argsort(-lengths, kind="stable")[:MOST_TRIES].tolist():
        if not lengths[n] > 0:
            continue
        along, middle = (after[n] - ring[n]) / lengths[n], (ring[n] + after[n]) / 2
        lap = np.vstack([middle, ring[[(n + 1 + m) % len(ring) for m in range(len(ring))]], middle])
        for radii in LEAD_RADII:
            lead = _quarter(lap, along, radii * cut.tool.radius_mm, area, visited, cut.climb)
            if lead is not None:
                return lead
    return None


def _quarter(lap: Ring, along: Ring, radius: float, area: Any, visited: Ring, climb: bool) -> Lead | None:
    free = np.array([-along[1], along[0]]) * (1.0 if climb else -1.0)
    centre = lap[0] + free * radius
    start, end = centre - along * radius, centre + along * radius
    angles = np.linspace(0, np.pi, 17)[:, None]
    arc = centre - np.cos(angles) * along * radius - np.sin(angles) * free * radius
    inner = arc[(angles[:, 0] < 1.3) | (angles[:, 0] > 1.85)]
    down = visited[int(np.argmin(((visited - start) ** 2).sum(axis=1)))]
    if not (shapely.covers(area, shapely.points(inner)).all() and shapely.covers(area, shapely.LineString([down, start]))):
        return None
    return Lead(point(down), point(start), point(centre), lap, point(end), climb)
