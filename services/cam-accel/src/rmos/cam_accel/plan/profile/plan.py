"""In which order are the passes of a profile run, and along which lines?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import shapely
from rmos.cam_accel.plan import bounds
from rmos.cam_accel.plan.contours import beside, grown, require_kept
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.profile.leads import Lead, entry, lead_at
from rmos.cam_accel.plan.profile.tabs import Tabs, Ways, Window, lap, middles, windows
from rmos.cam_accel.plan.track import Track, descend, flat
from rmos.contracts.toolpath import Toolpath

Point2 = tuple[float, float]
Side = Literal["outside", "inside", "on", "left", "right"]
CLEARANCE_MM = 0.5
_SMALLER = "use a smaller tool"


@dataclass(frozen=True)
class ProfileRequest:
    """`depth_mm` is the part's, `through_mm` how much deeper the tool goes into the bed below it. A closed contour is cut
    outside, inside or on its line; an open one on its line, or left or right of it seen along its points. `lead_radius_mm` 0:
    no leads. `finish_allowance_mm` is left on the wall by the passes and taken by a last one at full depth; 0: no last pass.
    `kept_mm` stays on the wall.
    """

    cut: Cut
    contour: Sequence[Point2]
    closed: bool
    side: Side
    depth_mm: float
    through_mm: float = 0.0
    tabs: Tabs | None = None
    lead_radius_mm: float = 0.0
    finish_allowance_mm: float = 0.0
    ramp_deg: float = 3.0
    kept_mm: float = 0.0


def plan_profile(request: ProfileRequest) -> Toolpath:
    """Passes of one stepdown, each entered on a ramp along the contour. Outside leaves the inner part, inside the outer one.

    Raises PlanError.
    """
    r = request
    run = _run(r)
    moves = run.moves
    if r.closed:
        run.closed(bounds.require_ring("/design/contour", r.contour))
    else:
        run.open(bounds.require_line("/design/contour", r.contour))
    moves.lift()
    return moves.toolpath()


def tab_places(request: ProfileRequest) -> list[Point2]:
    """The middle of each tab, on the way of the tool's middle along the wall. Raises PlanError."""
    return _run(request).tab_places()


def _run(r: ProfileRequest) -> _Run:
    _check(r)
    floor, start_z = r.depth_mm + r.through_mm, min(CLEARANCE_MM, r.cut.safe_z_mm)
    tab_z = -math.inf if r.tabs is None else r.tabs.height_mm - r.depth_mm
    ways = Ways(r.cut, math.tan(math.radians(r.ramp_deg)), tab_z)
    return _Run(r, Moves(r.cut), bounds.levels_mm(r.cut, floor), start_z, ways)


def _check(r: ProfileRequest) -> None:
    bounds.require_shape(r.cut, "flat", "ball", "bull")
    bounds.require("/design/depth_mm", r.depth_mm, 0, 100, above=True)
    bounds.require("/design/through_mm", r.through_mm, 0, 10)
    bounds.require("/design/ramp_deg", r.ramp_deg, 0.5, 45)
    bounds.require("/design/lead_radius_mm", r.lead_radius_mm, 0, 100)
    bounds.require("/design/finish_allowance_mm", r.finish_allowance_mm, 0, r.cut.tool.radius_mm)
    if r.side not in (("outside", "inside", "on") if r.closed else ("on", "left", "right")):
        raise PlanError("/design/side", f"{r.side!r} is no side of {'a closed' if r.closed else 'an open'} contour")
    bounds.require("/design/finish_allowance_mm", r.kept_mm, 0, r.cut.tool.radius_mm)
    if r.side == "on" and (r.lead_radius_mm or r.finish_allowance_mm or r.kept_mm):
        raise PlanError("/design/side", "a cut on the line has no wall: state neither leads nor a finish allowance")
    if r.tabs is not None:
        bounds.require_count("/design/tabs/count", r.tabs.count, 1, 20)
        bounds.require("/design/tabs/width_mm", r.tabs.width_mm, 1, 30)
        bounds.require("/design/tabs/height_mm", r.tabs.height_mm, 0.5, 10)
        if r.tabs.height_mm >= r.depth_mm:
            raise PlanError("/design/tabs/height_mm", f"the cut is only {r.depth_mm:g} mm deep: lower the tabs")


