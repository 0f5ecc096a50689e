"""How does upstream CAM hand a job to RMOS? Publish JobSubmitted, durably, and keep the acknowledgement."""

from __future__ import annotations

import secrets
import uuid
from pathlib import Path
from typing import Protocol

import httpx
import nats
from nats.errors import Error as NatsError
from rmos.chassis.outbox import cloudevent_headers
from rmos.contracts.base import BlobRef
from rmos.contracts.designs import MAX_INLINE_PROGRAM_BYTES, GcodeDesign
from rmos.contracts.events import STREAM, JobSubmitted
from rmos.contracts.jobs import MAX_PROGRAM_BYTES, PROGRAM_TYPE


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
            headers["traceparent"] = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"
            body = job.model_dump_json(exclude_none=True).encode()
            await js.publish(job.subject, body, timeout=5, stream=STREAM, headers=headers)
    except NatsError as error:
        raise SubmitError(f"job not taken: {error!r}") from error
    finally:
        await client.close()


class ProgramRefused(ValueError):
    """The program is none that RMOS takes; another try will not help."""


class Programs(Protocol):
    """Where a program goes that is too long for an event: an upload, or the blob store itself."""

    def put_sync(self, data: bytes, media_type: str) -> BlobRef: ...


class ProgramUpload:
    """Uploads to cam-accel: `url` is its address, as in `http://127.0.0.1:8083`."""

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/api/rmos/cam_accel/programs"

    def put_sync(self, data: bytes, media_type: str) -> BlobRef:
        """Raises ProgramRefused, and SubmitError when cam-accel cannot be reached."""
        try:
            response = httpx.post(self._url, content=data, headers={"content-type": media_type}, timeout=60, trust_env=False)
        except httpx.TransportError as error:
            raise SubmitError(f"cannot upload the program to {self._url}: {error!r}") from error
        if response.is_error:
            raise ProgramRefused(f"program not taken: {response.text[:300]}")
        return BlobRef.model_validate_json(response.content)


def gcode_design(program: Path, programs: Programs) -> GcodeDesign:
    """The design of a G-code job from a file: inline when short, else by its hash. Raises ProgramRefused, SubmitError."""
    size = program.stat().st_size
    if size > MAX_PROGRAM_BYTES:
        raise ProgramRefused(f"{program}: line 1, column 1: {size} bytes, {MAX_PROGRAM_BYTES} are allowed: split the program")
    data = program.read_bytes()
    if len(data) <= MAX_INLINE_PROGRAM_BYTES and _is_plain_text(data):
        return GcodeDesign(text=data.decode("ascii"))
    return GcodeDesign(program=programs.put_sync(data, PROGRAM_TYPE))


def _is_plain_text(data: bytes) -> bool:
    return data.isascii() and b"\0" not in data
