"""How does a toolpath become GRBL's G-code? Deterministic, without a clock; and is it still the same path when read?"""

from __future__ import annotations

import math
from dataclasses import replace

from rmos.cam_accel.geometry import is_arc, starts_and_ends, sweep
from rmos.contracts.toolpath import MoveKind, Plane, Toolpath

DECIMALS = 3
TOLERANCE_MM = 0.0005 + 0.5 * 10**-DECIMALS
SPINDLE_DWELL_S = 2
_PLANES = {Plane.XY: "G17", Plane.ZX: "G18", Plane.YZ: "G19"}


def post_grbl(path: Toolpath, job_id: str, safe_z_mm: float) -> bytes:
    """Units, plane, distance and feed mode first; safe Z before XY; spindle and dwell before the first cut."""
    lines = [f"(RMOS {job_id})", "G21 G90 G94", "G17", "G54", f"G0 Z{_mm(safe_z_mm)}"]
    path = _flat_arcs_as_lines(path)
    rpm, feed, plane = 0.0, 0.0, Plane.XY
    for n, _, end in starts_and_ends(path):
        if path.spindle_rpm[n] != rpm:
            started, rpm = rpm == 0, float(path.spindle_rpm[n])
            lines += [f"M3 S{rpm:.0f}"] + [f"G4 P{SPINDLE_DWELL_S}"] * started if rpm else ["M5"]
        if is_arc(path, n) and path.plane[n] != plane:
            plane = Plane(int(path.plane[n]))
            lines.append(_PLANES[plane])
        lines.append(_line(path, n, end, feed))
        feed = float(path.feed_mm_min[n]) or feed
    return ("\n".join([*lines, f"G0 Z{_mm(safe_z_mm)}", "M5", "M30"]) + "\n").encode()


def _line(path: Toolpath, n: int, end: tuple[float, float, float], feed: float) -> str:
    kind = MoveKind(int(path.kind[n]))
    if kind is MoveKind.DWELL:
        return f"G4 P{_mm(float(path.dwell_s[n]))}"
    words = [f"G{int(kind)}", *(f"{axis}{_mm(v)}" for axis, v in zip("XYZ", end, strict=True))]
    if is_arc(path, n):
        pairs = {Plane.XY: "IJ", Plane.ZX: "IK", Plane.YZ: "JK"}[Plane(int(path.plane[n]))]
        columns = {"I": path.i_mm, "J": path.j_mm, "K": path.k_mm}
        words += [f"{letter}{_mm(float(columns[letter][n]))}" for letter in pairs]
    own = float(path.feed_mm_min[n])
    if kind is not MoveKind.RAPID and own != feed:
        words.append(f"F{_mm(own)}")
    return " ".join(words)


def _mm(value: float) -> str:
    return f"{round(value, DECIMALS) + 0.0:.{DECIMALS}f}"


def differences(planned: Toolpath, reread: Toolpath, safe_z_mm: float) -> list[str]:
    """What the posted program does otherwise than planned. The post's own moves are checked, then set aside: to safe Z at
    both ends, and a dwell after each start of the spindle."""
    first, second = _rows(_flat_arcs_as_lines(planned)), _without_spindle_dwells(_rows(reread))
    if (
        len(second) < 2
        or not _is_lift(second[0], (0.0, 0.0), safe_z_mm)
        or not _is_lift(second[-1], second[-2][1:3], safe_z_mm)
    ):
        return ["the program does not begin and end with a lift to safe Z"]
    second = second[1:-1]
    if len(first) != len(second):
        return [f"{len(first)} moves planned, {len(second)} read back"]
    pairs = enumerate(zip(first, second, strict=True), start=1)
    return [f"move {n}: planned {a}, read back {b}" for n, (a, b) in pairs if not _same(a, b)]


_COLUMNS = ("kind", "x_mm", "y_mm", "z_mm", "feed_mm_min", "spindle_rpm", "dwell_s", "i_mm", "j_mm", "k_mm", "plane")
_TOLERANCES = (0, *(TOLERANCE_MM,) * 3, 0.000501, 0.51, 0.000501, *(TOLERANCE_MM,) * 3, 0)


def _rows(path: Toolpath) -> list[tuple[float, ...]]:
    return list(zip(*(getattr(path, name).tolist() for name in _COLUMNS), strict=True))


def _same(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    arc = a[0] in (MoveKind.ARC_CW, MoveKind.ARC_CCW)
    used = len(_COLUMNS) if arc else len(_COLUMNS) - 4
    return all(abs(p - q) <= t for p, q, t in zip(a[:used], b[:used], _TOLERANCES[:used], strict=True))


def _is_lift(row: tuple[float, ...], xy: tuple[float, ...], safe_z_mm: float) -> bool:
    return row[0] == MoveKind.RAPID and row[1:3] == xy and abs(row[3] - safe_z_mm) <= TOLERANCE_MM


def _without_spindle_dwells(rows: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    kept, rpm = [], 0.0
    for row in rows:
        own = row[0] == MoveKind.DWELL and row[6] == SPINDLE_DWELL_S and rpm == 0 and row[5] > 0
        rpm = row[5]
        kept += [] if own else [row]
    return kept


def _flat_arcs_as_lines(path: Toolpath) -> Toolpath:
    """An arc whose ends round to the same point would be read as a full circle, so it becomes a line of that length."""
    kind = path.kind.copy()
    for n, start, end in starts_and_ends(path):
        if is_arc(path, n) and _rounded(start) == _rounded(end) and abs(sweep(path, n, start, end)[2]) < math.pi:
            kind[n] = MoveKind.LINEAR
    return replace(path, kind=kind)


def _rounded(point: tuple[float, float, float]) -> tuple[str, ...]:
    return tuple(_mm(value) for value in point)
