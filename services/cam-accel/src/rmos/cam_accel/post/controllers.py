"""What does each controller understand? One table for all, read from `controllers.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec
from rmos.cam_accel.post.faults import PostError

Dialect = Literal["grbl", "grblhal", "linuxcnc", "mach", "marlin", "fanuc"]


class Controller(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields are explained at the top of the table. Lengths in mm, times in s."""

    title: str
    extension: str
    crlf: bool
    percent: bool
    program_number: bool
    header: tuple[str, ...]
    end: Literal["M2", "M30", ""]
    decimals_mm: Literal[3, 4]
    decimals_feed: Literal[0, 1, 2, 3]
    modal: bool
    line_step: int
    max_line: int
    tool_change: bool
    length_offset: bool
    dwell: Literal["P s", "P ms", "S s", "X s"]
    spindle_dwell_s: float
    planes: tuple[Literal["XY", "ZX", "YZ"], ...]
    full_circles: bool
    counter_clockwise: bool
    mist: bool
    flood: bool
    stop_halts_spindle: bool
    comment: Literal["()", ";"]
    upper_case: bool
    comment_length: int
    reader: Dialect
    note: str

    @property
    def tolerance_mm(self) -> float:
        """Of a coordinate that is read back: half a micrometre, and what rounding takes."""
        return 0.0005 + 0.5 * 10.0**-self.decimals_mm + 1e-9

    @property
    def line_end(self) -> str:
        return "\r\n" if self.crlf else "\n"


def _load() -> dict[str, Controller]:
    text = Path(__file__).with_name("controllers.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Controller])


CONTROLLERS = _load()


def controller_of(name: str) -> Controller:
    """Raises PostError for a name that is not in the table."""
    found = CONTROLLERS.get(name)
    if found is None:
        raise PostError("unknown_controller", f"no post for {name!r}: there are {', '.join(CONTROLLERS)}")
    return found
