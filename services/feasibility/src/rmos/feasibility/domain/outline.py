"""How narrow is an outline, how thin are its islands, and is it sound? Plane geometry of closed rings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ring = Sequence[tuple[float, float]]
Points = NDArray[np.float64]
MOST_PAIRS = 4_000_000
"""Of corners that are compared: a third of a second of work, measured."""
_FEW, _NEAR = 64, 1e-9
"""Of the size of the drawing: what is nearer touches."""


@dataclass(frozen=True)
class Shape:
    """`width_mm` bounds what fits in at all, `narrowest_mm` is the narrowest place between walls, `thinnest_mm` the thinnest
    island, infinite where there is none. `convex` says whether every ring is. None: too many corners to tell."""

    convex: bool
    width_mm: float
    length_mm: float
    span_mm: tuple[float, float]
    sound: bool | None = None
    narrowest_mm: float | None = None
    thinnest_mm: float | None = None


def shape_of(boundary: Ring, islands: Sequence[Ring]) -> Shape:
    """Of rings of at least three points each."""
    outer, inner = np.array(boundary, dtype=float), [np.array(ring, dtype=float) for ring in islands]
    rings = [outer, *inner]
    span = np.ptp(outer, axis=0)
    rough = Shape(
        convex=all(map(_is_convex, rings)), width_mm=min(float(span.min()), _caliper(outer)), length_mm=float(span.max()),
        span_mm=(float(span[0]), float(span[1])),
    )  # fmt: skip
    if sum(map(len, rings)) ** 2 > MOST_PAIRS:
        return rough
    near = _NEAR * float(max(np.ptp(np.concatenate(rings), axis=0).max(), _NEAR))
    gaps = [_gap(a, b, near) for n, a in enumerate(rings) for b in rings[:n]]
    return replace(
        rough, narrowest_mm=min([_narrowest(outer, near), *gaps]),
        thinnest_mm=min((_narrowest(ring, near) for ring in inner), default=float("inf")),
        sound=all(_is_simple(ring, near) for ring in rings) and _is_nested(outer, inner) and min(gaps, default=1.0) > near,
    )  # fmt: skip


def _ends(ring: Points) -> tuple[Points, Points]:
    return ring, np.roll(ring, -1, axis=0)


def _cross(a: Points, b: Points) -> Points:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def _is_convex(ring: Points) -> bool:
    """All corners turn the same way; corners of less than a billionth count as straight."""
    before, after = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    turn = _cross(before, after)
    reach = (np.abs(np.roll(ring, -1, axis=0) - np.roll(ring, 1, axis=0)).sum(axis=1)) ** 2
    turns = np.sign(turn[np.abs(turn) > _NEAR * reach])
    return len(set(turns.tolist())) < 2


def _offsets(sources: Points, ring: Points) -> tuple[Points, Points]:
    """Of each source, seen from each edge: where along it (0 to 1 between its ends), and how far beside it.

    By products of matrices, about the middle of the ring so that little is lost.
    """
    middle = ring.mean(axis=0)
    start, end = _ends(ring - middle)
    along = end - start
    size = np.maximum(np.hypot(*along.T), 1e-150)
    ahead, aside = along / size[:, None] ** 2, np.column_stack([-along[:, 1], along[:, 0]]) / size[:, None]
    moved = sources - middle
    return moved @ ahead.T - (start * ahead).sum(axis=1), moved @ aside.T - (start * aside).sum(axis=1)


def _distances(sources: Points, ring: Points) -> Points:
    """Of each source from each edge."""
    at, aside = _offsets(sources, ring)
    to_start = np.hypot(*(sources[:, None, axis] - ring[:, axis] for axis in (0, 1)))
    to_end = np.roll(to_start, -1, axis=1)
    return np.where((at > 0) & (at < 1), np.abs(aside), np.minimum(to_start, to_end))


def _gap(a: Points, b: Points, near: float) -> float:
    """Least distance of two rings, 0 where they cross."""
    if _crossings(a, b, near).any():
        return 0.0
    return float(min(_distances(a, b).min(), _distances(b, a).min()))


def _crossings(a: Points, b: Points, near: float) -> NDArray[np.bool_]:
    """Which edges of one ring properly cross which of the other; ends that are near an edge touch it and do not cross."""
    of_b, of_a = (np.where(np.abs(side) > near, side, 0.0) for side in (_offsets(b, a)[1].T, _offsets(a, b)[1].T))
    return (of_b * np.roll(of_b, -1, axis=1) < 0) & (of_a * np.roll(of_a, -1, axis=1) < 0).T


def _is_simple(ring: Points, near: float) -> bool:
    """No edge crosses or touches another, and none has no length."""
    if (np.hypot(*(np.roll(ring, -1, axis=0) - ring).T) <= near).any() or _crossings(ring, ring, near).any():
        return False
    away = _distances(ring, ring)
    own = np.arange(len(ring))
    away[own, own] = away[own, own - 1] = np.inf
    return bool((away > near).all())


def _is_nested(outer: Points, inner: Sequence[Points]) -> bool:
    """Every island lies in the boundary, and none in another; that they do not cross is seen by their gaps."""
    if not all(_holds(outer, ring[0]) for ring in inner):
        return False
    return not any(_holds(a, b[0]) for n, a in enumerate(inner) for m, b in enumerate(inner) if n != m)


def _holds(ring: Points, point: Points) -> bool:
    """Whether a point lies in a ring: an odd number of edges to the right of it."""
    start, end = _ends(ring)
    straddles = (start[:, 1] > point[1]) != (end[:, 1] > point[1])
    rise = np.where(straddles, end[:, 1] - start[:, 1], 1.0)
    x = start[:, 0] + (point[1] - start[:, 1]) / rise * (end[:, 0] - start[:, 0])
    return bool((straddles & (x > point[0])).sum() % 2)


def _caliper(ring: Points) -> float:
    """Least width between parallel lines along edges that have the whole ring on one side."""
    start, end = _ends(ring)
    along = end - start
    size = np.maximum(np.hypot(*along.T), 1e-150)
    away = _cross(along[:, None], ring - start[:, None]) / size[:, None]
    low, high = away.min(axis=1), away.max(axis=1)
    outside = np.minimum(-low, high) <= _NEAR * (high - low)
    return float((high - low)[outside].min()) if outside.any() else float("inf")


def _narrowest(ring: Points, near: float) -> float:
    """Shortest chord through the inside, square to a wall, from a corner or the middle of a wall; else between two corners that
    stand in."""
    start, end = _ends(ring)
    sources, own, count = np.concatenate([ring, (start + end) / 2]), np.arange(len(ring)), len(ring)
    at, aside = _offsets(sources, ring)
    inside = (at >= -_NEAR) & (at <= 1 + _NEAR)
    inside[own, own] = inside[own, own - 1] = False
    for shift in (-1, 0, 1):
        inside[count + own, (own + shift) % count] = False
    away = np.where(inside, np.abs(aside), np.inf)

    def foot(n: int, m: int) -> Points:
        reached: Points = start[m] + min(1.0, max(0.0, float(at[n, m]))) * (end[m] - start[m])
        return reached

    return min(_first_inside(ring, sources, foot, away, near), _between_corners(ring, near))


def _between_corners(ring: Points, near: float) -> float:
    before, after = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    area = _cross(ring, np.roll(ring, -1, axis=0)).sum()
    stands_in = ring[_cross(before, after) * area < 0]
    if len(stands_in) < 2:
        return float("inf")
    away = np.hypot(*np.moveaxis(stands_in[:, None] - stands_in, 2, 0))
    np.fill_diagonal(away, np.inf)
    return _first_inside(ring, stands_in, lambda _, m: np.asarray(stands_in[m]), away, near)


def _ascending(values: Points) -> Iterator[int]:
    """Places from the smallest value on; the first few without sorting all."""
    few = np.argpartition(values, _FEW)[:_FEW] if len(values) > _FEW else np.arange(len(values))
    yield from few[np.argsort(values[few])].tolist()
    if len(values) > _FEW:
        yield from np.argsort(values)[_FEW:].tolist()


def _first_inside(
    ring: Points, sources: Points, foot: Callable[[int, int], Points], away: Points, near: float
) -> float:  # fmt: skip
    """The shortest of these chords whose middle lies inside and on no wall."""
    for place in _ascending(away.ravel()):
        n, m = divmod(place, away.shape[1])
        if not np.isfinite(away[n, m]):
            break
        middle = (sources[n] + foot(n, m)) / 2
        if _holds(ring, middle) and _distances(middle[None], ring).min() > near:
            return float(away[n, m])
    return float("inf")
