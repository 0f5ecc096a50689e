"""What is a number in a job? Strict, bounded and finite; lengths and points that can be brought to another unit."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field
from rmos.contracts.base import Command

MM_PER_INCH = 25.4


def _something_or_nothing(value: float) -> float:
    """Below a billionth of a millimetre is nothing: no quotient of two sizes is infinite."""
    return value if abs(value) >= 1e-9 else 0.0


Number = Annotated[float, Field(strict=True, gt=-1e6, lt=1e6), AfterValidator(_something_or_nothing)]
"""Strict: a text or a truth value where a number belongs is a mistake. Bounded: no product of a few is infinite."""
Positive = Annotated[float, Field(ge=1e-6, lt=1e6, strict=True)]
"""From a billionth of a metre: no quotient of a few is infinite, and no length in inches becomes none in mm."""
Length = Positive
Depth = Number
"""A depth that is not positive is judged, not refused: feasibility says RED and why."""
Allowance = Annotated[float, Field(ge=0, lt=1e6, strict=True), AfterValidator(_something_or_nothing)]
Angle = Annotated[float, Field(ge=-60, le=60, strict=True)]
Count = Annotated[int, Field(ge=1, le=1000, strict=True)]

Point = tuple[Number, Number]
Coordinate = Annotated[float, Field(gt=-1e5, lt=1e5, strict=True)]
Point3 = tuple[Coordinate, Coordinate, Coordinate]
Polygon = Annotated[tuple[Point, ...], Field(min_length=3, max_length=1000)]
"""Closed: the last point is joined to the first."""
Line = Annotated[tuple[Point, ...], Field(min_length=2, max_length=1000)]


def scale(value: float, factor: float) -> float:
    """To a billionth: 3 mm typed as inches must not come back as a hair more than 3 mm."""
    return round(value * factor, 9)


class Sized(Command):
    """`lengths` names the fields that hold lengths in the job's units: numbers, points, or parts that are sized themselves.

    A default is not scaled: what is not stated is the same in either unit.
    """

    lengths: ClassVar[tuple[str, ...]] = ()

    def scaled(self, factor: float) -> Self:
        stated = {name: getattr(self, name) for name in self.lengths if name in self.model_fields_set}
        return self.model_copy(update={name: resized(value, factor) for name, value in stated.items() if value is not None})


def resized(value: Any, factor: float) -> Any:
    """A length, a sized part, or a tuple of either, in another unit."""
    if isinstance(value, tuple):
        return tuple(resized(inner, factor) for inner in value)
    return value.scaled(factor) if isinstance(value, Sized) else scale(value, factor)
