"""Do blocks of a DXF file, turned, mirrored, scaled and nested, lie where ezdxf puts them?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from drawings import Draw, box, distance_to, only, only_of
from drawings import read_dxf as read
from ezdxf.math import Matrix44


def insert(**attributes: Any) -> Draw:
    def draw(document: Any, model: Any) -> None:
        block = document.blocks.new("PART", base_point=(1, 1))
        block.add_lwpolyline([(0, 0, 0), (4, 0, 1), (4, 2, 0), (0, 2, 0)], format="xyb", close=True)
        model.add_blockref("PART", (10, 20), dxfattribs={"layer": "BODY", **attributes})

    return draw


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"rotation": 90},
        {"rotation": 33},
        {"xscale": -1, "yscale": 1},
        {"xscale": 2, "yscale": 2, "rotation": -70},
        {"xscale": 2, "yscale": 0.5, "rotation": 15},
        {"extrusion": (0, 0, -1)},
        {"extrusion": (0, 0, -1), "rotation": 30, "xscale": -2, "yscale": 2},
    ],
)
def test_an_inserted_block_lies_where_ezdxf_puts_it(attributes: dict[str, Any]) -> None:
    made: list[Any] = []

    def draw(document: Any, model: Any) -> None:
        insert(**attributes)(document, model)
        made.append(np.array([(p.x, p.y) for e in model[0].virtual_entities() for p in corners(e)]))

    part = only(read(draw, tolerance_mm=1e-4))
    assert distance_to(part.flattened(1e-4), made[0]).max() < 1e-3
    scale = abs(attributes.get("xscale", 1) * attributes.get("yscale", 1))
    assert abs(part.area_mm2) == pytest.approx((8 + math.pi / 2) * scale, rel=1e-3)


def corners(entity: Any) -> Any:
    if entity.dxftype() == "LINE":
        return [entity.dxf.start, entity.dxf.end]
    return entity.flattening(0.01) if hasattr(entity, "flattening") else entity.vertices_in_wcs()


def test_a_mirrored_block_keeps_its_arcs_as_arcs() -> None:
    part = only(read(insert(xscale=-3, yscale=3)))
    assert np.abs(part.turns_rad[part.turns_rad != 0]).tolist() == pytest.approx([math.pi])


def test_a_block_scaled_unevenly_turns_its_circle_into_an_ellipse() -> None:
    def draw(document: Any, model: Any) -> None:
        document.blocks.new("C").add_circle((0, 0), 5)
        model.add_blockref("C", (0, 0), dxfattribs={"xscale": 2, "yscale": 1})

    part = only(read(draw))
    assert part.circle is None
    assert box(part) == pytest.approx([-10, -5, 10, 5], abs=0.01)


def test_layer_zero_in_a_block_is_the_layer_of_its_insert() -> None:
    def draw(document: Any, model: Any) -> None:
        inner = document.blocks.new("INNER")
        inner.add_circle((0, 0), 1)
        inner.add_circle((0, 0), 2, dxfattribs={"layer": "OWN"})
        document.blocks.new("OUTER").add_blockref("INNER", (5, 5))
        model.add_blockref("OUTER", (0, 0), dxfattribs={"layer": "POT_HOLES"})

    drawing = read(draw)
    assert only_of(drawing, "POT_HOLES").circle == pytest.approx((5, 5, 2))
    assert only_of(drawing, "OWN").circle == pytest.approx((5, 5, 4))


def test_an_insert_in_rows_and_columns_is_all_of_them() -> None:
    def draw(document: Any, model: Any) -> None:
        document.blocks.new("H").add_circle((0, 0), 1)
        grid = {"row_count": 2, "column_count": 3, "row_spacing": 10, "column_spacing": 20, "rotation": 90}
        model.add_blockref("H", (0, 0), dxfattribs=grid)

    circles = [c.curve.circle for c in read(draw).layers[0].contours]
    assert sorted((round(c.x_mm), round(c.y_mm)) for c in circles if c) == sorted(
        (-10 * r, 20 * c) for r in range(2) for c in range(3)
    )


def test_an_outline_of_loose_pieces_in_blocks_is_one_contour() -> None:
    def draw(document: Any, model: Any) -> None:
        half = document.blocks.new("HALF")
        half.add_line((0, 0), (30, 0))
        half.add_arc((30, 10), 10, 270, 90)
        half.add_line((30, 20), (0, 20))
        model.add_blockref("HALF", (0, 0), dxfattribs={"layer": "CUTOUT"})
        model.add_blockref("HALF", (0, 0), dxfattribs={"layer": "CUTOUT", "xscale": -1})

    part = only(read(draw))
    assert part.area_mm2 == pytest.approx(60 * 20 + 100 * math.pi)
    assert part.length_mm == pytest.approx(120 + 20 * math.pi)


def test_matrices_of_blocks_compose_as_ezdxf_composes_them() -> None:
    def draw(document: Any, model: Any) -> None:
        document.blocks.new("A", base_point=(2, -1)).add_line((0, 0), (6, 1))
        inner = {"rotation": 25, "xscale": 1.5, "yscale": -1.5}
        document.blocks.new("B").add_blockref("A", (4, 4), dxfattribs=inner)
        model.add_blockref("B", (-3, 8), dxfattribs={"rotation": -100, "xscale": 2, "yscale": 2})

    inner = Matrix44.chain(
        Matrix44.translate(-2, 1, 0),
        Matrix44.scale(1.5, -1.5, 1),
        Matrix44.z_rotate(math.radians(25)),
        Matrix44.translate(4, 4, 0),
    )
    outer = Matrix44.chain(Matrix44.scale(2, 2, 1), Matrix44.z_rotate(math.radians(-100)), Matrix44.translate(-3, 8, 0))
    want = [outer.transform(inner.transform((x, y, 0))) for x, y in [(0, 0), (6, 1)]]
    assert only(read(draw)).points_mm == pytest.approx(np.array([(p.x, p.y) for p in want]))
