"""Which ways lead through what is cleared? Straight ones, and ones from node to node of a lattice, few corners long."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator

from rmos.cam_accel.cells import NODE, Area, Place, Stock

LATTICE = 2 * NODE
STRAIGHT, DIAGONAL = 5, 7
NEAR = (0, 1, -1, 2)
AROUND = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))


class Flood:
    """Nodes seen from a place, and for each the one before it; begun anew without touching every node."""

    def __init__(self, nodes: int) -> None:
        self.before, self.seen, self.round = [0] * nodes, [0] * nodes, 0
        self.queue: deque[int] = deque()

    def begin(self) -> None:
        self.round += 1
        self.queue.clear()

    def add(self, node: int, before: int) -> None:
        self.seen[node], self.before[node] = self.round, before
        self.queue.append(node)

    def has(self, node: int) -> bool:
        return self.seen[node] == self.round


class Ground:
    """`slack`: as many cells of stock under the tool still count as cleared."""

    def __init__(self, stock: Stock, area: Area, width: int, height: int, slack: int) -> None:
        self.stock, self.area, self.slack = stock, area, slack
        self.columns, self.rows = width // LATTICE + 1, height // LATTICE + 1
        self.nodes = self.columns * self.rows
        self.free_node = [False] * self.nodes
        self.route, self.goals, self.closed = Flood(self.nodes), Flood(self.nodes), Flood(self.nodes)
        self.cost = [0] * self.nodes

    def tighten(self, slack: int) -> None:
        self.slack, self.free_node = slack, [False] * self.nodes

    def beside(self, node: int) -> Iterator[tuple[int, int, int]]:
        i, j = node % self.columns, node // self.columns
        for u, v in AROUND:
            is_node = 0 <= i + u < self.columns and 0 <= j + v < self.rows
            if is_node and self.area.holds((i + u) * LATTICE, (j + v) * LATTICE):
                yield u, v, node + v * self.columns + u

    def is_free(self, node: int) -> bool:
        if not self.free_node[node]:
            x, y = node % self.columns * LATTICE, node // self.columns * LATTICE
            self.free_node[node] = self.stock.count(x, y, self.slack) <= self.slack
        return self.free_node[node]

    def begin(self, flood: Flood, at: Place) -> None:
        """With the free nodes near a place to which a straight way is open."""
        flood.begin()
        i, j = at[0] // LATTICE, at[1] // LATTICE
        for v in NEAR:
            for u in NEAR:
                if not (0 <= i + u < self.columns and 0 <= j + v < self.rows):
                    continue
                node = (j + v) * self.columns + i + u
                if self.area.holds(*self.at(node)) and self.is_free(node) and self.is_open(at, self.at(node)):
                    flood.add(node, node)

    def at(self, node: int) -> Place:
        return node % self.columns * LATTICE, node // self.columns * LATTICE

    def is_open(self, a: Place, b: Place) -> bool:
        dx, dy = b[0] - a[0], b[1] - a[1]
        pieces = max(abs(dx), abs(dy)) // NODE + 1
        for n in range(1, pieces):
            x, y = a[0] + dx * n // pieces, a[1] + dy * n // pieces
            if not (self.area.holds(x, y) and self.stock.count(x, y, self.slack) <= self.slack):
                return False
        return True

    def way(self, here: Place, goal: Place) -> list[Place] | None:
        """Places on the way from one place to another, None where there is none: straight, or the shortest over the lattice."""
        if self.is_open(here, goal):
            return [goal]
        self.begin(self.goals, goal)
        self.begin(self.route, here)
        waiting: list[tuple[int, int, int]] = []
        for number, node in enumerate(self.route.queue):
            self.cost[node] = 0
            heapq.heappush(waiting, (self._least(node, goal), number, node))
        number = len(waiting)
        self.closed.begin()
        while waiting and self.goals.queue:
            _, _, node = heapq.heappop(waiting)
            if self.closed.has(node):
                continue
            self.closed.add(node, node)
            if self.goals.has(node):
                return self._pulled(here, [*self._back(node), goal])
            for u, v, other in self.beside(node):
                cost = self.cost[node] + (DIAGONAL if u and v else STRAIGHT)
                if self.is_free(other) and not (self.route.has(other) and self.cost[other] <= cost):
                    self.route.add(other, node)
                    self.cost[other] = cost
                    heapq.heappush(waiting, (cost + self._least(other, goal), number, other))
                    number += 1
        return None

    def _least(self, node: int, goal: Place) -> int:
        """What a way from the node to the goal costs at least."""
        x, y = abs(node % self.columns - goal[0] // LATTICE), abs(node // self.columns - goal[1] // LATTICE)
        return STRAIGHT * max(x, y) + (DIAGONAL - STRAIGHT) * min(x, y)

    def _back(self, node: int) -> list[Place]:
        way = [self.at(node)]
        while self.route.before[node] != node:
            node = self.route.before[node]
            way.append(self.at(node))
        way.reverse()
        return way

    def _pulled(self, here: Place, way: list[Place]) -> list[Place]:
        """The same way with as few corners as straight ways through what is cleared allow."""
        out, at, n = [], here, 0
        while n < len(way):
            near, far = 0, 1
            while n + far < len(way) and self.is_open(at, way[n + far]):
                near, far = far, 2 * far
            far = min(far, len(way) - n)
            while far - near > 1:
                middle = (near + far) // 2
                near, far = (middle, far) if self.is_open(at, way[n + middle]) else (near, middle)
            out.append(way[n + near])
            at, n = way[n + near], n + near + 1
        return out
