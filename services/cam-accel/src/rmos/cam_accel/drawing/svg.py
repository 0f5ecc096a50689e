"""Which curves does an SVG file draw, in millimetres, Y upwards? Layers are top groups, or else stroke colours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rmos.cam_accel.drawing.affine import Affine, scaling, shift
from rmos.cam_accel.drawing.errors import DrawingError, Place
from rmos.cam_accel.drawing.limits import Budget
from rmos.cam_accel.drawing.shapes import Pen
from rmos.cam_accel.drawing.sketch import LeftOut, NotCut, Sketch
from rmos.cam_accel.drawing.svg_shapes import SHAPES
from rmos.cam_accel.drawing.svg_tree import Element, parse
from rmos.cam_accel.drawing.svg_values import Lengths, length, numbers, style_of, transform
from rmos.cam_accel.drawing.units import MM, Unit, Units

_NO_SHAPES = frozenset({"text", "tspan", "textPath", "image", "foreignObject", "flowRoot", "audio", "video", "canvas"})
_SILENT = frozenset(
    {
        "defs", "metadata", "namedview", "title", "desc", "style", "script", "symbol", "clipPath", "mask", "marker", "pattern",
        "linearGradient", "radialGradient", "filter", "animate", "animateTransform", "animateMotion", "set", "RDF", "view",
        "page", "guide", "grid",
    }
)  # fmt: skip
_NOT_DRAWN = frozenset({"clip-path", "mask"})
_ROUNDED = 1e-6


class _Open(NamedTuple):
    """The children of a group, how they are mapped, and what they inherit."""

    children: Iterator[Element]
    to_mm: Affine
    layer: str
    stroke: str


def read_svg(data: bytes, budget: Budget, tolerance_mm: float, stated: Unit | None) -> tuple[Sketch, Units | None]:
    """The sketch, in mm, or in user units where their length is not known; raises DrawingError."""
    root = parse(data, budget)
    page = _Page(root, stated)
    reader = _Reader(root, budget, tolerance_mm)
    reader.read(page.to_mm)
    return reader.sketch, page.units


class _Page:
    """From user units to mm: by `width`, `height` and `viewBox`; the origin goes to the lower left, Y upwards."""

    def __init__(self, root: Element, stated: Unit | None) -> None:
        self.place = root.place()
        box = numbers(root.attributes.get("viewBox", ""), self.place)
        if box and (len(box) != 4 or not (box[2] > 0 and box[3] > 0)):
            raise DrawingError("bad_value", self.place, "a viewBox that is no rectangle", "save it as plain SVG")
        width, height = self._said(root, "width"), self._said(root, "height")
        self.notes: list[str] = []
        scale = self._scale(width, height, box)
        said = next((unit for _, unit in (width, height) if unit), None)
        used = (MM[stated], MM[stated]) if stated else scale
        if stated and scale and abs(scale[0] - MM[stated]) > _ROUNDED * scale[0]:
            self.notes.append(f"the file's unit is {scale[0]:.6g} mm, {stated} was stated and counts")
        self.units = Units(said, stated, used[0], tuple(self.notes)) if used else None
        x, y = used or (1.0, 1.0)
        left, top, tall = (box[0], box[1], box[3]) if box else (0.0, 0.0, self._tall(height, y))
        self.to_mm = scaling(x, -y).after(shift(-left, -(top + tall)))

    def _said(self, root: Element, name: str) -> tuple[float, str]:
        """Value and unit; no unit where it does not say a length of this world."""
        value, unit = length(root.attributes.get(name) or "0", self.place)
        return (value, unit) if unit in MM and value > 0 else (value if unit == "" else 0.0, "")

    def _scale(self, width: tuple[float, str], height: tuple[float, str], box: list[float]) -> tuple[float, float] | None:
        """mm per user unit, across and up. Without a viewBox a user unit is a px."""
        if not (width[1] or height[1]):
            return None
        if not box:
            return MM["px"], MM["px"]
        across = width[0] * _mm(width[1]) / box[2] if width[1] else 0.0
        up = height[0] * _mm(height[1]) / box[3] if height[1] else 0.0
        across, up = across or up, up or across
        if abs(across - up) > 1e-3 * max(across, up):
            self.notes.append(
                f"width and height do not go with the viewBox ({across:.6g} and {up:.6g} mm a unit): the less counts"
            )
        least = min(across, up)
        return least, least

    def _tall(self, height: tuple[float, str], per_unit: float) -> float:
        return height[0] * _mm(height[1]) / per_unit if height[1] else height[0]


def _mm(name: str) -> float:
    return next((mm for unit, mm in MM.items() if unit == name), 0.0)


class _Reader:
    def __init__(self, root: Element, budget: Budget, tolerance_mm: float) -> None:
        self.root, self.budget, self.tolerance_mm, self.sketch = root, budget, tolerance_mm, Sketch()
        self.by_id: dict[str, Element] = {}

    def read(self, to_mm: Affine) -> None:
        self._index()
        style = style_of(self.root.attributes)
        levels = [_Open(iter(self.root.children), to_mm, "", style.get("stroke", ""))]
        while levels:
            element = next(levels[-1].children, None)
            if element is None:
                levels.pop()
                continue
            opened = self._element(element, levels[-1])
            if opened:
                levels.append(opened)
                self.budget.depth(element.place(opened.layer), len(levels) - 1)

    def _index(self) -> None:
        """The first of an id counts, as in browsers."""
        pending = [self.root]
        while pending:
            element = pending.pop()
            if "id" in element.attributes:
                self.by_id.setdefault(element.attributes["id"], element)
            pending += element.children[::-1]
            if element.tag == "style":
                self.sketch.notes.append(f"a style sheet in line {element.line} is not read: colours in it name no layers")

    def _element(self, element: Element, above: _Open) -> _Open | None:
        style = style_of(element.attributes)
        stroke = style.get("stroke", above.stroke)
        layer = above.layer or (_group_name(element) if element.tag == "g" else "")
        place = element.place(layer or _colour(stroke))
        if element.tag in _SILENT:
            return None
        self.budget.entity(place)
        hidden = style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse")
        if element.tag in _NO_SHAPES or hidden:
            self.sketch.ignored[f"hidden {element.tag}" if hidden else element.tag] += 1
            return None
        to_mm = above.to_mm.after(transform(element.attributes.get("transform", ""), place))
        try:
            return self._drawn(element, _Open(iter(()), to_mm, layer, stroke), place)
        except NotCut as reason:
            self.sketch.left_out.append(LeftOut(place, str(reason)))
            return None

    def _drawn(self, element: Element, here: _Open, place: Place) -> _Open | None:
        if _NOT_DRAWN & element.attributes.keys() and not {element.attributes.get(n, "none") for n in _NOT_DRAWN} <= {"none"}:
            self.sketch.notes.append(f"{place} is clipped or masked: it is read whole")
        if element.tag in ("g", "a", "switch"):
            return here._replace(children=iter(element.children))
        if element.tag == "use":
            return self._use(element, here, place)
        if element.tag not in SHAPES:
            raise NotCut(f"{element.tag} is not read: convert it to paths")
        pen = Pen(self.budget, place, here.to_mm, self.tolerance_mm)
        for curve in SHAPES[element.tag](element, pen):
            self.sketch.add(curve, place)
        return None

    def _use(self, element: Element, here: _Open, place: Place) -> _Open:
        """A clone of an element of this file; of a symbol only one without a viewBox."""
        target = element.attributes.get("href", "")
        if not target.startswith("#"):
            raise NotCut("use of another file, which is never opened" if target else "use of nothing")
        found = self.by_id.get(target[1:])
        if found is None:
            raise NotCut(f"use of {target[:40]}, which is not in the file")
        if found.tag == "symbol" and "viewBox" in found.attributes:
            raise NotCut("use of a symbol with a viewBox is not read: unlink the clone")
        at = Lengths(element.attributes, place)
        to_mm = here.to_mm.after(shift(at.get("x"), at.get("y")))
        children = found.children if found.tag == "symbol" else [found]
        return here._replace(children=iter(children), to_mm=to_mm)


def _group_name(group: Element) -> str:
    return group.attributes.get("inkscape:label") or group.attributes.get("id") or ""


def _colour(stroke: str) -> str:
    """As a layer's name; 0 where there is no stroke."""
    name = stroke.strip().lower()
    short = len(name) == 4 and name.startswith("#")
    return "0" if name in ("", "none") else "#" + "".join(2 * digit for digit in name[1:]) if short else name
