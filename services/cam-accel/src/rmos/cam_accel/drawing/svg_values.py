"""What do the numbers, lengths, transforms and styles of SVG say? Whatever is malformed is refused with its place."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from rmos.cam_accel.drawing.affine import IDENTITY, Affine, rotation, scaling, shift
from rmos.cam_accel.drawing.errors import DrawingError, Place

_NUMBER = r"[-+]?(?>[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]++)?"
"""Possessive, as all patterns here: a long text that is none is known as such in linear time."""
NUMBER = re.compile(_NUMBER)
_LENGTH = re.compile(rf"\s*+({_NUMBER})\s*+([a-zA-Z%]*+)\s*+")
_GAP = re.compile(r"\s*+(?:,\s*+)?+")
_BLANK = re.compile(r"\s*+")
_BETWEEN = re.compile(r"[\s,]*+")
_TRANSFORM = re.compile(r"([a-zA-Z]++)\s*+\(([^()]*+)\)")
_STYLED: tuple[str, ...] = ("stroke", "display", "visibility")
_FIX = "save it as plain SVG"


def bad(place: Place, what: str, text: str) -> DrawingError:
    shown = text if len(text) <= 40 else f"{text[:37]}..."
    return DrawingError("bad_value", place, f"{what} {shown!r}", _FIX)


def number(text: str, place: Place) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise DrawingError("not_finite", place, f"{text[:40]} is no coordinate", _FIX)
    return value


def numbers(text: str, place: Place) -> list[float]:
    """With commas or spaces between them, or signs and points."""
    out, at = [], _end(_BLANK, text, 0)
    while at < len(text):
        found = NUMBER.match(text, at)
        if not found:
            raise bad(place, "not a list of numbers:", text[at : at + 50])
        out.append(number(found[0], place))
        at = _end(_GAP, text, found.end())
    return out


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def length(text: str, place: Place) -> tuple[float, str]:
    """Value and unit, lower case; the unit is empty for user units."""
    match = _LENGTH.fullmatch(text)
    if not match:
        raise bad(place, "not a length:", text)
    return number(match[1], place), match[2].lower()


@dataclass(frozen=True)
class Lengths:
    """Of one element, in user units, which CSS calls px: 96 to the inch."""

    attributes: dict[str, str]
    place: Place

    def get(self, name: str, missing: float = 0.0) -> float:
        text = self.attributes.get(name)
        if text is None or text.strip() in ("", "auto"):
            return missing
        value, unit = length(text, self.place)
        if unit in ("", "px"):
            return value
        px = {"mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "pt": 96 / 72, "pc": 16.0, "q": 24 / 25.4}.get(unit)
        if px is None:
            raise bad(self.place, f"{name} has a unit that is not read:", text)
        return value * px

    def has(self, name: str) -> bool:
        return self.attributes.get(name, "").strip() not in ("", "auto")


def transform(text: str, place: Place) -> Affine:
    """The list of SVG 1.1, the first outermost."""
    out, at = IDENTITY, _end(_BETWEEN, text, 0)
    while at < len(text):
        match = _TRANSFORM.match(text, at)
        if not match:
            raise bad(place, "not a transform:", text[at : at + 50])
        out = out.after(_one(match[1], numbers(match[2], place), place))
        at = _end(_BETWEEN, text, match.end())
    for value in out:
        if not math.isfinite(value):
            raise DrawingError("not_finite", place, "a transform beyond all numbers", _FIX)
    return out


def _one(name: str, v: list[float], place: Place) -> Affine:
    match name, len(v):
        case "matrix", 6:
            return Affine(*v)
        case "translate", 1 | 2:
            return shift(v[0], v[1] if len(v) == 2 else 0.0)
        case "scale", 1 | 2:
            return scaling(v[0], v[-1])
        case "rotate", 1:
            return rotation(math.radians(v[0]))
        case "rotate", 3:
            return shift(v[1], v[2]).after(rotation(math.radians(v[0]))).after(shift(-v[1], -v[2]))
        case "skewX", 1:
            return Affine(c=math.tan(math.radians(v[0])))
        case "skewY", 1:
            return Affine(b=math.tan(math.radians(v[0])))
    raise bad(place, "not a transform:", f"{name} of {len(v)} numbers")


def style_of(attributes: dict[str, str]) -> dict[str, str]:
    """The presentation attributes that matter, overruled by `style`."""
    found = {name: attributes[name].strip() for name in _STYLED if name in attributes}
    for declaration in attributes.get("style", "").split(";"):
        name, _, value = declaration.partition(":")
        if name.strip() in _STYLED:
            found[name.strip()] = value.replace("!important", "").strip()
    return found
