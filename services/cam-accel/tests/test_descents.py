"""Is a way down too steep in pieces what it is in one, however short they are and whatever stands between them?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.simulate.descents import joined
from rmos.cam_accel.simulate.grid import Stock
from rmos.cam_accel.simulate.report import Setup, simulate
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, from_columns

KERNELS, STOCK = choose(), Stock((0, 0), (40, 30))
TOOLS = [ToolShape("flat", 6.0), ToolShape("bull", 6.0, 1.0), ToolShape("ball", 6.0), ToolShape("cone", 6.0, 0.0, 0.2, 60.0)]
PIECES, DEPTHS = st.floats(0.001, 0.3), st.floats(0.6, 1.5)


def way(angle_deg: float, piece_mm: float, depth_mm: float, between: str = "") -> Toolpath:
    """From Z 0 at (10, 15) towards +X; `between` two pieces a dwell, or a step up or aside by a micrometre."""
    down, along = piece_mm * math.sin(math.radians(angle_deg)), piece_mm * math.cos(math.radians(angle_deg))
    rows = [(0, 10.0, 15.0, 0.0)]
    for n in range(1, 1 + math.ceil(depth_mm / down)):
        rows.append((1, 10 + n * along, 15.0, -n * down))
        if between:
            aside, up = (0.001 * (n % 2) * (between == "aside")), 0.0002 * (between == "up")
            kind = {"dwell": 4, "rapid": 0}.get(between, 1)
            rows.append((kind, 10 + n * along, 15.0 + aside, -n * down + up))
    kind, x, y, z = np.array(rows).T
    return from_columns({"kind": kind, "x_mm": x, "y_mm": y, "z_mm": z}, (10.0, 15.0, 5.0))


def plunges(path: Toolpath, tool: ToolShape, centre_cutting: bool = False) -> tuple[str, ...]:
    found = simulate(KERNELS, path, tool, Setup(STOCK, 0.2, centre_cutting=centre_cutting))
    return tuple(fault.reason for fault in found.of("plunge"))


@given(st.sampled_from(TOOLS), PIECES, DEPTHS)
@settings(max_examples=40, deadline=None)
def test_a_plunge_in_pieces_is_one(tool: ToolShape, piece_mm: float, depth_mm: float) -> None:
    path = way(90.0, piece_mm, depth_mm)
    assert "straight down into stock" in plunges(path, tool)[0]
    assert plunges(path, tool, centre_cutting=True) == ()


@given(st.sampled_from(TOOLS), st.floats(13, 88), PIECES, DEPTHS)
@settings(max_examples=40, deadline=None)
def test_a_steep_ramp_in_pieces_is_one(tool: ToolShape, angle_deg: float, piece_mm: float, depth_mm: float) -> None:
    assert plunges(way(angle_deg, piece_mm, depth_mm), tool)


@given(st.sampled_from(TOOLS), st.floats(1, 9.9), PIECES, st.floats(0.05, 0.3))
@settings(max_examples=30, deadline=None)
def test_a_gentle_ramp_in_pieces_is_sound(tool: ToolShape, angle_deg: float, piece_mm: float, depth_mm: float) -> None:
    assert plunges(way(angle_deg, piece_mm, depth_mm), tool) == ()


@pytest.mark.parametrize("between", ["dwell", "rapid", "up", "aside"])
@given(piece_mm=st.floats(0.002, 0.02))
@settings(max_examples=8, deadline=None)
def test_what_stands_between_the_pieces_hides_nothing(between: str, piece_mm: float) -> None:
    assert plunges(way(90.0, piece_mm, 0.6, between), TOOLS[0])


@given(st.floats(0.002, 0.05), st.floats(15, 80), st.floats(0.004, 0.3))
@settings(max_examples=20, deadline=None)
def test_a_steep_helix_in_pieces_is_one(radius_mm: float, angle_deg: float, share: float) -> None:
    """About (10, 15), each arc a share of a round."""
    turn = 2 * math.pi * share
    drop, count = radius_mm * turn * math.tan(math.radians(angle_deg)), 0
    count = math.ceil(0.8 / drop)
    angles = turn * np.arange(count + 1)
    x, y, z = 10 + radius_mm * np.cos(angles), 15 + radius_mm * np.sin(angles), -drop * np.arange(count + 1)
    i, j = -radius_mm * np.cos(angles - turn), -radius_mm * np.sin(angles - turn)
    columns = {"kind": np.array([0, *[3] * count]), "x_mm": x, "y_mm": y, "z_mm": z, "i_mm": i, "j_mm": j}
    assert plunges(from_columns(columns, (10.0 + radius_mm, 15.0, 5.0)), TOOLS[0])


@given(PIECES, DEPTHS)
@settings(max_examples=10, deadline=None)
def test_a_way_straight_down_where_stock_is_gone_is_sound(piece_mm: float, depth_mm: float) -> None:
    path, tool = way(90.0, piece_mm, depth_mm), TOOLS[0]
    gone = simulate(KERNELS, path, tool, Setup(STOCK, 0.2)).heightmap.heights
    assert simulate(KERNELS, path, tool, Setup(STOCK, 0.2, gone)).of("plunge") == ()


def test_long_moves_and_gentle_ones_stay_as_they_are() -> None:
    assert joined(way(9.0, 0.05, 0.2)) is None
    assert joined(way(90.0, 0.5, 2.0)) is None
