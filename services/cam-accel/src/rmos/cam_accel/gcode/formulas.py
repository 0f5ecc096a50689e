"""What is the value of a parameter or an expression? RS-274's arithmetic, angles in degrees; libm where it needs functions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from rmos.cam_accel.gcode.faults import Fault

DEEPEST, LAST_PARAMETER = 20, 5000
EQUAL = 0.0001
"""LinuxCNC takes numbers for equal that differ by less."""
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_BLANKS = re.compile(r"[ \t]*")
_NAME = re.compile(r"<([^<>\[\]#()=]*)>")
_LETTERS = re.compile(r"[A-Za-z]+")
_STRENGTH = {
    "**": 5, "*": 4, "/": 4, "MOD": 4, "+": 3, "-": 3,
    "EQ": 2, "NE": 2, "GT": 2, "GE": 2, "LT": 2, "LE": 2, "AND": 1, "OR": 1, "XOR": 1,
}  # fmt: skip
_HALF_TURN_DEG = 180.0
Key = int | str
"""A parameter's number, or its name in lower case without blanks."""


@dataclass
class Memory:
    """Parameters. What a line assigns counts from the next line on; names without `_` in front belong to the sub that runs."""

    shared: dict[Key, float] = field(default_factory=dict)
    frames: list[dict[Key, float]] = field(default_factory=lambda: [{}])
    pending: list[tuple[Key, float]] = field(default_factory=list)

    def read(self, key: Key) -> float | None:
        return self._place(key).get(key)

    def commit(self) -> None:
        for key, number in self.pending:
            self._place(key)[key] = number
        self.pending.clear()

    def _place(self, key: Key) -> dict[Key, float]:
        local = 1 <= key <= 30 if isinstance(key, int) else not key.startswith("_")
        return self.frames[-1] if local else self.shared


def blanks(line: str, at: int) -> int:
    match = _BLANKS.match(line, at)
    return match.end() if match else at


def real(line: str, at: int, memory: Memory, depth: int = 0) -> tuple[float, int]:
    """A number, `#` parameter, `[` expression `]` or function at `at`, and where it ends."""
    at = blanks(line, at)
    if number := NUMBER.match(line, at):
        return float(number[0]), number.end()
    if depth >= DEEPEST:
        raise Fault("too_deep", at + 1, "", float(DEEPEST))
    sign = line[at : at + 1]
    if sign == "[":
        return bracketed(line, at, memory, depth)
    if sign == "#":
        return _parameter(line, at, memory, depth)
    if sign in ("+", "-"):
        found, behind = real(line, at + 1, memory, depth + 1)
        return (-found if sign == "-" else found), behind
    return _function(line, at, memory, depth)


def bracketed(line: str, at: int, memory: Memory, depth: int = 0) -> tuple[float, int]:
    at = blanks(line, at)
    if line[at : at + 1] != "[":
        raise Fault("formula", at + 1)
    found, behind = _chain(line, at + 1, memory, depth + 1, 1)
    behind = blanks(line, behind)
    if line[behind : behind + 1] != "]":
        raise Fault("formula", behind + 1)
    return found, behind + 1


def parameter_key(line: str, at: int, memory: Memory, depth: int = 0) -> tuple[Key, int]:
    """The key behind the `#` at `at`, and where it ends."""
    behind = blanks(line, at + 1)
    if line[behind : behind + 1] == "<":
        name = _NAME.match(line, behind)
        if name is None:
            raise Fault("formula", at + 1)
        return name[1].replace(" ", "").replace("\t", "").lower(), name.end()
    number, behind = real(line, behind, memory, depth + 1)
    if not 1 <= number <= 9999 or number != math.floor(number):
        raise Fault("parameter_number", at + 1)
    return int(number), behind


def _parameter(line: str, at: int, memory: Memory, depth: int) -> tuple[float, int]:
    key, behind = parameter_key(line, at, memory, depth)
    found = memory.read(key)
    if found is None:
        raise Fault("unset_parameter", at + 1)
    return found, behind


def _chain(line: str, at: int, memory: Memory, depth: int, least: int) -> tuple[float, int]:
    left, at = real(line, at, memory, depth)
    while True:
        start = blanks(line, at)
        operator, behind = _operator(line, start)
        strength = _STRENGTH.get(operator, 0)
        if strength < least:
            return left, at
        right, at = _chain(line, behind, memory, depth, strength + 1)
        left = _finite(_combine(operator, left, right), start)


