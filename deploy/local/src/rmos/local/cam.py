"""How long, is it right, what are the moves? `rmos cam`: the work of the service, in a process here, without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rmos.cam_accel.tasks import Made, NotRead, told
from rmos.chassis.errors import Rejected
from rmos.contracts.cam import (
    EstimateAnswer,
    EstimateRequest,
    PlanAnswer,
    PostAnswer,
    PostRequest,
    PreviewRequest,
    SimulateAnswer,
    SimulateRequest,
    TimeAnswer,
)
from rmos.local import camdrawing, camfiles
from rmos.local.camfiles import DRAWING_SUFFIXES, JOB_SUFFIXES
from rmos.local.presets import Shop, load_shop
from rmos.local.terminal import BLOCKED, USAGE, AsJson, console, errors, fail, line
from rmos.local.workbench import Workbench, exit_code

cam_app = typer.Typer(no_args_is_help=True, help="Time, check, plan, post and draw toolpaths, without a server.")
File = Annotated[Path, typer.Argument(help="A program (.nc, .ngc, .gcode, .tap) or a toolpath (.rmostp).")]
Timeout = Annotated[float, typer.Option("--timeout", min=0.1, max=600, help="Seconds, then the work is given up.")]
Dialect = Annotated[str | None, typer.Option(help="How the program is read; without it as the machine's controller reads.")]
ToolId = Annotated[str | None, typer.Option("--tool", help="Id of a preset.")]
MachineId = Annotated[str | None, typer.Option("--machine", help="Id of a preset.")]


def _make(bench: Workbench, file: Path, request: Any, data: bytes | None, as_json: bool = False) -> Made:
    """Ends the command with what was refused; of a program with every place."""
    try:
        return bench.make(file.name, request, data)
    except NotRead as refusal:
        if as_json:
            found = [{**vars(d)} for d in refusal.diagnostics]
            print(json.dumps({"file": str(file), "ok": False, "diagnostics": found}, indent=1))
        for diagnostic in refusal.diagnostics if not as_json else ():
            errors.print(f"{file}: {told(diagnostic)}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(exit_code(refusal)) from refusal
    except Rejected as refusal:
        raise refused(file, refusal) from refusal


def refused(file: Path, refusal: Rejected) -> typer.Exit:
    place = f"{refusal.pointer}: " if refusal.pointer else ""
    return fail(f"{file}: {place}{refusal.reason} ({refusal.code})", exit_code(refusal))


@cam_app.command("time")
def time(
    file: File,
    machine: Annotated[str, typer.Option("--machine", help="Id of a preset.")],
    controller: Annotated[list[str] | None, typer.Option(help="Instead of the machine's own; may be repeated.")] = None,
    feed_factor: Annotated[list[float] | None, typer.Option(help="And with every feed times this; may be repeated.")] = None,
    dialect: Dialect = None,
    timeout: Timeout = 120.0,
    shop: Shop = None,
    as_json: AsJson = False,
) -> None:
    """Tell the time by kind, for each controller, and what was assumed or not counted."""
    facts = camfiles.machine_of(load_shop(shop), machine)
    assert facts is not None
    source, data = camfiles.source_of(file, camfiles.dialect_of(dialect, facts.controller))
    answers = []
    with Workbench(timeout) as bench:
        for name in controller or [facts.controller]:
            request = camfiles.asked(
                EstimateRequest,
                source=source,
                machine=facts.model_copy(update={"controller": name}),
                feed_factors=tuple(feed_factor or ()),
                deadline_s=timeout,
            )
            answers.append(_make(bench, file, request, data, as_json).answer)
    if as_json:
        print(json.dumps([answer.model_dump() for answer in answers], indent=1))
    else:
        _tell_times([answer for answer in answers if isinstance(answer, EstimateAnswer)])


def _tell_times(answers: list[EstimateAnswer]) -> None:
    path = answers[0].path
    line(f"{path.moves} moves, {path.cut_length_mm:.1f} mm at a feed, {path.rapid_length_mm:.1f} mm rapid")
    table = Table("controller", "planned as", "total", "cut", "rapid", "dwell", "tool change", "stop")
    for t in (answer.time for answer in answers):
        seconds = (t.total_s, t.cut_s, t.rapid_s, t.dwell_s, t.tool_change_s, t.stop_s)
        table.add_row(t.controller, t.planned_as, *map(clock, seconds))
    console.print(table)
    for t in (answer.time for answer in answers):
        _tell_open(t)
        for factor in t.what_if:
            line(f"{t.controller}: feeds times {factor.feed_factor:g}: {clock(factor.total_s)}")


def _tell_open(t: TimeAnswer) -> None:
    if t.stops_not_counted:
        line(f"{t.controller}: {t.stops_not_counted} stops are not counted: the operator ends them", "yellow")
    if t.tool_changes_not_counted:
        line(f"{t.controller}: {t.tool_changes_not_counted} tool changes are not counted: their time is not known", "yellow")
    for assumption in t.assumptions:
        line(f"{t.controller}: {assumption}", "dim")


def clock(seconds: float) -> str:
    whole, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(whole), 60)
    return f"{hours}:{minutes:02d}:{rest:04.1f}" if hours else f"{minutes}:{rest:04.1f}" if minutes else f"{seconds:.2f} s"


@cam_app.command("check")
def check(
    file: File,
    tool: Annotated[str, typer.Option("--tool", help="Id of a preset.")],
    machine: MachineId = None,
    dialect: Dialect = None,
    stock: Annotated[
        str | None, typer.Option(help="X0,Y0,X1,Y1 and the thickness, mm; without it, all below Z 0 is stock.")
    ] = None,
    placed_at: Annotated[str | None, typer.Option(help="X,Y,Z of the program's zero in the machine, mm.")] = None,
    job: Annotated[Path | None, typer.Option(help="A job whose design the moves are held against.")] = None,
    timeout: Timeout = 120.0,
    shop: Shop = None,
    as_json: AsJson = False,
) -> None:
    """Read it with all its errors at once, run it through stock, tell every fault. 0 sound, 2 faulty, 4 refused."""
    presets = load_shop(shop)
    facts, turning = camfiles.machine_of(presets, machine), camfiles.tool_of(presets, tool)
    source, data = camfiles.source_of(file, camfiles.dialect_of(dialect, None if facts is None else facts.controller))
    request = camfiles.asked(
        SimulateRequest,
        source=source,
        tool=turning,
        job=None if job is None else camfiles.job_of(job),
        stock=camfiles.block_of(stock),
        envelope_mm=None if facts is None else facts.envelope_mm,
        placed_at_mm=None if placed_at is None else tuple(camfiles.numbers("--placed-at", placed_at, 3, 3)),
        pictures=False,
        deadline_s=timeout,
    )
    with Workbench(timeout) as bench:
        answer = _make(bench, file, request, data, as_json).answer
    assert isinstance(answer, SimulateAnswer)
    if as_json:
        print(json.dumps({"file": str(file), **answer.model_dump(mode="json"), "diagnostics": []}, indent=1))
    else:
        _tell_check(file, answer)
    raise typer.Exit(0 if answer.ok else BLOCKED)


def _tell_check(file: Path, a: SimulateAnswer) -> None:
    low, high = a.path.min_mm, a.path.max_mm
    spans = ", ".join(f"{axis} {least:.3f} to {most:.3f}" for axis, least, most in zip("XYZ", low, high, strict=True))
    line(f"{file}: {a.path.moves} moves, {spans} mm")
    line(f"removes {a.removed_mm3 / 1000:.3f} cm³ down to Z {a.lowest_mm:.3f}, on cells of {a.cell_mm:g} mm")
    load = f"at most {a.load.max_axial_mm:.3f} mm deep, {a.load.max_engagement_deg:.0f}° engaged"
    line(load if a.load.max_radial_mm is None else f"{load}, {a.load.max_radial_mm:.3f} mm wide")
    if a.gate is not None:
        line(f"{a.gate.coverage_ratio:.2%} of what the tool reaches is cut, {a.gate.gouged_area_mm2:.3f} mm² gouged")
        for reason in a.gate.reasons:
            line(f"not as designed: {reason}", "red")
    for fault in a.faults:
        place = "" if fault.x_mm is None or fault.y_mm is None else f" at X{fault.x_mm:.3f} Y{fault.y_mm:.3f}"
        where = f"line {fault.line}: " if fault.line else f"move {fault.move}: " if fault.move else ""
        line(f"{where}{fault.reason}{place} ({fault.code})", "red")
    more = sum(a.fault_counts.values()) - len(a.faults)
    if more:
        line(f"and {more} more", "red")
    line("sound" if a.ok else "faulty", "green" if a.ok else "red")


@cam_app.command("plan")
def plan(
    file: Annotated[Path, typer.Argument(help="A job (.json, .yaml) or a drawing (.dxf, .svg).")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Toolpath of a job (.rmostp).")] = None,
    gcode: Annotated[Path | None, typer.Option("--gcode", help="Verified program of a job.")] = None,
    layers: Annotated[Path | None, typer.Option(help="Of a drawing: how each layer is cut (.toml, .yaml, .json).")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Of a drawing: folder for jobs, toolpaths and programs.")] = None,
    timeout: Timeout = 120.0,
    shop: Shop = None,
    as_json: AsJson = False,
) -> None:
    """Plan moves, write them for the job's controller, read that back and hold it against the design."""
    presets, suffix = load_shop(shop), file.suffix.lower()
    if suffix in DRAWING_SUFFIXES:
        if layers is None or out is None:
            raise fail(f"{file}: a drawing says no depths: state --layers FILE, and --out FOLDER", USAGE)
        raise typer.Exit(camdrawing.plan_drawing(file, layers, out, presets, timeout, as_json))
    if suffix not in JOB_SUFFIXES:
        raise fail(f"{file}: neither a job nor a drawing by its name: .json, .yaml, .dxf, .svg", USAGE)
    job = camfiles.job_of(file)
    with Workbench(timeout) as bench:
        made = _make(bench, file, camfiles.plan_of(presets, job, timeout), None, as_json)
    for target, name in ((output, "toolpath"), (gcode, "program")):
        if target is not None:
            camfiles.write(target, made.files[name].data)
    assert isinstance(made.answer, PlanAnswer)
    if as_json:
        print(made.answer.model_dump_json(indent=1))
    else:
        _tell_plan(made.answer)


