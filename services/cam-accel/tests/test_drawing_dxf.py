"""Is what a DXF file draws what comes out, in millimetres, whatever its version, blocks and units?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from drawings import box, distance_to, dxf, only, only_of
from drawings import read_dxf as read
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.drawing.errors import DrawingError
from rmos.cam_accel.drawing.read import read_drawing

VERSIONS = ["R12", "R2000", "R2004", "R2007", "R2010", "R2013", "R2018"]
PLATE = [(0, 0), (80, 0), (80, 50), (0, 50)]


def sketch(document: Any, model: Any) -> None:
    model.add_circle((10, 10), 4, dxfattribs={"layer": "HOLES"})
    points = [(*p, 0, 0, 0.0) for p in PLATE]
    if document.dxfversion == "AC1009":
        model.add_polyline2d(PLATE, close=True, dxfattribs={"layer": "CUTOUT"})
    else:
        model.add_lwpolyline(points, close=True, dxfattribs={"layer": "CUTOUT"})


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("binary", [False, True])
def test_every_version_in_text_and_binary_gives_the_same_part(version: str, binary: bool) -> None:
    drawing = read_drawing(dxf(sketch, version, binary=binary), units="mm")
    assert abs(only_of(drawing, "CUTOUT").area_mm2) == 4000
    assert only_of(drawing, "HOLES").circle == pytest.approx((10, 10, 8))


@pytest.mark.parametrize(("code", "mm"), [(1, 25.4), (2, 304.8), (4, 1), (5, 10), (6, 1000), (9, 0.0254), (13, 0.001)])
def test_the_unit_of_the_header_counts(code: int, mm: float) -> None:
    drawing = read_drawing(dxf(lambda _, model: model.add_circle((0, 0), 1), units=code))
    assert only(drawing).circle == pytest.approx((0, 0, 2 * mm))
    assert drawing.report.units.mm_per_unit == mm


def test_without_a_unit_the_file_is_refused_with_its_sizes_by_each() -> None:
    data = dxf(lambda _, model: model.add_lwpolyline(PLATE, close=True), units=0)
    with pytest.raises(DrawingError, match=r"80 x 50 mm if its unit is mm, 2032 x 1270 mm if its unit is in") as refused:
        read_drawing(data)
    assert refused.value.code == "units_unknown"
    assert read_drawing(data, units="in").report.size_mm == pytest.approx((2032, 1270))


def test_a_file_without_a_header_says_no_unit() -> None:
    data = b"0\nSECTION\n2\nENTITIES\n0\nLINE\n8\n0\n10\n0\n20\n0\n11\n5\n21\n5\n0\nENDSEC\n0\nEOF\n"
    with pytest.raises(DrawingError) as refused:
        read_drawing(data)
    assert refused.value.code == "units_unknown"
    assert len(read_drawing(data, units="mm").layers) == 1


def test_a_part_of_eighty_metres_is_refused_until_its_unit_is_stated() -> None:
    data = dxf(lambda _, model: model.add_lwpolyline(PLATE, close=True), units=6)
    with pytest.raises(DrawingError, match="80 x 50 mm if its unit is mm") as refused:
        read_drawing(data)
    assert refused.value.code == "units_implausible"
    drawing = read_drawing(data, units="mm")
    assert drawing.report.size_mm == pytest.approx((80, 50))
    assert "the file says m, mm was stated and counts" in drawing.report.text()


def test_a_part_smaller_than_a_millimetre_gets_a_hint() -> None:
    drawing = read_drawing(dxf(lambda _, model: model.add_circle((0, 0), 0.2), units=4))
    assert "10.16 x 10.16 mm if its unit is in" in drawing.report.units.hint


def test_measurement_that_contradicts_the_unit_is_told() -> None:
    def draw(document: Any, model: Any) -> None:
        document.header["$MEASUREMENT"] = 0
        model.add_circle((0, 0), 5)

    assert "$INSUNITS says mm, $MEASUREMENT says imperial" in read(draw).report.text()


@given(st.floats(-5, 5).filter(lambda b: abs(b) > 1e-3))
@settings(max_examples=40, deadline=None)
def test_a_bulge_is_an_arc_through_its_sagitta(bulge: float) -> None:
    """The sagitta is the bulge times half the chord, to the right of the way for a positive one."""
    part = only(read(lambda _, model: model.add_lwpolyline([(0, 0, bulge), (10, 0, 0)], format="xyb")))
    assert part.turns_rad.tolist() == pytest.approx([4 * math.atan(bulge)])
    assert part.points_mm.tolist() == [[0, 0], [10, 0]]
    assert part.halfways_mm[0].tolist() == pytest.approx([5, -5 * bulge])


def test_a_closed_polyline_with_bulges_is_one_contour_of_lines_and_arcs() -> None:
    slot = [(0, 0, 0), (20, 0, 1), (20, 6, 0), (0, 6, 1)]
    part = only(read(lambda _, model: model.add_lwpolyline(slot, format="xyb", close=True)))
    assert part.is_closed
    assert part.area_mm2 == pytest.approx(120 + 9 * math.pi)
    assert np.count_nonzero(part.turns_rad) == 2


def test_old_polylines_keep_their_bulges() -> None:
    def draw(_: Any, model: Any) -> None:
        model.add_polyline2d([(0, 0, 1), (10, 0, 1)], format="xyb", close=True)

    assert only(read_drawing(dxf(draw, "R12"), units="mm")).circle == pytest.approx((5, 0, 10))


def test_a_full_ellipse_is_closed_and_has_its_area() -> None:
    part = only(read(lambda _, model: model.add_ellipse((5, 5), (20, 0), 0.25), tolerance_mm=1e-4))
    assert part.is_closed
    assert part.area_mm2 == pytest.approx(math.pi * 20 * 5, rel=1e-4)
    assert box(part) == pytest.approx([-15, 0, 25, 10], abs=2e-3)


@given(st.floats(0.05, 1), st.floats(0, 6.2), st.floats(0.3, 6.2), st.floats(0.001, 0.1))
@settings(max_examples=40, deadline=None)
def test_chords_stay_within_the_tolerance_of_an_ellipse(ratio: float, first: float, sweep: float, tol: float) -> None:
    part = only(read(lambda _, model: model.add_ellipse((0, 0), (30, 0), ratio, first, first + sweep), tolerance_mm=tol))
    p = part.flattened(tol)
    middles = 0.5 * (p[:-1] + p[1:])
    t = np.linspace(first, first + sweep, 4001)
    track = np.column_stack([30 * np.cos(t), 30 * ratio * np.sin(t)])
    assert distance_to(track, middles[:: max(1, len(middles) // 20)]).max() <= tol + 1e-6


def spline_points(degree: int, numbers: np.random.Generator) -> list[tuple[float, float, float]]:
    return [(float(x), float(y), 0.0) for x, y in numbers.uniform(0, 60, (degree + 1 + int(numbers.integers(0, 9)), 2))]


@given(st.integers(0, 10_000), st.integers(2, 5), st.floats(0.002, 0.2), st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_spline_leaves_its_chords_by_no_more_than_the_tolerance(seed: int, degree: int, tol: float, rational: bool) -> None:
    """Against points of ezdxf's own evaluation: each lies near the polyline, and each vertex on the curve."""
    numbers = np.random.default_rng(seed)
    points = spline_points(degree, numbers)
    weights = numbers.uniform(0.5, 3, len(points)).tolist()
    made: list[Any] = []

    def draw(_: Any, model: Any) -> None:
        add = model.add_rational_spline(points, weights, degree) if rational else model.add_open_spline(points, degree)
        made.append(add.construction_tool())

    p = only(read(draw, tolerance_mm=tol)).points_mm
    last = made[0].max_t
    track = np.array([(v.x, v.y) for v in made[0].points(np.linspace(0, last, 400).tolist())])
    assert distance_to(p, track).max() <= tol + 1e-6
    fine = np.array([(v.x, v.y) for v in made[0].points(np.linspace(0, last, 4000).tolist())])
    assert distance_to(fine, p).max() <= 0.05


