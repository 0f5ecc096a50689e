"""What can the machine do? Speeds, accelerations and habits that decide its time, each stated or said to be assumed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rmos.cam_accel.timing.dialects import DIALECTS, Dialect, dialect_of
from rmos.contracts.events import MachineFacts

PerAxis = float | tuple[float, float, float]
_LEAST, _MOST = 1e-6, 1e9
_MAX_LOOK_AHEAD = 1_000_000


class LimitsError(ValueError):
    """A limit that no machine can have; names the field, its value and what is allowed."""


@dataclass(frozen=True)
class MachineLimits:
    """A float holds for every axis, a triple for X, Y and Z.

    `max_feed_mm_min` None: feeds are limited by the rapids alone. `jerk_mm_s3` None: trapezoids.
    `look_ahead_moves` None: unbounded; 16: the running block and 15 more are known, and the machine could stop at the end of
    them; 1: it stops after every block. In jerk mode collinear blocks of one feed count as one.
    `tool_change_s`, `stop_s` None: not counted, and the report says so. `corner_tolerance_mm` is the path tolerance of
    `linuxcnc` (G64 P), None: the junction deviation. `laser_mode`: a changed S word does not drain the buffer.
    `min_corner_mm_s`: no corner is taken more slowly (GRBL's minimum junction speed). `assumptions`: what was not known, and
    what was taken for it.
    Raises LimitsError for what no machine can have.
    """

    rapid_mm_min: PerAxis
    accel_mm_s2: PerAxis
    junction_deviation_mm: float
    max_feed_mm_min: PerAxis | None = None
    jerk_mm_s3: float | None = None
    look_ahead_moves: int | None = None
    dialect: str = "generic"
    corner_tolerance_mm: float | None = None
    arc_tolerance_mm: float = 0.002
    min_corner_mm_s: float = 0.0
    laser_mode: bool = False
    tool_change_s: float | None = None
    stop_s: float | None = None
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.dialect not in DIALECTS:
            raise LimitsError(f"dialect {self.dialect!r} is none of {', '.join(DIALECTS)}")
        for name in ("rapid_mm_min", "accel_mm_s2", "max_feed_mm_min"):
            value = getattr(self, name)
            for number in () if value is None else _triple(value):
                _require(name, number, _LEAST)
        for name in ("jerk_mm_s3", "arc_tolerance_mm"):
            _require(name, getattr(self, name), _LEAST)
        for name in ("junction_deviation_mm", "corner_tolerance_mm", "min_corner_mm_s", "tool_change_s", "stop_s"):
            _require(name, getattr(self, name), 0.0)
        if self.look_ahead_moves is not None and not 1 <= self.look_ahead_moves <= _MAX_LOOK_AHEAD:
            raise LimitsError(f"look_ahead_moves {self.look_ahead_moves} is not from 1 to {_MAX_LOOK_AHEAD}")

    @property
    def rules(self) -> Dialect:
        return DIALECTS[self.dialect]

    @property
    def deviation_mm(self) -> float:
        """How far a corner's circle may leave the corner."""
        uses = self.rules.uses_tolerance and self.corner_tolerance_mm is not None
        return self.corner_tolerance_mm if uses and self.corner_tolerance_mm is not None else self.junction_deviation_mm

    @property
    def window(self) -> int | None:
        """How many blocks beyond the running one are known, None without a bound. With none, every block stops by itself."""
        return None if self.look_ahead_moves is None or self.look_ahead_moves == 1 else self.look_ahead_moves - 1

    @property
    def spindle_drains(self) -> bool:
        return self.rules.spindle_drains and not self.laser_mode

    @property
    def inverse_rapid(self) -> tuple[float, float, float, float]:
        return _inverse(self.rules, _triple(self.rapid_mm_min), 60)

    @property
    def inverse_feed(self) -> tuple[float, float, float, float]:
        rapid = _triple(self.rapid_mm_min)
        feed = rapid if self.max_feed_mm_min is None else _triple(self.max_feed_mm_min)
        x, y, z = (min(f, r) for f, r in zip(feed, rapid, strict=True))
        return _inverse(self.rules, (x, y, z), 60)

    @property
    def inverse_accel(self) -> tuple[float, float, float, float]:
        return _inverse(self.rules, _triple(self.accel_mm_s2), 1)

    def numbers(self) -> NDArray[np.float64]:
        """As the native kernel takes them: the order of `Limits` in cpp/timing.h."""
        rules = self.rules
        return np.array(
            [
                *self.inverse_rapid, *self.inverse_feed, *self.inverse_accel,
                self.deviation_mm, rules.normal_ratio, rules.tangential_ratio,
                self.arc_tolerance_mm if rules.chords_arcs else 0.0, self.min_corner_mm_s * self.min_corner_mm_s,
                self.jerk_mm_s3 or 0.0, self.window or 0, self.look_ahead_moves == 1,
                rules.junction_across, rules.half_move, self.spindle_drains,
                self.tool_change_s or 0.0, self.stop_s or 0.0,
            ],
            dtype=np.float64,
        )  # fmt: skip


def _require(name: str, value: float | None, least: float) -> None:
    if value is not None and not least <= value <= _MOST:
        raise LimitsError(f"{name} {value} is not from {least:g} to {_MOST:g}")


def _triple(value: PerAxis) -> tuple[float, float, float]:
    if isinstance(value, tuple):
        return value
    return value, value, value


def _inverse(rules: Dialect, limit: tuple[float, float, float], seconds: float) -> tuple[float, float, float, float]:
    """Of X, Y, Z and the whole path. The limit along a unit vector u is 1 / max(|ux|·x, |uy|·y, |uz|·z, whole)."""
    x, y, z = limit
    if rules.by_axis:
        return seconds / x, seconds / y, seconds / z, 0.0
    return 0.0, 0.0, seconds / z, seconds / min(x, y)


def checked_factors(feed_factors: Sequence[float]) -> NDArray[np.float64]:
    """Factors on all feeds, for either kernel. Raises LimitsError for one that is not from 0.001 to 1000."""
    factors = np.array(feed_factors, dtype=np.float64)
    wrong = factors[~((factors >= 1e-3) & (factors <= 1e3))]
    if len(wrong):
        raise LimitsError(f"feed factor {wrong[0]} is not from 0.001 to 1000")
    return factors


def junction_deviation_of_corner_velocity(square_corner_mm_s: float, accel_mm_s2: float) -> float:
    """mm. The deviation with which a corner of 90 degrees is taken at this speed. Source: Klipper's documentation."""
    return square_corner_mm_s * square_corner_mm_s * (math.sqrt(2) - 1) / accel_mm_s2


def limits_of(machine: MachineFacts) -> MachineLimits:
    """The limits of a machine as its facts state them; every rule for what they do not state is among `assumptions`.

    Z has its own greatest feed, which also holds for its rapids where the controller knows one rate per axis.
    Raises LimitsError.
    """
    found = dialect_of(machine.controller)
    rules = found or DIALECTS["generic"]
    feed = machine.rapid_mm_min if machine.max_feed_mm_min is None else machine.max_feed_mm_min
    feed_z = feed if machine.max_feed_z_mm_min is None else machine.max_feed_z_mm_min
    depth = rules.look_ahead_moves if machine.look_ahead_moves is None else machine.look_ahead_moves
    rapid_z = min(machine.rapid_mm_min, feed_z) if rules.chords_arcs else machine.rapid_mm_min
    limits = MachineLimits(
        rapid_mm_min=(machine.rapid_mm_min, machine.rapid_mm_min, rapid_z), accel_mm_s2=machine.accel_mm_s2,
        junction_deviation_mm=machine.junction_deviation_mm, max_feed_mm_min=(feed, feed, feed_z),
        jerk_mm_s3=machine.jerk_mm_s3 if rules.has_jerk else None,
        look_ahead_moves=depth, dialect=rules.name,
        corner_tolerance_mm=machine.corner_tolerance_mm, tool_change_s=machine.tool_changer_s,
    )  # fmt: skip
    return replace(limits, assumptions=tuple(_assumptions(machine, found, rules)))


def _assumptions(machine: MachineFacts, found: Dialect | None, rules: Dialect) -> list[str]:
    depth = "unbounded" if rules.look_ahead_moves is None else f"{rules.look_ahead_moves} blocks"
    said = [
        (found is None, f"controller {machine.controller!r} is not known: planned as generic"),
        (machine.look_ahead_moves is None, f"look-ahead is not stated: {depth}, as {rules.name} has"),
        (machine.max_feed_mm_min is None, "greatest feed is not stated: the rapid"),
        (machine.max_feed_z_mm_min is None, "greatest feed of Z is not stated: that of X and Y"),
        (machine.jerk_mm_s3 is None and rules.has_jerk, "jerk is not stated: ramps of constant acceleration"),
        (machine.jerk_mm_s3 is not None and not rules.has_jerk, f"jerk is stated, and {rules.name} knows none: not applied"),
        (machine.corner_tolerance_mm is None and rules.uses_tolerance, "path tolerance is not stated: the junction deviation"),
        (machine.tool_changer_s is None, "time of a tool change is not stated: not counted"),
    ]
    return [text for holds, text in said if holds]
