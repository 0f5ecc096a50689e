"""Is a job refused that asks for what no plan heeds yet, rather than planned as if it had not?"""

from __future__ import annotations

from typing import Any

import pytest
from rmos.cam_accel.engine import NOT_HEEDED, Refused, plan
from rmos.cam_accel.kernels import choose
from rmos.contracts.base import Risk
from rmos.contracts.events import AssessmentData, JobAssessed, ToolFacts
from rmos.contracts.jobs import Job

KERNELS = choose("off")
TOOL = ToolFacts(tool_id="t", diameter_mm=6, flutes=2, flute_length_mm=20, center_cutting=True)
CUT = {"stepover_ratio": 0.4, "stepdown": 2, "feed_per_min": 1000, "plunge_per_min": 300, "spindle_rpm": 18000}
STATED: dict[str, dict[str, Any]] = {
    "cut": {"strategy": "lanes", "entry": "helix", "ramp_deg": 3, "direction": "climb", "finish_allowance": 0.3,
            "floor_allowance": 0.1, "finish_pass": "none", "lead_radius": 2, "tolerance": 0.01},
    "options": {"fixtures": [{"low": [0, 0, 0], "high": [1, 1, 1]}], "fit_tolerance": 0.01},
}  # fmt: skip


def assessed(**changes: Any) -> JobAssessed:
    design = {"boundary": [[0, 0], [40, 0], [40, 30], [0, 30]], "depth": 2}
    job = Job.model_validate({"job_id": "a", "mode": "pocket", "design": design, "cut": CUT, **changes})
    word = AssessmentData(stage="request", risk=Risk.GREEN, score=90, engine_id="e", engine_version="1", pack_sha256="0" * 64)
    return JobAssessed(job_id="a", job=job, request_sha256="0" * 64, assessment=word, tool=TOOL)


def test_a_job_that_asks_for_nothing_new_is_planned() -> None:
    assert len(plan(KERNELS, assessed(), None)) > 10


@pytest.mark.parametrize(("part", "name"), [(part, name) for part, names in NOT_HEEDED.items() for name in names])
def test_what_is_not_heeded_is_refused_with_its_place(part: str, name: str) -> None:
    value = STATED[part][name]
    stated = {"cut": {**CUT, name: value}} if part == "cut" else {"options": {name: value}}
    with pytest.raises(Refused, match=name) as refused:
        plan(KERNELS, assessed(**stated), None)
    assert (refused.value.code, refused.value.pointer) == ("not_heeded", f"/{part}/{name}")


def test_a_controller_without_a_post_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        plan(KERNELS, assessed(post="haas"), None)
    assert (refused.value.code, refused.value.pointer) == ("no_post", "/post")


def test_a_mode_without_a_planner_is_refused() -> None:
    design = {"holes": [{"x": 0, "y": 0}], "diameter": 6, "depth": 5}
    with pytest.raises(Refused) as refused:
        plan(KERNELS, assessed(mode="drill", design=design), None)
    assert (refused.value.code, refused.value.pointer) == ("no_planner", "/mode")
