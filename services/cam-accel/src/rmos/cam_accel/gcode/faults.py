"""What can be wrong with a G-code program, and how is it said? One text per code, for both kernels."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_FAULTS = 100
_LINE_END = re.compile(rb"\r\n|\r|\n")

MESSAGES: dict[str, str] = {
    "empty": "the program makes no move",
    "too_large": "{a:.0f} bytes, {b:.0f} are allowed",
    "too_many_moves": "more than {a:.0f} moves: split the program",
    "binary": "byte {byte} is not text",
    "not_ascii": "byte {byte} is not ASCII: GRBL takes such bytes for real-time commands (overrides, door, spindle stop), in"
    " comments too; write the text without accents and signs",
    "real_time": "byte {byte} is a real-time command to GRBL (hold, resume), in comments too",
    "nested_comment": "a comment opens inside a comment",
    "unclosed_comment": "a comment is not closed",
    "comment": "a comment closes that was not opened",
    "block_delete": "whether a block-delete line runs depends on a switch: take it out or in",
    "parameter": "parameters, expressions and O-words are not supported: {near}",
    "bad_word": "{near} is not a word with a number",
    "out_of_range": "the number of {letter} is beyond 1e+07",
    "negative": "{letter} has no negative numbers",
    "whole_number": "{letter} needs a whole number",
    "repeated_word": "{letter} stands twice in the line",
    "modal_conflict": "{letter}{a:g} excludes an earlier code of the same line",
    "axis_conflict": "G{a:g} uses the axis words, so no G0 to G3 may stand in its line",
    "unsupported_g": "G{a:g} is not supported",
    "unsupported_m": "M{a:g} is not supported",
    "unsupported_word": "word {letter} is not supported",
    "unused_word": "{letter} has no use in this line: it belongs to an arc",
    "needs_offset": "{letter}{a:g} goes by positions that the program does not hold: state them in machine coordinates, as"
    " options.offsets.g54 and options.offsets.g{b:g}",
    "g53_motion": "G53 needs G0 or G1",
    "no_axes": "G{a:g} needs an axis word",
    "dwell": "G4 needs P with seconds",
    "no_motion": "axis words without G0, G1, G2 or G3",
    "unknown_start": "{letter} starts from a position that the program never set",
    "too_far": "{letter} goes beyond 100 m",
    "inverse_time": "G93 needs a positive F in each line",
    "no_feed": "a cutting move without a feed",
    "arc_end": "an arc needs an end point in its plane",
    "arc_centre": "an arc needs a radius or a centre in its plane",
    "arc_both": "an arc has a radius or a centre, not both",
    "arc_radius": "arc radii disagree: {a:.4f} mm at its start, {b:.4f} mm at its end",
    "arc_chord": "no arc of radius {a:g} mm joins points {b:.4f} mm apart",
    "after_end": "{letter}{a:g} stands after the program's end, a sender would run it",
}


class Fault(Exception):
    """A line is refused. `column` counts from 1; `letter`, `a` and `b` fill the message of `code`."""

    def __init__(self, code: str, column: int, letter: str = "", a: float = 0.0, b: float = 0.0) -> None:
        super().__init__(code)
        self.code, self.column, self.letter, self.a, self.b = code, column, letter, a, b


@dataclass(frozen=True)
class Diagnostic:
    line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message} ({self.code})"


class GcodeError(ValueError):
    """The program is refused; `diagnostics` holds up to 100 places."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(str(d) for d in diagnostics[:3]))
        self.diagnostics = diagnostics


Place = tuple[int, int, str, str, float, float]
"""Line and column (from 1), code, letter, a, b: what a kernel tells of a fault."""


def describe(data: bytes, places: list[Place]) -> GcodeError:
    lines = _LINE_END.split(data) if places else []
    return GcodeError(tuple(_diagnostic(lines, place) for place in places))


def _diagnostic(lines: list[bytes], place: Place) -> Diagnostic:
    line, column, code, letter, a, b = place
    near = lines[line - 1][column - 1 : column + 11].decode("latin-1")
    message = MESSAGES[code].format(letter=letter, a=a, b=b, near=repr(near), byte=f"0x{int(a):02x}")
    return Diagnostic(line, column, code, message)
