"""Which moves and which regions come near a place? So that each of many regions is judged by its own moves alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rmos.cam_accel.simulate.target import Region
from rmos.contracts.toolpath import MoveKind, Toolpath

Numbers = NDArray[np.int64]


class Near:
    """The boxes in X and Y of a path's moves, arcs by the whole of their circle, and of regions."""

    def __init__(self, path: Toolpath, regions: Sequence[Region]) -> None:
        self._regions, self._moves = list(regions), _boxes(path)
        self._tree = shapely.STRtree(self._moves)
        self._areas = shapely.STRtree([region.polygon for region in regions])

    def moves(self, regions: Sequence[Region], within_mm: float) -> Numbers:
        """Moves whose box comes that near to the box of one of the regions; in ascending order."""
        boxes = [_grown(region.polygon.bounds, within_mm) for region in regions]
        return np.unique(self._tree.query(boxes)[1])

    def around(self, region: Region, within_mm: float) -> list[Region]:
        """Regions, itself among them, whose box comes that near to its box."""
        return self._regions_at(self._areas.query(_grown(region.polygon.bounds, within_mm)))

    def regions(self, moves: Numbers, within_mm: float) -> list[Region]:
        """Regions whose box comes that near to the box of one of the moves."""
        boxes = shapely.box(*(shapely.bounds(self._moves[moves]) + within_mm * np.array([-1, -1, 1, 1])).T)
        return self._regions_at(self._areas.query(boxes)[1])

    def _regions_at(self, numbers: Numbers) -> list[Region]:
        return [self._regions[n] for n in np.unique(numbers).tolist()]


def _grown(bounds: Sequence[float], by_mm: float) -> Any:
    return shapely.box(bounds[0] - by_mm, bounds[1] - by_mm, bounds[2] + by_mm, bounds[3] + by_mm)


def _boxes(path: Toolpath) -> Any:
    low, high = [], []
    arcs = (path.kind == MoveKind.ARC_CW) | (path.kind == MoveKind.ARC_CCW)
    radius = np.sqrt(path.i_mm**2 + path.j_mm**2 + path.k_mm**2)
    for axis, (ends, centres) in enumerate(((path.x_mm, path.i_mm), (path.y_mm, path.j_mm))):
        starts = np.concatenate([[path.start_mm[axis]], ends[:-1]])
        middle = starts + centres
        low.append(np.minimum(np.minimum(starts, ends), np.where(arcs, middle - radius, np.inf)))
        high.append(np.maximum(np.maximum(starts, ends), np.where(arcs, middle + radius, -np.inf)))
    return shapely.box(*low, *high)
