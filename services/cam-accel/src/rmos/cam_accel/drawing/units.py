"""How long is a drawing's unit? By what the file says or the caller states, never by a guess."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from rmos.cam_accel.drawing.affine import Point
from rmos.cam_accel.drawing.errors import DrawingError, Place

Unit = Literal["mm", "cm", "dm", "m", "km", "um", "in", "ft", "yd", "mile", "mil", "uin", "px", "pt", "pc", "q"]
MM: dict[Unit, float] = {
    "mm": 1.0, "cm": 10.0, "dm": 100.0, "m": 1000.0, "km": 1e6, "um": 1e-3,
    "in": 25.4, "ft": 304.8, "yd": 914.4, "mile": 1_609_344.0, "mil": 0.0254, "uin": 25.4e-6,
    "px": 25.4 / 96, "pt": 25.4 / 72, "pc": 25.4 / 6, "q": 0.25,
}  # fmt: skip
INSUNITS: dict[int, Unit] = {
    1: "in", 2: "ft", 3: "mile", 4: "mm", 5: "cm", 6: "m", 7: "km", 8: "uin", 9: "mil", 10: "yd", 13: "um", 14: "dm",
}  # fmt: skip
"""Of the DXF header variable $INSUNITS; 0 is unitless."""
LARGEST_MM, SMALLEST_MM = 10_000.0, 1.0
_STATE = "state units='mm' or units='in' after a look at one known size"


@dataclass(frozen=True)
class Units:
    """`said` is what the file says (None: nothing), `stated` what the caller stated; `mm_per_unit` is what was used, with the
    unit's own scale (an SVG viewBox) in it. `hint` says how large the drawing is by each reading, where there is a doubt."""

    said: str | None
    stated: Unit | None
    mm_per_unit: float
    notes: tuple[str, ...] = ()
    hint: str = ""


def factor(unit: str, place: Place = Place()) -> float:
    """Raises DrawingError for a unit of no known length."""
    for name, mm in MM.items():
        if name == unit.lower():
            return mm
    raise DrawingError("bad_value", place, f"{unit!r} is no unit", f"units are {', '.join(MM)}")


def readings(size: Point, mm_per_unit: float) -> str:
    """The size by each usual unit; `size` in mm by the reading of `mm_per_unit`."""
    width, height = size[0] / mm_per_unit, size[1] / mm_per_unit
    usual: tuple[Unit, ...] = ("mm", "in", "cm", "px", "m")
    likely = [u for u in usual if SMALLEST_MM <= max(width, height) * MM[u] <= LARGEST_MM]
    parts = [f"{width * MM[u]:.4g} x {height * MM[u]:.4g} mm if its unit is {u}" for u in likely]
    return f"{width:.6g} x {height:.6g} units: {', '.join(parts) or 'no usual unit makes that a part'}"


def judged(units: Units | None, size: Point) -> Units:
    """Raises DrawingError where the unit is not known, and where the file's own makes a part of more than 10 m."""
    if units is None:
        raise DrawingError("units_unknown", Place(), f"the file does not say its units ({readings(size, 1.0)})", _STATE)
    if max(size) > LARGEST_MM and units.stated is None:
        by = f"by the unit that it says ({units.said}) it is {size[0]:.6g} x {size[1]:.6g} mm"
        reason = f"{by} ({readings(size, units.mm_per_unit)})"
        raise DrawingError("units_implausible", Place(), reason, _STATE)
    doubtful = not SMALLEST_MM <= max(size) <= LARGEST_MM
    return replace(units, hint=readings(size, units.mm_per_unit)) if doubtful else units
