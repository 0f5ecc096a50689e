"""Why was a drawing refused, where in it, and what helps?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "not_a_drawing",
    "damaged",
    "too_large",
    "too_many_entities",
    "too_many_edges",
    "too_deep",
    "too_slow",
    "too_dense",
    "too_far",
    "not_finite",
    "bad_value",
    "xml_entities",
    "units_unknown",
    "units_implausible",
    "empty",
]


@dataclass(frozen=True)
class Place:
    """Where in a file: what is not known is empty. `line` counts from 1."""

    layer: str = ""
    entity: str = ""
    handle: str = ""
    line: int = 0

    def __str__(self) -> str:
        parts = (
            f"{self.entity or 'entity'} {self.handle}".strip() if self.entity or self.handle else "",
            f"on layer {self.layer}" if self.layer else "",
            f"in line {self.line}" if self.line else "",
        )
        return " ".join(part for part in parts if part) or "the file"


class DrawingError(ValueError):
    """A drawing is refused as a whole; nothing of it was taken."""

    def __init__(self, code: Code, place: Place, reason: str, remedy: str) -> None:
        super().__init__(f"{place}: {reason}; {remedy}")
        self.code, self.place, self.reason, self.remedy = code, place, reason, remedy
