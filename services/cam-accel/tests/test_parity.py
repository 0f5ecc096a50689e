"""Do the native and the reference kernels agree, bit for bit, on what is right and on what is wrong?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel import kernels
from rmos.cam_accel.gcode import GcodeError
from rmos.cam_accel.geometry import AXES, points
from rmos.cam_accel.kernels import NativeKernels, ReferenceKernels
from rmos.cam_accel.timing import MachineLimits
from rmos.contracts.toolpath import COLUMNS, Toolpath, from_columns

pytestmark = pytest.mark.skipif(kernels._native is None, reason="the native kernels are not built here")
REFERENCE = ReferenceKernels()
LIMITS = MachineLimits(5000, 500, 0.01)


def native() -> NativeKernels:
    assert kernels._native is not None
    return NativeKernels(kernels._native)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["G0", "G1", "G1", "G2", "G3"]),
        st.tuples(*[st.decimals(-50, 50, places=3)] * 3),
        st.one_of(st.none(), st.decimals(-90, 90, places=3)),
        st.one_of(st.none(), st.integers(1, 3000)),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=400)
@given(MOVES, st.sampled_from(["G17", "G18", "G19"]), st.sampled_from(["G20", "G21"]), st.sampled_from(["G93", "G94"]))
def test_any_path_is_measured_and_timed_alike(moves: list[Any], plane: str, unit: str, mode: str) -> None:
    """Lines and radius arcs in every plane; lines that no arc can join are refused alike and left out."""
    lines = [f"{plane}{unit}{mode}", "G0X0Y0Z0" if mode == "G94" else "G0X0Y0Z0F1", "F900" if mode == "G94" else ""]
    for code, (x, y, z), radius, feed in moves:
        arc = f"R{radius}" if code in ("G2", "G3") and radius else ""
        lines.append(f"{code}X{x}Y{y}Z{z}{arc}" + (f"F{feed}" if feed or mode == "G93" else "").replace("None", "7"))
    while True:
        try:
            path = native().interpret("\n".join(lines).encode()).toolpath
        except GcodeError as error:
            bad = {d.line for d in error.diagnostics}
            lines = [line for n, line in enumerate(lines, start=1) if n not in bad]
        else:
            return same_measures(path)


def same_measures(path: Toolpath) -> None:
    one, other = native(), REFERENCE
    assert list(one.lengths_mm(path)) == list(other.lengths_mm(path))
    assert one.extent(path) == other.extent(path)
    assert list(one.move_times_s(path, LIMITS)) == list(other.move_times_s(path, LIMITS))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=200)
def test_any_columns_are_measured_and_timed_alike(seed: int) -> None:
    """Also what no program would give: dwells amid moves, moves without length, arcs whose ends lie off their circle."""
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 60))
    reals = {name: random.choice([0.0, -0.0, 1.0, 1 / 3, *random.normal(0, 30, 8)], count) for name in COLUMNS[2:12]}
    reals["feed_mm_min"] = random.choice([0.001, 60.0, 1200.0, 1e4], count)
    reals["dwell_s"] = np.abs(reals["dwell_s"])
    path = from_columns(
        {**reals, "kind": random.integers(0, 7, count), "plane": random.integers(0, 3, count), "line": range(count)}
    )
    zero_radius = (
        (path.i_mm == 0) & (path.j_mm == 0) | (path.i_mm == 0) & (path.k_mm == 0) | (path.j_mm == 0) & (path.k_mm == 0)
    )
    path.kind[zero_radius & ((path.kind == 2) | (path.kind == 3))] = 1
    same_measures(path)


@given(st.integers(0, 2**32 - 1), st.sampled_from([3.0, 6.35, 20.0]))
@settings(max_examples=150, deadline=None)
def test_any_path_engages_the_stock_alike(seed: int, tool_mm: float) -> None:
    """Lines, whole and part arcs in every plane, helices, runs of tiny moves, dwells and rapids around the surface."""
    random = np.random.default_rng(seed)
    rows, at = [], np.array([0.0, 0.0, 1.0])
    for _ in range(int(random.integers(1, 25))):
        kind, plane = int(random.choice([0, 1, 1, 1, 2, 3, 4])), int(random.integers(0, 3))
        end, centre = random.uniform([-15, -15, -4], [15, 15, 1]), np.zeros(3)
        if random.random() < 0.4:
            end = at + random.choice([0.0, -0.002, 0.003, 0.01, 0.3], 3)
        if kind in (2, 3):
            a, b, c = AXES[plane]
            centre[a], centre[b] = random.uniform(-6, 6, 2)
            turned = random.uniform(0, 2 * math.pi) if random.random() < 0.8 else 0.0
            angle = math.atan2(-centre[b], -centre[a]) + turned
            radius = math.hypot(centre[a], centre[b])
            end[a], end[b] = at[a] + centre[a] + radius * math.cos(angle), at[b] + centre[b] + radius * math.sin(angle)
            end[c] = at[c] + random.choice([0.0, -0.5, 0.7])
        rows.append([kind, plane, *end, *centre, random.choice([60.0, 1200.0, 1e4]), random.choice([0.0, 9000.0, 24e3])])
        at = end
    names = ("kind", "plane", "x_mm", "y_mm", "z_mm", "i_mm", "j_mm", "k_mm", "feed_mm_min", "spindle_rpm")
    path = from_columns(dict(zip(names, np.array(rows).T, strict=True)), start_mm=(0.0, 0.0, 1.0))
    assert native().engagement(path, tool_mm) == REFERENCE.engagement(path, tool_mm)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_any_columns_engage_the_stock_alike(seed: int) -> None:
    """Also arcs whose ends lie off their circle, and coordinates that are none."""
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 30))
    reals = {name: random.choice([0.0, -0.0, 1.0, 1 / 3, *random.normal(0, 30, 8)], count) for name in COLUMNS[2:12]}
    reals["feed_mm_min"] = random.choice([0.001, 60.0, 1200.0, 1e4], count)
    if random.random() < 0.1:
        reals["x_mm"][count // 2] = random.choice([math.nan, math.inf, 1e300, 1e5])
    path = from_columns(
        {**reals, "kind": random.integers(0, 7, count), "plane": random.integers(0, 3, count), "line": range(count)}
    )
    assert native().engagement(path, 60.0) == REFERENCE.engagement(path, 60.0)


def test_what_is_too_large_is_measured_more_coarsely_alike() -> None:
    for mm in (100, 300, 600, 900, 1500, 5000, 1e5):
        path = from_columns(
            {"kind": [0, 1, 1], "x_mm": [0, 0, mm], "y_mm": [0, 0, mm], "z_mm": [5, -1, -1], "feed_mm_min": [0, 9, 9]}
        )
        found = native().engagement(path, 2.0)
        assert found == REFERENCE.engagement(path, 2.0)
        assert (found is None) == (mm > 1400)


def test_a_cut_without_a_feed_is_an_error_in_both() -> None:
    path = from_columns({"kind": [1], "x_mm": [5.0]})
    for which in (native(), REFERENCE):
        with pytest.raises(ValueError, match="move 0 has no feed"):
            which.move_times_s(path, LIMITS)
        with pytest.raises(ValueError, match="move 0 has no feed"):
            which.engagement(path, 6.0)


def test_the_native_kernels_refuse_columns_of_another_kind() -> None:
    assert kernels._native is not None
    path = from_columns({"kind": [1], "x_mm": [5.0], "feed_mm_min": [1.0]})
    arguments = list(kernels._arguments(path))
    arguments[2] = arguments[2].astype(np.float32)
    with pytest.raises(TypeError):
        kernels._native.lengths_mm(*arguments)
    arguments[2] = np.zeros(7)
    with pytest.raises(ValueError, match="differ in length"):
        kernels._native.lengths_mm(*arguments)
    with pytest.raises(ValueError, match="differ in length"):
        kernels._native.engagement(*kernels._arguments(path), np.zeros(7), 6.0, np.zeros(6), np.zeros((0, 0), dtype=np.int32))


def test_the_choice_is_obeyed_and_never_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (kernels.choose("off").name, kernels.choose("auto").name, kernels.choose("on").name) == (
        "reference",
        "native",
        "native",
    )
    monkeypatch.setattr(kernels, "_native", None)
    monkeypatch.setattr(kernels, "_why_not", "not built", raising=False)
    assert kernels.choose("auto").name == "reference"
    with pytest.raises(kernels.NativeMissing, match="not built"):
        kernels.choose("on")


def test_an_arc_is_as_wide_as_the_points_on_it() -> None:
    """The extent against a dense polyline: an independent way to the same numbers."""
    random = np.random.default_rng(5)
    for _ in range(300):
        a, b = random.uniform(0, 7, 2)
        r = random.uniform(0.5, 40)
        start, end = (r * math.cos(a), r * math.sin(a), 0.0), (r * math.cos(b), r * math.sin(b), 0.0)
        columns = {"kind": [1, random.integers(2, 4)], "x_mm": [start[0], end[0]], "y_mm": [start[1], end[1]]}
        path = from_columns({**columns, "i_mm": [0, -start[0]], "j_mm": [0, -start[1]]})
        low, high = REFERENCE.extent(path)
        dense = np.array(points(path, 1, start, end, 1e-6))
        assert np.allclose(low, dense.min(axis=0), atol=1e-4)
        assert np.allclose(high, dense.max(axis=0), atol=1e-4)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_smooth_runs_of_short_moves_are_timed_alike(seed: int) -> None:
    """Where neither corners nor feeds hold the speed down, both passes of the look-ahead decide."""
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 80))
    heading = np.cumsum(random.normal(0, 0.02, count))
    steps = random.uniform(0.01, 2.0, count)
    kind = np.where(random.random(count) < 0.02, 4, 1)
    columns = {"kind": kind, "x_mm": np.cumsum(steps * np.cos(heading)), "y_mm": np.cumsum(steps * np.sin(heading))}
    path = from_columns({**columns, "feed_mm_min": np.full(count, 5000.0), "dwell_s": np.where(kind == 4, 0.5, 0.0)})
    same_measures(path)
    if count > 10 and not (kind == 4).any():
        stopping_each_time_s = sum(2 * math.sqrt(step / LIMITS.accel_mm_s2) for step in steps)
        assert REFERENCE.move_times_s(path, LIMITS).sum() < 0.8 * stopping_each_time_s
