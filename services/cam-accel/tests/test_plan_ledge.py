"""Are the ledges of a body as wide and as deep as the binding, and is the body never touched beyond?"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.ledge import Ledge, LedgeRequest, mitre_corners, plan_ledges
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import encode
from swept_areas import rapids_through, swept

CUT = Cut(ToolShape("flat", 3.175), 1.0, 1000, 300, 18000, 5)
ANGLES = np.linspace(0, 2 * math.pi, 180, endpoint=False)
BODY = tuple((float(200 * math.cos(a)), float(120 * math.sin(a) * (1 - 0.25 * math.cos(2 * a)))) for a in ANGLES)
BASE = LedgeRequest(CUT, BODY, (Ledge(1.5, 2.0), Ledge(2.5, 0.8)))
BOX = ((0, 0), (200, 0), (200, 150), (0, 150))


def check(r: LedgeRequest) -> None:
    path, body, tool = plan_ledges(r), shapely.Polygon(r.contour), r.cut.tool.radius_mm
    for ledge in r.ledges:
        deep = max((other.width_mm for other in r.ledges if other.depth_mm > ledge.depth_mm + 1e-9), default=0.0)
        below = swept(path, tool, -ledge.depth_mm + 1e-6)
        assert below.intersection(body.buffer(-ledge.width_mm - 0.01)).area == 0
        strip = body.difference(body.buffer(-ledge.width_mm + 0.02))
        if math.isclose(deep, 0):
            assert strip.difference(below).area < 0.01 * strip.area
    assert swept(path, tool).intersection(body.buffer(-r.ledges[-1].width_mm - 0.01)).area == 0
    assert rapids_through(path, tool) == []


@pytest.mark.parametrize("climb", [True, False])
@pytest.mark.parametrize("contour", [BODY, BOX], ids=["body", "box"])
def test_ledges_are_cut_to_their_width_and_depth(contour: Any, climb: bool) -> None:
    check(replace(BASE, contour=contour, cut=replace(CUT, climb=climb)))


@settings(max_examples=8, deadline=None)
@given(st.lists(st.floats(90, 110), min_size=8, max_size=12), st.floats(0.5, 4), st.floats(0.5, 3))
def test_no_random_body_is_cut_beyond_its_ledge(radii: list[float], width: float, depth: float) -> None:
    angles = [2 * math.pi * n / len(radii) for n in range(len(radii))]
    contour = tuple((q * math.cos(a), q * math.sin(a)) for q, a in zip(radii, angles, strict=True))
    path = plan_ledges(replace(BASE, contour=contour, ledges=(Ledge(width, depth),)))
    body = shapely.Polygon(contour)
    assert swept(path, 3.175 / 2).intersection(body.buffer(-width - 0.01, join_style="mitre")).area == 0
    assert path.z_mm.min() == pytest.approx(-depth)


def test_lanes_go_from_outside_in_and_clockwise() -> None:
    r = replace(BASE, contour=BOX, ledges=(Ledge(3.0, 0.8),))
    path, keep = plan_ledges(r), shapely.Polygon(BOX).buffer(-3.0, join_style="mitre")
    starts = np.flatnonzero(path.is_rapid & (path.z_mm == 0.5))
    gaps = []
    for a, b in itertools.pairwise([*starts, len(path)]):
        p = [(x, y) for x, y in zip(path.x_mm[a + 2 : b - 1], path.y_mm[a + 2 : b - 1], strict=True)]
        gaps.append(min(keep.distance(shapely.Point(q)) for q in p))
        assert not shapely.LinearRing(p).is_ccw
    assert all(b < a for a, b in itertools.pairwise(gaps))
    assert gaps[-1] == pytest.approx(3.175 / 2, abs=0.01)


def test_the_tool_goes_down_beside_the_body() -> None:
    path, body = plan_ledges(BASE), shapely.Polygon(BODY)
    for n in np.flatnonzero(path.is_cut):
        if path.x_mm[n] == path.x_mm[n - 1] and path.y_mm[n] == path.y_mm[n - 1]:
            assert body.distance(shapely.Point(path.x_mm[n], path.y_mm[n])) > 3.175 / 2


def test_strips_meet_at_half_the_corner() -> None:
    corners = mitre_corners(BOX)
    assert [(c.inner_deg, c.mitre_deg) for c in corners] == [(pytest.approx(90), pytest.approx(45))] * 4
    assert mitre_corners(BODY) == []


def test_the_same_body_gives_the_same_bytes() -> None:
    assert encode(plan_ledges(BASE)) == encode(plan_ledges(BASE))


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "none": ({"ledges": ()}, "/design/ledges"),
    "purfling narrower": ({"ledges": (Ledge(2, 2), Ledge(1, 1))}, "/design/ledges/1/width_mm"),
    "purfling deeper": ({"ledges": (Ledge(1, 1), Ledge(2, 2))}, "/design/ledges/1/depth_mm"),
    "no depth": ({"ledges": (Ledge(1, 0),)}, "/design/ledges/0/depth_mm"),
    "wider than the body": (
        {"contour": ((0, 0), (20, 0), (20, 20), (0, 20)), "ledges": (Ledge(11, 1),)},
        "/design/ledges/0/width_mm",
    ),
    "bow tie": ({"contour": ((0, 0), (40, 40), (40, 0), (0, 30))}, "/design/contour"),
    "wide steps": ({"stepover_ratio": 2}, "/cut/stepover_ratio"),
    "endless lanes": ({"stepover_ratio": 1e-4}, "/cut/stepover_ratio"),
    "endless passes": ({"cut": replace(CUT, stepdown_mm=1e-4)}, "/cut/stepdown"),
    "ball": ({"cut": replace(CUT, tool=ToolShape("ball", 3))}, "/tool_id"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_what_cannot_be_cut_is_refused_with_its_place(name: str) -> None:
    changes, pointer = BAD[name]
    with pytest.raises(PlanError) as error:
        plan_ledges(replace(BASE, **changes))
    assert error.value.pointer == pointer
