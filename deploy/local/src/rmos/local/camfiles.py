"""Which file did one name, and which tool, machine and stock? What the `rmos cam` commands read before the work begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from rmos.cam_accel.post import CONTROLLERS
from rmos.contracts import toolpath
from rmos.contracts.base import BlobRef, sha256_hex
from rmos.contracts.cam import Blade, Block, Dialect, Machine, PlanRequest, Source, Tool
from rmos.contracts.jobs import MAX_PROGRAM_BYTES, PROGRAM_TYPE, Job, Post
from rmos.feasibility.preset_facts import blade_facts, machine_facts, tool_facts
from rmos.feasibility.presets import Presets
from rmos.local.jobfiles import GCODE_SUFFIXES, JobFileError, Unread, load_job
from rmos.local.terminal import REFUSED, USAGE, fail

Asked = TypeVar("Asked", bound=BaseModel)
TOOLPATH_SUFFIX, JOB_SUFFIXES, DRAWING_SUFFIXES = ".rmostp", {".json", ".yaml", ".yml"}, {".dxf", ".svg"}


def bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise fail(f"{file}: {error.strerror}", USAGE) from error


def ref_of(data: bytes, media_type: str) -> BlobRef:
    return BlobRef(sha256=sha256_hex(data), size=len(data), media_type=media_type)


def source_of(file: Path, dialect: str) -> tuple[Source, bytes]:
    """A toolpath or a program."""
    suffix = file.suffix.lower()
    if suffix != TOOLPATH_SUFFIX and suffix not in GCODE_SUFFIXES:
        known = ", ".join([TOOLPATH_SUFFIX, *sorted(GCODE_SUFFIXES)])
        raise fail(f"{file}: neither a toolpath nor a program by its name: expected {known}", USAGE)
    data = bytes_of(file)
    if suffix == TOOLPATH_SUFFIX:
        return toolpath_source(data), data
    if len(data) > MAX_PROGRAM_BYTES:
        raise fail(f"{file}: {len(data)} bytes, {MAX_PROGRAM_BYTES} are allowed: split the program", REFUSED)
    return Source.model_validate({"program": ref_of(data, PROGRAM_TYPE), "dialect": dialect}), data


def toolpath_source(data: bytes) -> Source:
    return Source(toolpath=ref_of(data, toolpath.MEDIA_TYPE))


def dialect_of(stated: str | None, controller: str | None) -> str:
    """As stated, or as the machine's controller reads."""
    if stated is not None and stated not in get_args(Dialect):
        raise fail(f"--dialect {stated}: there are {', '.join(get_args(Dialect))}", USAGE)
    known = CONTROLLERS.get((controller or "").lower())
    return stated or ("grbl" if known is None else known.reader)


def require_controller(name: str) -> str:
    if name not in get_args(Post):
        raise fail(f"--controller {name}: there are {', '.join(get_args(Post))}", USAGE)
    return name


def tool_of(presets: Presets, tool_id: str | None, stickout_mm: float | None = None) -> Tool | None:
    return _known(presets, "tools", tool_id, Tool, tool_facts(presets, tool_id, stickout_mm))


def machine_of(presets: Presets, machine_id: str | None) -> Machine | None:
    return _known(presets, "machines", machine_id, Machine, machine_facts(presets, machine_id))


def blade_of(presets: Presets, blade_id: str | None) -> Blade | None:
    return _known(presets, "blades", blade_id, Blade, blade_facts(presets, blade_id))


def asked(model: type[Asked], **fields: Any) -> Asked:
    """A request; ends the command where a field is out of bounds."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise fail(f"{'/'.join(map(str, first['loc']))}: {first['msg']}", USAGE) from error


def _known(presets: Presets, kind: str, preset_id: str | None, model: type[Asked], facts: Any) -> Asked | None:
    if preset_id is None:
        return None
    if facts is None:
        nearest = ", ".join(presets.nearest(kind, preset_id)) or f"see `rmos presets list --kind {kind}`"
        raise fail(f"no preset {preset_id!r} of {kind}; nearest: {nearest}", USAGE)
    try:
        return model.model_validate(facts.model_dump())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise fail(f"preset {preset_id}: {'/'.join(map(str, first['loc']))}: {first['msg']}", REFUSED) from error


def plan_of(presets: Presets, job: Job, deadline_s: float) -> PlanRequest:
    return PlanRequest(
        job=job, tool=tool_of(presets, job.tool_id, job.options.stickout), blade=blade_of(presets, job.blade_id),
        machine=machine_of(presets, job.machine_id), deadline_s=deadline_s,
    )  # fmt: skip


def job_of(file: Path) -> Job:
    """A designed job; one of mode gcode holds its program already."""
    try:
        job = Job.model_validate(load_job(file, Unread(), {}, None).model_dump())
    except JobFileError as error:
        raise fail(str(error), REFUSED) from error
    if job.mode == "gcode":
        raise fail(f"{file}: /mode: a job of mode gcode has its program already: `rmos cam check` looks at it", REFUSED)
    return job


def numbers(option: str, text: str, least: int, most: int) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if not least <= len(found) <= most:
        raise fail(f"{option} {text}: expected {least} to {most} numbers like 0,0,300,200", USAGE)
    return found


def block_of(text: str | None) -> Block | None:
    """X and Y of two corners, and the thickness where it matters; its top is Z 0."""
    if text is None:
        return None
    n = numbers("--stock", text, 4, 5)
    try:
        return Block(low_mm=(n[0], n[1]), high_mm=(n[2], n[3]), thickness_mm=n[4] if len(n) > 4 else None)
    except ValidationError as error:
        raise fail(f"--stock {text}: {error.errors()[0]['msg']}", USAGE) from error


def write(file: Path, data: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        raise fail(f"{file}: {error.strerror}", USAGE) from error
