"""Is a bore round, of its diameter, flat at its floor, and left through its middle?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.geometry import lengths_mm
from rmos.cam_accel.plan.bore import BoreRequest, plan_bore
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import encode
from swept_areas import rapids_through, swept

CUT = Cut(ToolShape("flat", 6), 1.5, 1200, 400, 18000, 5)
BASE = BoreRequest(CUT, ((20, 10),), 10, 9)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 40), st.floats(3, 8), st.floats(0.5, 20), st.booleans())
def test_the_whole_bore_is_cut_down_to_its_floor_and_no_wall(wider: float, tool: float, depth: float, climb: bool) -> None:
    cut = replace(CUT, tool=ToolShape("flat", tool), climb=climb, stepdown_mm=0.2 * min(wider, tool))
    r = replace(BASE, cut=cut, diameter_mm=tool + wider, depth_mm=depth)
    path, whole = plan_bore(r), shapely.Point(20, 10).buffer((tool + wider) / 2, quad_segs=256)
    assert swept(path, tool / 2).difference(whole.buffer(0.005)).area == 0
    assert (
        whole.buffer(-0.01).difference(swept(path, tool / 2, below_mm=-depth + 1e-6, where=lambda n: bool(path.kind[n]))).area
        < 1e-3
    )
    assert rapids_through(path, tool / 2) == []


def test_a_turn_is_as_long_as_the_helix_says() -> None:
    path = plan_bore(BASE)
    arcs = path.kind >= 2
    turn = lengths_mm(path)[arcs].reshape(-1, 2).sum(axis=1)
    assert turn[:-1] == pytest.approx(math.hypot(2 * math.pi * 2, 1.5), abs=1e-3)
    assert turn[-1] == pytest.approx(2 * math.pi * 2)
    assert len(turn) == 7


def test_it_leaves_through_the_middle() -> None:
    path = plan_bore(BASE)
    assert (path.x_mm[-2], path.y_mm[-2], path.z_mm[-2]) == (20, 10, -9)
    assert path.kind[-2] == 1


def test_climb_turns_counter_clockwise_in_a_hole() -> None:
    for climb in (True, False):
        path = plan_bore(replace(BASE, cut=replace(CUT, climb=climb)))
        assert set(path.kind[path.kind >= 2].tolist()) == {3 if climb else 2}


def test_the_same_bores_give_the_same_bytes() -> None:
    r = replace(BASE, middles=((0, 0), (50, 0), (50, 40)), diameter_mm=30)
    assert encode(plan_bore(r)) == encode(plan_bore(r))
    assert len(np.unique(plan_bore(r).z_mm)) < 20


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "as wide as the tool": ({"diameter_mm": 6.0}, "/tool_id"),
    "hardly wider": ({"diameter_mm": 6.05}, "/tool_id"),
    "a plunge": ({"diameter_mm": 6.2}, "/cut/stepdown"),
    "no depth": ({"depth_mm": 0}, "/design/depth_mm"),
    "not a number": ({"diameter_mm": math.nan}, "/design/diameter_mm"),
    "nowhere": ({"middles": ()}, "/design/middles"),
    "far away": ({"middles": ((1e9, 0),)}, "/design/middles/0"),
    "wide steps": ({"stepover_ratio": 0.6}, "/cut/stepover_ratio"),
    "endless rings": ({"diameter_mm": 400, "stepover_ratio": 1e-3}, "/cut/stepover_ratio"),
    "endless turns": ({"cut": replace(CUT, stepdown_mm=1e-4)}, "/cut/stepdown"),
    "V-bit": ({"cut": replace(CUT, tool=ToolShape("cone", 6, tip_angle_deg=60))}, "/tool_id"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_what_cannot_be_bored_is_refused_with_its_place(name: str) -> None:
    changes, pointer = BAD[name]
    with pytest.raises(PlanError) as error:
        plan_bore(replace(BASE, **changes))
    assert error.value.pointer == pointer