def test_a_rational_spline_can_be_a_circle() -> None:
    w = math.sqrt(0.5)
    points = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0)]

    def draw(_: Any, model: Any) -> None:
        spline = model.add_rational_spline([(20 * x, 20 * y, 0) for x, y in points], [1, w, 1, w, 1, w, 1, w, 1], degree=2)
        spline.knots = [0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4]

    part = only(read(draw))
    assert part.is_closed
    assert np.hypot(*part.points_mm.T) == pytest.approx(np.full(len(part) + 1, 20))


def test_a_spline_by_fit_points_passes_through_them() -> None:
    fit = [(0, 0), (10, 5), (20, -5), (30, 0)]
    part = only(read(lambda _, model: model.add_spline(fit)))
    assert distance_to(part.points_mm, np.array(fit, dtype=float)).max() <= 0.006


@pytest.mark.parametrize("extrusion", [(0, 0, 1), (0, 0, -1)])
@pytest.mark.parametrize("kind", ["circle", "arc", "ellipse", "lwpolyline", "polyline2d"])
def test_a_normal_that_points_down_mirrors(kind: str, extrusion: tuple[int, int, int]) -> None:
    made: list[Any] = []

    def draw(_: Any, model: Any) -> None:
        arguments: dict[str, tuple[Any, ...]] = {
            "circle": ((7, 3), 2), "arc": ((7, 3), 5, 20, 100), "ellipse": ((7, 3), (4, 1), 0.4, 0.3, 2.0),
            "lwpolyline": ([(1, 2), (6, 2), (6, 9)],), "polyline2d": ([(1, 2), (6, 2), (6, 9)],),
        }  # fmt: skip
        entity = getattr(model, f"add_{kind}")(*arguments[kind], dxfattribs={"extrusion": extrusion})
        made.append(np.array([(p.x, p.y) for p in wcs(entity)]))

    part = only(read(draw, tolerance_mm=1e-4))
    assert distance_to(part.flattened(1e-4), made[0]).max() < 2e-3
    assert distance_to(made[0], part.flattened(1e-4)).max() < 2e-2


