"""How far must the machine travel for a design, and what is left below it?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from rmos.contracts.evaluation import EvaluateRequest
from rmos.feasibility.domain.model import Triple
from rmos.feasibility.gather.context import Known
from rmos.feasibility.presets import Tool

Place = tuple[float, float]


def depth_facts(request: EvaluateRequest, depth: float) -> Known:
    thickness = request.options.stock_thickness
    return {"depth_mm": depth, "floor_mm": None if thickness is None else thickness - depth}


def deepest(depths: Iterable[float]) -> float:
    """Of several depths the greatest, unless one of them is none at all."""
    ordered = sorted(depths)
    return ordered[-1] if ordered[0] > 0 else ordered[0]


def span_mm(points: Sequence[Place]) -> Place:
    low, high = np.min(points, axis=0), np.max(points, axis=0)
    return float(high[0] - low[0]), float(high[1] - low[1])


def travel(request: EvaluateRequest, tool: Tool | None, span: Place, depth: float, beyond: float = -1.0) -> Triple | None:
    """The tool's middle reaches `beyond` the span of a design by so many diameters, half of them on each side: inside of
    a pocket, a ring or a bore it stays inside."""
    if tool is None:
        return None
    x, y = (max(0.0, side + beyond * tool.diameter_mm) for side in span)
    return (x, y, depth + request.options.safe_z)


def length_mm(points: Sequence[Place], closed: bool) -> float:
    """Along a contour."""
    ends = (*points[1:], points[0]) if closed else points[1:]
    return sum(math.dist(a, b) for a, b in zip(points, ends, strict=False))


def nearest_mm(points: Sequence[Place]) -> float | None:
    """Least distance of two of these points, None of one."""
    if len(points) < 2:
        return None
    at = np.array(points, dtype=float)
    away = np.hypot(at[:, None, 0] - at[:, 0], at[:, None, 1] - at[:, 1])
    np.fill_diagonal(away, np.inf)
    return float(away.min())


def least(stated: float | None, measured: float | None) -> float | None:
    return None if stated is None or measured is None else min(stated, measured)
