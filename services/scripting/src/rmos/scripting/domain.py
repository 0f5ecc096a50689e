"""What does a script learn of its job, and which of its results may go on?"""

from __future__ import annotations

from typing import Any

import numpy as np
from rmos.contracts.jobs import Job, Script
from rmos.contracts.toolpath import Toolpath


class ResultRefused(ValueError):
    """A result that no machine can run."""


def context_of(job: Job, script: Script) -> dict[str, Any]:
    """The `job` table of a script: plain values, what is not known left out."""
    names = ("job_id", "mode", "tool_id", "material_id", "machine_id")
    return {**{name: getattr(job, name) for name in names}, "params": dict(script.params)}


def check_result(path: Toolpath) -> None:
    """Raises ResultRefused when a cutting move has no positive feed or spindle speed, or a rapid has a feed."""
    rapid, cutting = path.is_rapid, path.is_cut
    for name, wrong in (
        ("feed_mm_min is not positive", cutting & (path.feed_mm_min <= 0)),
        ("spindle_rpm is not positive", cutting & (path.spindle_rpm <= 0)),
        ("spindle_rpm is negative", path.spindle_rpm < 0),
        ("a rapid has a feed_mm_min", rapid & (path.feed_mm_min != 0)),
    ):
        if wrong.any():
            raise ResultRefused(f"move {int(np.argmax(wrong)) + 1}: {name}")
