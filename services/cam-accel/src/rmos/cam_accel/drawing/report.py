"""What does a person need to know of a drawing before it is cut? As data, and as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rmos.cam_accel.drawing.joining import Branch, Bridge, Duplicate
from rmos.cam_accel.drawing.nesting import Crossing, Gap
from rmos.cam_accel.drawing.sketch import LeftOut
from rmos.cam_accel.drawing.units import Units

_SHOWN = 5


@dataclass(frozen=True)
class LayerReport:
    """`size_mm`: width and height of all of the layer; `circles` are counted in `closed` too."""

    layer: str
    closed: int
    outer: int
    circles: int
    open: int
    points: int
    segments: int
    size_mm: tuple[float, float]
    gaps: tuple[Gap, ...]
    crossings: tuple[Crossing, ...]
    branches: tuple[Branch, ...]
    bridges: tuple[Bridge, ...]
    duplicates: tuple[Duplicate, ...]
    specks: int

    def lines(self) -> Iterator[str]:
        width, height = self.size_mm
        parts = [
            f"{self.closed} closed ({self.outer} outer, {self.circles} circles)",
            f"{self.open} open",
            f"{self.points} points",
        ]
        yield f"layer {self.layer}: {', '.join(parts)}, {self.segments} segments, {width:.3f} x {height:.3f} mm"
        yield from _some("gap", [f"{g.size_mm:.3f} mm from {_at(*g.from_mm)} to {_at(*g.to_mm)}, {g.place}" for g in self.gaps])
        yield from _some(
            "crossing", [f"at {_at(c.x_mm, c.y_mm)}, {c.place} with {c.other or 'itself'}" for c in self.crossings]
        )
        yield from _some("branch", [f"{b.segments} segments meet at {_at(b.x_mm, b.y_mm)}, {b.place}" for b in self.branches])
        yield from _some("closed gap", [f"{b.size_mm:.6f} mm at {_at(b.x_mm, b.y_mm)}" for b in self.bridges])
        yield from _some("drawn twice", [f"{d.place} repeats {d.first} at {_at(d.x_mm, d.y_mm)}" for d in self.duplicates])
        if self.specks:
            yield f"  {self.specks} pieces of no length were dropped"


@dataclass(frozen=True)
class DrawingReport:
    """`ignored` counts what stands for no shape; `left_out` are shapes that are missing from the layers."""

    kind: str
    units: Units
    size_mm: tuple[float, float]
    layers: tuple[LayerReport, ...]
    ignored: dict[str, int]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """All closed or meant to be open cannot be told; nothing crosses, branches or is missing can."""
        return not self.left_out and not any(layer.crossings or layer.branches for layer in self.layers)

    def text(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        units, (width, height) = self.units, self.size_mm
        source = f"stated {units.stated}" if units.stated else f"the file says {units.said}"
        yield f"{self.kind}, {source} ({units.mm_per_unit:.6g} mm a unit), {width:.3f} x {height:.3f} mm"
        if units.hint:
            yield f"  is the unit right? {units.hint}"
        yield from (f"  {note}" for note in (*units.notes, *self.notes))
        for layer in self.layers:
            yield from layer.lines()
        yield from _some("left out", [f"{place}: {reason}" for place, reason in self.left_out])
        if self.ignored:
            yield f"ignored: {', '.join(f'{count} {kind}' for kind, count in sorted(self.ignored.items()))}"


def _at(x_mm: float, y_mm: float) -> str:
    return f"({x_mm:.3f}, {y_mm:.3f})"


def _some(title: str, entries: list[str]) -> Iterator[str]:
    yield from (f"  {title}: {entry}" for entry in entries[:_SHOWN])
    if len(entries) > _SHOWN:
        yield f"  {title}: and {len(entries) - _SHOWN} more"
