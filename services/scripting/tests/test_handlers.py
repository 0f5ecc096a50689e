"""Does a script change the toolpath, raise the risk, or end the job, and nothing else?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from rmos.chassis.blobs import FileBlobs
from rmos.chassis.errors import Rejected
from rmos.contracts.events import AssessmentData, JobAssessed, ScriptApplied, ToolpathPlanned
from rmos.contracts.jobs import Job
from rmos.contracts.toolpath import MEDIA_TYPE, decode, encode, from_columns
from rmos.scripting.engine import Limits, LuaEngine
from rmos.scripting.handlers import Handlers

PATH = from_columns({"kind": [0, 1, 1], "x_mm": [0, 1, 9], "feed_mm_min": [0, 600, 600], "spindle_rpm": [9000] * 3})


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[tuple[Handlers, FileBlobs, list[str]]]:
    blobs, ends = FileBlobs(tmp_path.as_uri()), []
    async with LuaEngine() as engine:
        yield Handlers(blobs, engine, Limits(), ends.append), blobs, ends


async def planned(blobs: FileBlobs, *sources: str) -> ToolpathPlanned:
    scripts = [{"name": f"s{n}", "source": f"function after_toolpath(job, path)\n{s}\nend"} for n, s in enumerate(sources)]
    job = Job.model_validate({"job_id": "j", "mode": "gcode", "design": {"text": "x"}, "scripts": scripts})
    facts: dict[str, Any] = {"stage": "request", "risk": "GREEN", "score": 100, "engine_id": "e", "engine_version": "1"}
    assessed = JobAssessed(
        job_id="j", job=job, request_sha256="0" * 64, assessment=AssessmentData(**facts, pack_sha256="0" * 64)
    )
    ref = await blobs.put(encode(PATH), MEDIA_TYPE)
    return ToolpathPlanned(job_id="j", assessed=assessed, toolpath=ref)


async def apply(bench: tuple[Handlers, FileBlobs, list[str]], *sources: str) -> ScriptApplied:
    handlers, blobs, _ = bench
    (event,) = (await handlers.on_planned(await planned(blobs, *sources))).events
    assert isinstance(event, ScriptApplied)
    return event


async def test_a_job_without_scripts_passes_unchanged(bench: Any) -> None:
    event = await apply(bench)
    assert (event.changed, event.toolpath, event.scripts) == (False, event.planned.toolpath, ())


async def test_scripts_run_in_turn_on_what_the_one_before_made(bench: Any) -> None:
    halve = "path.feed_mm_min[2] = path.feed_mm_min[2] / 2"
    event = await apply(bench, halve, halve)
    assert decode(await bench[1].get(event.toolpath)).feed_mm_min.tolist() == [0, 150, 600]
    assert [report.changed for report in event.scripts] == [True, True]


async def test_a_script_that_only_speaks_leaves_the_bytes_alone(bench: Any) -> None:
    event = await apply(bench, "annotate('check the grain') raise_risk('YELLOW', 'thin top')")
    assert event.toolpath == event.planned.toolpath
    assert event.scripts[0].annotations == ("check the grain",)
    assert [(r.level, r.reason) for r in event.raised] == [("YELLOW", "thin top")]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("while true do end", "quota"),
        ("local s = string.rep('a', 30) string.find(s, string.rep('a?', 30) .. s)", "wall_timeout"),
        ("error('no')", "runtime_error"),
        ("os.exit()", "runtime_error"),
        ("path.feed_mm_min[2] = 0/0", "result_invalid"),
        ("path.feed_mm_min[2] = -1", "result_invalid"),
        ("path.feed_mm_min[1] = 5", "result_invalid"),
        ("path.spindle_rpm[3] = 0", "result_invalid"),
        ("this is not Lua", "syntax"),
    ],
)
async def test_a_failed_script_ends_the_job_and_is_counted(bench: Any, source: str, code: str) -> None:
    handlers, blobs, ends = bench
    with pytest.raises(Rejected) as refusal:
        await handlers.on_planned(await planned(blobs, "", source))
    assert (refusal.value.code, refusal.value.pointer) == (code, "/scripts/1")
    assert ends == ["ok", code]
