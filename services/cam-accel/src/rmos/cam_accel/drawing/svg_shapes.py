"""Which curves does one SVG element draw?"""

from __future__ import annotations

import math
from collections.abc import Callable

from rmos.cam_accel.drawing.affine import Point
from rmos.cam_accel.drawing.curves import Curve, chained, closed
from rmos.cam_accel.drawing.shapes import Pen, ending
from rmos.cam_accel.drawing.sketch import NotCut
from rmos.cam_accel.drawing.svg_path import path
from rmos.cam_accel.drawing.svg_tree import Element
from rmos.cam_accel.drawing.svg_values import Lengths, bad, numbers


def _lengths(element: Element, pen: Pen) -> Lengths:
    return Lengths(element.attributes, pen.place)


def _path(element: Element, pen: Pen) -> list[Curve]:
    return path(element.attributes.get("d", ""), pen)


def _line(element: Element, pen: Pen) -> list[Curve]:
    at = _lengths(element, pen)
    return [pen.lines([(at.get("x1"), at.get("y1")), (at.get("x2"), at.get("y2"))])]


def _points(element: Element, pen: Pen) -> list[Point]:
    values = numbers(element.attributes.get("points", ""), pen.place)
    if len(values) % 2:
        raise bad(pen.place, "an odd count of coordinates:", element.attributes.get("points", ""))
    if len(values) < 4:
        raise NotCut(f"{element.tag} has fewer than two points")
    return list(zip(values[::2], values[1::2], strict=True))


def _polyline(element: Element, pen: Pen) -> list[Curve]:
    return [pen.lines(_points(element, pen))]


def _polygon(element: Element, pen: Pen) -> list[Curve]:
    points = _points(element, pen)
    return [pen.lines(points if points[0] == points[-1] else [*points, points[0]])]


def _circle(element: Element, pen: Pen) -> list[Curve]:
    at = _lengths(element, pen)
    radius = _positive(element, at.get("r"))
    return [pen.circle((at.get("cx"), at.get("cy")), radius)]


def _ellipse(element: Element, pen: Pen) -> list[Curve]:
    at = _lengths(element, pen)
    rx, ry = _positive(element, at.get("rx")), _positive(element, at.get("ry"))
    return [pen.ellipse_arc((at.get("cx"), at.get("cy")), (rx, 0.0), (0.0, ry), 0.0, 2 * math.pi)]


def _positive(element: Element, size: float) -> float:
    if not size > 0:
        raise NotCut(f"{element.tag} has a size of {size:g}")
    return size


def _rect(element: Element, pen: Pen) -> list[Curve]:
    """A missing radius is the other one; neither is more than half its side."""
    at = _lengths(element, pen)
    x, y, w, h = at.get("x"), at.get("y"), _positive(element, at.get("width")), _positive(element, at.get("height"))
    rx = at.get("rx") if at.has("rx") else at.get("ry")
    ry = at.get("ry") if at.has("ry") else rx
    rx, ry = min(rx, w / 2), min(ry, h / 2)
    if not (rx > 0 and ry > 0):
        return [pen.lines([(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)])]
    parts: list[Curve] = []
    corners = ((x + w - rx, y + ry, -1), (x + w - rx, y + h - ry, 0), (x + rx, y + h - ry, 1), (x + rx, y + ry, 2))
    last = (x + rx, y)
    for cx, cy, quarter in corners:
        across = ((0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0))[quarter + 1]
        start = cx + across[0] * rx, cy + across[1] * ry
        turned = -across[1], across[0]
        end = cx + turned[0] * rx, cy + turned[1] * ry
        if start != last:
            parts.append(pen.lines([last, start]))
        corner = pen.ellipse_arc((cx, cy), (rx, 0.0), (0.0, ry), quarter * math.pi / 2, math.pi / 2)
        parts.append(ending(corner, pen.mapped(start), pen.mapped(end)))
        last = end
    return [closed(chained(parts))]


SHAPES: dict[str, Callable[[Element, Pen], list[Curve]]] = {
    "path": _path, "line": _line, "polyline": _polyline, "polygon": _polygon, "rect": _rect, "circle": _circle,
    "ellipse": _ellipse,
}  # fmt: skip
