"""How is an area cleared so that the tool never bites wider than it may? The reference kernel.

From what is cleared, the tool runs on with the stock on its right, at each step in the rightmost direction in which it bites
no more cells than the bound; where nothing is left to bite, it goes through what is cleared to where stock begins again.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.cells import RADIUS, Area, Place, Ring, Stock, cells_per_radius, count_spaced, spaced
from rmos.cam_accel.ground import Flood, Ground

STEP, HEADINGS = 320, 1024
FIRST_TURN, RIGHTMOST, LEFTMOST = 8, -128, 400
LONGEST_AIR, SPARE_STEPS, WALKS = 8, 20_000, 40
FEWEST_CELLS, WINDOW, ROUNDS = 3, 4, 3
FARTHEST_MM, LEAST_RADIUS_MM, FARTHEST_RADII = 1e5, 1e-3, float(1 << 18)
"""So near that no product of two lengths, in parts of the radius, leaves 63 bits."""


MOST_STEPS = 1 << 24
"""So few that their places take less than a gigabyte, with as many again to find the way."""


class Unworkable(ValueError):
    """What is no task of clearing."""


class TooLarge(Unworkable):
    """The area is too large for the tool, or for the bite."""


@dataclass(frozen=True)
class Clearing:
    """The way of the tool's axis, mm. `link`: 1 where the way to a place leads through what is cleared. `left`: places, one
    row each, that the tool could not clear within the bound."""

    x_mm: NDArray[np.float64]
    y_mm: NDArray[np.float64]
    link: NDArray[np.uint8]
    left_mm: NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """`points_mm`: (n, 2), the rings of the area of the tool's axis one after the other, outer ones counter-clockwise and holes
    clockwise; `ends`: where each ring ends. `cleared_mm` and `cleared_ends`: the same for what is cleared before. At the
    start a disc of `hole_mm` radius is cleared (0: none). `width_mm`: the widest bite, as stock cut over way."""

    points_mm: NDArray[np.float64]
    ends: NDArray[np.int64]
    cleared_mm: NDArray[np.float64]
    cleared_ends: NDArray[np.int64]
    start_mm: tuple[float, float]
    hole_mm: float
    radius_mm: float
    width_mm: float


def require_workable(task: Task) -> None:
    """Raises Unworkable for what is no task, TooLarge for an area longer than FARTHEST_RADII of the tool."""
    area, cleared = task.points_mm, task.cleared_mm
    _require(len(area) > 0, "there is no area to clear")
    _require(_all_within(area, FARTHEST_MM) and _all_within(cleared, FARTHEST_MM), f"a point lies beyond {FARTHEST_MM:g} mm")
    _require(LEAST_RADIUS_MM <= task.radius_mm <= FARTHEST_MM, "the tool has no radius")
    _require(0 <= task.width_mm <= 2 * task.radius_mm, "the bite is wider than the tool")
    _require(0 <= task.hole_mm <= FARTHEST_MM, "the hole has no radius")
    low, high = area.min(axis=0), area.max(axis=0)
    reach, far = max(0.0, task.hole_mm - task.radius_mm), FARTHEST_RADII * task.radius_mm
    start, give = np.array(task.start_mm), task.radius_mm / 8
    within = (start - reach >= low - give).all() and (start + reach <= high + give).all()
    _require(bool(within), "the start lies outside of the area")
    if not _all_within(area - low, far):
        raise TooLarge("the area has too many cells for this tool")
    _require(_all_within(cleared - low, far), "what is cleared lies too far from the area")


def _twice_area_mm2(points: NDArray[np.float64], ends: NDArray[np.int64]) -> float:
    """Of all rings together: holes run the other way round."""
    xs, ys = points[:, 0].tolist(), points[:, 1].tolist()
    twice, first = 0.0, 0
    for end in ends.tolist():
        for n in range(first, end):
            after = n + 1 if n + 1 < end else first
            twice += xs[n] * ys[after] - xs[after] * ys[n]
        first = end
    return abs(twice)


def _require(sound: bool, what: str) -> None:
    if not sound:
        raise Unworkable(what)


def _all_within(points_mm: NDArray[np.float64], far_mm: float) -> bool:
    return bool((np.abs(points_mm) <= far_mm).all())


def clear(task: Task) -> Clearing:
    """Raises as `require_workable`, and TooLarge for more cells or steps than memory is for: 2 GB at the most.

    The bound holds for each step, a 13th of the radius, counted in cells of a 64th of it (of a 32nd, where an area has more
    than 2**29 cells). Only at last, along the walls and in corners, it holds for every four steps together, since
    the tool cannot enter a corner that it fits exactly without biting wide for a moment."""
    require_workable(task)
    return _Clearer(task).run()


def _turn_by(angle: float) -> Place:
    return math.floor(STEP * math.cos(angle) + 0.5), math.floor(STEP * math.sin(angle) + 0.5)


@dataclass
class _Found:
    """A way, and which of its places links lead to."""

    places: list[Place] = field(default_factory=list)
    links: list[int] = field(default_factory=list)

    def add(self, places: Sequence[Place], link: int) -> None:
        self.places.extend(places)
        self.links.extend([link] * len(places))


class _Clearer:
    def __init__(self, task: Task) -> None:
        border = 1.25 * task.radius_mm
        xs, ys = task.points_mm[:, 0].tolist(), task.points_mm[:, 1].tolist()
        self.scale, self.low_x, self.low_y = RADIUS / task.radius_mm, min(xs) - border, min(ys) - border
        width = math.floor((max(xs) + border - self.low_x) * self.scale)
        height = math.floor((max(ys) + border - self.low_y) * self.scale)
        per_radius = cells_per_radius(width, height)
        if per_radius == 0:
            raise TooLarge("the area has too many cells for this tool")
        if _twice_area_mm2(task.points_mm, task.ends) > MOST_STEPS * (2 * STEP / RADIUS) * (task.radius_mm * task.width_mm):
            raise TooLarge(f"the area takes more than {MOST_STEPS} steps at this bite")
        rings = self._rings(task.points_mm, task.ends)
        if count_spaced(rings, STEP) > MOST_STEPS:
            raise TooLarge(f"the border of the area is longer than {MOST_STEPS} steps")
        self.stock, self.area = Stock(width, height, per_radius), Area(rings, width, height)
        self.stock.clear_inside(self._rings(task.cleared_mm, task.cleared_ends))
        widest = math.floor(task.width_mm * self.scale)
        self.most = widest * STEP // (self.stock.cell * self.stock.cell)
        walks = SPARE_STEPS + WALKS * (width // STEP + 1) * (height // STEP + 1) * STEP // max(1, widest)
        self.steps = min(walks, 2 * MOST_STEPS)
        self.window, self.bites = 1, [0] * (WINDOW - 1)
        self.ground = Ground(self.stock, self.area, width, height, self.most // 3)
        self.search, self.tried = Flood(self.ground.nodes), [False] * self.ground.nodes
        self.borders = [spaced(ring, STEP) for ring in rings]
        self.free_border = [[False] * len(border) for border in self.borders]
        self.turns = [_turn_by(k * 2 * math.pi / HEADINGS) for k in range(HEADINGS)]
        self.way = _Found()
        self.here = self._place(*task.start_mm)
        self._bore(math.floor(task.hole_mm * self.scale))

    def _place(self, x: float, y: float) -> Place:
        return math.floor((x - self.low_x) * self.scale + 0.5), math.floor((y - self.low_y) * self.scale + 0.5)

    def _rings(self, points: Any, ends: Any) -> list[Ring]:
        places = [self._place(x, y) for x, y in points.tolist()]
        bounds = [0, *ends.tolist()]
        return [places[first:end] for first, end in itertools.pairwise(bounds)]

    def _bore(self, hole: int) -> None:
        if hole <= 0:
            return
        for reach in range(hole - RADIUS, 0, -RADIUS // 4):
            for x, y in self.turns:
                self.stock.clear(self.here[0] + x * reach // STEP, self.here[1] + y * reach // STEP)
        self.stock.clear(*self.here)

    def run(self) -> Clearing:
        self.way.add([self.here], 1)
        while self.steps > 0 and (self._from_border() or self._from_inside()):
            pass
        self.window = WINDOW
        for _ in range(ROUNDS):
            is_round = self._round_borders()
            self.ground.tighten(min(self.ground.slack, FEWEST_CELLS))
            self.tried = [False] * self.ground.nodes
            while self.steps > 0 and self._from_inside():
                pass
            if is_round:
                break
        return self._told()

    def _told(self) -> Clearing:
        inside = (p for p in map(self.ground.at, range(self.ground.nodes)) if self.area.holds(*p))
        left = [p for p in itertools.chain(inside, *self.borders) if self._is_left(*p)]
        return Clearing(
            np.array([x / self.scale + self.low_x for x, _ in self.way.places], dtype=np.float64),
            np.array([y / self.scale + self.low_y for _, y in self.way.places], dtype=np.float64),
            np.array(self.way.links, dtype=np.uint8),
            np.array([c for x, y in left for c in (x / self.scale + self.low_x, y / self.scale + self.low_y)]),
        )

    def _is_left(self, x: int, y: int) -> bool:
        return self.stock.count(x, y, self.most // 3) > self.most // 3

    # Where a run begins.

    def _from_border(self) -> bool:
        """From the first place where a border, walked with the wall on the right, leads from what is cleared into stock."""
        for n, m in self._border_order():
            border = self.borders[n]
            size = len(border)
            for k in range(size):
                at, after = (m + k) % size, (m + k + 1) % size
                if self._is_free_border(n, at) and not self._is_free_border(n, after):
                    x, y = border[after][0] - border[at][0], border[after][1] - border[at][1]
                    if self._try(border[at], x, y):
                        return True
        return False

    def _border_order(self) -> list[tuple[int, int]]:
        """Borders, the nearest first, and the place of each that is nearest."""
        order = []
        for n, border in enumerate(self.borders):
            best, where = -1, 0
            for m, (x, y) in enumerate(border):
                away = (x - self.here[0]) * (x - self.here[0]) + (y - self.here[1]) * (y - self.here[1])
                if best < 0 or away < best:
                    best, where = away, m
            order.append((best, n, where))
        order.sort()
        return [(n, where) for _, n, where in order]

    def _is_free_border(self, n: int, m: int) -> bool:
        if not self.free_border[n][m]:
            self.free_border[n][m] = self.stock.count(*self.borders[n][m], self.ground.slack) <= self.ground.slack
        return self.free_border[n][m]

    def _from_inside(self) -> bool:
        """From the nearest node of what is cleared that has stock beside it."""
        flood = self.search
        self.ground.begin(flood, self.here)
        while flood.queue:
            node = flood.queue.popleft()
            for u, v, other in self.ground.beside(node):
                if flood.has(other):
                    continue
                if self.ground.is_free(other):
                    flood.add(other, node)
                elif not self.tried[other]:
                    self.tried[other] = True
                    if self._try(self.ground.at(node), -v, u):
                        return True
        return False

    # Runs.

    def _try(self, start: Place, x: int, y: int) -> bool:
        link = self.ground.way(self.here, start)
        if link is None:
            return False
        run = self._run(start, self._heading(x, y))
        if not run:
            return False
        self.way.add(link, 1)
        self.way.add(run, 0)
        self.here = run[-1]
        return True

    def _limit(self) -> int:
        """Cells that the next step may bite: the bound, and at last, in corners, what the steps before left of theirs."""
        return self.most if self.window == 1 else self.window * self.most - self.bites[0] - self.bites[1] - self.bites[2]

    def _bite(self, at: Place) -> int:
        bite = self.stock.count(*at, self._limit())
        self.stock.clear(*at)
        self.bites = [self.bites[1], self.bites[2], bite]
        return bite

    def _heading(self, x: int, y: int) -> int:
        """The heading that leads nearest to a direction."""
        best, found = 0, 0
        for k, (u, v) in enumerate(self.turns):
            along = x * u + y * v
            if k == 0 or along > best:
                best, found = along, k
        return found

    def _run(self, start: Place, heading: int) -> list[Place]:
        run: list[Place] = []
        at, turn, air, useful = start, 0, 0, 0
        while air < LONGEST_AIR and self.steps > 0:
            self.steps -= 1
            k = self._turn(at, heading, turn)
            if k is None:
                break
            heading, turn = (heading + k) % HEADINGS, max(-FIRST_TURN, min(FIRST_TURN, k))
            at = at[0] + self.turns[heading][0], at[1] + self.turns[heading][1]
            bite = self._bite(at)
            run.append(at)
            air = 0 if bite > FEWEST_CELLS else air + 1
            useful = len(run) if bite > 0 else useful
        return run[:useful]

    def _turn(self, at: Place, heading: int, first: int) -> int | None:
        """The rightmost turn in which the tool may go on, found from a first guess; None where there is none."""
        good, by = first, FIRST_TURN
        if self._may(at, heading, first):
            while True:
                wrong = max(RIGHTMOST, good - by)
                if not self._may(at, heading, wrong):
                    break
                if wrong == RIGHTMOST:
                    return RIGHTMOST
                good, by = wrong, 2 * by
        else:
            wrong = first
            while True:
                if wrong >= LEFTMOST:
                    return None
                good = min(LEFTMOST, wrong + by)
                if self._may(at, heading, good):
                    break
                wrong, by = good, min(2 * by, 4 * FIRST_TURN)
        while good - wrong > 1:
            middle = (good + wrong) // 2
            if self._may(at, heading, middle):
                good = middle
            else:
                wrong = middle
        return good

    def _may(self, at: Place, heading: int, turn: int) -> bool:
        x, y = self.turns[(heading + turn) % HEADINGS]
        x, y = at[0] + x, at[1] + y
        limit = self._limit()
        return self.area.holds(x, y) and self.stock.count(x, y, limit) <= limit

    def _round_borders(self) -> bool:
        """Once round every border that has stock; False where the tool could not follow one within the bound."""
        is_round = True
        for n, m in self._border_order():
            border = self.borders[n]
            ring = [border[(m + k) % len(border)] for k in range(len(border) + 1)]
            if not any(self.stock.count(*p, 0) > 0 for p in ring):
                continue
            link = self.ground.way(self.here, ring[0])
            if link is None:
                is_round = False
                continue
            self.way.add(link, 1)
            is_round = self._follow(ring) and is_round
        return is_round

    def _follow(self, ring: Ring) -> bool:
        for p in ring:
            if self.stock.count(*p, self._limit()) > self._limit():
                return False
            self._bite(p)
            self.way.add([p], 0)
            self.here = p
        return True
