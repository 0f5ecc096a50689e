"""Do the pictures show what is there, at its true size, and are they the same bytes every time?"""

from __future__ import annotations

import io
import math
import re

import numpy as np
import pytest
import svgelements
from PIL import Image
from rmos.cam_accel.gcode import interpret
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.simulate import preview
from rmos.cam_accel.simulate.errors import SimulationError
from rmos.cam_accel.simulate.grid import Stock
from rmos.cam_accel.simulate.picture import FAULT, MARGIN_PX, png, round_length_mm
from rmos.cam_accel.simulate.preview import svg
from rmos.cam_accel.simulate.report import Setup, Simulation, simulate
from rmos.cam_accel.simulate.target import pocket_target
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, from_columns

KERNELS = choose()
MOVES = "G0 X-10 Y5\nG1 Z-2 F200\nX10 F900\nG2 X10 Y-5 R5\nG3 X10 Y-5 I-3\nG1 Z-1\nX0\nZ-2\nX-10\nG0 Z5\n"


def path_of(moves: str = MOVES) -> Toolpath:
    return interpret(("G21 G90\nM3 S9000\nG0 Z5\n" + moves).encode()).toolpath


def simulation(moves: str = MOVES, stock: Stock = Stock((-20, -15), (20, 15)), cell_mm: float = 0.2) -> Simulation:
    return simulate(KERNELS, path_of(moves), ToolShape("flat", 4.0), Setup(stock=stock, cell_mm=cell_mm, centre_cutting=True))


def pixels(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)


def test_the_picture_shows_cut_and_uncut_stock_where_they_are() -> None:
    """Six pixels a cell of 0.2 mm, Y up."""
    shown, scale = pixels(png(simulation())), 6 / 0.2

    def colour(x_mm: float, y_mm: float) -> list[int]:
        return shown[MARGIN_PX + int((15 - y_mm) * scale), MARGIN_PX + int((x_mm + 20) * scale)].tolist()

    for x, y in ((0, 5), (-10, 5), (15, 0)):
        assert colour(x, y)[2] > colour(x, y)[0] + 40
    for x, y in ((-18, 12), (18, -12), (0, 10)):
        assert colour(x, y)[0] > colour(x, y)[2] + 40


def test_the_picture_is_neither_mirrored_nor_upside_down() -> None:
    shown = pixels(png(simulation("G0 X-10 Y8\nG1 Z-2 F100\n"))).astype(float)
    dark = shown[MARGIN_PX : MARGIN_PX + 900, MARGIN_PX : MARGIN_PX + 1200].sum(axis=2) < 300
    rows, columns = np.nonzero(dark)
    assert columns.mean() == pytest.approx((20 - 10) * 30, abs=3)
    assert rows.mean() == pytest.approx((15 - 8) * 30, abs=3)


def test_a_fault_is_ringed_in_the_picture_and_a_right_path_has_no_ring() -> None:
    def marks(moves: str) -> int:
        return int((pixels(png(simulation(moves))) == np.array(FAULT)).all(axis=2).sum())

    assert marks("G0 X0 Y0\nG0 Z-2\nX9\nG0 Z5\n") > 50
    assert marks(MOVES) == 0


def test_pictures_are_the_same_bytes_every_time_and_hold_no_clock() -> None:
    assert png(simulation()) == png(simulation())
    assert svg(path_of()) == svg(path_of())
    assert b"tIME" not in png(simulation())
    assert b"tEXt" not in png(simulation())


@pytest.mark.parametrize("size", [0.5, 3.0, 400.0])
def test_a_picture_of_any_stock_has_a_bounded_size(size: float) -> None:
    shown = Image.open(io.BytesIO(png(simulation("G0 X0 Y0\n", Stock((0, 0), (size, size / 9)), size / 2000))))
    assert max(shown.size) < 1500


