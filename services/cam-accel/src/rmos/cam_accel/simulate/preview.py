"""How does the tool go? A drawing of the toolpath in millimetres: rapids, cuts by depth, ways down, tabs and the target."""

from __future__ import annotations

import html
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.geometry import Point3, extent, is_arc, spaced, starts_and_ends, sweep
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.grid import FARTHEST_MM
from rmos.cam_accel.simulate.picture import round_length_mm
from rmos.cam_accel.simulate.target import Target
from rmos.contracts.toolpath import MoveKind, Plane, Toolpath

MOST_ELEMENTS, DECIMALS = 40_000, 3
"""Drawn at most; beyond it moves within a thousandth of the drawing, then more, are drawn as one, and the drawing says so."""
LEVELS = 6
WIDEST_ARC = 2 * math.pi / 3
"""Radians: ends rounded to a thousandth would move the centre of an arc of half a turn by a tenth."""
_SHALLOW, _DEEP = (90, 160, 220), (15, 30, 100)
RAPID, ENTRY, TAB, WALL = "#d04040", "#e08a00", "#208a40", "#c9c9c9"


@dataclass(frozen=True)
class _Piece:
    style: str
    start: Point3
    end: Point3
    arc: tuple[float, bool] | None = None
    """Radius; counter-clockwise?"""


def svg(path: Toolpath, target: Target | None = None) -> bytes:
    """`viewBox` in mm, Y up by a flip of the group; true arcs. The same path gives the same bytes. Raises SimulationError for
    coordinates that are none."""
    low, high = _bounds(path, target)
    size = max(high[0] - low[0], high[1] - low[1], 1.0)
    pieces, step = _thinned(path, size)
    margin, foot = 0.03 * size, 0.14 * size
    box = low[0] - margin, -high[1] - margin, high[0] - low[0] + 2 * margin, high[1] - low[1] + margin + foot
    view = f'viewBox="{" ".join(map(_mm, box))}" width="{_mm(box[2])}mm" height="{_mm(box[3])}mm"'
    pen = f'fill="none" stroke-width="{_mm(size / 500)}" stroke-linecap="round" stroke-linejoin="round"'
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" {view}>', f'<g {pen} transform="scale(1 -1)">']
    out += [*_outlines(target), *_strokes(pieces, size), "</g>", *_legend(low, high, size, pieces, step, len(path)), "</svg>"]
    return ("\n".join(out) + "\n").encode()


def _bounds(path: Toolpath, target: Target | None) -> tuple[list[float], list[float]]:
    corners = [] if not len(path) else [p[:2] for p in extent(path)]
    if target is not None and target.bounds_mm is not None:
        corners += [target.bounds_mm[:2], target.bounds_mm[2:]]
    if not all(abs(v) <= FARTHEST_MM for corner in corners for v in corner):
        raise SimulationError("place", f"the path reaches {corners}: not every coordinate is within {FARTHEST_MM:g} mm")
    if not corners:
        return [0.0, 0.0], [1.0, 1.0]
    return [min(c[axis] for c in corners) for axis in (0, 1)], [max(c[axis] for c in corners) for axis in (0, 1)]


def _pieces(path: Toolpath) -> Iterator[_Piece]:
    """Moves that are seen from above, with their style: rapid, entry (down at a feed), tab (lifted amid a cut), depth."""
    lowest = min(float(path.z_mm.min()), -1e-9) if len(path) else -1.0
    tabs = _tabs(path)
    for n, start, end in starts_and_ends(path):
        if path.kind[n] >= MoveKind.DWELL or (start[:2] == end[:2] and not is_arc(path, n)):
            continue
        style = _style(path, n, start, end, lowest, bool(tabs[n]))
        if not is_arc(path, n) or path.plane[n] != Plane.XY:
            yield _Piece(style, start, end)
            continue
        radius, _, turn = sweep(path, n, start, end)
        for place in spaced(path, n, start, end, math.ceil(abs(turn) / WIDEST_ARC)):
            yield _Piece(style, start, place, (radius, turn > 0))
            start = place


def _style(path: Toolpath, n: int, start: Point3, end: Point3, lowest: float, tab: bool) -> str:
    if path.kind[n] == MoveKind.RAPID:
        return "rapid"
    if tab:
        return "tab"
    if end[2] < start[2] - 1e-9:
        return "entry"
    return f"depth{min(LEVELS - 1, int(max(0.0, max(start[2], end[2]) / lowest) * (LEVELS - 1) + 0.5))}"


def _tabs(path: Toolpath) -> NDArray[np.bool_]:
    """Level cuts, below the surface, between a cut straight up and a cut straight down that are equally long."""
    z = np.concatenate(([path.start_mm[2]], path.z_mm))
    rise, cut = np.diff(z), path.is_cut
    out = np.zeros(len(path), dtype=np.bool_)
    for n in range(1, len(path) - 1):
        level = cut[n] and rise[n] == 0 and z[n + 1] < 0
        out[n] = level and cut[n - 1] and cut[n + 1] and rise[n - 1] > 0 and abs(rise[n - 1] + rise[n + 1]) < 1e-6
    return out


