"""Which presets are possible but hardly meant: wrong units, two truths for one length?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rmos.contracts.numbers import MM_PER_INCH
from rmos.feasibility.presets.collection import Presets
from rmos.feasibility.presets.model import Blade, Material, Tool

USUAL_MM = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, *(MM_PER_INCH * n / 32 for n in range(1, 33)))
JANKA_CLASSES = (("soft", 3000.0), ("medium", 5500.0), ("hard", 9000.0), ("very-hard", 13500.0))
SAME_SCALE_MM = 0.5


def warnings(presets: Presets) -> list[str]:
    """Empty for the built-in presets."""
    found: list[str] = []
    found += [f"materials [{m.id}]: {text}" for m in presets.materials.values() for text in _material(m)]
    found += [f"tools [{t.id}]: {text}" for t in presets.tools.values() for text in _tool(t)]
    found += [f"blades [{b.id}]: {text}" for b in presets.blades.values() for text in _blade(b)]
    return [*found, *_scales(presets), *_models(presets)]


def _material(m: Material) -> Iterator[str]:
    if not 100 <= m.density_kg_m3 <= 2000:
        yield f"density_kg_m3 {m.density_kg_m3:g} is no density of a wood or sheet: is it in kg/m³?"
    if m.energy_high_j_cm3 < 10 or m.energy_low_j_cm3 > 1500:
        yield f"energy {m.energy_low_j_cm3:g} to {m.energy_high_j_cm3:g} J/cm³ is about 1000 times out: is it in J/mm³ or J/m³?"
    if m.janka_n is not None and m.hardness != janka_class(m.janka_n):
        yield f"hardness {m.hardness!r} is not the class of janka_n {m.janka_n:g}, {janka_class(m.janka_n)!r}"


def janka_class(janka_n: float) -> str:
    return next((name for name, below_n in JANKA_CLASSES if janka_n < below_n), "extreme")


def _tool(t: Tool) -> Iterator[str]:
    """Tool tables exist that keep inches in fields of mm."""
    in_mm = t.diameter_mm * MM_PER_INCH
    slender = t.flute_length_mm / t.diameter_mm > 20
    if t.diameter_mm <= 1 and (slender or t.stickout_mm < 5) and any(abs(in_mm - usual) < 0.05 for usual in USUAL_MM):
        yield f"diameter_mm {t.diameter_mm:g} looks like inches: {in_mm:.4g} mm is a usual size"
    elif t.stickout_mm < 5:
        yield f"stickout_mm {t.stickout_mm:g} is shorter than any collet leaves: is it in inches?"
    if t.diameter_mm > 110:
        yield f"diameter_mm {t.diameter_mm:g} is that of no router tool"


def _blade(b: Blade) -> Iterator[str]:
    if not 20 <= b.max_rim_m_s <= 120:
        yield f"max_rim_m_s {b.max_rim_m_s:g} is no rim speed of a saw: is it in m/s?"


def _scales(presets: Presets) -> Iterator[str]:
    for a, b in pairwise(sorted(presets.scales.values(), key=lambda scale: (scale.length_mm, scale.id))):
        if b.length_mm - a.length_mm < SAME_SCALE_MM:
            yield f"scales [{b.id}]: {b.length_mm:g} mm is nearly [{a.id}], {a.length_mm:g} mm: keep one of them"


def _models(presets: Presets) -> Iterator[str]:
    for m in presets.models.values():
        board = presets.fretboards.get(m.fretboard or "")
        if board is not None and (board.frets, board.scale) != (m.frets, m.scale):
            yield f"models [{m.id}]: {m.frets} frets on {m.scale}, its fretboard [{board.id}] {board.frets} on {board.scale}"
