"""How long will the machine take? Look-ahead between corners as each controller plans it: the reference kernel.

`limits` says what a machine can do, `dialects` how its controller plans, `blocks` turns moves into what a planner sees,
`look_ahead` finds the speeds between blocks and `trapezoid` the seconds; under limited jerk `motions` does both, by `ramps`,
`reach` and `s_curve`. `report` and `what_if` tell what people ask.
"""

from rmos.cam_accel.timing.dialects import DIALECTS, Dialect, dialect_of
from rmos.cam_accel.timing.limits import (
    LimitsError,
    MachineLimits,
    checked_factors,
    junction_deviation_of_corner_velocity,
    limits_of,
)
from rmos.cam_accel.timing.planner import move_times_s, move_times_total_s
from rmos.cam_accel.timing.report import TimeReport, report_of
from rmos.cam_accel.timing.what_if import WhatIf, what_if

__all__ = [
    "DIALECTS",
    "Dialect",
    "LimitsError",
    "MachineLimits",
    "TimeReport",
    "WhatIf",
    "checked_factors",
    "dialect_of",
    "junction_deviation_of_corner_velocity",
    "limits_of",
    "move_times_s",
    "move_times_total_s",
    "report_of",
    "what_if",
]
