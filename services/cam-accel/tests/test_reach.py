"""Is what a tool must leave above a floor no more and no less than the floor closed by the tool, found by trying all places?"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.simulate import tapers
from rmos.cam_accel.simulate.gate import Verification, verify
from rmos.cam_accel.simulate.profile import Profile, profile_of
from rmos.cam_accel.simulate.reach import Carved, Groove
from rmos.cam_accel.simulate.report import Setup
from rmos.cam_accel.simulate.target import Level, Region, Target, VCarve
from rmos.cam_accel.simulate.walls import swept_below
from rmos.cam_accel.targets.floors import Along
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath

Reals = NDArray[np.float64]
CELL = 0.05


def closed(floor: Reals, tool: Profile, x: Reals, y: Reals, at: tuple[float, float]) -> float:
    """Of a floor (Z on all cells, walls and surroundings included) the lowest that the tool can leave at a place, from every
    stand on the grid: at each it goes down until it rests."""
    near = np.argwhere((x - at[0]) ** 2 + (y - at[1]) ** 2 <= tool.radius_mm**2 + 1e-9)
    best = math.inf
    for row, column in near:
        away = np.sqrt((x - x[row, column]) ** 2 + (y - y[row, column]) ** 2)
        under = away <= tool.radius_mm + 1e-9
        edge = np.array([tool.edge_mm(d) for d in away[under]])
        tip = float((floor[under] - edge).max())
        best = min(best, tip + tool.edge_mm(math.hypot(x[row, column] - at[0], y[row, column] - at[1])))
    return best


def grid(low: float, high_x: float, high_y: float) -> tuple[Reals, Reals]:
    x, y = np.meshgrid(np.arange(low, high_x + CELL / 2, CELL), np.arange(-high_y, high_y + CELL / 2, CELL))
    return x, y


FLOORS: dict[str, Callable[[Reals], Reals]] = {
    "a ramp": lambda s: 0.5 + 0.15 * s, "a bowl": lambda s: 1.5 - 0.03 * (s - 5) ** 2, "a dome": lambda s: 0.5 + 0.03 * (s - 5) ** 2,
}  # fmt: skip


@given(st.sampled_from(sorted(FLOORS)), st.floats(3.0, 7.0), st.floats(-0.9, 0.9))
@settings(max_examples=6, deadline=None)
def test_in_a_groove_a_flat_tool_leaves_its_closing(name: str, s: float, w: float) -> None:
    """Between walls, of lanes that lie side by side. The grid's stands are a cell apart: so far is a slope of 0.2 off."""
    tool, depth = profile_of(ToolShape("flat", 1.5)), FLOORS[name]
    area = ((0.0, -1.0), (10.0, -1.0), (10.0, 1.0), (0.0, 1.0))
    region = Region(area, Along((0, 0), (10, 0), depth, 5.0))
    s, w = round(s / CELL) * CELL, round(w / CELL) * CELL
    found = Groove((0, 0), (10, 0), 2.0, 0.0, True, True).left_mm(tool, region, np.array([s]), np.array([w]))[0]
    x, y = grid(s - 1.6, s + 1.6, 1.2)
    floor = np.where(np.abs(y) <= 1.0 + 1e-9, -depth(x), 0.0)
    want = closed(floor, tool, x, y, (s, w)) + float(depth(np.array([s]))[0])
    assert found == pytest.approx(want, abs=0.2 * CELL + 0.001)


def test_lanes_that_are_a_step_apart_leave_more_between_them() -> None:
    """On a slope of 0.1 the middle between two lanes 1.2 mm apart sees the tool's rim at r - sqrt(r^2 - 0.6^2) less."""
    tool = profile_of(ToolShape("flat", 2.0))
    region = Region(((0, -3), (20, -3), (20, 3), (0, 3)), Along((0, 0), (20, 0), lambda s: 0.1 * s, 2.0))
    place = np.array([10.0]), np.array([0.0])
    left = {step: Groove((0, 0), (20, 0), 6.0, step, True, True).left_mm(tool, region, *place)[0] for step in (0.0, 1.2)}
    assert left[0.0] == pytest.approx(0.0, abs=1e-9)
    assert left[1.2] == pytest.approx(0.1 * (1 - 0.8), abs=1e-6)


