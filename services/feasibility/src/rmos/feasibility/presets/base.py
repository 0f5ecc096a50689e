"""What has every preset: an id, a name, and for each field a source, a licence and a date?"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of printable characters")
    return text


def _as_text(value: Any) -> Any:
    """TOML has dates of its own."""
    return value.isoformat() if type(value) is date else value


_ISO = r"^(\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?|undated)$"
Positive = Annotated[float, Field(ge=1e-6, le=1e9)]
"""Bounded so that no power or quotient of two leaves the floating-point range."""
Count = Annotated[int, Field(ge=1, le=100_000)]
Share = Annotated[float, Field(ge=0, le=1)]
Text = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_printable)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
Date = Annotated[str, BeforeValidator(_as_text), Field(pattern=_ISO)]
Names = Annotated[tuple[str, ...], Field(strict=False)]


class Origin(NamedTuple):
    source: str
    licence: str
    date: str


class Checked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Pack(Checked):
    """What is said of all presets of one file; `sources` names fields that come from elsewhere."""

    source: Text = "shop"
    licence: Text = "the shop's own"
    date: Date = "undated"
    note: str = Field(default="", max_length=4000)
    version: Count = 1
    sources: dict[str, Text] = Field(default_factory=dict)


class Preset(Checked):
    references: ClassVar[dict[str, str]] = {}
    """Fields that hold the id of another preset, with its kind."""

    id: Id
    name: Text
    source: Text
    licence: Text
    date: Date
    estimates: Names = ()
    _origins: dict[str, Origin] = PrivateAttr(default_factory=dict)

    @classmethod
    def own_fields(cls) -> tuple[str, ...]:
        """All but what tells of the others."""
        return tuple(name for name in cls.model_fields if name not in ("id", "source", "licence", "date", "estimates"))

    def originating(self, origins: dict[str, Origin]) -> Self:
        """The same preset, of which some fields come from elsewhere."""
        preset = self.model_copy()
        preset._origins = dict(origins)
        return preset

    def origin_of(self, field: str) -> Origin:
        if field not in self.own_fields():
            raise KeyError(f"{type(self).__name__} has no field {field!r}")
        return self._origins.get(field, Origin(self.source, self.licence, self.date))

    def source_of(self, field: str) -> str:
        source = self.origin_of(field).source
        return f"{source} (estimate)" if field in self.estimates else source

    @model_validator(mode="after")
    def _estimates_are_own(self) -> Self:
        for name in self.estimates:
            if name not in self.own_fields():
                raise ValueError(f"estimates names {name!r}, which is not a field of this preset")
            if getattr(self, name) is None:
                raise ValueError(f"estimates names {name!r}, which is not stated")
        return self


def ordered(smaller: str, small: float | None, larger: str, large: float | None) -> None:
    """Refuses a pair of sizes of which the first must not exceed the second; what is not known is in order."""
    if small is not None and large is not None and small > large:
        raise ValueError(f"{smaller} {small:g} exceeds {larger} {large:g}: correct one of them")
