"""Does the blade free every slice at its thickness, in passes, from beside the stock, and leave enough to clamp?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.saw import SawRequest, batch_of, plan_saw
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, encode

CUT = Cut(ToolShape("flat", 1.0), 2.5, 300, 100, 8000, 10)
BASE = SawRequest(CUT, 140, 60, 8, 0.9, 60, 25, 12, 0.2, 1.0)


def kerfs(path: Toolpath) -> list[float]:
    return sorted(set(path.x_mm[path.is_cut].tolist()))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.floats(0.5, 5), st.floats(0.8, 3), st.sampled_from([0.0, 1.5]))
def test_slices_are_as_thick_as_asked_and_add_up_with_their_kerfs(
    count: int, thickness: float, kerf: float, trim: float
) -> None:
    stock = count * thickness + (count + 1) * kerf + trim + 21
    r = replace(
        BASE,
        cut=replace(CUT, tool=ToolShape("flat", kerf)),
        count=count,
        thickness_mm=thickness,
        trim_mm=trim,
        stock_length_mm=stock,
    )
    x = kerfs(plan_saw(r))
    edges = [0.0] * (trim == 0) + [q for middle in x for q in (middle - kerf / 2, middle + kerf / 2)]
    start = 0 if trim == 0 else 1
    assert [b - a for a, b in zip(edges[start::2], edges[start + 1 :: 2], strict=False)] == pytest.approx([thickness] * count)
    batch = batch_of(r)
    assert batch.used_mm == pytest.approx(count * thickness + kerf * (count - 1) + (trim + kerf if trim else 0))
    assert batch.scrap_mm == pytest.approx(stock - edges[-1])


def test_the_blade_goes_down_beside_the_stock_at_every_pass() -> None:
    path = plan_saw(BASE)
    for n in np.flatnonzero(path.is_cut):
        if path.x_mm[n] == path.x_mm[n - 1] and path.y_mm[n] == path.y_mm[n - 1]:
            depth = -float(path.z_mm[n])
            half_chord = math.sqrt(70**2 - (70 - depth) ** 2)
            assert path.y_mm[n] + half_chord <= -1.9
        else:
            assert path.y_mm[n] > BASE.stock_width_mm
            assert path.z_mm[n] == path.z_mm[n - 1]


def test_every_cut_goes_down_in_passes_through_the_stock() -> None:
    path = plan_saw(BASE)
    assert len(kerfs(path)) == 9
    levels = sorted({round(float(z), 9) for z in path.z_mm[path.is_cut]})
    assert levels[0] == -12.2
    assert len(levels) == 5
    assert max(b - a for a, b in zip(levels, [*levels[1:], 0.0], strict=True)) <= 2.5


def test_rapids_stay_at_safe_height() -> None:
    path = plan_saw(BASE)
    assert (path.z_mm[path.is_rapid] == 10).all()


def test_the_same_batch_gives_the_same_bytes() -> None:
    assert encode(plan_saw(BASE)) == encode(plan_saw(BASE))


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "too little left": ({"stock_length_mm": 35}, "/design/count"),
    "no slice": ({"count": 0}, "/design/count"),
    "half a slice": ({"count": 2.5}, "/design/count"),
    "no thickness": ({"thickness_mm": 0}, "/design/thickness_mm"),
    "deeper than the blade": ({"depth_mm": 39}, "/design/depth_mm"),
    "no depth": ({"depth_mm": 0}, "/design/depth_mm"),
    "flange wider than the blade": ({"flange_diameter_mm": 200}, "/design/flange_diameter_mm"),
    "not a number": ({"stock_width_mm": math.nan}, "/design/stock_width_mm"),
    "endless passes": ({"cut": replace(CUT, stepdown_mm=1e-4)}, "/cut/stepdown"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_what_cannot_be_sawn_is_refused_with_its_place(name: str) -> None:
    changes, pointer = BAD[name]
    with pytest.raises(PlanError) as error:
        plan_saw(replace(BASE, **changes))
    assert error.value.pointer == pointer


def test_a_short_stock_is_told_how_many_slices_it_gives() -> None:
    with pytest.raises(PlanError, match="at most 6"):
        plan_saw(replace(BASE, stock_length_mm=34))
    plan_saw(replace(BASE, stock_length_mm=34, count=6))
    with pytest.raises(PlanError):
        plan_saw(replace(BASE, stock_length_mm=34, count=7))
