"""How are numbers, comments and lines written for a controller?"""

from __future__ import annotations

import re

from rmos.cam_accel.post.controllers import Controller
from rmos.cam_accel.post.faults import PostError

LAST_LINE_NUMBER = 99_990
_NOT_IN_COMMENTS = re.compile(r"[^A-Za-z0-9 .-]")


class Lines:
    """A program that grows line by line, numbered where the controller wants it, none longer than it takes."""

    def __init__(self, c: Controller) -> None:
        self._c, self._lines, self._numbered = c, list[str](), 0

    def mark(self, text: str) -> None:
        """A line without a number: marks and comments."""
        self._lines.append(text)

    def comment(self, text: str) -> None:
        self.mark(commented(text, self._c))

    def add(self, text: str, move: int = 0) -> None:
        if self._c.line_step:
            number = self._c.line_step * (self._numbered % (LAST_LINE_NUMBER // self._c.line_step) + 1)
            text, self._numbered = f"N{number} {text}", self._numbered + 1
        if len(text) > self._c.max_line:
            most = self._c.max_line
            raise PostError("line_too_long", f"{self._c.title} takes lines of {most} characters, not {text!r}", move)
        self._lines.append(text)

    def encode(self) -> bytes:
        return "".join(line + self._c.line_end for line in self._lines).encode("ascii")


def commented(text: str, c: Controller) -> str:
    """Letters without accents, digits, space, point and hyphen; anything else becomes a hyphen."""
    text = _NOT_IN_COMMENTS.sub("-", text)[: c.comment_length]
    text = text.upper() if c.upper_case else text
    return f"({text})" if c.comment == "()" else f"; {text}"


def rounded(value: float, decimals: int) -> float:
    return round(value, decimals) + 0.0


def number(value: float, decimals: int) -> str:
    """Never a negative zero."""
    text = f"{value:.{decimals}f}"
    return text[1:] if text[0] == "-" and not text.strip("-0.") else text


def dwell(seconds: float, c: Controller) -> str:
    letter, unit = c.dwell.split()
    return f"G4 {letter}{round(seconds * 1000)}" if unit == "ms" else f"G4 {letter}{number(seconds, 3)}"


def feed(mm_min: float, c: Controller) -> str:
    return f"F{number(mm_min, c.decimals_feed)}"
