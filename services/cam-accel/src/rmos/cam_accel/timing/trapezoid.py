"""How long does each block take when acceleration is constant: up, across at its speed, down?"""

from __future__ import annotations

import math

from rmos.cam_accel.timing.blocks import Block
from rmos.cam_accel.timing.look_ahead import plan


def block_times_s(blocks: list[Block], window: int | None, feed_factor: float) -> list[float]:
    found = plan(blocks, window, feed_factor)
    out, v0 = [], 0.0
    for n, block in enumerate(blocks):
        v1 = math.sqrt(found.v2[n + 1])
        both = found.v2[n] + found.v2[n + 1]
        peak = min(found.speed_mm_s[n], math.sqrt(0.5 * (found.gain_v2[n] + both)))
        ramps_mm = (2 * peak * peak - both) * 0.5 * block.inverse_accel
        out.append((2 * peak - v0 - v1) * block.inverse_accel + max(0.0, block.length_mm - ramps_mm) / peak)
        v0 = v1
    return out
