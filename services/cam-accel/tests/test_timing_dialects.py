"""Does each controller plan as its own rules say, and is what is not known of a machine told?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.timing import (
    DIALECTS,
    LimitsError,
    MachineLimits,
    dialect_of,
    junction_deviation_of_corner_velocity,
    limits_of,
    move_times_s,
)
from rmos.contracts.events import MachineFacts
from rmos.contracts.toolpath import Switch, from_columns

BASE = MachineLimits(rapid_mm_min=6000, accel_mm_s2=500, junction_deviation_mm=0.01)
FACTS = MachineFacts(machine_id="m", rapid_mm_min=5000, accel_mm_s2=400, junction_deviation_mm=0.01, controller="grbl")


def seconds(text: str, limits: MachineLimits) -> float:
    return math.fsum(move_times_s(interpret(text.encode()).toolpath, limits))


def leg_s(length: float, top: float, end: float, accel: float = 500) -> float:
    """From rest to the corner at `end` mm/s (or back), by hand."""
    up, down = top / accel, (top - end) / accel
    ways = top * top / (2 * accel) + (top * top - end * end) / (2 * accel)
    return up + down + (length - ways) / top


def corner_s(limits: MachineLimits, corner_mm_s: float) -> None:
    told = seconds("G1 X100 F3000\nY100", limits)
    assert told == pytest.approx(2 * leg_s(100, 50, corner_mm_s), rel=1e-9)


RIGHT_ANGLE = math.sqrt(0.5) / (1 - math.sqrt(0.5))


def test_a_right_angle_is_taken_at_the_speed_that_each_controller_documents() -> None:
    """GRBL lets both axes give all they have across the corner; LinuxCNC's corner keeps a share for the way along."""
    corner_s(replace(BASE, dialect="generic"), math.sqrt(500 * 0.01 * RIGHT_ANGLE))
    corner_s(replace(BASE, dialect="grbl"), math.sqrt(500 * math.sqrt(2) * 0.01 * RIGHT_ANGLE))
    corner_s(replace(BASE, dialect="klipper"), math.sqrt(500 * 0.01 * RIGHT_ANGLE))
    linuxcnc = replace(BASE, dialect="linuxcnc", corner_tolerance_mm=0.15)
    corner_s(linuxcnc, math.sqrt(500 * math.sqrt(0.75) * 0.15 * RIGHT_ANGLE))
    corner_s(replace(BASE, min_corner_mm_s=9), 9)


def test_square_corner_velocity_is_what_a_right_angle_is_taken_at() -> None:
    deviation = junction_deviation_of_corner_velocity(5.0, 500)
    corner_s(replace(BASE, dialect="klipper", junction_deviation_mm=deviation), 5.0)


def test_a_corner_between_short_moves_fits_into_half_of_them() -> None:
    """Only where the controller rounds it by a circle: v² = a·(L/2)·tan(45°), below what a large deviation would allow."""
    loose = {"junction_deviation_mm": 5.0}
    stairs = "G1 F3000\n" + "\n".join(f"X{n} Y{n - 1}\nX{n} Y{n}" for n in range(1, 11))
    klipper, generic = (seconds(stairs, replace(BASE, dialect=d, **loose)) for d in ("klipper", "generic"))
    corner, middle = math.sqrt(500 * 0.5), math.sqrt(500 * 0.5 + 500)
    assert klipper == pytest.approx(20 * 2 * (middle - corner) / 500, rel=0.06)
    assert generic < 0.8 * klipper


