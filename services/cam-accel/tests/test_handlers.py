"""Does a job on the bus become a plan and a program in a process of its own, and end there when it goes wrong?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from rmos.cam_accel import jobs
from rmos.cam_accel.handlers import Handlers
from rmos.cam_accel.workshop import Workshop
from rmos.chassis.blobs import FileBlobs
from rmos.chassis.errors import Rejected
from rmos.contracts import toolpath
from rmos.contracts.base import Risk
from rmos.contracts.events import (
    AssessmentData,
    JobAssessed,
    MachineFacts,
    ScriptApplied,
    ToolFacts,
    ToolpathPlanned,
    ToolpathVerified,
)  # fmt: skip
from rmos.contracts.jobs import Job

SQUARE = [[0, 0], [40, 0], [40, 30], [0, 30]]
CUT = {"stepover_ratio": 0.4, "stepdown": 1.0, "feed_per_min": 900.0, "plunge_per_min": 300.0, "spindle_rpm": 12000.0}
TOOL = ToolFacts(tool_id="t", diameter_mm=6, flutes=2, flute_length_mm=20, center_cutting=True)
MACHINE = MachineFacts(machine_id="m", controller="grbl", rapid_mm_min=5000, accel_mm_s2=400, junction_deviation_mm=0.01)


def assessed(boundary: Any = SQUARE) -> JobAssessed:
    design = {"boundary": boundary, "depth": 2.0}
    job = Job.model_validate({"job_id": "p", "mode": "pocket", "design": design, "cut": CUT})
    word = AssessmentData(stage="request", risk=Risk.GREEN, score=90, engine_id="e", engine_version="1", pack_sha256="0" * 64)
    return JobAssessed(job_id="p", job=job, request_sha256="0" * 64, assessment=word, tool=TOOL, machine=MACHINE)


@pytest.fixture
async def shop() -> AsyncIterator[Workshop]:
    opened = Workshop(jobs.work)
    yield opened
    await opened.close()


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path.as_uri())


async def test_a_job_is_planned_and_what_the_scripts_left_is_proven_and_posted(shop: Workshop, blobs: FileBlobs) -> None:
    handlers = Handlers(blobs, shop, 60)
    (planned,) = (await handlers.on_assessed(assessed())).events
    assert isinstance(planned, ToolpathPlanned)
    assert len(toolpath.decode(await blobs.get(planned.toolpath))) > 20
    applied = ScriptApplied(job_id="p", planned=planned, toolpath=planned.toolpath, changed=False)
    (verified,) = (await handlers.on_applied(applied)).events
    assert isinstance(verified, ToolpathVerified)
    assert verified.verification.gouged_area_mm2 == 0
    assert verified.verification.coverage_ratio >= 0.99
    assert b"M30" in await blobs.get(verified.program)


async def test_a_job_that_cannot_be_planned_ends_with_its_place(shop: Workshop, blobs: FileBlobs) -> None:
    with pytest.raises(Rejected) as refused:
        await Handlers(blobs, shop, 60).on_assessed(assessed([[0, 0], [5, 0], [5, 30], [0, 30]]))
    assert (refused.value.code, refused.value.pointer, refused.value.ends_job) == ("cannot_plan", "/tool_id", True)


async def test_a_job_that_takes_too_long_ends_with_a_remedy_and_the_next_is_planned(shop: Workshop, blobs: FileBlobs) -> None:
    with pytest.raises(Rejected, match="make the design smaller") as refused:
        await Handlers(blobs, shop, 0.001).on_assessed(assessed())
    assert (refused.value.code, refused.value.ends_job) == ("deadline", True)
    assert (await Handlers(blobs, shop, 60).on_assessed(assessed())).events