def test_at_a_closed_end_the_tool_turns_back() -> None:
    tool = profile_of(ToolShape("flat", 2.0))
    region = Region(((0, -1), (20, -1), (20, 1), (0, 1)), Along((0, 0), (20, 0), lambda s: 0.1 * s, 2.0))
    groove = Groove((0, 0), (20, 0), 2.0, 1.8, False, False)
    corner, middle, end = groove.left_mm(tool, region, np.array([0.05, 10.0, 19.99]), np.array([0.9, 0.0, 0.0]))
    assert corner == math.inf
    assert middle == pytest.approx(0.0, abs=1e-6)
    assert end == pytest.approx(0.1 * 1.99, abs=1e-6)


@given(st.floats(0.3, 5.7), st.floats(-1.3, 1.3), st.sampled_from([0.0, 0.3, 0.8]), st.sampled_from([60.0, 90.0]))
@settings(max_examples=20, deadline=None)
def test_a_blunt_bit_leaves_its_closing_of_a_v(x: float, y: float, tip: float, angle: float) -> None:
    half, long = 1.5, 6.0
    tool, floor = profile_of(ToolShape("cone", 8.0, 0.0, tip, angle)), VCarve(angle, 20.0, tip)
    region = Region(((0, -half), (long, -half), (long, half), (0, half)), floor)
    x, y = round(x / CELL) * CELL, round(y / CELL) * CELL
    found = Carved(floor, 0.0).left_mm(tool, region, np.array([x]), np.array([y]))[0]
    xs, ys = np.meshgrid(np.arange(0, long + CELL / 2, CELL), np.arange(-half, half + CELL / 2, CELL))
    walls_mm = np.minimum(np.minimum(xs, long - xs), half - np.abs(ys))
    tips = (walls_mm - tip / 2) * tool.slope
    away = np.sqrt((xs - x) ** 2 + (ys - y) ** 2)
    cut = float((tips - tool.slope * np.maximum(away - tip / 2, 0))[tips > 0].max())
    sharp = min(x, long - x, half - abs(y)) * tool.slope
    want = sharp - cut if cut > 0 else math.inf
    assert found >= want - 1e-9
    assert found <= want + (0.03 + tip / 12) * tool.slope


def cut(lines: str) -> Toolpath:
    return interpret(f"G21 G90\nM3 S9000\nG0 Z5\n{lines}G0 Z5\n".encode()).toolpath


def judged(path: Toolpath, tool: ToolShape, *regions: Region) -> Verification:
    return verify(choose(), path, tool, Target(regions), Setup(centre_cutting=True))


def test_a_part_of_the_design_that_the_tool_reaches_nowhere_is_refused_by_name() -> None:
    wide, narrow = (((x, 0.0), (x + w, 0.0), (x + w, 30.0), (x, 30.0)) for x, w in ((0.0, 6.0), (20.0, 5.0)))
    path = cut("G0 X3 Y3\nG1 Z-2 F300\nY27\n")
    found = judged(path, ToolShape("flat", 6.0), Region(wide, Level(2), name="slot 1"), Region(narrow, Level(2), name="slot 2"))
    assert len(found.reasons) == 1
    assert "no part of slot 2 can be reached by this tool of 6 mm: use a smaller one at X22.5" in found.reasons[0]
    assert judged(path, ToolShape("flat", 6.0), Region(wide, Level(2), name="slot 1")).reasons == ()


