"""Does any file make the reader of drawings do anything but read it, or refuse it by name and in time? Random files, counted.

File number I of seed S is always the same: `--seed S --only I` shows it again, `--save FILE` keeps its bytes.
"""

from __future__ import annotations

import argparse
import io
import random
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ezdxf
from rmos.cam_accel.drawing.errors import DrawingError
from rmos.cam_accel.drawing.limits import DrawingLimits
from rmos.cam_accel.drawing.operations import HoleTools, assign
from rmos.cam_accel.drawing.read import read_drawing

LIMITS = DrawingLimits(max_bytes=2_000_000, max_entities=3_000, max_edges=20_000, max_seconds=5.0)
SLOWEST_S = 2 * LIMITS.max_seconds
TOOLS = HoleTools((3.0,), 6.0, 3.0)
PIECES = (
    b"nan", b"inf", b"-1", b"0", b"1e9", b"1e308", b"-1e-320", b"9" * 40, b"", b"\n", b"\r\n", b"\x00", b"\xff",
    b"\xed\xa0\x80", b"0\nINSERT\n2\nB\n", b"0\nENDSEC\n", b"0\nEOF\n", b"0\nLINE\n", b"0\nSPLINE\n", b"0\nPOLYLINE\n",
    b"0\nVERTEX\n", b"0\nSEQEND\n", b"70\n1\n", b"70\n32000\n71\n32000\n", b"210\n0\n220\n0\n230\n-1\n", b"8\nCUTOUT\n",
    b"<g>", b"</g>", b"<use href='#a'/>", b'"', b"<", b"&lt;", b"&a;", b"<!--", b"M", b"A", b"z", b",", b"-", b".", b"e",
    b"rotate(", b"scale(0)", b"%", b"mm", b"viewBox='0 0 0 0'",
)  # fmt: skip
ezdxf.options.write_fixed_meta_data_for_testing = True


def _draw(document: Any, model: Any) -> None:
    block = document.blocks.new("B")
    block.add_circle((1, 1), 2)
    block.add_line((0, 0), (5, 5))
    document.blocks.new("C").add_blockref("B", (2, 2), dxfattribs={"rotation": 30, "xscale": -2})
    model.add_blockref("C", (5, 5), dxfattribs={"layer": "SCREWS", "row_count": 2, "column_count": 2, "row_spacing": 9})
    model.add_polyline2d([(0, 0, 0.5), (50, 0, 0), (50, 30, -1)], format="xyb", close=True, dxfattribs={"layer": "CUTOUT"})
    model.add_arc((9, 9), 4, 30, 200)
    model.add_point((3, 3), dxfattribs={"layer": "DRILL"})
    model.add_text("note")
    if document.dxfversion > "AC1009":
        model.add_lwpolyline([(0, 0, 0), (9, 0, 1), (9, 5, 0)], format="xyb", close=True, dxfattribs={"layer": "PICKUP_CAVITY"})
        model.add_ellipse((5, 5), (9, 1), 0.3, 0.5, 4)
        model.add_spline([(0, 0), (5, 9), (12, 3), (20, 20)])
        model.add_rational_spline([(0, 0), (5, 9), (9, -3), (20, 5), (30, 0)], [1, 2, 1, 2, 1])
        model.add_hatch().paths.add_polyline_path([(0, 0), (5, 0), (5, 5)])


def _dxf(version: str, binary: bool) -> bytes:
    document = ezdxf.new(version, units=4)
    _draw(document, document.modelspace())
    stream: Any = io.BytesIO() if binary else io.StringIO()
    document.write(stream, fmt="bin" if binary else "asc")
    made = stream.getvalue()
    return made if isinstance(made, bytes) else made.encode()


def _bare() -> bytes:
    """A file of entities alone, so that most changes hit one."""
    whole = _dxf("R2000", False)
    entities = whole[whole.index(b"ENTITIES") :]
    return b"  0\nSECTION\n  2\n" + entities[: entities.index(b"ENDSEC") + 7] + b"  0\nEOF\n"


