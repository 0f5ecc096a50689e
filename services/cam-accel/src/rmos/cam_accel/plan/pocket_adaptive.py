"""How is a level cleared with an engagement that never exceeds its bound? The kernel finds the way, this file its frame."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from rmos.cam_accel import polygons
from rmos.cam_accel.adaptive import Clearing, Task, TooLarge, Unworkable
from rmos.cam_accel.kernels import Kernels
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.plan.pocket_rings import Rings, rings_of
from rmos.cam_accel.plan.ways import Leg, Way, helix_in, middle_of
from rmos.cam_accel.polygons import Ring, place

SKIN_RADII = 0.01
MIRROR = np.array([-1.0, 1.0])


def skin_mm(tool_radius_mm: float, tolerance_mm: float) -> float:
    """What clearing leaves on the walls for the contour: room for its own grid and for what simplifying may move."""
    return SKIN_RADII * tool_radius_mm + tolerance_mm


def adaptive(
    kernels: Kernels, rings: Rings, parts: Sequence[Any], ratio: float, foot_mm: float, tolerance_mm: float
) -> list[Way]:
    """By a helix into each of the `parts`, which lie `skin_mm` inside the area, from there outwards, and at last once along the
    walls. The way is that of the flat end of the tool, of radius `foot_mm`, so that the floor is level; in bends a corner round
    it sweeps more, so the `ratio` of the widest bite is one of that end's diameter. Raises PlanError where the tool cannot go
    on within the bound."""
    out: list[Way] = []
    for node in rings.roots:
        inside = [part for part in parts if node.shape.covers(part.representative_point())]
        if not inside:
            raise too_narrow(node.shape.representative_point().coords[0])
        out += [_part(kernels, rings, part, 2 * ratio * foot_mm, foot_mm, tolerance_mm) for part in inside]
        for ring in rings_of(node.shape, rings.climb):
            rings.link(out, ring)
    return out


def _part(kernels: Kernels, rings: Rings, part: Any, width_mm: float, foot_mm: float, tolerance_mm: float) -> Way:
    helix = helix_in(part, middle_of(part), foot_mm)
    if helix is None:
        raise too_narrow(middle_of(part))
    found = cleared(kernels, part, (), helix.centre, helix.radius_mm + foot_mm, foot_mm, width_mm, rings.climb)
    return Way(helix, legs_of(found, tolerance_mm))


def too_narrow(at: Any) -> PlanError:
    reason = f"the pocket is too narrow for adaptive clearing at {place(at)}: take a smaller tool, a wider stepover, or rings"
    return PlanError("/tool_id", reason)


def cleared(
    kernels: Kernels, part: Any, before: Sequence[Ring], start: tuple[float, float], hole_mm: float, radius_mm: float,
    width_mm: float, climb: bool,
) -> Clearing:  # fmt: skip
    """The kernel clears climbing; for a conventional cut it gets everything mirrored. `before`: rings of what is cleared.

    Raises PlanError where the area is no task for the kernel, or something of it is left.
    """
    side = np.ones(2) if climb else MIRROR
    points, ends = _columns([polygons.turned(r * side, n == 0) for n, r in enumerate(rings_of(part, True))])
    done, done_ends = _columns([r * side for r in before])
    task = Task(points, ends, done, done_ends, (start[0] * float(side[0]), start[1]), hole_mm, radius_mm, width_mm)
    try:
        found = kernels.clear_area(task)
    except TooLarge as error:
        remedy = "take a larger tool or a wider stepover, or split the pocket"
        raise PlanError("/design/boundary", f"{error}, at {place(start)}: {remedy}") from error
    except Unworkable as error:
        raise PlanError("/design/boundary", f"adaptive clearing cannot begin at {place(start)}: {error}; take rings") from error
    if len(found.left_mm):
        raise too_narrow(_nearest_left(found) * side)
    return Clearing(found.x_mm * float(side[0]), found.y_mm, found.link, found.left_mm)


def _nearest_left(found: Clearing) -> Any:
    """Of the places left, the one nearest to the way: there the tool could not go on."""
    left = found.left_mm.reshape(-1, 2)
    way = shapely.STRtree(shapely.points(found.x_mm, found.y_mm))
    return left[int(np.argmin(way.query_nearest(shapely.points(left), return_distance=True, all_matches=False)[1]))]


def _columns(rings: Sequence[Ring]) -> tuple[Any, Any]:
    if not rings:
        return np.zeros((0, 2)), np.zeros(0, dtype=np.int64)
    return np.ascontiguousarray(np.vstack(rings)), np.cumsum([len(r) for r in rings], dtype=np.int64)


def legs_of(found: Clearing, tolerance_mm: float) -> list[Leg]:
    """Runs and links, with no more points than the tolerance needs."""
    points = np.column_stack([found.x_mm, found.y_mm])
    turns = [0, *(np.flatnonzero(np.diff(found.link)) + 1).tolist(), len(points)]
    out = []
    for first, end in itertools.pairwise(turns):
        is_link = bool(found.link[first])
        line = points[max(0, first - 1) : end]
        if not is_link and len(line) > 2:
            line = shapely.get_coordinates(shapely.LineString(line).simplify(tolerance_mm, preserve_topology=False))
        out.append(Leg(line if first == 0 else line[1:], is_link))
    return out
