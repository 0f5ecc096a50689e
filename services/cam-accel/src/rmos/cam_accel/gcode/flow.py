"""In which order do the lines of a program run? LinuxCNC's O-words: branches, loops, subs and calls within the file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rmos.cam_accel.gcode.faults import Fault, Place
from rmos.cam_accel.gcode.formulas import Key, Memory, blanks, bracketed

DEEPEST_CALL, MOST_ARGUMENTS, DEEPEST_BLOCK = 10, 30, 100
_CONTROL = re.compile(r"[ \t]*(?:[Nn][ \t]*[0-9]+[ \t]*)?[Oo]")
_FORM = re.compile(r"[ \t]*(<[^<>()\[\]#]*>|[0-9]{1,9})[ \t]*([A-Za-z]+)")
_NOTHING = re.compile(r"(?:[ \t]|\([^()]*\))*(?:;.*)?")
_OPENS = ("if", "while", "do", "repeat", "sub")
_CLOSES = {"endif": "if", "endwhile": "while", "while": "do", "endrepeat": "repeat", "endsub": "sub"}


class Broken(Exception):
    """The order cannot be followed any further."""

    def __init__(self, places: list[Place]) -> None:
        super().__init__("the program's order is broken")
        self.places = places


@dataclass
class _Control:
    """An O-word. `marks`: line numbers of all O-words of its block, from the opening to the closing one."""

    number: int
    column: int
    label: str
    word: str
    at: int
    marks: list[int] = field(default_factory=list)


def order(lines: list[str], memory: Memory, max_steps: int) -> Iterator[int]:
    """Numbers of the lines to run, O-words worked off in between. Raises Broken."""
    controls = _controls(lines)
    if not controls:
        yield from range(1, len(lines) + 1)
        return
    run = _Run(lines, memory, controls, {each.label: each for each in controls.values() if each.word == "sub"})
    at, steps = 1, 0
    while at <= len(lines):
        steps += 1
        if steps > max_steps:
            raise Broken([(at, 1, "too_many_steps", "", float(max_steps), 0.0)])
        if at not in controls:
            yield at
            at += 1
            continue
        try:
            at = run.follow(controls[at])
        except Fault as fault:
            raise Broken([(at, fault.column, fault.code, fault.letter, fault.a, fault.b)]) from fault


def _controls(lines: list[str]) -> dict[int, _Control]:
    found: dict[int, _Control] = {}
    places: list[Place] = []
    opened: list[_Control] = []
    subs: set[str] = set()
    for number, line in enumerate(lines, start=1):
        start = _CONTROL.match(line)
        if start is None:
            continue
        form = _FORM.match(line, start.end())
        label = re.sub(r"[ \t]", "", form[1]).lower() if form else ""
        label = label if label.startswith("<") else label.lstrip("0")
        control = _Control(number, start.end(), label, form[2].lower() if form else "", form.end() if form else 0)
        found[number] = control
        if not _fits(control, opened, found, subs):
            places.append((number, control.column, "flow", "", 0.0, 0.0))
    places.extend((each.number, each.column, "flow_open", "", 0.0, 0.0) for each in opened)
    if places:
        raise Broken(sorted(places))
    return found


def _fits(control: _Control, opened: list[_Control], found: dict[int, _Control], subs: set[str]) -> bool:
    """Open, go on with, or close a block; False where the O-word has no place."""
    word, top = control.word, opened[-1] if opened else None
    inside = top if top is not None and top.label == control.label else None
    if inside is not None and _CLOSES.get(word) == inside.word:
        inside.marks.append(control.number)
        for number in inside.marks:
            found[number].marks = inside.marks
        opened.pop()
        return True
    if word in ("elseif", "else"):
        if inside is None or inside.word != "if" or found[inside.marks[-1]].word == "else":
            return False
        inside.marks.append(control.number)
        return True
    if word in ("break", "continue"):
        loops = [each for each in opened if each.word in ("while", "do", "repeat") and each.label == control.label]
        control.marks = loops[-1].marks if loops else []
        return bool(loops)
    if word == "return":
        return bool(opened) and opened[0].word == "sub"
    if word in _OPENS and len(opened) < DEEPEST_BLOCK and not (word == "sub" and (opened or control.label in subs)):
        control.marks = [control.number]
        opened.append(control)
        subs.update([control.label] if word == "sub" else [])
        return True
    return word == "call"


@dataclass
class _Run:
    lines: list[str]
    memory: Memory
    controls: dict[int, _Control]
    subs: dict[str, _Control]
    returns: list[int] = field(default_factory=list)
    left: list[dict[int, float]] = field(default_factory=lambda: [{}])

    def follow(self, c: _Control) -> int:
        """The number of the line to go on with. Raises Fault."""
        if c.word == "call":
            return self._call(c)
        if c.word in ("if", "while", "repeat"):
            return self._open_or_test(c)
        if c.word == "elseif":
            return c.marks[-1] + 1
        self._end_of_line(c, c.at)
        if c.word in ("endsub", "return"):
            return self._return()
        if c.word in ("else", "break"):
            return c.marks[-1] + 1
        if c.word == "continue":
            return c.marks[-1]
        if c.word == "endwhile":
            return c.marks[0]
        if c.word == "endrepeat":
            return self._again(c)
        return c.marks[-1] + 1 if c.word == "sub" else c.number + 1

    def _open_or_test(self, c: _Control) -> int:
        value = self._value(c)
        if c.word == "if":
            return self._branch(c, value)
        if c.word == "repeat":
            self.left[-1][c.number] = math.floor(value)
            return c.number + 1 if value >= 1 else c.marks[-1] + 1
        if c.number == c.marks[0]:
            return c.number + 1 if value != 0 else c.marks[-1] + 1
        return c.marks[0] + 1 if value != 0 else c.number + 1

    def _branch(self, c: _Control, value: float) -> int:
        for number in c.marks[1:]:
            if value != 0:
                break
            mark = self.controls[number]
            if mark.word != "elseif":
                return number + 1
            value = self._value(mark)
            c = mark
        return c.number + 1

    def _again(self, c: _Control) -> int:
        left = self.left[-1]
        left[c.marks[0]] -= 1
        return c.marks[0] + 1 if left[c.marks[0]] >= 1 else c.number + 1

    def _call(self, c: _Control) -> int:
        arguments, at = [], blanks(self.lines[c.number - 1], c.at)
        while self.lines[c.number - 1][at : at + 1] == "[":
            value, at = bracketed(self.lines[c.number - 1], at, self.memory)
            arguments.append(value)
            at = blanks(self.lines[c.number - 1], at)
        self._end_of_line(c, at)
        if c.label not in self.subs:
            raise Fault("no_sub", c.column)
        if len(self.returns) >= DEEPEST_CALL or len(arguments) > MOST_ARGUMENTS:
            raise Fault("flow_deep", c.column, "", float(DEEPEST_CALL))
        frame: dict[Key, float] = {n: value for n, value in enumerate(arguments, start=1)}
        self.memory.frames.append(frame)
        self.left.append({})
        self.returns.append(c.number)
        return self.subs[c.label].number + 1

    def _return(self) -> int:
        self.memory.frames.pop()
        self.left.pop()
        return self.returns.pop() + 1

    def _value(self, c: _Control) -> float:
        value, at = bracketed(self.lines[c.number - 1], c.at, self.memory)
        self._end_of_line(c, at)
        return value

    def _end_of_line(self, c: _Control, at: int) -> None:
        match = _NOTHING.match(self.lines[c.number - 1], at)
        if match is None or match.end() < len(self.lines[c.number - 1]):
            raise Fault("flow", (match.end() if match else at) + 1)
