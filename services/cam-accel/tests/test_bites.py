"""Does the tool never bite wider than it may? Counted on another grid than the kernel's, over windows that lie otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from rmos.cam_accel.geometry import is_arc, length_mm, spaced, starts_and_ends
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.pocket import PocketRequest, plan_pocket
from rmos.cam_accel.plan.trochoid import TrochoidRequest, plan_trochoid
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath

CUT = Cut(ToolShape("flat", 6), 3, 1500, 500, 18000, 5)
CELLS_PER_RADIUS, WINDOW_RADII, STEPS_PER_RADIUS = 50, 4 * 320 / 4096, 40
"""A window is as long as the four steps over which the kernel keeps its bound."""
GRAIN = 1.08
"""What cells of a 50th of the radius make of a bite: 1.03 was the most seen."""


def bites_mm(path: Toolpath, radius_mm: float) -> list[float]:
    """Area newly swept below Z 0 in each window of way, over the window's length; helices, which cut fully, only clear."""
    cell = radius_mm / CELLS_PER_RADIUS
    low_x, low_y = path.x_mm.min() - 2 * radius_mm, path.y_mm.min() - 2 * radius_mm
    size_x, size_y = path.x_mm.max() - low_x + 3 * radius_mm, path.y_mm.max() - low_y + 3 * radius_mm
    stands = np.ones((int(size_y / cell), int(size_x / cell)), dtype=bool)
    reach = np.arange(-CELLS_PER_RADIUS - 1, CELLS_PER_RADIUS + 2)
    out, taken, way = [], 0, 0.0
    for n, start, end in starts_and_ends(path):
        if min(start[2], end[2]) >= 0 or start[:2] == end[:2]:
            continue
        is_entry = is_arc(path, n) and (start[2] != end[2] or taken == 0)
        length = length_mm(path, n, start, end)
        for p in spaced(path, n, start, end, max(1, math.ceil(length / radius_mm * STEPS_PER_RADIUS))):
            x, y = (p[0] - low_x) / cell, (p[1] - low_y) / cell
            i, j = round(x), round(y)
            disc = (reach[None, :] + i - x) ** 2 + (reach[:, None] + j - y) ** 2 <= CELLS_PER_RADIUS**2
            square = stands[j + reach[0] : j + reach[-1] + 1, i + reach[0] : i + reach[-1] + 1]
            fresh = int((square & disc).sum())
            square &= ~disc
            if is_entry:
                continue
            taken, way = taken + fresh, way + length / max(1, math.ceil(length / radius_mm * STEPS_PER_RADIUS))
            if way >= WINDOW_RADII * radius_mm:
                out.append(taken * cell * cell / way)
                taken, way = 0, 0.0
    return out


def rect(w: float, h: float, x: float = 0, y: float = 0) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + w, y), (x + w, y + h), (x, y + h))


def star(radii: Sequence[float]) -> tuple[tuple[float, float], ...]:
    turns = [2 * math.pi * n / len(radii) for n in range(len(radii))]
    return tuple((q * math.cos(a), q * math.sin(a)) for q, a in zip(radii, turns, strict=True))


def adaptive(boundary: tuple[tuple[float, float], ...], ratio: float, **more: object) -> PocketRequest:
    return PocketRequest(boundary, (), 3, CUT, ratio, strategy="adaptive", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("ratio", [0.1, 0.2, 0.4])
def test_the_bite_of_a_humbucker_pocket_stays_within_its_bound_and_near_it(ratio: float) -> None:
    bites = bites_mm(plan_pocket(adaptive(rect(45, 30), ratio)), 3)
    assert max(bites) <= ratio * 6 * GRAIN
    assert np.percentile([b for b in bites if b > 0.1], 60) >= 0.9 * ratio * 6


def test_conventional_cutting_keeps_the_bound_too() -> None:
    assert (
        max(bites_mm(plan_pocket(replace(adaptive(rect(30, 24), 0.25), cut=replace(CUT, climb=False))), 3)) <= 0.25 * 6 * GRAIN
    )


@pytest.mark.parametrize("corner_mm", [0.5, 1.5])
@pytest.mark.parametrize("ratio", [0.1, 0.4])
def test_a_round_corner_bites_no_wider(corner_mm: float, ratio: float) -> None:
    cut = replace(CUT, tool=ToolShape("bull", 6, corner_radius_mm=corner_mm))
    assert max(bites_mm(plan_pocket(replace(adaptive(star((12, 18, 13, 19, 12, 17)), ratio), cut=cut)), 3)) <= ratio * 6 * GRAIN


def test_around_an_island_and_through_a_narrow_channel_the_bound_holds() -> None:
    island = replace(adaptive(rect(40, 34), 0.25), islands=(rect(8, 6, 16, 14),))
    channel = ((0, 0), (16, 0), (16, 6), (30, 6), (30, 0), (46, 0), (46, 20), (30, 20), (30, 14), (16, 14), (16, 20), (0, 20))
    for r in (island, adaptive(channel, 0.2)):
        assert max(bites_mm(plan_pocket(r), 3)) <= r.stepover_ratio * 6 * GRAIN


@settings(max_examples=6, deadline=None)
@given(st.lists(st.floats(11, 20), min_size=5, max_size=9), st.floats(0.12, 0.4))
def test_the_bound_holds_in_random_stars(radii: list[float], ratio: float) -> None:
    try:
        path = plan_pocket(adaptive(star(radii), ratio))
    except PlanError as error:
        event(error.reason[:40])
        assume("too narrow for adaptive clearing at (" not in error.reason)
        raise
    assert max(bites_mm(path, 3)) <= ratio * 6 * GRAIN


def test_rings_do_bite_wider_so_that_the_measure_can_fail() -> None:
    assert max(bites_mm(plan_pocket(replace(adaptive(rect(30, 24), 0.2), strategy="rings")), 3)) > 2 * 0.2 * 6


@pytest.mark.parametrize("climb", [True, False])
def test_a_trochoid_bites_no_wider_than_asked_for(climb: bool) -> None:
    line = ((0.0, 0.0), (25.0, 0.0), (35.0, 12.0))
    r = TrochoidRequest(line, 9, 3, replace(CUT, climb=climb), 0.15)
    bites = bites_mm(plan_trochoid(r), 3)
    assert 0.85 * 0.15 * 6 <= max(bites) <= 0.15 * 6 * GRAIN
