"""How is a slot wider than the tool cut without ever biting wider than it may? In circles that roll along its middle."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import MOST_MOVES, Moves
from rmos.cam_accel.plan.outline import LARGEST_MM, MOST_POINTS
from rmos.cam_accel.plan.ways import Feeds, Helix, Way, cut_way
from rmos.cam_accel.polygons import Ring, place
from rmos.contracts.toolpath import Toolpath

NARROWEST_DIAMETERS, WIDEST_DIAMETERS, MOST_PASSES, CORNER_DEG = 1.02, 1.9, 500, 10.0


@dataclass(frozen=True)
class TrochoidRequest:
    """Lengths mm. The slot is what a disc of `width_mm` covers along the open centre line. `stepover_ratio` of the diameter:
    the widest bite, as area cut over way."""

    centre_line: Sequence[tuple[float, float]]
    width_mm: float
    depth_mm: float
    cut: Cut
    stepover_ratio: float
    ramp_deg: float = 3.0


def plan_trochoid(r: TrochoidRequest) -> Toolpath:
    """A helix down at the start of each pass, then full circles about places along the line, no farther apart than the bite
    allows, each in two arcs, and a straight step on from circle to circle. Raises PlanError."""
    line = _checked(r)
    radius = (r.width_mm - r.cut.tool.diameter_mm) / 2
    centres, along = _centres(line, _pitch_mm(r, radius))
    levels = r.cut.levels_mm(r.depth_mm)
    if len(levels) > MOST_PASSES or len(levels) * 3 * len(centres) > MOST_MOVES:
        raise PlanError("/cut", f"{len(levels)} passes of {len(centres)} circles: the steps are too small for this slot")
    moves, above = Moves(r.cut), 0.0
    feeds = Feeds(r.cut.feed_mm_min, r.cut.plunge_mm_min, r.cut.safe_z_mm, r.ramp_deg, r.cut.climb)
    for level in levels:
        cut_way(moves, Way(Helix((centres[0][0], centres[0][1]), radius)), above, level, feeds, lifts=False)
        _roll(moves, centres, along, radius, level, r.cut)
        moves.lift()
        above = level
    return moves.toolpath()


def _pitch_mm(r: TrochoidRequest, radius: float) -> float:
    """Between circles. A circle that lies `pitch` ahead takes a crescent of `pitch` at its thickest; the axis runs on `radius`
    and the edge on half the width, so that area over way is pitch * width / (2 radius)."""
    return 2 * radius * r.stepover_ratio * r.cut.tool.diameter_mm / r.width_mm


def _roll(moves: Moves, centres: Ring, along: Ring, radius: float, level: float, cut: Cut) -> None:
    """Each circle begins and ends beside the wall that the axis passes in the direction of the line."""
    side = 1.0 if cut.climb else -1.0
    x, y, _ = moves.position
    for (u, v), (cx, cy) in zip(along.tolist(), centres.tolist(), strict=True):
        i, j = -side * v * radius, side * u * radius
        near, far = (cx - i, cy - j), (cx + i, cy + j)
        if (x, y) != near:
            moves.line(*near, level, cut.feed_mm_min)
        moves.arc(*far, level, i, j, cut.feed_mm_min, ccw=cut.climb)
        moves.arc(*near, level, -i, -j, cut.feed_mm_min, ccw=cut.climb)
        x, y = near


def _centres(line: Any, pitch: float) -> tuple[Ring, Ring]:
    """Places along the line, its ends and corners among them, and the unit vectors along which the line leads there."""
    if line.length / pitch > MOST_MOVES:
        raise PlanError("/cut/stepover_ratio", f"more than {MOST_MOVES} circles: the steps are too small for this slot")
    stops = _stops(line)
    runs = [np.linspace(a, b, math.ceil((b - a) / pitch - 1e-9) + 1)[:-1] for a, b in itertools.pairwise(stops)]
    at = np.concatenate([*runs, stops[-1:]])
    reach = min(pitch, line.length) / 4
    corners = shapely.get_coordinates(line)
    before, after = (_places(corners, at + by) for by in (-reach, reach))
    steps = after - before
    lengths = np.sqrt((steps * steps).sum(axis=1))
    if not lengths.all():
        raise PlanError("/design/centre_line", f"the line turns back on itself at {place(before[int(np.argmin(lengths))])}")
    return _places(corners, at), steps / lengths[:, None]


def _places(corners: Ring, at_mm: Any) -> Ring:
    """At distances along a line, kept within its ends."""
    along = np.concatenate([[0.0], np.cumsum(_lengths(corners))])
    return np.column_stack([np.interp(at_mm, along, corners[:, axis]) for axis in (0, 1)])


def _lengths(corners: Ring) -> Any:
    steps = np.diff(corners, axis=0)
    return np.sqrt((steps * steps).sum(axis=1))


def _stops(line: Any) -> Any:
    """Distances along the line of its ends and of its corners, each of which gets a circle of its own."""
    corners = shapely.get_coordinates(line)
    lengths = _lengths(corners)
    unit = np.diff(corners, axis=0) / lengths[:, None]
    sharp = (unit[1:] * unit[:-1]).sum(axis=1) < math.cos(math.radians(CORNER_DEG))
    along = np.cumsum(lengths)
    return np.concatenate([[0.0], along[:-1][sharp], along[-1:]])


def _checked(r: TrochoidRequest) -> Any:
    if not 2 <= len(r.centre_line) <= MOST_POINTS:
        raise PlanError("/design/centre_line", f"a centre line has 2 to {MOST_POINTS} points, not {len(r.centre_line)}")
    p = np.asarray(r.centre_line, dtype=np.float64)
    if p.shape != (len(p), 2) or not (np.isfinite(p).all() and np.abs(p).max() <= LARGEST_MM):
        raise PlanError("/design/centre_line", f"a coordinate is not finite or beyond {LARGEST_MM:g} mm")
    same = (p[1:] == p[:-1]).all(axis=1)
    if same.any():
        raise PlanError("/design/centre_line", f"two points after each other are both at {place(p[int(np.argmax(same))])}")
    d = r.cut.tool.diameter_mm
    if not NARROWEST_DIAMETERS * d <= r.width_mm <= WIDEST_DIAMETERS * d:
        widths = f"{NARROWEST_DIAMETERS} to {WIDEST_DIAMETERS} tool diameters ({d:g} mm)"
        reason = f"circles cut slots of {widths}, not {r.width_mm} mm wide"
        raise PlanError("/design/width_mm", f"{reason}: take another tool, or a pocket")
    if r.cut.tool.shape not in ("flat", "bull"):
        raise PlanError("/tool_id", f"a flat floor needs a tool with a flat end, not a {r.cut.tool.shape}")
    for name, value, most in (
        ("depth_mm", r.depth_mm, math.inf),
        ("stepover_ratio", r.stepover_ratio, 0.5),
        ("ramp_deg", r.ramp_deg, 10),
    ):
        if not (math.isfinite(value) and 0 < value <= most):
            raise PlanError("/cut", f"{name} must be in (0, {most:g}], not {value}")
    return shapely.LineString(p)
