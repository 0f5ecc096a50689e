"""What does cam-accel do with an assessed job, and with what the scripts made of its plan?"""

from __future__ import annotations

import asyncio

from rmos.cam_accel import engine
from rmos.cam_accel.errors import Refused
from rmos.cam_accel.kernels import Kernels
from rmos.chassis.blobs import BlobDamaged, BlobMissing, BlobStore
from rmos.chassis.errors import Rejected
from rmos.chassis.inbox import Outcome
from rmos.contracts import toolpath
from rmos.contracts.base import BlobRef
from rmos.contracts.designs import GcodeDesign
from rmos.contracts.events import JobAssessed, ScriptApplied, ToolpathPlanned, ToolpathVerified
from rmos.contracts.jobs import PROGRAM_TYPE


class Handlers:
    def __init__(self, blobs: BlobStore, kernels: Kernels) -> None:
        self._blobs, self._kernels = blobs, kernels

    async def on_assessed(self, event: JobAssessed) -> Outcome:
        """A blocked job needs no plan: its record is made from the assessment."""
        if event.assessment.blocks:
            return Outcome()
        ref = await self._program(event)
        data = None if ref is None else await self._get(ref)
        try:
            path = await asyncio.to_thread(engine.plan, self._kernels, event, data)
        except Refused as refusal:
            raise Rejected(refusal.code, refusal.reason, refusal.pointer) from refusal
        stored = await self._blobs.put(toolpath.encode(path), toolpath.MEDIA_TYPE)
        planned = ToolpathPlanned(job_id=event.job_id, assessed=event, toolpath=stored, program=ref)
        return Outcome(events=(planned,))

    async def on_applied(self, event: ScriptApplied) -> Outcome:
        planned = event.planned
        path = toolpath.decode(await self._get(event.toolpath))
        untouched = planned.program is not None and not event.changed
        program = await self._get(planned.program) if untouched and planned.program is not None else None
        try:
            made = await asyncio.to_thread(engine.verify_and_post, self._kernels, planned.assessed, path, program)
        except Refused as refusal:
            raise Rejected(refusal.code, refusal.reason, refusal.pointer) from refusal
        ref = await self._blobs.put(made.program, PROGRAM_TYPE)
        verified = ToolpathVerified(
            job_id=event.job_id, applied=event, program=ref, facts=made.facts, verification=made.verification
        )
        return Outcome(events=(verified,))

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
