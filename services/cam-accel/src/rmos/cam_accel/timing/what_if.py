"""How long would it take at other feeds and other stepovers? A grid of seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.timing.limits import LimitsError, MachineLimits
from rmos.contracts.toolpath import Toolpath

MOST_CELLS = 10_000
Totals = Callable[[Toolpath, MachineLimits, Sequence[float]], NDArray[np.float64]]


@dataclass(frozen=True)
class WhatIf:
    """`seconds[n, m]` is the time with stepover `stepovers[n]` and every feed times `feed_factors[m]`."""

    stepovers: tuple[float, ...]
    feed_factors: tuple[float, ...]
    seconds: NDArray[np.float64]

    @property
    def fastest(self) -> tuple[float, float, float]:
        """(stepover, feed factor, seconds); of equals the first."""
        n, m = divmod(int(np.argmin(self.seconds)), len(self.feed_factors))
        return self.stepovers[n], self.feed_factors[m], float(self.seconds[n, m])


def what_if(
    plan: Callable[[float], Toolpath],
    stepovers: Sequence[float],
    feed_factors: Sequence[float],
    limits: MachineLimits,
    totals: Totals,
) -> WhatIf:
    """`plan` makes the path anew for each stepover; `totals` is a kernel's `move_times_total_s`.

    A factor scales every feed of a path, as the override of a controller does: the geometry is worked out once for all.
    Rapids stay, and no feed goes beyond the machine's. Raises LimitsError for an empty or too large grid, what `plan` raises,
    and ValueError as `move_times_s`.
    """
    if not 1 <= len(stepovers) * len(feed_factors) <= MOST_CELLS:
        raise LimitsError(f"a grid of {len(stepovers)} x {len(feed_factors)}: from 1 to {MOST_CELLS} cells are allowed")
    rows = [totals(plan(stepover), limits, feed_factors) for stepover in stepovers]
    return WhatIf(tuple(stepovers), tuple(feed_factors), np.array(rows))