def test_a_letter_that_is_thinner_than_the_bits_tip_is_refused_by_name() -> None:
    floor = VCarve(60.0, 5.0, 0.4)
    wide, thin = (((x, 0.0), (x + w, 0.0), (x + w, 9.0), (x, 9.0)) for x, w in ((0.0, 0.6), (5.0, 0.3)))
    regions = [
        Region(ring, floor, reach=Carved(floor, 0.0), floor_tolerance_mm=0.02, name=f"region {n}")
        for n, ring in enumerate((wide, thin), start=1)
    ]
    path = cut(f"G0 X0.3 Y0.3\nG1 Z-{0.1 / math.tan(math.radians(30)):.4f} F300\nY8.7\n")
    found = judged(path, ToolShape("cone", 6.0, 0.0, 0.4, 60.0), *regions)
    assert [reason for reason in found.reasons if "reach" in reason] == [
        "no part of region 2 can be reached by this tool of 6 mm: use a smaller one at X5.150 Y4.500"
    ]


def test_walls_are_judged_exactly_however_many_sloped_pieces_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last one of many reaches 0.03 mm out of the groove."""
    bit = ToolShape("cone", 6.0, 0.0, 0.0, 90.0)
    moves = "".join(f"G1 X{n / 10:.1f} Z{-1 + (n % 2) / 10:.2f} F300\n" for n in range(100))
    path = cut(f"G0 X0 Y0\n{moves}G1 X10.0 Z-1.04\n")
    allowed = [np.array([(-2.0, -1.01), (12.0, -1.01), (12.0, 1.01), (-2.0, 1.01)])]
    monkeypatch.setattr(tapers, "BATCH", 7)
    outside = swept_below(path, bit, 0.0).beyond(allowed)
    assert outside
    assert min(float(ring[:, 0].min()) for ring in outside) > 9.75


@pytest.mark.parametrize(
    ("gap", "reason"), [(1.0, ""), (3.4, "the slot: a spot of the reachable area that is wider than 0.3 mm")]
)
def test_a_spot_that_is_left_is_refused_though_it_is_less_than_one_in_a_hundred(gap: float, reason: str) -> None:
    """A slot 250 mm long, in which the tool is lifted by 0.1 mm on a short way."""
    ring = ((0.0, -1.5), (250.0, -1.5), (250.0, 1.5), (0.0, 1.5))
    lifted = f"G1 X120 F900\nZ-1.9\nX{120 + gap:g}\nZ-2\nX248.5\n"
    found = judged(cut(f"G0 X1.5 Y0\nG1 Z-2 F300\n{lifted}"), ToolShape("flat", 3.0), Region(ring, Level(2), name="the slot"))
    assert found.coverage_ratio > 0.99
    assert "; ".join(found.reasons).startswith(reason)
    assert bool(found.reasons) == bool(reason)


def test_a_spot_that_is_left_on_a_slope_is_refused_though_it_is_less_than_one_in_a_hundred() -> None:
    ring = ((0.0, -1.5), (250.0, -1.5), (250.0, 1.5), (0.0, 1.5))
    floor = Along((0, 0), (250, 0), lambda s: 1 + 0.01 * s, 3.5)
    region = Region(ring, floor, reach=Groove((0, 0), (250, 0), 3.0, 2.7, True, True), name="the slot")
    lifted = "G1 X120 Z-2.185 F900\nZ-2.085\nX123.4 Z-2.119\nZ-2.219\n"
    for lines, sound in (("", True), (lifted, False)):
        path = cut(f"G0 X-3 Y0\nG1 Z-0.985 F300\nX0\n{lines}G1 X253 Z-3.515 F900\n")
        aired = Target((region, *(Region(a, Level(3.6), must_be_cut=False, cut_before=[np.array(a)]) for a in AIR)))
        found = verify(choose(), path, ToolShape("flat", 3.0), aired, Setup(centre_cutting=True))
        assert found.coverage_ratio > 0.99
        assert (found.reasons == ()) == sound
        assert sound or "the slot: a spot of the reachable area" in found.reasons[0]


AIR = [((x, -1.5), (x + 8, -1.5), (x + 8, 1.5), (x, 1.5)) for x in (-8.0, 250.0)]
