"""What form does a toolpath have in memory, in a blob, and between services? Columns, one row per move."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, fields
from enum import IntEnum, IntFlag
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"RMOSTP02"
_FIRST_MAGIC = b"RMOSTP01"
"""Of blobs without the columns `tool` and `switches`: both are read as zero."""
MEDIA_TYPE = "application/vnd.rmos.toolpath"


class MoveKind(IntEnum):
    """Values of the `kind` column."""

    RAPID = 0
    LINEAR = 1
    ARC_CW = 2
    ARC_CCW = 3
    DWELL = 4
    STOP = 5
    TOOL_CHANGE = 6


class Plane(IntEnum):
    """Values of the `plane` column; an arc turns in it, seen from its positive third axis."""

    XY = 0
    ZX = 1
    YZ = 2


class Switch(IntFlag):
    """Bits of the `switches` column: what is on during the move."""

    MIST = 1
    FLOOD = 2
    COUNTER_CLOCKWISE = 4


class ToolpathFormatError(ValueError):
    """The bytes are not a toolpath blob of this version."""


@dataclass(frozen=True, eq=False)
class Toolpath:
    """Moves as equally long columns; each move starts where the one before it ended. A move takes 81 bytes.

    A dwell, a stop (the operator resumes) and a tool change stand still: their end is where they start.
    Lengths in mm, `feed_mm_min` 0 for rapids, `dwell_s` only for dwells. `spindle_rpm` is 0 while the spindle stands.
    `tool` is the number of the tool in the spindle, 0 where none is named. `x_mm..z_mm` is the end point in machine
    coordinates of the program; `i_mm..k_mm` the arc centre relative to the arc's start. `line` is the 1-based line
    of the program the move came from, 0 when planned. `start_mm` is where the tool is before the first move.
    """

    kind: NDArray[np.uint8]
    plane: NDArray[np.uint8]
    x_mm: NDArray[np.float64]
    y_mm: NDArray[np.float64]
    z_mm: NDArray[np.float64]
    i_mm: NDArray[np.float64]
    j_mm: NDArray[np.float64]
    k_mm: NDArray[np.float64]
    feed_mm_min: NDArray[np.float64]
    spindle_rpm: NDArray[np.float64]
    dwell_s: NDArray[np.float64]
    line: NDArray[np.uint32]
    tool: NDArray[np.uint16]
    switches: NDArray[np.uint8]
    start_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def is_rapid(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.kind == MoveKind.RAPID
        return found

    @property
    def is_cut(self) -> NDArray[np.bool_]:
        """Moves at a feed, in stock or not."""
        return (self.kind >= MoveKind.LINEAR) & (self.kind <= MoveKind.ARC_CCW)


_DTYPES: dict[str, str] = {
    "kind": "|u1",
    "plane": "|u1",
    **{n: "<f8" for n in ("x_mm", "y_mm", "z_mm", "i_mm", "j_mm", "k_mm", "feed_mm_min", "spindle_rpm", "dwell_s")},
    "line": "<u4",
    "tool": "<u2",
    "switches": "|u1",
}
COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(Toolpath) if f.name != "start_mm")


def from_columns(columns: dict[str, Any], start_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Toolpath:
    """Build a toolpath from sequences; columns left out are zero. Raises ValueError on unequal lengths."""
    count = len(columns["kind"])
    arrays = {name: np.ascontiguousarray(columns.get(name, np.zeros(count)), dtype=_DTYPES[name]) for name in COLUMNS}
    if any(len(a) != count for a in arrays.values()):
        raise ValueError("toolpath columns differ in length")
    x, y, z = (float(v) for v in start_mm)
    return Toolpath(**arrays, start_mm=(x, y, z))


LAYOUT: tuple[str, ...] = tuple(sorted(COLUMNS, key=lambda name: (-np.dtype(_DTYPES[name]).itemsize, COLUMNS.index(name))))
"""The order of columns in a blob: wide numbers first, so that each column starts at a multiple of its own width."""
_ALIGNED = 8


def encode(path: Toolpath) -> bytes:
    """The blob of docs/toolpath.md. Its columns are copied once, straight from the arrays."""
    header = json.dumps({"count": len(path), "start_mm": list(path.start_mm)}, separators=(",", ":")).encode()
    header += b" " * (-(len(MAGIC) + 4 + len(header)) % _ALIGNED)
    columns = [np.ascontiguousarray(getattr(path, name), dtype=_DTYPES[name]).view(np.uint8).data for name in LAYOUT]
    return b"".join([MAGIC, struct.pack("<I", len(header)), header, *columns])


def decode(blob: bytes) -> Toolpath:
    """Inverse of `encode`; the columns are views of `blob`. Raises ToolpathFormatError when the bytes are damaged."""
    try:
        if blob[:8] not in (MAGIC, _FIRST_MAGIC):
            raise ToolpathFormatError("not a toolpath blob: wrong magic")
        layout = LAYOUT if blob[:8] == MAGIC else COLUMNS[:-2]
        (size,) = struct.unpack_from("<I", blob, 8)
        header = json.loads(blob[12 : 12 + size])
        count, offset = int(header["count"]), 12 + size
        if count < 0:
            raise ToolpathFormatError(f"damaged toolpath blob: {count} moves")
        arrays: dict[str, Any] = {}
        for name in layout:
            arrays[name] = np.frombuffer(blob, dtype=_DTYPES[name], count=count, offset=offset)
            offset += arrays[name].nbytes
        arrays |= {name: np.zeros(count, dtype=_DTYPES[name]) for name in COLUMNS if name not in layout}
        x, y, z = (float(v) for v in header["start_mm"])
    except (KeyError, TypeError, struct.error, ValueError) as error:
        raise ToolpathFormatError(f"damaged toolpath blob: {error}") from error
    if offset != len(blob):
        raise ToolpathFormatError(f"toolpath blob has {len(blob)} bytes, {offset} expected")
    return Toolpath(**arrays, start_mm=(x, y, z))
