"""What may a client ask for? A job: one design per mode, the facts of its set-up, and how to cut it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from rmos.contracts.base import Command, JobId
from rmos.contracts.designs import DESIGNS, Design, Mode
from rmos.contracts.numbers import MM_PER_INCH, Allowance, Number, Point3, Positive, Sized

MAX_PROGRAM_BYTES = 64 << 20
PROGRAM_TYPE = "text/x-gcode"
MAX_MOVES = 2_000_000
PresetId = Annotated[str, Field(min_length=1, max_length=64)]
Post = Literal[
    "grbl", "grblhal", "linuxcnc", "mach3", "mach4", "pathpilot", "masso", "fanuc", "haas", "ddcsv", "marlin",
]  # fmt: skip
"""The controllers that a program can be written for."""
STRATEGIES: dict[str, tuple[str, ...]] = {
    "pocket": ("rings", "spiral", "lanes", "adaptive"), "slot": ("lanes", "trochoid"),
}  # fmt: skip
"""The ways to clear that each mode knows; the others know one."""


class CutSettings(Sized):
    """How the tool shall move. Lengths and feeds in the job's units (per minute); no number that cuts has a default.

    `strategy`: the way to clear, one of those of the mode. `entry`: the way down into the material, `ramp_deg` its slope.
    `finish_allowance` and `floor_allowance`: what roughing leaves at walls and on the floor; `finish_pass`: where a last
    pass takes it, at every level, once at full depth, or not at all. `lead_radius`: of the arc on which a cut enters a wall and
    leaves it. `tolerance`: how far the tool's way may lie from the exact one, never into the part.
    """

    lengths = ("stepdown", "feed_per_min", "plunge_per_min", "finish_allowance", "floor_allowance", "lead_radius", "tolerance")

    stepover_ratio: Number | None = None
    stepdown: Number | None = None
    feed_per_min: Positive | None = None
    plunge_per_min: Positive | None = None
    spindle_rpm: Positive | None = None
    strategy: Literal["rings", "spiral", "lanes", "adaptive", "trochoid"] | None = None
    entry: Literal["helix", "ramp"] | None = None
    ramp_deg: Annotated[float, Field(gt=0, le=45, strict=True)] | None = None
    direction: Literal["climb", "conventional"] | None = None
    finish_allowance: Allowance | None = None
    floor_allowance: Allowance | None = None
    finish_pass: Literal["none", "levels", "depth"] | None = None
    lead_radius: Positive | None = None
    tolerance: Positive | None = None


class Offsets(Sized):
    """Where the work offsets and the positions stored for G28 and G30 lie, in the machine's coordinates, in the job's units."""

    lengths = ("g54", "g55", "g56", "g57", "g58", "g59", "g28", "g30")

    g54: Point3 | None = None
    g55: Point3 | None = None
    g56: Point3 | None = None
    g57: Point3 | None = None
    g58: Point3 | None = None
    g59: Point3 | None = None
    g28: Point3 | None = None
    g30: Point3 | None = None


class Fixture(Sized):
    """A box that the tool and its holder keep out of, such as a clamp; in the job's coordinates, Z 0 the top of the stock."""

    lengths = ("low", "high")

    name: str = Field(default="", max_length=64)
    low: Point3
    high: Point3

    @model_validator(mode="after")
    def _is_a_box(self) -> Self:
        for axis, low, high in zip("XYZ", self.low, self.high, strict=True):
            if not low < high:
                raise ValueError(f"low and high leave the box no size in {axis}")
        return self


class Options(Sized):
    """Facts of the set-up and choices. Lengths in the job's units. `spoilboard`: how thick the board below the
    stock is that may be cut into. `coolant`: air or mist at the cut. A `safe_z` that is not stated is 5 mm in either unit.
    `fit_tolerance`: within it the planned moves may become arcs and fewer lines; where it is not stated they are written as
    planned."""

    lengths = ("stock_thickness", "spoilboard", "stickout", "safe_z", "offsets", "fixtures", "fit_tolerance")

    stock_thickness: Positive | None = None
    spoilboard: Positive | None = None
    stickout: Positive | None = None
    safe_z: Number = 5.0
    coolant: bool | None = None
    feed_override_percent: Annotated[float, Field(ge=1, le=500, strict=True)] | None = None
    offsets: Offsets | None = None
    fixtures: Annotated[tuple[Fixture, ...], Field(max_length=20)] | None = None
    fit_tolerance: Positive | None = None


class Script(Command):
    """A script of the shop, run on the planned toolpath."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    hook: Literal["after_toolpath"] = "after_toolpath"
    source: str = Field(max_length=16_384)
    params: dict[str, float | str] = Field(default_factory=dict, max_length=32)


class Job(Command):
    """One job. A field that looks like a verdict is refused: verdicts are computed from server-side facts only.

    Mode `saw` is cut with a blade (`blade_id`), every other mode with a tool (`tool_id`).
    """

    job_id: JobId
    mode: Mode
    design: Design
    tool_id: PresetId | None = None
    blade_id: PresetId | None = None
    material_id: PresetId | None = None
    machine_id: PresetId | None = None
    post: Post = "grbl"
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
    def _parts_fit_mode(self) -> Self:
        if type(self.design) is not DESIGNS[self.mode]:
            raise ValueError(f"design is not one of mode {self.mode}")
        refuse_unfit(self.mode, self.cut, self.options)
        return self

    def in_mm(self) -> Job:
        """The same job with every length in mm: the one place where inches are converted."""
        if self.units == "mm":
            return self
        parts = {n: getattr(self, n).scaled(MM_PER_INCH) for n in ("design", "cut", "options")}
        return self.model_copy(update={"units": "mm", **parts})


def refuse_unfit(mode: str, cut: CutSettings, options: Options) -> None:
    """Raises ValueError on a choice that the mode does not have: it would be passed over in silence."""
    known = STRATEGIES.get(mode, ())
    if cut.strategy is not None and cut.strategy not in known:
        choice = ", ".join(known) or "none to choose"
        raise ValueError(f"cut.strategy {cut.strategy} is not one of mode {mode}, which has {choice}")
    if mode == "gcode" and options.fit_tolerance is not None:
        raise ValueError("options.fit_tolerance is not for mode gcode: a checked program is released as it is")
