"""Which events travel on the bus? One class per subject; the catalogue maps one to the other."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field
from rmos.contracts.base import BlobRef, Event, JobId, Risk, Sha256
from rmos.contracts.jobs import Job


class Part(BaseModel):
    """A value inside an event."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class ToolFacts(Part):
    """`kind` as in the presets; what is None is not known."""

    tool_id: str
    diameter_mm: float
    flutes: int
    flute_length_mm: float
    center_cutting: bool
    kind: str | None = None
    corner_radius_mm: float | None = None
    tip_diameter_mm: float | None = None
    tip_angle_deg: float | None = None
    stickout_mm: float | None = None
    shank_diameter_mm: float | None = None


class BladeFacts(Part):
    blade_id: str
    diameter_mm: float
    kerf_mm: float
    plate_mm: float
    teeth: int


class MachineFacts(Part):
    """What is None is not known."""

    machine_id: str
    rapid_mm_min: float
    accel_mm_s2: float
    junction_deviation_mm: float
    controller: str
    max_feed_mm_min: float | None = None
    max_feed_z_mm_min: float | None = None
    jerk_mm_s3: float | None = None
    corner_tolerance_mm: float | None = None
    look_ahead_moves: int | None = None
    tool_changer_s: float | None = None
    envelope_mm: tuple[float, float, float] | None = None


class FindingData(Part):
    """A rule with its value and limit. `margin` is the room left as a share of the limit, negative beyond it."""

    rule_id: str
    level: Risk
    message: str
    value: float | None = None
    limit: float | None = None
    unit: str = ""
    margin: float | None = None
    source: str = ""


class ChangeData(Part):
    """A setting that would have to change, how far, and the rule that allows no less."""

    setting: str
    asked: float
    value: float
    stopped_by: str

    def __str__(self) -> str:
        return f"{self.setting} {self.value:g} instead of {self.asked:g} ({self.stopped_by} stops there)"


class RoomData(Part):
    """From where to where a setting passes while the others stay, and the rules that stop it; None: nothing does."""

    setting: str
    low: float | None = None
    low_rule: str = ""
    high: float | None = None
    high_rule: str = ""


class FixedFactData(Part):
    """A fact that no setting makes up for; `needed` is the nearest value of it that would pass."""

    rule_id: str
    fact: str
    value: str
    needed: float | None = None

    def __str__(self) -> str:
        to = "another one" if self.needed is None else f"{self.needed:g}"
        return f"{self.fact} {to} instead of {self.value} ({self.rule_id}: no setting makes up for it)"


class NearestData(Part):
    """Settings nearest to those asked for that pass, with the risk they come to; else what must change instead."""

    risk: Risk
    changes: tuple[ChangeData, ...] = ()
    room: tuple[RoomData, ...] = ()
    must_change: tuple[FixedFactData, ...] = ()


class AssessmentData(Part):
    """`binding` is the RED rule with the least room, whether it holds or not.

    `blocked` is what the shop's policy makes of the risk, `overridable` whether a person may release in spite of it; where
    they are not said, RED and UNKNOWN block.
    """

    stage: Literal["request", "toolpath"]
    risk: Risk
    score: float
    findings: tuple[FindingData, ...] = ()
    missing: tuple[str, ...] = ()
    binding: FindingData | None = None
    recommendations: tuple[str, ...] | None = None
    nearest: NearestData | None = None
    blocked: bool | None = None
    overridable: bool | None = None
    engine_id: str
    engine_version: str
    pack_sha256: Sha256

    @property
    def blocks(self) -> bool:
        return self.risk.blocks if self.blocked is None else self.blocked

    @property
    def may_be_overridden(self) -> bool:
        return self.risk is not Risk.RED if self.overridable is None else self.overridable


class PathFacts(Part):
    """What the simulated toolpath really does. Extents over all moves, arcs included.

    From `max_axial_mm` to `spindle_off_cuts`: the tool's engagement in stock that fills all below Z 0; all None together
    where it was not measured. `max_axial_mm` and `max_radial_mm`: depth and width cut, over a tool radius of way.
    `max_plunge_mm_min`: the feed's downward part while cutting. `rapid_cuts`: rapids that meet stock; `spindle_off_cuts`: feed
    moves that do while the spindle stands. `rapid_lowest_mm`: the lowest Z of a rapid that also travels in X or Y, None
    without one. `states_units` and `states_distance`: does the program that will run name G20 or G21, and G90 or G91, before
    or in its first move?
    """

    moves: int
    min_mm: tuple[float, float, float]
    max_mm: tuple[float, float, float]
    cut_length_mm: float
    max_feed_mm_min: float
    spindle_min_rpm: float
    spindle_max_rpm: float
    time_s: float
    kernel: Literal["native", "reference"]
    max_axial_mm: float | None = None
    max_radial_mm: float | None = None
    max_removal_mm3_min: float | None = None
    max_feed_per_turn_mm: float | None = None
    max_plunge_mm_min: float | None = None
    rapid_cuts: int | None = None
    spindle_off_cuts: int | None = None
    rapid_lowest_mm: float | None = None
    states_units: bool | None = None
    states_distance: bool | None = None


class VerificationData(Part):
    """Coverage and gouge against the target, None where a mode has no target shape. `floor_tolerance_mm`: the most that was
    allowed to stand above a floor where the tool gets: the tolerance, and what a tool of its shape must leave there."""

    coverage_ratio: float | None = None
    gouged_area_mm2: float | None = None
    unreachable_area_mm2: float | None = None
    floor_tolerance_mm: float | None = None
    reread_moves: int


