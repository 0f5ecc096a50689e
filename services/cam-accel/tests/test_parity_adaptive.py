"""Do the native and the reference kernel of adaptive clearing find the same way, bit for bit?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel import kernels, polygons
from rmos.cam_accel.adaptive import Clearing, Task, TooLarge
from rmos.cam_accel.kernels import NativeKernels, ReferenceKernels
from rmos.cam_accel.polygons import Ring

pytestmark = pytest.mark.skipif(kernels._native is None, reason="the native kernels are not built here")
NOTHING = np.zeros((0, 2)), np.zeros(0, dtype=np.int64)


def columns(rings: list[Ring]) -> tuple[Any, Any]:
    return np.ascontiguousarray(np.vstack(rings)), np.cumsum([len(r) for r in rings], dtype=np.int64)


def task(rings: list[Ring], start: tuple[float, float], hole: float, width: float, cleared: Any = NOTHING) -> Task:
    return Task(*columns(rings), *cleared, start, hole, 3.0, width)


def both(t: Task) -> Clearing:
    assert kernels._native is not None
    native, reference = NativeKernels(kernels._native).clear_area(t), ReferenceKernels().clear_area(t)
    for name in ("x_mm", "y_mm", "link", "left_mm"):
        assert getattr(native, name).tobytes() == getattr(reference, name).tobytes(), name
    return native


@settings(max_examples=8, deadline=None)
@given(st.lists(st.floats(2, 9), min_size=3, max_size=8), st.floats(0.3, 4), st.floats(-50, 50), st.booleans())
def test_random_areas_are_cleared_alike(radii: list[float], width: float, x: float, holed: bool) -> None:
    turns = [2 * math.pi * n / len(radii) for n in range(len(radii))]
    ring = np.array([(x + q * math.cos(a), q * math.sin(a)) for q, a in zip(radii, turns, strict=True)])
    hole = [np.array([(x - 1.0, -1.0), (x - 1.0, 1.0), (x + 1.0, 1.0), (x + 1.0, -1.0)])] if holed and min(radii) > 4 else []
    both(task([ring, *hole], (x + (2.5 if hole else 0.0), 0.0), 4.0, width))


def test_a_long_way_round_an_island_is_found_alike() -> None:
    outer = np.array([(0.0, 0.0), (16.0, 0.0), (16.0, 14.0), (0.0, 14.0)])
    island = np.array([(5.0, 4.0), (5.0, 10.0), (11.0, 10.0), (11.0, 4.0)])
    found = both(task([outer, island], (2.0, 2.0), 4.5, 1.5))
    assert not len(found.left_mm)
    assert found.link.any()


def test_what_is_cleared_before_is_left_alone_alike() -> None:
    ring = np.array([(0.0, 0.0), (20.0, 0.0), (20.0, 4.0), (0.0, 4.0)])
    before = columns([np.array([(-4.0, -4.0), (12.0, -4.0), (12.0, 8.0), (-4.0, 8.0)])])
    found = both(task([ring], (3.0, 2.0), 0.0, 1.2, before))
    cut = found.x_mm[found.link == 0]
    assert len(cut)
    assert cut[0] > 8.5


def test_what_cannot_be_reached_is_told_alike() -> None:
    """A channel without any width: each step in it would cut as wide as the tool."""
    parts = [
        polygons.turned(
            [(0.0, 0.0), (9.0, 0.0), (9.0, 4.0), (20.0, 4.0), (20.0, 4.05), (9.0, 4.05), (9.0, 9.0), (0.0, 9.0)], True
        )
    ]
    found = both(task(parts, (4.5, 4.5), 5.0, 1.0))
    assert len(found.left_mm) > 2
    assert found.left_mm[::2].min() > 8


def test_an_area_of_too_many_cells_is_refused_alike() -> None:
    t = task([np.array([(0.0, 0.0), (9e4, 0.0), (9e4, 9e4)])], (5e4, 1e4), 4.0, 1.0)
    assert kernels._native is not None
    for which in (NativeKernels(kernels._native), ReferenceKernels()):
        with pytest.raises(TooLarge, match="too many cells"):
            which.clear_area(t)
