"""How does the tool really meet the stock: how deep, how wide, how fast, and where it must not? The reference kernel."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.geometry import Point3, is_arc, length_mm, spaced, starts_and_ends, sweep, widen_by_arc
from rmos.cam_accel.simulate.before import Tops, units_of
from rmos.cam_accel.simulate.faults import ends_of
from rmos.cam_accel.simulate.profile import Profile, flat_profile
from rmos.cam_accel.stock import FRESH_UM, UM_PER_MM, Disc, Frame, Reach, Stock, frame_of, micrometres, width_mm
from rmos.contracts.toolpath import MoveKind, Toolpath

FARTHEST_MM = 1e5
"""So near that the places of arcs, too, are heights in whole micrometres of 32 bits."""
STEPS_PER_RADIAN, STEEP = 4, 4
NARROWEST_CELLS, SHORTEST_CELLS = 1.5, 4


@dataclass(frozen=True)
class Engagement:
    """Largest values over the whole path; 0 where nothing is cut. `cell_mm` is what they are exact to: see `engagement`."""

    max_axial_mm: float
    max_radial_mm: float
    max_removal_mm3_min: float
    max_feed_per_turn_mm: float
    max_plunge_mm_min: float
    rapid_cuts: int
    spindle_off_cuts: int
    cell_mm: float


def engagement(
    path: Toolpath, tool_diameter_mm: float, profile: Profile | None = None, tops: Tops | None = None
) -> Engagement | None:
    """Runs a tool, flat where no `profile` is given, through stock that fills all below Z 0, or below `tops`. None: not
    measured, since a tool would be under six cells. Of a ball, bull nose or cone the diameter is the one where it meets the
    surface at its lowest, at least a sixteenth of its own; its depth is how high its edge is in stock, its width the mean over
    that height.

    Windows are one tool radius of path long and overlap by half. Depth is what at least one and a half cells of width are
    deep, so that walls passed twice are not taken for deep cuts; width is the volume cut over depth and way. `cell_mm` is
    D/32, coarser where the grid or the path is very large. Bounds: cuts narrower than a cell are not seen in depth, width and
    feed per turn, wider than two always; depth is exact to 1 um on level cuts and to two cells of way on ramps; width, and
    removal by its share of the width, are found half a cell too small to one and a half too large. A run shorter than four
    cells counts as four long. Steps steeper than 76 degrees are plunges and no width. Rapids, and feed moves with a standing
    spindle, are taken as one cell narrower all round, and count where they then meet more than 3 um.
    Raises ValueError where a cutting move has no feed.
    """
    profile = profile or flat_profile(tool_diameter_mm)
    frame = frame_under(path, tool_diameter_mm, profile)
    if frame is None:
        return None
    walk = _Walk(path, frame, profile, None if tops is None else tops_um(tops, frame))
    for n, start, end in starts_and_ends(path):
        walk.move(n, start, end)
    return walk.found()


def frame_under(path: Toolpath, tool_diameter_mm: float, profile: Profile) -> Frame | None:
    """The grid on which `engagement` measures; None and errors as there."""
    if not (_is_sane(path) and 0 < tool_diameter_mm <= FARTHEST_MM):
        return None
    _require_feeds(path)
    reach = _reach(path)
    return frame_of(reach, width_mm(profile, reach.low_z_mm))


def tops_um(tops: Tops, frame: Frame) -> NDArray[np.int32]:
    return units_of(tops, *frame.centres_mm(), UM_PER_MM)


def _is_sane(path: Toolpath) -> bool:
    """Is every coordinate a number, and none absurdly far?"""
    columns = path.x_mm, path.y_mm, path.z_mm, path.i_mm, path.j_mm, path.k_mm, np.array(path.start_mm)
    return all(bool((np.abs(column) <= FARTHEST_MM).all()) for column in columns)


def _require_feeds(path: Toolpath) -> None:
    for n in np.flatnonzero(~path.is_rapid & ~(path.feed_mm_min > 0)).tolist():
        if _moves(path, n, *ends_of(path, n)):
            raise ValueError(f"move {n} has no feed")


def _reach(path: Toolpath) -> Reach:
    low, high, lengths = _extents(path)
    dips = np.array([_dips(z) for z in low[:, 2].tolist()], dtype=bool) & (path.kind < MoveKind.DWELL) & (lengths > 0)
    if not dips.any():
        return Reach(0.0, 0.0, 0.0, 0.0, 0.0)
    (low_x, low_y, low_z), (high_x, high_y, _) = low[dips].min(axis=0).tolist(), high[dips].max(axis=0).tolist()
    return Reach(low_x, low_y, high_x, high_y, _plus(lengths[dips].tolist()), low_z)


def _extents(path: Toolpath) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest coordinates, (n, 3), and length of each move."""
    ends = np.column_stack([path.x_mm, path.y_mm, path.z_mm])
    starts = np.concatenate([np.array([path.start_mm]), ends[:-1]])
    low, high, (x, y, z) = np.minimum(starts, ends), np.maximum(starts, ends), (ends - starts).T
    lengths = np.sqrt(x * x + y * y + z * z)
    for n in np.flatnonzero((path.kind == MoveKind.ARC_CW) | (path.kind == MoveKind.ARC_CCW)).tolist():
        start, end = ends_of(path, n)
        low[n], high[n] = _extent(path, n, start, end)
        lengths[n] = length_mm(path, n, start, end)
    return low, high, lengths


