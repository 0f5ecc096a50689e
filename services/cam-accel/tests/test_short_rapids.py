"""Is a rapid through stock refused however short it is, and one over what is cut never?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.simulate.grid import Stock
from rmos.cam_accel.simulate.report import Setup, simulate
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, from_columns

TOOLS = {
    "flat": ToolShape("flat", 6.0),
    "bull": ToolShape("bull", 6.0, corner_radius_mm=1.0),
    "ball": ToolShape("ball", 6.0),
    "cone": ToolShape("cone", 6.0, tip_angle_deg=60.0, tip_diameter_mm=0.2),
}
DEPTH_MM = 1.0


def path_of(turn: float, pieces: list[float], back: bool) -> Toolpath:
    """A cut of 20 mm below the surface, then rapids on from its end, or back along it."""
    way = [0.0, 0.0, 20.0]
    for piece in pieces:
        way.append(way[-1] + (-piece if back else piece))
    z, kind = [5.0, *[-DEPTH_MM] * (len(way) - 1)], [0, 1, 1, *[0] * len(pieces)]
    columns = {
        "kind": kind, "x_mm": [v * math.cos(turn) for v in way], "y_mm": [v * math.sin(turn) for v in way], "z_mm": z,
        "feed_mm_min": [900.0 * k for k in kind], "spindle_rpm": [9000.0] * len(way),
    }  # fmt: skip
    return from_columns(columns)


def rapids_of(path: Toolpath, tool: str) -> list[int]:
    setup = Setup(Stock((-60.0, -60.0), (60.0, 60.0), 0.0, 20.0), cell_mm=0.5, centre_cutting=True)
    return [fault.move for fault in simulate(choose(), path, TOOLS[tool], setup).of("rapid")]


@pytest.mark.parametrize("tool", TOOLS)
@settings(max_examples=15, deadline=None)
@given(turn=st.floats(0, 2 * math.pi), piece=st.floats(0.001, 0.4), way=st.floats(0.1, 1.5))
def test_a_rapid_into_stock_is_refused_in_pieces_of_any_length(tool: str, turn: float, piece: float, way: float) -> None:
    pieces = [piece] * max(1, min(300, math.ceil(way / piece)))
    path = path_of(turn, pieces, back=False)
    if sum(pieces) > 0.1:
        assert [move for move in rapids_of(path, tool) if move >= 3]


@pytest.mark.parametrize("tool", TOOLS)
@settings(max_examples=15, deadline=None)
@given(turn=st.floats(0, 2 * math.pi), piece=st.floats(0.001, 3.0))
def test_a_rapid_back_over_what_is_cut_is_none(tool: str, turn: float, piece: float) -> None:
    path = path_of(turn, [piece] * min(60, math.floor(19 / piece)), back=True)
    assert rapids_of(path, tool) == []
