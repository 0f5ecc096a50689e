"""What may one ask runs? Records, their exact bytes, released G-code, and where a job is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Query, Response
from rmos.chassis.blobs import BlobStore
from rmos.contracts.base import BlobRef
from rmos.runs.store import RunStore


def create_router(store: RunStore, blobs: BlobStore) -> APIRouter:
    router = APIRouter()

    async def run_of(job_id: str) -> dict[str, Any]:
        run = await store.run(job_id)
        if run is None:
            raise HTTPException(404, f"job {job_id!r} has no record")
        return run

    @router.get("/runs")
    async def runs(limit: int = Query(50, ge=1, le=500)) -> list[dict[str, Any]]:
        return await store.runs(limit)

    @router.get("/counts")
    async def counts() -> dict[str, int]:
        return await store.counts()

    @router.get("/runs/{job_id}")
    async def run(job_id: str) -> dict[str, Any]:
        return await run_of(job_id)

    @router.get("/runs/{job_id}/record")
    async def record(job_id: str) -> Response:
        await run_of(job_id)
        return Response(await store.record(job_id), media_type="application/json")

    @router.get("/runs/{job_id}/gcode")
    async def gcode(job_id: str) -> Response:
        found = await run_of(job_id)
        if found["release"] != "released":
            raise HTTPException(409, f"job {job_id!r} is not released: {found['status']}, review {found['release']}")
        return Response(await blobs.get(BlobRef(**found["program"])), media_type="text/plain")

    @router.get("/jobs/{job_id}")
    async def job(job_id: str) -> dict[str, Any]:
        timeline = await store.timeline(job_id)
        if not timeline:
            raise HTTPException(404, f"job {job_id!r} was never heard of")
        return {"job_id": job_id, "timeline": timeline, "run": await store.run(job_id)}

    return router
