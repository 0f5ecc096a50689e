"""Is every file that is wrong, or asks for too much, refused by name, at its place, and soon?"""

from __future__ import annotations

import contextlib
import io
import math
import random
from collections.abc import Callable
from typing import Any

import ezdxf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.drawing import limits
from rmos.cam_accel.drawing.errors import DrawingError, Place
from rmos.cam_accel.drawing.limits import Budget, DrawingLimits
from rmos.cam_accel.drawing.read import read_drawing

Draw = Callable[[Any, Any], object]
ezdxf.options.write_fixed_meta_data_for_testing = True
PAGE = 'xmlns="http://www.w3.org/2000/svg" width="900mm" height="900mm" viewBox="0 0 900 900"'


def dxf(draw: Draw, version: str = "R2010", binary: bool = False) -> bytes:
    document = ezdxf.new(version, units=4)
    draw(document, document.modelspace())
    stream: Any = io.BytesIO() if binary else io.StringIO()
    document.write(stream, fmt="bin" if binary else "asc")
    made = stream.getvalue()
    return made if isinstance(made, bytes) else made.encode()


def bare(entities: bytes) -> bytes:
    """A DXF file of nothing but entities, in millimetres."""
    header = b"0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1009\n9\n$INSUNITS\n70\n4\n0\nENDSEC\n"
    return header + b"0\nSECTION\n2\nENTITIES\n" + entities + b"0\nENDSEC\n0\nEOF\n"


def line(x: float | str, y: float | str = 0) -> bytes:
    return f"0\nLINE\n8\nA\n10\n{x}\n20\n{y}\n11\n5\n21\n5\n".encode()


def svg(body: str) -> bytes:
    return f"<svg {PAGE}>{body}</svg>".encode()


def refused(data: bytes, **kwargs: Any) -> DrawingError:
    with pytest.raises(DrawingError) as error:
        read_drawing(data, **kwargs)
    assert error.value.reason
    assert error.value.remedy
    return error.value


def test_a_bare_file_of_the_tests_is_read() -> None:
    assert read_drawing(bare(line(1))).report.layers[0].open == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_drawing"),
        (b"\x00" * 1000, "not_a_drawing"),
        (random.Random(1).randbytes(20_000), "not_a_drawing"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "not_a_drawing"),
        (b"AC1032" + b"\x00" * 50, "not_a_drawing"),
        (b"\x1f\x8b\x08" + b"\x00" * 50, "not_a_drawing"),
        (b"<html><body/></html>", "not_a_drawing"),
        (b"<svg><g></svg>", "damaged"),
        (b"<svg", "damaged"),
        (b'<?xml version="1.0" encoding="nonsense"?><svg/>', "damaged"),
        (b"0\nSECTION\n", "damaged"),
        (b"0\nSECTION\n2\nENTITIES\nx\nLINE\n", "damaged"),
        (b"0\nEOF\n", "empty"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00", "damaged"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00" + random.Random(2).randbytes(3000), "damaged"),
        (bare(line(1)).replace(b"LINE", b"LI\x00E"), "damaged"),
        (bare(b""), "empty"),
        (svg(""), "empty"),
        (svg("<text>only words</text>"), "empty"),
    ],
)
def test_what_is_no_drawing_is_refused_by_name(data: bytes, code: str) -> None:
    assert refused(data).code == code


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("binary", [False, True])
def test_a_file_cut_short_is_refused(share: float, binary: bool) -> None:
    data = dxf(lambda _, model: [model.add_circle((n, 0), 5) for n in range(200)], binary=binary)
    assert refused(data[: int(len(data) * share)]).code == "damaged"


def test_too_many_bytes_are_refused_before_they_are_read() -> None:
    error = refused(b"<svg>" + b" " * 15_000_001)
    assert error.code == "too_large"
    assert "15000000 are allowed" in error.reason


def test_two_hundred_thousand_lines_are_refused() -> None:
    assert refused(bare(line(1) * 200_000)).code == "too_many_entities"


