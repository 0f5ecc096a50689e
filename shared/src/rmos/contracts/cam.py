"""What may one ask cam-accel at once, and what does it answer? Time, simulation, plan, program, drawing: all lengths in mm."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from rmos.contracts.base import BlobRef, Command, JobId
from rmos.contracts.designs import MAX_INLINE_PROGRAM_BYTES
from rmos.contracts.events import BladeFacts, MachineFacts, Part, ToolFacts, VerificationData
from rmos.contracts.jobs import Fixture, Job, Offsets, Post, PresetId
from rmos.contracts.numbers import Allowance, Coordinate, Point3, Positive

SVG_TYPE, PNG_TYPE, DXF_TYPE = "image/svg+xml", "image/png", "image/vnd.dxf"
MAX_DRAWING_BYTES = 15_000_000
MOST_FAULTS, MOST_FACTORS = 200, 100
Deadline = Annotated[float, Field(ge=0.1, le=600, strict=True, description="Seconds after which the work is given up")]
Dialect = Literal["grbl", "grblhal", "linuxcnc", "mach", "marlin", "fanuc"]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Size = Annotated[float, Field(ge=1e-3, le=1e4, strict=True)]
Rate = Annotated[float, Field(ge=1e-6, le=1e9, strict=True)]
Seconds = Annotated[float, Field(ge=0, le=1e6, strict=True)]
Point2 = tuple[Coordinate, Coordinate]


class Tool(Command):
    """The fields of ToolFacts, bounded. What is not stated is not known."""

    tool_id: PresetId
    diameter_mm: Size
    flutes: Annotated[int, Field(ge=1, le=100, strict=True)]
    flute_length_mm: Size
    center_cutting: bool
    kind: Name | None = None
    corner_radius_mm: Size | None = None
    tip_diameter_mm: Annotated[float, Field(ge=0, le=1e4, strict=True)] | None = None
    tip_angle_deg: Annotated[float, Field(gt=0, lt=180, strict=True)] | None = None
    stickout_mm: Size | None = None
    shank_diameter_mm: Size | None = None

    def facts(self) -> ToolFacts:
        return ToolFacts.model_validate(self.model_dump())


class Blade(Command):
    """The fields of BladeFacts, bounded."""

    blade_id: PresetId
    diameter_mm: Size
    kerf_mm: Size
    plate_mm: Size
    teeth: Annotated[int, Field(ge=1, le=1000, strict=True)]

    def facts(self) -> BladeFacts:
        return BladeFacts.model_validate(self.model_dump())


class Machine(Command):
    """The fields of MachineFacts, bounded. What is not stated is assumed, and the answer says what was."""

    machine_id: PresetId
    rapid_mm_min: Rate
    accel_mm_s2: Rate
    junction_deviation_mm: Annotated[float, Field(ge=0, le=1e3, strict=True)]
    controller: Name
    max_feed_mm_min: Rate | None = None
    max_feed_z_mm_min: Rate | None = None
    jerk_mm_s3: Rate | None = None
    corner_tolerance_mm: Annotated[float, Field(ge=0, le=1e3, strict=True)] | None = None
    look_ahead_moves: Annotated[int, Field(ge=1, le=1_000_000, strict=True)] | None = None
    tool_changer_s: Seconds | None = None
    envelope_mm: tuple[Positive, Positive, Positive] | None = None

    def facts(self) -> MachineFacts:
        return MachineFacts.model_validate(self.model_dump())


class Source(Command):
    """Exactly one of: `text` of a short program, `program` (a blob of one), `toolpath` (a blob). `dialect`: how a program is
    read; `offsets`: the positions that it goes by and does not hold, mm."""

    text: str | None = Field(default=None, max_length=MAX_INLINE_PROGRAM_BYTES)
    program: BlobRef | None = None
    toolpath: BlobRef | None = None
    dialect: Dialect = "grbl"
    offsets: Offsets | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(part is not None for part in (self.text, self.program, self.toolpath)) != 1:
            raise ValueError("give exactly one of text, program and toolpath")
        return self


class EstimateRequest(Command):
    """How long will it take? `feed_factors`: and with every feed times each of these?"""

    source: Source
    machine: Machine
    feed_factors: Annotated[
        tuple[Annotated[float, Field(ge=1e-3, le=1e3, strict=True)], ...], Field(max_length=MOST_FACTORS)
    ] = ()
    deadline_s: Deadline = 60.0


class Block(Command):
    """The stock: its sides, the height of its top, and how thick it is, where that matters."""

    low_mm: Point2
    high_mm: Point2
    top_mm: Coordinate = 0.0
    thickness_mm: Size | None = None


class HolderPart(Command):
    """A cylinder that turns with the tool, from `above_tip_mm` upward."""

    name: Name
    diameter_mm: Size
    above_tip_mm: Allowance


class SimulateRequest(Command):
    """What happens when it runs? Held against a design where `job` states one. Without `stock` it fills all below Z 0.
    `envelope_mm`: travel of the axes; `placed_at_mm`: where the program's zero lies in it."""

    source: Source
    tool: Tool
    job: Job | None = None
    stock: Block | None = None
    cell_mm: Annotated[float, Field(ge=0.01, le=100, strict=True)] | None = None
    holder: Annotated[tuple[HolderPart, ...], Field(max_length=10)] = ()
    fixtures: Annotated[tuple[Fixture, ...], Field(max_length=20)] = ()
    envelope_mm: tuple[Positive, Positive, Positive] | None = None
    placed_at_mm: Point3 | None = None
    pictures: bool = True
    deadline_s: Deadline = 60.0


