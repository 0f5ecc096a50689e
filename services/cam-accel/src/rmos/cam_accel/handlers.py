"""What does cam-accel do with an assessed job, and with what the scripts made of its plan?"""

from __future__ import annotations

from typing import Any

from rmos.cam_accel.engine import Verified
from rmos.cam_accel.jobs import PlanOrder, ProofOrder
from rmos.cam_accel.kernels import Choice
from rmos.cam_accel.workshop import Workshop
from rmos.chassis.blobs import BlobDamaged, BlobMissing, BlobStore
from rmos.chassis.errors import Rejected
from rmos.chassis.inbox import Outcome
from rmos.chassis.operations import tell_nobody, within
from rmos.contracts import toolpath
from rmos.contracts.base import BlobRef
from rmos.contracts.designs import GcodeDesign
from rmos.contracts.events import JobAssessed, ScriptApplied, ToolpathPlanned, ToolpathVerified
from rmos.contracts.jobs import PROGRAM_TYPE

REMEDY = "make the design smaller or its steps larger, or raise RMOS_CAM_JOB_LIMIT_S"


class Handlers:
    """The work is done in a workshop: what is endless, hostile or breaks the process ends one job, not the service."""

    def __init__(self, blobs: BlobStore, shop: Workshop, limit_s: float, kernels: Choice = "auto") -> None:
        self._blobs, self._shop, self._limit_s, self._kernels = blobs, shop, limit_s, kernels

    async def on_assessed(self, event: JobAssessed) -> Outcome:
        """A blocked job needs no plan: its record is made from the assessment."""
        if event.assessment.blocks:
            return Outcome()
        ref = await self._program(event)
        data = None if ref is None else await self._get(ref)
        path: bytes = await self._made(PlanOrder(event, data, self._kernels))
        stored = await self._blobs.put(path, toolpath.MEDIA_TYPE)
        planned = ToolpathPlanned(job_id=event.job_id, assessed=event, toolpath=stored, program=ref)
        return Outcome(events=(planned,))

    async def on_applied(self, event: ScriptApplied) -> Outcome:
        planned = event.planned
        path = await self._get(event.toolpath)
        untouched = planned.program is not None and not event.changed
        program = await self._get(planned.program) if untouched and planned.program is not None else None
        made: Verified = await self._made(ProofOrder(planned.assessed, path, program, self._kernels))
        ref = await self._blobs.put(made.program, PROGRAM_TYPE)
        verified = ToolpathVerified(
            job_id=event.job_id, applied=event, program=ref, facts=made.facts, verification=made.verification
        )
        return Outcome(events=(verified,))

    async def _made(self, order: PlanOrder | ProofOrder) -> Any:
        async with self._shop.bench() as bench, within(self._limit_s, REMEDY):
            return await bench(order, tell_nobody)

    async def _program(self, event: JobAssessed) -> BlobRef | None:
        design = event.job.design
        if not isinstance(design, GcodeDesign):
            return None
        if design.program is not None:
            return design.program
        return await self._blobs.put((design.text or "").encode(), PROGRAM_TYPE)

    async def _get(self, ref: BlobRef) -> bytes:
        try:
            return await self._blobs.get(ref)
        except (BlobMissing, BlobDamaged) as error:
            raise Rejected("blob", str(error), "/design/program") from error