def _moves(path: Toolpath, n: int, start: Point3, end: Point3) -> bool:
    return path.kind[n] < MoveKind.DWELL and length_mm(path, n, start, end) > 0


def _dips(lowest_z_mm: float) -> bool:
    return micrometres(lowest_z_mm) < -FRESH_UM


def _extent(path: Toolpath, n: int, start: Point3, end: Point3) -> tuple[list[float], list[float]]:
    low, high = [*map(min, start, end)], [*map(max, start, end)]
    if is_arc(path, n):
        widen_by_arc(path, n, start, end, low, high)
    return low, high


@dataclass
class _Block:
    """What was cut along half a window. `side`: what was cut by travelling; volumes in cells times micrometres."""

    length_mm: float = 0.0
    travel_mm: float = 0.0
    minutes: float = 0.0
    volume: int = 0
    side: int = 0
    feed_per_turn_mm: float = 0.0
    depths_um: list[NDArray[np.int32]] = field(default_factory=list)


@dataclass(frozen=True)
class _Step:
    length_mm: float
    travel_mm: float
    drop_mm: float
    minutes: float
    feed_per_turn_mm: float


class _Meter:
    """Judges windows of two blocks, each block in two of them; a short rest at the end of a run joins the last window.

    A run begins with its first bite and ends with a block without any, or where `stop` says so.
    """

    def __init__(self, frame: Frame) -> None:
        self.cell_mm, self.half_mm = frame.cell_mm, frame.cell_mm * (frame.across / 4)
        self.axial_um, self.radial_mm, self.removal_mm3_min = 0, 0.0, 0.0
        self.feed_per_turn_mm, self.plunge_mm_min = 0.0, 0.0
        self._widest_mm = frame.cell_mm * frame.across
        self._blocks = [_Block()]

    def plunge(self, plunge_mm_min: float, feed_per_turn_mm: float) -> None:
        self.plunge_mm_min = max(self.plunge_mm_min, plunge_mm_min)
        self.feed_per_turn_mm = max(self.feed_per_turn_mm, feed_per_turn_mm)

    def add(self, step: _Step, taken_um: NDArray[np.int32], contacts_um: NDArray[np.int32]) -> None:
        now, volume = self._blocks[-1], int(taken_um.sum(dtype=np.int64))
        if volume == 0 and len(self._blocks) == 1 and now.length_mm == 0:
            return
        now.length_mm = now.length_mm + step.length_mm
        now.travel_mm = now.travel_mm + step.travel_mm
        now.minutes = now.minutes + step.minutes
        now.volume += volume
        if volume > 0 and step.travel_mm * STEEP >= step.drop_mm:
            now.side += volume
            now.depths_um.append(contacts_um)
            now.feed_per_turn_mm = max(now.feed_per_turn_mm, step.feed_per_turn_mm)
        if now.length_mm >= self.half_mm:
            if len(self._blocks) > 1:
                self._judge(self._blocks[-2:])
            self._blocks = [*self._blocks[-2:], _Block()] if now.volume else [_Block()]

    def stop(self) -> None:
        """What comes next is judged on its own."""
        long_enough = self._blocks[-1].length_mm * 2 >= self.half_mm
        self._judge(self._blocks[-2:] if long_enough else self._blocks)
        self._blocks = [_Block()]

    def _judge(self, blocks: list[_Block]) -> None:
        area_mm2, shortest_mm = self.cell_mm * self.cell_mm, SHORTEST_CELLS * self.cell_mm
        length, travel = _plus(b.length_mm for b in blocks), _plus(b.travel_mm for b in blocks)
        minutes = _plus(b.minutes for b in blocks)
        if travel > 0 and length < shortest_mm:
            minutes = minutes * (shortest_mm / length)
        if minutes > 0:
            volume = sum(b.volume for b in blocks)
            self.removal_mm3_min = max(self.removal_mm3_min, volume * area_mm2 / UM_PER_MM / minutes)
        travel = max(travel, shortest_mm)
        depths_um = [depth for b in blocks for depth in b.depths_um]
        axial_um = _nth_highest(depths_um, math.ceil(NARROWEST_CELLS * travel / self.cell_mm))
        if axial_um > 0:
            self.axial_um = max(self.axial_um, axial_um)
            width_mm = sum(b.side for b in blocks) * area_mm2 / (axial_um * travel)
            self.radial_mm = max(self.radial_mm, min(width_mm, self._widest_mm))
            self.feed_per_turn_mm = max(self.feed_per_turn_mm, *(b.feed_per_turn_mm for b in blocks))