def test_grbl_and_linuxcnc_use_what_both_axes_have_on_a_diagonal() -> None:
    diagonal = "G1 X60 Y60 F3000"
    length = 60 * math.sqrt(2)
    for name in ("grbl", "grblhal", "linuxcnc"):
        told = seconds(diagonal, replace(BASE, dialect=name))
        assert told == pytest.approx(leg_s(length, 50, 0, 500 * math.sqrt(2)))
    for name in ("klipper", "generic"):
        assert seconds(diagonal, replace(BASE, dialect=name)) == pytest.approx(leg_s(length, 50, 0))


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_the_slowest_axis_limits_a_move_by_its_share(name: str) -> None:
    limits = replace(BASE, dialect=name, rapid_mm_min=(6000, 6000, 600), accel_mm_s2=(500, 500, 50))
    assert seconds("G0 Z-20", limits) == pytest.approx(leg_s(20, 10, 0, 50))
    slanted = seconds("G0 X40 Z-20", limits)
    assert slanted == pytest.approx(leg_s(20, 10, 0, 50)), "Z sets the pace"
    assert seconds("G0 X40 Z-0.001", limits) < 1.0


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_no_feed_goes_beyond_the_greatest(name: str) -> None:
    limits = replace(BASE, dialect=name, max_feed_mm_min=600)
    assert seconds("G1 X40 F9000", limits) == pytest.approx(leg_s(40, 10, 0))
    assert seconds("G1 X40 F9000", BASE) == pytest.approx(seconds("G1 X40 F6000", BASE)), "nor beyond the rapid"


def test_grbl_takes_an_arc_as_fast_as_its_chords_allow() -> None:
    """Chords of 0.002 mm on a circle of 20 mm turn by φ each: v² = a·δ·cos(φ/2) / (1 - cos(φ/2)), nearly 5·a·r. Others: a·r."""
    circles = "G0 X0 Y0 Z0\nG1 X1 F60000\n" + "G2 X1 Y0 I20 J0\n" * 30
    wide = replace(BASE, rapid_mm_min=60_000)
    distance, chord = 30 * 40 * math.pi, 2 * math.pi / math.floor(math.pi * 20 / math.sqrt(0.002 * 39.998))
    grbl = math.sqrt(500 * 0.01 * math.cos(chord / 2) / (1 - math.cos(chord / 2)))
    assert seconds(circles, replace(wide, dialect="generic")) == pytest.approx(distance / 100, rel=0.02)
    assert seconds(circles, replace(wide, dialect="linuxcnc")) == pytest.approx(distance / math.sqrt(8660), rel=0.02)
    told = seconds(circles, replace(wide, dialect="grbl"))
    assert distance / grbl / math.sqrt(math.sqrt(2)) < told < distance / grbl * 1.03


def test_a_steep_helix_bends_less_than_its_circle() -> None:
    """Radius 1, 3 mm down a radian: its curve has the radius (1 + 9) / 1, its length sqrt(10) a radian."""
    turns = "".join(f"G2 X0 Y0 Z{-6 * math.pi * n:.6f} I1 J0\n" for n in range(1, 41))
    told = seconds("G0 X0 Y0 Z0\nF60000\n" + turns, replace(BASE, rapid_mm_min=60_000))
    assert told == pytest.approx(40 * 2 * math.pi * math.sqrt(10) / math.sqrt(500 * 10), rel=0.02)


def test_linuxcnc_keeps_half_of_its_acceleration_for_the_way_along_an_arc() -> None:
    quarter = "G0 X0 Y0 Z0\nG3 X-500 Y500 I-500 J0 F3000"
    length = 250 * math.pi
    assert seconds(quarter, replace(BASE, dialect="linuxcnc")) == pytest.approx(leg_s(length, 50, 0, 250))
    assert seconds(quarter, replace(BASE, dialect="klipper")) == pytest.approx(leg_s(length, 50, 0, 500))


def test_a_changed_spindle_or_coolant_drains_the_buffer() -> None:
    line = {"kind": [1, 1], "x_mm": [50, 100], "feed_mm_min": [3000, 3000]}
    changes: list[dict[str, Any]] = [{"spindle_rpm": [9000, 12000]}, {"spindle_rpm": [9000, 0]}]
    changes += [{"switches": [0, Switch.COUNTER_CLOCKWISE]}, {"switches": [Switch.FLOOD, Switch.MIST]}]
    cases = [("grbl", False, True), ("linuxcnc", False, True), ("grbl", True, False), ("klipper", False, False)]
    one, through = seconds("G1 X50 F3000", BASE), seconds("G1 X100 F3000", BASE)
    for change in changes:
        path = from_columns({**line, **change})
        for name, laser, drains in cases:
            told = math.fsum(move_times_s(path, replace(BASE, dialect=name, laser_mode=laser)))
            assert told == pytest.approx(2 * one if drains else through), (change, name, laser)


