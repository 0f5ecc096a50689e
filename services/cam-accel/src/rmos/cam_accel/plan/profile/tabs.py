"""Where is a part left standing, and how does the tool get over it?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rmos.cam_accel.plan.contours import straightest
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.track import Track, descend, flat, follow

LEAST_ROOM_MM, CLEAR_MM, SAME_MM = 2.0, 0.02, 1e-6
Window = tuple[float, float]
"""From where to where on a track the tool stays above a tab."""


@dataclass(frozen=True)
class Tabs:
    """`width_mm` is what stands in the middle of the slot, `height_mm` how far it reaches up from the part's underside."""

    count: int
    width_mm: float
    height_mm: float


@dataclass(frozen=True)
class Ways:
    """How the tool goes down and over: `slope` is mm of depth per mm of way, `tab_z_mm` the top of the tabs."""

    cut: Cut
    slope: float
    tab_z_mm: float


def middles(track: Track, start: float, tabs: Tabs, window_mm: float, room_mm: float) -> list[float]:
    """Places of the tabs: one in each of equal stretches counted from the start, where the track is straightest there."""
    cell = track.length_mm / tabs.count
    slack = (cell - window_mm) / 2 - max(LEAST_ROOM_MM, room_mm)
    if slack < 0:
        most = math.floor(track.length_mm / (window_mm + 2 * max(LEAST_ROOM_MM, room_mm)))
        raise PlanError("/design/tabs/count", f"{tabs.count} tabs do not fit along {track.length_mm:.1f} mm: at most {most}")
    return [straightest(track, start + (n + 0.5) * cell, slack, window_mm) for n in range(tabs.count)]


def windows(track: Track, start: float, points: Sequence[tuple[float, float]], window_mm: float) -> list[Window]:
    """Of tabs round these points, on the lap that begins at `start`."""
    found = []
    for point in points:
        place = track.nearest(point)
        if track.closed:
            place = start + (place - start) % track.length_mm
        found.append(tuple(place + side * _reach_mm(track, place, point, side, window_mm / 2) for side in (-1, 1)))
    return sorted((low, high) for low, high in found)


def _reach_mm(track: Track, place: float, point: tuple[float, float], side: int, away_mm: float) -> float:
    """Along the track from the middle of a tab to where the tool is clear of it: farther than straight on, where it bends."""
    reach = away_mm
    while math.dist(track.at(place + side * reach), point) < away_mm - CLEAR_MM and reach < 3 * away_mm:
        reach += CLEAR_MM
    return reach


def lap(moves: Moves, track: Track, first: float, last: float, level: float, tabs: Sequence[Window], ways: Ways) -> None:
    """At a level from one place to another, up over each tab and down behind it on a ramp."""
    feed, plunge = ways.cut.feed_mm_min, ways.cut.plunge_mm_min
    standing = list(tabs) if level < ways.tab_z_mm - SAME_MM else []
    ends = [*(window[0] for window in standing[1:]), last]
    at = first
    for (rise, fall), end in zip(standing, ends, strict=True) if standing else ():
        follow(moves, track, at, rise, flat(level), feed)
        moves.line(*track.at(rise), ways.tab_z_mm, plunge)
        follow(moves, track, rise, fall, flat(ways.tab_z_mm), feed)
        descend(moves, track, fall, end - fall, flat(ways.tab_z_mm), flat(level), ways.slope, plunge)
        at = fall
    follow(moves, track, at, last, flat(level), feed)
