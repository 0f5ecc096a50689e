"""Which words stand in a line of G-code? Comments, spaces and case are taken away, places kept."""

from __future__ import annotations

import re

from rmos.cam_accel.gcode.faults import Fault

LARGEST_NUMBER = 1e7
Word = tuple[str, float, int]
"""Letter, number, column from 1."""

_SKIP = re.compile(r"(?:[ \t]|\([^()]*\))*")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


def words(line: str) -> list[Word]:
    """Raises Fault at the first thing that is neither word nor comment."""
    found: list[Word] = []
    at = _skip(line, 0)
    if line[at : at + 1] == "/":
        raise Fault("block_delete", at + 1)
    while at < len(line) and line[at] != ";":
        word, at = _word(line, at)
        found.append(word)
        at = _skip(line, at)
    return found


def is_percent(line: str) -> bool:
    return line.strip(" \t") == "%"


def _skip(line: str, at: int) -> int:
    match = _SKIP.match(line, at)
    return match.end() if match else at


def _word(line: str, at: int) -> tuple[Word, int]:
    letter = line[at].upper()
    if letter in "()":
        raise _comment_fault(line, at)
    if letter in "#[]=O":
        raise Fault("parameter", at + 1)
    behind = _skip(line, at + 1)
    number = _NUMBER.match(line, behind) if "A" <= letter <= "Z" else None
    if number is None:
        raise Fault("parameter", behind + 1) if line[behind : behind + 1] in ("#", "[") else Fault("bad_word", at + 1)
    value = float(number[0])
    if not abs(value) <= LARGEST_NUMBER:
        raise Fault("out_of_range", at + 1, letter)
    return (letter, value, at + 1), number.end()


def _comment_fault(line: str, at: int) -> Fault:
    if line[at] == ")":
        return Fault("comment", at + 1)
    nested = line.find("(", at + 1)
    return Fault("nested_comment", nested + 1) if nested >= 0 else Fault("unclosed_comment", at + 1)
