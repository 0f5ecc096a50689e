"""How deep is it cut at single places, exactly? For parts of a target that fall between the centres of a grid's cells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rmos.cam_accel.geometry import Point3
from rmos.cam_accel.simulate.faults import ends_of
from rmos.cam_accel.simulate.heightmap import pieces, surface_mm
from rmos.cam_accel.simulate.profile import BORDER_MM, Profile
from rmos.contracts.toolpath import MoveKind, Plane, Toolpath

Reals = NDArray[np.float64]
LEAST_ACROSS = 5


@dataclass(frozen=True, eq=False)
class Sampled:
    """A path and the tool that runs it."""

    path: Toolpath
    tool: Profile

    def lowest_mm(self, x_mm: Reals, y_mm: Reals, before: int | None = None) -> Reals:
        """Z of the lowest place that the tool reaches over each place, rapids included, by moves `before` one of them or by
        all; infinite where it never comes."""
        out = np.full(x_mm.shape, math.inf)
        if not len(x_mm):
            return out
        low, high = self._reach
        near = (low[:, 0] <= x_mm.max()) & (high[:, 0] >= x_mm.min()) & (low[:, 1] <= y_mm.max()) & (high[:, 1] >= y_mm.min())
        moves = np.flatnonzero((near & (self.path.kind < MoveKind.DWELL))[:before])
        for n in moves[np.argsort(low[moves, 2], kind="stable")].tolist():
            if low[n, 2] >= out.max():
                break
            for a, b in pieces(self.path, n, *ends_of(self.path, n)):
                self._sweep(out, a, b, x_mm, y_mm)
        return out

    def _sweep(self, out: Reals, a: Point3, b: Point3, x: Reals, y: Reals) -> None:
        dx, dy = b[0] - a[0], b[1] - a[1]
        square = dx * dx + dy * dy
        share = np.clip(((x - a[0]) * dx + (y - a[1]) * dy) / square, 0.0, 1.0) if square > 0 else np.zeros(x.shape)
        away_x, away_y = x - a[0] - share * dx, y - a[1] - share * dy
        radius = self.tool.radius_mm + BORDER_MM
        under = away_x * away_x + away_y * away_y <= radius * radius
        if under.any():
            out[under] = np.minimum(out[under], surface_mm(a, b, self.tool, x[under], y[under]))

    @cached_property
    def _reach(self) -> tuple[Reals, Reals]:
        """Of each move, least and greatest X, Y and Z that its tool can touch."""
        path = self.path
        ends = np.column_stack([path.x_mm, path.y_mm, path.z_mm])
        starts = np.concatenate([np.array([path.start_mm]), ends[:-1]])
        arcs = (path.kind == MoveKind.ARC_CW) | (path.kind == MoveKind.ARC_CCW)
        bow = np.where(arcs, 2 * np.sqrt(path.i_mm**2 + path.j_mm**2 + path.k_mm**2), 0.0)
        aside = bow + self.tool.radius_mm + BORDER_MM
        margin = np.column_stack([aside, aside, np.where(path.plane == Plane.XY, 0.0, bow)])
        return np.minimum(starts, ends) - margin, np.maximum(starts, ends) + margin


def spread(part: Any, count: int) -> Reals:
    """(n, 2): about `count` places all over a polygon of shapely's, in rows along its longer side, at least one."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(part))
    if len(corners) < 5:
        return _inside(part)
    u, v = corners[1] - corners[0], corners[3] - corners[0]
    wide, long = (math.sqrt(float(side @ side)) for side in (u, v))
    if wide > long:
        u, v, wide, long = v, u, long, wide
    across = max(LEAST_ACROSS, round(math.sqrt(count * wide / long)))
    along = max(LEAST_ACROSS, round(count / across * wide * long / part.area))
    s, t = np.meshgrid((np.arange(across) + 0.5) / across, (np.arange(along) + 0.5) / along)
    places = corners[0] + s.reshape(-1, 1) * u + t.reshape(-1, 1) * v
    shapely.prepare(part)
    held = places[shapely.contains_xy(part, places[:, 0], places[:, 1])]
    return held if len(held) else _inside(part)


def _inside(part: Any) -> Reals:
    return np.asarray(shapely.get_coordinates(part.representative_point()), dtype=np.float64)