def _thinned(path: Toolpath, size: float) -> tuple[list[_Piece], float]:
    """Lines of one style that follow each other become one while they stay within a step, which grows until all fits; where
    even that does not do, the first MOST_ELEMENTS are drawn. Never more than these are held."""
    step = 0.0
    while True:
        kept = list(itertools.islice(_merged(_pieces(path), step), MOST_ELEMENTS + 1))
        if len(kept) <= MOST_ELEMENTS or step > size:
            return kept[:MOST_ELEMENTS], step
        step = max(4 * step, size / 1000)


def _merged(pieces: Iterator[_Piece], step: float) -> Iterator[_Piece]:
    now = next(pieces, None)
    for piece in pieces:
        assert now is not None
        small = all(p.arc is None or p.arc[0] < step for p in (now, piece))
        follows = small and now.style == piece.style and now.end[:2] == piece.start[:2]
        if follows and math.dist(now.start[:2], piece.end[:2]) < step:
            now = _Piece(now.style, now.start, piece.end)
        else:
            yield now
            now = piece
    if now is not None:
        yield now


def _strokes(pieces: Sequence[_Piece], size: float) -> Iterator[str]:
    """One element for each style: what lies deeper is drawn over what is shallower, ways down and tabs are wider."""
    dash = f' stroke-dasharray="{_mm(size / 120)} {_mm(size / 200)}"'
    wide = f' stroke-width="{_mm(size / 200)}"'
    for style in ("entry", "rapid", *(f"depth{n}" for n in range(LEVELS)), "tab"):
        mine = [piece for piece in pieces if piece.style == style]
        if mine:
            more = {"rapid": dash, "entry": wide, "tab": wide}.get(style, "")
            yield f'<path class="{style}" stroke="{_colour(style)}"{more} d="{"".join(_commands(mine))}"/>'


def _commands(pieces: Sequence[_Piece]) -> Iterator[str]:
    at: tuple[float, float] | None = None
    for piece in pieces:
        if piece.start[:2] != at:
            yield f"M{_mm(piece.start[0])} {_mm(piece.start[1])}"
        at = piece.end[:2]
        place = f"{_mm(at[0])} {_mm(at[1])}"
        if piece.arc is None:
            yield f"L{place}"
        else:
            radius, ccw = piece.arc
            yield f"A{_mm(radius)} {_mm(radius)} 0 0 {int(ccw)} {place}"


def _colour(style: str) -> str:
    named = {"rapid": RAPID, "entry": ENTRY, "tab": TAB}
    if style in named:
        return named[style]
    share = int(style.removeprefix("depth")) / (LEVELS - 1)
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in zip(_SHALLOW, _DEEP, strict=True))


def _outlines(target: Target | None) -> Iterator[str]:
    for region in target.regions if target else ():
        rings = ["M" + "L".join(f"{_mm(x)} {_mm(y)}" for x, y in ring) + "Z" for ring in region.rings]
        yield f'<path class="target" stroke="none" fill="{WALL}" fill-opacity="0.45" fill-rule="evenodd" d="{"".join(rings)}"/>'


def _legend(
    low: Sequence[float], high: Sequence[float], size: float, pieces: Sequence[_Piece], step: float, moves: int
) -> Iterator[str]:
    letter, x, y = 0.026 * size, low[0], -low[1] + 0.05 * size
    length = round_length_mm(size / 4)
    yield _line(x, y, length, "#333", size / 250)
    yield _text(x + length + letter / 2, y + letter / 3, letter, f"{length:g} mm, {moves} moves")
    for style, word in _words(pieces):
        yield _line(x, y + 1.4 * letter, letter, _colour(style), size / 150)
        yield _text(x + 1.3 * letter, y + 1.75 * letter, letter, word)
        x += (2.4 + 0.62 * len(word)) * letter
    if step:
        note = f"simplified: moves within {step:.3g} mm are drawn as one, {len(pieces)} of {moves} are shown"
        yield _text(low[0], y + 3.1 * letter, 0.75 * letter, note)


def _words(pieces: Sequence[_Piece]) -> Iterator[tuple[str, str]]:
    there = {piece.style for piece in pieces}
    named = {"rapid": "rapid", "entry": "way down", "tab": "lifted"}
    yield from ((style, word) for style, word in named.items() if style in there)
    depths = sorted(there - named.keys())
    if len(depths) > 1:
        yield depths[0], "shallow cut"
    if depths:
        yield depths[-1], "deepest cut"


def _line(x: float, y: float, length: float, colour: str, width: float) -> str:
    return f'<path d="M{_mm(x)} {_mm(y)}h{_mm(length)}" stroke="{colour}" stroke-width="{_mm(width)}"/>'


def _text(x: float, y: float, letter: float, words: str) -> str:
    place = f'x="{_mm(x)}" y="{_mm(y)}" font-family="sans-serif" font-size="{_mm(letter)}"'
    return f'<text {place} fill="#333">{html.escape(words)}</text>'


def _mm(value: float) -> str:
    return f"{round(value, DECIMALS) + 0.0:.{DECIMALS}f}".rstrip("0").rstrip(".")
