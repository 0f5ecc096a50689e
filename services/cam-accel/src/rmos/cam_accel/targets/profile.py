"""What must go around a part, what may, and which tabs hold it?"""

from __future__ import annotations

from typing import Any

import shapely
from rmos.cam_accel.plan.contours import kept_beside
from rmos.cam_accel.plan.profile import tab_places
from rmos.cam_accel.planners import Order, profile_request
from rmos.cam_accel.simulate.profile import radius_at_mm
from rmos.cam_accel.simulate.target import FLOOR_MM, Level, Region
from rmos.cam_accel.targets.areas import BESIDE_MM, FINE, grown, regions
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.designs import ProfileDesign

SKIN_MM, TAB_MM = 0.02, 0.1
"""What the edge of a free cut may leave of its band; how much shorter or longer a tab may be at each end."""


def profile(order: Order, d: ProfileDesign) -> list[Region]:
    """What must go is a band as wide as the tool; beside the part, the tool may go further."""
    cut, tool = order.job.cut, order.shape().diameter_mm
    kept = cut.finish_allowance or 0.0 if cut.finish_pass == "none" else 0.0
    free = tool + 2 * (cut.lead_radius or 0.0) + BESIDE_MM
    middle, must, may = _bands(d, order.shape(), kept, free)
    floor = d.depth + (d.overcut or 0.0)
    tabs: list[Region] = []
    if d.tabs is not None:
        places = shapely.MultiPoint(tab_places(profile_request(order, d)))
        standing = shapely.intersection(grown(must, SKIN_MM), grown(places, d.tabs.width / 2 - TAB_MM))
        top = Level(d.depth - d.tabs.height)
        tabs = regions(shapely.intersection(standing, must), top, name="the tops of the tabs")
        tabs += regions(standing, top, must_be_cut=False)  # over it, not beside it: gaps of a rounding would count as walls
        above = grown(places, (d.tabs.width + tool) / 2 + TAB_MM)
        must = shapely.difference(must, _hidden(middle, above, _foot_mm(order.shape())))
        may = shapely.difference(may, standing)
    return [*regions(must, Level(floor), name="the contour"), *regions(may, Level(floor), must_be_cut=False), *tabs]


def _foot_mm(tool: ToolShape) -> float:
    return radius_at_mm(tool, FLOOR_MM) - SKIN_MM / 2


def _hidden(middle: Any, above_tabs: Any, foot_mm: float) -> Any:
    """What the tool's end, which is round, comes to only from where it stays above a tab, and corners there."""
    held, free = shapely.intersection(middle, above_tabs), shapely.difference(middle, above_tabs)
    return shapely.difference(grown(held, 2 * foot_mm), grown(free, foot_mm))


def _bands(d: ProfileDesign, tool: ToolShape, kept_mm: float, free_mm: float) -> tuple[Any, Any, Any]:
    """The way of the tool's middle, what must be cut to the floor about it, as wide as its end there, and what may be."""
    line, foot = shapely.LineString(d.contour), _foot_mm(tool)
    away = tool.radius_mm + kept_mm
    if not d.closed:
        if d.side == "on":
            return line, grown(line, foot), grown(line, free_mm)
        sign = 1 if d.side == "left" else -1
        middle = shapely.offset_curve(line, sign * away, quad_segs=FINE)
        return middle, grown(middle, foot, "flat"), shapely.difference(grown(line, free_mm), kept_beside(line, sign))
    part = shapely.Polygon(d.contour)
    if d.side == "on":
        return part.boundary, grown(part.boundary, foot), grown(part.boundary, free_mm)
    out = -1 if d.side == "inside" else 1
    middle, stays = grown(part, out * away).boundary, grown(part, out * kept_mm) if kept_mm else part
    band = shapely.difference(grown(part, out * away + foot), grown(part, out * away - foot))
    return middle, band, stays if out < 0 else shapely.difference(grown(part, free_mm), stays)
