"""Are places along a line where they should be, and do strokes go down gently within the room that they have?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.plan.cut import Cut
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.track import Track, descend, flat, follow
from rmos.cam_accel.tools import ToolShape

CUT = Cut(ToolShape("flat", 6), 2.0, 1000, 300, 18000, 5)
BOX = ((0.0, 0.0), (10.0, 0.0), (10.0, 5.0), (0.0, 5.0))


def test_a_closed_track_goes_round_and_round() -> None:
    track = Track(BOX, closed=True)
    assert track.length_mm == 30
    assert track.at(12) == track.at(42) == track.at(-18) == (10, 2)
    assert track.stops(28, 47) == [30, 40, 45, 47]


def test_an_open_track_ends_at_its_ends() -> None:
    track = Track(BOX, closed=False)
    assert track.length_mm == 25
    assert track.at(99) == (0, 5)
    assert track.stops(20, 5) == [15, 10, 5]


def test_a_track_turns_by_its_corners() -> None:
    track = Track(BOX, closed=True)
    assert track.turned_rad(1, 9) == 0
    assert track.turned_rad(5, 35) == pytest.approx(2 * math.pi)


@settings(max_examples=100, deadline=None)
@given(st.floats(0, 29), st.floats(0.7, 30), st.floats(0.1, 6), st.floats(1, 20))
def test_strokes_stay_in_their_room_fall_gently_and_end_where_they_began(
    place: float, room: float, fall: float, degrees: float
) -> None:
    moves, track, slope = Moves(CUT), Track(BOX, closed=True), math.tan(math.radians(degrees))
    moves.travel(*track.at(place), 0.5)
    before = len(moves)
    descend(moves, track, place, room, flat(0.5), flat(0.5 - fall), slope, 300)
    path = moves.toolpath()
    assert (path.x_mm[-1], path.y_mm[-1]) == pytest.approx(track.at(place))
    assert path.z_mm[-1] == pytest.approx(0.5 - fall)
    run = np.hypot(np.diff(path.x_mm[before - 1 :]), np.diff(path.y_mm[before - 1 :]))
    drop = -np.diff(path.z_mm[before - 1 :])
    assert (drop <= run * slope + 1e-9).all()
    farthest = max(
        (track.nearest((x, y)) - place) % 30
        for x, y in zip(path.x_mm[before:], path.y_mm[before:], strict=True)
        if math.dist((x, y), track.at(place)) > 1e-6
    )
    assert farthest <= room + 1e-6


@settings(max_examples=100, deadline=None)
@given(st.floats(0, 60), st.floats(0, 60))
def test_following_goes_through_every_corner_between(first: float, more: float) -> None:
    moves, track = Moves(CUT), Track(BOX, closed=True)
    moves.travel(*track.at(first), 0.5)
    follow(moves, track, first, first + more, flat(0.5), 1000)
    path = moves.toolpath()
    run = np.hypot(np.diff(path.x_mm[1:]), np.diff(path.y_mm[1:])).sum()
    assert run == pytest.approx(more, abs=1e-6)