def _tell_plan(a: PlanAnswer) -> None:
    v = a.verification
    line(f"{a.job.job_id}: {a.path.moves} moves, {a.path.cut_length_mm:.1f} mm at a feed, for {a.controller}")
    if v.coverage_ratio is not None:
        line(
            f"verified: {v.coverage_ratio:.2%} of what the tool reaches is cut, {v.gouged_area_mm2:.3f} mm² gouged, "
            f"{v.unreachable_area_mm2:.3f} mm² out of reach; {v.reread_moves} moves read back"
        )
    if a.time is None:
        line("time: not known without machine_id in the job")
    else:
        line(f"time: {clock(a.time.total_s)} on {a.time.controller}")
        _tell_open(a.time)


@cam_app.command("post")
def post(
    file: Annotated[Path, typer.Argument(help="A toolpath (.rmostp) or a job (.json, .yaml).")],
    controller: Annotated[str, typer.Option(help="Whose words; docs/posts.md lists them.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The program.")],
    safe_z: Annotated[float, typer.Option(help="Of a toolpath: where rapids may cross, mm.")] = 5.0,
    timeout: Timeout = 120.0,
    shop: Shop = None,
    as_json: AsJson = False,
) -> None:
    """Write the program of a controller, and read it back."""
    camfiles.require_controller(controller)
    with Workbench(timeout) as bench:
        if file.suffix.lower() in JOB_SUFFIXES:
            job = camfiles.job_of(file).model_copy(update={"post": controller})
            made = _make(bench, file, camfiles.plan_of(load_shop(shop), job, timeout), None, as_json)
        else:
            source, data = camfiles.source_of(file, "grbl")
            if source.toolpath is None:
                raise fail(f"{file}: a program is not posted again: plan its job, or post its toolpath", USAGE)
            request = camfiles.asked(
                PostRequest,
                toolpath=source.toolpath,
                controller=controller,
                name=camdrawing.job_name(file.stem),
                safe_z_mm=safe_z,
                deadline_s=timeout,
            )
            made = _make(bench, file, request, data, as_json)
    camfiles.write(output, made.files["program"].data)
    if as_json:
        print(made.answer.model_dump_json(indent=1))
    else:
        reread = made.answer.reread_moves if isinstance(made.answer, PostAnswer) else _reread(made.answer)
        line(f"{output}: {len(made.files['program'].data)} bytes for {controller}, {reread} moves read back the same")


