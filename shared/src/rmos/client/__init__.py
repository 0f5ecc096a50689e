"""How does upstream CAM hand a job to RMOS? Publish JobSubmitted, durably, and keep the acknowledgement."""

from __future__ import annotations

import uuid
from pathlib import Path

import nats
from nats.errors import Error as NatsError
from rmos.chassis.blobs import BlobStore
from rmos.chassis.outbox import cloudevent_headers
from rmos.contracts.base import BlobRef
from rmos.contracts.events import STREAM, JobSubmitted
from rmos.contracts.jobs import MAX_INLINE_PROGRAM_BYTES, GcodeDesign


class SubmitError(Exception):
    """The bus did not take the job; nothing was submitted, try again."""


async def submit(nats_url: str, *jobs: JobSubmitted) -> None:
    """Publish each job and wait for its acknowledgement. Repeating it with the same job_id is harmless."""
    try:
        client = await nats.connect(nats_url, allow_reconnect=False, connect_timeout=5)
    except (OSError, NatsError) as error:
        raise SubmitError(f"cannot reach NATS at {nats_url}: {error}") from error
    try:
        js = client.jetstream()
        for job in jobs:
            headers = cloudevent_headers(str(uuid.uuid4()), job.subject, job.job_id, "/rmos/client")
            body = job.model_dump_json(exclude_none=True).encode()
            await js.publish(job.subject, body, timeout=5, stream=STREAM, headers=headers)
    except NatsError as error:
        raise SubmitError(f"job not taken: {error!r}") from error
    finally:
        await client.close()


def gcode_design(program: Path, blobs: BlobStore) -> GcodeDesign:
    """The design of a G-code job from a file: inline when short, else through the blob store."""
    data = program.read_bytes()
    if len(data) <= MAX_INLINE_PROGRAM_BYTES and _is_plain_text(data):
        return GcodeDesign(text=data.decode("ascii"))
    ref: BlobRef = blobs.put_sync(data, "text/x-gcode")
    return GcodeDesign(program=ref)


def _is_plain_text(data: bytes) -> bool:
    return data.isascii() and b"\0" not in data
