"""Which elements does an SVG file hold? Parsed within limits; entities are refused, nothing outside the file is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from rmos.cam_accel.drawing.errors import DrawingError, Place
from rmos.cam_accel.drawing.limits import Budget

_CHUNK = 65_536
_PLAIN = "save it as plain SVG"


@dataclass
class Element:
    """`tag` and attribute names without their namespace, but `inkscape:label` and the like with their prefix's last name."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)

    def place(self, layer: str = "") -> Place:
        return Place(layer, self.tag, self.attributes.get("id", ""), self.line)


def parse(data: bytes, budget: Budget) -> Element:
    """The root, without text. Raises DrawingError."""
    builder = _Builder(budget)
    try:
        for at in range(0, len(data), _CHUNK):
            builder.parser.Parse(data[at : at + _CHUNK], False)
            budget.time()
        builder.parser.Parse(b"", True)
    except expat.ExpatError as error:
        place = Place(line=builder.parser.ErrorLineNumber)
        raise DrawingError("damaged", place, f"not readable as XML: {expat.ErrorString(error.code)}", _PLAIN) from error
    except (LookupError, ValueError) as error:
        if isinstance(error, DrawingError):
            raise
        raise DrawingError("damaged", Place(), f"not readable as XML: {error}", _PLAIN) from error
    if builder.root is None or builder.root.tag != "svg":
        found = builder.root.tag if builder.root else "nothing"
        raise DrawingError("not_a_drawing", Place(), f"its root is {found[:40]}, not svg", "give a DXF or SVG file")
    return builder.root


class _Builder:
    def __init__(self, budget: Budget) -> None:
        self.budget, self.root, self.open = budget, None, []  # type: Budget, Element | None, list[Element]
        self.elements = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.entity

    def start(self, name: str, attributes: dict[str, str]) -> None:
        named = {_named(key): value for key, value in attributes.items()}
        element = Element(_local(name), named, self.parser.CurrentLineNumber)
        self.elements += 1
        if self.elements > 2 * self.budget.limits.max_entities:
            reason = f"more than {2 * self.budget.limits.max_entities} elements"
            raise DrawingError("too_many_entities", element.place(), reason, "split the drawing")
        self.budget.depth(element.place(), len(self.open))
        if self.open:
            self.open[-1].children.append(element)
        elif self.root is None:
            self.root = element
        self.open.append(element)

    def end(self, _: str) -> None:
        self.open.pop()

    def doctype(self, name: str, system_id: str | None, public_id: str | None, has_internal_subset: int) -> None:
        """The bare name of the SVG document type is harmless, and is never fetched."""
        if has_internal_subset:
            raise DrawingError("xml_entities", Place(line=self.parser.CurrentLineNumber), "a document type of its own", _PLAIN)

    def entity(self, *_: object) -> None:
        raise DrawingError("xml_entities", Place(line=self.parser.CurrentLineNumber), "XML entities are refused", _PLAIN)


def _local(name: str) -> str:
    return name.rsplit(" ", 1)[-1]


def _named(key: str) -> str:
    space, _, name = key.rpartition(" ")
    return f"inkscape:{name}" if "inkscape.org" in space else name
