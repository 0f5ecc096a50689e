"""Are frets, fans and rosettes where published tables and their own laws put them?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rmos.contracts import fretboard, rosette

TABLES = {
    647.7: {1: 36.353, 2: 70.665, 3: 103.051, 5: 162.473, 7: 215.412, 9: 262.575, 12: 323.850, 15: 375.376, 19: 431.556,
            22: 465.945, 24: 485.775},
    628.65: {1: 35.283, 5: 157.695, 7: 209.076, 12: 314.325, 19: 418.863, 22: 452.241},
}  # fmt: skip


@pytest.mark.parametrize(("scale", "fret", "at"), [(s, n, x) for s, row in TABLES.items() for n, x in row.items()])
def test_frets_lie_where_the_tables_put_them(scale: float, fret: int, at: float) -> None:
    assert fretboard.fret_distance_mm(scale, fret) == pytest.approx(at, abs=0.001)


@given(st.floats(300, 900), st.integers(1, 30))
def test_each_fret_divides_what_is_left_by_the_same_ratio(scale: float, fret: int) -> None:
    left = [scale - fretboard.fret_distance_mm(scale, n) for n in (fret - 1, fret)]
    assert left[1] / left[0] == pytest.approx(2 ** (-1 / 12))


def test_a_fan_shifts_the_whole_bass_side() -> None:
    """648 mm treble, 686 mm bass, fret 7 square."""
    lines = fretboard.fret_lines(648, 686, 24, 48, 62, 7)
    assert fretboard.nut_line(648, 686, 48, 7)[1][0] == pytest.approx(-12.638, abs=0.001)
    assert (lines[0][0][0], lines[0][1][0]) == (pytest.approx(36.369, abs=0.001), pytest.approx(25.864, abs=0.001))
    assert lines[6][0][0] == pytest.approx(lines[6][1][0], abs=1e-9)
    assert fretboard.bridge_ends_mm(648, 686, 7) == (648, pytest.approx(673.362, abs=0.001))


@pytest.mark.parametrize(
    ("radius", "width", "drop"),
    [(184.15, 43, 1.259), (184.15, 56, 2.141), (241.3, 43, 0.960), (241.3, 56, 1.630), (304.8, 43, 0.759),
     (304.8, 56, 1.289), (406.4, 43, 0.569), (406.4, 56, 0.966)],
)  # fmt: skip
def test_the_edge_of_a_round_board_lies_lower(radius: float, width: float, drop: float) -> None:
    assert fretboard.sagitta_mm(radius, width / 2) == pytest.approx(drop, abs=0.001)


def test_a_plain_string_is_as_tense_as_measured() -> None:
    """.010 inch at E4 on 647.7 mm: 72.5 N."""
    assert fretboard.tension_n(0.254, 329.628, 647.7) == pytest.approx(72.5, abs=0.1)


def test_thicker_higher_and_wound_strings_need_the_saddle_further_back() -> None:
    plain = fretboard.saddle_compensation_mm(0.25, 1.5, 647.7, wound=False)
    assert plain == pytest.approx(0.45 + 0.1375 + 0.18 * 1.5**1.7 + 0.25)
    assert fretboard.saddle_compensation_mm(0.25, 1.5, 647.7, wound=True) == pytest.approx(plain + 0.55)
    assert fretboard.saddle_compensation_mm(0.4, 2.0, 647.7, wound=False) > plain


def test_an_octave_flat_is_twice_the_length() -> None:
    assert fretboard.intonation_shift_mm(650, 1200) == pytest.approx(650)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_a_scale_that_cannot_be_is_refused_by_name(bad: float) -> None:
    with pytest.raises(ValueError, match="scale_length_mm"):
        fretboard.fret_distance_mm(bad, 1)
    with pytest.raises(ValueError, match="radius_mm"):
        rosette.kerf_drift_deg(10, 1, bad)


def test_a_round_board_ends_at_its_radius() -> None:
    with pytest.raises(ValueError, match="radius 20"):
        fretboard.sagitta_mm(20, 20)


def test_a_channel_holds_its_rings_and_the_glue() -> None:
    assert rosette.channel_width_mm([1.5, 12, 1.5]) == pytest.approx(15.16)
    assert rosette.channel_depth_mm([1.0, 1.85]) == pytest.approx(2.0)


@given(st.floats(20, 120), st.floats(0.5, 20))
def test_tiles_are_even_and_fit_round_the_ring(radius: float, length: float) -> None:
    tiles = rosette.tiles_per_ring(radius, length)
    assert tiles % 2 == 0
    assert tiles >= 4
    assert abs(tiles - 2 * math.pi * radius / length) <= 1 or tiles == 4
    assert tiles * rosette.tile_chord_mm(radius, tiles) < 2 * math.pi * radius


def test_kerfs_drift_by_their_angle_and_add_up() -> None:
    one = rosette.kerf_drift_deg(1, 1.0, 50)
    assert one == pytest.approx(math.degrees(0.02))
    assert rosette.kerf_drift_deg(80, 1.0, 50) == pytest.approx(80 * one)