class RaisedRisk(Part):
    script: str
    level: Literal[Risk.YELLOW, Risk.RED]
    reason: str


class ScriptReport(Part):
    name: str
    sha256: Sha256
    changed: bool
    annotations: tuple[str, ...] = ()
    instructions: int = 0


class JobSubmitted(Job):
    """A client asks for a job."""

    subject: ClassVar[str] = "rmos.job.submitted.v1"


class JobAssessed(Event):
    """feasibility's word on the request. RED and UNKNOWN block. `request_sha256` names the request's bytes as stored."""

    subject: ClassVar[str] = "rmos.job.assessed.v1"
    job_id: JobId
    job: Job
    request_sha256: Sha256
    assessment: AssessmentData
    tool: ToolFacts | None = None
    machine: MachineFacts | None = None
    blade: BladeFacts | None = None


class ToolpathPlanned(Event):
    """cam-accel's plan, or the reading of the client's own program (`program`)."""

    subject: ClassVar[str] = "rmos.toolpath.planned.v1"
    job_id: JobId
    assessed: JobAssessed
    toolpath: BlobRef
    program: BlobRef | None = None


class ScriptApplied(Event):
    """What the shop's scripts made of the plan; a job without scripts passes unchanged."""

    subject: ClassVar[str] = "rmos.script.applied.v1"
    job_id: JobId
    planned: ToolpathPlanned
    toolpath: BlobRef
    changed: bool
    scripts: tuple[ScriptReport, ...] = ()
    raised: tuple[RaisedRisk, ...] = ()


class ToolpathVerified(Event):
    """The toolpath as it will run: simulated, posted, re-read and compared."""

    subject: ClassVar[str] = "rmos.toolpath.verified.v1"
    job_id: JobId
    applied: ScriptApplied
    program: BlobRef
    facts: PathFacts
    verification: VerificationData


class JobCleared(Event):
    """feasibility's last word, on the real toolpath. `assessment.risk` says whether it may run."""

    subject: ClassVar[str] = "rmos.job.cleared.v1"
    job_id: JobId
    verified: ToolpathVerified
    assessment: AssessmentData


class JobFailed(Event):
    """An expected failure ended the job at a stage."""

    subject: ClassVar[str] = "rmos.job.failed.v1"
    job_id: JobId
    stage: str
    code: str
    error: str
    pointer: str = ""


class RunRecorded(Event):
    """The job has its one record. A run that is said not to be `releasable` can only be rejected by a review."""

    subject: ClassVar[str] = "rmos.run.recorded.v1"
    job_id: JobId
    run_id: str
    status: Literal["OK", "BLOCKED", "ERROR"]
    risk: Risk
    record_sha256: Sha256
    needs_review: bool
    releasable: bool | None = None
    reasons: tuple[str, ...] = ()
    program: BlobRef | None = None


class ReviewRequested(Event):
    """A person must look at a run before it is released."""

    subject: ClassVar[str] = "rmos.review.requested.v1"
    job_id: JobId
    review_id: str
    record_sha256: Sha256
    releasable: bool | None = None
    reasons: tuple[str, ...] = ()


class ReviewDecided(Event):
    """A person's decision, bound to the hash of what was seen."""

    subject: ClassVar[str] = "rmos.review.decided.v1"
    job_id: JobId
    review_id: str
    record_sha256: Sha256
    decision: Literal["approve", "reject"]
    reason: str = Field(min_length=3, max_length=2000)
    reviewer: str = Field(min_length=1, max_length=100)


AnyEvent = (
    JobSubmitted | JobAssessed | ToolpathPlanned | ScriptApplied | ToolpathVerified
    | JobCleared | JobFailed | RunRecorded | ReviewRequested | ReviewDecided
)  # fmt: skip
EVENTS: tuple[type[AnyEvent], ...] = AnyEvent.__args__


def _catalogue() -> dict[str, type[AnyEvent]]:
    by_subject = {event.subject: event for event in EVENTS}
    if len(by_subject) != len(EVENTS):
        raise ValueError("two events share a subject")
    return by_subject


BY_SUBJECT: dict[str, type[AnyEvent]] = _catalogue()

STREAM = "RMOS"
STREAM_SUBJECTS = ("rmos.job.*.*", "rmos.toolpath.*.*", "rmos.script.*.*", "rmos.run.*.*", "rmos.review.*.*")
DEAD_STREAM = "RMOS_DEAD"
DEAD_SUBJECT = "rmosdead"

CONSUMERS: dict[str, tuple[type[AnyEvent], ...]] = {
    "feasibility": (JobSubmitted, ToolpathVerified),
    "cam_accel": (JobAssessed, ScriptApplied),
    "scripting": (ToolpathPlanned,),
    "runs": EVENTS,
    "advisory": (RunRecorded,),
}
"""Which service reads which events: the one truth for provisioning, docs and permissions."""

PRODUCERS: dict[str, tuple[type[AnyEvent], ...]] = {
    "client": (JobSubmitted,),
    "feasibility": (JobAssessed, JobCleared, JobFailed),
    "cam_accel": (ToolpathPlanned, ToolpathVerified, JobFailed),
    "scripting": (ScriptApplied, JobFailed),
    "runs": (RunRecorded, JobFailed),
    "advisory": (ReviewRequested, ReviewDecided, JobFailed),
}
"""Who says which event: nobody says what another should have said."""