def wcs(entity: Any) -> list[Any]:
    if entity.dxftype() == "LWPOLYLINE":
        return list(entity.vertices_in_wcs())
    if entity.dxftype() == "POLYLINE":
        return list(entity.points_in_wcs())
    return list(entity.flattening(0.001))


def test_what_is_not_flat_is_left_out_by_name_and_told() -> None:
    def draw(_: Any, model: Any) -> None:
        model.add_circle((0, 0, 7), 5)
        model.add_line((0, 0, 0), (5, 5, 2), dxfattribs={"layer": "RAMP"})
        model.add_circle((0, 0), 5, dxfattribs={"extrusion": (0, 1, 1)})
        model.add_polyline3d([(0, 0, 0), (1, 1, 1)])
        model.add_3dface([(0, 0), (1, 0), (1, 1), (0, 1)])

    report = read(draw).report
    assert [place.entity for place, _ in report.left_out] == ["LINE", "CIRCLE", "POLYLINE", "3DFACE"]
    assert "LINE climbs from Z 0 to 2" in report.text()
    assert "tilted out of the plane" in report.text()
    assert not report.is_clean


def test_a_flat_polyline_in_space_is_read() -> None:
    part = only(read(lambda _, model: model.add_polyline3d([(0, 0, 4), (9, 0, 4), (9, 9, 4)], close=True)))
    assert abs(part.area_mm2) == pytest.approx(40.5)


def test_text_and_dimensions_are_counted_and_told() -> None:
    def draw(_: Any, model: Any) -> None:
        model.add_circle((0, 0), 5)
        model.add_text("top")
        model.add_mtext("front")
        model.add_hatch()
        model.add_linear_dim(base=(0, 5), p1=(0, 0), p2=(5, 0)).render()
        model.add_line((0, 0), (1, 1), dxfattribs={"invisible": 1})

    report = read(draw).report
    assert report.ignored == {"TEXT": 1, "MTEXT": 1, "HATCH": 1, "DIMENSION": 1, "invisible LINE": 1}
    assert "1 HATCH" in report.text()


def test_points_are_kept_as_marks() -> None:
    (layer,) = read(lambda _, model: model.add_point((3, 4), dxfattribs={"layer": "DRILL"})).layers
    assert [(m.x_mm, m.y_mm) for m in layer.marks] == [(3, 4)]


def test_an_external_reference_is_never_opened_and_told() -> None:
    def draw(document: Any, model: Any) -> None:
        model.add_circle((0, 0), 5)
        document.add_xref_def("/etc/hostname.dxf", "OTHER")
        model.add_blockref("OTHER", (0, 0))

    ((place, reason),) = read(draw).report.left_out
    assert place.entity == "INSERT"
    assert "never opened" in reason


def test_a_frozen_layer_is_read_and_told() -> None:
    def draw(document: Any, model: Any) -> None:
        document.layers.add("OLD").freeze()
        model.add_circle((0, 0), 5, dxfattribs={"layer": "OLD"})

    assert "layer OLD is off or frozen" in read(draw).report.text()


def test_the_same_bytes_give_the_same_drawing() -> None:
    data = dxf(sketch)
    assert read_drawing(data).report == read_drawing(data).report


def test_the_report_names_contours_gaps_and_units_for_people() -> None:
    def draw(_: Any, model: Any) -> None:
        model.add_line((0, 0), (10, 0))
        model.add_line((10, 0.3), (10, 9))
        model.add_line((10, 9), (0, 0))

    text = read(draw).report.text()
    assert "dxf, the file says mm (1 mm a unit), 10.000 x 9.000 mm" in text
    assert "gap: 0.300 mm from (10.000, 0.000) to (10.000, 0.300)" in text
