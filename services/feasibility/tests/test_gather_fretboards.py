"""Do fretboards, fanned and straight, become the facts that a person would measure?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import facts, held, judge
from pydantic import ValidationError
from rmos.contracts.fretboard import angle_deg, fan_of, fret_lines
from safe_requests import SAFE_REQUESTS, SLOTTED, Body, safe

FRETBOARD = SAFE_REQUESTS["fret_slots"]["design"]
CIRCLE = math.tau


def place(scale: float, fret: float) -> float:
    return scale * (1 - 2 ** (-fret / 12))


def angle_by_hand(treble: float, bass: float, square: float, fret: int, frets: int, nut: float, heel: float) -> float:
    """Rise of a fret over its width: the scales differ by (bass - treble)·(2^(-p/12) - 2^(-n/12)) there."""
    run = (bass - treble) * (2 ** (-square / 12) - 2 ** (-fret / 12))
    width = nut + (heel - nut) * (1 - 2 ** (-fret / 12)) / (1 - 2 ** (-frets / 12))
    return math.degrees(math.atan2(abs(run), width))


def fanned(square: float, **changes: Any) -> Body:
    design = {**FRETBOARD, "scale_length": 648, "bass_scale_length": 686, "perpendicular_fret": square, "frets": 24, **changes}
    return {"mode": "fret_slots", **SLOTTED, "design": design}


@pytest.mark.parametrize("square", [7, 12])
def test_the_fan_of_648_to_686_mm_has_the_angles_that_a_hand_works_out(square: int) -> None:
    lines = fret_lines(648, 686, 24, 43, 56, square)
    by_hand = [angle_by_hand(648, 686, square, n, 24, 43, 56) for n in range(1, 25)]
    assert [angle_deg(line) for line in lines] == pytest.approx(by_hand, abs=1e-9)
    assert facts(fanned(square)).fret_angle_deg == pytest.approx(max(by_hand))
    assert by_hand.index(max(by_hand)) + 1 == (24 if square == 7 else 1)


def test_the_last_and_the_first_fret_of_a_fan_in_plain_numbers() -> None:
    """Square at 7: at 24 it is 38 mm · (0.66742 - 0.25) = 15.862 mm over 56 mm; at 12, fret 1: 38 mm · (0.5 - 0.94387) = 16.867 mm
    over 43 mm + 13 mm · 0.05613/0.75 = 43.973 mm."""
    assert facts(fanned(7)).fret_angle_deg == pytest.approx(math.degrees(math.atan(15.862 / 56)), abs=1e-3)
    assert facts(fanned(12)).fret_angle_deg == pytest.approx(math.degrees(math.atan(16.867 / 43.973)), abs=1e-3)


@given(
    treble=st.floats(300, 700), more=st.floats(-100, 100), square=st.integers(1, 24), nut=st.floats(30, 60), heel=st.floats(40, 80),
)  # fmt: skip
def test_the_fret_that_should_be_square_is(treble: float, more: float, square: int, nut: float, heel: float) -> None:
    lines = fret_lines(treble, treble + more, 24, nut, heel, square)
    assert angle_deg(lines[square - 1]) < 1e-9
    for number, line in enumerate(lines, 1):
        assert angle_deg(line) == pytest.approx(angle_by_hand(treble, treble + more, square, number, 24, nut, heel), abs=1e-7)


@given(scale=st.floats(300, 1100), frets=st.integers(1, 36), nut=st.floats(30, 60), heel=st.floats(30, 80))
def test_a_straight_board_has_no_angle_and_its_frets_lie_by_equal_temperament(
    scale: float, frets: int, nut: float, heel: float
) -> None:
    design = {**FRETBOARD, "scale_length": scale, "frets": frets, "nut_width": nut, "heel_width": heel}
    found = facts(safe("fret_slots", design=design))
    assert (found.fret_angle_deg, found.perpendicular_drift_deg, found.bass_shorter) == (0, 0, False)
    least = place(scale, frets) - place(scale, frets - 1)
    assert found.fret_gap_mm == pytest.approx(least)


def test_the_board_widens_evenly_from_the_nut_to_the_last_fret() -> None:
    lines = fret_lines(648, 648, 24, 43, 56, 0)
    assert lines[-1][1][1] - lines[-1][0][1] == pytest.approx(56)
    at_twelve = lines[11][1][1] - lines[11][0][1]
    assert at_twelve == pytest.approx(43 + 13 * 0.5 / 0.75)
    assert [line[0][1] for line in lines] == [-line[1][1] for line in lines]


def test_the_side_with_the_longer_scale_is_told() -> None:
    assert not facts(fanned(12)).bass_shorter
    swapped = facts(fanned(12, scale_length=686, bass_scale_length=648))
    assert swapped.bass_shorter
    assert (swapped.scale_min_mm, swapped.scale_max_mm) == (648, 686)
    assert "T025" in held(fanned(12, scale_length=686, bass_scale_length=648))


def drawn(lines: Sequence[Any], **changes: Any) -> Body:
    return safe(
        "fret_slots", design={**FRETBOARD, "frets": len(lines), "lines": [list(map(list, line)) for line in lines], **changes}
    )


STRAIGHT = fret_lines(647.7, 647.7, 22, 43, 56, 0)


def test_lines_that_are_given_count_as_they_are() -> None:
    assert judge(drawn(STRAIGHT)) == judge(safe("fret_slots"))
    assert judge(
        drawn(fret_lines(648, 686, 24, 43, 56, 7), scale_length=648, bass_scale_length=686, perpendicular_fret=7)
    ) == judge(fanned(7))


def test_lines_that_cross_are_red() -> None:
    crossing = [*STRAIGHT[:10], ((STRAIGHT[11][0][0] + 1, -20), STRAIGHT[10][1]), *STRAIGHT[11:]]
    found = facts(drawn(crossing))
    assert found.fret_gap_mm == pytest.approx(-1)
    assert "T024" in held(drawn(crossing))


def test_lines_that_touch_within_a_slots_width_are_red() -> None:
    for gap, red in ((0.66, False), (0.64, True)):
        near = [*STRAIGHT[:21], tuple((x + gap, y) for x, y in STRAIGHT[20])]
        assert facts(drawn(near)).fret_gap_mm == pytest.approx(gap)
        assert ("T024" in held(drawn(near))) is red


def turned(line: Any, degrees: float) -> Any:
    (x, low), (_, high) = line
    half = (high - low) / 2 * math.tan(math.radians(degrees))
    return (x - half, low), (x + half, high)


@pytest.mark.parametrize(("degrees", "rules"), [(0.49, set()), (0.51, {"T022"}), (-0.51, {"T022"}), (12.1, {"T022", "T023"})])
def test_a_line_of_a_straight_board_that_is_turned_is_red_beyond_half_a_degree(degrees: float, rules: set[str]) -> None:
    body = drawn([*STRAIGHT[:21], turned(STRAIGHT[21], degrees)])
    assert facts(body).fret_angle_deg == pytest.approx(abs(degrees))
    assert facts(body).perpendicular_drift_deg == pytest.approx(abs(degrees))
    assert held(body) & {"T022", "T023", "T024"} == rules


@pytest.mark.parametrize(("square", "drift"), [(7, 0), (9, 1), (8, 1), (12, 1)])
def test_a_fan_that_turns_about_another_fret_than_it_says_has_drifted(square: int, drift: int) -> None:
    """Drawn about fret 7."""
    lines = fret_lines(648, 686, 24, 43, 56, 7)
    body = drawn(lines, scale_length=648, bass_scale_length=686, perpendicular_fret=square)
    by_hand = angle_by_hand(648, 686, 7, square, 24, 43, 56)
    assert facts(body).perpendicular_drift_deg == pytest.approx(by_hand, abs=1e-9)
    assert ("T022" in held(body)) == bool(drift)


def test_between_two_frets_the_nearer_one_is_looked_at() -> None:
    lines = fret_lines(648, 686, 24, 43, 56, 7.5)
    body = drawn(lines, scale_length=648, bass_scale_length=686, perpendicular_fret=7.5)
    by_hand = [angle_by_hand(648, 686, 7.5, n, 24, 43, 56) for n in (7, 8)]
    assert facts(body).perpendicular_drift_deg == pytest.approx(min(by_hand))


def test_a_fan_about_the_nut_has_no_line_to_be_square() -> None:
    lines = fret_lines(648, 686, 24, 43, 56, 0)
    assert facts(drawn(lines, scale_length=648, bass_scale_length=686, perpendicular_fret=0)).perpendicular_drift_deg == 0


def test_a_line_along_the_strings_is_turned_by_90_degrees() -> None:
    assert angle_deg(((0, 5), (40, 5))) == pytest.approx(90)
    assert angle_deg(((0, -20), (0, 20))) == 0
    assert fan_of([((3, 0), (3, 9))]).gap_mm == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"bass_scale_length": 686}, {"perpendicular_fret": 7}, {"bass_scale_length": 686, "perpendicular_fret": 23},
        {"frets": 0}, {"frets": 37}, {"frets": 22.5}, {"lines": [[[0, 0], [0, 40]]]}, {"bass_scale_length": 686, "perpendicular_fret": -1},
    ],
)  # fmt: skip
def test_a_fretboard_that_cannot_be_is_refused(changes: Body) -> None:
    with pytest.raises(ValidationError):
        facts(safe("fret_slots", design={**FRETBOARD, **changes}))
