"""What does a job learn on its way: its tool, its blade, its machine, and its lengths in mm?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rmos.chassis.errors import Rejected
from rmos.contracts.base import BlobRef, Risk, sha256_hex
from rmos.contracts.events import JobAssessed, JobSubmitted
from rmos.feasibility import BaselineFeasibilityEngineV1
from rmos.feasibility.domain import MODES
from rmos.feasibility.handlers import Handlers
from rmos.feasibility.presets import load_presets
from safe_requests import SAFE_REQUESTS, Body, safe


class Store:
    """A store that has not seen any job."""

    async def request_sha256(self, job_id: str) -> None:
        return None


class Blobs:
    async def put(self, data: bytes, media_type: str) -> BlobRef:
        return BlobRef(sha256=sha256_hex(data), size=len(data), media_type=media_type)


async def assessed(body: Body, folder: Path | None = None) -> JobAssessed:
    fakes: Any = (Store(), BaselineFeasibilityEngineV1(load_presets(folder)), Blobs(), lambda data: None)
    outcome = await Handlers(*fakes).on_submitted(JobSubmitted.model_validate({"job_id": "a", **body}))
    (event,) = outcome.events
    assert isinstance(event, JobAssessed)
    return event


@pytest.mark.parametrize("mode", MODES)
async def test_a_harmless_job_of_each_mode_may_go_on_to_its_plan(mode: str) -> None:
    event = await assessed(SAFE_REQUESTS[mode])
    assert (event.assessment.risk, event.assessment.missing) == (Risk.GREEN, ())
    assert event.machine is not None
    assert (event.tool is None) == (mode == "saw")


async def test_a_saw_job_learns_its_blade() -> None:
    blade = (await assessed(SAFE_REQUESTS["saw"])).blade
    known = load_presets().blades["saw_10_24"]
    assert blade is not None
    assert (blade.diameter_mm, blade.kerf_mm, blade.plate_mm, blade.teeth) == (254.0, known.kerf_mm, known.plate_mm, 24)


async def test_a_saw_job_without_its_blade_is_blocked_and_says_what_is_missing() -> None:
    event = await assessed(safe("saw", without="blade_id"))
    assert event.blade is None
    assert event.assessment.risk is Risk.UNKNOWN
    assert "blade_kerf_mm" in event.assessment.missing


async def test_a_blade_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Rejected) as refused:
        await assessed(safe("saw", blade_id="saw_10_25"))
    assert (refused.value.code, refused.value.pointer) == ("unknown_id", "/blade_id")


async def test_a_bull_nose_tells_its_corner(tmp_path: Path) -> None:
    (tmp_path / "tools.toml").write_text('[flat_6mm_2f]\nkind = "bull"\ncorner_radius_mm = 1.5\n')
    tool = (await assessed(SAFE_REQUESTS["pocket"], tmp_path)).tool
    assert tool is not None
    assert (tool.kind, tool.corner_radius_mm) == ("bull", 1.5)


async def test_a_job_in_inches_goes_on_in_mm_with_every_size_of_it() -> None:
    inches = safe("profile", units="inch", cut__feed_per_min=60, cut__plunge_per_min=20, cut__stepdown=0.06)
    inches["design"] |= {"contour": [[0, 0], [4, 0], [4, 2]], "depth": 0.4, "wall": 0.8}
    inches["design"]["tabs"] = {"count": 3, "width": 0.25, "height": 0.06}
    inches["options"] = {"stock_thickness": 0.4, "stickout": 1}
    job = (await assessed(inches)).job
    design: Any = job.design
    assert (job.units, design.contour[1], design.depth) == ("mm", (101.6, 0.0), 10.16)
    assert (design.tabs.width, design.tabs.height, design.tabs.count) == (6.35, 1.524, 3)
    assert job.options.stock_thickness == 10.16