def _reread(answer: Any) -> int:
    return int(answer.verification.reread_moves)


@cam_app.command("preview")
def preview(
    file: Annotated[Path, typer.Argument(help="A program, a toolpath (.rmostp) or a job (.json, .yaml).")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A drawing (.svg) or the cut stock (.png).")],
    tool: ToolId = None,
    dialect: Dialect = None,
    timeout: Timeout = 120.0,
    shop: Shop = None,
) -> None:
    """Draw how the tool goes (.svg), or what it leaves of the stock (.png, which needs the tool)."""
    kind, presets = output.suffix.lower().lstrip("."), load_shop(shop)
    if kind not in ("svg", "png"):
        raise fail(f"-o {output}: expected a name that ends in .svg or .png", USAGE)
    with Workbench(timeout) as bench:
        if file.suffix.lower() in JOB_SUFFIXES:
            job = camfiles.job_of(file)
            planned = _make(bench, file, camfiles.plan_of(presets, job, timeout), None)
            if kind == "svg":
                camfiles.write(output, planned.files["svg"].data)
                return
            data, tool = planned.files["toolpath"].data, tool or job.tool_id
            source = camfiles.toolpath_source(data)
        else:
            source, data = camfiles.source_of(file, camfiles.dialect_of(dialect, None))
        if kind == "png" and tool is None:
            raise fail(f"-o {output}: what is left of the stock needs --tool; a drawing (.svg) needs none", USAGE)
        request: Any = camfiles.asked(PreviewRequest, source=source, deadline_s=timeout)
        if kind == "png":
            request = camfiles.asked(
                SimulateRequest,
                source=source,
                tool=camfiles.tool_of(presets, tool),
                pictures=True,
                deadline_s=timeout,
            )
        made = _make(bench, file, request, data)
    camfiles.write(output, made.files[kind].data)