def _operator(line: str, at: int) -> tuple[str, int]:
    if match := _LETTERS.match(line, at):
        return match[0].upper(), match.end()
    size = 2 if line[at : at + 2] == "**" else 1
    return line[at : at + size], at + size


def _finite(value: float | None, at: int) -> float:
    if value is None or not math.isfinite(value):
        raise Fault("formula_value", at + 1)
    return value


def _combine(operator: str, a: float, b: float) -> float | None:
    """None where there is no value."""
    if operator == "/":
        return a / b if b != 0 else None
    if operator == "MOD":
        return None if b == 0 or math.isinf(a) else _modulo(a, b)
    if operator == "**":
        return _power(a, b)
    return _OPERATIONS[operator](a, b)


def _modulo(a: float, b: float) -> float:
    rest = math.fmod(a, b)
    return rest + abs(b) if rest < 0 else rest


def _power(a: float, b: float) -> float | None:
    try:
        return math.pow(a, b)
    except (OverflowError, ValueError):
        return None


_OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "*": lambda a, b: a * b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "EQ": lambda a, b: float(abs(a - b) < EQUAL),
    "NE": lambda a, b: float(not abs(a - b) < EQUAL),
    "GT": lambda a, b: float(a > b),
    "GE": lambda a, b: float(a >= b),
    "LT": lambda a, b: float(a < b),
    "LE": lambda a, b: float(a <= b),
    "AND": lambda a, b: float(a != 0 and b != 0),
    "OR": lambda a, b: float(a != 0 or b != 0),
    "XOR": lambda a, b: float((a != 0) != (b != 0)),
}
_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "ABS": abs,
    "ACOS": lambda x: math.acos(x) * _HALF_TURN_DEG / math.pi,
    "ASIN": lambda x: math.asin(x) * _HALF_TURN_DEG / math.pi,
    "COS": lambda x: math.cos(x * math.pi / _HALF_TURN_DEG),
    "EXP": math.exp,
    "FIX": lambda x: float(math.floor(x)),
    "FUP": lambda x: float(math.ceil(x)),
    "LN": math.log,
    "ROUND": lambda x: float(math.floor(x + 0.5)) if x >= 0 else float(math.ceil(x - 0.5)),
    "SIN": lambda x: math.sin(x * math.pi / _HALF_TURN_DEG),
    "SQRT": math.sqrt,
    "TAN": lambda x: math.tan(x * math.pi / _HALF_TURN_DEG),
}


def _function(line: str, at: int, memory: Memory, depth: int) -> tuple[float, int]:
    match = _LETTERS.match(line, at)
    name = match[0].upper() if match else ""
    if match is None or (name not in _FUNCTIONS and name not in ("ATAN", "EXISTS")):
        raise Fault("formula", at + 1)
    if name == "EXISTS":
        return _exists(line, match.end(), memory, depth)
    x, behind = bracketed(line, match.end(), memory, depth)
    if name == "ATAN":
        slash = blanks(line, behind)
        if line[slash : slash + 1] != "/":
            raise Fault("formula", slash + 1)
        over, behind = bracketed(line, slash + 1, memory, depth)
        return math.atan2(x, over) * _HALF_TURN_DEG / math.pi, behind
    return _finite(_applied(_FUNCTIONS[name], x), at), behind


def _applied(function: Callable[[float], float], x: float) -> float | None:
    try:
        return function(x)
    except (OverflowError, ValueError):
        return None


def _exists(line: str, at: int, memory: Memory, depth: int) -> tuple[float, int]:
    """EXISTS[#<name>]: 1 where the parameter was set."""
    start = blanks(line, at)
    inner = blanks(line, start + 1)
    if line[start : start + 1] != "[" or line[inner : inner + 1] != "#":
        raise Fault("formula", start + 1)
    key, behind = parameter_key(line, inner, memory, depth)
    behind = blanks(line, behind)
    if line[behind : behind + 1] != "]":
        raise Fault("formula", behind + 1)
    return (0.0 if memory.read(key) is None else 1.0), behind + 1
