"""What does one ask feasibility, and what does it answer? The request, its context, the report."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from rmos.contracts.base import Command, Risk, Sha256
from rmos.contracts.designs import DESIGNS, Design
from rmos.contracts.events import FindingData, NearestData, Part
from rmos.contracts.jobs import CutSettings, Options, PresetId, refuse_unfit
from rmos.contracts.numbers import MM_PER_INCH, Positive

PASS_THRESHOLD = 70.0
EngineId = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]
ModeName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]


class RmosContext(Command):
    """What a design is cut with and in: ids of presets, settings, facts of the set-up. Lengths in `units`."""

    tool_id: PresetId | None = None
    blade_id: PresetId | None = None
    material_id: PresetId | None = None
    machine_id: PresetId | None = None
    units: Literal["mm", "inch"] = "mm"
    cut: CutSettings = CutSettings()
    options: Options = Options()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Raises pydantic.ValidationError, a ValueError that names the field."""
        return cls.model_validate(data)


class EvaluateRequest(RmosContext):
    """A design in its context. A mode that has no scorer is answered UNKNOWN; `nearest` asks for settings that pass."""

    mode: ModeName
    design: Design | dict[str, Any]
    engine_id: EngineId = "baseline_v1"
    nearest: bool = True

    @field_validator("design", mode="before")
    @classmethod
    def _design_of_mode(cls, value: Any, info: ValidationInfo) -> Any:
        model = DESIGNS.get(info.data.get("mode", ""))
        return model.model_validate(value) if model is not None and isinstance(value, dict) else value

    @model_validator(mode="after")
    def _parts_fit_mode(self) -> Self:
        if self.mode in DESIGNS:
            refuse_unfit(self.mode, self.cut, self.options)
        return self

    def in_mm(self) -> Self:
        """The same request with every length in mm."""
        if self.units == "mm" or isinstance(self.design, dict):
            return self
        parts = {name: getattr(self, name).scaled(MM_PER_INCH) for name in ("design", "cut", "options")}
        return self.model_copy(update={"units": "mm", **parts})


class ModelRequest(RmosContext):
    """One operation on a guitar model of the presets, which supplies the design as far as it is not stated here."""

    model_id: PresetId
    operation: Literal["fret_slots", "neck_pocket"] = "fret_slots"
    fretboard_id: PresetId | None = None
    wall: Positive | None = None
    slot_width: Positive | None = None
    depth: Positive | None = None
    engine_id: EngineId = "baseline_v1"
    nearest: bool = True

    @model_validator(mode="after")
    def _fits_operation(self) -> Self:
        for operation, names in (("fret_slots", ("fretboard_id", "slot_width")), ("neck_pocket", ("wall",))):
            for name in names:
                if self.operation != operation and getattr(self, name) is not None:
                    raise ValueError(f"{name} belongs to the operation {operation}, not {self.operation}")
        return self


class RiskAssessment(Part):
    """One category: the rule that binds it, and how much room is left (a share of the limit, negative beyond it)."""

    category: str
    score: float
    risk: Risk
    weight: float
    message: str
    binding_limit: str
    value: float | None
    limit: float | None
    unit: str
    margin: float | None
    source: str


class MissingFact(Part):
    """What is not known, and where it would come from."""

    fact: str
    means: str
    comes_from: str


class Policy(Part):
    """What the shop lets a verdict do. UNKNOWN blocks like RED unless `treat_unknown_as_red` is off."""

    block_on_red: bool = True
    treat_unknown_as_red: bool = True
    allow_red_override: bool = False

    def blocks(self, risk: Risk) -> bool:
        return self._is_red(risk) and self.block_on_red

    def overridable(self, risk: Risk) -> bool:
        """Whether a person may release in spite of this risk."""
        return self.allow_red_override or not self._is_red(risk)

    def _is_red(self, risk: Risk) -> bool:
        return risk is Risk.RED or (risk is Risk.UNKNOWN and self.treat_unknown_as_red)


class FeasibilityReport(Part):
    """The verdict on a request, with its reasons. The risk decides; the score ranks and explains, and lifts nothing."""

    overall_score: float
    overall_risk: Risk
    mode: str
    assessments: tuple[RiskAssessment, ...]
    findings: tuple[FindingData, ...]
    missing: tuple[MissingFact, ...]
    recommendations: tuple[str, ...]
    binding: FindingData | None
    nearest: NearestData | None
    pass_threshold: float = PASS_THRESHOLD
    blocked: bool
    policy: Policy
    engine_id: str
    engine_version: str
    pack_sha256: Sha256
    scorers: tuple[str, ...]

    def is_feasible(self) -> bool:
        """May be cut as it is: GREEN or YELLOW, and the score passes."""
        return self.overall_risk in (Risk.GREEN, Risk.YELLOW) and self.overall_score >= self.pass_threshold

    def needs_review(self) -> bool:
        """A person must decide before it is cut."""
        return not self.blocked and (self.overall_risk is not Risk.GREEN or self.overall_score < self.pass_threshold)


class NoFields(Command):
    """A question that needs no more words."""


class ById(Command):
    id: Annotated[str, Field(min_length=1, max_length=64)]


class OfKind(Command):
    kind: Annotated[str, Field(min_length=1, max_length=32)]


class PresetQuery(OfKind):
    id: Annotated[str, Field(min_length=1, max_length=64)]


class ModeData(Part):
    """What must be known before a verdict of this mode and stage can be GREEN."""

    mode: str
    stage: str
    required: tuple[MissingFact, ...]


class RuleData(Part):
    """A rule with its explanation. `needs` names facts; a rule holds only where all of them are known."""

    id: str
    level: Risk
    category: str
    family: str
    condition: str
    why: str
    hint: str
    needs: tuple[str, ...]
    modes: tuple[str, ...]
    source: str
    date: str
    licence: str
    scorer: str


class Explained(Part):
    """A name with what it means."""

    name: str
    text: str


class FieldData(Part):
    field: str
    value: Any
    source: str
    licence: str
    date: str
    estimate: bool


class PresetData(Part):
    """A preset, each field with its source, licence and date."""

    kind: str
    id: str
    name: str
    fields: tuple[FieldData, ...]


class PresetRow(Part):
    kind: str
    id: str
    name: str


class ModelRow(Part):
    """A guitar model and what can be evaluated of it."""

    id: str
    name: str
    scale_length_mm: float
    frets: int
    strings: int
    status: str
    operations: tuple[str, ...]