def test_more_than_the_allowed_entities_are_refused_with_the_one_too_many() -> None:
    error = refused(bare(b"".join(line(n) for n in range(12))), limits=DrawingLimits(max_entities=10))
    assert error.code == "too_many_entities"
    assert error.place.layer == "A"
    assert read_drawing(bare(b"".join(line(n) for n in range(10))), limits=DrawingLimits(max_entities=10))


def test_more_than_the_allowed_segments_are_refused() -> None:
    points = " ".join(f"{n % 900} {n % 7}" for n in range(1002))
    small = DrawingLimits(max_edges=1000)
    assert refused(svg(f'<polyline points="{points}"/>'), limits=small).code == "too_many_edges"
    wild = svg('<path d="M0 0C900 900 0 900 900 0"/>')
    assert refused(wild, limits=small, tolerance_mm=1e-5).code == "too_many_edges"


def test_blocks_of_blocks_of_blocks_are_refused() -> None:
    """10 to the power of 30 lines, in a small file."""

    def draw(document: Any, model: Any) -> None:
        document.blocks.new("B0").add_line((0, 0), (1, 1))
        for n in range(1, 31):
            block = document.blocks.new(f"B{n}")
            for k in range(10):
                block.add_blockref(f"B{n - 1}", (k, 0))
        model.add_blockref("B30", (0, 0))

    assert refused(dxf(draw), limits=DrawingLimits(max_entities=9000)).code == "too_many_entities"


def test_empty_blocks_in_a_billion_rows_and_columns_are_refused() -> None:
    def draw(document: Any, model: Any) -> None:
        document.blocks.new("E")
        model.add_blockref("E", (0, 0), dxfattribs={"row_count": 32_000, "column_count": 32_000})

    error = refused(dxf(draw))
    assert error.code == "too_many_entities"
    assert error.place.entity == "INSERT"


def test_a_block_in_itself_is_refused() -> None:
    def draw(document: Any, model: Any) -> None:
        block = document.blocks.new("SELF")
        block.add_line((0, 0), (1, 1))
        block.add_blockref("SELF", (1, 0))
        model.add_blockref("SELF", (0, 0))

    assert refused(dxf(draw)).code == "too_deep"


def test_a_hundred_nested_blocks_are_refused_and_sixty_are_read() -> None:
    def nested(depth: int) -> Draw:
        def draw(document: Any, model: Any) -> None:
            document.blocks.new("B0").add_line((0, 0), (1, 1))
            for n in range(1, depth):
                document.blocks.new(f"B{n}").add_blockref(f"B{n - 1}", (0, 0))
            model.add_blockref(f"B{depth - 1}", (0, 0))

        return draw

    assert refused(dxf(nested(100))).code == "too_deep"
    assert len(read_drawing(dxf(nested(60))).layers) == 1


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400"])
def test_what_is_no_coordinate_is_refused_with_its_entity(value: str) -> None:
    error = refused(bare(line(1) + line(value)))
    assert error.code == "not_finite"
    assert (error.place.entity, error.place.layer) == ("LINE", "A")


@pytest.mark.parametrize("value", ["1e9", "-1e9", "1e300"])
def test_what_lies_a_thousand_kilometres_away_is_refused(value: str) -> None:
    assert refused(bare(line(0, value))).code == "too_far"
    assert refused(svg(f'<line x1="0" y1="{value}" x2="1" y2="1"/>')).code == "too_far"
    assert refused(svg(f'<g transform="scale({value})"><path d="M1 1L2 2"/></g>')).code == "too_far"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("bulge", [1e300, -1e300, 1e-11, 1e12])
def test_a_bulge_beyond_all_arcs_is_refused_without_a_warning(bulge: float) -> None:
    data = dxf(lambda _, model: model.add_lwpolyline([(0, 0, bulge), (10, 0, 0)], format="xyb"))
    assert refused(data).code in ("not_finite", "too_far")


