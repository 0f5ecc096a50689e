"""Which curves does one DXF entity draw? What leaves the plane is told by name and not flattened in silence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from ezdxf.math import fit_points_to_cad_cv
from rmos.cam_accel.drawing.affine import IDENTITY, MIRROR_X, Affine
from rmos.cam_accel.drawing.curves import Curve, chained
from rmos.cam_accel.drawing.errors import DrawingError
from rmos.cam_accel.drawing.shapes import TURN, Pen
from rmos.cam_accel.drawing.sketch import NotCut
from rmos.cam_accel.drawing.splines import spans

NO_SHAPES = frozenset(
    {
        "TEXT", "MTEXT", "ATTDEF", "ATTRIB", "DIMENSION", "ARC_DIMENSION", "LEADER", "MULTILEADER", "MLEADER", "TOLERANCE",
        "HATCH", "MPOLYGON", "IMAGE", "WIPEOUT", "VIEWPORT", "ACAD_TABLE", "OLE2FRAME", "OLEFRAME", "PDFUNDERLAY",
        "DWFUNDERLAY", "DGNUNDERLAY", "XLINE", "RAY", "LIGHT", "SUN", "RTEXT", "ARCALIGNEDTEXT", "ACAD_PROXY_ENTITY", "SEQEND",
    }
)  # fmt: skip
"""Counted and told, but no shapes to cut."""
_FLAT_MM, _STEEPEST, _MOST_FIT_POINTS, _HIGHEST_DEGREE = 1e-6, 1e-9, 5_000, 15
_POLYLINE_CLOSED, _POLYLINE_3D, _POLYLINE_MESH, _SPLINE_FRAME = 1, 8, 16 | 64, 16


def own_plane(entity: Any) -> Affine:
    """From the entity's own coordinates (OCS) to the drawing's: mirrored where its normal points down."""
    normal = entity.dxf.get("extrusion", None)
    if normal is None:
        return IDENTITY
    size = math.sqrt(normal.x * normal.x + normal.y * normal.y + normal.z * normal.z)
    if not size > 0 or max(abs(normal.x), abs(normal.y)) > _STEEPEST * size:
        raise NotCut(f"{entity.dxftype()} is tilted out of the plane")
    return IDENTITY if normal.z > 0 else MIRROR_X


def _level(kind: str, heights: Iterable[float]) -> None:
    z = list(heights)
    if z and not max(z) - min(z) <= _FLAT_MM:
        raise NotCut(f"{kind} climbs from Z {min(z):g} to {max(z):g}")


def _in_plane(entity: Any, pen: Pen) -> Pen:
    return Pen(pen.budget, pen.place, pen.to_mm.after(own_plane(entity)), pen.tolerance_mm)


def _line(entity: Any, pen: Pen) -> list[Curve]:
    start, end = entity.dxf.start, entity.dxf.end
    _level("LINE", (start.z, end.z))
    return [pen.lines([(start.x, start.y), (end.x, end.y)])]


def _circle(entity: Any, pen: Pen) -> list[Curve]:
    centre, radius = entity.dxf.center, _radius(entity, pen)
    return [_in_plane(entity, pen).circle((centre.x, centre.y), radius)]


def _radius(entity: Any, pen: Pen) -> float:
    radius = float(entity.dxf.radius)
    pen.budget.finite(pen.place, radius)
    if not radius > 0:
        raise DrawingError("bad_value", pen.place, f"a radius of {radius:g}", "delete the entity")
    return radius


def _arc(entity: Any, pen: Pen) -> list[Curve]:
    """Counter-clockwise in its own plane; equal angles are a full turn."""
    centre, radius = entity.dxf.center, _radius(entity, pen)
    first, last = float(entity.dxf.start_angle), float(entity.dxf.end_angle)
    pen.budget.finite(pen.place, first, last)
    sweep = math.radians((last - first) % 360) or TURN
    return [_in_plane(entity, pen).ellipse_arc((centre.x, centre.y), (radius, 0.0), (0.0, radius), math.radians(first), sweep)]


def _ellipse(entity: Any, pen: Pen) -> list[Curve]:
    """In the drawing's coordinates; a normal that points down turns the minor axis, and so the way round."""
    centre, major, ratio = entity.dxf.center, entity.dxf.major_axis, float(entity.dxf.ratio)
    _level("ELLIPSE", (0.0, major.z))
    side = -1.0 if own_plane(entity) is MIRROR_X else 1.0
    first, last = float(entity.dxf.start_param), float(entity.dxf.end_param)
    pen.budget.finite(pen.place, first, last, ratio, major.x, major.y)
    if ratio == 0 or (major.x == 0 and major.y == 0):
        raise DrawingError("bad_value", pen.place, "an axis of no length", "delete the entity")
    sweep = (last - first) % TURN
    whole = sweep < 1e-9 or TURN - sweep < 1e-9
    minor = -side * ratio * major.y, side * ratio * major.x
    return [pen.ellipse_arc((centre.x, centre.y), (major.x, major.y), minor, first, TURN if whole else sweep)]


