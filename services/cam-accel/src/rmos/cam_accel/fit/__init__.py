"""How is a path of many short lines told in fewer moves, within a tolerance? The reference of `cpp/fit.cpp`."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.fit.runs import fitted
from rmos.contracts.toolpath import COLUMNS, MoveKind, Plane, Toolpath


class FitError(ValueError):
    """The tolerance is none."""


def fit(path: Toolpath, tolerance_mm: float, arcs: bool = True) -> Toolpath:
    """Fewer moves that stay within `tolerance_mm` of the path, and the path of them; each ends at a point of the path.

    Runs of lines of one feed, speed, tool and switches, which are level, rise or fall throughout, become longer lines and,
    where `arcs`, arcs and helices in XY of at most half a turn and a radius of at most a metre. All else is kept. What comes
    out is another path: it goes through the same gate as the first. Raises FitError.
    """
    require_tolerance(tolerance_mm)
    return assembled(path, *fitted(path, tolerance_mm, arcs))


def require_tolerance(tolerance_mm: float) -> None:
    if not (math.isfinite(tolerance_mm) and tolerance_mm > 0):
        raise FitError(f"the tolerance must be a length above 0 mm, not {tolerance_mm}")


def assembled(path: Toolpath, last: Any, kind: NDArray[np.uint8], i: NDArray[np.float64], j: NDArray[np.float64]) -> Toolpath:
    """Each move made ends where move `last` of the path does, and has its columns; new arcs have a new kind and centre."""
    rows = {name: getattr(path, name)[last] for name in COLUMNS}
    new = (rows["kind"] == MoveKind.LINEAR) & (kind != MoveKind.LINEAR)
    rows["kind"] = kind
    rows["plane"] = np.where(new, np.uint8(Plane.XY), rows["plane"]).astype(np.uint8)
    rows["i_mm"], rows["j_mm"] = np.where(new, i, rows["i_mm"]), np.where(new, j, rows["j_mm"])
    rows["k_mm"] = np.where(new, 0.0, rows["k_mm"])
    return replace(path, **rows)
