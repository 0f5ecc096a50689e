"""How does a toolpath become a controller's program? Deterministic and without a clock."""

from __future__ import annotations

from collections.abc import Iterator

from rmos.cam_accel.geometry import Point3
from rmos.cam_accel.post.checks import LEVEL_MM, require_postable
from rmos.cam_accel.post.controllers import Controller, controller_of
from rmos.cam_accel.post.faults import PostError
from rmos.cam_accel.post.pieces import Piece, pieces
from rmos.cam_accel.post.rows import (
    COOLANTS,
    COUNTER_CLOCKWISE,
    DWELL,
    FLOOD,
    MIST,
    RAPID,
    STOP,
    TOOL_CHANGE,
    Row,
    first_motion,
    rows_of,
)
from rmos.cam_accel.post.text import Lines, dwell, feed, number
from rmos.contracts.toolpath import Plane, Toolpath

_PLANES: dict[int, tuple[str, str]] = {Plane.XY: ("G17", "IJ"), Plane.ZX: ("G18", "IK"), Plane.YZ: ("G19", "JK")}
_COOLANT_CODES = {MIST: "M7", FLOOD: "M8"}


def write(path: Toolpath, controller: str, program_name: str, safe_z_mm: float, program_number: int = 1) -> bytes:
    """The program of a path, mm, in the work offset G54.

    Modes first; the tool, where the controller changes tools; safe Z before X and Y; the spindle with its dwell before the
    moves that need it; at the end safe Z, coolant and spindle off, the end code. Raises PostError where the controller
    cannot be told a move, or where a move would be unsafe.
    """
    c = controller_of(controller)
    if not 1 <= program_number <= 9999:
        raise PostError("program_number", f"an O number is 1 to 9999, not {program_number}")
    require_postable(path, c, safe_z_mm)
    rows = rows_of(path)
    program = _Program(c)
    program.begin(program_name, program_number, rows, safe_z_mm)
    for n, start, row in with_starts(path, rows):
        program.move(n, start, row)
    return program.finish(safe_z_mm)


def with_starts(path: Toolpath, rows: list[Row]) -> Iterator[tuple[int, Point3, Row]]:
    """(index, start, row) of each move."""
    start = path.start_mm
    for n, row in enumerate(rows):
        yield n, start, row
        start = row.end


def own_tool(rows: list[Row], c: Controller) -> int:
    """The tool that the program must take up before its first move though no move says so; 0 for none."""
    return rows[0].tool if c.tool_change and rows[0].kind != TOOL_CHANGE else 0


def approach(rows: list[Row], safe_z_mm: float) -> Point3 | None:
    """Where the program first goes at safe Z, when the path's first move ends lower."""
    first = first_motion(rows)
    return None if first.z_mm >= safe_z_mm - LEVEL_MM else (first.x_mm, first.y_mm, safe_z_mm)


