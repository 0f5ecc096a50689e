"""How is a broken preset told of: which file, which preset, which field, and what to do?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

_WORDS = {"Input should be": "must be", "String should": "must", "a valid tuple": "a list", "Value error, ": ""}


class PresetError(ValueError):
    """`problems` holds each problem on its own."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def place_of(file: str, preset_id: str) -> str:
    return f"{file} [{ascii(preset_id)[1:-1]}]"


def nearest(wanted: str, known: Iterable[str]) -> str:
    return ", ".join(difflib.get_close_matches(wanted, list(known), n=3, cutoff=0.4)) or "none is near"


def explained(place: str, error: ValidationError, fields: Iterable[str]) -> list[str]:
    known = tuple(fields)
    return [f"{place}: {_told(detail, known)}" for detail in error.errors(include_url=False)]


def _told(detail: Any, known: Sequence[str]) -> str:
    field = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "missing":
        return f"{field} is missing: a preset that is not built in states every field that has no default"
    if detail["type"] == "extra_forbidden":
        return f"{field!a} is not a known field: nearest {nearest(field, known)}"
    words = str(detail["msg"])
    for theirs, ours in _WORDS.items():
        words = words.replace(theirs, ours)
    return f"{field} {words}, not {_shown(detail['input'])}" if field else words


def _shown(value: Any) -> str:
    try:
        return f"{value!r:.60}"
    except ValueError:
        return "a number of thousands of digits"