class PreviewRequest(Command):
    """How does the tool go? A drawing, for which no tool need be known."""

    source: Source
    deadline_s: Deadline = 60.0


class PlanRequest(Command):
    """Plan a job, write it for its controller, read that back and hold it against the design."""

    job: Job
    tool: Tool | None = None
    blade: Blade | None = None
    machine: Machine | None = None
    pictures: bool = True
    deadline_s: Deadline = 120.0


class PostRequest(Command):
    """Write a toolpath for a controller, and read it back."""

    toolpath: BlobRef
    controller: Post
    name: JobId
    safe_z_mm: Annotated[float, Field(gt=0, le=1e4, strict=True)]
    deadline_s: Deadline = 60.0


class HoleSizes(Command):
    """Which tools make holes: drills by their diameters, a tool that bores the others; and what a point stands for."""

    drill_diameters_mm: Annotated[tuple[Size, ...], Field(max_length=100)] = ()
    bore_tool_diameter_mm: Size | None = None
    point_diameter_mm: Size | None = None


Kind = Literal[
    "profile", "profile_inside", "pocket", "pocket_or_channel", "holes", "channel", "engrave", "fret_lines", "ignore"
]


class LayerRule(Command):
    """A layer whose name `pattern`, a regular expression, is found in; whatever its case. `holes` where they are others than
    those of the request."""

    pattern: str = Field(min_length=1, max_length=200)
    kind: Kind
    holes: HoleSizes | None = None


class ImportRequest(Command):
    """Read a DXF or SVG drawing: `text`, or the blob of one. `units`: the length of its unit, where it does not say that, or
    says it wrongly. `rules` come before the common ones. `gap_mm`: up to which open ends are joined."""

    text: str | None = Field(default=None, max_length=500_000)
    drawing: BlobRef | None = None
    kind: Literal["dxf", "svg"] | None = None
    units: Literal["mm", "cm", "dm", "m", "um", "in", "ft", "mil", "px", "pt", "pc", "q"] | None = None
    tolerance_mm: Annotated[float, Field(ge=1e-5, le=1, strict=True)] = 0.005
    gap_mm: Annotated[float, Field(ge=1e-5, le=1, strict=True)] = 0.01
    rules: Annotated[tuple[LayerRule, ...], Field(max_length=100)] = ()
    holes: HoleSizes = HoleSizes()
    deadline_s: Deadline = 60.0

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.text is None) == (self.drawing is None):
            raise ValueError("give exactly one of text and drawing")
        return self


class FactorTime(Part):
    feed_factor: float
    total_s: float


class TimeAnswer(Part):
    """Seconds by kind. `*_not_counted`: how many have no known time; `assumptions`: what the facts leave open, and what was
    taken for it."""

    controller: str
    planned_as: str
    total_s: float
    cut_s: float
    rapid_s: float
    dwell_s: float
    tool_change_s: float
    stop_s: float
    stops_not_counted: int
    tool_changes_not_counted: int
    is_complete: bool
    assumptions: tuple[str, ...] = ()
    what_if: tuple[FactorTime, ...] = ()


