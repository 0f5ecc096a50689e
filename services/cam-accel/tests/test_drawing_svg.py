"""Is what an SVG file draws what comes out, in millimetres, Y upwards, whatever its units, groups and path data?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import svgelements
from drawings import only
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.drawing.errors import DrawingError
from rmos.cam_accel.drawing.model import Drawing
from rmos.cam_accel.drawing.read import read_drawing

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'


def svg(body: str, size: str = 'width="200mm" height="100mm" viewBox="0 0 200 100"') -> bytes:
    return f"<svg {NAMES} {size}>{body}</svg>".encode()


def read(body: str, **kwargs: Any) -> Drawing:
    return read_drawing(svg(body), **kwargs)


@pytest.mark.parametrize(
    ("size", "mm"),
    [
        ('width="200mm" height="100mm" viewBox="0 0 200 100"', 1),
        ('width="20cm" height="10cm" viewBox="0 0 200 100"', 1),
        ('width="2in" height="1in" viewBox="0 0 200 100"', 0.254),
        ('width="200px" height="100px"', 25.4 / 96),
        ('width="200px" height="100px" viewBox="0 0 200 100"', 25.4 / 96),
        ('width="200mm" height="100mm"', 25.4 / 96),
        ('width="144pt" viewBox="0 0 200 100"', 0.254),
    ],
)
def test_a_user_unit_is_as_long_as_the_page_says(size: str, mm: float) -> None:
    drawing = read_drawing(svg('<rect x="10" y="10" width="40" height="20"/>', size))
    assert drawing.report.size_mm == pytest.approx((40 * mm, 20 * mm))


@pytest.mark.parametrize(
    "size", ["", 'width="200" height="100"', 'viewBox="0 0 200 100"', 'width="100%" viewBox="0 0 200 100"']
)
def test_without_a_unit_the_file_is_refused_and_a_stated_one_counts(size: str) -> None:
    data = svg('<rect width="40" height="20"/>', size)
    with pytest.raises(DrawingError, match="40 x 20 mm if its unit is mm") as refused:
        read_drawing(data)
    assert refused.value.code == "units_unknown"
    assert read_drawing(data, units="mm").report.size_mm == (40, 20)
    assert read_drawing(data, units="px").report.size_mm == pytest.approx((40 * 25.4 / 96, 20 * 25.4 / 96))


def test_up_is_up_and_the_lower_left_of_the_page_is_the_origin() -> None:
    drawing = read_drawing(svg('<circle cx="30" cy="25" r="2"/>', 'width="200mm" height="100mm" viewBox="20 10 200 100"'))
    assert only(drawing).circle == pytest.approx((10, 85, 4))


def test_a_page_that_is_stretched_is_told() -> None:
    drawing = read_drawing(svg('<circle cx="30" cy="25" r="2"/>', 'width="200mm" height="100mm" viewBox="0 0 200 50"'))
    assert "do not go with the viewBox" in drawing.report.text()


COORDINATE = st.integers(-40, 40).map(lambda n: n / 2)
ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2}


@st.composite
def path_data(draw: Any) -> str:
    """A smooth curve only after one of its kind: elsewhere the other reader does not do what SVG says."""
    parts, last = [f"M{draw(COORDINATE)},{draw(COORDINATE)}"], "M"
    for letter in draw(st.lists(st.sampled_from([*"LHVCSQTAlhvcsqta"]), min_size=1, max_size=8)):
        if letter in "STst" and last not in {"S": "CS", "T": "QT"}[letter.upper()]:
            continue
        last = letter.upper()
        if letter in "Aa":
            sizes = draw(st.tuples(st.integers(1, 30), st.integers(1, 30), st.integers(-90, 90)))
            flags = draw(st.tuples(st.booleans(), st.booleans()))
            values = [*sizes, *(int(f) for f in flags), draw(COORDINATE), draw(COORDINATE)]
        else:
            values = [draw(COORDINATE) for _ in range(ARGUMENTS[letter.upper()])]
        parts.append(letter + " ".join(str(v) for v in values))
    return "".join(parts) + draw(st.sampled_from(["", "Z", "z"]))


@given(path_data())
@settings(max_examples=150, deadline=None)
def test_path_data_is_read_as_another_reader_reads_it(data: str) -> None:
    """svgelements evaluates the same text: its points lie along our curve."""
    theirs = [segment for segment in svgelements.Path(data) if not isinstance(segment, svgelements.Move)]
    track = np.array([[p.x, 100 - p.y] for s in theirs for p in (s.point(t) for t in np.linspace(0, 1, 40))])
    track = track.reshape(-1, 2)[np.isfinite(track.reshape(-1, 2)).all(axis=1)]
    if len(track) == 0 or max(np.ptp(track, axis=0)) < 1:
        return
    layer = read(f'<path d="{data}"/>').layers[0]
    lines = [part.curve.flattened(1e-3) for part in (*layer.contours, *layer.chains)]
    assert np.min([distance_to(line, track) for line in lines], axis=0).max() < 0.01


def distance_to(line: Any, points: Any) -> Any:
    a, d = line[:-1], np.diff(line, axis=0)
    square = np.maximum((d * d).sum(axis=1), 1e-30)
    t = np.clip(((points[:, None] - a) * d).sum(axis=2) / square, 0, 1)
    return np.linalg.norm(points[:, None] - a - t[:, :, None] * d, axis=2).min(axis=1)


@given(st.lists(COORDINATE, min_size=8, max_size=8), st.floats(0.002, 0.2))
@settings(max_examples=60, deadline=None)
def test_a_bezier_curve_leaves_its_chords_by_no_more_than_the_tolerance(v: list[float], tol: float) -> None:
    p = np.array(v).reshape(4, 2)
    t = np.linspace(0, 1, 500)[:, None]
    track = (1 - t) ** 3 * p[0] + 3 * t * (1 - t) ** 2 * p[1] + 3 * t * t * (1 - t) * p[2] + t**3 * p[3]
    if np.ptp(track, axis=0).max() < 1:
        return
    data = f"M{v[0]} {v[1]}C{' '.join(str(x) for x in v[2:])}"
    layer = read(f'<path d="{data}"/>', tolerance_mm=tol).layers[0]
    (part,) = [*layer.contours, *layer.chains]
    assert distance_to(part.curve.points_mm, track * (1, -1) + (0, 100)).max() <= tol + 1e-9


def test_round_arcs_of_a_path_stay_arcs() -> None:
    part = only(read('<path d="M10 20 h30 a10 10 0 0 1 0 20 h-30 a10 10 0 0 1 0 -20 z"/>'))
    assert part.area_mm2 == pytest.approx(30 * 20 + 100 * math.pi)
    assert np.abs(part.turns_rad[part.turns_rad != 0]).tolist() == pytest.approx([math.pi, math.pi])


def test_numbers_may_stand_close_together() -> None:
    part = only(read('<path d="M1-2.5.5.5L3e1-.5h-1V-9"/>'))
    assert part.points_mm == pytest.approx(np.array([[1, 102.5], [0.5, 99.5], [30, 100.5], [29, 100.5], [29, 109]]))


def test_flags_of_arcs_may_stand_without_spaces() -> None:
    spaced = only(read('<path d="M10 10 a 5 5 0 0 1 10 0 z"/>'))
    dense = only(read('<path d="M10 10a5 5 0 0110 0z"/>'))
    assert dense.points_mm.tolist() == spaced.points_mm.tolist()


def test_a_path_of_two_parts_is_a_ring_and_its_hole() -> None:
    (layer,) = read('<path d="M0 0h50v50h-50zm10 10h10v10h-10z"/>').layers
    (region,) = layer.regions
    assert region.outer.curve.area_mm2 == 2500
    assert [hole.curve.area_mm2 for hole in region.holes] == [-100]


def test_every_shape_has_its_area() -> None:
    shapes = {
        '<rect x="5" y="5" width="40" height="20"/>': 800,
        '<rect x="5" y="5" width="40" height="20" rx="4"/>': 800 - (4 - math.pi) * 16,
        '<rect x="5" y="5" width="40" height="20" rx="99" ry="99"/>': math.pi * 200,
        '<circle cx="50" cy="50" r="5"/>': math.pi * 25,
        '<ellipse cx="50" cy="50" rx="20" ry="5"/>': math.pi * 100,
        '<polygon points="0,0 10,0 10,10"/>': 50,
        '<polygon points="0,0 10,0 10,10 0,0"/>': 50,
    }
    for body, area in shapes.items():
        part = only(read(body, tolerance_mm=1e-4))
        assert part.is_closed
        assert part.area_mm2 == pytest.approx(area, rel=1e-4), body


def test_open_shapes_stay_open() -> None:
    assert len(read('<line x1="0" y1="0" x2="9" y2="9"/><polyline points="20 0 30 0 30 10"/>').layers[0].chains) == 2


TRANSFORMS = st.lists(
    st.one_of(
        st.tuples(st.integers(-9, 9), st.integers(-9, 9)).map(lambda v: f"translate({v[0]},{v[1]})"),
        st.integers(-180, 180).map(lambda v: f"rotate({v})"),
        st.tuples(st.integers(-180, 180), st.integers(-9, 9), st.integers(-9, 9)).map(
            lambda v: f"rotate({v[0]} {v[1]} {v[2]})"
        ),
        st.tuples(st.sampled_from([-2, -1, 0.5, 3]), st.sampled_from([-1, 1, 2])).map(lambda v: f"scale({v[0]} {v[1]})"),
        st.sampled_from(["scale(2)", "skewX(20)", "skewY(-10)", "matrix(1 0.5 -0.5 2 3 4)"]),
    ),
    max_size=4,
)


@given(TRANSFORMS, TRANSFORMS)
@settings(max_examples=60, deadline=None)
def test_transforms_compose_as_another_reader_composes_them(outer: list[str], inner: list[str]) -> None:
    body = f'<g id="G" transform="{" ".join(outer)}"><polyline transform="{" ".join(inner)}" points="3 4 10 5 -2 8"/></g>'
    matrix = svgelements.Matrix(" ".join(inner)) * svgelements.Matrix(" ".join(outer))
    want = [matrix.point_in_matrix_space(p) for p in [(3, 4), (10, 5), (-2, 8)]]
    found = only(read(body, units="mm")).points_mm
    assert found == pytest.approx(np.array([(p.x, 100 - p.y) for p in want]), rel=1e-6, abs=1e-6)


def test_a_mirrored_and_turned_circle_stays_a_circle() -> None:
    part = only(read('<g transform="rotate(30) scale(-2 2)"><circle cx="-20" cy="5" r="3"/></g>'))
    assert part.circle is not None
    assert part.circle.diameter_mm == pytest.approx(12)


def test_layers_are_top_groups_by_label_then_id_then_stroke_colours() -> None:
    body = (
        '<g id="g1" inkscape:label="CUTOUT" inkscape:groupmode="layer"><g id="g2"><circle cx="9" cy="9" r="1"/></g></g>'
        '<g id="POT_HOLES"><circle cx="19" cy="9" r="1"/></g>'
        '<circle cx="29" cy="9" r="1" stroke="#F00"/><circle cx="39" cy="9" r="1" style="stroke:#ff0000;fill:none"/>'
        '<g stroke="Blue"><circle cx="49" cy="9" r="1"/></g><circle cx="59" cy="9" r="1"/>'
    )
    assert [(r.layer, r.closed) for r in read(body).report.layers] == [
        ("CUTOUT", 1),
        ("POT_HOLES", 1),
        ("#ff0000", 2),
        ("blue", 1),
        ("0", 1),
    ]


def test_a_clone_is_placed_and_turned() -> None:
    body = '<defs><circle id="c" cx="1" cy="0" r="2"/></defs><use xlink:href="#c" x="10" y="20" transform="translate(5 0)"/>'
    assert only(read(body)).circle == pytest.approx((16, 80, 4))
    assert only(read(body.replace("xlink:href", "href"))).circle == pytest.approx((16, 80, 4))


@pytest.mark.parametrize("target", ["other.svg#c", "http://example.org/a.svg", "file:///etc/passwd", "#missing", ""])
def test_a_clone_of_what_is_not_in_the_file_is_left_out_and_told(target: str) -> None:
    report = read(f'<circle cx="9" cy="9" r="1"/><use href="{target}"/>').report
    assert [place.entity for place, _ in report.left_out] == ["use"]


def test_what_is_no_shape_is_counted_and_told() -> None:
    body = (
        '<circle cx="9" cy="9" r="1"/><text>A<tspan>B</tspan></text><image href="http://example.org/a.png"/><defs><path d="junk"/>'
        '</defs><g style="display:none"><path d="junk"/></g><path visibility="hidden" d="junk"/>'
    )
    assert read(body).report.ignored == {"text": 1, "image": 1, "hidden g": 1, "hidden path": 1}


def test_an_unknown_element_is_left_out_and_told() -> None:
    report = read('<circle cx="9" cy="9" r="1"/><star points="5"/><circle cx="20" cy="20" r="0"/>').report
    assert [str(place) for place, _ in report.left_out] == ["star on layer 0 in line 1", "circle on layer 0 in line 1"]


@pytest.mark.parametrize(
    "data",
    [
        "L 1 1",
        "M 1",
        "M1 1 L 2",
        "M1 1 X 2 2",
        "M 1 1 L nan 2",
        "M0 0 A 1 1 0 2 0 5 5",
        "M0 0 Z 5 5",
        "M1e999 0L1 1",
        "M1 1L--2 3",
    ],
)
def test_malformed_path_data_is_refused_with_its_line_and_not_half_drawn(data: str) -> None:
    with pytest.raises(DrawingError) as refused:
        read(f'<circle cx="9" cy="9" r="1"/>\n<path id="p7" d="{data}"/>')
    assert refused.value.code in ("bad_value", "not_finite")
    assert (refused.value.place.line, refused.value.place.handle) == (2, "p7")


@pytest.mark.parametrize(
    "body",
    [
        '<g transform="rotate(1 2)"><path d="M0 0h1"/></g>',
        '<g transform="spin(1)"><path d="M0 0h1"/></g>',
        '<g transform="rotate(a)"><path d="M0 0h1"/></g>',
        '<rect width="5furlong" height="3"/>',
        '<polygon points="1 2 3"/>',
        '<polygon points="1 2 x y"/>',
    ],
)
def test_malformed_values_are_refused_with_their_line(body: str) -> None:
    with pytest.raises(DrawingError) as refused:
        read(body)
    assert refused.value.code == "bad_value"
    assert refused.value.place.line == 1


def test_the_bare_name_of_the_document_type_is_taken_and_never_fetched() -> None:
    head = b'<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    assert only(read_drawing(head + svg('<circle cx="9" cy="9" r="1"/>'))).circle is not None
