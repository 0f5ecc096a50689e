"""What is a curve of lines and arcs, how long is it, and which polyline stands for it within a tolerance?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.drawing.affine import Point

Reals = NDArray[np.float64]
DEFAULT_CHORD_MM = 0.005


class Segment(NamedTuple):
    """An arc where `turn_rad` is not 0: about `centre_mm`, counter-clockwise positive. Otherwise a line."""

    start_mm: Point
    end_mm: Point
    centre_mm: Point
    turn_rad: float


class Circle(NamedTuple):
    x_mm: float
    y_mm: float
    diameter_mm: float


@dataclass(frozen=True, eq=False)
class Curve:
    """Segments end to end: `points_mm` (n + 1, 2), `centres_mm` (n, 2), `turns_rad` (n,), 0 for a line, whose centre counts
    for nothing. Closed where the last point is the first."""

    points_mm: Reals
    centres_mm: Reals
    turns_rad: Reals

    def __len__(self) -> int:
        return len(self.turns_rad)

    @property
    def is_closed(self) -> bool:
        return len(self) > 0 and bool((self.points_mm[0] == self.points_mm[-1]).all())

    @property
    def segments(self) -> Iterator[Segment]:
        points, centres = self.points_mm.tolist(), self.centres_mm.tolist()
        for n, turn in enumerate(self.turns_rad.tolist()):
            yield Segment(tuple(points[n]), tuple(points[n + 1]), tuple(centres[n]), turn)

    @cached_property
    def radii_mm(self) -> Reals:
        """Of arcs; of lines it counts for nothing."""
        return _norms(self.points_mm[:-1] - self.centres_mm)

    @cached_property
    def length_mm(self) -> float:
        straight = _norms(np.diff(self.points_mm, axis=0))
        return float(np.where(self.turns_rad == 0, straight, self.radii_mm * np.abs(self.turns_rad)).sum())

    @cached_property
    def area_mm2(self) -> float:
        """Enclosed by a closed curve, counter-clockwise positive; exact for arcs: polygon plus circular segments."""
        p = self.points_mm - self.points_mm[0]
        polygon = 0.5 * float((p[:-1, 0] * p[1:, 1] - p[1:, 0] * p[:-1, 1]).sum())
        caps = np.where(self.turns_rad == 0, 0.0, 0.5 * self.radii_mm**2 * (self.turns_rad - np.sin(self.turns_rad)))
        return polygon + float(caps.sum())

    @cached_property
    def halfways_mm(self) -> Reals:
        """(n, 2): the middle of each segment, an arc's on the arc."""
        middle = 0.5 * (self.points_mm[:-1] + self.points_mm[1:])
        arcs = np.flatnonzero(self.turns_rad)
        middle[arcs] = self._on_arcs(arcs, 0.5 * self.turns_rad[arcs])
        return middle

    def _on_arcs(self, arcs: NDArray[np.int64], turned: Reals) -> Reals:
        c, s = np.cos(turned), np.sin(turned)
        out = self.points_mm[arcs] - self.centres_mm[arcs]
        x, y = out[:, 0] * c - out[:, 1] * s, out[:, 0] * s + out[:, 1] * c
        return np.column_stack([x, y]) + self.centres_mm[arcs]

    def chords_per_segment(self, tolerance_mm: float) -> NDArray[np.int64]:
        """A chord over the angle h leaves a circle of radius r by r (1 - cos(h / 2))."""
        turns = np.abs(self.turns_rad)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = 2 * np.arccos(np.clip(1 - tolerance_mm / self.radii_mm, 0.0, 1.0))
            count = np.ceil(turns / np.maximum(step, 1e-6))
        return np.where(turns > 0, np.maximum(count, np.ceil(turns / (math.pi / 2))), 1).astype(np.int64)

    def flattened(self, tolerance_mm: float = DEFAULT_CHORD_MM) -> Reals:
        """(m, 2): vertices on the curve, first and last as they are; no chord is further than `tolerance_mm` from it."""
        if not (math.isfinite(tolerance_mm) and tolerance_mm > 0):
            raise ValueError(f"tolerance_mm must be positive, not {tolerance_mm}")
        if not self.turns_rad.any():
            return self.points_mm
        count = self.chords_per_segment(tolerance_mm)
        of = np.repeat(np.arange(len(self)), count)
        step = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
        inner = self._on_arcs(of, self.turns_rad[of] * step / count[of])
        inner[step == 0] = self.points_mm[:-1]
        return np.concatenate([inner, self.points_mm[-1:]])

    def reversed(self) -> Curve:
        return Curve(self.points_mm[::-1], self.centres_mm[::-1], -self.turns_rad[::-1])

    @cached_property
    def circle(self) -> Circle | None:
        """Where all segments are arcs about one centre that turn once around it."""
        if not self.is_closed or not self.turns_rad.all() or abs(abs(float(self.turns_rad.sum())) - 2 * math.pi) > 1e-6:
            return None
        centre, radius = self.centres_mm.mean(axis=0), float(self.radii_mm.mean())
        near = 1e-5 + 1e-9 * radius
        off = np.abs(self.centres_mm - centre).max(), np.abs(self.radii_mm - radius).max()
        return Circle(float(centre[0]), float(centre[1]), 2 * radius) if max(off) <= near else None


def _norms(vectors: Reals) -> Reals:
    squares: Reals = vectors[:, 0] * vectors[:, 0] + vectors[:, 1] * vectors[:, 1]
    return np.sqrt(squares)


def curve(points: Sequence[Any] | Reals, centres: Any = None, turns: Any = None) -> Curve:
    """Without centres and turns: lines through the points."""
    p = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    n = max(0, len(p) - 1)
    c = np.zeros((n, 2)) if centres is None else np.asarray(centres, dtype=np.float64).reshape(-1, 2)
    return Curve(p, c, np.zeros(n) if turns is None else np.asarray(turns, dtype=np.float64))


def chained(parts: Sequence[Curve]) -> Curve:
    """Curves that each begin where the last one ends."""
    if len(parts) == 1:
        return parts[0]
    return Curve(
        np.concatenate([parts[0].points_mm[:1], *(p.points_mm[1:] for p in parts)]),
        np.concatenate([p.centres_mm for p in parts]),
        np.concatenate([p.turns_rad for p in parts]),
    )


def closed(part: Curve) -> Curve:
    """The same with its last point exactly the first."""
    points = part.points_mm.copy()
    points[-1] = points[0]
    return Curve(points, part.centres_mm, part.turns_rad)


def tidied(part: Curve) -> Curve | None:
    """Without lines from a point to itself; None where nothing is left."""
    kept = (part.turns_rad != 0) | (np.diff(part.points_mm, axis=0) != 0).any(axis=1)
    if kept.all():
        return part if len(part) else None
    if not kept.any():
        return None
    points = np.concatenate([part.points_mm[:-1][kept], part.points_mm[-1:]])
    return Curve(points, part.centres_mm[kept], part.turns_rad[kept])
