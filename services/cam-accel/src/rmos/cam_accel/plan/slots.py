"""How is a straight slot cut? In passes that follow its floor, from side to side where it is wider than the tool."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rmos.cam_accel.plan import bounds
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.track import Height, Track, descend, flat, follow

Point2 = tuple[float, float]
Surface = Callable[[float, float], float]
"""Z at X, Y."""
CHORD_MM, FINEST_MM, SAME_WIDTH_MM, WIDEST_STEP = 0.004, 0.02, 0.005, 0.9
"""How far a chord may leave the floor; how short chords get; what counts as the tool's own width; the distance of lanes, in
tool diameters."""
CLEARANCE_MM = 0.5


@dataclass(frozen=True)
class Slot:
    """The way of the tool's middle. At an open end the tool stands beside the stock, and may go straight down."""

    start: Point2
    end: Point2
    top: Surface
    floor: Surface
    open_start: bool
    open_end: bool


def lanes_mm(width_mm: float, tool_mm: float, most: int, pointer: str) -> list[float]:
    """Offsets of the tool to the side that make a slot of this width. Raises PlanError where no tool of this size does."""
    if tool_mm > width_mm + SAME_WIDTH_MM:
        raise PlanError(pointer, f"a slot of {width_mm:g} mm is narrower than the tool of {tool_mm:g} mm: use a thinner tool")
    spare = width_mm - tool_mm
    if spare <= SAME_WIDTH_MM:
        return [0.0]
    count = math.ceil(spare / (WIDEST_STEP * tool_mm) - 1e-9) + 1
    if count > most:
        raise PlanError(pointer, f"a slot of {width_mm:g} mm takes {count} lanes of a tool of {tool_mm:g} mm: use a wider tool")
    return [spare * (n / (count - 1) - 0.5) for n in range(count)]


def cut_slot(moves: Moves, cut: Cut, slot: Slot, lanes: Sequence[float], ramp_deg: float, *, backwards: bool = False) -> None:
    """Begins at the end that is nearer, goes there and back in turn, and lifts. Blind ends are entered on ramps. Of several
    lanes they are cut straight at last: round ends leave cusps. `backwards`: of open slots, always from their end."""
    tracks = [_Lane(slot, offset, cut.tool.radius_mm) for offset in lanes]
    deepest = max(lane.deepest_mm for lane in tracks)
    passes = len(bounds.levels_mm(cut, deepest))
    x, y, _ = moves.position
    at_end = backwards or math.dist((x, y), slot.end) < math.dist((x, y), slot.start)
    slope, clear = math.tan(math.radians(ramp_deg)), min(CLEARANCE_MM, cut.safe_z_mm)
    moves.travel(*tracks[0].place(at_end), clear)
    above: list[Height] = [flat(clear)] * len(tracks)
    for number in range(1, passes + 1):
        order = list(range(len(tracks)))[:: 1 if number % 2 else -1]
        for index, n in enumerate(order):
            lane, below = tracks[n], tracks[n].level(deepest * number / passes)
            if backwards and not at_end:
                moves.travel(*lane.place(True), clear)
                at_end = True
            _enter(moves, cut, lane, at_end, above[n], below, slope, beside=index > 0 and not backwards)
            first, last = (lane.track.length_mm, 0.0) if at_end else (0.0, lane.track.length_mm)
            follow(moves, lane.track, first, last, below, cut.feed_mm_min)
            above[n], at_end = below, not at_end
    if len(tracks) > 1:
        _straighten(moves, cut, [tracks[n] for n in order], [above[n] for n in order], at_end)
    moves.lift()


def _straighten(moves: Moves, cut: Cut, lanes: Sequence[_Lane], floors: Sequence[Height], at_end: bool) -> None:
    """From the last lane across all at this end, and back at the other, where they are blind."""
    ways = list(zip(lanes, floors, strict=True))[::-1]
    length = lanes[0].track.length_mm
    blind = {True: not lanes[0].slot.open_end, False: not lanes[0].slot.open_start}
    for here in (at_end, not at_end):
        if blind[here]:
            if here != at_end:
                lane, floor = ways[0]
                follow(moves, lane.track, 0.0 if here else length, length if here else 0.0, floor, cut.feed_mm_min)
            for lane, floor in ways[1:]:
                moves.line(*lane.place(here), floor(length if here else 0.0), cut.feed_mm_min)
            ways.reverse()


def _enter(
    moves: Moves, cut: Cut, lane: _Lane, at_end: bool, above: Height, below: Height, slope: float, *, beside: bool
) -> None:
    """Down to the pass: from a lane beside at its level, straight down beside the stock, or on a ramp."""
    length = lane.track.length_mm
    place = length if at_end else 0.0
    if beside:
        moves.line(*lane.place(at_end), below(place), cut.feed_mm_min)
    elif lane.slot.open_end if at_end else lane.slot.open_start:
        moves.line(*lane.place(at_end), below(place), cut.plunge_mm_min)
    else:
        if abs(moves.position[2] - above(place)) > 1e-9:
            moves.line(*lane.place(at_end), above(place), cut.plunge_mm_min)
        descend(moves, lane.track, place, -length if at_end else length, above, below, slope, cut.plunge_mm_min)


class _Lane:
    """One way along the slot. The tool's flat end rests on the highest floor under it: what its edge leaves in the middle of
    the slot is the floor itself, and nowhere is cut too deep."""

    def __init__(self, slot: Slot, offset_mm: float, radius_mm: float) -> None:
        (x0, y0), (x1, y1) = slot.start, slot.end
        length = math.dist(slot.start, slot.end)
        dx, dy = (x1 - x0) / length, (y1 - y0) / length
        self.slot, self._radius, self._direction = slot, radius_mm, (dx, dy)
        self._start = (x0 - offset_mm * dy, y0 + offset_mm * dx)
        places = [0.0, *_split(self._floor, 0.0, length)]
        self.track = Track([self._point(s) for s in places], closed=False)
        self.deepest_mm = max(self._top(s) - self._floor(s) for s in places)

    def place(self, at_end: bool) -> Point2:
        return self.track.points[-1 if at_end else 0]

    def _point(self, place: float) -> Point2:
        return self._start[0] + place * self._direction[0], self._start[1] + place * self._direction[1]

    def _rest(self, surface: Surface, place: float) -> float:
        return max(surface(*self._point(place + side * self._radius)) for side in (-1, 0, 1))

    def _floor(self, place: float) -> float:
        return self._rest(self.slot.floor, place)

    def _top(self, place: float) -> float:
        return self._rest(self.slot.top, place)

    def level(self, depth_mm: float) -> Height:
        """As deep below the surface as this, but not below the floor."""
        return lambda place: max(self._floor(place), self._top(place) - depth_mm)


def _split(height: Height, first: float, last: float) -> Iterator[float]:
    """Places after the first, up to the last, such that chords between them stay near the heights."""
    parts = [(first, last, 8)]
    while parts:
        a, b, least = parts.pop()
        middle = (a + b) / 2
        bent = any(abs(height(a + q * (b - a)) - (1 - q) * height(a) - q * height(b)) > CHORD_MM / 2 for q in (0.25, 0.5, 0.75))
        if b - a > FINEST_MM and (bent or least > 1):
            parts += [(middle, b, least // 2), (a, middle, least // 2)]
        else:
            yield b