def test_s_words_on_every_line_multiply_the_time_outside_of_laser_mode() -> None:
    engraving = "M3 S1000\nG1 F3000\n" + "\n".join(f"X{n / 5} S{1000 + n % 2}" for n in range(1, 300))
    grbl = replace(BASE, dialect="grbl")
    assert seconds(engraving, grbl) > 5 * seconds(engraving, replace(grbl, laser_mode=True))


def test_every_controller_that_is_known_has_a_dialect_whatever_its_case() -> None:
    found = {
        name: dialect_of(name) for name in ("GRBL", "grblHAL", "Mach4", "LinuxCNC", "ddcsv", "pathpilot", "klipper", "fanuc")
    }
    assert {name: d and d.name for name, d in found.items()} == {
        "GRBL": "grbl", "grblHAL": "grblhal", "Mach4": "generic", "LinuxCNC": "linuxcnc", "ddcsv": "generic",
        "pathpilot": "linuxcnc", "klipper": "klipper", "fanuc": "generic",
    }  # fmt: skip
    assert dialect_of("abacus") is None


def test_limits_come_from_the_facts_and_say_what_was_assumed() -> None:
    bare = limits_of(FACTS)
    assert (bare.dialect, bare.look_ahead_moves, bare.jerk_mm_s3, bare.tool_change_s) == ("grbl", 16, None, None)
    assert [text.split(" is ")[0] for text in bare.assumptions] == [
        "look-ahead", "greatest feed", "greatest feed of Z", "time of a tool change",
    ]  # fmt: skip
    stated = {
        "look_ahead_moves": 64, "max_feed_mm_min": 3000.0, "max_feed_z_mm_min": 900.0, "jerk_mm_s3": 2500.0,
        "tool_changer_s": 8.0, "corner_tolerance_mm": 0.1,
    }  # fmt: skip
    full = limits_of(FACTS.model_copy(update={**stated, "controller": "ddcsv"}))
    assert (full.dialect, full.look_ahead_moves, full.jerk_mm_s3, full.tool_change_s) == ("generic", 64, 2500, 8)
    assert (full.max_feed_mm_min, full.rapid_mm_min, full.assumptions) == ((3000, 3000, 900), (5000, 5000, 5000), ())
    grbl = limits_of(FACTS.model_copy(update=stated))
    assert grbl.rapid_mm_min == (5000, 5000, 900), "one rate an axis"
    assert grbl.jerk_mm_s3 is None
    assert grbl.assumptions == ("jerk is stated, and grbl knows none: not applied",)


def test_an_unknown_controller_is_planned_as_generic_and_says_so() -> None:
    limits = limits_of(FACTS.model_copy(update={"controller": "abacus"}))
    assert limits.dialect == "generic"
    assert "controller 'abacus' is not known: planned as generic" in limits.assumptions


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rapid_mm_min": 0}, "rapid_mm_min 0 is not from 1e-06"),
        ({"accel_mm_s2": (500, -1, 500)}, "accel_mm_s2 -1"),
        ({"max_feed_mm_min": math.nan}, "max_feed_mm_min nan"),
        ({"junction_deviation_mm": -0.01}, "junction_deviation_mm -0.01"),
        ({"jerk_mm_s3": math.inf}, "jerk_mm_s3 inf"),
        ({"look_ahead_moves": 0}, "look_ahead_moves 0 is not from 1"),
        ({"dialect": "abacus"}, "dialect 'abacus' is none of grbl, grblhal"),
        ({"stop_s": -1.0}, "stop_s -1.0"),
    ],
)
def test_limits_of_no_machine_are_refused_by_name(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(LimitsError, match=message):
        replace(BASE, **wrong)
