"""Was a value typed in the wrong unit? Rules U: 25.4 times out, and usual after converting."""

from __future__ import annotations

from functools import partial

from rmos.feasibility.domain.model import Gauge, above, below
from rmos.feasibility.domain.rules import MODES, Family, Y, register

MM_PER_INCH = 25.4
USUAL: dict[str, tuple[float, float, str]] = {
    "feed_mm_min": (150, 30_000, "mm/min"), "plunge_mm_min": (30, 10_000, "mm/min"), "stickout_mm": (4, 120, "mm"),
    "stock_thickness_mm": (0.4, 160, "mm"), "depth_mm": (0.08, 120, "mm"), "stepdown_mm": (0.03, 25, "mm"),
    "safe_z_mm": (0.8, 110, "mm"), "width_mm": (0.2, 3000, "mm"), "length_mm": (0.8, 4000, "mm"),
    "scale_max_mm": (250, 1100, "mm"), "outer_diameter_mm": (30, 400, "mm"),
}  # fmt: skip
"""What small shops set: wide ranges, so that only a gross mistake falls out. Estimates."""


def _mixed_up(name: str, value: float) -> Gauge | None:
    low, high, unit = USUAL[name]
    if 0 < value < low and low <= value * MM_PER_INCH <= high:
        return below(value, low, unit, f"{name}, {value * MM_PER_INCH:g} if it was inches")
    if value > high and low <= value / MM_PER_INCH <= high:
        return above(value, high, unit, f"{name}, {value / MM_PER_INCH:g} if it was converted twice")
    return None


_FAMILY = Family("Units", MODES, "usual ranges of small shops: estimate", scorer="units")
register(_FAMILY, tuple(
    (f"U{number:03}", Y, "units", f"{name} looks as if it were in the other unit",
     "A size or feed that is 25.4 times out makes scrap or breaks the tool.", "check the value and `units`", name,
     partial(_mixed_up, name))
    for number, name in enumerate(USUAL, 1)
))  # fmt: skip
