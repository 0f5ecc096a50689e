"""Do the native kernels take arrays as they come: not writable, and at odd addresses, as in the middle of a blob?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from rmos.cam_accel import engagement, kernels
from rmos.cam_accel.adaptive import Task
from rmos.cam_accel.kernels import NativeKernels
from rmos.cam_accel.simulate.grid import Grid
from rmos.cam_accel.simulate.heightmap import full
from rmos.cam_accel.simulate.profile import flat_profile
from rmos.cam_accel.timing import MachineLimits
from rmos.contracts.toolpath import Toolpath, decode, encode

pytestmark = pytest.mark.skipif(kernels._native is None, reason="the native kernels are not built here")
LIMITS = MachineLimits(5000, 500, 0.01)
PROGRAM = b"G21 G90 G17\nM3 S9000\nG0 X0 Y0 Z5\nG1 Z-1 F300\nG1 X10 F900\nX20 Y1\nG2 X30 Y1 R5\nG1 X31 Y9\nG0 Z5\n"


def native() -> NativeKernels:
    assert kernels._native is not None
    return NativeKernels(kernels._native)


def shifted(array: Any) -> Any:
    """The same numbers, one byte beside where a processor reads them, and not writable."""
    view = np.frombuffer(b"\0" + np.ascontiguousarray(array).tobytes(), array.dtype, array.size, 1).reshape(array.shape)
    assert array.size == 0 or array.dtype.itemsize == 1 or not view.flags.aligned
    return view


def shifted_path(path: Toolpath) -> Toolpath:
    arrays = {f.name: getattr(path, f.name) for f in fields(path)}
    return replace(path, **{name: shifted(array) for name, array in arrays.items() if isinstance(array, np.ndarray)})


def parts(found: Any) -> list[Any]:
    if isinstance(found, np.ndarray):
        return [found.tobytes()]
    if hasattr(found, "__dataclass_fields__"):
        return [part for f in fields(found) for part in parts(getattr(found, f.name))]
    return [found]


GRID = Grid(-5.0, -5.0, 0.5, 90, 40)
PATH_KERNELS: dict[str, Callable[[Toolpath], Any]] = {
    "lengths": lambda p: native().lengths_mm(p),
    "extent": lambda p: native().extent(p),
    "times": lambda p: native().move_times_s(p, LIMITS),
    "totals": lambda p: native().move_times_total_s(p, LIMITS, [0.5, 1.0]),
    "engagement": lambda p: native().engagement(p, 6.0),
    "fit": lambda p: native().fit(p, 0.01),
    "heightmap": lambda p: native().heightmap(p, flat_profile(6.0), GRID, full(GRID, 0.0), -50_000),
}


@pytest.mark.parametrize("name", PATH_KERNELS)
@pytest.mark.parametrize("form", ["shifted", "decoded"])
def test_a_path_from_the_middle_of_a_blob_gives_the_same(name: str, form: str) -> None:
    path = native().interpret(PROGRAM).toolpath
    other = shifted_path(path) if form == "shifted" else decode(encode(path))
    assert parts(PATH_KERNELS[name](other)) == parts(PATH_KERNELS[name](path))


def test_heights_from_the_middle_of_a_blob_are_cut_alike_and_stay_as_they_were() -> None:
    path, heights = native().interpret(PROGRAM).toolpath, full(GRID, 0.0)
    odd = shifted(heights)
    cut = [native().heightmap(path, flat_profile(6.0), GRID, h, -50_000) for h in (heights, odd)]
    assert parts(cut[0]) == parts(cut[1])
    assert not odd.any()


def test_tops_from_the_middle_of_a_blob_give_the_same() -> None:
    path, module = native().interpret(PROGRAM).toolpath, native().module
    frame = engagement.frame_under(path, 6.0, flat_profile(6.0))
    assert frame is not None
    tops = np.full((frame.rows, frame.columns), -300, dtype=np.int32)
    rest = *kernels._arguments(path), path.spindle_rpm, 6.0, np.array(flat_profile(6.0).numbers())
    assert module.engagement(*rest, shifted(tops)) == module.engagement(*rest, tops) != module.engagement(*rest, 2 * tops)


def test_segments_areas_and_offsets_from_the_middle_of_a_blob_give_the_same() -> None:
    x, y = np.array([0.0, 9.0, 9.0, 9.0, 9.0, 0.0]), np.array([0.0, 0.0, 0.0, 9.0, 9.0, 0.0])
    columns = x, y, (x[::2] + x[1::2]) / 2, (y[::2] + y[1::2]) / 2
    joined = [native().join_segments(*(form(c) for c in columns), 0.1) for form in (np.array, shifted)]
    assert parts(joined[0]) == parts(joined[1])
    points, ends = np.array([(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)]), np.array([4])
    areas = (points, ends, points, ends), tuple(shifted(a) for a in (points, ends, points, ends))
    cleared = [native().clear_area(Task(*area, (4.0, 4.0), 4.0, 3.0, 1.0)) for area in areas]
    assert parts(cleared[0]) == parts(cleared[1])
    offsets = np.arange(24.0).reshape(8, 3)
    read = [native().interpret(b"G21 G90 G55\nG0 X1 Y2 Z3\n", o).toolpath for o in (offsets, shifted(offsets))]
    assert parts(read[0]) == parts(read[1])


def test_arrays_of_another_kind_are_refused_and_not_copied() -> None:
    path, module = native().interpret(PROGRAM).toolpath, native().module
    columns = kernels._arguments(path)
    for wrong in (path.x_mm.astype(np.float32), np.repeat(path.x_mm, 2)[::2], path.x_mm[1:]):
        with pytest.raises((TypeError, ValueError)):
            module.lengths_mm(*columns[:2], wrong, *columns[3:])


@pytest.mark.parametrize("start", [(), (0.0,), (0.0, 0.0, 0.0, 0.0)])
def test_a_start_of_other_than_three_coordinates_is_refused(start: tuple[float, ...]) -> None:
    columns = kernels._arguments(native().interpret(PROGRAM).toolpath)
    with pytest.raises(ValueError, match="three coordinates"):
        native().module.lengths_mm(*columns[:-1], start)


def test_limits_and_profiles_of_no_machine_and_no_tool_are_refused() -> None:
    path, module = native().interpret(PROGRAM).toolpath, native().module
    columns = kernels._arguments(path)
    for place, wrong in ((18, 1e30), (18, -1.0), (0, float("nan"))):
        limits = LIMITS.numbers()
        limits[place] = wrong
        with pytest.raises(ValueError, match="limits"):
            module.move_times_s(*columns, path.spindle_rpm, path.switches, limits)
    for place, wrong in ((0, 1e30), (1, float("nan")), (3, -1.0)):
        profile = np.array(flat_profile(6.0).numbers())
        profile[place] = wrong
        with pytest.raises(ValueError, match="profile"):
            module.engagement(*columns, path.spindle_rpm, 6.0, profile, np.zeros((0, 0), dtype=np.int32))


@pytest.mark.parametrize(("columns", "rows", "cell"), [(-1, 5, 0.1), (1 << 40, 1 << 40, 0.1), (5, 5, 0.0)])
def test_the_loop_of_the_benchmark_refuses_a_grid_of_no_cells(columns: int, rows: int, cell: float) -> None:
    arguments = kernels._arguments(native().interpret(PROGRAM).toolpath)
    with pytest.raises(ValueError, match="grid"):
        native().module.baseline_heightmap(*arguments, 3.0, 0.0, -5.0, -5.0, cell, columns, rows)
