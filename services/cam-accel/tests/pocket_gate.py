"""Is a pocket right? The gate, asked with a boundary, islands and a depth."""

from __future__ import annotations

from collections.abc import Sequence

from rmos.cam_accel.kernels import Kernels, choose
from rmos.cam_accel.simulate.gate import Verification, verify
from rmos.cam_accel.simulate.report import Setup
from rmos.cam_accel.simulate.target import pocket_target
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath


def verify_pocket(
    path: Toolpath,
    tool_diameter_mm: float,
    boundary: Sequence[tuple[float, float]],
    islands: Sequence[Sequence[tuple[float, float]]],
    depth_mm: float,
    kernels: Kernels | None = None,
    centre_cutting: bool = False,
) -> Verification:
    """By a flat tool. Reachable is what a tool of this size can cut without touching a wall."""
    target, setup = pocket_target(boundary, islands, depth_mm), Setup(centre_cutting=centre_cutting)
    return verify(kernels or choose(), path, ToolShape("flat", tool_diameter_mm), target, setup)