@dataclass(frozen=True)
class _Run:
    r: ProfileRequest
    moves: Moves
    levels: Sequence[float]
    start_z: float
    ways: Ways

    @property
    def window_mm(self) -> float:
        return 0.0 if self.r.tabs is None else self.r.tabs.width_mm + self.r.cut.tool.diameter_mm

    def closed(self, ring: Sequence[Point2]) -> None:
        r, final = self.r, self._around(ring, 0.0)
        rough = self._around(ring, r.finish_allowance_mm) if r.finish_allowance_mm else final
        start = self._entry(final, shapely.Polygon(ring))
        first = start if rough is final else rough.nearest(final.at(start))
        points = self._tab_points(final, start)
        own = windows(rough, first, points, self.window_mm)
        leads = self._lead(final, start, None) if r.lead_radius_mm and rough is final else None
        self._passes(rough, first, first + rough.length_mm, own, leads)
        if rough is not final:
            self._finish_ring(final, rough, start, windows(final, start, points, self.window_mm))

    def _around(self, ring: Sequence[Point2], allowance_mm: float) -> Track:
        r, sign = self.r, {"outside": 1, "inside": -1}.get(self.r.side, 0)
        turned = -1 if r.cut.climb == (r.side != "inside") else 1
        points = grown(ring, sign * (r.cut.tool.radius_mm + r.kept_mm + allowance_mm), "/tool_id", _SMALLER)
        return Track(points[::turned], closed=True)

    def tab_places(self) -> list[Point2]:
        r = self.r
        if not r.closed:
            return self._tab_points(self._beside(bounds.require_line("/design/contour", r.contour), 0.0), 0.0)
        ring = bounds.require_ring("/design/contour", r.contour)
        final = self._around(ring, 0.0)
        return self._tab_points(final, self._entry(final, shapely.Polygon(ring)))

    def open(self, line: Sequence[Point2]) -> None:
        r, final = self.r, self._beside(line, 0.0)
        rough = self._beside(line, r.finish_allowance_mm) if r.finish_allowance_mm else final
        points = self._tab_points(final, 0.0)
        self._passes(rough, 0.0, rough.length_mm, windows(rough, 0.0, points, self.window_mm), None)
        if rough is not final:
            self._down(rough.at(0.0))
            self.moves.line(*final.at(0.0), self.levels[-1], r.cut.feed_mm_min)
            tabs = windows(final, 0.0, points, self.window_mm)
            lap(self.moves, final, 0.0, final.length_mm, self.levels[-1], tabs, self.ways)

    def _beside(self, line: Sequence[Point2], allowance_mm: float) -> Track:
        """With its leads; those of a rough pass turn about the same middle as the final ones."""
        side = {"left": 1, "right": -1}.get(self.r.side, 0)
        turned = -1 if side and self.r.cut.climb == (side < 0) else 1
        points = beside(line, side * (self.r.cut.tool.radius_mm + self.r.kept_mm + allowance_mm), "/tool_id")[::turned]
        if side and not allowance_mm:
            require_kept(points, self.r.cut.tool.radius_mm, line, side, "/tool_id")
        radius = self.r.lead_radius_mm - allowance_mm
        if not side or not self.r.lead_radius_mm:
            return Track(points, closed=False)
        if radius <= 0:
            raise PlanError("/design/lead_radius_mm", "the leads must be wider than the finish allowance: enlarge them")
        track, left = Track(points, closed=False), side * turned > 0
        begin, end = (lead_at(track, place, left=left, radius_mm=radius) for place in (0.0, track.length_mm))
        whole = [*begin.line(-1)[::-1], *points[1:-1], *end.line(1)]
        self._require_free(whole, line, allowance_mm)
        return Track(whole, closed=False)

    def _require_free(self, points: Sequence[Point2], line: Sequence[Point2], allowance_mm: float) -> None:
        gap = shapely.LineString(points).distance(shapely.LineString(line))
        if gap < self.r.cut.tool.radius_mm + allowance_mm - 1e-6:
            raise PlanError("/design/lead_radius_mm", "a lead runs into the wall: use a smaller radius")

    def _entry(self, track: Track, ring: shapely.Polygon) -> float:
        radius = self.r.cut.tool.radius_mm

        def is_free(place: float) -> bool:
            if not self.r.lead_radius_mm:
                return True
            lead = self._lead(track, place, None)
            swept = shapely.LineString([*lead.line(-1)[::-1], *lead.line(1)[1:]])
            wall = ring if self.r.side == "outside" else ring.exterior
            return bool(swept.distance(wall) >= radius and (self.r.side == "outside") != ring.contains(swept))

        place = entry(track, is_free)
        if place is None:
            raise PlanError("/design/lead_radius_mm", "no place of the contour has room for the leads: use a smaller radius")
        return place

    def _lead(self, track: Track, place: float, away_mm: float | None) -> Lead:
        return lead_at(track, place, left=self.r.cut.climb, radius_mm=self.r.lead_radius_mm, away_mm=away_mm)

    def _tab_points(self, track: Track, start: float) -> list[Point2]:
        if self.r.tabs is None:
            return []
        return [track.at(p) for p in middles(track, start, self.r.tabs, self.window_mm, self.r.lead_radius_mm)]

    def _passes(self, track: Track, first: float, last: float, tabs: Sequence[Window], lead: Lead | None) -> None:
        """Round and round; an open track is begun anew for each pass. A lead-out is cut at every level, and run back."""
        m, feed, above = self.moves, self.r.cut.feed_mm_min, self.start_z
        m.travel(*(track.at(first) if lead is None else lead.end(-1)), self.start_z)
        if lead is not None:
            lead.arc(m, lead.end(-1), lead.touch, self.start_z, feed)
        room = (tabs[0][0] if tabs else last) - first
        for number, level in enumerate(self.levels):
            if number and not track.closed:
                m.travel(*track.at(first), self.start_z)
                m.line(*track.at(first), above, self.r.cut.plunge_mm_min)
            descend(m, track, first, room, flat(above), flat(level), self.ways.slope, self.r.cut.plunge_mm_min)
            lap(m, track, first, last, level, tabs, self.ways)
            if lead is not None:
                lead.arc(m, lead.touch, lead.end(1), level, feed)
                if level != self.levels[-1]:
                    lead.arc(m, lead.end(1), lead.touch, level, feed, back=True)
            above = level

    def _down(self, point: Point2) -> None:
        """Into a slot that the passes have cut."""
        self.moves.travel(*point, self.start_z)
        self.moves.line(*point, self.levels[-1], self.r.cut.plunge_mm_min)

    def _finish_ring(self, final: Track, rough: Track, start: float, tabs: Sequence[Window]) -> None:
        """From the slot of the passes to the wall, once round, and back into the slot."""
        m, level, feed = self.moves, self.levels[-1], self.r.cut.feed_mm_min
        if not self.r.lead_radius_mm:
            self._down(rough.at(rough.nearest(final.at(start))))
            m.line(*final.at(start), level, feed)
            lap(m, final, start, start + final.length_mm, level, tabs, self.ways)
            return
        lead = self._lead(final, start, self.r.finish_allowance_mm)
        self._down(rough.at(rough.nearest(lead.end(-1, lead.gap_mm))))
        m.line(*lead.end(-1), level, feed)
        lead.arc(m, lead.end(-1), lead.touch, level, feed)
        lap(m, final, start, start + final.length_mm, level, tabs, self.ways)
        lead.arc(m, lead.touch, lead.end(1), level, feed)