def _plus(values: Iterable[float]) -> float:
    """One after the other, since `sum` compensates from Python 3.12 on."""
    total = 0.0
    for value in values:
        total = total + value
    return total


def _nth_highest(depths_um: list[NDArray[np.int32]], n: int) -> int:
    """0 where there are fewer."""
    count = sum(map(len, depths_um))
    return 0 if count < n else int(np.partition(np.concatenate(depths_um), count - n)[count - n])


class _Walk:
    def __init__(self, path: Toolpath, frame: Frame, profile: Profile, tops: NDArray[np.int32] | None) -> None:
        self._path, self._frame, self._stock, self._meter = path, frame, Stock(frame, tops), _Meter(frame)
        self._wide = Disc(frame.across, 0, profile, frame.cell_mm)
        self._narrow = Disc(frame.across, 1, profile, frame.cell_mm, inset=1)
        self._under = Disc(frame.across, 1, profile, frame.cell_mm)
        self._rapid_cuts = self._spindle_off_cuts = 0

    def move(self, n: int, start: Point3, end: Point3) -> None:
        path = self._path
        if not _moves(path, n, start, end):
            return
        if not _dips(_extent(path, n, start, end)[0][2]):
            self._meter.stop()
        elif path.kind[n] == MoveKind.RAPID:
            self._rapid_cuts += self._touches(n, start, end)
        elif not path.spindle_rpm[n] > 0:
            self._spindle_off_cuts += self._touches(n, start, end)
        else:
            self._feed(n, start, end)

    def _places(self, n: int, start: Point3, end: Point3) -> list[Point3]:
        count = max(1, math.ceil(length_mm(self._path, n, start, end) / self._frame.cell_mm))
        if is_arc(self._path, n):
            count = max(count, math.ceil(abs(sweep(self._path, n, start, end)[2]) * STEPS_PER_RADIAN))
        return spaced(self._path, n, start, end, count)

    def _touches(self, n: int, start: Point3, end: Point3) -> bool:
        """Of a move that should not cut. What it takes is gone."""
        self._meter.stop()
        taken = [self._stock.cut(self._narrow, self._frame.spot(p)).size for p in self._places(n, start, end)]
        return any(taken)

    def _feed(self, n: int, start: Point3, end: Point3) -> None:
        places = self._places(n, start, end)
        feed_mm_min, rpm = float(self._path.feed_mm_min[n]), float(self._path.spindle_rpm[n])
        total_mm = length_mm(self._path, n, start, end)
        step_mm = total_mm / len(places)
        share = 0.0 if is_arc(self._path, n) else (start[2] - end[2]) / total_mm
        last = start
        for p in places:
            x, y, drop = p[0] - last[0], p[1] - last[1], last[2] - p[2]
            if is_arc(self._path, n):
                share = min(drop / step_mm, 1.0)
            spot, last = self._frame.spot(p), p
            if drop > 0 and self._stock.meets(self._under, spot):
                self._meter.plunge(feed_mm_min * share, feed_mm_min / rpm)
            step = _Step(step_mm, math.sqrt(x * x + y * y), drop, step_mm / feed_mm_min, feed_mm_min / rpm)
            self._meter.add(step, *self._stock.bite(self._wide, spot))

    def found(self) -> Engagement:
        self._meter.stop()
        m = self._meter
        return Engagement(
            m.axial_um / UM_PER_MM, m.radial_mm, m.removal_mm3_min, m.feed_per_turn_mm, m.plunge_mm_min,
            self._rapid_cuts, self._spindle_off_cuts, m.cell_mm,
        )  # fmt: skip
