"""Where are the kerfs of a saw?"""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from rmos.cam_accel.planners import Order
from rmos.cam_accel.simulate.target import Level, Region
from rmos.cam_accel.targets.areas import air, regions
from rmos.contracts.designs import SawDesign


def saw(order: Order, d: SawDesign) -> list[Region]:
    """Kerfs in the block; before and behind it the blade is in the air."""
    kerf, out = order.shape().diameter_mm, []
    reach = d.length + d.depth + (0.0 if order.blade is None else order.blade.diameter_mm)
    for n, x in enumerate(saw_cuts_mm(order, d), start=1):
        out += regions(shapely.box(x - kerf / 2, 0, x + kerf / 2, d.length), Level(d.depth), name=f"kerf {n}")
        around = shapely.box(x - kerf / 2, -reach, x + kerf / 2, d.length + reach)
        out += air(shapely.difference(around, shapely.box(x - kerf / 2, 0, x + kerf / 2, d.length)), Level(d.depth))
    return out


def saw_cuts_mm(order: Order, d: SawDesign) -> Sequence[float]:
    """X of the middle of each kerf: first what squares the end, then one behind each slice."""
    if d.slices is None:
        return ()
    kerf, s = order.shape().diameter_mm, d.slices
    begin = s.trim + kerf if s.trim else 0.0
    squaring = [s.trim + kerf / 2] if s.trim else []
    return [*squaring, *(begin + (n + 1) * s.thickness + n * kerf + kerf / 2 for n in range(s.count))]
