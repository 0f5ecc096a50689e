"""Does the posted program, read back, do what was planned: every column of every move, and nothing else?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rmos.cam_accel.geometry import AXES, Point3, arc_sweep
from rmos.cam_accel.post.controllers import Controller, controller_of
from rmos.cam_accel.post.pieces import Piece, pieces
from rmos.cam_accel.post.rows import COOLANTS, COUNTER_CLOCKWISE, DWELL, RAPID, STOP, TOOL_CHANGE, Row, rows_of
from rmos.cam_accel.post.writer import approach, own_tool, with_starts
from rmos.contracts.toolpath import MoveKind, Toolpath

MOST_DIFFERENCES = 100
RPM_TOLERANCE, SECONDS_TOLERANCE, ROUNDING = 0.5, 0.0005, 1e-9


class _Differs(Exception):
    pass


def differences(planned: Toolpath, reread: Toolpath, controller: str, safe_z_mm: float) -> list[str]:
    """What the program does otherwise than planned, up to 100 moves; empty when it does the same within half a micrometre
    and the rounding of its numbers. The program's own moves must be where the post puts them, and are none other: to safe Z
    at both ends, above the first move, back to its place after a tool change, and a dwell after each start of the spindle.
    """
    c, rows = controller_of(controller), rows_of(planned)
    if all(row.stands for row in rows):
        return ["the path makes no move"]
    walk = _Walk(c, rows_of(reread))
    found: list[str] = []
    try:
        walk.begin(rows, safe_z_mm)
        before: Row | None = None
        for n, start, row in with_starts(planned, rows):
            found += walk.move(row, before, n, start, pieces(row, start, c))
            before = row
            if len(found) >= MOST_DIFFERENCES:
                return found
        walk.finish(max(safe_z_mm, walk.z_mm))
    except _Differs as difference:
        found.append(str(difference))
    return found


def _is_on(row: Row) -> bool:
    return row.spindle_rpm > 0 or row.switches & COOLANTS > 0


@dataclass
class _Walk:
    """Along the program that was read back; `at` is where it is there."""

    controller: Controller
    rows: list[Row]
    index: int = 0
    at: Point3 | None = None
    z_mm: float = 0.0
    spins: bool = False
    counter_clockwise: bool = False
    approach: Point3 | None = None

    def next(self, what: str) -> Row:
        if self.index >= len(self.rows):
            raise _Differs(f"the program ends before {what}")
        self.index += 1
        return self.rows[self.index - 1]

    def begin(self, planned: list[Row], safe_z_mm: float) -> None:
        tool, first = own_tool(planned, self.controller), planned[0]
        if tool or (first.kind == TOOL_CHANGE and self.controller.tool_change):
            self._expect_tool_change(first.tool)
        lift = self.next("its lift to safe Z")
        if lift.kind != RAPID or not self._near(lift.z_mm, safe_z_mm) or _is_on(lift):
            raise _Differs("the program does not begin with a lift to safe Z")
        self.z_mm, self.approach = safe_z_mm, approach(planned, safe_z_mm)

    def move(self, row: Row, before: Row | None, n: int, start: Point3, made: tuple[Piece, ...]) -> list[str]:
        if row.kind == TOOL_CHANGE:
            if before is not None:
                self._change(row)
            return []
        self._spindle_dwell(row, n)
        if row.stands:
            found = self._standing(row, n)
            if row.kind == STOP and self.controller.stop_halts_spindle:
                self.spins = False
            return found
        if self.approach is not None:
            self._expect_rapid(self.approach, "above the first move")
            self.approach = None
        starts = [start, *(piece.end for piece in made)]
        return [text for piece, begin in zip(made, starts, strict=False) for text in self._piece(row, piece, begin, n)]

    def finish(self, top_mm: float) -> None:
        last = self.next("its lift at the end")
        x, y, _ = self.at or (last.x_mm, last.y_mm, 0.0)
        if last.kind != RAPID or not self._there(last, (x, y, top_mm)):
            raise _Differs("the program does not end with a lift to safe Z")
        if self.index < len(self.rows):
            raise _Differs(f"the program makes {len(self.rows) - self.index} moves more than planned")

    def _piece(self, row: Row, piece: Piece, begin: Point3, n: int) -> list[str]:
        read = self.next(f"move {n + 1}")
        start, self.at, self.z_mm = self.at, read.end, read.z_mm
        wanted = row._replace(
            kind=piece.kind, x_mm=piece.end[0], y_mm=piece.end[1], z_mm=piece.end[2],
            i_mm=piece.centre[0], j_mm=piece.centre[1], k_mm=piece.centre[2],
        ) if piece.is_arc or piece.kind != row.kind else row  # fmt: skip
        same = self._there(read, piece.end) and self._same_state(wanted, read)
        if same and piece.is_arc:
            same = start is not None and self._same_arc(wanted, begin, read, start)
        feed = 0.0 if piece.kind == RAPID else row.feed_mm_min
        same = same and abs(feed - read.feed_mm_min) <= 0.5 * 10.0**-self.controller.decimals_feed + ROUNDING
        return [] if same else [f"move {n + 1}: planned {wanted}, read back {read}"]

    def _same_arc(self, a: Row, begin: Point3, b: Row, start: Point3) -> bool:
        """In one plane, about one centre, and as far round: rounding never makes a short arc of a long one."""
        if a.plane != b.plane or not all(self._near(p, q) for p, q in zip(a.centre, b.centre, strict=True)):
            return False
        ccw, (first, second, _) = a.kind == MoveKind.ARC_CCW, AXES[a.plane]
        radius = math.sqrt(a.centre[first] * a.centre[first] + a.centre[second] * a.centre[second])
        _, _, turn = arc_sweep(a.plane, ccw, begin, a.end, a.centre)
        _, _, other = arc_sweep(b.plane, ccw, start, b.end, b.centre)
        return radius < 4 * self.controller.tolerance_mm or abs(turn - other) <= math.pi

    def _standing(self, row: Row, n: int) -> list[str]:
        read = self.next(f"move {n + 1}")
        same = self._same_state(row, read) and abs(row.dwell_s - read.dwell_s) <= SECONDS_TOLERANCE + ROUNDING
        same = same and (self.at is None or self._there(read, self.at))
        return [] if same else [f"move {n + 1}: planned {row}, read back {read}"]

    def _same_state(self, a: Row, b: Row) -> bool:
        (rpm, switches), (other_rpm, other_switches) = a.turns, b.turns
        tool = a.tool if self.controller.tool_change else 0
        speed = abs(rpm - other_rpm) <= RPM_TOLERANCE + ROUNDING
        return a.kind == b.kind and speed and switches == other_switches and tool == b.tool

    def _spindle_dwell(self, row: Row, n: int) -> None:
        rpm, switches = row.turns
        ccw = bool(switches & COUNTER_CLOCKWISE)
        if rpm and (not self.spins or ccw != self.counter_clockwise):
            read = self.next(f"the spindle's dwell before move {n + 1}")
            wanted_s = self.controller.spindle_dwell_s
            if read.kind != DWELL or abs(read.dwell_s - wanted_s) > ROUNDING or not read.spindle_rpm:
                raise _Differs(f"the spindle gets no dwell of {wanted_s:g} s before move {n + 1}")
        self.spins, self.counter_clockwise = rpm > 0, ccw

    def _change(self, row: Row) -> None:
        self._expect_tool_change(row.tool)
        self.spins = False
        x, y, _ = self.at or (0.0, 0.0, 0.0)
        self._expect_rapid((x, y, self.z_mm), "down after the tool change")
        if self.at is not None:
            self._expect_rapid((x, y, self.z_mm), "back after the tool change")

    def _expect_tool_change(self, tool: int) -> None:
        read = self.next(f"the change to T{tool}")
        if (read.kind, read.tool) != (TOOL_CHANGE, tool) or _is_on(read):
            raise _Differs(f"the program does not change to T{tool} with spindle and coolant off, it does {read}")

    def _expect_rapid(self, end: Point3, where: str) -> None:
        read = self.next(f"the rapid {where}")
        if read.kind != RAPID or not self._there(read, end):
            raise _Differs(f"the rapid {where} is missing: {read}")

    def _there(self, row: Row, end: Point3) -> bool:
        most, (x, y, z) = self.controller.tolerance_mm, end
        return abs(row.x_mm - x) <= most and abs(row.y_mm - y) <= most and abs(row.z_mm - z) <= most

    def _near(self, a: float, b: float) -> bool:
        return abs(a - b) <= self.controller.tolerance_mm
