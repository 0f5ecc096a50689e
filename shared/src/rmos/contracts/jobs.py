"""What may a client ask for? A job: one design per mode, the facts of its set-up, and how to cut it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator
from rmos.contracts.base import BlobRef, Command, JobId

MM_PER_INCH = 25.4
MAX_INLINE_PROGRAM_BYTES, MAX_PROGRAM_BYTES = 32_000, 64 << 20
PROGRAM_TYPE = "text/x-gcode"
MAX_MOVES = 2_000_000


def _something_or_nothing(value: float) -> float:
    """Below a billionth of a millimetre is nothing: no quotient of two sizes is infinite."""
    return value if abs(value) >= 1e-9 else 0.0


Number = Annotated[float, Field(strict=True, gt=-1e6, lt=1e6), AfterValidator(_something_or_nothing)]
"""Strict: a text or a truth value where a number belongs is a mistake. Bounded: no product of a few is infinite."""
Point = tuple[Number, Number]
Coordinate = Annotated[float, Field(gt=-1e5, lt=1e5, strict=True)]
Point3 = tuple[Coordinate, Coordinate, Coordinate]
Polygon = Annotated[tuple[Point, ...], Field(min_length=3, max_length=1000)]

Positive = Annotated[float, Field(ge=1e-6, lt=1e6, strict=True)]
"""From a billionth of a metre: no quotient of a few is infinite, and no length in inches becomes none in mm."""
PresetId = Annotated[str, Field(min_length=1, max_length=64)]


def scale(value: float, factor: float) -> float:
    """To a billionth: 3 mm typed as inches must not come back as a hair more than 3 mm."""
    return round(value * factor, 9)


class GcodeDesign(Command):
    """Mode `gcode`: check an existing program. Exactly one of `text` (short) and `program` (a blob) is given."""

    text: str | None = Field(default=None, max_length=MAX_INLINE_PROGRAM_BYTES)
    program: BlobRef | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.text is None) == (self.program is None):
            raise ValueError("give exactly one of text and program")
        return self

    def scaled(self, factor: float) -> GcodeDesign:
        return self  # a program states its own units (G20, G21)


class PocketDesign(Command):
    """Mode `pocket`: clear a polygon around its islands to a depth. Lengths in the job's units."""

    boundary: Polygon
    islands: tuple[Polygon, ...] = Field(default=(), max_length=50)
    depth: Number
    wall: Positive | None = None

    def scaled(self, factor: float) -> PocketDesign:
        def resize(polygon: tuple[Point, ...]) -> tuple[Point, ...]:
            return tuple((scale(x, factor), scale(y, factor)) for x, y in polygon)

        parts = {
            "boundary": resize(self.boundary),
            "islands": tuple(resize(island) for island in self.islands),
            "depth": scale(self.depth, factor),
            "wall": None if self.wall is None else scale(self.wall, factor),
        }
        return self.model_copy(update=parts)


DESIGNS: dict[str, type[GcodeDesign] | type[PocketDesign]] = {"gcode": GcodeDesign, "pocket": PocketDesign}


class CutSettings(Command):
    """How the tool shall move. Lengths and feeds in the job's units (per minute); nothing here has a default."""

    stepover_ratio: Number | None = None
    stepdown: Number | None = None
    feed_per_min: Positive | None = None
    plunge_per_min: Positive | None = None
    spindle_rpm: Positive | None = None

    def scaled(self, factor: float) -> CutSettings:
        names = ("stepdown", "feed_per_min", "plunge_per_min")
        values = {n: getattr(self, n) for n in names}
        return self.model_copy(update={n: scale(v, factor) for n, v in values.items() if v is not None})


class Offsets(Command):
    """Where the work offsets and the positions stored for G28 and G30 lie, in the machine's coordinates, in the job's units."""

    g54: Point3 | None = None
    g55: Point3 | None = None
    g56: Point3 | None = None
    g57: Point3 | None = None
    g58: Point3 | None = None
    g59: Point3 | None = None
    g28: Point3 | None = None
    g30: Point3 | None = None

    def scaled(self, factor: float) -> Offsets:
        stated = {name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None}
        return self.model_copy(
            update={name: (scale(x, factor), scale(y, factor), scale(z, factor)) for name, (x, y, z) in stated.items()}
        )


class Options(Command):
    """Facts of the set-up and choices. Lengths in the job's units. `coolant`: air or mist at the cut."""

    stock_thickness: Positive | None = None
    stickout: Positive | None = None
    safe_z: Number = 5.0
    coolant: bool | None = None
    feed_override_percent: Annotated[float, Field(ge=1, le=500, strict=True)] | None = None
    offsets: Offsets | None = None

    def scaled(self, factor: float) -> Options:
        names = ("stock_thickness", "stickout", "safe_z")
        values = {n: getattr(self, n) for n in names if n != "safe_z" or "safe_z" in self.model_fields_set}
        offsets = None if self.offsets is None else self.offsets.scaled(factor)
        return self.model_copy(update={"offsets": offsets, **{n: scale(v, factor) for n, v in values.items() if v is not None}})


class Script(Command):
    """A script of the shop, run on the planned toolpath."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    hook: Literal["after_toolpath"] = "after_toolpath"
    source: str = Field(max_length=16_384)
    params: dict[str, float | str] = Field(default_factory=dict, max_length=32)


class Job(Command):
    """One job. A field that looks like a verdict is refused: verdicts are computed from server-side facts only."""

    job_id: JobId
    mode: Literal["gcode", "pocket"]
    design: GcodeDesign | PocketDesign
    tool_id: PresetId | None = None
    material_id: PresetId | None = None
    machine_id: PresetId | None = None
    post: Literal["grbl"] = "grbl"
    units: Literal["mm", "inch"] = "mm"
    cut: CutSettings = CutSettings()
    scripts: tuple[Script, ...] = Field(default=(), max_length=2)
    requested_by: str = Field(default="", max_length=100)
    options: Options = Options()

    @field_validator("design", mode="before")
    @classmethod
    def _design_of_mode(cls, value: Any, info: ValidationInfo) -> Any:
        mode = info.data.get("mode")
        return DESIGNS[mode].model_validate(value) if mode in DESIGNS and isinstance(value, dict) else value

    @model_validator(mode="after")
    def _design_matches_mode(self) -> Self:
        if not isinstance(self.design, DESIGNS[self.mode]):
            raise ValueError(f"design is not one of mode {self.mode}")
        return self

    def in_mm(self) -> Job:
        """The same job with every length in mm: the one place where inches are converted."""
        if self.units == "mm":
            return self
        parts = {n: getattr(self, n).scaled(MM_PER_INCH) for n in ("design", "cut", "options")}
        return self.model_copy(update={"units": "mm", **parts})
