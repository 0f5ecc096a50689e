"""What can be wrong with a G-code program, and how is it said? One text per code, for both kernels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_FAULTS = 100
_LINE_END = re.compile(rb"\r\n|\r|\n")

_TEXTS: dict[str, tuple[int | None, str]] = {
    "empty": (None, "the program makes no move"),
    "too_large": (None, "{a:.0f} bytes, {b:.0f} are allowed"),
    "too_many_moves": (None, "more than {a:.0f} moves: split the program"),
    "too_many_steps": (None, "the program's loops and calls run more than {a:.0f} lines"),
    "binary": (None, "byte {byte} is not text"),
    "not_ascii": (
        None, "byte {byte} is not ASCII: GRBL takes such bytes for real-time commands (overrides, door, spindle stop), in"
        " comments too, and others read them each in their own way; write the text without accents and signs",
    ),
    "real_time": (None, "byte {byte} is a real-time command to GRBL (hold, resume), in comments too"),
    "nested_comment": (None, "a comment opens inside a comment"),
    "unclosed_comment": (None, "a comment is not closed"),
    "comment": (None, "a comment closes that was not opened"),
    "comment_form": (None, "this controller knows no comments that begin with {letter}: take them out"),
    "block_delete": (None, "whether a block-delete line runs depends on a switch: take it out or in"),
    "checksum": (None, "the line was damaged: its checksum is {b:.0f}, it states {a:.0f}"),
    "parameter": (1, "parameters, expressions and O-words are not supported: {near}"),
    "bad_word": (1, "{near} is not a word with a number"),
    "no_number": (2, "{letter} is not followed by a number"),
    "out_of_range": (2, "the number of {letter} is beyond 1e+07"),
    "negative": (4, "{letter} has no negative numbers"),
    "whole_number": (23, "{letter} needs a whole number"),
    "needs_point": (
        None, "{letter}{a:g} without a decimal point: a parameter of the machine decides whether that is a whole unit or a"
        " thousandth; write {letter}{a:g}.",
    ),
    "repeated_word": (25, "{letter} stands twice in the line"),
    "modal_conflict": (21, "{letter}{a:g} excludes an earlier code of the same line"),
    "one_command": (21, "{letter}{a:g} is not run: this controller runs the first command of a line; give it its own line"),
    "axis_conflict": (24, "G{a:g} uses the axis words, so no motion may stand in its line"),
    "unsupported_g": (20, "G{a:g}{reason} is not supported"),
    "unsupported_m": (20, "M{a:g}{reason} is not supported"),
    "unsupported_word": (20, "word {letter} is not supported"),
    "unsupported_l": (20, "G10 with L{a:g} is not supported: L2 and, where the controller has it, L20 set work offsets"),
    "unused_word": (36, "{letter} has no use in this line"),
    "needs_offset": (
        None, "{letter}{a:g} goes by positions that the program does not hold: state them in machine coordinates, as"
        " {offsets}",
    ),
    "unset_offset": (29, "the origin of G{a:g} is not known: set it by G10 before"),
    "offset_number": (29, "G10 needs P with the number of a work offset (1 is G54, 6 is G59) and L"),
    "relative_offset": (None, "whether G10 adds or sets under G91 differs between controllers: put G90 before it"),
    "tool_length": (None, "G{a:g} goes by machine coordinates, and the tool length of G43 is not known: G49 first"),
    "g53_motion": (30, "G53 needs G0 or G1"),
    "no_axes": (26, "G{a:g} needs an axis word"),
    "dwell": (28, "G4 needs one time: P with seconds; for marlin P with ms or S with seconds; for fanuc X or U with seconds or"
              " P with ms"),
    "no_motion": (31, "axis words without G0, G1, G2, G3 or a cycle in effect"),
    "unknown_start": (None, "{letter} starts from a position that the program never set"),
    "too_far": (None, "{letter} goes beyond 100 m"),
    "inverse_time": (22, "G93 needs a positive F in each line"),
    "no_feed": (22, "a cutting move without a feed"),
    "arc_end": (32, "an arc needs an end point in its plane"),
    "arc_centre": (35, "an arc needs a radius or a centre in its plane"),
    "arc_both": (36, "an arc has a radius or a centre, not both"),
    "arc_radius": (33, "arc radii disagree: {a:.4f} mm at its start, {b:.4f} mm at its end"),
    "arc_chord": (34, "no arc of radius {a:g} mm joins points {b:.4f} mm apart"),
    "arc_turns": (33, "P is the number of turns, from 1 (marlin: of whole turns besides)"),
    "cycle_word": (28, "G{a:g} needs a positive {letter}"),
    "cycle_place": (28, "G{a:g} needs {letter} in its first line"),
    "cycle_bottom": (33, "G{a:g} goes down to {b:g} mm, above its R"),
    "cycle_repeats": (23, "{letter} is a whole number of repeats, from 1"),
    "cycle_feed": (None, "G{a:g} has no feed under G93: G94 first"),
    "cycle_spindle": (None, "G84 needs the spindle turning clockwise: M3 first"),
    "tool_number": (38, "T{a:.0f} is beyond 65535"),
    "no_tool": (None, "M6 without a tool: no T stands before it"),
    "formula": (2, "{near} is not an expression"),
    "formula_value": (2, "the expression has no value: division by zero, or outside a function's domain"),
    "too_deep": (2, "more than {a:.0f} expressions within each other"),
    "unset_parameter": (None, "the parameter {near} is read and never set: what a machine keeps in it is not known"),
    "parameter_number": (None, "{near}: a program may set parameters 1 to 5000 and named ones"),
    "flow": (None, "{near}: this O-word does not fit its place"),
    "flow_open": (None, "this O-word is never closed"),
    "flow_deep": (None, "more than {a:.0f} calls within each other"),
    "no_sub": (None, "{near}: no sub of that name stands in the file"),
    "after_end": (None, "{letter}{a:g} stands after the program's end, a sender would run it"),
}  # fmt: skip
MESSAGES: dict[str, str] = {code: text for code, (_, text) in _TEXTS.items()}
GRBL_ERRORS: dict[str, int | None] = {code: number for code, (number, _) in _TEXTS.items()}
"""The number of GRBL 1.1's list of errors that says the same, where it has one."""

