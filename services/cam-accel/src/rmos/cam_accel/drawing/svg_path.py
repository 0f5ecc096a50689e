"""Which curves does the path data of SVG draw? All commands of SVG 1.1; what is malformed is refused and not half drawn."""

from __future__ import annotations

import math
import re

from rmos.cam_accel.drawing.affine import Point
from rmos.cam_accel.drawing.curves import Curve, chained, closed
from rmos.cam_accel.drawing.shapes import Pen, ending
from rmos.cam_accel.drawing.svg_values import NUMBER, bad, number

_SEPARATOR = re.compile(r"[\s,]*+")
_FLAG = re.compile(r"[01]")
_COUNT = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


def path(data: str, pen: Pen) -> list[Curve]:
    """A curve for each part that a move begins; closed where the data says so."""
    return _PathReader(data, pen).read()


class _PathReader:
    def __init__(self, data: str, pen: Pen) -> None:
        self.data, self.pen, self.at_char = data, pen, 0
        self.at: Point = (0.0, 0.0)
        self.begin: Point = (0.0, 0.0)
        self.control: Point | None = None
        self.smooth_for = ""
        self.parts: list[Curve] = []
        self.out: list[Curve] = []

    def read(self) -> list[Curve]:
        command = ""
        self._skip()
        while self.at_char < len(self.data):
            self.pen.budget.now_and_then(self.pen.place)
            letter = self.data[self.at_char]
            if letter.upper() in _COUNT and letter.isascii() and letter.isalpha():
                if not command and letter.upper() != "M":
                    raise self._bad()
                command = letter
                self.at_char += 1
            elif not command or command in "Zz":
                raise self._bad()
            self._draw(command)
            command = {"M": "L", "m": "l"}.get(command, command)
            self._skip()
        self._finish()
        return self.out

    def _bad(self) -> Exception:
        return bad(
            self.pen.place,
            f"path data goes wrong at character {self.at_char + 1}:",
            self.data[self.at_char : self.at_char + 50],
        )

    def _skip(self) -> None:
        match = _SEPARATOR.match(self.data, self.at_char)
        self.at_char = match.end() if match else self.at_char

    def _values(self, command: str) -> list[float]:
        out = []
        for n in range(_COUNT[command.upper()]):
            self._skip()
            flag = command in "Aa" and n in (3, 4)
            match = (_FLAG if flag else NUMBER).match(self.data, self.at_char)
            if not match:
                raise self._bad()
            out.append(number(match[0], self.pen.place))
            self.at_char = match.end()
        return out

    def _draw(self, command: str) -> None:
        v, kind = self._values(command), command.upper()
        x, y = self.at if command.islower() else (0.0, 0.0)
        if kind == "Z":
            self._close()
        elif kind == "M":
            self._finish()
            self.at = self.begin = (v[0] + x, v[1] + y)
        elif kind in "LHV":
            self._line_to((v[0] + x if kind != "V" else self.at[0], v[-1] + y if kind != "H" else self.at[1]))
        elif kind == "A":
            self._arc_to(v, (v[5] + x, v[6] + y))
        else:
            self._bezier_to(kind, [(v[n] + x, v[n + 1] + y) for n in range(0, len(v), 2)])
        if kind not in "CSQT":
            self.smooth_for = ""

    def _line_to(self, end: Point) -> None:
        self.parts.append(self.pen.lines([self.at, end]))
        self.at = end

    def _bezier_to(self, kind: str, points: list[Point]) -> None:
        """A smooth one begins with the mirror of the last control point, if the last was of its kind."""
        family = "CS" if kind in "CS" else "QT"
        if kind in "ST":
            known = self.control if self.smooth_for == family and self.control else self.at
            points = [(2 * self.at[0] - known[0], 2 * self.at[1] - known[1]), *points]
        self.parts.append(self.pen.bezier([self.at, *points]))
        self.control, self.smooth_for, self.at = points[-2], family, points[-1]

    def _arc_to(self, v: list[float], end: Point) -> None:
        part = arc(self.pen, self.at, end, abs(v[0]), abs(v[1]), math.radians(v[2]), bool(v[3]), bool(v[4]))
        if part is not None:
            self.parts.append(part)
        self.at = end

    def _close(self) -> None:
        if self.at != self.begin:
            self._line_to(self.begin)
        self.at = self.begin
        if self.parts:
            self.out.append(closed(chained(self.parts)))
        self.parts = []

    def _finish(self) -> None:
        if self.parts:
            self.out.append(chained(self.parts))
        self.parts = []


def arc(pen: Pen, start: Point, end: Point, rx: float, ry: float, tilt: float, large: bool, sweep: bool) -> Curve | None:
    """SVG 1.1, F.6.5 and F.6.6: centre from ends; radii that are too small grow. None where it has no length."""
    if start == end:
        return None
    if rx == 0 or ry == 0:
        return pen.lines([start, end])
    pen.budget.finite(pen.place, rx, ry, tilt, *start, *end)
    c, s = math.cos(tilt), math.sin(tilt)
    dx, dy = 0.5 * (start[0] - end[0]), 0.5 * (start[1] - end[1])
    x, y = (c * dx + s * dy) / rx, (c * dy - s * dx) / ry
    square = x * x + y * y
    grown = max(1.0, math.sqrt(square))
    rx, ry, x, y, square = rx * grown, ry * grown, x / grown, y / grown, square / (grown * grown)
    k = math.sqrt(max(0.0, 1.0 - square) / square) * (1.0 if large != sweep else -1.0)
    cx, cy = k * y, -k * x
    first, last = math.atan2(y - cy, x - cx), math.atan2(-y - cy, -x - cx)
    turn = (last - first) % (2 * math.pi)
    turn = turn if sweep else turn - 2 * math.pi
    u, v = (rx * c, rx * s), (-ry * s, ry * c)
    middle = 0.5 * (start[0] + end[0]) + u[0] * cx + v[0] * cy, 0.5 * (start[1] + end[1]) + u[1] * cx + v[1] * cy
    drawn = pen.ellipse_arc(middle, u, v, first, turn)
    return ending(drawn, pen.mapped(start), pen.mapped(end))
