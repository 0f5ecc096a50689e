"""Do the native and the reference kernel fit the same moves, bit for bit?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from curves import circle, lines_through, wandering
from hypothesis import given, settings
from hypothesis import strategies as st
from posting import random_path, seeds
from rmos.cam_accel import kernels
from rmos.cam_accel.fit import FitError
from rmos.cam_accel.kernels import ReferenceKernels
from rmos.contracts.toolpath import Toolpath, encode, from_columns

pytestmark = pytest.mark.skipif(kernels._native is None, reason="the native kernels are not built here")


def both_fit(path: Toolpath, tolerance_mm: float, arcs: bool = True) -> Toolpath:
    made = kernels.choose("on").fit(path, tolerance_mm, arcs)
    assert encode(made) == encode(ReferenceKernels().fit(path, tolerance_mm, arcs))
    return made


@given(random=seeds, tolerance_mm=st.sampled_from([1e-9, 0.001, 0.02, 3.0]), arcs=st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_way_is_fitted_alike(random: np.random.Generator, tolerance_mm: float, arcs: bool) -> None:
    both_fit(lines_through(wandering(random)), tolerance_mm, arcs)


@given(random=seeds)
@settings(max_examples=100, deadline=None)
def test_any_path_is_fitted_alike(random: np.random.Generator) -> None:
    both_fit(random_path(random), 0.05)


@given(random=seeds)
@settings(max_examples=100, deadline=None)
def test_numbers_that_are_none_or_huge_are_fitted_alike(random: np.random.Generator) -> None:
    """Also points that repeat, and lines of no length."""
    count = int(random.integers(1, 40))
    values = [0.0, -0.0, 1.0, 1.0, 1 / 3, math.nan, math.inf, 1e300, 1e9, 5e-324]
    columns = {name: random.choice(values, count) for name in ("x_mm", "y_mm", "z_mm")}
    both_fit(from_columns({"kind": np.ones(count), **columns, "feed_mm_min": np.full(count, 9.0)}), 0.05)


def test_a_path_without_moves_stays_one() -> None:
    assert len(both_fit(from_columns({"kind": []}), 0.01)) == 0


def test_growth_by_ten_makes_ten_times_the_moves_alike() -> None:
    few, many = (len(both_fit(lines_through(circle(300 * n, 30, turns=n, rise_mm=-n)), 0.01)) - 1 for n in (1, 10))
    assert many <= 10 * few


def test_both_refuse_a_tolerance_of_nothing() -> None:
    for which in (kernels.choose("on"), ReferenceKernels()):
        with pytest.raises(FitError):
            which.fit(lines_through(circle(9, 2)), 0.0)


def test_the_native_kernel_refuses_columns_of_another_kind() -> None:
    assert kernels._native is not None
    path = lines_through(circle(9, 2))
    arguments = kernels._arguments(path)
    with pytest.raises(TypeError):
        kernels._native.fit(*arguments, path.spindle_rpm, path.tool.astype(np.int64), path.switches, 0.1, True)
    with pytest.raises(ValueError, match="differ in length"):
        kernels._native.fit(*arguments, np.zeros(3), path.tool, path.switches, 0.1, True)
