"""What is a program's time made of, and what of it is not counted?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.timing.limits import MachineLimits
from rmos.contracts.toolpath import MoveKind, Toolpath


@dataclass(frozen=True)
class TimeReport:
    """Seconds by kind. `stops_not_counted` and `tool_changes_not_counted`: how many have no known time and count as 0 s.

    `assumptions`: what the machine's facts leave open, and what was taken for it.
    """

    cut_s: float
    rapid_s: float
    dwell_s: float
    tool_change_s: float
    stop_s: float
    stops_not_counted: int
    tool_changes_not_counted: int
    assumptions: tuple[str, ...] = ()

    @property
    def total_s(self) -> float:
        return self.cut_s + self.rapid_s + self.dwell_s + self.tool_change_s + self.stop_s

    @property
    def is_complete(self) -> bool:
        return not self.stops_not_counted and not self.tool_changes_not_counted


def report_of(path: Toolpath, times_s: NDArray[np.float64], limits: MachineLimits) -> TimeReport:
    """From the seconds of each move, as `move_times_s` gives them. Sums are exact to the last bit, in any order."""
    stops, changes = path.kind == MoveKind.STOP, path.kind == MoveKind.TOOL_CHANGE
    return TimeReport(
        cut_s=_sum(times_s[path.is_cut]), rapid_s=_sum(times_s[path.is_rapid]),
        dwell_s=_sum(times_s[path.kind == MoveKind.DWELL]), tool_change_s=_sum(times_s[changes]), stop_s=_sum(times_s[stops]),
        stops_not_counted=int(stops.sum()) if limits.stop_s is None else 0,
        tool_changes_not_counted=int(changes.sum()) if limits.tool_change_s is None else 0,
        assumptions=limits.assumptions,
    )  # fmt: skip


def _sum(values: NDArray[np.float64]) -> float:
    return math.fsum(values.tolist())
