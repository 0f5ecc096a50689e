"""Do the formulas give published numbers, and hold the laws they stand for?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rmos.feasibility import feeds
from rmos.feasibility.feeds import Interval

DIAMETERS, RPM, FLUTES = st.floats(0.5, 300), st.floats(100, 60_000), st.integers(1, 120)


def test_feed_of_a_common_router_setting() -> None:
    """18 000 rpm, 2 flutes, 0.05 mm: 1800 mm/min."""
    assert feeds.feed_mm_min(18_000, 2, 0.05) == pytest.approx(1800)


@given(RPM, FLUTES, st.floats(0.001, 2))
def test_feed_and_chip_load_are_inverse(rpm: float, flutes: int, chip: float) -> None:
    assert feeds.chip_load_mm(feeds.feed_mm_min(rpm, flutes, chip), rpm, flutes) == pytest.approx(chip)


@given(DIAMETERS, RPM)
def test_surface_speed_and_rpm_are_inverse(diameter: float, rpm: float) -> None:
    assert feeds.rpm_for_surface_speed(diameter, feeds.surface_speed_m_s(diameter, rpm)) == pytest.approx(rpm)


def test_a_ten_inch_blade_at_4500_rpm_runs_at_sixty_metres_a_second() -> None:
    """254 mm at 4500 rpm: 11 781 ft/min, as saw tables print it; metres a second, not a minute."""
    assert feeds.surface_speed_m_s(254, 4500) == pytest.approx(59.85, abs=0.01)
    assert feeds.surface_speed_m_s(254, 4500) / 0.3048 * 60 == pytest.approx(11_781, abs=1)


@pytest.mark.parametrize(
    ("ratio", "factor"), [(0.5, 1.0), (0.75, 1.0), (1.0, 1.0), (0.25, 1.1547), (0.1, 1.6667), (0.05, 2.2942)]
)
def test_chips_get_thinner_below_half_the_diameter(ratio: float, factor: float) -> None:
    """Published radial chip-thinning factors."""
    assert feeds.chip_thinning_factor(10, 10 * ratio) == pytest.approx(factor, abs=5e-4)


@given(DIAMETERS, st.floats(0.01, 1.0))
def test_the_thinning_factor_is_one_over_the_sine_of_the_engagement(diameter: float, ratio: float) -> None:
    """The thickest chip is fz·sin(φ), φ the engagement angle while it is below 90°: another way to the same number."""
    angle = min(90.0, feeds.engagement_angle_deg(diameter, diameter * ratio))
    assert feeds.chip_thinning_factor(diameter, diameter * ratio) == pytest.approx(1 / math.sin(math.radians(angle)))


@pytest.mark.parametrize(("ratio", "angle"), [(1.0, 180), (0.5, 90), (0.25, 60), (0.75, 120)])
def test_engagement_angles(ratio: float, angle: float) -> None:
    assert feeds.engagement_angle_deg(6, 6 * ratio) == pytest.approx(angle)


def test_power_is_watts_not_kilowatts() -> None:
    """A 3 mm kerf, 25 mm deep at 3000 mm/min and 30 J/cm³: 112.5 W. Taken as J/mm³ it would be 112.5 kW."""
    rate = feeds.removal_rate_mm3_min(25, 3, 3000)
    assert feeds.cutting_power_w(rate, Interval(30, 30)).high == pytest.approx(112.5)


def test_one_cubic_inch_a_minute_per_horsepower_is_2731_joules_a_cubic_centimetre() -> None:
    """The K factors behind the energy table: 745.7 W and 16.387 cm³/min."""
    joules = 745.7 * 60 / 16.387
    assert feeds.WOOD_ENERGY_J_CM3["hard"][1] == pytest.approx(joules / 10, rel=0.01)
    assert feeds.WOOD_ENERGY_J_CM3["soft"][1] == pytest.approx(joules / 30, rel=0.01)


def test_stiffness_of_a_carbide_end_mill() -> None:
    """6 mm carbide, 25 mm out: I = π·4.8⁴/64 = 26.06 mm⁴, k = 3·580000·26.06/15625 = 2902 N/mm."""
    assert feeds.tool_stiffness_n_mm(6, 25, feeds.CARBIDE_MODULUS_MPA) == pytest.approx(2902, rel=1e-3)


@given(st.floats(1, 20), st.floats(5, 100))
def test_twice_the_stickout_is_eight_times_softer_and_twice_the_diameter_sixteen_times_stiffer(d: float, out: float) -> None:
    k = feeds.tool_stiffness_n_mm(d, out, 580_000)
    assert feeds.tool_stiffness_n_mm(d, 2 * out, 580_000) == pytest.approx(k / 8)
    assert feeds.tool_stiffness_n_mm(2 * d, out, 580_000) == pytest.approx(16 * k)


@given(st.floats(1, 500), st.floats(1, 3), st.floats(0.5, 80))
def test_force_times_speed_is_power_at_both_ends_of_the_interval(power: float, spread: float, speed: float) -> None:
    force = feeds.cutting_force_n(Interval(power, power * spread), speed)
    assert force.low * speed == pytest.approx(power)
    assert force.high * speed == pytest.approx(power * spread)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_numbers_that_cannot_be_are_refused_by_name(bad: float) -> None:
    with pytest.raises(ValueError, match="rpm"):
        feeds.chip_load_mm(1000, bad, 2)
    with pytest.raises(ValueError, match="flutes"):
        feeds.chip_load_mm(1000, 18_000, 0)
    with pytest.raises(ValueError, match="stickout_mm"):
        feeds.tool_stiffness_n_mm(6, bad, 580_000)


def test_a_cut_wider_than_the_tool_and_an_empty_interval_are_refused() -> None:
    with pytest.raises(ValueError, match="width_mm"):
        feeds.engagement_angle_deg(6, 6.1)
    with pytest.raises(ValueError, match="empty"):
        Interval(2, 1)