@pytest.mark.parametrize("radius", ["0", "-5", "nan", "1e9"])
def test_a_circle_that_is_none_is_refused(radius: str) -> None:
    data = bare(f"0\nCIRCLE\n8\nA\n10\n1\n20\n1\n40\n{radius}\n".encode())
    assert refused(data).code in ("bad_value", "not_finite", "too_far")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: s.weights.__setitem__(1, 0.0),
        lambda s: s.weights.__setitem__(1, -1.0),
        lambda s: s.weights.__setitem__(1, math.nan),
        lambda s: s.knots.__setitem__(4, 9e9),
        lambda s: s.knots.__setitem__(4, math.nan),
        lambda s: s.knots.pop(),
        lambda s: s.dxf.set("degree", 99),
    ],
)
def test_a_spline_that_is_none_is_refused(spoil: Callable[[Any], object]) -> None:
    def draw(_: Any, model: Any) -> None:
        spoil(model.add_rational_spline([(0, 0), (5, 9), (9, -3), (20, 5), (30, 0)], [1, 2, 1, 2, 1]))

    assert refused(dxf(draw)).code in ("bad_value", "damaged", "not_finite")


def test_entities_in_xml_are_refused_before_they_grow() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    assert refused(f"{bomb}{svg('<text>&b;</text>').decode()}".encode()).code == "xml_entities"
    outside = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert refused(f"{outside}{svg('<text>&x;</text>').decode()}".encode()).code == "xml_entities"


def test_two_hundred_thousand_groups_in_each_other_are_refused() -> None:
    assert refused(b"<svg>" + b"<g>" * 200_000).code == "too_deep"


def test_too_many_elements_are_refused() -> None:
    assert refused(svg("<a/>" * 100_001)).code == "too_many_entities"


def test_clones_of_clones_of_clones_are_refused() -> None:
    bomb = '<g id="g0"><path d="M0 0L9 9"/></g>' + "".join(
        f'<g id="g{n}">{f"""<use href="#g{n - 1}"/>""" * 10}</g>' for n in range(1, 12)
    )
    assert refused(svg(bomb), limits=DrawingLimits(max_entities=9000)).code == "too_many_entities"


@pytest.mark.parametrize(
    "body",
    [
        f'<polyline points="{"1" * 300_000}x"/>',
        f'<polyline points="{"1 1 " * 200_000}x"/>',
        f'<polyline points="1{" " * 300_000}x"/>',
        f'<rect height="5" width="{"1" * 300_000}!"/>',
        f'<rect height="5" width="1{" " * 300_000}!"/>',
        f'<path d="M{"1" * 300_000}"/>',
        f'<g transform="{"a" * 300_000}"/>',
        f'<g transform="{"scale(1)" * 100_000}x"/>',
    ],
)
def test_long_values_that_are_none_are_refused_in_linear_time(body: str) -> None:
    assert refused(svg(body)).code in ("bad_value", "not_finite")


def test_a_clone_of_itself_is_refused() -> None:
    assert refused(svg('<g id="g"><path d="M0 0L9 9"/><use href="#g"/></g>')).code == "too_deep"


def test_ends_that_crowd_together_are_refused() -> None:
    lines = "".join(f'<line x1="{n * 2e-6:.9f}" y1="0" x2="100" y2="{n / 10}"/>' for n in range(3000))
    assert refused(svg(lines)).code == "too_dense"


def test_contours_that_all_lie_in_each_other_are_refused_before_all_pairs_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rmos.cam_accel.drawing.nesting.MOST_PAIRS", 10_000)
    rings = "".join(f'<rect x="{n}" y="{n}" width="{900 - 2 * n}" height="{900 - 2 * n}"/>' for n in range(200))
    assert refused(svg(rings)).code == "too_dense"


