"""How much may a drawing ask for? Counted while it is read, so that a small file cannot grow beyond what is allowed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from rmos.cam_accel.drawing.errors import DrawingError, Place

_SPLIT = "split the drawing, or leave out what is not cut"
_TIME_EVERY, _CHORDS_PER_EDGE = 64, 20


@dataclass(frozen=True)
class DrawingLimits:
    """`max_entities` counts after blocks and `use` are expanded; `max_edges` counts segments after curves are flattened."""

    max_bytes: int = 15_000_000
    max_entities: int = 50_000
    max_edges: int = 100_000
    max_depth: int = 64
    max_seconds: float = 30.0
    farthest_mm: float = 1e6


class Budget:
    """What is left of the limits. Each method raises DrawingError with the place at which the limit was passed."""

    def __init__(self, limits: DrawingLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits, self._clock = limits, clock
        self._end = clock() + limits.max_seconds
        self._entities = self._edges = self._chords = self._asked = 0

    def size(self, data: bytes) -> None:
        if len(data) > self.limits.max_bytes:
            reason = f"{len(data)} bytes, {self.limits.max_bytes} are allowed"
            raise DrawingError("too_large", Place(), reason, _SPLIT)

    def entity(self, place: Place, count: int = 1) -> None:
        self._entities += count
        if self._entities > self.limits.max_entities:
            reason = f"more than {self.limits.max_entities} entities, blocks expanded"
            raise DrawingError("too_many_entities", place, reason, _SPLIT)
        self.now_and_then(place)

    def edges(self, place: Place, count: int) -> None:
        self._edges += count
        if self._edges > self.limits.max_edges:
            reason = f"more than {self.limits.max_edges} segments once curves are flattened"
            raise DrawingError("too_many_edges", place, reason, f"{_SPLIT}, or state a wider tolerance or the right units")

    def chords(self, place: Place, count: int) -> None:
        """Of arcs, flattened only to see what lies in what."""
        self._chords += count
        if self._chords > _CHORDS_PER_EDGE * self.limits.max_edges:
            reason = f"more than {_CHORDS_PER_EDGE * self.limits.max_edges} chords of arcs"
            raise DrawingError("too_many_edges", place, reason, f"{_SPLIT}, or state a wider tolerance or the right units")

    def depth(self, place: Place, depth: int) -> None:
        if depth > self.limits.max_depth:
            reason = f"nested deeper than {self.limits.max_depth}"
            raise DrawingError("too_deep", place, reason, "explode the blocks or groups before exporting")

    def now_and_then(self, place: Place) -> None:
        self._asked += 1
        if self._asked % _TIME_EVERY == 0:
            self.time(place)

    def time(self, place: Place = Place()) -> None:
        if self._clock() > self._end:
            raise DrawingError("too_slow", place, f"not read within {self.limits.max_seconds:g} s", _SPLIT)

    def finite(self, place: Place, *values: float) -> None:
        for value in values:
            if not math.isfinite(value):
                raise DrawingError("not_finite", place, f"{value} is no coordinate", "export the drawing again")

    def near(self, place: Place, reach_mm: float) -> None:
        """`reach_mm` is the largest coordinate of an entity without its sign."""
        self.finite(place, reach_mm)
        if reach_mm > self.limits.farthest_mm:
            reason = f"{reach_mm:g} mm from the origin, {self.limits.farthest_mm:g} are allowed"
            raise DrawingError("too_far", place, reason, "move the drawing to the origin, or state its units")
