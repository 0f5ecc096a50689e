"""How does the tool come to a wall and leave it without a mark? On arcs that touch it, on the side of the waste."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.track import Track

Point2 = tuple[float, float]
CHORD_MM, MOST_PLACES = 0.002, 24


@dataclass(frozen=True)
class Lead:
    """Arcs that touch a track at one place. `left`: the waste lies left of the feed. `away_mm` is how far from the track
    they begin and end, at most the radius; `gap_mm` is what is left of the way there, straight."""

    touch: Point2
    along: Point2
    left: bool
    radius_mm: float
    away_mm: float
    gap_mm: float = 0.0

    @property
    def normal(self) -> Point2:
        x, y = self.along
        return (-y, x) if self.left else (y, -x)

    @property
    def reach_mm(self) -> float:
        """Along the track, from the touch to where the arc ends."""
        rest = self.radius_mm - self.away_mm
        return math.sqrt(max(0.0, self.radius_mm * self.radius_mm - rest * rest))

    @property
    def centre(self) -> Point2:
        return self._from_touch(0.0, self.radius_mm)

    def end(self, side: int, gap_mm: float = 0.0) -> Point2:
        """Of the lead-in (-1) or the lead-out (1)."""
        return self._from_touch(side * self.reach_mm, self.away_mm + gap_mm)

    def _from_touch(self, along_mm: float, away_mm: float) -> Point2:
        (x, y), (tx, ty), (nx, ny) = self.touch, self.along, self.normal
        return x + along_mm * tx + away_mm * nx, y + along_mm * ty + away_mm * ny

    def arc(self, moves: Moves, start: Point2, end: Point2, z: float, feed_mm_min: float, *, back: bool = False) -> None:
        (cx, cy), ccw = self.centre, self.left != back
        moves.arc(*end, z, cx - start[0], cy - start[1], feed_mm_min, ccw=ccw)

    def line(self, side: int) -> list[Point2]:
        """The arc as chords, from the touch to its end."""
        (cx, cy), (ex, ey) = self.centre, self.end(side)
        first = math.atan2(self.touch[1] - cy, self.touch[0] - cx)
        turn = math.remainder(math.atan2(ey - cy, ex - cx) - first, 2 * math.pi)
        steps = max(2, math.ceil(abs(turn) / (2 * math.acos(1 - min(CHORD_MM / self.radius_mm, 1)))))
        angles = [first + turn * n / steps for n in range(1, steps + 1)]
        return [self.touch, *((cx + self.radius_mm * math.cos(a), cy + self.radius_mm * math.sin(a)) for a in angles)]


def lead_at(track: Track, place: float, *, left: bool, radius_mm: float, away_mm: float | None = None) -> Lead:
    """Quarter circles, or as much of them as is needed to come from `away_mm`."""
    away = radius_mm if away_mm is None else min(away_mm, radius_mm)
    gap = 0.0 if away_mm is None else max(0.0, away_mm - radius_mm)
    return Lead(track.at(place), track.direction(place), left, radius_mm, away, gap)


def entry(track: Track, is_free: Callable[[float], bool]) -> float | None:
    """Where a lap begins: in the middle of the longest straight where the leads are free."""
    lengths = sorted((track.places[n] - track.places[n + 1], n) for n in range(len(track.points) - 1))
    evenly = [(0.0, n * (len(lengths)) // MOST_PLACES) for n in range(MOST_PLACES)] if len(lengths) > MOST_PLACES else []
    for _, n in [*lengths[:MOST_PLACES], *evenly]:
        place = (track.places[n] + track.places[n + 1]) / 2
        if is_free(place):
            return place
    return None
