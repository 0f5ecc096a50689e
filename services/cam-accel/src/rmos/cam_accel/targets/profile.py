"""What must go around a part, what may, and which tabs hold it?"""

from __future__ import annotations

from typing import Any

import shapely
from rmos.cam_accel.plan.profile import tab_places
from rmos.cam_accel.planners import Order, profile_request
from rmos.cam_accel.simulate.profile import radius_at_mm
from rmos.cam_accel.simulate.target import FLOOR_MM, Level, Region
from rmos.cam_accel.targets.areas import BESIDE_MM, FINE, grown, regions
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.designs import ProfileDesign

SKIN_MM, TAB_MM, KEPT_MM = 0.02, 0.1, 1.0
"""What the edge of a free cut may leave of its band; how much shorter or longer a tab may be at each end; and how wide the edge
beside an open line is that shows whether the tool was in it."""


def profile(order: Order, d: ProfileDesign) -> list[Region]:
    """What must go is a band as wide as the tool; beside the part, the tool may go further."""
    cut, tool = order.job.cut, order.shape().diameter_mm
    kept = cut.finish_allowance or 0.0 if cut.finish_pass == "none" else 0.0
    free = tool + 2 * (cut.lead_radius or 0.0) + BESIDE_MM
    must, may = _bands(d, order.shape(), kept, free)
    floor = d.depth + (d.overcut or 0.0)
    tabs: list[Region] = []
    if d.tabs is not None:
        places = shapely.MultiPoint(tab_places(profile_request(order, d)))
        standing = shapely.intersection(grown(must, SKIN_MM), grown(places, d.tabs.width / 2 - TAB_MM))
        tabs = regions(standing, Level(d.depth - d.tabs.height), name="the tops of the tabs")
        must = shapely.difference(must, grown(places, (d.tabs.width + tool) / 2 + TAB_MM))
        may = shapely.difference(may, standing)
    return [*regions(must, Level(floor), name="the contour"), *regions(may, Level(floor), must_be_cut=False), *tabs]


def _bands(d: ProfileDesign, tool: ToolShape, kept_mm: float, free_mm: float) -> tuple[Any, Any]:
    """What must be cut to the floor, about the way of the tool's middle and as wide as its end there, and what may be."""
    line, foot = shapely.LineString(d.contour), radius_at_mm(tool, FLOOR_MM) - SKIN_MM / 2
    away = tool.radius_mm + kept_mm
    if not d.closed:
        if d.side == "on":
            return grown(line, foot), grown(line, free_mm)
        sign = 1 if d.side == "left" else -1
        middle = shapely.offset_curve(line, sign * away, quad_segs=FINE)
        return grown(middle, foot, "flat"), shapely.difference(grown(line, free_mm), _kept_beside(line, sign))
    part = shapely.Polygon(d.contour)
    if d.side == "on":
        return grown(part.boundary, foot), grown(part.boundary, free_mm)
    if d.side == "inside":
        inner = grown(part, -kept_mm) if kept_mm else part
        return shapely.difference(grown(part, foot - away), grown(part, -foot - away)), inner
    outer = grown(part, kept_mm) if kept_mm else part
    return shapely.difference(grown(part, away + foot), grown(part, away - foot)), shapely.difference(
        grown(part, free_mm), outer
    )


def _kept_beside(line: Any, sign: int) -> Any:
    """The edge of what stays beside an open line whose waste is left (1) or right (-1) of it. Where the line comes so near to
    itself that a place lies on both of its sides, it may be cut."""
    kept, waste = (shapely.buffer(line, side * KEPT_MM, quad_segs=FINE, single_sided=True) for side in (-sign, sign))
    return shapely.difference(kept, waste)