def test_combs_that_cross_ten_thousand_times_are_told_once() -> None:
    up = " ".join(f"{n},{100 * (n % 2)}" for n in range(101))
    across = " ".join(f"{100 * (n % 2)},{n + 0.5}" for n in range(100))
    drawing = read_drawing(svg(f'<polygon points="{up} 100,-5 0,-5"/><polygon points="{across} -5,100 -5,0"/>'))
    assert sum(c.other is not None for c in drawing.layers[0].crossings) == 1


def test_reading_stops_when_the_time_is_over() -> None:
    ticks = iter(range(10_000_000))
    budget = Budget(DrawingLimits(max_seconds=100), clock=lambda: float(next(ticks)))
    for _ in range(99):
        budget.time(Place("A"))
    budget.time()
    with pytest.raises(DrawingError, match="on layer A: not read within 100 s"):
        budget.time(Place("A"))


@pytest.mark.parametrize("data", [bare(line(1) * 5000), svg('<path d="M0 0L9 9"/>' * 5000)])
def test_a_reader_looks_at_the_clock(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(10_000_000))
    monkeypatch.setattr(limits.Budget.__init__, "__defaults__", (lambda: float(next(ticks)),))
    assert refused(data, limits=DrawingLimits(max_seconds=3)).code == "too_slow"


def test_the_error_says_place_reason_and_remedy() -> None:
    error = refused(bare(line("1e9")))
    assert str(error).startswith("LINE ")
    assert "on layer A: 1e+09 mm from the origin" in str(error)
    assert "move the drawing to the origin" in str(error)


@pytest.mark.parametrize("bad", [0, -1, math.nan, math.inf, 2])
def test_a_tolerance_that_is_none_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="tolerance_mm"):
        read_drawing(bare(line(1)), tolerance_mm=bad)
    with pytest.raises(ValueError, match="gap_mm"):
        read_drawing(bare(line(1)), gap_mm=bad)


SEEDS = [
    dxf(lambda _, m: [m.add_circle((5, 5), 2), m.add_lwpolyline([(0, 0), (9, 0), (9, 9)], close=True), m.add_spline([(0, 0), (3, 4), (9, 0)])]),
    dxf(lambda _, m: [m.add_arc((5, 5), 2, 0, 90), m.add_ellipse((5, 5), (3, 0), 0.5)], "R2000", binary=True),
    svg('<g id="A" transform="rotate(9)"><rect width="9" height="5" rx="1"/><path d="M1 1a2 3 4 0 1 5 6c1 2 3 4 5 6z"/></g><use href="#A" x="3"/>'),
]  # fmt: skip


@given(st.integers(0, len(SEEDS) - 1), st.integers(0, 2**32 - 1), st.integers(1, 6))
@settings(max_examples=250, deadline=None)
def test_spoilt_files_are_read_or_refused_and_nothing_else(which: int, seed: int, changes: int) -> None:
    numbers, spoilt = random.Random(seed), bytearray(SEEDS[which])
    for _ in range(changes):
        at = numbers.randrange(len(spoilt))
        kind = numbers.randrange(4)
        if kind == 0:
            spoilt[at] = numbers.randrange(256)
        elif kind == 1:
            del spoilt[at : at + numbers.randrange(1, 50)]
        elif kind == 2:
            spoilt[at:at] = spoilt[max(0, at - numbers.randrange(1, 200)) : at]
        else:
            spoilt[at : at + 1] = numbers.choice([b"9", b"-", b"e9", b"nan", b"\n", b"0", b"<", b'"', b"\xff", b"\n0\nLINE\n"])
    with contextlib.suppress(DrawingError):
        assert read_drawing(bytes(spoilt)).report.text()


def test_a_file_without_its_model_space_is_refused() -> None:
    document = ezdxf.new("R2010", units=4)
    document.modelspace().add_circle((0, 0), 5)
    text = io.StringIO()
    document.write(text)
    lost = text.getvalue().replace("\nModel\n", "\nLost\n")
    with pytest.raises(DrawingError, match="model space") as refused:
        read_drawing(lost.encode())
    assert refused.value.code == "damaged"