_WHAT_G_IS = {
    "splines": "5 5.1 5.2", "lathe": "7 8", "offsets": "10", "retraction": "11", "polar coordinates": "16",
    "other planes": "17.1",
    "a stored position": "28 30", "storing a position": "28.1 30.1", "levelling": "29", "probing": "31 38.2 38.3 38.4 38.5",
    "threading": "33 33.1 76", "cutter radius compensation": "41 41.1 42 42.1", "tool length": "43 43.1 43.2 43.4 44",
    "scaling": "51", "local offsets": "52", "more offsets": "54.1 59.1 59.2 59.3", "macros": "65 66 67", "rotation": "68",
    "a canned cycle": "73 81 82 83 84 85 89", "left-hand tapping": "74", "boring with a stop": "86 88", "back boring": "87",
    "absolute centres": "90.1", "inverse time": "93", "feed per turn": "95", "constant surface speed": "96",
}  # fmt: skip
_WHAT_M_IS = {
    "the end of a program": "2", "a tool change": "6", "spindle orientation": "19", "deleting a file": "30",
    "override control": "50 51 52 53", "a pallet change": "60", "naming the tool": "61",
    "inputs and outputs": "62 63 64 65 66 67 68", "saving modes": "70 71 72 73",
    "3D printing": "82 83 104 106 107 109 140 190", "a subprogram": "98 99",
}  # fmt: skip


def _by_code(table: dict[str, str]) -> dict[float, str]:
    return {float(code): what for what, codes in table.items() for code in codes.split()}


_REASONS = {"unsupported_g": _by_code(_WHAT_G_IS), "unsupported_m": _by_code(_WHAT_M_IS)}


class Fault(Exception):
    """A line is refused. `column` counts from 1; `letter`, `a` and `b` fill the message of `code`."""

    def __init__(self, code: str, column: int, letter: str = "", a: float = 0.0, b: float = 0.0) -> None:
        super().__init__(code)
        self.code, self.column, self.letter, self.a, self.b = code, column, letter, a, b


@dataclass(frozen=True)
class Diagnostic:
    """`grbl_error`: the number under which GRBL 1.1 would refuse the same, where its list has one."""

    line: int
    column: int
    code: str
    message: str
    grbl_error: int | None = None

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
    nearby = _nearby(data, places)
    return GcodeError(tuple(_diagnostic(nearby[place[:2]], place) for place in places))


def _nearby(data: bytes, places: Iterable[Place]) -> dict[tuple[int, int], str]:
    """The twelve bytes at each place; the program is walked line by line, since it may be larger than memory has room for."""
    found, wanted = {}, sorted({place[:2] for place in places})
    line, start, ends = 1, 0, _LINE_END.finditer(data)
    for number, column in wanted:
        while line < number:
            start, line = next(ends).end(), line + 1
        at = start + column - 1
        found[number, column] = _LINE_END.split(data[at : at + 12])[0].decode("latin-1")
    return found


def _diagnostic(near: str, place: Place) -> Diagnostic:
    line, column, code, letter, a, b = place
    reason = _REASONS.get(code, {}).get(a, "")
    offsets = "options.offsets.g54" + (f" and options.offsets.g{b:g}" if b != 54 else "")
    message = MESSAGES[code].format(
        offsets=offsets,
        letter=letter,
        a=a,
        b=b,
        near=repr(near),
        byte=f"0x{int(a):02x}",
        reason=f" ({reason})" if reason else "",
    )
    return Diagnostic(line, column, code, message, GRBL_ERRORS[code])
