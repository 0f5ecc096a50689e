"""How far above a floor must a tool of its shape leave a place, wherever it is put without cutting below the target?

A floor closed by the tool (the envelope of all places where the target lets it stand) is the lowest that can be left; between
lanes that are a step apart it is what the nearer lane leaves. Both come from shape, slope and step, never from a plan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from rmos.cam_accel.simulate.heightmap import edge_above_mm
from rmos.cam_accel.simulate.profile import Profile

if TYPE_CHECKING:
    from rmos.cam_accel.simulate.target import Region, VCarve

Reals = NDArray[np.float64]
Point2 = tuple[float, float]
RIM, RADII, TRIED, STEPS, STEPS_PER_TIP = 24, (0.0, 0.5, 1.0), 9, 18, 6
"""Places under a tool that are asked for the floor: directions, and shares of the radius. Stands of the tool that are tried
along a lane; steps of a way from walls, and how many of them are a blunt tip's radius."""
MOST_STANDS, STANDS_PER_RADIUS, NEARLY_MM = 4000, 4, 1e-6


class Reach(Protocol):
    """`left_mm`: of places (n,), mm above the floor; infinite where no tool of this shape gets."""

    def left_mm(self, tool: Profile, region: Region, x_mm: Reals, y_mm: Reals) -> Reals: ...


@dataclass(frozen=True)
class Groove:
    """A straight groove, cut along lanes at most `step_mm` apart. At a closed end the tool turns back, at an open one it runs
    out."""

    start: Point2
    end: Point2
    width_mm: float
    step_mm: float
    open_start: bool
    open_end: bool

    def left_mm(self, tool: Profile, region: Region, x_mm: Reals, y_mm: Reals) -> Reals:
        (x0, y0), (ux, uy), length = self.start, *self._way()
        along, aside = (x_mm - x0) * ux + (y_mm - y0) * uy, (y_mm - y0) * ux - (x_mm - x0) * uy
        spare, radius = max(0.0, self.width_mm / 2 - tool.radius_mm), tool.radius_mm
        beside = np.maximum(np.abs(aside) - spare, min(self.step_mm / 2, spare))
        half = np.sqrt(np.maximum(radius * radius - beside * beside, 0.0))
        first, last = (-2 * radius if self.open_start else radius), length + (2 * radius if self.open_end else -radius)
        low, high = np.maximum(along - half, first), np.minimum(along + half, last)
        stands, heights = self._heights(tool, region, first, last, spare)
        left = np.full(len(along), math.inf)
        share = np.zeros(len(along)) if spare == 0 else (np.clip(aside, -spare, spare) / spare + 1) / 2
        for n in range(TRIED):
            at = low + (high - low) * (n / (TRIED - 1))
            tip = (1 - share) * np.interp(at, stands, heights[0]) + share * np.interp(at, stands, heights[-1])
            left = np.minimum(left, tip + edge_above_mm(tool, (at - along) ** 2 + beside * beside))
        return np.where(low <= high, np.maximum(left + region.depths_mm(x_mm, y_mm), 0.0), math.inf)

    def _way(self) -> tuple[Point2, float]:
        length = math.dist(self.start, self.end)
        return ((self.end[0] - self.start[0]) / length, (self.end[1] - self.start[1]) / length), length

    def _heights(self, tool: Profile, region: Region, first: float, last: float, spare: float) -> tuple[Reals, list[Reals]]:
        """Lowest Z of the tip at stands along the outermost lanes: it rests on the highest place of the floor under it."""
        (x0, y0), ((ux, uy), _) = self.start, self._way()
        count = min(MOST_STANDS, max(2, math.ceil((last - first) / tool.radius_mm * STANDS_PER_RADIUS) + 1))
        stands = np.linspace(first, max(first, last), count)
        out = []
        for lane in (-spare, spare) if spare else (0.0,):
            highest = np.full(count, -math.inf)
            for share in RADII:
                away = share * tool.radius_mm
                edge = tool.edge_mm(away)
                for n in range(RIM if share else 1):
                    turn = 2 * math.pi * n / RIM
                    s, w = stands + away * math.cos(turn), lane + away * math.sin(turn)
                    floor = -region.depths_mm(x0 + s * ux - w * uy, y0 + s * uy + w * ux)
                    highest = np.maximum(highest, floor - edge)
            out.append(highest)
        return stands, out


@dataclass(frozen=True)
class Carved:
    """A V between walls, cut by its own bit: a blunt tip stays above the sharp bottom, and between lanes of a flat floor stand
    ridges of `ridge_mm`."""

    floor: VCarve
    ridge_mm: float

    def left_mm(self, tool: Profile, region: Region, x_mm: Reals, y_mm: Reals) -> Reals:
        """Where the tip does not fit below a place, stands are tried on a way from it, away from the nearest wall: each of them
        is one that the bit can take."""
        edge: Any = region.polygon.boundary
        shapely.prepare(edge)
        at, tip = np.column_stack([x_mm, y_mm]), tool.flat_mm
        room, away = _room(edge, at)
        sharp = np.minimum(room * tool.slope, self.floor.most_mm)
        depth = sharp.copy()
        if tip > 0:
            cut = np.maximum(self._cut(tool, room, 0.0), self._cut(tool, _room(edge, at + tip * away)[0], tip))
            blunt = np.flatnonzero(cut < sharp - NEARLY_MM)
            depth[blunt] = np.minimum(sharp[blunt], np.maximum(cut[blunt], self._climbed(tool, edge, at[blunt])))
        left = np.maximum(sharp - depth, 0.0) + np.where(sharp >= self.floor.most_mm - NEARLY_MM, self.ridge_mm, 0.0)
        return np.where(depth > 0, left, math.inf)

    def _cut(self, tool: Profile, room: Reals, away: Reals | float) -> Reals:
        """Depth that is cut this far from a stand with so much room round it; nothing where the tip alone is wider."""
        tip = np.minimum((room - tool.flat_mm) * tool.slope, self.floor.most_mm)
        return np.where(tip > 0, tip - tool.slope * np.maximum(away - tool.flat_mm, 0.0), -math.inf)

    def _climbed(self, tool: Profile, edge: Any, at: Reals) -> Reals:
        """The best of the stands on a way that turns wherever another wall becomes the nearest."""
        best, here = np.full(len(at), -math.inf), at
        for _ in range(STEPS if len(at) else 0):
            room, way = _room(edge, here)
            best = np.maximum(best, self._cut(tool, room, np.sqrt(((here - at) ** 2).sum(axis=1))))
            here = here + tool.flat_mm / STEPS_PER_TIP * way
        return best


def _room(edge: Any, at: Reals) -> tuple[Reals, Reals]:
    """How far the edge is from places (n, 2), and the directions away from where it is nearest."""
    nearest = shapely.get_coordinates(shapely.shortest_line(edge, shapely.points(at))).reshape(-1, 2, 2)[:, 0]
    away = at - nearest
    room = np.sqrt((away**2).sum(axis=1))
    return room, np.asarray(away / np.maximum(room, NEARLY_MM)[:, None], dtype=np.float64)
