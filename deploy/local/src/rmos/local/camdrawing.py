"""How does a drawing become programs? Read, made into jobs by its layers file, each planned, verified and written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rmos.cam_accel.post import CONTROLLERS
from rmos.cam_accel.tasks import Made
from rmos.chassis.errors import Rejected
from rmos.contracts.cam import DXF_TYPE, SVG_TYPE, ImportAnswer, PlanAnswer
from rmos.contracts.jobs import Job
from rmos.feasibility.presets import Presets
from rmos.local import camfiles
from rmos.local.jobfiles import JobFileError
from rmos.local.layerfiles import jobs_of, load_layers, request_of, require_same_layers
from rmos.local.terminal import BLOCKED, OK, REFUSED, errors, fail, line, show
from rmos.local.workbench import Workbench, exit_code

COLUMNS = ("job", "mode", "tool", "moves", "time_s", "coverage", "result")


def job_name(text: str) -> str:
    """What a job's id may be of a file's name."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", text).lstrip("-._")[:80] or "drawing"


def plan_drawing(file: Path, layers: Path, folder: Path, presets: Presets, timeout_s: float, as_json: bool) -> int:
    """The exit code: 0 all is written, 2 something of a layer has no operation, 4 a layer is refused."""
    try:
        stated = load_layers(layers)
        for name, layer in stated.layers.items():
            if layer.tool_id is None and layer.kind != "ignore":
                raise JobFileError(f"{layers}: /layers/{name}/tool_id: missing: nothing is planned without a stated tool")
            camfiles.tool_of(presets, layer.tool_id)
        with Workbench(timeout_s) as bench:
            data = camfiles.bytes_of(file)
            drawing = camfiles.ref_of(data, SVG_TYPE if file.suffix.lower() == ".svg" else DXF_TYPE)
            found = bench.make(file.name, request_of(stated, drawing, presets, timeout_s), data).answer
            assert isinstance(found, ImportAnswer)
            if not as_json:
                line(found.report)
            require_same_layers(layers, stated, found)
            jobs = jobs_of(layers, stated, found, job_name(file.stem))
            rows = [_row(job, *_planned(bench, job, presets, folder)) for job in jobs]
    except JobFileError as error:
        raise fail(str(error), REFUSED) from error
    except Rejected as refusal:
        raise fail(f"{file}: {refusal.reason} ({refusal.code})", exit_code(refusal)) from refusal
    return _told(file, found, rows, as_json)


def _planned(bench: Workbench, job: Job, presets: Presets, folder: Path) -> tuple[Made | None, str]:
    """One that is refused does not stop the others."""
    try:
        made = bench.make(job.job_id, camfiles.plan_of(presets, job, bench.timeout_s))
    except Rejected as refusal:
        return None, f"{refusal.pointer}: {refusal.reason} ({refusal.code})"
    camfiles.write(folder / f"{job.job_id}.json", (job.model_dump_json(indent=1, exclude_unset=True) + "\n").encode())
    camfiles.write(folder / f"{job.job_id}.rmostp", made.files["toolpath"].data)
    camfiles.write(folder / f"{job.job_id}.{CONTROLLERS[job.post].extension}", made.files["program"].data)
    camfiles.write(folder / f"{job.job_id}.svg", made.files["svg"].data)
    return made, ""


def _row(job: Job, made: Made | None, refusal: str) -> dict[str, Any]:
    row = {"job": job.job_id, "mode": job.mode, "tool": job.tool_id, "ok": made is not None}
    if made is None or not isinstance(made.answer, PlanAnswer):
        return {**row, "result": refusal}
    a = made.answer
    return {
        **row, "moves": a.path.moves, "time_s": None if a.time is None else round(a.time.total_s, 1),
        "coverage": a.verification.coverage_ratio, "gouged_area_mm2": a.verification.gouged_area_mm2, "result": "verified",
    }  # fmt: skip


def _told(file: Path, found: ImportAnswer, rows: list[dict[str, Any]], as_json: bool) -> int:
    left = list(_left_over(found))
    refused = [row for row in rows if not row["ok"]]
    if as_json:
        print(json.dumps({"drawing": found.model_dump(mode="json"), "jobs": rows, "left": left}, indent=1))
    else:
        show([_shown(row) for row in rows if row["ok"]], False, COLUMNS)
    for row in () if as_json else refused:
        errors.print(f"{file}: {row['job']}: {row['result']}", style="red", markup=False, highlight=False, soft_wrap=True)
    for text in () if as_json else left:
        errors.print(f"{file}: {text}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    return REFUSED if refused else BLOCKED if left else OK


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    time, share = row["time_s"], row["coverage"]
    return {**row, "time_s": "" if time is None else f"{time:.1f}", "coverage": "" if share is None else f"{share:.2%}"}


def _left_over(found: ImportAnswer) -> Iterator[str]:
    yield from (f"layer {u.layer}: {u.what} has no operation: {u.reason}; {u.remedy}" for u in found.unassigned)
    yield from (f"left out: {text}" for text in found.left_out)
