"""What does a toolpath look like as bytes?"""

from __future__ import annotations

import numpy as np
import pytest
from rmos.contracts.toolpath import COLUMNS, ToolpathFormatError, decode, encode, from_columns


def test_a_toolpath_comes_back_from_its_bytes() -> None:
    path = from_columns({"kind": [0, 5, 6], "x_mm": [1, 1, 1], "tool": [1, 1, 65535], "switches": [0, 7, 1]}, (1, 2, 3))
    found = decode(encode(path))
    assert [getattr(found, name).tolist() for name in COLUMNS] == [getattr(path, name).tolist() for name in COLUMNS]
    assert found.start_mm == (1, 2, 3)


@pytest.mark.parametrize("damage", [b"", b"RMOSTP03", b"RMOSTP02\xff\xff\xff\xff", b"RMOSTP02\x02\0\0\0{}"])
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
    old = b"RMOSTP01" + encode(path)[8:-6]
    found = decode(old)
    assert (found.x_mm.tolist(), found.tool.tolist(), found.switches.tolist()) == ([1, 2], [0, 0], [0, 0])


def test_ten_million_moves_fit_in_a_gigabyte() -> None:
    path = from_columns({"kind": np.zeros(1000)})
    assert sum(getattr(path, name).nbytes for name in COLUMNS) * 10_000 < 1e9
