"""Do fret slots lie where the scale puts them, at one depth below the round board, in passes that the thin tool survives?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.frets import FretSlotsRequest, plan_fret_slots
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.fretboard import fret_lines
from rmos.contracts.toolpath import Toolpath, encode
from swept_areas import places, rapids_through, swept

CUT = Cut(ToolShape("flat", 0.58), 0.58, 500, 200, 20000, 5)
LINES = fret_lines(647.7, 647.7, 22, 43, 56, 0)
BASE = FretSlotsRequest(CUT, LINES, 0.58, 3.0, 241.3)
BOARDS: dict[str, dict[str, Any]] = {
    "strat": {},
    "les paul": {"lines": fret_lines(628.65, 628.65, 22, 43, 55, 0), "radius_nut_mm": 304.8},
    "classical": {"lines": fret_lines(650, 650, 19, 52, 62, 0), "radius_nut_mm": None, "depth_mm": 2.5},
    "fan": {"lines": fret_lines(647.7, 685.8, 24, 48, 62, 7), "radius_nut_mm": 406.4},
    "compound": {"radius_nut_mm": 241.0, "radius_heel_mm": 406.0},
    "bass": {"lines": fret_lines(863.6, 863.6, 20, 42, 62, 0), "radius_nut_mm": 254.0},
    "vintage, blind": {"radius_nut_mm": 184.15, "ends": "blind", "inset_mm": 1.5},
    "blank still flat": {"radius_nut_mm": 184.15, "radiused": False},
    "wide slot": {"slot_width_mm": 1.0},
}


def surface(r: FretSlotsRequest, x: Any, y: Any) -> Any:
    if r.radius_nut_mm is None:
        return np.zeros_like(x)
    length = r.length_mm or max(max(a[0], b[0]) for a, b in r.lines)
    radius = r.radius_nut_mm + ((r.radius_heel_mm or r.radius_nut_mm) - r.radius_nut_mm) * x / length
    return np.sqrt(radius**2 - y**2) - radius


def cut_to(path: Toolpath, line: Any, tool: float, y: Any) -> Any:
    """How deep the flat tool has cut at places of one line."""
    (x0, y0), (x1, y1) = line
    at = places(path, 0.05)
    near = np.abs(at[:, 0] - (x0 + (at[:, 1] - y0) * (x1 - x0) / (y1 - y0))) < 1.0
    at = at[near]
    x = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
    return x, np.array([at[np.hypot(at[:, 0] - p, at[:, 1] - q) <= tool / 2][:, 2].min() for p, q in zip(x, y, strict=True)])


@pytest.mark.parametrize("name", list(BOARDS))
def test_every_slot_is_equally_deep_below_the_surface(name: str) -> None:
    r = replace(BASE, **BOARDS[name])
    path = plan_fret_slots(r)
    for n in (0, 6, len(r.lines) - 1):
        line = r.lines[n]
        inset = 3.0 if r.ends == "blind" else 0.2
        y = np.linspace(line[0][1] + inset, line[1][1] - inset, 25)
        lane = (r.slot_width_mm - 0.58) / 2
        x, z = cut_to(path, [(px - lane, py) for px, py in line], 0.58, y)
        assert z == pytest.approx(surface(r, x, y) - r.depth_mm, abs=0.01)


@pytest.mark.parametrize("name", list(BOARDS))
def test_slots_are_as_wide_as_asked_and_lie_on_their_lines(name: str) -> None:
    r = replace(BASE, **BOARDS[name])
    r = replace(r, lines=r.lines[::6], length_mm=500.0)
    path = plan_fret_slots(r)
    board = shapely.Polygon([a for a, _ in r.lines] + [b for _, b in reversed(r.lines)]).buffer(0.5, join_style="mitre")
    wanted = shapely.union_all([shapely.LineString([a, b]).buffer(r.slot_width_mm / 2, cap_style="flat") for a, b in r.lines])
    cut = swept(path, 0.29).intersection(board if r.ends == "through" else shapely.box(-100, -100, 2000, 100))
    assert (
        cut.difference(wanted.buffer(0.005, cap_style="square", join_style="mitre").union(board.exterior.buffer(0.6))).area
        < 1e-3
    )
    if r.ends == "through":
        assert wanted.buffer(-0.005).difference(cut).area < 1e-3
    else:
        assert (
            cut.buffer(1.48)
            .difference(
                shapely.Polygon([a for a, _ in r.lines] + [b for _, b in reversed(r.lines)]).buffer(2, join_style="mitre")
            )
            .area
            == 0
        )
    assert rapids_through(path, 0.29) == []


@pytest.mark.parametrize("name", list(BOARDS))
def test_no_pass_cuts_deeper_than_the_stepdown(name: str) -> None:
    """At a place of one slot, each depth that the tool comes to is at most one stepdown below the deepest before it."""
    r = replace(BASE, **BOARDS[name])
    r = replace(r, lines=r.lines[3:4], length_mm=500.0)
    at = places(plan_fret_slots(r), 0.02)
    for y in (-15.0, 0.0, 11.0):
        seen = at[np.abs(at[:, 1] - y) < 0.02][:, 2]
        top = float(surface(r, np.array([at[0, 0]]), np.array([y]))[0]) if r.radiused else 0.0
        for z in seen:
            assert z >= top - CUT.stepdown_mm - 0.012
            top = min(top, float(z))


def test_the_frets_of_a_fan_lie_where_the_fan_puts_them() -> None:
    """648/686 mm, fret 7 square: fret 1 leads from 36.369 at the treble to 25.864 at the bass edge."""
    r = replace(BASE, lines=fret_lines(648, 686, 24, 48, 62, 7), radius_nut_mm=406.4)
    path = plan_fret_slots(r)
    below = path.is_cut & (path.z_mm < -3)
    first = np.flatnonzero(below)[: len(np.flatnonzero(below)) // 24 // 2]
    x, y = path.x_mm[first], path.y_mm[first]
    slope, at0 = np.polyfit(y, x, 1)
    half = (48 + (62 - 48) * (1 - 2 ** (-1 / 12)) / (1 - 2 ** (-2))) / 2
    assert at0 - slope * half == pytest.approx(36.369, abs=0.001)
    assert at0 + slope * half == pytest.approx(25.864, abs=0.001)


@settings(max_examples=10, deadline=None)
@given(st.floats(560, 700), st.floats(0, 40), st.integers(5, 24), st.floats(150, 500), st.sampled_from(["through", "blind"]))
def test_random_boards_are_cut_to_their_depth(treble: float, more: float, frets: int, radius: float, ends: Any) -> None:
    r = replace(BASE, lines=fret_lines(treble, treble + more, frets, 43, 56, 7)[-2:], radius_nut_mm=radius, ends=ends)
    path = plan_fret_slots(r)
    y = np.linspace(-20, 20, 9)
    x, z = cut_to(path, r.lines[0], 0.58, y)
    assert z == pytest.approx(surface(r, x, y) - 3, abs=0.01)
    assert encode(path) == encode(plan_fret_slots(r))


def test_through_slots_are_entered_beside_the_board() -> None:
    path = plan_fret_slots(BASE)
    straight_down = [n for n in range(1, len(path)) if path.is_cut[n] and path.x_mm[n] == path.x_mm[n - 1]
                     and path.y_mm[n] == path.y_mm[n - 1] and path.z_mm[n] < path.z_mm[n - 1]]  # fmt: skip
    assert straight_down
    assert all(abs(path.y_mm[n]) >= 21.5 + 0.29 for n in straight_down)


def test_blind_slots_are_entered_on_ramps() -> None:
    path = plan_fret_slots(replace(BASE, ends="blind", radius_nut_mm=None))
    run = np.hypot(np.diff(path.x_mm), np.diff(path.y_mm))
    drop = -np.diff(path.z_mm)
    down = path.is_cut[1:] & (drop > 1e-9) & (path.z_mm[1:] < -1e-9)
    assert (drop[down] <= run[down] * math.tan(math.radians(3)) + 1e-9).all()


def test_the_nut_end_comes_nearer_to_the_first_fret_by_its_compensation() -> None:
    plain, moved = plan_fret_slots(BASE), plan_fret_slots(replace(BASE, nut_compensation_mm=0.5, length_mm=465.945))
    below = plain.z_mm < -1
    assert plain.x_mm[below].min() - moved.x_mm[moved.z_mm < -1].min() == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("radius", "half", "drop"), [(184.15, 21.5, 1.259), (241.3, 28.0, 1.630), (304.8, 28.0, 1.289), (406.4, 21.5, 0.569)]
)
def test_the_slot_falls_towards_the_edge_as_far_as_the_board_does(radius: float, half: float, drop: float) -> None:
    r = replace(BASE, lines=(((50.0, -half), (50.0, half)),), radius_nut_mm=radius)
    _, z = cut_to(plan_fret_slots(r), r.lines[0], 0.58, np.array([-half, 0.0, half]))
    assert z == pytest.approx([-3 - drop, -3, -3 - drop], abs=0.01)


def test_the_spindle_turns_on_every_move() -> None:
    assert (plan_fret_slots(BASE).spindle_rpm == 20000).all()


CROSSED = (LINES[0], ((20.0, -21.0), (50.0, 21.0)))
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "wide tool": ({"slot_width_mm": 0.5}, "/design/slot_width_mm"),
    "thin tool": ({"slot_width_mm": 2.5}, "/design/slot_width_mm"),
    "deep pass": ({"cut": replace(CUT, stepdown_mm=3.0)}, "/cut/stepdown"),
    "no lines": ({"lines": ()}, "/design/lines"),
    "crossed": ({"lines": CROSSED}, "/design/lines/1"),
    "from bass to treble": ({"lines": ((LINES[0][1], LINES[0][0]),)}, "/design/lines/0"),
    "no length": ({"lines": ((LINES[0][0], LINES[0][0]),)}, "/design/lines/0"),
    "shorter than wide": ({"lines": (((10, -0.2), (10, 0.2)),)}, "/design/lines/0"),
    "nowhere": ({"lines": (((0, -math.inf), (0, 20)),)}, "/design/lines/0/0"),
    "along the strings": ({"lines": (((0, -1), (100, 1)),)}, "/design/lines/0"),
    "radius below the width": ({"radius_nut_mm": 21.0}, "/design/radius_nut_mm"),
    "radius at the heel alone": ({"radius_nut_mm": None, "radius_heel_mm": 300.0}, "/design/radius_nut_mm"),
    "no depth": ({"depth_mm": 0}, "/design/depth_mm"),
    "ends unknown": ({"ends": "half"}, "/design/ends"),
    "V-bit": ({"cut": replace(CUT, tool=ToolShape("cone", 0.58, tip_angle_deg=60))}, "/tool_id"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_what_cannot_be_slotted_is_refused_with_its_place(name: str) -> None:
    changes, pointer = BAD[name]
    with pytest.raises(PlanError) as error:
        plan_fret_slots(replace(BASE, **changes))
    assert error.value.pointer == pointer


def test_a_slot_shorter_than_its_insets_is_refused() -> None:
    with pytest.raises(PlanError, match="inset") as error:
        plan_fret_slots(replace(BASE, lines=(((10, -8), (10, 8)),), ends="blind", inset_mm=8))
    assert error.value.pointer == "/design/lines/0"