def _lwpolyline(entity: Any, pen: Pen) -> list[Curve]:
    vertices = [(float(x), float(y), float(bulge)) for x, y, bulge in entity.get_points("xyb")]
    return _polyline_of(vertices, bool(entity.closed), _in_plane(entity, pen))


def _polyline(entity: Any, pen: Pen) -> list[Curve]:
    flags = int(entity.dxf.get("flags", 0))
    if flags & _POLYLINE_MESH:
        raise NotCut("POLYLINE is a mesh")
    shown = [v for v in entity.vertices if not int(v.dxf.get("flags", 0)) & _SPLINE_FRAME]
    where = [(v.dxf.location, float(v.dxf.get("bulge", 0.0))) for v in shown]
    _level("POLYLINE", (p.z for p, _ in where))
    pen = pen if flags & _POLYLINE_3D else _in_plane(entity, pen)
    return _polyline_of([(p.x, p.y, b) for p, b in where], bool(flags & _POLYLINE_CLOSED), pen)


def _polyline_of(vertices: list[tuple[float, float, float]], closed: bool, pen: Pen) -> list[Curve]:
    if len(vertices) < 2:
        raise NotCut(f"{pen.place.entity} has {len(vertices)} vertices")
    vertices = [*vertices, vertices[0]] if closed and vertices[0][:2] != vertices[-1][:2] else vertices
    return [pen.bulged([(x, y) for x, y, _ in vertices], [bulge for _, _, bulge in vertices[:-1]])]


def _spline(entity: Any, pen: Pen) -> list[Curve]:
    """By its control points; by fit points only where it has no others, as CAD programs interpolate them."""
    control, knots, weights, degree = _definition(entity, pen)
    pen.budget.finite(pen.place, *(value for p in control for value in p), *knots, *weights)
    if not 1 <= degree <= _HIGHEST_DEGREE or (weights and len(weights) != len(control)):
        raise DrawingError("bad_value", pen.place, f"degree {degree}, {len(weights)} weights", "export it as polylines")
    _level("SPLINE", (p[2] for p in control))
    w = weights or [1.0] * len(control)
    try:
        parts = spans([(p[0] * v, p[1] * v, v) for p, v in zip(control, w, strict=True)], knots, degree)
        curves = [pen.rational_bezier(part) for part in parts]
    except ValueError as error:
        if isinstance(error, DrawingError):
            raise
        raise DrawingError("damaged", pen.place, str(error), "export it as polylines") from error
    if not curves:
        raise NotCut("SPLINE has no length")
    return [chained(curves)]


def _definition(entity: Any, pen: Pen) -> tuple[list[tuple[float, ...]], list[float], list[float], int]:
    control = [tuple(float(v) for v in p) for p in entity.control_points]
    if control:
        return control, [float(k) for k in entity.knots], [float(w) for w in entity.weights], int(entity.dxf.degree)
    fit = list(entity.fit_points)
    pen.budget.finite(pen.place, *(float(v) for p in fit for v in p))
    if not 2 <= len(fit) <= _MOST_FIT_POINTS:
        raise NotCut(f"SPLINE has no control points, and {len(fit)} fit points")
    both = entity.dxf.hasattr("start_tangent") and entity.dxf.hasattr("end_tangent")
    made = fit_points_to_cad_cv(fit, tangents=[entity.dxf.start_tangent, entity.dxf.end_tangent] if both else None)
    points: list[tuple[float, ...]] = [(p.x, p.y, p.z) for p in made.control_points]
    return points, [float(k) for k in made.knots()], [float(w) for w in made.weights()], int(made.degree)


SHAPES: dict[str, Callable[[Any, Pen], list[Curve]]] = {
    "LINE": _line, "CIRCLE": _circle, "ARC": _arc, "ELLIPSE": _ellipse, "LWPOLYLINE": _lwpolyline, "POLYLINE": _polyline,
    "SPLINE": _spline,
}  # fmt: skip
