"""Which words stand in a line of G-code? Comments, spaces and case are taken away, places kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rmos.cam_accel.gcode.dialects import Dialect
from rmos.cam_accel.gcode.faults import Fault
from rmos.cam_accel.gcode.formulas import LAST_PARAMETER, NUMBER, Memory, blanks, parameter_key, real

LARGEST_NUMBER = 1e7
_SKIP = re.compile(r"(?:[ \t]|\([^()]*\))*")
_NAME = re.compile(r"[A-Za-z]{2}")
_CHECKSUM = re.compile(r"[ \t]*([0-9]{1,9})[ \t]*")


class Word(NamedTuple):
    """`column` counts from 1; `pointed`: the number has a decimal point, or none could be written."""

    letter: str
    value: float
    column: int
    pointed: bool


def words(line: str, dialect: Dialect, memory: Memory, at: int = 0) -> Iterator[Word]:
    """Raises Fault at the first thing that is neither word nor comment. Assignments go to the memory's pending ones."""
    if dialect.checksums:
        line = _checked(line)
    at = _skip(line, at, dialect)
    if line[at : at + 1] == "/":
        raise Fault("block_delete", at + 1)
    while at < len(line) and line[at] != ";":
        if dialect.formulas and line[at] == "#":
            at = _assignment(line, at, memory)
        else:
            word, at = _word(line, at, dialect, memory)
            yield word
        at = _skip(line, at, dialect)
    if at < len(line) and not dialect.semicolons:
        raise Fault("comment_form", at + 1, ";")


def is_percent(line: str) -> bool:
    return line.strip(" \t") == "%"


def _checked(line: str) -> str:
    """The line before its `*`, whose number is the exclusive-or of the bytes before it."""
    body = line.split(";", 1)[0]
    star = body.find("*")
    if star < 0:
        return line
    number = _CHECKSUM.fullmatch(body, star + 1)
    found = 0
    for character in body[:star].lstrip(" \t"):
        found ^= ord(character)
    if number is None or int(number[1]) != found:
        raise Fault("checksum", star + 1, "", float(number[1]) if number else -1.0, float(found))
    return line[:star]


def _skip(line: str, at: int, dialect: Dialect) -> int:
    match = _SKIP.match(line, at) if dialect.round_comments else None
    return match.end() if match else blanks(line, at)


def _word(line: str, at: int, dialect: Dialect, memory: Memory) -> tuple[Word, int]:
    letter = line[at].upper()
    if letter in "()":
        raise _comment_fault(line, at, dialect)
    if letter in "#[]=O" and not dialect.formulas:
        raise Fault("parameter", at + 1)
    if not "A" <= letter <= "Z" or letter == "O":
        raise Fault("flow" if letter == "O" else "bad_word", at + 1)
    behind = _skip(line, at + 1, dialect)
    if number := NUMBER.match(line, behind):
        value, end, pointed = float(number[0]), number.end(), "." in number[0]
    else:
        value, end, pointed = *_formula(line, at, behind, dialect, memory), True
    if not abs(value) <= LARGEST_NUMBER:
        raise Fault("out_of_range", at + 1, letter)
    return Word(letter, value, at + 1, pointed), end


def _formula(line: str, at: int, behind: int, dialect: Dialect, memory: Memory) -> tuple[float, int]:
    sign = line[behind : behind + 1]
    if not dialect.formulas and sign in ("#", "["):
        raise Fault("parameter", behind + 1)
    if not dialect.formulas or not (sign in ("#", "[", "+", "-") or _NAME.match(line, behind)):
        raise Fault("no_number", at + 1, line[at].upper())
    return real(line, behind, memory)


def _assignment(line: str, at: int, memory: Memory) -> int:
    key, behind = parameter_key(line, at, memory)
    behind = blanks(line, behind)
    if line[behind : behind + 1] != "=":
        raise Fault("formula", at + 1)
    if isinstance(key, int) and key > LAST_PARAMETER:
        raise Fault("parameter_number", at + 1)
    value, end = real(line, behind + 1, memory)
    memory.pending.append((key, value))
    return end


def _comment_fault(line: str, at: int, dialect: Dialect) -> Fault:
    if not dialect.round_comments:
        return Fault("comment_form", at + 1, line[at])
    if line[at] == ")":
        return Fault("comment", at + 1)
    nested = line.find("(", at + 1)
    return Fault("nested_comment", nested + 1) if nested >= 0 else Fault("unclosed_comment", at + 1)
