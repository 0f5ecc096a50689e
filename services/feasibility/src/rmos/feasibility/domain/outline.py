"""How narrow is an outline, how thin are its islands, and is it sound? Plane geometry of closed rings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ring = Sequence[tuple[float, float]]
Points = NDArray[np.float64]
MOST_PAIRS = 4_000_000
"""Of corners that are compared: a second of work."""
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
    gaps = [_gap(a, b) for n, a in enumerate(rings) for b in rings[:n]]
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


def _feet(sources: Points, ring: Points) -> tuple[Points, Points]:
    """Where along each edge (from 0 to 1, unclamped) each source's perpendicular meets it, and how far away the edge is."""
    start, end = _ends(ring)
    along = end - start
    size = np.maximum((along**2).sum(axis=1), 1e-300)
    at = ((sources[:, None, :] - start) * along).sum(axis=2) / size
    foot = start + np.clip(at, 0, 1)[..., None] * along
    return at, np.hypot(*np.moveaxis(sources[:, None, :] - foot, 2, 0))


def _gap(a: Points, b: Points) -> float:
    """Least distance of two rings, 0 where they cross."""
    if _crossings(a, b).any():
        return 0.0
    return float(min(_feet(a, b)[1].min(), _feet(b, a)[1].min()))


def _crossings(a: Points, b: Points) -> NDArray[np.bool_]:
    """Which edges of one ring properly cross which of the other."""
    (p, q), (r, s) = _ends(a), _ends(b)
    sides_of_a = _cross((q - p)[:, None], r - p[:, None]) * _cross((q - p)[:, None], s - p[:, None])
    sides_of_b = _cross(s - r, p[:, None] - r) * _cross(s - r, q[:, None] - r)
    return (sides_of_a < 0) & (sides_of_b < 0)


def _is_simple(ring: Points, near: float) -> bool:
    """No edge crosses or touches another, and none has no length."""
    if (np.hypot(*(np.roll(ring, -1, axis=0) - ring).T) <= near).any() or _crossings(ring, ring).any():
        return False
    away = _feet(ring, ring)[1]
    count = len(ring)
    own = np.arange(count)
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
    size = np.maximum(np.hypot(*along.T), 1e-300)
    away = _cross(along[:, None], ring - start[:, None]) / size[:, None]
    low, high = away.min(axis=1), away.max(axis=1)
    outside = np.minimum(-low, high) <= _NEAR * (high - low)
    return float((high - low)[outside].min()) if outside.any() else float("inf")


def _narrowest(ring: Points, near: float) -> float:
    """Shortest chord through the inside, square to a wall, from a corner or the middle of a wall; else between two corners that
    stand in."""
    start, end = _ends(ring)
    count = len(ring)
    at, away = _feet(np.concatenate([ring, (start + end) / 2]), ring)
    corner, middle = at[:count], at[count:]
    own = np.arange(count)
    blocked = np.zeros_like(at, dtype=bool)
    blocked[own, own] = blocked[own, own - 1] = True
    for shift in (-1, 0, 1):
        blocked[count + own, (own + shift) % count] = True
    inside = (np.concatenate([corner, middle]) >= -_NEAR) & (np.concatenate([corner, middle]) <= 1 + _NEAR) & ~blocked
    sources = np.concatenate([ring, (start + end) / 2])
    feet = start + np.clip(at, 0, 1)[..., None] * (end - start)
    return min(_first_inside(ring, sources, feet, np.where(inside, away, np.inf), near), _between_corners(ring, near))


def _between_corners(ring: Points, near: float) -> float:
    before, after = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    area = _cross(ring, np.roll(ring, -1, axis=0)).sum()
    stands_in = ring[_cross(before, after) * area < 0]
    if len(stands_in) < 2:
        return float("inf")
    away = np.hypot(*np.moveaxis(stands_in[:, None] - stands_in, 2, 0))
    np.fill_diagonal(away, np.inf)
    return _first_inside(ring, stands_in, np.broadcast_to(stands_in, (len(stands_in), *stands_in.shape)), away, near)


def _ascending(values: Points) -> Iterator[int]:
    """Places from the smallest value on; the first few without sorting all."""
    few = np.argpartition(values, _FEW)[:_FEW] if len(values) > _FEW else np.arange(len(values))
    yield from few[np.argsort(values[few])].tolist()
    if len(values) > _FEW:
        yield from np.argsort(values)[_FEW:].tolist()


def _first_inside(ring: Points, sources: Points, feet: Points, away: Points, near: float) -> float:
    """The shortest of these chords whose middle lies inside and on no wall."""
    for place in _ascending(away.ravel()):
        n, m = divmod(place, away.shape[1])
        if not np.isfinite(away[n, m]):
            break
        middle = (sources[n] + feet[n, m]) / 2
        if _holds(ring, middle) and _feet(middle[None], ring)[1].min() > near:
            return float(away[n, m])
    return float("inf")
