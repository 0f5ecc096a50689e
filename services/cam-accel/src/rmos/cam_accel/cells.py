"""Where may the axis of a tool stand, and what stock is left under it? Whole numbers only, so that any machine counts alike.

A length of one is the tool's radius over `RADIUS`. `cpp/cells.h` is the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

RADIUS, NODE, BAND, PARTS = 4096, 256, 512, 8
MOST_CELLS = {64: 1 << 29, 32: 1 << 28}
"""By cells per radius: so that with all that is kept beside, clearing takes less than 2 GB."""
LONGEST_PIECE = 2048
GIVE = 16
"""How far outside its area the axis may stand: what the interpolation between nodes may be wrong by."""
Place = tuple[int, int]
Ring = list[Place]


def cells_per_radius(width: int, height: int) -> int:
    """The finest grid within the bound of memory; 0 where there is none."""
    for count, most in MOST_CELLS.items():
        cell = RADIUS // count
        if (width // cell + 1) * (height // cell + 1) <= most:
            return count
    return 0


def edges(rings: list[Ring]) -> Iterator[tuple[Place, Place]]:
    for ring in rings:
        for n in range(len(ring)):
            yield ring[n], ring[n + 1 if n + 1 < len(ring) else 0]


def crossings(rings: list[Ring], low: int, spacing: int, rows: int) -> list[list[int]]:
    """Where the rings cross each of the lines y = low + n spacing, sorted."""
    found: list[list[int]] = [[] for _ in range(rows)]
    for (ax, ay), (bx, by) in edges(rings):
        if ay == by:
            continue
        if ay > by:
            ax, ay, bx, by = bx, by, ax, ay
        first = max(0, -((low - ay) // spacing))
        last = min(rows, -((low - by) // spacing))
        for n in range(first, last):
            found[n].append(ax + (bx - ax) * (low + n * spacing - ay) // (by - ay))
    for line in found:
        line.sort()
    return found


class Stock:
    """One bit a cell, set where stock stands; all of it at first."""

    def __init__(self, width: int, height: int, per_radius: int) -> None:
        self.cell = RADIUS // per_radius
        self.part = self.cell // PARTS
        self.half = per_radius + 1
        columns = width // self.cell + 1
        self.rows = [(1 << columns) - 1] * (height // self.cell + 1)
        self.masks = [(1 << n) - 1 for n in range(2 * self.half + 1)]
        self.spans = [[self._spans(px, py, per_radius * PARTS) for px in range(PARTS)] for py in range(PARTS)]

    def _spans(self, px: int, py: int, radius: int) -> list[tuple[int, int]]:
        """Of each row of the disc: its first column and how many, seen from the cell of its centre."""
        out = []
        for k in range(-self.half, self.half):
            dy = k * PARTS + PARTS // 2 - py
            rest = radius * radius - dy * dy
            reach = math.isqrt(rest) if rest >= 0 else -PARTS
            first, last = -((reach - px + PARTS // 2) // PARTS), (reach + px - PARTS // 2) // PARTS
            out.append((first, max(0, last - first + 1)))
        return out

    def _under(self, x: int, y: int) -> tuple[int, int, list[tuple[int, int]]]:
        gx, gy = (x + self.part // 2) // self.part, (y + self.part // 2) // self.part
        return gx // PARTS, gy // PARTS - self.half, self.spans[gy % PARTS][gx % PARTS]

    def count(self, x: int, y: int, limit: int) -> int:
        """Cells of stock under the tool; stops counting with the row that goes beyond the limit."""
        column, row, spans = self._under(x, y)
        total = 0
        for bits, (first, size) in zip(self.rows[row : row + 2 * self.half], spans, strict=True):
            if bits and size:
                total += ((bits >> (column + first)) & self.masks[size]).bit_count()
                if total > limit:
                    return total
        return total

    def clear(self, x: int, y: int) -> None:
        column, row, spans = self._under(x, y)
        for k, (first, size) in enumerate(spans):
            if self.rows[row + k] and size:
                self.rows[row + k] &= ~(self.masks[size] << (column + first))

    def clear_inside(self, rings: list[Ring]) -> None:
        """Cells whose centres lie inside the rings, even-odd."""
        for n, line in enumerate(crossings(rings, self.cell // 2, self.cell, len(self.rows))):
            for a, b in zip(line[::2], line[1::2], strict=True):
                first, last = -((self.cell // 2 - a) // self.cell), -((self.cell // 2 - b) // self.cell)
                first, last = max(0, first), max(0, last)
                if last > first:
                    self.rows[n] &= ~(((1 << (last - first)) - 1) << first)


class Area:
    """The area of the tool's axis: distances to its border at nodes, positive inside, and between them by interpolation."""

    def __init__(self, rings: list[Ring], width: int, height: int) -> None:
        self.columns, self.rows = width // NODE + 2, height // NODE + 2
        self.near = [BAND] * (self.columns * self.rows)
        for a, b in edges(rings):
            self._measure(a, b)
        self._sign(rings)

    def _measure(self, a: Place, b: Place) -> None:
        dx, dy = b[0] - a[0], b[1] - a[1]
        pieces = max(abs(dx), abs(dy)) // LONGEST_PIECE + 1
        for n in range(pieces):
            p = a[0] + dx * n // pieces, a[1] + dy * n // pieces
            q = a[0] + dx * (n + 1) // pieces, a[1] + dy * (n + 1) // pieces
            self._measure_piece(p, q)

    def _measure_piece(self, a: Place, b: Place) -> None:
        left, right = min(a[0], b[0]) - BAND, max(a[0], b[0]) + BAND
        low, high = min(a[1], b[1]) - BAND, max(a[1], b[1]) + BAND
        for j in range(max(0, -(-low // NODE)), min(self.rows - 1, high // NODE) + 1):
            for i in range(max(0, -(-left // NODE)), min(self.columns - 1, right // NODE) + 1):
                at = j * self.columns + i
                self.near[at] = min(self.near[at], away(i * NODE, j * NODE, a, b))

    def _sign(self, rings: list[Ring]) -> None:
        for j, line in enumerate(crossings(rings, 0, NODE, self.rows)):
            inside, crossed = False, 0
            for i in range(self.columns):
                while crossed < len(line) and line[crossed] < i * NODE:
                    inside, crossed = not inside, crossed + 1
                if not inside:
                    self.near[j * self.columns + i] = -self.near[j * self.columns + i]

    def holds(self, x: int, y: int) -> bool:
        if not (0 <= x < (self.columns - 1) * NODE and 0 <= y < (self.rows - 1) * NODE):
            return False
        at = y // NODE * self.columns + x // NODE
        u, v = x % NODE, y % NODE
        lower = self.near[at] * (NODE - u) + self.near[at + 1] * u
        upper = self.near[at + self.columns] * (NODE - u) + self.near[at + self.columns + 1] * u
        return lower * (NODE - v) + upper * v >= -GIVE * NODE * NODE


def away(x: int, y: int, a: Place, b: Place) -> int:
    """Distance of a place to the edge from a to b, rounded down."""
    dx, dy, px, py = b[0] - a[0], b[1] - a[1], x - a[0], y - a[1]
    along, square = px * dx + py * dy, dx * dx + dy * dy
    if along <= 0 or square == 0:
        return math.floor(math.sqrt(float(px * px + py * py)))
    if along >= square:
        px, py = x - b[0], y - b[1]
        return math.floor(math.sqrt(float(px * px + py * py)))
    return math.floor(abs(float(dx * py - dy * px)) / math.sqrt(float(square)))


def spaced(ring: Ring, step: int) -> Ring:
    """The ring's corners, and places between them at most `step` apart."""
    out: Any = []
    for a, b in edges([ring]):
        dx, dy, pieces = b[0] - a[0], b[1] - a[1], _pieces(a, b, step)
        out.extend((a[0] + dx * n // pieces, a[1] + dy * n // pieces) for n in range(pieces))
    return out  # type: ignore[no-any-return]


def count_spaced(rings: list[Ring], step: int) -> int:
    """How many places `spaced` gives of all of them."""
    total = 0
    for a, b in edges(rings):
        total += _pieces(a, b, step)
    return total


def _pieces(a: Place, b: Place, step: int) -> int:
    dx, dy = b[0] - a[0], b[1] - a[1]
    return math.floor(math.sqrt(float(dx * dx + dy * dy))) // step + 1
