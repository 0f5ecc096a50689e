"""What is a move of a toolpath, as one row of plain numbers?"""

from __future__ import annotations

from typing import NamedTuple

from rmos.cam_accel.geometry import ARCS, Point3
from rmos.contracts.toolpath import MoveKind, Switch, Toolpath

MIST, FLOOD, COUNTER_CLOCKWISE = int(Switch.MIST), int(Switch.FLOOD), int(Switch.COUNTER_CLOCKWISE)
COOLANTS = MIST | FLOOD
RAPID, LINEAR, DWELL, STOP, TOOL_CHANGE = (
    int(kind) for kind in (MoveKind.RAPID, MoveKind.LINEAR, MoveKind.DWELL, MoveKind.STOP, MoveKind.TOOL_CHANGE)
)


class Row(NamedTuple):
    """Fields as the columns of a toolpath."""

    kind: int
    plane: int
    x_mm: float
    y_mm: float
    z_mm: float
    i_mm: float
    j_mm: float
    k_mm: float
    feed_mm_min: float
    spindle_rpm: float
    dwell_s: float
    tool: int
    switches: int

    @property
    def end(self) -> Point3:
        return self.x_mm, self.y_mm, self.z_mm

    @property
    def centre(self) -> Point3:
        return self.i_mm, self.j_mm, self.k_mm

    @property
    def is_arc(self) -> bool:
        return self.kind in ARCS

    @property
    def stands(self) -> bool:
        return self.kind >= DWELL

    @property
    def turns(self) -> tuple[float, int]:
        """Speed and switches; a spindle that stands has no direction."""
        return self.spindle_rpm, self.switches if self.spindle_rpm else self.switches & ~COUNTER_CLOCKWISE


def rows_of(path: Toolpath) -> list[Row]:
    return [Row(*values) for values in zip(*(getattr(path, name).tolist() for name in Row._fields), strict=True)]


def first_motion(rows: list[Row]) -> Row:
    return next(row for row in rows if not row.stands)
