"""From bytes to a drawing: which kind of file is it, and what contours, in mm, does it hold?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from rmos.cam_accel.drawing.curves import DEFAULT_CHORD_MM
from rmos.cam_accel.drawing.dxf import read_dxf
from rmos.cam_accel.drawing.dxf_load import BINARY_SENTINEL
from rmos.cam_accel.drawing.errors import DrawingError, Place
from rmos.cam_accel.drawing.joining import DEFAULT_GAP_MM, Duplicate, chains
from rmos.cam_accel.drawing.limits import Budget, DrawingLimits
from rmos.cam_accel.drawing.model import Chain, Contour, Drawing, Layer
from rmos.cam_accel.drawing.nesting import Rings, gaps, without_twins
from rmos.cam_accel.drawing.report import DrawingReport, LayerReport
from rmos.cam_accel.drawing.sketch import Drawn, Sketch
from rmos.cam_accel.drawing.svg import read_svg
from rmos.cam_accel.drawing.units import MM, Unit, Units, judged
from rmos.cam_accel.kernels import Kernels, choose

Kind = Literal["dxf", "svg"]
DEFAULT_LIMITS = DrawingLimits()
_SNIFFED = 4096
_DWG, _GZIP = b"AC10", b"\x1f\x8b"


def read_drawing(
    data: bytes,
    kind: Kind | None = None,
    limits: DrawingLimits = DEFAULT_LIMITS,
    *,
    units: Unit | None = None,
    tolerance_mm: float = DEFAULT_CHORD_MM,
    gap_mm: float = DEFAULT_GAP_MM,
    kernels: Kernels | None = None,
) -> Drawing:
    """`kind` None: by the first bytes. `units`: the length of the file's unit, against what it says; without it the file must
    say it. Splines and ellipses leave their chords by at most `tolerance_mm`; ends up to `gap_mm` apart are joined. Raises
    DrawingError for what is no drawing, beyond the limits or without known units, ValueError for a tolerance that is none.
    """
    _check(units, tolerance_mm, gap_mm)
    budget = Budget(limits)
    budget.size(data)
    kind = kind or sniffed(data)
    sketch, found = (read_dxf if kind == "dxf" else read_svg)(data, budget, tolerance_mm, units)
    size = sketch.size()
    if size is None:
        passed = [*(f"{many} {what}" for what, many in sketch.ignored.items()), *(f"{p}: {r}" for p, r in sketch.left_out)]
        raise DrawingError("empty", Place(), f"no shape to cut in it ({'; '.join(passed[:5]) or 'nothing at all'})", "draw one")
    known = judged(found, size)
    layers = [_layer(name, sketch, kernels or choose(), budget, tolerance_mm, gap_mm) for name in sketch.layers]
    return Drawing(tuple(layers), tolerance_mm, _report(kind, known, size, layers, sketch))


def _check(units: Unit | None, tolerance_mm: float, gap_mm: float) -> None:
    if units is not None and units not in MM:
        raise ValueError(f"units are {', '.join(MM)}, not {units}")
    for name, value in (("tolerance_mm", tolerance_mm), ("gap_mm", gap_mm)):
        if not (math.isfinite(value) and 1e-5 <= value <= 1):
            raise ValueError(f"{name} must be 0.00001 to 1, not {value}")


def sniffed(data: bytes) -> Kind:
    """Raises DrawingError for what begins as neither."""
    start = data[:_SNIFFED].removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith(BINARY_SENTINEL):
        return "dxf"
    if start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        return "svg"
    if start.split(b"\n", 1)[0].strip() in (b"0", b"999"):
        return "dxf"
    what = "a DWG file" if start.startswith(_DWG) else "compressed" if start.startswith(_GZIP) else "neither DXF nor SVG"
    raise DrawingError("not_a_drawing", Place(), f"it is {what}", "export it as DXF (R12 to R2018) or plain SVG")


def _layer(name: str, sketch: Sketch, kernels: Kernels, budget: Budget, tolerance_mm: float, gap_mm: float) -> Layer:
    made = chains(sketch.curves.get(name, ()), kernels, gap_mm)
    kept, twins = without_twins(made.closed, gap_mm, budget)
    rings = Rings(kept, tolerance_mm, budget)
    return Layer(
        name,
        _contours(kept, rings),
        tuple(Chain(curve, place) for curve, place in made.open),
        tuple(sketch.marks.get(name, ())),
        tuple(gaps(made.open, gap_mm)),
        tuple(rings.crossings()),
        tuple(made.branches),
        tuple(made.bridges),
        tuple([*made.duplicates, *_told(twins)]),
        made.specks,
    )


def _told(twins: Sequence[tuple[Drawn, Drawn]]) -> list[Duplicate]:
    at = [again.curve.points_mm[0].tolist() for again, _ in twins]
    return [Duplicate(x, y, again.place, first.place) for (x, y), (again, first) in zip(at, twins, strict=True)]


def _contours(kept: Sequence[Drawn], rings: Rings) -> tuple[Contour, ...]:
    depths, parents = rings.nested()
    out = []
    for (curve, place), depth, parent in zip(kept, depths, parents, strict=True):
        counter_clockwise = curve.area_mm2 > 0
        out.append(Contour(curve if counter_clockwise == (depth % 2 == 0) else curve.reversed(), place, depth, parent))
    return tuple(out)


def _report(kind: Kind, units: Units, size: tuple[float, float], layers: Sequence[Layer], sketch: Sketch) -> DrawingReport:
    told = tuple(_layer_report(layer) for layer in layers)
    return DrawingReport(kind, units, size, told, dict(sketch.ignored), tuple(sketch.left_out), tuple(sketch.notes))


def _layer_report(layer: Layer) -> LayerReport:
    curves = [*(contour.curve for contour in layer.contours), *(chain.curve for chain in layer.chains)]
    places = [p for c in curves for p in (c.points_mm, c.halfways_mm)] + [np.array([[m.x_mm, m.y_mm]]) for m in layer.marks]
    every = np.concatenate(places) if places else np.zeros((1, 2))
    width, height = (every.max(axis=0) - every.min(axis=0)).tolist()
    return LayerReport(
        layer.name,
        len(layer.contours),
        sum(c.is_outer for c in layer.contours),
        sum(c.curve.circle is not None for c in layer.contours),
        len(layer.chains),
        len(layer.marks),
        sum(len(c) for c in curves),
        (width, height),
        layer.gaps,
        layer.crossings,
        layer.branches,
        layer.bridges,
        layer.duplicates,
        layer.specks,
    )