class PathSummary(Part):
    moves: int
    min_mm: tuple[float, float, float]
    max_mm: tuple[float, float, float]
    cut_length_mm: float
    rapid_length_mm: float
    tools: tuple[int, ...] = ()


class EstimateAnswer(Part):
    path: PathSummary
    time: TimeAnswer


class FaultData(Part):
    """`move` counts from 1, 0 where no single move is to blame; `line` of the program, 0 when planned."""

    code: str
    reason: str
    move: int
    line: int
    x_mm: float | None = None
    y_mm: float | None = None


class GateData(Part):
    """The path held against its design; `floor_tolerance_mm` as in VerificationData."""

    ok: bool
    coverage_ratio: float
    gouged_area_mm2: float
    unreachable_area_mm2: float
    floor_tolerance_mm: float
    reasons: tuple[str, ...]
    uncut_places_mm: tuple[tuple[float, float], ...] = ()
    unreachable_places_mm: tuple[tuple[float, float], ...] = ()


class LoadData(Part):
    """How the tool is loaded, the most of each; see PathFacts."""

    max_axial_mm: float
    max_engagement_deg: float
    max_radial_mm: float | None = None
    max_removal_mm3_min: float | None = None
    max_plunge_mm_min: float | None = None


class SimulateAnswer(Part):
    """`ok`: no fault, and right by the design where there is one. Of `faults` the first MOST_FAULTS; `fault_counts` of all."""

    ok: bool
    path: PathSummary
    removed_mm3: float
    lowest_mm: float
    cell_mm: float
    load: LoadData
    faults: tuple[FaultData, ...]
    fault_counts: dict[str, int]
    gate: GateData | None = None
    png: BlobRef | None = None
    svg: BlobRef | None = None


class PreviewAnswer(Part):
    path: PathSummary
    svg: BlobRef


class PlanAnswer(Part):
    """`program` is the toolpath in the words of `controller`; `verification` is of that program, read back."""

    job: Job
    controller: str
    path: PathSummary
    toolpath: BlobRef
    program: BlobRef
    verification: VerificationData
    time: TimeAnswer | None = None
    svg: BlobRef | None = None


class PostAnswer(Part):
    """`text` where the program is short."""

    controller: str
    program: BlobRef
    lines: int
    reread_moves: int
    text: str | None = None


class GapData(Part):
    from_mm: tuple[float, float]
    to_mm: tuple[float, float]
    size_mm: float
    place: str


class LayerData(Part):
    """`crossings` and `branches`: their places, mm; there a contour is not clear."""

    name: str
    closed: int
    open: int
    circles: int
    points: int
    size_mm: tuple[float, float]
    gaps: tuple[GapData, ...]
    crossings: tuple[tuple[float, float], ...]
    branches: tuple[tuple[float, float], ...]


class AreaData(Part):
    boundary: tuple[tuple[float, float], ...]
    islands: tuple[tuple[tuple[float, float], ...], ...] = ()


class HoleData(Part):
    x_mm: float
    y_mm: float
    diameter_mm: float


class LayerOperationData(Part):
    """`areas` for profiles and pockets, `holes` of one diameter, `lines` for the others: what fits into designs of jobs."""

    layer: str
    operation: str
    areas: tuple[AreaData, ...] = ()
    holes: tuple[HoleData, ...] = ()
    lines: tuple[tuple[tuple[float, float], ...], ...] = ()


class UnassignedData(Part):
    layer: str
    what: str
    reason: str
    remedy: str


class ImportAnswer(Part):
    """`report` tells all of it in words."""

    kind: str
    mm_per_unit: float
    size_mm: tuple[float, float]
    layers: tuple[LayerData, ...]
    operations: tuple[LayerOperationData, ...]
    unassigned: tuple[UnassignedData, ...]
    ignored_layers: tuple[str, ...]
    left_out: tuple[str, ...]
    report: str


class ControllerData(Part):
    """A row of the table of posts."""

    id: str
    title: str
    file_extension: str
    read_as: str
    decimals_mm: int
    tool_change: bool
    arc_planes: tuple[str, ...]
    full_circles: bool
    mist: bool
    flood: bool
    spindle_dwell_s: float
    note: str
