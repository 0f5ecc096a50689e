"""Which contours do the curves of a layer make? Loose ones are joined end to end; what stays open says where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.drawing.contours import COINCIDENT_MM, DUPLICATE, Joined
from rmos.cam_accel.drawing.curves import Curve, Reals, closed, tidied
from rmos.cam_accel.drawing.errors import DrawingError, Place
from rmos.cam_accel.drawing.sketch import Drawn
from rmos.cam_accel.kernels import Kernels

DEFAULT_GAP_MM = 0.01


class Branch(NamedTuple):
    """Three or more segments meet: which one a contour follows is not said, so chains end there."""

    x_mm: float
    y_mm: float
    segments: int
    place: Place


class Bridge(NamedTuple):
    """A gap within the tolerance, which was closed."""

    x_mm: float
    y_mm: float
    size_mm: float


class Duplicate(NamedTuple):
    """Drawn twice, and taken once."""

    x_mm: float
    y_mm: float
    place: Place
    first: Place


class Chains(NamedTuple):
    """Closed and open curves of a layer, each with the place of its first segment in the file's order."""

    closed: list[Drawn]
    open: list[Drawn]
    bridges: list[Bridge]
    branches: list[Branch]
    duplicates: list[Duplicate]
    specks: int


class _Loose(NamedTuple):
    """Segments of all open curves: ends (n, 2, 2), halfways, centres, turns, and from which drawn curve each came."""

    ends: Reals
    halfways: Reals
    centres: Reals
    turns: Reals
    source: NDArray[np.int64]


def chains(drawn: Sequence[Drawn], kernels: Kernels, gap_mm: float = DEFAULT_GAP_MM) -> Chains:
    """Curves that are closed in the file stay as they are; all others are taken apart and joined by place.

    Ends up to `gap_mm` apart are joined (the nearest pairs first): lines are led to the other's end, between two arcs a line is
    put. Raises DrawingError where more ends crowd together than can be told apart.
    """
    whole: list[Drawn] = []
    loose: list[Drawn] = []
    specks = 0
    for curve, place in drawn:
        kept = tidied(_nearly_closed(curve))
        if kept is None:
            specks += 1
        else:
            (whole if kept.is_closed else loose).append(Drawn(kept, place))
    if not loose:
        return Chains(whole, [], [], [], [], specks)
    made = _joined(loose, kernels, gap_mm)
    return made._replace(closed=[*whole, *made.closed], specks=made.specks + specks)


def _nearly_closed(curve: Curve) -> Curve:
    """A curve whose ends differ by rounding is closed, unless it is one short line."""
    off = np.abs(curve.points_mm[0] - curve.points_mm[-1]).max() if len(curve) else 1.0
    return closed(curve) if off <= COINCIDENT_MM and (len(curve) > 1 or curve.turns_rad.any()) else curve


def _joined(loose: list[Drawn], kernels: Kernels, gap_mm: float) -> Chains:
    s = _taken_apart(loose)
    columns = (s.ends[:, :, 0].ravel(), s.ends[:, :, 1].ravel(), s.halfways[:, 0].copy(), s.halfways[:, 1].copy())
    joined = kernels.join_segments(*columns, gap_mm)
    if joined.crowded_end >= 0:
        place = loose[int(s.source[joined.crowded_end // 2])].place
        reason = f"too many ends within {gap_mm:g} mm of each other"
        raise DrawingError("too_dense", place, reason, "state a smaller gap, or the right units")
    found: tuple[list[Drawn], list[Drawn]] = [], []
    order = joined.segment.tolist()
    starts = joined.chain_start.tolist()
    spans = list(zip(starts[:-1], starts[1:], joined.closed.tolist(), strict=True))
    spans.sort(key=lambda span: min(order[span[0] : span[1]]))
    for first, last, is_closed in spans:
        curve = _chain(s, joined.segment[first:last], joined.reversed[first:last], bool(is_closed))
        found[0 if is_closed else 1].append(Drawn(curve, loose[int(s.source[min(order[first:last])])].place))
    duplicates = [_duplicate(s, loose, k, twin) for k, twin in _dropped(joined, DUPLICATE)]
    specks = len(joined.dropped) - len(duplicates)
    return Chains(*found, _bridges(s, joined), _branches(s, loose, joined), duplicates, specks)


def _taken_apart(loose: list[Drawn]) -> _Loose:
    curves = [drawn.curve for drawn in loose]
    return _Loose(
        np.concatenate([np.stack([c.points_mm[:-1], c.points_mm[1:]], axis=1) for c in curves]),
        np.concatenate([c.halfways_mm for c in curves]),
        np.concatenate([c.centres_mm for c in curves]),
        np.concatenate([c.turns_rad for c in curves]),
        np.repeat(np.arange(len(curves)), [len(c) for c in curves]),
    )


def _chain(s: _Loose, segments: NDArray[np.int64], backwards: Any, is_closed: bool) -> Curve:
    """A point between two segments: the next one's start if the last is a line, else the last one's end.

    Two arcs that do not meet get a line between them; a line after an arc begins where the arc ends."""
    back = backwards.astype(bool)
    ends = s.ends[segments]
    ends = np.where(back[:, None, None], ends[:, ::-1], ends)
    centres, turns = s.centres[segments], np.where(back, -s.turns[segments], s.turns[segments])
    following = np.roll(np.arange(len(segments)), -1)
    met = np.where((turns == 0)[:, None], ends[following, 0], ends[:, 1])
    if not is_closed:
        met[-1] = ends[-1, 1]
    apart = (turns != 0) & (turns[following] != 0) & (np.abs(met - ends[following, 0]).max(axis=1) > COINCIDENT_MM)
    apart[-1] &= is_closed
    first = met[-1] if is_closed and not apart[-1] else ends[0, 0]
    return _with_lines(np.concatenate([first[None], met]), centres, turns, np.flatnonzero(apart), ends[following, 0])


def _with_lines(points: Reals, centres: Reals, turns: Reals, after: NDArray[np.int64], to: Reals) -> Curve:
    if not len(after):
        return Curve(points, centres, turns)
    return Curve(
        np.insert(points, after + 2, to[after], axis=0),
        np.insert(centres, after + 1, 0.0, axis=0),
        np.insert(turns, after + 1, 0.0),
    )


def _dropped(joined: Joined, why: int) -> list[tuple[int, int]]:
    chosen = joined.dropped_as == why
    return list(zip(joined.dropped[chosen].tolist(), joined.duplicate_of[chosen].tolist(), strict=True))


def _duplicate(s: _Loose, loose: list[Drawn], k: int, twin: int) -> Duplicate:
    x, y = s.halfways[k].tolist()
    return Duplicate(x, y, loose[int(s.source[k])].place, loose[int(s.source[twin])].place)


def _bridges(s: _Loose, joined: Joined) -> list[Bridge]:
    flat = s.ends.reshape(-1, 2)
    a, b = flat[joined.bridge_a], flat[joined.bridge_b]
    middle, off = 0.5 * (a + b), a - b
    sizes = np.sqrt(off[:, 0] * off[:, 0] + off[:, 1] * off[:, 1])
    return [Bridge(x, y, size) for (x, y), size in zip(middle.tolist(), sizes.tolist(), strict=True)]


def _branches(s: _Loose, loose: list[Drawn], joined: Joined) -> list[Branch]:
    flat = s.ends.reshape(-1, 2)
    return [
        Branch(float(flat[end, 0]), float(flat[end, 1]), many, loose[int(s.source[end // 2])].place)
        for end, many in zip(joined.branch_end.tolist(), joined.branch_degree.tolist(), strict=True)
    ]
