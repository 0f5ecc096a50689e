"""Which layer is cut how? By rules on layer names, which the caller may replace; depths are stated elsewhere, never here."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from rmos.cam_accel.drawing.curves import DEFAULT_CHORD_MM, Reals
from rmos.cam_accel.drawing.model import Chain, Contour, Drawing, Layer, Region

Operation = Literal["profile_outside", "profile_inside", "pocket", "drill", "bore", "channel", "engrave", "fret_lines"]
Kind = Literal[
    "profile", "profile_inside", "pocket", "pocket_or_channel", "holes", "channel", "engrave", "fret_lines", "ignore"
]
"""What a rule asks for. `profile`: around outer contours, and inside the holes in them. `pocket_or_channel`: closed contours
are pockets, open chains the centre lines of channels. `holes`: circles, drilled or bored by their diameter."""
DIAMETER_TOLERANCE_MM = 0.05


class Rule(NamedTuple):
    """The first whose `pattern` is found in a layer's name, whatever its case, counts."""

    pattern: str
    kind: Kind


DEFAULT_RULES: tuple[Rule, ...] = (
    Rule(r"^(defpoints|dim|dimensions?|notes?|text|title|construction|center_?lines?|centre_?lines?|guides?)$", "ignore"),
    Rule(r"fret.?(slot|line)|^frets$", "fret_lines"),
    Rule(r"(wir(e|ing)|cable|truss.?rod|control).?(channel|route|slot)|channel", "pocket_or_channel"),
    Rule(r"sound.?hole|(^|[^a-z])f.?hole", "profile_inside"),
    Rule(r"pot(entiometer)?.?holes?|stud|screw|bushing|tuner|ferrule|string.?through|drill|holes?$|mounting|jack", "holes"),
    Rule(r"mortise|neck.?pocket|pickup|cavit(y|ies)|pocket|recess|cover|rout(e|ing)$|bridge.?(slot|pocket)|rosette", "pocket"),
    Rule(r"engrav|inlay.?line|logo|v.?carve|marking", "engrave"),
    Rule(r"inside|inner|window", "profile_inside"),
    Rule(r"cut.?out|outline|perimeter|profile|body$|contour|outside", "profile"),
)
"""Names that are common in drawings of instruments."""


@dataclass(frozen=True)
class HoleTools:
    """Diameters of the drills and of the tool that bores, mm, as the shop has them; `point_diameter_mm` of the holes that
    points stand for. What is not stated is not guessed: such holes stay unassigned."""

    drill_diameters_mm: tuple[float, ...] = ()
    bore_tool_diameter_mm: float | None = None
    point_diameter_mm: float | None = None

    def __post_init__(self) -> None:
        stated = (*self.drill_diameters_mm, self.bore_tool_diameter_mm, self.point_diameter_mm)
        for value in stated:
            if value is not None and not (math.isfinite(value) and value > 0):
                raise ValueError(f"a tool's diameter must be positive, not {value}")


class Hole(NamedTuple):
    x_mm: float
    y_mm: float
    diameter_mm: float


class Line(NamedTuple):
    """Points (n, 2) mm; closed where the last is the first."""

    points_mm: Reals


@dataclass(frozen=True, eq=False)
class LayerOperation:
    """`regions` for profiles and pockets (islands are the holes of a region), `holes` for drill and bore, of one diameter,
    `lines` for the others."""

    layer: str
    operation: Operation
    regions: tuple[Region, ...] = ()
    holes: tuple[Hole, ...] = ()
    lines: tuple[Line, ...] = ()


class Unassigned(NamedTuple):
    """What of a layer has no operation, why, and what helps."""

    layer: str
    what: str
    reason: str
    remedy: str


