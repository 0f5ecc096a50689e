"""What stock is there before the cut? Level at Z 0, but where the part has a shape of its own or another tool was before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray
from rmos.cam_accel import polygons
from rmos.cam_accel.simulate.grid import window_of
from rmos.cam_accel.simulate.target import Reals, Target

Tops = Callable[[Reals, Reals], Reals]
"""Z of the stock's top, mm, (rows, columns), at places of X by column and Y by row."""
ROWS = 64
"""Worked on at once, so that a fine grid needs no more memory than its heights."""


def tops_of(target: Target) -> Tops | None:
    """None where the stock is level. Never above Z 0."""
    if target.top is None and not any(region.cut_before for region in target.regions):
        return None
    return lambda x_mm, y_mm: _tops_mm(target, x_mm, y_mm)


def units_of(tops: Tops, x_mm: Reals, y_mm: Reals, per_mm: int) -> NDArray[np.int32]:
    """In whole units, the nearest."""
    out = np.zeros((len(y_mm), len(x_mm)), dtype=np.int32)
    for first in range(0, len(y_mm), ROWS):
        out[first : first + ROWS] = np.rint(tops(x_mm, y_mm[first : first + ROWS]) * per_mm)
    return np.minimum(out, 0)


def _tops_mm(target: Target, x_mm: Reals, y_mm: Reals) -> Reals:
    """Where nothing must be cut, as in the air beside a board, stock is gone as deep as a tool may go there."""
    x, y = np.meshgrid(x_mm, y_mm)
    tops = np.zeros(x.shape) if target.top is None else -target.top.depths_mm(x, y, np.zeros(x.shape))
    for region in target.regions:
        if region.cut_before:
            gone = polygons.shape_of(region.cut_before)
            near = window_of(gone.bounds, x_mm, y_mm)
            shapely.prepare(gone)
            inside = shapely.contains_xy(gone, x[near], y[near])
            depths = region.depths_mm(x[near][inside], y[near][inside]) + (0.0 if region.must_be_cut else region.deeper_mm)
            tops[near][inside] = np.minimum(tops[near][inside], -depths)
    return tops
