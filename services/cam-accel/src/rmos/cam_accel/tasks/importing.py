"""What does a drawing hold, and which of it is cut how? Layers, what is open, crossing or missing, shapes ready for jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rmos.cam_accel.drawing.model import Drawing
from rmos.cam_accel.drawing.operations import (
    DEFAULT_RULES,
    Assignment,
    HoleTools,
    LayerOperation,
    Rule,
    assign,
    kind_of,
)
from rmos.cam_accel.drawing.read import read_drawing
from rmos.cam_accel.drawing.report import LayerReport
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.tasks.orders import Made, TaskOrder, data_of, made
from rmos.chassis.errors import Rejected
from rmos.chassis.operations import Progress, Report
from rmos.contracts.cam import (
    AreaData,
    GapData,
    HoleData,
    HoleSizes,
    ImportAnswer,
    ImportRequest,
    LayerData,
    LayerOperationData,
    UnassignedData,
)


def drawing(order: TaskOrder, request: ImportRequest, report: Report) -> Made:
    data = data_of(order, "/drawing") if request.text is None else request.text.encode()
    report(Progress(stage="read"))
    read = read_drawing(
        data, request.kind, units=request.units, tolerance_mm=request.tolerance_mm, gap_mm=request.gap_mm,
        kernels=choose(order.kernels),
    )  # fmt: skip
    report(Progress(stage="assign"))
    found = list(_assigned(read, request))
    told = read.report
    return made(
        ImportAnswer, {}, kind=told.kind, mm_per_unit=told.units.mm_per_unit, size_mm=told.size_mm,
        layers=tuple(map(_layer, told.layers)),
        operations=tuple(_operation(o, request.tolerance_mm) for a in found for o in a.operations),
        unassigned=tuple(UnassignedData(**u._asdict()) for a in found for u in a.unassigned),
        ignored_layers=tuple(name for a in found for name in a.ignored),
        left_out=tuple(f"{place}: {reason}" for place, reason in told.left_out),
        report="\n".join([told.text(), *(a.text() for a in found)]),
    )  # fmt: skip


def _assigned(read: Drawing, request: ImportRequest) -> Iterator[Assignment]:
    """Layer by layer, since each may have its own tools for holes."""
    own = [Rule(rule.pattern, rule.kind) for rule in request.rules]
    for layer in read.layers:
        try:
            mine = next((r for r, rule in zip(request.rules, own, strict=True) if kind_of(layer.name, [rule])), None)
        except ValueError as error:
            raise Rejected("invalid", str(error), "/rules") from error
        holes = request.holes if mine is None or mine.holes is None else mine.holes
        yield assign(replace(read, layers=(layer,)), (*own, *DEFAULT_RULES), _tools(holes), request.tolerance_mm)


def _tools(holes: HoleSizes) -> HoleTools:
    return HoleTools(holes.drill_diameters_mm, holes.bore_tool_diameter_mm, holes.point_diameter_mm)


def _layer(r: LayerReport) -> LayerData:
    return LayerData(
        name=r.layer, closed=r.closed, open=r.open, circles=r.circles, points=r.points, size_mm=r.size_mm,
        gaps=tuple(GapData(from_mm=g.from_mm, to_mm=g.to_mm, size_mm=g.size_mm, place=str(g.place)) for g in r.gaps),
        crossings=tuple((c.x_mm, c.y_mm) for c in r.crossings), branches=tuple((b.x_mm, b.y_mm) for b in r.branches),
    )  # fmt: skip


def _operation(o: LayerOperation, chord_mm: float) -> LayerOperationData:
    areas = tuple(
        AreaData(
            boundary=_ring(region.outer.curve.flattened(chord_mm)),
            islands=tuple(_ring(hole.curve.flattened(chord_mm)) for hole in region.holes),
        )
        for region in o.regions
    )
    return LayerOperationData(
        layer=o.layer, operation=o.operation, areas=areas, holes=tuple(HoleData(**h._asdict()) for h in o.holes),
        lines=tuple(_points(line.points_mm) for line in o.lines),
    )  # fmt: skip


def _ring(points_mm: Any) -> tuple[tuple[float, float], ...]:
    """Without the last point, which is the first."""
    return _points(points_mm)[:-1]


def _points(points_mm: Any) -> tuple[tuple[float, float], ...]:
    """To a tenth of a nanometre, so that 3 mm are not a hair more."""
    return tuple((round(x, 7), round(y, 7)) for x, y in points_mm.tolist())
