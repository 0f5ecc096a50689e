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


def _interval(value: Interval | float) -> Interval:
    """A number is what is known exactly."""
    return value if isinstance(value, Interval) else Interval(float(value), float(value))


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


def cutting_power_w(removal_rate_mm3_min: float, energy_j_cm3: Interval | float) -> Interval:
    """Power at the edge: removal rate times specific energy. 1 J/cm³ = 0.001 J/mm³."""
    energy = _interval(energy_j_cm3)
    _positive(removal_rate_mm3_min=removal_rate_mm3_min, energy_j_cm3=energy.low)
    return energy.scaled(removal_rate_mm3_min / 60 / 1000)


def peak_force_n(energy_j_cm3: Interval | float, depth_mm: float, chip_mm: float) -> Interval:
    """Largest tangential force of a turn, of one edge in the thickest chip: u·ap·h. 1 J/cm³ = 1 N/mm²."""
    energy = _interval(energy_j_cm3)
    _positive(energy_j_cm3=energy.low, depth_mm=depth_mm, chip_mm=chip_mm)
    return energy.scaled(depth_mm * chip_mm)


def cutting_force_n(power_w: Interval | float, speed_m_s: float) -> Interval:
    """Mean tangential force: P/vc."""
    _positive(speed_m_s=speed_m_s)
    return _interval(power_w).scaled(1 / speed_m_s)


def tool_stiffness_n_mm(diameter_mm: float, stickout_mm: float, modulus_mpa: float) -> float:
    """Of a fluted cantilever, at its tip: 3·E·I/L³ with I = π·d⁴/64 and d = 0.8 D."""
    _positive(diameter_mm=diameter_mm, stickout_mm=stickout_mm, modulus_mpa=modulus_mpa)
    inertia_mm4 = math.pi * (FLUTED_DIAMETER_RATIO * diameter_mm) ** 4 / 64
    return 3 * modulus_mpa * inertia_mm4 / stickout_mm**3


def bending_length_mm(
    stickout_mm: float, diameter_mm: float, reduced_length_mm: float | None = None, shank_diameter_mm: float | None = None
) -> float:
    """Length of a bar as thick as the edges that bends like the tool: (l³ + (L³ - l³)·(d/D)⁴)^⅓ for a tool of which only the
    first l mm have the cutting diameter d and the rest the shank's D; the stickout L for one that is as thick all along."""
    _positive(stickout_mm=stickout_mm, diameter_mm=diameter_mm)
    if reduced_length_mm is None or shank_diameter_mm is None or reduced_length_mm >= stickout_mm:
        return stickout_mm
    _positive(reduced_length_mm=reduced_length_mm, shank_diameter_mm=shank_diameter_mm)
    thin, whole = reduced_length_mm**3, stickout_mm**3
    return float((thin + (whole - thin) * (diameter_mm / shank_diameter_mm) ** 4) ** (1 / 3))


def energy_from_measured_j_cm3(power_w: float, idle_w: float, removal_rate_mm3_min: float) -> float:
    """What a cut of known size really took, to calibrate a material in the shop's own presets: (P - P0)/MRR."""
    _positive(power_w=power_w, removal_rate_mm3_min=removal_rate_mm3_min)
    if not 0 <= idle_w < power_w:
        raise ValueError(f"idle_w must be from 0 to below power_w, not {idle_w}")
    return (power_w - idle_w) * 60 * 1000 / removal_rate_mm3_min


STEEL_DENSITY_KG_M3, STEEL_POISSON = 7850.0, 0.3
PLATE_MODES = (2.00, 5.31, 8.54)
"""λ of the first three shapes of a disc held at its centre. Shop saw tables; collars, heat and spin are left out."""


def blade_frequencies_hz(diameter_mm: float, plate_mm: float, modulus_mpa: float) -> tuple[float, ...]:
    """At which a blade at rest rings: λ²/(2π·R²)·√(B/(ρ·h)), with the plate's bending stiffness B = E·h³/(12·(1 - ν²))."""
    _positive(diameter_mm=diameter_mm, plate_mm=plate_mm, modulus_mpa=modulus_mpa)
    radius_m, thickness_m = diameter_mm / 2000, plate_mm / 1000
    stiffness_nm = modulus_mpa * 1e6 * thickness_m**3 / (12 * (1 - STEEL_POISSON**2))
    wave = math.sqrt(stiffness_nm / (STEEL_DENSITY_KG_M3 * thickness_m))
    return tuple(shape**2 / (2 * math.pi * radius_m**2) * wave for shape in PLATE_MODES)


_KICKBACK_OF_CUT = {
    "rip": (25.0, 30.0),
    "crosscut": (10.0, 10.0),
    "miter": (20.0, 20.0),
    "bevel": (20.0, 20.0),
    "dado": (15.0, 20.0),
}
NO_KNIFE_POINTS = 30.0


def kickback_points(
    cut: str, exposure_mm: float, miter_deg: float, bevel_deg: float, stock_mm: float, bite_mm: float, feed_mm_min: float,
    riving_knife: bool,
) -> float:  # fmt: skip
    """How much speaks for a kickback, 0 to about 160: the worse of two counts that shops use, and 30 where no riving knife
    follows a rip. Both count kind of cut, tilt and thickness, one exposure and bite, the other feed. A tilted cut counts as
    one, whatever it is called."""
    kinds = _KICKBACK_OF_CUT["bevel"] if (miter_deg or bevel_deg) and cut == "crosscut" else _KICKBACK_OF_CUT[cut]
    by_exposure = kinds[0] + _step(exposure_mm, (20, 10), (40, 25)) + _step(stock_mm, (50, 8), (75, 15))
    by_exposure += _step(abs(bevel_deg), (15, 8), (30, 15)) + _step(abs(miter_deg), (15, 5), (30, 10))
    by_exposure += 15 if bite_mm > 0.2 else 10 if bite_mm < 0.02 else 0
    by_exposure += 10 if miter_deg and bevel_deg else 0
    by_feed = kinds[1] + _step(stock_mm, (25, 15), (50, 25)) + _step(abs(bevel_deg), (15, 10), (30, 20))
    by_feed += _step(feed_mm_min, (5000, 5), (10_000, 15))
    return max(by_exposure, by_feed) + (NO_KNIFE_POINTS if cut == "rip" and not riving_knife else 0)


def _step(value: float, *steps: tuple[float, float]) -> float:
    return max((points for limit, points in steps if value > limit), default=0.0)


def deflection_mm(force_n: Interval | float, stiffness_n_mm: float) -> Interval:
    """How far the tip bends away: F/k."""
    _positive(stiffness_n_mm=stiffness_n_mm)
    return _interval(force_n).scaled(1 / stiffness_n_mm)
