"""How does a blade on the machine slice a log or a board? Cut after cut along X, in passes; and what is left of it?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rmos.cam_accel.plan import bounds
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.contracts.toolpath import Toolpath

LEAST_SCRAP_MM, MOST_SLICES, BESIDE_MM, FLANGE_GAP_MM = 20.0, 1000, 2.0, 1.0
"""Scrap that a clamp still holds; how far the blade is from the stock before and after a cut; the flange from the stock."""


@dataclass(frozen=True)
class SliceBatch:
    """`trim_mm` is what the first cut takes off to square the end, its kerf not included; 0: no such cut."""

    count: int
    thickness_mm: float
    kerf_mm: float
    trim_mm: float
    stock_mm: float

    @property
    def used_mm(self) -> float:
        """Slices, the kerfs between them, and what squares the end."""
        trims = self.trim_mm + self.kerf_mm if self.trim_mm else 0.0
        return self.count * self.thickness_mm + self.kerf_mm * (self.count - 1) + trims

    @property
    def scrap_mm(self) -> float:
        """What is left behind the last cut, which frees the last slice."""
        return self.stock_mm - self.used_mm - self.kerf_mm

    def cuts_mm(self) -> list[float]:
        """X of the middle of each kerf, from the stock's free end on."""
        half, begin = self.kerf_mm / 2, self.trim_mm + self.kerf_mm if self.trim_mm else 0.0
        squaring = [self.trim_mm + half] if self.trim_mm else []
        pitch = self.thickness_mm + self.kerf_mm
        return [*squaring, *(begin + n * pitch + self.thickness_mm + half for n in range(self.count))]


@dataclass(frozen=True)
class SawRequest:
    """The stock lies from X 0 to `stock_length_mm` and Y 0 to `stock_width_mm`, its top at Z 0, clamped at its far end in X.
    The blade turns in the plane YZ; `cut.tool` is flat and as wide as its kerf, and Z is that of its lowest tooth.
    """

    cut: Cut
    blade_diameter_mm: float
    flange_diameter_mm: float
    count: int
    thickness_mm: float
    stock_length_mm: float
    stock_width_mm: float
    depth_mm: float
    through_mm: float = 0.0
    trim_mm: float = 0.0


def plan_saw(request: SawRequest) -> Toolpath:
    """Every pass begins and ends beside the stock and runs towards greater Y. Raises PlanError."""
    r = request
    batch = _check(r)
    moves, levels = Moves(r.cut), bounds.levels_mm(r.cut, r.depth_mm + r.through_mm)
    beside = -math.sqrt(-levels[-1] * (r.blade_diameter_mm + levels[-1])) - BESIDE_MM
    for x in batch.cuts_mm():
        for level in levels:
            moves.travel(x, beside, r.cut.safe_z_mm)
            moves.line(x, beside, level, r.cut.plunge_mm_min)
            moves.line(x, r.stock_width_mm + BESIDE_MM, level, r.cut.feed_mm_min)
    moves.lift()
    return moves.toolpath()


def batch_of(request: SawRequest) -> SliceBatch:
    r = request
    return SliceBatch(r.count, r.thickness_mm, r.cut.tool.diameter_mm, r.trim_mm, r.stock_length_mm)


def _check(r: SawRequest) -> SliceBatch:
    bounds.require_shape(r.cut, "flat")
    bounds.require_count("/design/count", r.count, 1, MOST_SLICES)
    bounds.require("/design/thickness_mm", r.thickness_mm, 0.1, 1000)
    bounds.require("/design/stock_length_mm", r.stock_length_mm, 1, 10_000)
    bounds.require("/design/stock_width_mm", r.stock_width_mm, 1, 10_000)
    bounds.require("/design/depth_mm", r.depth_mm, 0, 500, above=True)
    bounds.require("/design/through_mm", r.through_mm, 0, 20)
    bounds.require("/design/trim_mm", r.trim_mm, 0, 100)
    bounds.require("/design/blade_diameter_mm", r.blade_diameter_mm, 1, 1000)
    bounds.require("/design/flange_diameter_mm", r.flange_diameter_mm, 0, r.blade_diameter_mm)
    reach = (r.blade_diameter_mm - r.flange_diameter_mm) / 2 - FLANGE_GAP_MM
    if r.depth_mm + r.through_mm > reach:
        raise PlanError("/design/depth_mm", f"the blade reaches {max(0, reach):g} mm below its flange: use a larger blade")
    return require_scrap(batch_of(r))


def require_scrap(batch: SliceBatch) -> SliceBatch:
    """Raises PlanError where too little is left to clamp."""
    if batch.scrap_mm < LEAST_SCRAP_MM:
        pitch = batch.thickness_mm + batch.kerf_mm
        most = max(0, batch.count - math.ceil((LEAST_SCRAP_MM - batch.scrap_mm) / pitch - 1e-9))
        reason = f"{batch.count} slices leave {batch.scrap_mm:.2f} mm to clamp, {LEAST_SCRAP_MM:g} mm are needed"
        raise PlanError("/design/count", f"{reason}: saw at most {most}, or use a longer stock")
    return batch
