"""How does a program that is too long for an event reach RMOS? It is uploaded first, and the job names its hash."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from rmos.chassis.blobs import BlobStore
from rmos.contracts.base import BlobRef
from rmos.contracts.jobs import MAX_PROGRAM_BYTES, PROGRAM_TYPE


def create_router(blobs: BlobStore) -> APIRouter:
    router = APIRouter()

    @router.post("/programs", status_code=201)
    async def upload(request: Request) -> BlobRef:
        """The body is the program, byte for byte; the answer is what `design.program` of a job takes."""
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MAX_PROGRAM_BYTES:
                raise HTTPException(413, f"a program may have {MAX_PROGRAM_BYTES} bytes")
        if not body:
            raise HTTPException(422, "the program is empty")
        return await blobs.put(bytes(body), PROGRAM_TYPE)

    return router
