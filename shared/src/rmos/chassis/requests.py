"""Is what a client sent a valid request? One reader for every transport; what is wrong is named by a JSON pointer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json
from rmos.chassis.acknowledge import MAX_BODY_BYTES
from rmos.chassis.errors import Rejected

LONGEST_TEXT = 500
T = TypeVar("T", bound=BaseModel)


def parse(model: type[T], raw: bytes, given: Mapping[str, str]) -> T:
    """The valid request in a JSON body and in the parameters of a URL. Raises Rejected, nothing else.

    Of a key that the body holds twice the last one counts.
    """
    if len(raw) > MAX_BODY_BYTES:
        raise Rejected("too_large", f"the body has more than {MAX_BODY_BYTES} bytes")
    fields = _object(raw) if raw else {}
    for name, value in given.items():
        if name in fields and fields[name] != value and to_json(fields[name]) != value.encode(errors="replace"):
            raise _invalid("given twice with different values", [name])
        fields.setdefault(name, value)
    try:
        return model.model_validate_json(to_json(fields))
    except PydanticSerializationError:
        raise _invalid("not Unicode text", []) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise _invalid(first["msg"], _place(first["loc"], first["type"] == "missing", fields)) from None


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise _invalid(f"no JSON: {error}", []) from None
    if not isinstance(found, dict):
        raise _invalid("the body is not a JSON object", [])
    place = _infinite(found)
    if place is not None:
        raise _invalid("a number that is too large", place)
    return found


def _infinite(value: Any) -> list[str | int] | None:
    """Where 1e999 stands: allow_inf_nan=False lets it through as infinity. The parser limits the depth."""
    if isinstance(value, float):
        return None if math.isfinite(value) else []
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        if isinstance(inner, float | dict | list) and (place := _infinite(inner)) is not None:
            return [key, *place]
    return None


def _place(loc: Sequence[str | int], missing: bool, fields: Any) -> list[str | int]:
    """pydantic's location without what is no part of the document: tags of unions, marks of keys."""
    place: list[str | int] = []
    for i, part in enumerate(loc):
        if (isinstance(fields, dict) and part in fields) or (isinstance(fields, list) and part in range(len(fields))):
            fields = fields[part]  # type: ignore[index]
            place.append(part)
        elif missing and i == len(loc) - 1:
            place.append(part)
    return place


def _invalid(reason: str, place: Sequence[str | int]) -> Rejected:
    """The pointer is that of the parent where a client's own words would make it long."""
    tokens = ["/" + str(part).replace("~", "~0").replace("/", "~1") for part in place]
    while len("".join(tokens)) > LONGEST_TEXT:
        tokens.pop()
    pointer = "".join(tokens)
    return Rejected("invalid", f"{pointer}: {reason}"[:LONGEST_TEXT] if pointer else reason[:LONGEST_TEXT], pointer)
