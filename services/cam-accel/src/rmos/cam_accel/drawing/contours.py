"""Which loose segments follow each other? Ends are joined by place, duplicates dropped, branches kept apart.

The reference of `cpp/contours.cpp`: the same steps in the same order, no recursion, linear but for one sort of near pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
Bytes = NDArray[np.uint8]

COINCIDENT_MM = 1e-6
"""Ends this near are one place: the rounding noise of sines and of printed decimals."""
FARTHEST_MM = 1e7
SHORT, DUPLICATE = 1, 2
_PAIRS_PER_END, _PAIRS_FREE = 64, 10_000


@dataclass(frozen=True, eq=False)
class Joined:
    """End `2 k` is the start of segment `k`, end `2 k + 1` its end.

    Chain `c` is `segment[chain_start[c] : chain_start[c + 1]]` in walking order, each against its own direction where
    `reversed` is 1. `bridge_a` and `bridge_b`: ends that were joined over a gap. `branch_end`: an end at each place where three
    or more segments meet, `branch_degree` how many. `crowded_end` is -1, or an end around which more ends lie within the
    tolerance than can be told apart; then there are no chains.
    """

    segment: Ints
    reversed: Bytes
    chain_start: Ints
    closed: Bytes
    dropped: Ints
    dropped_as: Bytes
    duplicate_of: Ints
    bridge_a: Ints
    bridge_b: Ints
    branch_end: Ints
    branch_degree: Ints
    crowded_end: int = -1


COLUMNS = tuple(field.name for field in fields(Joined))[:-1]
BYTE_COLUMNS = frozenset({"reversed", "closed", "dropped_as"})


def join(x: Reals, y: Reals, mid_x: Reals, mid_y: Reals, tolerance_mm: float) -> Joined:
    """`x`, `y`: both ends of n segments, (2 n,) mm; `mid_x`, `mid_y`: halfway along each, (n,) mm.

    Ends within `COINCIDENT_MM` are one place. Places where one segment ends are joined in pairs, the nearest first, up to
    `tolerance_mm` apart; one that is left over joins the nearest place, as a branch. Two segments between the same places with
    halfways within the tolerance are one drawn twice. Raises ValueError for columns that differ, for what is no place and for
    a tolerance outside (COINCIDENT_MM, 1].
    """
    if len(x) != len(y) or len(mid_x) != len(mid_y) or len(x) != 2 * len(mid_x):
        raise ValueError("segment columns differ in length")
    if not COINCIDENT_MM < tolerance_mm <= 1:
        raise ValueError("the tolerance must be above 1e-06 mm and at most 1 mm")
    for column in (x, y, mid_x, mid_y):
        for value in column.tolist():
            if not -FARTHEST_MM <= value <= FARTHEST_MM:
                raise ValueError("a segment lies beyond 1e+07 mm")
    return _Joiner(x.tolist(), y.tolist(), mid_x.tolist(), mid_y.tolist(), tolerance_mm).run()


class _Joiner:
    def __init__(self, x: list[float], y: list[float], mid_x: list[float], mid_y: list[float], tolerance: float) -> None:
        self.x, self.y, self.mid_x, self.mid_y, self.tolerance = x, y, mid_x, mid_y, tolerance
        self.count = len(mid_x)
        self.node: list[int] = []
        self.node_x: list[float] = []
        self.node_y: list[float] = []
        self.alive = [True] * self.count
        self.loops: list[int] = []
        self.pairs_left = _PAIRS_PER_END * 2 * self.count + _PAIRS_FREE
        self.crowded_end = -1
        self.out: dict[str, list[int]] = {name: [] for name in COLUMNS}

    def run(self) -> Joined:
        self.find_nodes()
        self.drop(COINCIDENT_MM * 2)
        self.bridge()
        if self.crowded_end >= 0:
            return self.joined({name: [] for name in COLUMNS})
        self.drop(self.tolerance)
        self.walk()
        return self.joined(self.out)

    def joined(self, out: dict[str, list[int]]) -> Joined:
        columns: dict[str, Any] = {n: np.array(v, dtype=np.uint8 if n in BYTE_COLUMNS else np.int64) for n, v in out.items()}
        return Joined(**columns, crowded_end=self.crowded_end)

    def find_nodes(self) -> None:
        """A cell belongs to the node first found in it or beside it."""
        cells: dict[tuple[int, int], int] = {}
        for x, y in zip(self.x, self.y, strict=True):
            column, row = math.floor(x / COINCIDENT_MM), math.floor(y / COINCIDENT_MM)
            found = cells.get((column, row), -1)
            if found < 0:
                found = self._beside(cells, column, row, x, y)
                if found < 0:
                    found = len(self.node_x)
                    self.node_x.append(x)
                    self.node_y.append(y)
                cells[column, row] = found
            self.node.append(found)

    def _beside(self, cells: dict[tuple[int, int], int], column: int, row: int, x: float, y: float) -> int:
        for across in (-1, 0, 1):
            for up in (-1, 0, 1):
                other = cells.get((column + across, row + up), -1)
                if other >= 0 and self._square(other, x, y) <= COINCIDENT_MM * COINCIDENT_MM:
                    return other
        return -1

    def _square(self, node: int, x: float, y: float) -> float:
        dx, dy = self.node_x[node] - x, self.node_y[node] - y
        return dx * dx + dy * dy

    def drop(self, reach: float) -> None:
        """Segments that go nowhere within `reach`, loops (a chain of their own), and segments drawn twice."""
        cells: dict[tuple[int, int, int, int], int] = {}
        for k in range(self.count):
            if not self.alive[k]:
                continue
            a, b = self.node[2 * k], self.node[2 * k + 1]
            if a == b:
                self.alive[k] = False
                if self._square(a, self.mid_x[k], self.mid_y[k]) <= reach * reach:
                    self._note(k, SHORT, k)
                else:
                    self.loops.append(k)
                continue
            low, high = (a, b) if a < b else (b, a)
            column, row = math.floor(self.mid_x[k] / self.tolerance), math.floor(self.mid_y[k] / self.tolerance)
            first = self._twin(cells, low, high, column, row, k)
            if first >= 0:
                self.alive[k] = False
                self._note(k, DUPLICATE, first)
            elif (low, high, column, row) not in cells:
                cells[low, high, column, row] = k

    def _twin(self, cells: dict[tuple[int, int, int, int], int], low: int, high: int, column: int, row: int, k: int) -> int:
        for across in (-1, 0, 1):
            for up in (-1, 0, 1):
                other = cells.get((low, high, column + across, row + up), -1)
                if other >= 0:
                    dx, dy = self.mid_x[other] - self.mid_x[k], self.mid_y[other] - self.mid_y[k]
                    if dx * dx + dy * dy <= self.tolerance * self.tolerance:
                        return other
        return -1

    def _note(self, k: int, why: int, first: int) -> None:
        self.out["dropped"].append(k)
        self.out["dropped_as"].append(why)
        self.out["duplicate_of"].append(first)

    def degrees(self) -> tuple[list[int], list[int]]:
        """How many segments end at each node, and the first end there."""
        degree, end_of = [0] * len(self.node_x), [-1] * len(self.node_x)
        for end in range(2 * self.count):
            if self.alive[end // 2]:
                at = self.node[end]
                degree[at] += 1
                if end_of[at] < 0:
                    end_of[at] = end
        return degree, end_of

    def bridge(self) -> None:
        degree, end_of = self.degrees()
        loose = [n for n in range(len(degree)) if degree[n] == 1]
        to = list(range(len(degree)))
        taken = [False] * len(degree)
        for _, a, b in sorted(self._near_pairs(loose, end_of)):
            if not taken[a] and not taken[b]:
                taken[a] = taken[b] = True
                to[b] = a
                self._bridged(end_of[a], end_of[b])
        rest = [n for n in loose if not taken[n]]
        self._attach(rest, [n for n in range(len(degree)) if degree[n] > 1 or taken[n]], end_of, to)
        self.node = [to[n] for n in self.node]

    def _bridged(self, a: int, b: int) -> None:
        self.out["bridge_a"].append(a)
        self.out["bridge_b"].append(b)

    def _near_pairs(self, loose: list[int], end_of: list[int]) -> list[tuple[float, int, int]]:
        cells: dict[tuple[int, int], list[int]] = {}
        pairs: list[tuple[float, int, int]] = []
        for n in loose:
            for other, square in self._around(cells, n, end_of[n]):
                if end_of[n] // 2 != end_of[other] // 2 or not self._tiny(n, end_of[n] // 2):
                    pairs.append((square, other, n))
            cells.setdefault(self._cell(n), []).append(n)
        return pairs

    def _tiny(self, n: int, k: int) -> bool:
        return self._square(n, self.mid_x[k], self.mid_y[k]) <= self.tolerance * self.tolerance

    def _cell(self, n: int) -> tuple[int, int]:
        return math.floor(self.node_x[n] / self.tolerance), math.floor(self.node_y[n] / self.tolerance)

    def _around(self, cells: dict[tuple[int, int], list[int]], n: int, end: int) -> list[tuple[int, float]]:
        """Nodes in `cells` within the tolerance of node `n`, with the squares of their distances."""
        column, row = self._cell(n)
        found: list[tuple[int, float]] = []
        for across in (-1, 0, 1):
            for up in (-1, 0, 1):
                for other in cells.get((column + across, row + up), ()):
                    if self.pairs_left == 0:
                        self.crowded_end = end if self.crowded_end < 0 else self.crowded_end
                        return found
                    self.pairs_left -= 1
                    square = self._square(other, self.node_x[n], self.node_y[n])
                    if square <= self.tolerance * self.tolerance:
                        found.append((other, square))
        return found

    def _attach(self, rest: list[int], joined: list[int], end_of: list[int], to: list[int]) -> None:
        """What is left over goes to the nearest node that is joined, but not to the other end of its own segment."""
        if not rest:
            return
        cells: dict[tuple[int, int], list[int]] = {}
        for n in joined:
            cells.setdefault(self._cell(n), []).append(n)
        for n in rest:
            best, least = -1, math.inf
            own = self.node[end_of[n] ^ 1]
            for other, square in self._around(cells, n, end_of[n]):
                if other != own and (square < least or (square == least and other < best)):
                    best, least = other, square
            if best >= 0:
                to[n] = to[best]
                self._bridged(end_of[n], end_of[best])

    def walk(self) -> None:
        degree, end_of = self.degrees()
        ends_at: list[list[int]] = [[] for _ in degree]
        for end in range(2 * self.count):
            if self.alive[end // 2]:
                ends_at[self.node[end]].append(end)
        for n, many in enumerate(degree):
            if many > 2:
                self.out["branch_end"].append(end_of[n])
                self.out["branch_degree"].append(many)
            if many != 2:
                for end in ends_at[n]:
                    self._chain(end, degree, ends_at)
        for k in range(self.count):
            self._chain(2 * k, degree, ends_at)
        for k in self.loops:
            self._step(2 * k)
            self._close(1)
        self.out["chain_start"].insert(0, 0)

    def _chain(self, end: int, degree: list[int], ends_at: list[list[int]]) -> None:
        """From this end on, to the next node that is not passed by two segments, or back to the start."""
        if not self.alive[end // 2]:
            return
        first = self.node[end]
        while True:
            self.alive[end // 2] = False
            self._step(end)
            at = self.node[end ^ 1]
            if at == first or degree[at] != 2:
                break
            end = ends_at[at][1] if ends_at[at][0] == end ^ 1 else ends_at[at][0]
        self._close(int(at == first))

    def _step(self, end: int) -> None:
        self.out["segment"].append(end // 2)
        self.out["reversed"].append(end & 1)

    def _close(self, closed: int) -> None:
        self.out["closed"].append(closed)
        self.out["chain_start"].append(len(self.out["segment"]))
