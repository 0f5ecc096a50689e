"""Which curves and points does a DXF file draw? Blocks are expanded within limits; external references are never opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ezdxf.document import Drawing as Document
from rmos.cam_accel.drawing.affine import IDENTITY, Affine, rotation, scaling, shift
from rmos.cam_accel.drawing.dxf_entities import NO_SHAPES, SHAPES, own_plane
from rmos.cam_accel.drawing.dxf_load import load
from rmos.cam_accel.drawing.errors import DrawingError, Place
from rmos.cam_accel.drawing.limits import Budget
from rmos.cam_accel.drawing.shapes import Pen
from rmos.cam_accel.drawing.sketch import LeftOut, NotCut, Sketch
from rmos.cam_accel.drawing.units import INSUNITS, MM, Unit, Units

_XREF_FLAGS = 4 | 8


class _Level(NamedTuple):
    """The entities of the model or of a block, how they are mapped, and the layer that stands for layer 0 in a block."""

    entities: Iterator[Any]
    to_mm: Affine
    layer: str


def read_dxf(data: bytes, budget: Budget, tolerance_mm: float, stated: Unit | None) -> tuple[Sketch, Units | None]:
    """The sketch, in mm, or in the file's units where those are not known; raises DrawingError."""
    document, header = load(data, budget)
    units = _units(document, header, stated)
    per_unit = units.mm_per_unit if units else 1.0
    reader = _Reader(document, budget, tolerance_mm)
    reader.read(scaling(per_unit, per_unit))
    return reader.sketch, units


def _units(document: Document, header: frozenset[str], stated: Unit | None) -> Units | None:
    """$INSUNITS is the length of the unit. $MEASUREMENT only says metric or imperial, not which: it is told, never used.

    `header`: the variables of the file, since the document has those that the file lacks as well."""
    code = document.header.get("$INSUNITS", 0) if "$INSUNITS" in header else 0
    said = INSUNITS.get(code if isinstance(code, int) else 0)
    notes = []
    metric = document.header.get("$MEASUREMENT", None) if "$MEASUREMENT" in header else None
    imperial_unit = said in ("in", "ft", "yd", "mile", "mil", "uin")
    if said and metric in (0, 1) and bool(metric) == imperial_unit:
        notes.append(f"$INSUNITS says {said}, $MEASUREMENT says {'metric' if metric else 'imperial'}")
    if stated and said and said != stated:
        notes.append(f"the file says {said}, {stated} was stated and counts")
    unit = stated or said
    return Units(said, stated, MM[unit], tuple(notes)) if unit else None


class _Reader:
    def __init__(self, document: Document, budget: Budget, tolerance_mm: float) -> None:
        self.document, self.budget, self.tolerance_mm, self.sketch = document, budget, tolerance_mm, Sketch()

    def _model_space(self) -> Any:
        try:
            return self.document.modelspace()
        except KeyError:
            raise DrawingError("damaged", Place(), "it has no model space", "open it in CAD and save it again") from None

    def read(self, to_mm: Affine) -> None:
        """The model space, blocks by a stack and not by recursion."""
        levels = [_Level(iter(self._model_space()), to_mm, "")]
        while levels:
            place = Place()
            try:
                entity = next(levels[-1].entities, None)
                if entity is None:
                    levels.pop()
                    continue
                place = _place(entity, levels[-1].layer)
                self.budget.entity(place, 0 if isinstance(entity, _Instance) else 1)
                levels += self._entity(entity, place, levels[-1].to_mm)
            except DrawingError:
                raise
            except NotCut as reason:
                self.sketch.left_out.append(LeftOut(place, str(reason)))
            except Exception as error:  # ezdxf's entities raise what Python raises on values that no writer wrote
                raise DrawingError("damaged", place, f"not readable: {error}", "repair or delete the entity") from error
            self.budget.depth(place, (len(levels) - 1) // 2)
        self._note_hidden()

    def _entity(self, entity: Any, place: Place, to_mm: Affine) -> Iterable[_Level]:
        kind = place.entity
        if kind == "_BLOCK":
            return [_Level(iter(entity.block), to_mm.after(entity.to_parent), place.layer)]
        if kind in NO_SHAPES or entity.dxf.get("invisible", 0):
            self.sketch.ignored[kind if kind in NO_SHAPES else f"invisible {kind}"] += 1
        elif kind == "INSERT":
            return [_Level(self._instances(entity, place), to_mm, place.layer)]
        elif kind in SHAPES:
            pen = Pen(self.budget, place, to_mm, self.tolerance_mm)
            for curve in SHAPES[kind](entity, pen):
                self.sketch.add(curve, place)
        elif kind == "POINT":
            location = entity.dxf.location
            self.sketch.mark(Pen(self.budget, place, to_mm, self.tolerance_mm).mapped((location.x, location.y)), place)
        else:
            raise NotCut(f"{kind} is not read: explode it to lines, arcs and polylines")
        return ()

    def _instances(self, insert: Any, place: Place) -> Iterator[_Instance]:
        name = insert.dxf.get("name", "")
        block = self.document.blocks.get(name)
        if block is None:
            raise NotCut(f"its block {name!r} is not in the file")
        if block.block is not None and (block.block.dxf.get("flags", 0) & _XREF_FLAGS or block.block.dxf.get("xref_path", "")):
            raise NotCut(f"block {name!r} is an external reference, which is never opened: bind it before exporting")
        dxf = insert.dxf
        rows, columns = max(1, dxf.get("row_count", 1)), max(1, dxf.get("column_count", 1))
        self.budget.entity(place, rows * columns - 1)
        base = block.block.dxf.get("base_point", (0, 0, 0)) if block.block is not None else (0, 0, 0)
        inner = scaling(dxf.get("xscale", 1.0), dxf.get("yscale", 1.0)).after(shift(-base[0], -base[1]))
        outer = own_plane(insert).after(shift(dxf.insert.x, dxf.insert.y)).after(_turned(dxf.get("rotation", 0.0)))
        across, up = dxf.get("column_spacing", 0.0), dxf.get("row_spacing", 0.0)
        return (
            _Instance(block, outer.after(shift(c * across, r * up)).after(inner), insert)
            for r in range(rows)
            for c in range(columns)
        )

    def _note_hidden(self) -> None:
        for name in self.sketch.layers:
            if name in self.document.layers:
                layer = self.document.layers.get(name)
                if layer.is_off() or layer.is_frozen():
                    self.sketch.notes.append(f"layer {name} is off or frozen in the drawing, and read all the same")


class _Instance:
    """A block as one INSERT places it."""

    def __init__(self, block: Any, to_parent: Affine, insert: Any) -> None:
        self.block, self.to_parent, self.insert = block, to_parent, insert


def _turned(degrees: float) -> Affine:
    """Quarter turns exactly."""
    exact = {0.0: (1, 0), 90.0: (0, 1), 180.0: (-1, 0), 270.0: (0, -1)}.get(degrees % 360)
    if exact is None:
        return rotation(degrees * 0.017453292519943295)
    c, s = float(exact[0]), float(exact[1])
    return Affine(c, s, -s, c) if degrees else IDENTITY


def _place(entity: Any, outer_layer: str) -> Place:
    if isinstance(entity, _Instance):
        return Place(outer_layer, "_BLOCK", str(entity.insert.dxf.handle or ""))
    layer = str(entity.dxf.get("layer", "0"))
    return Place(outer_layer if outer_layer and layer == "0" else layer, entity.dxftype(), str(entity.dxf.handle or ""))
