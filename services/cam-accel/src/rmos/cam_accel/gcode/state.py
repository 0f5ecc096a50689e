"""What does a controller remember between the lines of a program? Modes, place, origins, and the rows made so far."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.gcode.dialects import Dialect
from rmos.cam_accel.gcode.faults import Fault
from rmos.cam_accel.geometry import Point3
from rmos.contracts.toolpath import COLUMNS, MoveKind, Plane, Switch

FARTHEST_MM = 1e5
OFFSET_CODES = (54, 55, 56, 57, 58, 59, 28, 30)
"""Rows of an offsets array: where each work offset's origin and each stored position lies, in machine coordinates."""
NO_OFFSETS: NDArray[np.float64] = np.full((len(OFFSET_CODES), 3), np.nan)
NO_OFFSETS.setflags(write=False)
WORKS = (540, 550, 560, 570, 580, 590, 591, 592, 593)
_NOWHERE: Point3 = (0.0, 0.0, 0.0)


@dataclass
class Sticky:
    """What a cycle keeps for the lines that follow it: heights in mm of the program's coordinates, and the level of G98."""

    motion: int = 0
    retract: float | None = None
    bottom: float | None = None
    peck: float = 0.0
    dwell_s: float | None = None
    initial: float = 0.0

    def forget_heights(self) -> None:
        """They were stated from an origin or in a unit that no longer holds."""
        self.retract = self.bottom = None


@dataclass
class State:
    """`base` is the origin of the stated G54 in machine coordinates; `works` lists the origins of WORKS relative to it. What
    is not known is NaN. `doubts` holds what a refused line may have meant to set: F, G, T, and the axes. `applied`: the modes
    of the line are set, and what is refused is its way."""

    dialect: Dialect
    base: list[float]
    works: list[list[float]]
    homes: dict[int, list[float]]
    max_moves: int
    scale: float = 1.0
    absolute: bool = True
    absolute_centres: bool = False
    inverse_time: bool = False
    retract_to_initial: bool = True
    plane: Plane = Plane.XY
    motion: int | None = None
    feed_mm_min: float = 0.0
    spindle_rpm: float = 0.0
    spinning: bool = False
    ccw: bool = False
    mist: bool = False
    flood: bool = False
    length: bool = False
    work: int = 540
    shift: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    kept_shift: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    position: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    known: list[bool] = field(default_factory=lambda: [False, False, False])
    selected: int | None = None
    tool: int = 0
    tools: list[int] = field(default_factory=list)
    cycle: Sticky = field(default_factory=Sticky)
    number: int = 0
    refused: int = 0
    started: bool = False
    moved: bool = False
    ended: bool = False
    states_units: bool = False
    states_distance: bool = False
    applied: bool = False
    doubts: set[str] = field(default_factory=set)
    rows: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    @property
    def zero(self) -> list[float]:
        return self.works[WORKS.index(self.work)]

    def emit(self, kind: MoveKind, centre: Point3 = _NOWHERE, feed: float = 0.0, dwell_s: float = 0.0) -> None:
        if len(self.rows["kind"]) >= self.max_moves:
            raise Fault("too_many_moves", 1, "", float(self.max_moves))
        self.moved = self.moved or kind < MoveKind.DWELL
        rpm = self.spindle_rpm if self.spinning else 0.0
        row = (kind, self.plane, *self.position, *centre, feed, rpm, dwell_s, self.number, self.tool, self.switches())
        for name, value in zip(COLUMNS, row, strict=True):
            self.rows[name].append(value)

    def switches(self) -> int:
        turning = Switch.COUNTER_CLOCKWISE if self.spinning and self.ccw else 0
        return (Switch.MIST if self.mist else 0) | (Switch.FLOOD if self.flood else 0) | turning

    def travel(self, targets: dict[int, tuple[float, int]]) -> None:
        """`targets`: coordinate and column of its word, by axis."""
        for n, (target, column) in targets.items():
            if abs(target) > FARTHEST_MM:
                raise Fault("too_far", column, "XYZ"[n])
        self.position = [targets[n][0] if n in targets else self.position[n] for n in range(3)]
        self.known = [n in targets or self.known[n] for n in range(3)]


def new_state(dialect: Dialect, offsets: NDArray[np.float64], max_moves: int) -> State:
    rows = offsets.tolist()
    base = rows[0]
    others = [[w - g for w, g in zip(row, base, strict=True)] for row in rows[1:6]]
    works = [[0.0, 0.0, 0.0], *others, *[[math.nan] * 3 for _ in range(3)]]
    return State(dialect, base, works, {280: rows[6], 300: rows[7]}, max_moves)


def is_known(point: list[float]) -> bool:
    return not any(math.isnan(value) for value in point)
