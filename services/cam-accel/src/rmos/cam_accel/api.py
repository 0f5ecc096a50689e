"""What may one ask cam-accel at once? Time, simulation, plan, program, drawing, the same over HTTP and NATS; and its files."""

from __future__ import annotations

import contextlib
from typing import Any

from fastapi import APIRouter, Request, Response
from rmos.cam_accel.kernels import Choice
from rmos.cam_accel.post import CONTROLLERS
from rmos.cam_accel.tasks import Made, TaskOrder, named_blob
from rmos.cam_accel.workshop import Workshop
from rmos.chassis.blobs import BlobDamaged, BlobMissing, BlobStore
from rmos.chassis.errors import STATUS, Rejected
from rmos.chassis.operations import Operation, Problem, Report
from rmos.contracts import toolpath
from rmos.contracts.base import BlobRef
from rmos.contracts.cam import (
    DXF_TYPE,
    MAX_DRAWING_BYTES,
    PNG_TYPE,
    SVG_TYPE,
    ControllerData,
    EstimateAnswer,
    EstimateRequest,
    ImportAnswer,
    ImportRequest,
    PlanAnswer,
    PlanRequest,
    PostAnswer,
    PostRequest,
    PreviewAnswer,
    PreviewRequest,
    SimulateAnswer,
    SimulateRequest,
)
from rmos.contracts.evaluation import NoFields
from rmos.contracts.jobs import MAX_PROGRAM_BYTES, PROGRAM_TYPE
from rmos.contracts.toolpath import MAGIC

MAX_FILE_BYTES = 256 << 20
BEGINS = {PROGRAM_TYPE: b"", toolpath.MEDIA_TYPE: MAGIC, PNG_TYPE: b"\x89PNG\r\n", SVG_TYPE: b"<svg "}
"""What may be fetched, and how it begins: the store keeps no types, so a client could call one thing another."""
TYPES = {
    "/source/program": (PROGRAM_TYPE,), "/source/toolpath": (toolpath.MEDIA_TYPE,), "/toolpath": (toolpath.MEDIA_TYPE,),
    "/drawing": (DXF_TYPE, SVG_TYPE),
}  # fmt: skip
BINARY: dict[str, Any] = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
REFUSALS: dict[int | str, dict[str, Any]] = {
    STATUS[code]: {"model": Problem, "description": code} for code in ("not_found", "too_large", "invalid")
}  # fmt: skip
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox", "x-content-type-options": "nosniff",
}  # fmt: skip


class Api:
    def __init__(self, shop: Workshop | None, blobs: BlobStore | None, kernels: Choice = "auto") -> None:
        """Without a workshop and a store there is only what needs neither: what it can do is told, not done."""
        self._shop, self._blobs, self._kernels = shop, blobs, kernels

    def operations(self) -> tuple[Operation, ...]:
        tasks: tuple[tuple[str, str, Any, Any], ...] = (
            ("estimate", "How long a program or toolpath takes", EstimateRequest, EstimateAnswer),
            ("simulate", "What a program or toolpath cuts, and what goes wrong", SimulateRequest, SimulateAnswer),
            ("preview", "A drawing of how the tool goes", PreviewRequest, PreviewAnswer),
            ("plan", "Plan a job: toolpath and program, verified", PlanRequest, PlanAnswer),
            ("post", "Write a toolpath for a controller", PostRequest, PostAnswer),
            ("import", "Read a drawing: layers, operations, gaps", ImportRequest, ImportAnswer),
        )
        long = tuple(Operation(name, text, asked, answer, self.perform, long=True) for name, text, asked, answer in tasks)
        table = Operation(
            "controllers", "Which controllers a program can be written for", NoFields, list[ControllerData], self.controllers,
            "GET", "/controllers",
        )  # fmt: skip
        return (*long, table)

    async def perform(self, request: Any, report: Report) -> Any:
        """The answer of a task; its files are in the store before it is told."""
        if self._shop is None or self._blobs is None:
            raise RuntimeError("no workshop")
        named = named_blob(request)
        data = None if named is None else await self._fetched(self._blobs, *named)
        made: Made = await self._shop.run(TaskOrder(request, data, self._kernels), report)
        for file in made.files.values():
            await self._blobs.put(file.data, file.media_type)
        return made.answer

    @staticmethod
    async def _fetched(blobs: BlobStore, pointer: str, ref: BlobRef) -> bytes:
        if ref.media_type not in TYPES[pointer]:
            raise Rejected("invalid", f"{ref.media_type} is not {' or '.join(TYPES[pointer])}", f"{pointer}/media_type")
        try:
            return await blobs.get(ref)
        except (BlobMissing, BlobDamaged) as error:
            raise Rejected("blob", f"{error}: upload it first", pointer) from error

    def controllers(self, _: NoFields) -> list[ControllerData]:
        return [
            ControllerData(
                id=name, title=c.title, file_extension=c.extension, read_as=c.reader, decimals_mm=c.decimals_mm,
                tool_change=c.tool_change, arc_planes=c.planes, full_circles=c.full_circles, mist=c.mist, flood=c.flood,
                spindle_dwell_s=c.spindle_dwell_s, note=c.note,
            )
            for name, c in CONTROLLERS.items()
        ]  # fmt: skip


def create_router(blobs: BlobStore | None) -> APIRouter:
    """What is too large for a message: programs and drawings in, any file out. Without a store it can only be described."""
    router = APIRouter(tags=["files"], responses=REFUSALS)
    body = {"requestBody": {**BINARY, "required": True}}

    def store() -> BlobStore:
        if blobs is None:
            raise RuntimeError("no store")
        return blobs

    @router.post("/programs", status_code=201, openapi_extra=body)
    async def upload(request: Request) -> BlobRef:
        """The body is the program, byte for byte; the answer is what `design.program` of a job takes."""
        return await store().put(await _body(request, MAX_PROGRAM_BYTES, "program"), PROGRAM_TYPE)

    @router.post("/drawings", status_code=201, openapi_extra=body)
    async def upload_drawing(request: Request) -> BlobRef:
        """The body is a DXF or SVG drawing; the answer is what `drawing` of an import takes."""
        body = await _body(request, MAX_DRAWING_BYTES, "drawing")
        is_svg = body[:512].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
        return await store().put(body, SVG_TYPE if is_svg else DXF_TYPE)

    @router.get("/files/{sha256}", response_class=Response, responses={200: {"description": "the file", **BINARY}})
    async def download(sha256: str, size: int, media_type: str) -> Response:
        """A file that an answer names by hash, size and type."""
        data = None
        if media_type in BEGINS and 0 <= size <= MAX_FILE_BYTES:
            with contextlib.suppress(BlobMissing, BlobDamaged, ValueError):
                data = await store().get(BlobRef(sha256=sha256, size=size, media_type=media_type))
        if data is None or not data.startswith(BEGINS[media_type]):
            raise Rejected("not_found", f"no file {sha256[:64]} of {size} bytes and type {media_type[:64]}")
        return Response(data, media_type=media_type, headers=HEADERS)

    return router


async def _body(request: Request, most: int, what: str) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise Rejected("too_large", f"a {what} may have {most} bytes")
    if not body:
        raise Rejected("invalid", f"the {what} is empty")
    return bytes(body)
