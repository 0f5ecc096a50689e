"""What does one line of G-code ask for? Its words sorted into the modal groups of RS-274, or the first fault."""

from __future__ import annotations

from dataclasses import dataclass, field

from rmos.cam_accel.gcode.dialects import Dialect
from rmos.cam_accel.gcode.faults import Fault
from rmos.cam_accel.gcode.words import Word

_NEVER_NEGATIVE, _WHOLE = "NFSPTHDLQU", "NTHDL"
_USES_AXES = (100, 280, 300, 920)


@dataclass
class Block:
    """One line. `values` holds (number, column) by letter, `codes` (ten times the code's number, column) by modal group."""

    values: dict[str, tuple[float, int]] = field(default_factory=dict)
    codes: dict[str, tuple[int, int]] = field(default_factory=dict)
    pointless: set[str] = field(default_factory=set)

    def code(self, group: str) -> int | None:
        found = self.codes.get(group)
        return None if found is None else found[0]

    def has(self, letters: str) -> bool:
        return any(letter in self.values for letter in letters)

    def first_column(self, letters: str) -> int:
        return next(self.values[letter][1] for letter in letters if letter in self.values)

    def add(self, word: Word, dialect: Dialect) -> None:
        """Raises Fault where the word has no place."""
        if word.letter in "GM":
            self._add_code(word, dialect)
        else:
            self._add_value(word, dialect)

    def _add_code(self, word: Word, dialect: Dialect) -> None:
        letter, value, column, _ = word
        tenths = value * 10
        group = (dialect.g if letter == "G" else dialect.m).get(int(tenths)) if tenths == int(tenths) else None
        if group is None:
            raise Fault("unsupported_g" if letter == "G" else "unsupported_m", column, letter, value)
        if dialect.one_command and self.codes:
            raise Fault("one_command", column, letter, value)
        if group in self.codes:
            raise Fault("modal_conflict", column, letter, value)
        self.codes[group] = int(tenths), column

    def _add_value(self, word: Word, dialect: Dialect) -> None:
        letter, value, column, pointed = word
        if letter not in dialect.letters:
            raise Fault("unsupported_word", column, letter)
        if letter in self.values:
            raise Fault("repeated_word", column, letter)
        if value < 0 and letter in _NEVER_NEGATIVE:
            raise Fault("negative", column, letter)
        if letter in _WHOLE and value != int(value):
            raise Fault("whole_number", column, letter)
        self.values[letter] = value, column
        if not pointed and value != 0:
            self.pointless.add(letter)

    def require_one_use_of_axes(self) -> None:
        once, motion = self.code("once"), self.code("motion")
        if once in _USES_AXES and motion is not None and motion != 800:
            raise Fault("axis_conflict", self.codes["once"][1], "G", once / 10)
