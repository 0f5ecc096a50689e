"""What does a toolpath look like as bytes?"""

from __future__ import annotations

import re
import struct
from pathlib import Path

import numpy as np
import pytest
from rmos.contracts.toolpath import COLUMNS, LAYOUT, ToolpathFormatError, decode, encode, from_columns


def test_a_toolpath_comes_back_from_its_bytes() -> None:
    path = from_columns({"kind": [0, 5, 6], "x_mm": [1, 1, 1], "tool": [1, 1, 65535], "switches": [0, 7, 1]}, (1, 2, 3))
    found = decode(encode(path))
    assert [getattr(found, name).tolist() for name in COLUMNS] == [getattr(path, name).tolist() for name in COLUMNS]
    assert found.start_mm == (1, 2, 3)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"RMOSTP03",
        b"RMOSTP02\xff\xff\xff\xff",
        b"RMOSTP02\x02\0\0\0{}",
        b'RMOSTP01\x2a\0\0\0{"count":9000000000000,"start_mm":[0,0,0]}',
        b'RMOSTP02\x1f\0\0\0{"count":-1,"start_mm":[0,0,0]}' + bytes(81),
    ],
)
def test_damaged_bytes_are_refused(damage: bytes) -> None:
    with pytest.raises(ToolpathFormatError):
        decode(damage)


def test_no_byte_may_be_missing_or_too_many() -> None:
    blob = encode(from_columns({"kind": [0, 1]}))
    for wrong in (blob[:-1], blob + b"x"):
        with pytest.raises(ToolpathFormatError):
            decode(wrong)


def test_a_blob_of_the_first_form_is_read_without_tools_and_switches() -> None:
    path = from_columns({"kind": [0, 1], "x_mm": [1, 2], "tool": [3, 3], "switches": [2, 2]})
    header = b'{"count":2,"start_mm":[0.0,0.0,0.0]}'
    columns = b"".join(getattr(path, name).tobytes() for name in COLUMNS[:-2])
    old = b"RMOSTP01" + struct.pack("<I", len(header)) + header + columns
    found = decode(old)
    assert (found.x_mm.tolist(), found.tool.tolist(), found.switches.tolist()) == ([1, 2], [0, 0], [0, 0])


def test_ten_million_moves_fit_in_a_gigabyte() -> None:
    path = from_columns({"kind": np.zeros(1000)})
    assert sum(getattr(path, name).nbytes for name in COLUMNS) * 10_000 < 1e9


@pytest.mark.parametrize("start", [(0, 0, 0), (1, 2, 3), (-1.25, 1 / 3, 99999.5)])
def test_every_column_read_from_a_blob_is_aligned_and_no_copy(start: tuple[float, float, float]) -> None:
    blob = encode(from_columns({"kind": [0, 1, 1]}, start))
    for name in COLUMNS:
        column = getattr(decode(blob), name)
        assert column.flags.aligned
        assert not column.flags.owndata


def test_the_page_about_the_blob_shows_its_layout() -> None:
    page = (Path(__file__).parents[2] / "docs/toolpath.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", page, re.MULTILINE)
    path = from_columns({"kind": [0]})
    assert rows == [(name, str(getattr(path, name).dtype)) for name in LAYOUT]


def test_a_path_without_moves_comes_back_too() -> None:
    assert len(decode(encode(from_columns({"kind": []})))) == 0