@dataclass(frozen=True, eq=False)
class Assignment:
    operations: tuple[LayerOperation, ...]
    unassigned: tuple[Unassigned, ...]
    ignored: tuple[str, ...]

    def text(self) -> str:
        lines = [_told(operation) for operation in self.operations]
        lines += [f"layer {u.layer}: {u.what} has no operation: {u.reason}; {u.remedy}" for u in self.unassigned]
        return "\n".join([*lines, *(f"layer {name}: ignored" for name in self.ignored)])


def _told(o: LayerOperation) -> str:
    sizes = ", ".join(f"{d:.3f}" for d in sorted({h.diameter_mm for h in o.holes}))
    parts = [f"{len(o.regions)} regions" if o.regions else "", f"{len(o.lines)} lines" if o.lines else ""]
    parts.append(f"{len(o.holes)} holes of {sizes} mm" if o.holes else "")
    return f"layer {o.layer}: {o.operation}, {', '.join(part for part in parts if part)}"


def assign(
    drawing: Drawing,
    rules: Sequence[Rule] = DEFAULT_RULES,
    tools: HoleTools = HoleTools(),
    chord_mm: float = DEFAULT_CHORD_MM,
) -> Assignment:
    """The operations of each layer, in the drawing's order. Put your own rules first: `(Rule("^GEOMETRY$", "pocket"),
    *DEFAULT_RULES)`. `chord_mm` flattens the arcs of lines. Raises ValueError for a pattern that is none."""
    operations: list[LayerOperation] = []
    unassigned: list[Unassigned] = []
    ignored: list[str] = []
    for layer in drawing.layers:
        kind = kind_of(layer.name, rules)
        if kind == "ignore":
            ignored.append(layer.name)
        elif kind is None:
            unassigned.append(Unassigned(layer.name, "all of it", "no rule knows this name", "state a rule for it"))
        else:
            for found in _Assigner(layer, kind, tools, chord_mm).found():
                if isinstance(found, LayerOperation):
                    operations.append(found)
                else:
                    unassigned.append(found)
    return Assignment(tuple(operations), tuple(unassigned), tuple(ignored))


def kind_of(layer: str, rules: Sequence[Rule]) -> Kind | None:
    return next((rule.kind for rule in rules if _compiled(rule.pattern).search(layer)), None)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no pattern: {error}") from error


Found = LayerOperation | Unassigned


