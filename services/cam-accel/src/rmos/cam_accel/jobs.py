"""What does a process of the workshop do for a job on the bus? Plan it; prove and post what the scripts left of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rmos.cam_accel import engine
from rmos.cam_accel.errors import Refused
from rmos.cam_accel.kernels import Choice, choose
from rmos.chassis.errors import Rejected
from rmos.chassis.operations import Report
from rmos.contracts import toolpath
from rmos.contracts.events import JobAssessed


@dataclass(frozen=True)
class PlanOrder:
    """`program`: the bytes of the job's own program, None where it has a design."""

    assessed: JobAssessed
    program: bytes | None
    kernels: Choice = "auto"


@dataclass(frozen=True)
class ProofOrder:
    """`path`: a toolpath blob; `program`: the bytes to release as they are, where no script changed their moves."""

    assessed: JobAssessed
    path: bytes
    program: bytes | None
    kernels: Choice = "auto"


def work(order: PlanOrder | ProofOrder, _: Report) -> Any:
    """A toolpath blob for a PlanOrder, engine.Verified for a ProofOrder. Raises Rejected, and nothing else that is expected."""
    try:
        if isinstance(order, PlanOrder):
            return toolpath.encode(engine.plan(choose(order.kernels), order.assessed, order.program))
        path = toolpath.decode(order.path)
        return engine.verify_and_post(choose(order.kernels), order.assessed, path, order.program)
    except Refused as refusal:
        raise Rejected(refusal.code, refusal.reason, refusal.pointer) from refusal
