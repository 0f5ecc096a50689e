"""Does adaptive clearing stay within its memory, and refuse by place and cause what it cannot take?"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from rmos.cam_accel import kernels
from rmos.cam_accel.adaptive import Task, TooLarge
from rmos.cam_accel.kernels import Kernels, NativeKernels, ReferenceKernels
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.plan.pocket_adaptive import cleared

MODULE = kernels._native
BOTH: list[Kernels] = [ReferenceKernels(), *([NativeKernels(MODULE)] if MODULE is not None else [])]
NOTHING = np.zeros((0, 2)), np.zeros(0, dtype=np.int64)
LARGEST_MM = 500.0
"""Of a square in which a tool of 1 mm radius may clear."""


def task(*rings: list[tuple[float, float]], width_mm: float = 0.5, before: list[tuple[float, float]] | None = None) -> Task:
    ends = np.cumsum([len(ring) for ring in rings])
    done = NOTHING if before is None else (np.array(before), np.array([len(before)]))
    return Task(np.vstack(rings).astype(float), ends, *done, (1.5, 1.5), 1.5, 1.0, width_mm)


def square(low: float, side: float) -> list[tuple[float, float]]:
    return [(low, low), (low + side, low), (low + side, low + side), (low, low + side)]


def apart(side: float) -> Task:
    """Two small squares in opposite corners of a large one, and in its middle a comb that is cleared: every line across the
    square meets every tooth."""
    xs = np.linspace(side / 4, side / 2, 8000)
    comb = [(float(x), side - 5 if n % 4 in (1, 2) else 5.0) for n, x in enumerate(xs)]
    return task(square(0, 3), square(side - 1, 1), before=[*comb, (side / 2, 4.0), (side / 4, 4.0)])


CODE = """
import pathlib
from test_adaptive_limits import MODULE, LARGEST_MM, NativeKernels, apart
found = NativeKernels(MODULE).clear_area(apart(LARGEST_MM))
assert len(found.x_mm) > 20
print(pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.skipif(MODULE is None or not Path("/proc/self/status").exists(), reason="needs the native kernels, and Linux")
def test_the_largest_area_takes_less_than_two_gigabytes() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 2 << 20


@pytest.mark.parametrize("which", BOTH, ids=lambda k: k.name)
def test_an_area_a_little_larger_is_refused(which: Kernels) -> None:
    with pytest.raises(TooLarge, match="too many cells"):
        which.clear_area(task(square(0, 3), square(1.05 * LARGEST_MM, 1)))


@pytest.mark.parametrize("which", BOTH, ids=lambda k: k.name)
def test_a_bite_that_would_take_too_many_steps_is_refused(which: Kernels) -> None:
    with pytest.raises(TooLarge, match="more than 16777216 steps"):
        which.clear_area(task(square(0, 400), width_mm=0.01))


@pytest.mark.parametrize("which", BOTH, ids=lambda k: k.name)
def test_a_border_to_and_fro_across_the_area_is_refused(which: Kernels) -> None:
    teeth = [(float(x), 400.0 * (n % 2)) for n, x in enumerate(np.linspace(0, 100, 4001))]
    with pytest.raises(TooLarge, match="border of the area is longer than 16777216 steps"):
        which.clear_area(task([*teeth, (0.0, 0.1)], width_mm=1.9))


@pytest.mark.parametrize("which", BOTH, ids=lambda k: k.name)
@pytest.mark.parametrize(
    ("side", "start", "width", "why"),
    [
        (9.0, (-4.0, 4.0), 0.5, "cannot begin at (-4, 4): the start lies outside"),
        (1e3, (4.0, 4.0), 1.0, "too many cells for this tool, at (4, 4): take a larger tool"),
        (400.0, (4.0, 4.0), 0.01, "steps at this bite, at (4, 4): take a larger tool or a wider stepover"),
    ],
)
def test_what_the_kernel_does_not_take_is_no_plan(
    which: Kernels, side: float, start: tuple[float, float], width: float, why: str
) -> None:
    with pytest.raises(PlanError, match=re.escape(why)) as refused:
        cleared(which, shapely.box(0, 0, side, side), (), start, 1.5, 1.0, width, True)
    assert refused.value.pointer == "/design/boundary"