@dataclass(frozen=True, eq=False)
class _Assigner:
    layer: Layer
    kind: Kind
    tools: HoleTools
    chord_mm: float

    def found(self) -> Iterator[Found]:
        if self.kind == "holes":
            yield from self._holes()
        elif self.kind in ("channel", "engrave", "fret_lines"):
            yield from self._lines()
        else:
            yield from self._areas()

    def _left(self, what: str, reason: str, remedy: str) -> Unassigned:
        return Unassigned(self.layer.name, what, reason, remedy)

    def _areas(self) -> Iterator[Found]:
        layer = self.layer
        if layer.contours and layer.crossings:
            c = layer.crossings[0]
            reason = f"{c.place} meets {c.other or 'itself'} at ({c.x_mm:.3f}, {c.y_mm:.3f}), so what is inside is not clear"
            yield self._left(f"{len(layer.contours)} closed contours", reason, "repair the contours")
        elif layer.contours:
            yield from self._regions(layer.regions)
        if layer.chains and self.kind == "pocket_or_channel":
            yield LayerOperation(layer.name, "channel", lines=tuple(self._line(chain) for chain in layer.chains))
        elif layer.chains:
            yield self._left(
                f"{len(layer.chains)} open chains", self._why_open(), "close the gap, or state a rule that cuts lines"
            )
        if layer.marks:
            yield self._left(f"{len(layer.marks)} points", "a point has no area", "put them on a layer of holes")

    def _why_open(self) -> str:
        if self.layer.gaps:
            gap = self.layer.gaps[0]
            (ax, ay), (bx, by) = gap.from_mm, gap.to_mm
            return f"open, the nearest ends {gap.size_mm:.3f} mm apart from ({ax:.3f}, {ay:.3f}) to ({bx:.3f}, {by:.3f})"
        branch = self.layer.branches[0] if self.layer.branches else None
        return f"open, {branch.segments} segments meet at ({branch.x_mm:.3f}, {branch.y_mm:.3f})" if branch else "open"

    def _regions(self, regions: tuple[Region, ...]) -> Iterator[LayerOperation]:
        """Each hole in a part is cut out from the inside, as a region of its own."""
        name = self.layer.name
        if self.kind in ("pocket", "pocket_or_channel"):
            yield LayerOperation(name, "pocket", regions=regions)
        elif self.kind == "profile_inside":
            yield LayerOperation(name, "profile_inside", regions=tuple(Region(c, ()) for c in self.layer.contours))
        else:
            holes = tuple(Region(hole, ()) for region in regions for hole in region.holes)
            if holes:
                yield LayerOperation(name, "profile_inside", regions=holes)
            yield LayerOperation(name, "profile_outside", regions=regions)

    def _lines(self) -> Iterator[Found]:
        layer = self.layer
        lines = tuple([*(self._line(chain) for chain in layer.chains), *(self._line(contour) for contour in layer.contours)])
        operation: Operation = "channel" if self.kind == "channel" else "engrave" if self.kind == "engrave" else "fret_lines"
        if operation == "fret_lines" and layer.contours:
            what = f"{len(layer.contours)} closed contours"
            yield self._left(what, "a fret slot is a line, not an area", "draw the slots' centre lines")
            lines = tuple(self._line(chain) for chain in layer.chains)
        if lines:
            yield LayerOperation(layer.name, operation, lines=lines)
        if layer.marks:
            yield self._left(f"{len(layer.marks)} points", "a point is no line", "put them on a layer of holes")

    def _line(self, part: Chain | Contour) -> Line:
        return Line(part.curve.flattened(self.chord_mm))

    def _holes(self) -> Iterator[Found]:
        layer = self.layer
        circles = [c.curve.circle for c in layer.contours]
        others = sum(circle is None for circle in circles)
        if others:
            yield self._left(f"{others} closed contours", "not circles", "draw holes as circles, or state another rule")
        if layer.chains:
            yield self._left(f"{len(layer.chains)} open chains", self._why_open(), "draw holes as circles")
        holes = [Hole(c.x_mm, c.y_mm, c.diameter_mm) for c in circles if c is not None]
        diameter = self.tools.point_diameter_mm
        if diameter is not None:
            holes += [Hole(m.x_mm, m.y_mm, diameter) for m in layer.marks]
        elif layer.marks:
            yield self._left(f"{len(layer.marks)} points", "a point has no diameter", "state point_diameter_mm")
        yield from self._by_diameter(holes)

    def _by_diameter(self, holes: list[Hole]) -> Iterator[Found]:
        """A drill of the hole's diameter drills it; else the boring tool bores it, if it goes in."""
        sorted_by: dict[float, list[Hole]] = {}
        for hole in holes:
            sorted_by.setdefault(round(hole.diameter_mm, 3), []).append(hole)
        for diameter, same in sorted(sorted_by.items()):
            yield self._of_diameter(diameter, tuple(same))

    def _of_diameter(self, diameter: float, same: tuple[Hole, ...]) -> Found:
        tools, what = self.tools, f"{len(same)} holes of {diameter:.3f} mm"
        if any(abs(drill - diameter) <= DIAMETER_TOLERANCE_MM for drill in tools.drill_diameters_mm):
            return LayerOperation(self.layer.name, "drill", holes=same)
        bore = tools.bore_tool_diameter_mm
        if bore is None:
            remedy = "state drill_diameters_mm or bore_tool_diameter_mm"
            return self._left(what, "no drill of that size is stated, and no boring tool", remedy)
        if bore >= diameter:
            return self._left(what, f"the boring tool of {bore:g} mm does not go in", "state a drill of that size")
        return LayerOperation(self.layer.name, "bore", holes=same)
