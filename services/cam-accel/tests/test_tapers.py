"""Is what a tool that widens upward sweeps judged alike whether or not ways far from walls are looked at?"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel import polygons
from rmos.cam_accel.geometry import points, starts_and_ends
from rmos.cam_accel.simulate import tapers
from rmos.cam_accel.simulate.profile import profile_of
from rmos.cam_accel.simulate.walls import Swept, below, swept_below
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, from_columns

BULL, BALL, CONE = ToolShape("bull", 4.0, 0.5), ToolShape("ball", 4.0), ToolShape("cone", 4.0, 0.0, 0.4, 60.0)
HOLE = ((8.0, 8.0), (12.0, 8.0), (12.0, 12.0), (8.0, 12.0))


def area(size: float, hole: bool) -> list[Any]:
    return polygons.region(((0.0, 0.0), (size, 0.0), (size, 20.0), (0.0, 20.0)), (HOLE,) if hole else ())


def wandering(seed: int) -> Toolpath:
    """Lines and helices within and about the area, half of them twice."""
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 25))
    columns = {name: random.uniform(-1, 21, count).round(1) for name in ("x_mm", "y_mm")}
    columns |= {name: random.uniform(-2, 2, count) for name in ("i_mm", "j_mm")}
    columns |= {"z_mm": random.uniform(-2, 0.5, count).round(1), "kind": random.integers(0, 4, count)}
    return from_columns({name: np.concatenate([values, values]) for name, values in columns.items()}, (3.0, 3.0, 1.0))


def helix(rounds: int, radius_mm: float, pitch_mm: float) -> Toolpath:
    """About (10, 10), down from Z 0."""
    half = np.arange(2 * rounds)
    sign = np.where(half % 2, 1.0, -1.0)
    z = -(half + 1) * pitch_mm / 2
    columns = {"kind": 3 + 0 * half, "x_mm": 10 + sign * radius_mm, "y_mm": 10 + 0 * sign, "z_mm": z, "i_mm": sign * radius_mm}
    return from_columns(columns, (10 + radius_mm, 10.0, 0.0))


def judged(swept: Swept, allowed: list[Any], skipping: bool) -> tuple[list[Any], list[Any]]:
    with pytest.MonkeyPatch.context() as patch:
        if not skipping:
            patch.setattr(tapers, "leaving", lambda inside, edge, ways, reaches: np.ones(len(ways), dtype=bool))
        inside = polygons.shape_of(allowed)
        edge = inside.boundary
        shapely.prepare([inside, edge])
        assert swept.slopes is not None
        return swept.beyond(allowed), tapers.beyond(swept.slopes, inside, edge)


@given(st.integers(0, 2**32 - 1), st.sampled_from([BULL, BALL, CONE]), st.sampled_from([4.0, 20.0, 26.0]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_skipped_changes_no_verdict(seed: int, tool: ToolShape, size: float, hole: bool) -> None:
    swept, allowed = swept_below(wandering(seed), tool, -0.001), area(size, hole)
    (quick, near), (slow, every) = (judged(swept, allowed, skipping) for skipping in (True, False))
    assert [shape.wkb for shape in near] == [shape.wkb for shape in every]
    assert polygons.area_mm2(quick) == pytest.approx(polygons.area_mm2(slow), abs=0.02)  # lines joined otherwise, other chords
    assert bool(quick) == bool(slow)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_what_is_found_outside_is_what_every_place_of_the_way_sweeps_there(seed: int) -> None:
    """By discs at many places of every move, as wide as the tool is at the height; a cone's taper is no approximation."""
    path, allowed, profile = wandering(seed), area(20.0, True), profile_of(CONE)
    found = polygons.shape_of(swept_below(path, CONE, -0.001).beyond(allowed))
    discs = []
    for n, a, b in starts_and_ends(path):
        way = points(path, n, a, b, 0.001)
        for p, q in itertools.pairwise(way):
            part = below(p, q, -0.001)
            if part is None:
                continue
            steps = np.linspace(0, 1, 2 + math.ceil(math.dist(*part) / 0.3))[:, None]
            for x, y, z in (np.array(part[0]) * (1 - steps) + np.array(part[1]) * steps).tolist():
                discs.append(shapely.Point(x, y).buffer(profile.reach_mm(max(0.0, -0.001 - z)) - 0.01))
    inside = polygons.shape_of(allowed)
    outside = shapely.union_all(discs).difference(inside.buffer(0.005)) if discs else shapely.Point()
    assert outside.difference(shapely.buffer(found, 0.005)).area < 1e-3


@given(st.floats(0.3, 2.0), st.integers(2, 12))
@settings(max_examples=30, deadline=None)
def test_passes_that_sweep_the_same_are_looked_at_once(radius_mm: float, rounds: int) -> None:
    """Below where a bull nose is as wide as anywhere, a helix repeats itself."""
    few, many = (swept_below(helix(n, radius_mm, 0.3), BULL, -0.001) for n in (4, 4 + rounds))
    assert few.slopes is not None
    assert many.slopes is not None
    assert len(list(many.slopes.tapers())) == len(list(few.slopes.tapers()))
    assert len(many.lines) <= len(few.lines) + 2


@pytest.mark.parametrize(("size", "is_near"), [(14.01, False), (13.9, True)])
def test_only_slopes_near_walls_become_outlines(size: float, is_near: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A helix whose tool keeps 0.01 mm off the wall, or cuts it."""
    made: list[int] = []
    hulls = tapers.hulls
    monkeypatch.setattr(tapers, "hulls", lambda some, widest: (made.append(len(some)), hulls(some, widest))[1])
    outside = swept_below(helix(8, 2.0, 0.3), BULL, -0.001).beyond(area(size, False))
    assert (sum(made) > 0) == is_near
    assert bool(outside) == is_near
    assert sum(made) < 200
