"""What does physics say of feeds, speeds, forces and lengths? Small pure functions; lengths in mm, speeds in mm/min or m/s.

Force and power are intervals: no two tables of specific cutting energy for wood agree (a factor of three between sources), so
a single number would claim too much. Every function raises ValueError where its arguments cannot be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

WOOD_ENERGY_J_CM3 = {"soft": (30.0, 91.0), "medium": (60.0, 182.0), "hard": (91.0, 273.0)}
"""Specific cutting energy, J/cm³, low to high, by hardness. Source: community K factors (hardwood 10, softwood and MDF 30
in³/min/hp, that is 273 and 91 J/cm³) as the upper end, a third of it as the lower; medium in between: estimate."""
CARBIDE_MODULUS_MPA, STEEL_MODULUS_MPA = 580_000.0, 200_000.0
"""Young's modulus: sintered carbide 580 to 600 GPa, high-speed steel about 200 GPa."""
FLUTED_DIAMETER_RATIO = 0.8
"""A fluted shank bends like a round bar of 0.8 of its diameter (1/0.8⁴ = 2.44 times softer)."""


@dataclass(frozen=True)
class Interval:
    """What is known of a quantity: it lies from `low` to `high`."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"an interval from {self.low} to {self.high} is empty")

    def scaled(self, factor: float) -> Interval:
        return Interval(self.low * factor, self.high * factor)


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be positive, not {value}")


def feed_mm_min(rpm: float, flutes: int, chip_load_mm: float) -> float:
    """Feed at which each edge takes `chip_load_mm` per turn: n·z·fz."""
    _positive(rpm=rpm, flutes=flutes, chip_load_mm=chip_load_mm)
    return rpm * flutes * chip_load_mm


def chip_load_mm(feed_mm_min: float, rpm: float, flutes: int) -> float:
    """What each edge takes per turn: vf/(n·z)."""
    _positive(feed_mm_min=feed_mm_min, rpm=rpm, flutes=flutes)
    return feed_mm_min / (rpm * flutes)


def chip_thinning_factor(diameter_mm: float, width_mm: float) -> float:
    """Feed per tooth over the thickest chip: D/(2·√(D·ae - ae²)) below half the diameter, else 1; never below 1."""
    _positive(diameter_mm=diameter_mm, width_mm=width_mm)
    if width_mm > diameter_mm * (1 + 1e-9):
        raise ValueError(f"width_mm {width_mm} is beyond the diameter {diameter_mm}")
    if width_mm >= diameter_mm / 2:
        return 1.0
    return max(1.0, diameter_mm / (2 * math.sqrt(diameter_mm * width_mm - width_mm * width_mm)))


def engagement_angle_deg(diameter_mm: float, width_mm: float) -> float:
    """Angle over which an edge cuts: acos(1 - 2·ae/D); 90° at half the diameter, 180° in a slot."""
    _positive(diameter_mm=diameter_mm, width_mm=width_mm)
    if width_mm > diameter_mm * (1 + 1e-9):
        raise ValueError(f"width_mm {width_mm} is beyond the diameter {diameter_mm}")
    return math.degrees(math.acos(max(-1.0, 1 - 2 * width_mm / diameter_mm)))


def surface_speed_m_s(diameter_mm: float, rpm: float) -> float:
    """Speed of the outermost edge: π·D·n; of a saw blade the rim speed."""
    _positive(diameter_mm=diameter_mm, rpm=rpm)
    return math.pi * diameter_mm * rpm / 60_000


def rpm_for_surface_speed(diameter_mm: float, speed_m_s: float) -> float:
    """Inverse of `surface_speed_m_s`."""
    _positive(diameter_mm=diameter_mm, speed_m_s=speed_m_s)
    return speed_m_s * 60_000 / (math.pi * diameter_mm)


def removal_rate_mm3_min(depth_mm: float, width_mm: float, feed_mm_min: float) -> float:
    """Volume cut: ap·ae·vf."""
    _positive(depth_mm=depth_mm, width_mm=width_mm, feed_mm_min=feed_mm_min)
    return depth_mm * width_mm * feed_mm_min


def cutting_power_w(removal_rate_mm3_min: float, energy_j_cm3: Interval) -> Interval:
    """Power at the edge: removal rate times specific energy. 1 J/cm³ = 0.001 J/mm³."""
    _positive(removal_rate_mm3_min=removal_rate_mm3_min, energy_j_cm3=energy_j_cm3.low)
    return energy_j_cm3.scaled(removal_rate_mm3_min / 60 / 1000)


def cutting_force_n(power_w: Interval, speed_m_s: float) -> Interval:
    """Mean tangential force: P/vc."""
    _positive(speed_m_s=speed_m_s)
    return power_w.scaled(1 / speed_m_s)


def tool_stiffness_n_mm(diameter_mm: float, stickout_mm: float, modulus_mpa: float) -> float:
    """Of a fluted cantilever, at its tip: 3·E·I/L³ with I = π·d⁴/64 and d = 0.8 D."""
    _positive(diameter_mm=diameter_mm, stickout_mm=stickout_mm, modulus_mpa=modulus_mpa)
    inertia_mm4 = math.pi * (FLUTED_DIAMETER_RATIO * diameter_mm) ** 4 / 64
    return 3 * modulus_mpa * inertia_mm4 / stickout_mm**3


def deflection_mm(force_n: Interval, stiffness_n_mm: float) -> Interval:
    """How far the tip bends away: F/k."""
    _positive(stiffness_n_mm=stiffness_n_mm)
    return force_n.scaled(1 / stiffness_n_mm)


def fret_distance_mm(scale_length_mm: float, fret: int) -> float:
    """From the nut to a fret of the equal-tempered scale: s - s/2^(n/12)."""
    _positive(scale_length_mm=scale_length_mm)
    if fret < 0:
        raise ValueError(f"fret must not be negative, not {fret}")
    return float(scale_length_mm - scale_length_mm / 2 ** (fret / 12))
