"""How does a toolpath become GRBL's G-code? Deterministic, without a clock; and is it still the same path when read?"""

from __future__ import annotations

from rmos.cam_accel.geometry import is_arc, starts_and_ends
from rmos.contracts.toolpath import MoveKind, Plane, Toolpath

DECIMALS = 3
TOLERANCE_MM = 0.0005 + 0.5 * 10**-DECIMALS
SPINDLE_DWELL_S = 2
_PLANES = {Plane.XY: "G17", Plane.ZX: "G18", Plane.YZ: "G19"}


def post_grbl(path: Toolpath, job_id: str, safe_z_mm: float) -> bytes:
    """Units, plane, distance and feed mode first; safe Z before XY; spindle and dwell before the first cut."""
    lines = [f"(RMOS {job_id})", "G21 G90 G94", "G17", "G54", f"G0 Z{_mm(safe_z_mm)}"]
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
        words.append(f"F{own:.1f}")
    return " ".join(words)


def _mm(value: float) -> str:
    return f"{round(value, DECIMALS) + 0.0:.{DECIMALS}f}"


def differences(planned: Toolpath, reread: Toolpath) -> list[str]:
    """What the posted program does otherwise than planned; the post's own spindle dwell and safe-Z moves set aside."""
    first = [r for r in _rows(planned)]
    second = [r for r in _rows(reread)][1:-1]
    second = [r for n, r in enumerate(second) if not (r[0] == MoveKind.DWELL and r[6] == SPINDLE_DWELL_S and n == 0)]
    if len(first) != len(second):
        return [f"{len(first)} moves planned, {len(second)} read back"]
    found = []
    for n, (a, b) in enumerate(zip(first, second, strict=True), start=1):
        near = all(abs(p - q) <= TOLERANCE_MM for p, q in zip(a[1:4], b[1:4], strict=True))
        if a[0] != b[0] or not near or abs(a[4] - b[4]) > 0.051 or abs(a[5] - b[5]) > 0.51:
            found.append(f"move {n}: planned {a}, read back {b}")
    return found


def _rows(path: Toolpath) -> list[tuple[float, ...]]:
    names = ("kind", "x_mm", "y_mm", "z_mm", "feed_mm_min", "spindle_rpm", "dwell_s")
    return list(zip(*(getattr(path, name).tolist() for name in names), strict=True))
