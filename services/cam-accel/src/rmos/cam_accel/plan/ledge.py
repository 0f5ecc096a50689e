"""How are the ledges of binding and purfling cut round a body? Lane by lane from outside in, so that the edge does not tear."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from rmos.cam_accel.plan import bounds
from rmos.cam_accel.plan.contours import SPARE_MM, grown
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.profile.leads import Lead, entry, lead_at
from rmos.cam_accel.plan.track import Track, flat, follow
from rmos.contracts.toolpath import Toolpath

Point2 = tuple[float, float]
CLEARANCE_MM, BESIDE_MM, MOST_LANES, WIDEST_STEP_RATIO, MOST_LEFT = 0.5, 0.5, 100, 0.9, 0.005
_SMALLER = "use a narrower ledge or a smaller tool"


@dataclass(frozen=True)
class Ledge:
    """`width_mm` inwards from the contour, `depth_mm` down from the top."""

    width_mm: float
    depth_mm: float


@dataclass(frozen=True)
class LedgeRequest:
    """`contour` is the edge of a body that is already cut out. `ledges`: binding first, then purflings, each wider and no
    deeper than the one before; a width is that of all of them up to its own. `stepover_ratio` of the tool's diameter is what
    a lane takes.
    """

    cut: Cut
    contour: Sequence[Point2]
    ledges: Sequence[Ledge]
    stepover_ratio: float = 0.25


@dataclass(frozen=True)
class Corner:
    """Where strips meet at an angle: each is cut at half of the inner angle."""

    x_mm: float
    y_mm: float
    inner_deg: float

    @property
    def mitre_deg(self) -> float:
        return self.inner_deg / 2


def plan_ledges(request: LedgeRequest) -> Toolpath:
    """Every lane is entered and left beside the body, on an arc that touches it. Raises PlanError."""
    r = request
    ring = _check(r)
    moves, done = Moves(r.cut), 0.0
    for n, ledge in enumerate(r.ledges):
        lanes: list[tuple[Track, float, Lead]] = []
        for track in _lanes(r, ring, n, done):
            near = lanes[-1][2].touch if lanes else None
            lanes.append(_entered(r, track, shapely.Polygon(ring), ledge, near))
        _require_reached(r, shapely.Polygon(ring), done, ledge, [lane[0] for lane in lanes])
        for level in bounds.levels_mm(r.cut, ledge.depth_mm):
            for track, place, lead in lanes:
                _lap(moves, r.cut, track, place, lead, level)
        done = ledge.width_mm
    moves.lift()
    return moves.toolpath()


def mitre_corners(contour: Sequence[Point2], least_turn_deg: float = 25.0) -> list[Corner]:
    """Corners of a closed contour at which a strip cannot be bent round. Raises PlanError."""
    ring = bounds.require_ring("/design/contour", contour)
    found = []
    for a, b, c in zip((ring[-1], *ring[:-1]), ring, (*ring[1:], ring[0]), strict=True):
        turn = math.atan2(c[1] - b[1], c[0] - b[0]) - math.atan2(b[1] - a[1], b[0] - a[0])
        degrees = math.degrees(math.remainder(turn, 2 * math.pi))
        if abs(degrees) >= least_turn_deg:
            found.append(Corner(b[0], b[1], 180 - degrees))
    return found


def _check(r: LedgeRequest) -> list[Point2]:
    bounds.require_shape(r.cut, "flat")
    bounds.require("/cut/stepover_ratio", r.stepover_ratio, 0, WIDEST_STEP_RATIO, above=True)
    if not 1 <= len(r.ledges) <= 8:
        raise PlanError("/design/ledges", f"there must be 1 to 8 ledges, not {len(r.ledges)}")
    for n, ledge in enumerate(r.ledges):
        bounds.require(f"/design/ledges/{n}/width_mm", ledge.width_mm, 0.1, 20)
        bounds.require(f"/design/ledges/{n}/depth_mm", ledge.depth_mm, 0, 50, above=True)
    for n, (one, other) in enumerate(itertools.pairwise(r.ledges)):
        if other.width_mm <= one.width_mm:
            raise PlanError(f"/design/ledges/{n + 1}/width_mm", f"must be wider than the ledge before it, {one.width_mm:g} mm")
        if other.depth_mm > one.depth_mm:
            raise PlanError(
                f"/design/ledges/{n + 1}/depth_mm", f"must not be deeper than the ledge before it, {one.depth_mm:g} mm"
            )
    return bounds.require_ring("/design/contour", r.contour)


def _lanes(r: LedgeRequest, ring: Sequence[Point2], n: int, done_mm: float) -> list[Track]:
    """Of one ledge, from what is done inwards to its wall; clockwise round the body where the cut climbs."""
    width, tool = r.ledges[n].width_mm, r.cut.tool
    steps = math.ceil((width - done_mm) / (r.stepover_ratio * tool.diameter_mm) - 1e-9)
    if steps > MOST_LANES:
        raise PlanError("/cut/stepover_ratio", f"{steps} lanes are needed: widen the steps, or use a wider tool")
    found = []
    for k in range(1, steps + 1):
        inwards = done_mm + (width - done_mm) * k / steps
        wall = grown(ring, -(inwards - 2 * SPARE_MM), f"/design/ledges/{n}/width_mm", _SMALLER)
        line = grown(wall, tool.radius_mm, "/tool_id", _SMALLER)
        found.append(Track(line[:: -1 if r.cut.climb else 1], closed=True))
    return found


def _require_reached(r: LedgeRequest, body: Any, done_mm: float, ledge: Ledge, tracks: Sequence[Track]) -> None:
    """Spikes of the contour that are narrower than a lane are left out by all lanes."""
    strip = shapely.difference(body.buffer(-done_mm), body.buffer(-ledge.width_mm))
    swept = shapely.union_all([shapely.LineString(track.points).buffer(r.cut.tool.radius_mm + SPARE_MM) for track in tracks])
    left = shapely.difference(strip, swept)
    if left.area > MOST_LEFT * strip.area:
        place = max(shapely.get_parts(left), key=lambda part: part.area).representative_point()
        reason = f"the lanes leave {left.area:.3f} mm² of the ledge standing, most at X{place.x:.3f} Y{place.y:.3f}"
        raise PlanError("/cut/stepover_ratio", f"{reason}: take narrower lanes, or round the contour there")


def _entered(
    r: LedgeRequest, track: Track, body: shapely.Polygon, ledge: Ledge, near: Point2 | None
) -> tuple[Track, float, Lead]:
    """Where the lane begins and ends, near the one before: on arcs so wide that the tool stands beside the body at their
    other ends."""
    keep, tool = body.buffer(-ledge.width_mm), r.cut.tool.radius_mm

    def lead_of(place: float) -> Lead:
        return lead_at(track, place, left=r.cut.climb, radius_mm=ledge.width_mm + 2 * BESIDE_MM)

    def is_free(place: float) -> bool:
        lead = lead_of(place)
        swept = shapely.LineString([*lead.line(-1)[::-1], *lead.line(1)[1:]])
        beside = min(body.distance(shapely.Point(*lead.end(side))) for side in (-1, 1))
        return bool(swept.distance(keep) >= tool and beside >= tool + BESIDE_MM / 2)

    place = None if near is None else track.nearest(near)
    if place is None or not is_free(place):
        place = entry(track, is_free)
    if place is None:
        raise PlanError("/design/contour", "no place beside the body has room for the tool to come in from outside")
    return track, place, lead_of(place)


def _lap(moves: Moves, cut: Cut, track: Track, place: float, lead: Lead, level: float) -> None:
    moves.travel(*lead.end(-1), min(CLEARANCE_MM, cut.safe_z_mm))
    moves.line(*lead.end(-1), level, cut.plunge_mm_min)
    lead.arc(moves, lead.end(-1), lead.touch, level, cut.feed_mm_min)
    follow(moves, track, place, place + track.length_mm, flat(level), cut.feed_mm_min)
    lead.arc(moves, lead.touch, lead.end(1), level, cut.feed_mm_min)