SVG = b"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" width="200mm" height="100mm" viewBox="0 0 200 100"><defs><circle id="a" r="3"/></defs>
<g id="CUTOUT" transform="rotate(9 1 2) scale(2)"><rect x="1" width="40" height="20" rx="3"/>
<path d="M1 1a2 3 4 0 1 5 6c1 2 3 4 5 6s1 2 3 4q5 6 7 8t9 9h1v2H3V4L5 6z m 9 9 l 1 1"/></g>
<g id="SCREWS"><use href="#a" x="5" y="6"/><ellipse rx="3" ry="4"/><polygon points="1,2 3,4 5,9"/></g>
<line x1="1mm" x2="3in" style="stroke:#f00"/><text>A</text></svg>"""
SEEDS = (_dxf("R12", False), _dxf("R2010", False), _dxf("R2000", True), _dxf("R12", True), _bare(), _bare(), SVG, SVG)


def _changed(data: bytearray, numbers: random.Random) -> None:
    at, size = numbers.randrange(len(data) + 1), numbers.choice((1, 2, 8, 40, 300))
    changes: tuple[Callable[[], object], ...] = (
        lambda: data.__setitem__(slice(at, at + 1), bytes([numbers.randrange(256)])),
        lambda: data.__delitem__(slice(at, at + size)),
        lambda: data.__setitem__(slice(at, at), data[max(0, at - size) : at] * numbers.choice((1, 1, 2, 50))),
        lambda: data.__setitem__(slice(at, at + numbers.choice((0, 1, 4))), numbers.choice(PIECES)),
        lambda: _swap_number(data, at, numbers),
        lambda: _swap_number(data, at, numbers),
    )
    numbers.choice(changes)()


def _swap_number(data: bytearray, at: int, numbers: random.Random) -> None:
    """The next run of digits becomes another number."""
    first = next((n for n in range(at, min(at + 200, len(data))) if chr(data[n]).isdigit()), None)
    if first is not None:
        last = next((n for n in range(first, len(data)) if chr(data[n]) not in "0123456789."), len(data))
        data[first:last] = numbers.choice(
            (b"0", b"-1", b"1e300", b"nan", b"99999", b"0.0000001", b"7", b"32767", b"1e7", b"%d" % at)
        )


def file_of(seed: int, number: int) -> bytes:
    numbers = random.Random(f"{seed} {number}")
    data = bytearray(numbers.choice(SEEDS))
    for _ in range(numbers.choice((1, 1, 2, 3, 5, 12))):
        _changed(data, numbers)
    return bytes(data)


def outcome(data: bytes) -> str:
    """What came of it; raises whatever is not DrawingError."""
    began = time.perf_counter()
    try:
        drawing = read_drawing(data, limits=LIMITS, units=None if len(data) % 2 else "mm")
        told = f"read, {'clean' if drawing.report.is_clean else 'with findings'}"
        assert drawing.report.text()
        assign(drawing, tools=TOOLS).text()
    except DrawingError as error:
        told = f"refused: {error.code}"
    if time.perf_counter() - began > SLOWEST_S:
        raise TimeoutError(f"{time.perf_counter() - began:.1f} s, {told}")
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--only", type=int)
    parser.add_argument("--save", type=Path)
    arguments = parser.parse_args()
    if arguments.only is not None:
        data = file_of(arguments.seed, arguments.only)
        if arguments.save:
            arguments.save.write_bytes(data)
        print(outcome(data))
        return
    counts: Counter[str] = Counter()
    end = time.monotonic() + arguments.seconds
    for number in range(arguments.files):
        try:
            counts[outcome(file_of(arguments.seed, number))] += 1
        except Exception:
            counts["FAILED"] += 1
            print(f"--seed {arguments.seed} --only {number}\n{traceback.format_exc(limit=-4)}", flush=True)
        if time.monotonic() > end:
            break
    print("\n".join(f"{count:8} {told}" for told, count in counts.most_common()))


if __name__ == "__main__":
    main()
