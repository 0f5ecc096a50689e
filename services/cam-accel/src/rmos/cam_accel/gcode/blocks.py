"""What does one line of G-code ask for? Its words sorted into the modal groups of RS-274, or the first fault."""

from __future__ import annotations

from dataclasses import dataclass, field

from rmos.cam_accel.gcode.faults import Fault
from rmos.cam_accel.gcode.words import Word

_G_GROUPS: dict[float, str] = {
    **dict.fromkeys((0, 1, 2, 3, 80), "motion"), **dict.fromkeys((17, 18, 19), "plane"), **dict.fromkeys((20, 21), "unit"),
    **dict.fromkeys((90, 91), "distance"), **dict.fromkeys((93, 94), "feed_mode"), **dict.fromkeys(range(54, 60), "work"),
    **dict.fromkeys((4, 28, 30, 53, 92, 92.1, 92.2), "once"), 40: "radius", 49: "length", 91.1: "arc", 61: "path", 64: "path",
}  # fmt: skip
_M_GROUPS: dict[float, str] = {
    **dict.fromkeys((0, 1, 2, 30), "program"), **dict.fromkeys((3, 4, 5), "spindle"), 6: "tool",
    7: "mist", 8: "flood", 9: "coolant off",
}  # fmt: skip
_OTHERS, _NEVER_NEGATIVE, _WHOLE = "NXYZIJKRFSPTHD", "NFSPTHD", "NTHD"
_USES_AXES = (28, 30, 92)


@dataclass
class Block:
    """One line. `values` holds (number, column) by letter, `codes` by modal group."""

    values: dict[str, tuple[float, int]] = field(default_factory=dict)
    codes: dict[str, tuple[float, int]] = field(default_factory=dict)

    def code(self, group: str) -> float | None:
        found = self.codes.get(group)
        return None if found is None else found[0]

    def has(self, letters: str) -> bool:
        return any(letter in self.values for letter in letters)


def block(found: list[Word]) -> Block:
    """Raises Fault at the first word that has no place."""
    made = Block()
    for letter, value, column in found:
        if letter in "GM":
            _add_code(made, letter, value, column)
        else:
            _add_value(made, letter, value, column)
    once, motion = made.code("once"), made.code("motion")
    if once in _USES_AXES and motion is not None and motion != 80:
        raise Fault("axis_conflict", made.codes["once"][1], "G", float(once))
    return made


def _add_code(made: Block, letter: str, value: float, column: int) -> None:
    group = (_G_GROUPS if letter == "G" else _M_GROUPS).get(value)
    if group is None:
        raise Fault("unsupported_g" if letter == "G" else "unsupported_m", column, letter, value)
    if group in made.codes:
        raise Fault("modal_conflict", column, letter, value)
    made.codes[group] = value, column


def _add_value(made: Block, letter: str, value: float, column: int) -> None:
    if letter not in _OTHERS:
        raise Fault("unsupported_word", column, letter)
    if letter in made.values:
        raise Fault("repeated_word", column, letter)
    if value < 0 and letter in _NEVER_NEGATIVE:
        raise Fault("negative", column, letter)
    if letter in _WHOLE and value != int(value):
        raise Fault("whole_number", column, letter)
    made.values[letter] = value, column
