"""How many seconds does each move take, and the whole path at other feeds? The reference of `cpp/timing.cpp`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.timing import motions, trapezoid
from rmos.cam_accel.timing.blocks import Block, blocks_of
from rmos.cam_accel.timing.limits import MachineLimits, checked_factors
from rmos.contracts.toolpath import MoveKind, Toolpath


def move_times_s(path: Toolpath, limits: MachineLimits) -> NDArray[np.float64]:
    """Seconds per move; a dwell, a stop, a tool change and a drained buffer stop the machine.

    Raises ValueError where a cutting move has no feed or a move no finite length.
    """
    blocks = blocks_of(path, limits)
    times = _waits_s(path, limits)
    for block, seconds in zip(blocks, _block_times_s(blocks, limits, 1.0), strict=True):
        times[block.move] += seconds
    return np.array(times, dtype=np.float64)


def move_times_total_s(path: Toolpath, limits: MachineLimits, feed_factors: Sequence[float]) -> NDArray[np.float64]:
    """Seconds of the whole path for each factor on every feed; rapids stay. Raises as `move_times_s`, and LimitsError."""
    blocks = blocks_of(path, limits)
    waits = 0.0
    for seconds in _waits_s(path, limits):
        waits += seconds
    out = []
    for factor in checked_factors(feed_factors).tolist():
        total = 0.0
        for seconds in _block_times_s(blocks, limits, factor):
            total += seconds
        out.append(total + waits)
    return np.array(out, dtype=np.float64)


def _waits_s(path: Toolpath, limits: MachineLimits) -> list[float]:
    """What is not known counts nothing here; `report_of` tells how many of which were not counted."""
    waits = {int(MoveKind.STOP): limits.stop_s or 0.0, int(MoveKind.TOOL_CHANGE): limits.tool_change_s or 0.0}
    dwells = zip(path.kind.tolist(), path.dwell_s.tolist(), strict=True)
    return [dwell if kind == MoveKind.DWELL else waits.get(kind, 0.0) for kind, dwell in dwells]


def _block_times_s(blocks: list[Block], limits: MachineLimits, factor: float) -> list[float]:
    if limits.jerk_mm_s3 is None:
        return trapezoid.block_times_s(blocks, limits.window, factor)
    return motions.block_times_s(blocks, limits.window, factor, limits.jerk_mm_s3)
