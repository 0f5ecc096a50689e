"""How are planned moves written down? One row each, in the order they run, as columns at the end."""

from __future__ import annotations

from typing import Any

from rmos.cam_accel.geometry import Point3
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.contracts.toolpath import MoveKind, Plane, Toolpath, from_columns

MOST_MOVES = 500_000


class Moves:
    """Starts at safe Z above X0 Y0; every position is absolute, mm."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._rows: list[tuple[int, float, float, float, float, float, float]] = []
        self._dwells: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def position(self) -> Point3:
        return self._rows[-1][1:4] if self._rows else (0.0, 0.0, self._cut.safe_z_mm)

    def _add(self, kind: int, x: float, y: float, z: float, feed_mm_min: float = 0.0, i: float = 0.0, j: float = 0.0) -> None:
        if len(self._rows) >= MOST_MOVES:
            raise PlanError(
                "/cut/stepdown", f"the plan has more than {MOST_MOVES} moves: take bigger steps, or split the design"
            )
        self._rows.append((kind, x, y, z, feed_mm_min, i, j))

    def rapid(self, x: float, y: float, z: float) -> None:
        self._add(MoveKind.RAPID, x, y, z)

    def line(self, x: float, y: float, z: float, feed_mm_min: float) -> None:
        self._add(MoveKind.LINEAR, x, y, z, feed_mm_min)

    def arc(self, x: float, y: float, z: float, i: float, j: float, feed_mm_min: float, *, ccw: bool) -> None:
        """In the plane XY, a helix where Z changes; `i`, `j` from the start to the centre."""
        self._add(MoveKind.ARC_CCW if ccw else MoveKind.ARC_CW, x, y, z, feed_mm_min, i, j)

    def dwell(self, seconds: float) -> None:
        self._dwells[len(self._rows)] = seconds
        self._add(MoveKind.DWELL, *self.position)

    def lift(self) -> None:
        x, y, _ = self.position
        self.rapid(x, y, self._cut.safe_z_mm)

    def travel(self, x: float, y: float, z: float) -> None:
        """Up to safe Z, over, and down to a height where nothing stands."""
        if self._rows:
            self.lift()
        self.rapid(x, y, self._cut.safe_z_mm)
        if z < self._cut.safe_z_mm:
            self.rapid(x, y, z)

    def toolpath(self) -> Toolpath:
        kind, x, y, z, feed, i, j = zip(*self._rows, strict=True)
        columns: dict[str, Any] = {"kind": kind, "x_mm": x, "y_mm": y, "z_mm": z, "feed_mm_min": feed, "i_mm": i, "j_mm": j}
        columns |= {"spindle_rpm": [self._cut.spindle_rpm] * len(kind), "plane": [Plane.XY] * len(kind)}
        columns["dwell_s"] = [self._dwells.get(n, 0.0) for n in range(len(kind))]
        return from_columns(columns, (0.0, 0.0, self._cut.safe_z_mm))
