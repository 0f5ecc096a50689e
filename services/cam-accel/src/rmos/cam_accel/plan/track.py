"""Where along a line is the tool? Places by their distance from the start, on an open or a closed line."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Callable, Iterator, Sequence

from rmos.cam_accel.plan.moves import Moves

Point2 = tuple[float, float]
Height = Callable[[float], float]
"""Z at a place."""
_SAME_MM = 1e-9


def flat(z_mm: float) -> Height:
    return lambda _: z_mm


class Track:
    """Places are mm from the first point; on a closed track they go round and round, on an open one they end at `length_mm`."""

    def __init__(self, points: Sequence[Point2], *, closed: bool) -> None:
        self.closed = closed
        self.points = [*points, points[0]] if closed else list(points)
        steps = [math.dist(a, b) for a, b in itertools.pairwise(self.points)]
        self.places = [0.0, *itertools.accumulate(steps)]
        self.length_mm = self.places[-1]

    def _segment(self, place: float) -> tuple[int, float]:
        """Index of the segment and the share of it that lies before the place."""
        along = place % self.length_mm if self.closed else min(max(place, 0.0), self.length_mm)
        n = min(max(bisect.bisect_right(self.places, along) - 1, 0), len(self.points) - 2)
        step = self.places[n + 1] - self.places[n]
        return n, (along - self.places[n]) / step if step > 0 else 0.0

    def at(self, place: float) -> Point2:
        n, share = self._segment(place)
        (x0, y0), (x1, y1) = self.points[n], self.points[n + 1]
        return x0 + share * (x1 - x0), y0 + share * (y1 - y0)

    def direction(self, place: float) -> Point2:
        """Unit vector in which the track leaves the place."""
        n, _ = self._segment(place)
        (x0, y0), (x1, y1) = self.points[n], self.points[n + 1]
        length = math.dist((x0, y0), (x1, y1)) or 1.0
        return (x1 - x0) / length, (y1 - y0) / length

    def turned_rad(self, first: float, last: float) -> float:
        """How much the track turns in all, left or right, between two places."""
        headings = [self.direction(first), *(self.direction(s + 1e-7) for s in self._corners(first, last))]
        return sum(
            abs(math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1])) for a, b in itertools.pairwise(headings)
        )

    def _corners(self, first: float, last: float) -> Iterator[float]:
        """Places of the track's points strictly between, in ascending order."""
        own = self.places[:-1] if self.closed else self.places
        lap = math.floor(first / self.length_mm) if self.closed else 0
        n = bisect.bisect_right(own, first - lap * self.length_mm + _SAME_MM)
        while True:
            if n == len(own):
                if not self.closed:
                    return
                lap, n = lap + 1, 0
            place = own[n] + lap * self.length_mm
            if place >= last - _SAME_MM:
                return
            yield place
            n += 1

    def stops(self, first: float, last: float) -> list[float]:
        """Places to go through from one to another, in that order, the last one included; backwards where `last` < `first`."""
        between = list(self._corners(min(first, last), max(first, last)))
        return [*(between if first <= last else reversed(between)), last]

    def nearest(self, point: Point2) -> float:
        """The place nearest to a point."""
        best, place = math.inf, 0.0
        for n, ((x0, y0), (x1, y1)) in enumerate(itertools.pairwise(self.points)):
            dx, dy = x1 - x0, y1 - y0
            square = dx * dx + dy * dy
            share = min(1.0, max(0.0, ((point[0] - x0) * dx + (point[1] - y0) * dy) / square)) if square > 0 else 0.0
            gap = math.dist(point, (x0 + share * dx, y0 + share * dy))
            if gap < best - _SAME_MM:
                best, place = gap, self.places[n] + share * math.sqrt(square)
        return place


def follow(moves: Moves, track: Track, first: float, last: float, height: Height, feed_mm_min: float) -> None:
    """From one place, where the tool is, to another."""
    for place in track.stops(first, last):
        moves.line(*track.at(place), height(place), feed_mm_min)


def descend(
    moves: Moves, track: Track, place: float, room_mm: float, above: Height, below: Height, slope: float, feed_mm_min: float
) -> None:
    """From `above` at the place down to `below` there, in strokes along the track and back that fall by `slope` (mm per mm);
    a negative room is used backwards. The tool ends where it began; going on at `below` cuts what the strokes left."""
    fall = above(place) - below(place)
    if fall <= _SAME_MM:
        return
    pairs = max(1, math.ceil(fall / (2 * abs(room_mm) * slope) - 1e-9))
    reach = math.copysign(fall / (2 * pairs * slope), room_mm)
    for n in range(2 * pairs):
        start, end = (place, place + reach) if n % 2 == 0 else (place + reach, place)
        follow(
            moves, track, start, end, _falling(above, below, start, end, n / (2 * pairs), (n + 1) / (2 * pairs)), feed_mm_min
        )


def _falling(above: Height, below: Height, start: float, end: float, share: float, last_share: float) -> Height:
    def height(place: float) -> float:
        down = share + (last_share - share) * ((place - start) / (end - start))
        return above(place) + down * (below(place) - above(place))

    return height