def drawn(path: Toolpath, style: str) -> svgelements.Path:
    """In millimetres, Y up: what is between the quotes of that element."""
    found = re.search(rf'class="{style}"[^>]* d="([^"]*)"', svg(path).decode())
    assert found is not None
    return svgelements.Path(found.group(1))


def test_arcs_are_true_arcs_that_turn_the_right_way() -> None:
    clockwise = drawn(path_of("G0 X-10 Y5\nG1 Z0 F100\nG2 X0 Y-5 I0 J-10 F900\nG1 X1\n"), "depth0")
    arcs = [part for part in clockwise if isinstance(part, svgelements.Arc)]
    places = [arc.point(t / 20) for arc in arcs for t in range(21)]
    assert all(math.hypot(p.x + 10, p.y + 5) == pytest.approx(10, abs=1e-3) for p in places)
    assert max(p.x for p in places) > -0.5


def test_a_full_circle_and_a_large_arc_are_drawn_whole() -> None:
    circle = drawn(path_of("G0 X10 Y0\nG1 Z0 F100\nG3 X10 Y0 I-10 F900\n"), "depth0")
    assert circle.length() == pytest.approx(20 * math.pi, rel=1e-3)
    large = drawn(path_of("G0 X10 Y0\nG1 Z0 F100\nG3 X0 Y-10 I-10 F900\n"), "depth0")
    assert large.length() == pytest.approx(15 * math.pi, rel=1e-3)
    nearly = drawn(path_of("G0 X10 Y0\nG1 Z0 F100\nG3 X9.9985 Y-0.1745 I-10 F900\n"), "depth0")
    assert nearly.length() == pytest.approx(20 * math.pi * 359 / 360, rel=1e-3)


def test_rapids_ways_down_cuts_by_depth_and_tabs_are_told_apart() -> None:
    text = svg(path_of("G0 X-9 Y5\nG1 Z0 F100\nX9 Z-2\nX-9\nG1 Z-1\nX-5\nZ-2\nX9\nG0 Z5\nX0\n"), None).decode()
    for style in ("rapid", "entry", "depth5", "tab"):
        assert f'class="{style}"' in text
    assert "way down" in text
    assert "simplified" not in text


def test_the_view_is_in_millimetres_around_path_and_target() -> None:
    target = pocket_target(((-50, -20), (50, -20), (50, 20), (-50, 20)), (((-5, -5), (5, -5), (5, 5), (-5, 5)),), 2)
    text = svg(path_of(), target).decode()
    x, y, wide, high = map(float, re.search(r'viewBox="([^"]*)"', text).group(1).split())  # type: ignore[union-attr]
    assert (x < -50, x + wide > 50, y < -20, y + high > 20) == (True,) * 4
    assert f'width="{wide:g}mm"' in text
    assert 'class="target"' in text


def test_a_path_of_very_many_moves_is_simplified_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "MOST_ELEMENTS", 2000)
    turns = np.linspace(0, 400 * math.pi, 6_000)
    spiral = {"x_mm": turns * np.cos(turns) / 10, "y_mm": turns * np.sin(turns) / 10, "z_mm": np.full(len(turns), -1.0)}
    drawing = svg(from_columns({"kind": np.ones(len(turns)), **spiral})).decode()
    assert "simplified: moves within" in drawing
    assert "of 6000 are shown" in drawing
    assert drawing.count(" ") < 4 * 2000
    assert len(drawing) < 100_000


def test_a_path_without_moves_and_one_without_a_place() -> None:
    assert b"0 moves" in svg(from_columns({"kind": []}))
    with pytest.raises(SimulationError, match="not every coordinate"):
        svg(from_columns({"kind": [1], "x_mm": [math.nan]}))


def test_lengths_of_scale_bars_are_round() -> None:
    assert [round_length_mm(v) for v in (0.3, 1.0, 4.9, 5.1, 19.0, 73.0)] == [0.2, 1.0, 2.0, 5.0, 10.0, 50.0]
