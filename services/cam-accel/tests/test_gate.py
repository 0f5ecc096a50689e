"""Does the gate let the right part pass, and does it find, place and name whatever is done to it?"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.simulate.collisions import Cylinder as Part
from rmos.cam_accel.simulate.collisions import Holder, box
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.gate import Verification, verify
from rmos.cam_accel.simulate.grid import Stock
from rmos.cam_accel.simulate.report import Setup, simulate
from rmos.cam_accel.simulate.target import Level, Region, Target, VCarve, pocket_target
from rmos.cam_accel.targets.floors import Board
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import COLUMNS, Toolpath, from_columns

KERNELS = choose()
TOOL = ToolShape("flat", 6.0)
WIDE, LONG, DEEP = 46.0, 30.0, 4.0
RECTANGLE = ((0.0, 0.0), (WIDE, 0.0), (WIDE, LONG), (0.0, LONG))
TARGET = pocket_target(RECTANGLE, (), DEEP)


def loop(inset: float, wide: float = WIDE, long: float = LONG) -> list[tuple[float, float]]:
    right, top = max(wide - inset, inset + 0.5), max(long - inset, inset + 0.5)
    return [(inset, inset), (right, inset), (right, top), (inset, top)]


def pocket(rings: list[list[tuple[float, float]]], depth: float = DEEP, stepdown: float = 2.0) -> Toolpath:
    """Rings from the innermost out, in passes, each entered by a ramp of 3 degrees along itself."""
    lines, level = ["G21 G90", "M3 S12000", "G0 Z5"], 0.0
    while level < depth:
        above, level = level, min(depth, level + stepdown)
        for ring in rings:
            lines += [f"G0 X{ring[0][0]} Y{ring[0][1]}", f"G0 Z{0.5 - above}"]
            z, n, here = 0.5 - above, 0, ring[0]
            while z > -level:
                there = ring[(n + 1) % len(ring)]
                z = max(-level, z - math.dist(here, there) * math.tan(math.radians(3)))
                lines.append(f"G1 X{there[0]} Y{there[1]} Z{z:.4f} F400")
                n, here = n + 1, there
            lines += [f"G1 X{x} Y{y} F1500" for x, y in (ring[(n + m + 1) % len(ring)] for m in range(len(ring)))]
            lines.append("G0 Z5")
    return interpret("\n".join(lines).encode()).toolpath


RINGS = [loop(inset) for inset in (14.75, 11.4, 7.2, 3.0)]
GOOD = pocket(RINGS)


def judged(path: Toolpath, target: Target = TARGET, tool: ToolShape = TOOL, **setup: Any) -> Verification:
    return verify(KERNELS, path, tool, target, Setup(**setup))


def told(path: Toolpath, target: Target = TARGET, tool: ToolShape = TOOL, **setup: Any) -> str:
    return "; ".join(judged(path, target, tool, **setup).reasons)


def changed(path: Toolpath, n: int, **by: float) -> Toolpath:
    columns = {name: getattr(path, name).copy() for name in by}
    for name, value in by.items():
        columns[name][n] += value
    return replace(path, **columns)


def without(path: Toolpath, first: int, last: int) -> Toolpath:
    keep = [n for n in range(len(path)) if not first <= n < last]
    return from_columns({name: getattr(path, name)[keep] for name in COLUMNS}, path.start_mm)


def with_move(path: Toolpath, at: int, **move: float) -> Toolpath:
    columns = {name: np.insert(getattr(path, name), at, getattr(path, name)[at - 1]) for name in COLUMNS}
    for name, value in move.items():
        columns[name][at] = value
    return from_columns(columns, path.start_mm)


def at_the_wall() -> list[int]:
    """Moves of the last pass that follow a wall of the pocket."""
    x, y, z = GOOD.x_mm, GOOD.y_mm, GOOD.z_mm
    level = (z == -DEEP) & (np.concatenate(([0.0], z[:-1])) == -DEEP)
    return np.flatnonzero(level & ((x == 3) | (x == WIDE - 3)) & ((y == 3) | (y == LONG - 3))).tolist()


def test_a_right_pocket_passes() -> None:
    found = judged(GOOD)
    assert found.reasons == ()
    assert found.coverage_ratio > 0.999
    assert found.gouged_area_mm2 == 0


def test_what_no_tool_of_this_size_reaches_is_told_with_its_places() -> None:
    """Four corners: (4 - pi) r^2."""
    found = judged(GOOD)
    assert found.unreachable_area_mm2 == pytest.approx((4 - math.pi) * 9, rel=0.01)
    corners = {(round(x / WIDE), round(y / LONG)) for x, y in found.unreachable_places_mm}
    assert corners == {(0, 0), (0, 1), (1, 0), (1, 1)}


@given(st.sampled_from(at_the_wall()), st.sampled_from([0.1, 0.03]), st.booleans())
@settings(max_examples=16, deadline=None)
def test_one_move_shifted_into_the_wall_is_found_and_named(n: int, by_mm: float, along_x: bool) -> None:
    axis = "x_mm" if along_x else "y_mm"
    outward = 1.0 if getattr(GOOD, axis)[n] > 10 else -1.0
    found = judged(changed(GOOD, n, **{axis: outward * by_mm}))
    assert found.gouged_area_mm2 > 0
    reason = "; ".join(found.reasons)
    named = int(re.search(r"move (\d+) \(line (\d+)\)", reason).group(1)) - 1  # type: ignore[union-attr]
    assert named in (n, n + 1)
    assert f"(line {GOOD.line[named]})" in reason
    assert "outside the target" in reason


@pytest.mark.parametrize("ring", range(len(RINGS)))
def test_a_ring_left_out_is_found_with_the_place_of_what_is_left(ring: int) -> None:
    found = judged(pocket(RINGS[:ring] + RINGS[ring + 1 :]))
    reason = "; ".join(found.reasons)
    assert "of the reachable area is cut" in reason
    x, y = (float(v) for v in re.search(r"X([-\d.]+) Y([-\d.]+)", reason).groups())  # type: ignore[union-attr]
    inset = min(x, y, WIDE - x, LONG - y)
    assert abs(inset - RINGS[ring][0][0]) < 3.1


@given(st.sampled_from([n for n in range(len(GOOD)) if GOOD.z_mm[n] == -DEEP]), st.sampled_from([0.5, 0.1, 0.02]))
@settings(max_examples=16, deadline=None)
def test_one_move_too_deep_is_found(n: int, by_mm: float) -> None:
    reason = told(changed(GOOD, n, z_mm=-by_mm))
    assert f"reaches Z {-DEEP - by_mm:.3f}, the floor is at {-DEEP:.3f}" in reason
    assert f"move {n + 1} (line {GOOD.line[n]})" in reason


def test_a_move_too_deep_above_a_shallower_floor_is_found() -> None:
    """Within the depth of the deepest region, so that only the surface tells."""
    ledge = ((WIDE, 0.0), (WIDE + 20, 0.0), (WIDE + 20, LONG), (WIDE, LONG))
    target = Target((Region(RECTANGLE, Level(DEEP)), Region(ledge, Level(1.0))))
    program = "G21 G90\nM3 S9000\nG0 Z5\nG0 X60 Y15\nG1 Z0 F300\nG1 X50 Z-0.5\nX60 Z{z}\n"
    for z, wrong in (("-1", False), ("-1.05", True), ("-2", True)):
        reason = told(interpret(program.format(z=z).encode()).toolpath, target)
        assert ("below Z -1.000" in reason) == wrong
        assert ("are cut below the target" in reason) == wrong


@given(st.integers(10, len(GOOD) - 10))
@settings(max_examples=20, deadline=None)
def test_a_rapid_through_stock_is_found_and_named(n: int) -> None:
    """From inside the pocket through its wall."""
    found = judged(with_move(GOOD, n, kind=0, x_mm=-30.0, y_mm=-20.0, z_mm=-1.0, feed_mm_min=0.0))
    assert any(f"move {n + 1} " in reason and "a rapid goes" in reason for reason in found.reasons)


def test_a_move_that_crosses_the_wall_above_the_surface_gouges_nothing() -> None:
    """It begins in air outside and dips below Z 0 where stock is gone; the same one lower cuts the wall."""
    at = len(GOOD)
    over = interpret(b"G21 G90\nM3 S9000\nG0 Z5\nG0 X-20 Y15\nG1 X20 Z-1 F400\nG0 Z5\n").toolpath
    both = from_columns({name: np.concatenate([getattr(GOOD, name), getattr(over, name)]) for name in COLUMNS})
    assert judged(both).ok
    assert "outside the target" in told(changed(both, at + 1, z_mm=-4.9))


def test_a_rapid_through_stock_that_is_cut_later_is_found_though_nothing_is_gouged() -> None:
    rapid = interpret(b"G21 G90\nM3 S9000\nG0 Z5\nG0 X15 Y15\nG0 Z-2\nG0 X30\nG0 Z5\n").toolpath
    both = from_columns({name: np.concatenate([getattr(rapid, name), getattr(GOOD, name)]) for name in COLUMNS})
    found = judged(both)
    assert found.gouged_area_mm2 == 0
    assert "straight down into stock, 2.000 mm" in found.reasons[0]
    assert "a rapid goes through stock, 2.000 mm" in found.reasons[1]
    assert len(found.reasons) == 2


def test_a_rapid_where_stock_is_gone_is_none() -> None:
    """The same moves after the pocket is cut."""
    rapid = interpret(b"G21 G90\nM3 S9000\nG0 Z5\nG0 X15 Y15\nG0 Z-2\nG0 X30\nG0 Z5\n").toolpath
    assert judged(from_columns({n: np.concatenate([getattr(GOOD, n), getattr(rapid, n)]) for n in COLUMNS})).ok


def test_a_straight_plunge_is_found_unless_the_tool_cuts_at_its_centre() -> None:
    plunge = interpret(b"G21 G90\nM3 S9000\nG0 Z5\nG0 X15 Y15\nG1 Z-2 F100\nG0 Z5\n").toolpath
    both = from_columns({name: np.concatenate([getattr(plunge, name), getattr(GOOD, name)]) for name in COLUMNS})
    assert "move 3 (line 5) at X" in told(both)
    assert "straight down into stock, 2.000 mm of it" in told(both)
    assert judged(both, centre_cutting=True).ok


def test_a_steep_ramp_is_found_with_its_angle() -> None:
    steep = interpret(b"G21 G90\nM3 S9000\nG0 Z5\nG0 X15 Y15\nG1 Z0 F100\nX20 Z-2\nX15\nG0 Z5\n").toolpath
    both = from_columns({name: np.concatenate([getattr(steep, name), getattr(GOOD, name)]) for name in COLUMNS})
    assert "goes down at 22 degrees into stock" in told(both)


@pytest.mark.parametrize(
    ("angle_deg", "step_mm", "is_found"), [(10, 0.05, False), (10, 5, False), (12, 0.02, True), (10.1, 5, True)]
)
def test_a_ramp_at_the_limit_is_none_that_is_too_steep_once_its_digits_are_rounded(
    angle_deg: float, step_mm: float, is_found: bool
) -> None:
    """Nor do moves hide a steeper one that are as short as the digits."""
    count = math.ceil(min(1.0, 200 * step_mm) / step_mm)
    x = 10 + step_mm * np.arange(count + 1)
    z = np.round(-(x - 10) * math.tan(math.radians(angle_deg)), 6 if is_found else 3)
    path = from_columns({"kind": [0, *[1] * count], "x_mm": x, "y_mm": np.full(len(x), 15.0), "z_mm": z}, (10.0, 15.0, 5.0))
    stock = Stock((0, 0), (40, 30))
    assert bool(simulate(KERNELS, path, TOOL, Setup(stock, 0.2)).of("plunge")) == is_found


def test_a_plunge_into_pre_cut_stock_is_none() -> None:
    """The heights that the pocket left are what the second path begins with."""
    stock = Stock((-5, -5), (WIDE + 5, LONG + 5))
    plunge = interpret(b"G21 G90\nM3 S9000\nG0 Z5\nG0 X15 Y15\nG1 Z-3 F100\nG0 Z5\n").toolpath
    assert simulate(KERNELS, plunge, TOOL, Setup(stock, 0.2)).of("plunge")
    left = simulate(KERNELS, GOOD, TOOL, Setup(stock, 0.2)).heightmap.heights
    assert simulate(KERNELS, plunge, TOOL, Setup(stock, 0.2, left)).faults == ()


def test_a_path_of_which_little_is_kept_does_not_cover() -> None:
    """One ring of four, as a planner did that kept 5 % of its moves."""
    found = judged(pocket(RINGS[:1]))
    assert found.coverage_ratio < 0.3
    assert "of the reachable area is cut" in found.reasons[0]


ISLAND = ((16.0, 10.0), (30.0, 10.0), (30.0, 20.0), (16.0, 20.0))


def test_an_island_that_is_cut_away_is_a_gouge_of_its_area() -> None:
    found = judged(GOOD, pocket_target(RECTANGLE, (ISLAND,), DEEP))
    assert found.gouged_area_mm2 == pytest.approx(140, rel=0.02)
    assert "outside the target" in "; ".join(found.reasons)


def test_a_path_without_compensation_of_the_radius_is_a_gouge_all_round() -> None:
    found = judged(pocket([*RINGS, loop(0.0)]))
    assert found.gouged_area_mm2 == pytest.approx(2 * (WIDE + LONG) * 3 + math.pi * 9, rel=0.02)


@pytest.mark.parametrize("off_mm", [0.0051, 0.05, 3.64])
def test_an_arc_whose_ends_are_not_equally_far_from_its_centre_is_found(off_mm: float) -> None:
    arc = with_move(GOOD, len(GOOD) - 1, kind=2, i_mm=4.0, j_mm=0.0, x_mm=float(GOOD.x_mm[-2]) + 8 + off_mm, feed_mm_min=900.0)
    reason = told(arc)
    assert f"move {len(GOOD)} (line" in reason
    assert f"begins 4.0000 mm from its centre and ends {4 + off_mm:.4f}" in reason
    fine = with_move(GOOD, len(GOOD) - 1, kind=2, i_mm=4.0, j_mm=0.0, x_mm=float(GOOD.x_mm[-2]) + 8 + 0.0049, feed_mm_min=900.0)
    assert "centre and ends" not in told(fine)


def carving(half: float = 3.0, wide: float = 20.0, angle_deg: float = 60.0) -> Toolpath:
    """Along the middle of a rectangle and into its corners, so that the bit touches the nearest walls."""
    d, h = half / math.tan(math.radians(angle_deg) / 2), 2 * half
    moves = ["G21 G90", "M3 S18000", "G0 Z5", "G0 X0 Y0", "G1 Z0 F300", f"G1 X{half} Y{half} Z{-d:.5f} F800", f"G1 X0 Y{h} Z0"]
    moves += ["G0 Z5", f"G0 X{wide} Y0", "G1 Z0 F300", f"G1 X{wide - half} Y{half} Z{-d:.5f} F800", f"G1 X{wide} Y{h} Z0"]
    moves += ["G0 Z5", f"G0 X{half} Y{half}", f"G1 Z{-d:.5f} F300", f"G1 X{wide - half} F800", "G0 Z5"]
    return interpret("\n".join(moves).encode()).toolpath


V_BIT = ToolShape("cone", 12.7, tip_angle_deg=60)
V_TARGET = Target((Region(((0, 0), (20, 0), (20, 6), (0, 6)), VCarve(60, 8.0)),))


def test_a_carved_v_passes_and_one_too_deep_or_beside_does_not() -> None:
    good = carving()
    found = judged(good, V_TARGET, V_BIT, centre_cutting=True)
    assert found.reasons == ()
    assert found.coverage_ratio > 0.999
    for sabotage in ({"z_mm": -0.1}, {"y_mm": 0.1}, {"z_mm": -0.04}):
        n = int(np.flatnonzero(good.z_mm < -5)[-1])
        assert "cut" in told(changed(good, n, **sabotage), V_TARGET, V_BIT, centre_cutting=True)


def test_a_carved_v_that_is_too_shallow_does_not_cover() -> None:
    good = carving()
    assert "reachable area" in told(
        replace(good, z_mm=good.z_mm + np.where(good.z_mm < 0, 0.1, 0)), V_TARGET, V_BIT, centre_cutting=True
    )


def fret_slot(flat: bool = False) -> Toolpath:
    """Across a board of radius 254 mm and 50 mm width, its floor 2 mm below the surface; or level, as a saw would not."""
    moves = ["G21 G90", "M3 S24000", "G0 Z5", "G0 X0 Y-24.7", "G0 Z1"]
    for level in (1.0, 2.0):
        for n in range(101):
            y = -24.7 + 49.4 * (n if level == 1.0 else 100 - n) / 100
            sag = 0.0 if flat else 254 - math.sqrt(254**2 - y * y)
            moves.append(f"G1 Y{y:.4f} Z{-sag - level:.4f} F300")
    return interpret("\n".join([*moves, "G0 Z5"]).encode()).toolpath


def test_a_slot_follows_the_boards_radius() -> None:
    board, slot = Board(254, 254, 1, 25.0), ((-0.3, -25.0), (0.3, -25.0), (0.3, 25.0), (-0.3, 25.0))
    target = Target((Region(slot, Board(254, 254, 1, 25.0, 2.0), floor_tolerance_mm=0.05, deeper_mm=0.05),), surface=board)
    end_mill, options = ToolShape("flat", 0.6), {"centre_cutting": True, "cell_mm": 0.05}
    assert told(fret_slot(), target, end_mill, **options) == ""
    assert "reachable area" in told(fret_slot(flat=True), target, end_mill, **options)


def test_a_ball_covers_what_lies_within_its_scallops() -> None:
    ball = ToolShape("ball", 6.0)
    target = Target((Region(RECTANGLE, Level(2.0), floor_tolerance_mm=0.1),))
    fine = pocket([loop(inset) for inset in (*np.arange(14.9, 2.9, -1.2).tolist(), 2.83)], 2.0, 1.0)
    assert judged(fine, target, ball).reasons == ()
    coarse = pocket(RINGS, 2.0, 1.0)
    assert "reachable area" in told(coarse, target, ball)
    assert "outside the target" in told(changed(fine, len(fine) - 3, x_mm=-0.1, y_mm=-0.1), target, ball)


def hole(x: float, y: float, diameter: float) -> tuple[tuple[float, float], ...]:
    turns = [2 * math.pi * n / 180 for n in range(180)]
    return tuple((x + diameter / 2 * math.cos(a), y + diameter / 2 * math.sin(a)) for a in turns)


@pytest.mark.parametrize(
    "drill", [ToolShape("flat", 6.0), ToolShape("cone", 6.0, tip_angle_deg=118)], ids=["end mill", "drill"]
)
def test_holes_as_wide_as_the_tool_are_right_each_at_its_place_and_depth(drill: ToolShape) -> None:
    target = Target(tuple(Region(hole(x, 0.0, 6.0), Level(5.0)) for x in (0.0, 20.0)))

    def drilled(*places: tuple[float, float, float]) -> str:
        moves = "".join(f"G0 X{x} Y{y}\nG0 Z1\nG1 Z-3 F100\nG0 Z1\nG0 Z-2.9\nG1 Z{-z}\nG0 Z5\n" for x, y, z in places)
        return told(interpret(f"G21 G90\nM3 S9000\nG0 Z5\n{moves}".encode()).toolpath, target, drill, centre_cutting=True)

    assert drilled((0, 0, 5), (20, 0, 5)) == ""
    assert "reachable area" in drilled((0, 0, 5))
    assert "reachable area" in drilled((0, 0, 5), (20, 0, 3))
    assert "the floor is at -5.000" in drilled((0, 0, 5), (20, 0, 5.1))
    assert "outside the target" in drilled((0, 0, 5), (20, 0.05, 5))


def test_regions_of_several_depths_are_judged_each_by_its_floor() -> None:
    inner = ((10.0, 8.0), (36.0, 8.0), (36.0, 22.0), (10.0, 22.0))
    target = Target((Region(RECTANGLE, Level(2.0)), Region(inner, Level(DEEP))))
    top = pocket(RINGS, 2.0)
    deep_rings = [[(10 + x, 8 + y) for x, y in loop(inset, 26.0, 14.0)] for inset in (6.5, 5.0, 3.0)]
    deep = pocket([[(x, y) for x, y in ring] for ring in deep_rings], DEEP)
    both = from_columns({name: np.concatenate([getattr(top, name), getattr(deep, name)]) for name in COLUMNS})
    assert judged(both, target).reasons == ()
    assert "of the reachable area is cut" in told(top, target)
    assert "below Z -2.000" in told(GOOD, target)


def test_a_tool_that_reaches_nothing_is_told() -> None:
    assert "no part of the target can be reached" in told(GOOD, tool=ToolShape("flat", 40.0))


def test_holder_fixtures_and_envelope_are_part_of_the_gate() -> None:
    holder = Holder((Part("the holder", 40.0, 3.0),))
    assert "the holder runs into stock" in told(GOOD, holder=holder)
    clamp = box("the left clamp", (-20, 5), (-0.5, 25), 8.0)
    assert "the tool comes within 1 mm of the left clamp" in told(GOOD, fixtures=(clamp,))
    assert "X needs 43.000 mm, the machine has 40" in told(GOOD, envelope_mm=(40, 300, 100))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Region(((0, 0), (1, 0)), Level(1)), "at least three points"),
        (lambda: Region(((0, 0), (math.nan, 0), (1, 1)), Level(1)), "point 1"),
        (lambda: Region(((0, 0), (1e9, 0), (1, 1)), Level(1)), "point 1"),
        (lambda: Region(((0, 0), (1, 0), (2, 0)), Level(1)), "no area"),
        (lambda: Region(((0, 0), (9, 9), (9, 0), (0, 8)), Level(1)), "Self-intersection"),
        (lambda: Region(RECTANGLE, Level(1), (((50, 5), (60, 5), (60, 9)),)), "no area"),
        (lambda: Level(math.nan), "depth_mm"),
        (lambda: VCarve(180, 1), "angle"),
        (lambda: Board(10, 10, 1, 11), "half_width_mm"),
        (lambda: judged(changed(GOOD, 5, x_mm=1e9)), "no place"),
        (lambda: judged(changed(GOOD, 5, x_mm=math.nan)), "no place"),
        (lambda: judged(GOOD, tool=ToolShape("flat", 5e3)), "wider than"),
    ],
)
def test_bad_input_is_refused_with_its_cause(make: Any, words: str) -> None:
    with pytest.raises(SimulationError, match=words):
        make()


def test_both_kernels_come_to_the_same_verdict() -> None:
    for path in (GOOD, changed(GOOD, at_the_wall()[0], x_mm=0.1), pocket(RINGS[:2])):
        one, other = (verify(choose(which), path, TOOL, TARGET) for which in ("auto", "off"))  # type: ignore[arg-type]
        assert one == other
