"""Is the channel of a rosette cut from wall to wall, on true circles, and do its tiles fill it?"""

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
from rmos.cam_accel.plan.rosette import RosetteRequest, plan_rosette, tile_batch, tile_ring
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.rosette import channel_depth_mm, channel_width_mm
from rmos.contracts.toolpath import encode
from swept_areas import rapids_through, swept

CUT = Cut(ToolShape("flat", 3), 1, 800, 300, 18000, 5)
BASE = RosetteRequest(CUT, 100, 85, 3)


def ring(r: RosetteRequest) -> Any:
    middle = shapely.Point(*r.middle)
    return middle.buffer(r.outer_diameter_mm / 2, quad_segs=512).difference(
        middle.buffer(r.inner_diameter_mm / 2, quad_segs=512)
    )


@settings(max_examples=25, deadline=None)
@given(st.floats(40, 120), st.floats(0, 15), st.floats(1, 6), st.floats(0.2, 0.9), st.booleans())
def test_the_whole_channel_is_cut_to_its_floor_and_neither_wall(
    inner: float, wider: float, tool: float, step: float, climb: bool
) -> None:
    cut = replace(CUT, tool=ToolShape("flat", tool), climb=climb)
    r = RosetteRequest(cut, inner + 2 * (tool + wider), inner, 2.3, step, (150, -20))
    path, wanted = plan_rosette(r), ring(r)
    assert swept(path, tool / 2).difference(wanted.buffer(0.005)).area == 0
    assert (
        wanted.buffer(-0.01)
        .difference(swept(path, tool / 2, -2.3 + 1e-6, lambda n: path.is_cut[n] and path.z_mm[n - 1] == path.z_mm[n]))
        .area
        < 1e-6
    )
    assert rapids_through(path, tool / 2) == []


def test_rings_are_half_circles_and_the_way_down_is_a_helix() -> None:
    path = plan_rosette(BASE)
    arcs = path.kind >= 2
    assert arcs.sum() > path.is_cut.sum() / 2
    z = np.concatenate(([5.0], path.z_mm))
    down = path.is_cut & (np.diff(z) < -1e-9) & (path.z_mm < -1e-9)
    assert (path.kind[down] >= 2).all()
    assert sorted(set(np.round(path.z_mm[path.is_cut], 6).tolist())) == [-3, -2.5, -2, -1.5, -1, -0.5, 0]


def test_each_wall_lies_right_of_the_feed() -> None:
    path = plan_rosette(BASE)
    arcs = np.flatnonzero((path.kind >= 2) & np.isclose(path.z_mm, -3))
    radius = np.hypot(path.i_mm[arcs], path.j_mm[arcs])
    assert set(path.kind[arcs][np.isclose(radius, 48.5)].tolist()) == {3}
    assert set(path.kind[arcs][np.isclose(radius, 44.0)].tolist()) == {2}


def test_a_channel_of_rings_takes_them_and_their_glue() -> None:
    width, depth = channel_width_mm([1.5, 12, 1.5]), channel_depth_mm([1.85, 1.5])
    path = plan_rosette(replace(BASE, inner_diameter_mm=85, outer_diameter_mm=85 + 2 * width, depth_mm=depth))
    below = swept(path, 1.5)
    assert below.area == pytest.approx(math.pi * ((42.5 + width) ** 2 - 42.5**2), rel=1e-4)
    assert path.z_mm.min() == pytest.approx(-2.0)


def test_the_same_rosette_gives_the_same_bytes() -> None:
    assert encode(plan_rosette(BASE)) == encode(plan_rosette(BASE))


def test_tiles_fill_their_ring_and_their_kerfs_add_up() -> None:
    found = tile_ring(48, 5, 1.0)
    assert found.tiles == 60
    assert found.chord_mm == pytest.approx(2 * 48 * math.sin(math.pi / 60))
    assert found.total_drift_deg == pytest.approx(60 * math.degrees(1 / 48))


def test_a_stick_gives_the_tiles_of_a_ring_and_some_to_spare() -> None:
    batch = tile_batch(60, 0.9, 1.0, 160, trim_mm=2, spare=0.1)
    assert (batch.count, batch.used_mm) == (66, pytest.approx(66 * 0.9 + 65 * 1.0 + 3.0))
    with pytest.raises(PlanError, match="longer stock"):
        tile_batch(60, 0.9, 1.0, 140, trim_mm=2, spare=0.1)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "narrower than the tool": ({"inner_diameter_mm": 95}, "/tool_id"),
    "no ring": ({"inner_diameter_mm": 100}, "/design/inner_diameter_mm"),
    "inside out": ({"inner_diameter_mm": 120}, "/design/inner_diameter_mm"),
    "no hole": ({"inner_diameter_mm": 0}, "/design/inner_diameter_mm"),
    "not finite": ({"outer_diameter_mm": math.inf}, "/design/outer_diameter_mm"),
    "no depth": ({"depth_mm": 0}, "/design/depth_mm"),
    "wide steps": ({"stepover_ratio": 1.5}, "/cut/stepover_ratio"),
    "endless rings": ({"stepover_ratio": 1e-4}, "/cut/stepover_ratio"),
    "endless passes": ({"cut": replace(CUT, stepdown_mm=1e-4)}, "/cut/stepdown"),
    "nowhere": ({"middle": (math.nan, 0)}, "/design/middle/0"),
    "V-bit": ({"cut": replace(CUT, tool=ToolShape("cone", 6, tip_angle_deg=60))}, "/tool_id"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_what_cannot_be_cut_is_refused_with_its_place(name: str) -> None:
    changes, pointer = BAD[name]
    with pytest.raises(PlanError) as error:
        plan_rosette(replace(BASE, **changes))
    assert error.value.pointer == pointer


@pytest.mark.parametrize(("radius", "length", "kerf"), [(0, 5, 1), (48, 0, 1), (48, 5, 0), (48, 400, 1)])
def test_tiles_that_cannot_be_are_refused(radius: float, length: float, kerf: float) -> None:
    with pytest.raises(PlanError):
        tile_ring(radius, length, kerf)