class _Program:
    def __init__(self, c: Controller) -> None:
        self._c, self._lines = c, Lines(c)
        self._rpm, self._switches, self._plane, self._feed = 0.0, 0, int(Plane.XY), ""
        self._position: Point3 | None = None
        self._height_mm = 0.0
        self._approach: Point3 | None = None
        self._last: tuple[str, ...] = ()
        """Words that need not be repeated where the controller reads modal words."""

    def begin(self, name: str, program_number: int, rows: list[Row], safe_z_mm: float) -> None:
        c, lines, tool = self._c, self._lines, rows[0].tool
        if c.percent:
            lines.mark("%")
        if c.program_number:
            lines.mark(f"O{program_number:04d}")
        lines.comment(f"RMOS {name}")
        if tool and not c.tool_change:
            lines.comment(f"tool {tool}")
        for line in c.header:
            lines.add(line)
        if tool and c.tool_change:
            self._take(tool)
        lines.add(f"G0 Z{number(safe_z_mm, c.decimals_mm)}")
        self._height_mm, self._approach = safe_z_mm, approach(rows, safe_z_mm)

    def move(self, n: int, start: Point3, row: Row) -> None:
        if row.kind == TOOL_CHANGE:
            if n:
                self._change(row.tool)
            return
        self._spin(row.spindle_rpm, row.switches)
        self._cool(row.switches)
        if row.kind == DWELL:
            self._other(dwell(row.dwell_s, self._c))
        elif row.kind == STOP:
            self._stop()
        else:
            self._approach_first()
            for piece in pieces(row, start, self._c):
                self._go(piece, row.plane, row.feed_mm_min, n + 1)

    def finish(self, safe_z_mm: float) -> bytes:
        self._other(f"G0 Z{self._mm(max(safe_z_mm, self._height_mm))}")
        self._cool(0)
        self._lines.add("M5")
        if self._c.end:
            self._lines.add(self._c.end)
        if self._c.percent:
            self._lines.mark("%")
        return self._lines.encode()

    def _take(self, tool: int) -> None:
        self._other(f"T{tool} M6")
        if self._c.length_offset:
            self._other(f"G43 H{tool}")

    def _change(self, tool: int) -> None:
        """Standing, at the height where it was asked for; then back to where the tool was: first in Z, since a change may
        leave the machine anywhere."""
        self._cool(0)
        if self._rpm:
            self._other("M5")
        self._rpm, self._feed = 0.0, ""
        self._take(tool)
        self._other(f"G0 Z{self._mm(self._height_mm)}")
        if self._position is not None:
            x, y, _ = self._position
            self._other(f"G0 X{self._mm(x)} Y{self._mm(y)}")

    def _spin(self, rpm: float, switches: int) -> None:
        if not rpm:
            if self._rpm:
                self._other("M5")
            self._rpm = 0.0
            return
        turned = (switches ^ self._switches) & COUNTER_CLOCKWISE
        starts = not self._rpm or turned > 0
        if not starts and round(rpm) == round(self._rpm):
            return
        if self._rpm and turned:
            self._other("M5")
        self._other(f"{'M4' if switches & COUNTER_CLOCKWISE else 'M3'} S{rpm:.0f}")
        if starts:
            self._other(dwell(self._c.spindle_dwell_s, self._c))
        self._rpm = rpm
        self._switches = self._switches & ~COUNTER_CLOCKWISE | switches & COUNTER_CLOCKWISE

    def _cool(self, switches: int) -> None:
        wanted, on = (value & COOLANTS for value in (switches, self._switches))
        if on & ~wanted:
            self._other("M9")
            on = 0
        for switch, code in _COOLANT_CODES.items():
            if wanted & ~on & switch:
                self._other(code)
        self._switches = self._switches & COUNTER_CLOCKWISE | wanted

    def _stop(self) -> None:
        self._other("M0")
        if self._c.stop_halts_spindle:
            self._spin(0.0, 0)
            self._cool(0)

    def _approach_first(self) -> None:
        if self._approach is not None:
            x, y, _ = self._approach
            self._other(f"G0 X{self._mm(x)} Y{self._mm(y)}")
            self._approach = None

    def _go(self, piece: Piece, plane: int, own_feed: float, move: int) -> None:
        if piece.is_arc and plane != self._plane:
            self._plane = plane
            self._other(_PLANES[plane][0])
        x, y, z = piece.end
        decimals, arc = self._c.decimals_mm, piece.is_arc
        words = (f"G{piece.kind}", "X" + number(x, decimals), "Y" + number(y, decimals), "Z" + number(z, decimals))
        kept = [word for word in words if word not in self._last] if self._c.modal and not arc else list(words)
        if not kept or kept == [words[0]]:
            kept += words[1:]
        if arc:
            kept += [letter + self._mm(piece.centre["IJK".index(letter)]) for letter in _PLANES[plane][1]]
        kept += self._feed_word(own_feed) if piece.kind != RAPID else []
        self._lines.add(" ".join(kept), move)
        self._last = words
        self._position, self._height_mm = piece.end, z

    def _feed_word(self, mm_min: float) -> list[str]:
        word = feed(mm_min, self._c)
        said, self._feed = word == self._feed, word
        return [] if said else [word]

    def _other(self, line: str) -> None:
        """After a line that is no move of the path, the next move names everything."""
        self._lines.add(line)
        self._last = ()

    def _mm(self, value: float) -> str:
        return number(value, self._c.decimals_mm)
