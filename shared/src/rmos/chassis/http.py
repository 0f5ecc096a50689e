"""What does every service answer over HTTP? Liveness, readiness, metrics, and the routes of its own `api.py`."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from typing import Annotated, Any, cast

import uvicorn
from fastapi import APIRouter, Body, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel, create_model
from rmos.chassis.acknowledge import MAX_BODY_BYTES
from rmos.chassis.errors import STATUS, Rejected
from rmos.chassis.metrics import Metrics
from rmos.chassis.operations import VERSION, Answer, Operation, Operations, Problem, Progress, unless_gone
from starlette.requests import ClientDisconnect

UNHEARD = Answer(499, b"")
"""Nobody is there to get it."""
LINES = "application/x-ndjson"
"""What a client accepts that wants to hear of progress."""


def create_app(
    service: str,
    router: APIRouter | None,
    ready: Callable[[], Awaitable[dict[str, object]]],
    registry: CollectorRegistry,
    operations: Operations | None = None,
    version: str = VERSION,
) -> FastAPI:
    app = FastAPI(title=f"RMOS {service}", version=version, docs_url=None, redoc_url=None)
    if router is not None:
        app.include_router(router, prefix=f"/api/rmos/{service}")
    if operations is not None:
        for operation in operations.operations:
            _add_operation(app, operations, operation)

    app.add_exception_handler(Rejected, _refused)
    app.add_exception_handler(RequestValidationError, _refused)

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/health/ready")
    async def is_ready(response: Response) -> dict[str, object]:
        try:
            return {"status": "ready", **await asyncio.wait_for(ready(), 3)}
        except Exception as error:
            response.status_code = 503
            return {"status": "not ready", "reason": repr(error)[:300]}

    @app.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return app


async def _refused(_: Request, error: Exception) -> Response:
    """Routes that are no operations refuse in the same words."""
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        error = Rejected("invalid", first["msg"], "".join(f"/{part}" for part in first["loc"][1:]))
    assert isinstance(error, Rejected)
    problem = Problem(code=error.code, detail=error.reason, pointer=error.pointer)
    return Response(problem.model_dump_json(), STATUS.get(error.code, STATUS["invalid"]), media_type="application/json")


def openapi(
    service: str, operations: Sequence[Operation], router: APIRouter | None = None, version: str = VERSION
) -> dict[str, Any]:
    """The OpenAPI document of a service that need not run."""

    async def ready() -> dict[str, object]:
        return {}

    metrics = Metrics(service)
    app = create_app(service, router, ready, metrics.registry, Operations(service, operations, metrics), version)
    return app.openapi()


class _Endpoint:
    """What FastAPI documents (the signature) and what answers (`receive`)."""

    def __init__(self, operation: Operation, receive: Callable[[Request], Coroutine[Any, Any, Response]]) -> None:
        self.__doc__ = None
        self.__signature__ = inspect.Signature(_parameters(operation))
        self.receive = receive

    async def __call__(self, **_: Any) -> None:
        raise NotImplementedError


class _OperationRoute(APIRoute):
    """Reads a request with the parser of `operations`, not with FastAPI's."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return cast(_Endpoint, self.endpoint).receive


def _add_operation(app: FastAPI, operations: Operations, operation: Operation) -> None:
    async def receive(request: Request) -> Response:
        try:
            raw, given = await _read(operation, request)
        except Rejected as refusal:
            answer = operations.refuse(operation, "http", refusal)
        else:
            if operation.long and LINES in request.headers.get("accept", ""):
                return StreamingResponse(_lines(operations, operation, raw, given), media_type=LINES)
            answering = operations.answer(operation, raw, given, "http")
            heard = await (unless_gone(answering, _hung_up(request)) if operation.long else answering)
            answer = heard or UNHEARD
        return Response(answer.body, answer.status, media_type="application/json")

    optional = {"requestBody": {"required": False}}
    needs_body = any(f.is_required() for n, f in operation.request.model_fields.items() if n not in operation.placeholders)
    app.router.add_api_route(
        operation.route(operations.service), _Endpoint(operation, receive), methods=[operation.method],
        name=operation.name, operation_id=operation.name, summary=operation.summary, response_model=operation.response,
        responses={status: {"model": Problem, "description": code} for code, status in STATUS.items()},
        openapi_extra=optional if operation.method == "POST" and _rest(operation) and not needs_body else None,
        route_class_override=_OperationRoute,
    )  # fmt: skip


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _lines(operations: Operations, operation: Operation, raw: bytes, given: dict[str, str]) -> AsyncIterator[bytes]:
    """A JSON object a line: {"progress": ...} as often as there is some, then {"answer": ...} or {"problem": ...}."""
    told: asyncio.Queue[Progress | None] = asyncio.Queue()
    work = asyncio.create_task(operations.answer(operation, raw, given, "http", report=told.put_nowait))
    work.add_done_callback(lambda _: told.put_nowait(None))
    try:
        while (progress := await told.get()) is not None:
            yield b'{"progress":' + progress.model_dump_json().encode() + b"}\n"
        answer = work.result()
        yield (b'{"answer":' if answer.problem is None else b'{"problem":') + answer.body + b"}\n"
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


def _parameters(operation: Operation) -> list[inspect.Parameter]:
    """Placeholders from the path; all other fields from the query (GET) or from one JSON object (POST)."""
    annotated: Any = Annotated
    kinds: dict[str, Any] = {}
    for name in operation.placeholders:
        field = operation.request.model_fields[name]
        kinds[name] = annotated[(field.annotation, *field.metadata, Path(description=field.description))]
    rest = _rest(operation)
    if rest is not None:
        kinds["_rest"] = annotated[rest, Query() if operation.method == "GET" else Body()]
    return [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind) for name, kind in kinds.items()]


def _rest(operation: Operation) -> type[BaseModel] | None:
    request, fields = operation.request, dict(operation.request.model_fields)
    if not operation.placeholders:
        return request if fields else None
    rest: dict[str, Any] = {n: (f.annotation, f) for n, f in fields.items() if n not in operation.placeholders}
    config = request.model_config
    return create_model(f"{request.__name__}Body", __config__=config, __doc__=request.__doc__, **rest) if rest else None


async def _read(operation: Operation, request: Request) -> tuple[bytes, dict[str, str]]:
    """JSON must be called JSON: what a foreign page can send unasked (a form, plain text) is no request."""
    given: dict[str, str] = dict(request.path_params)
    for name, value in request.query_params.multi_items():
        if operation.method == "POST":
            raise Rejected("invalid", "the fields belong into the body, not into the query")
        if name in given:
            raise Rejected("invalid", "a field is given twice in the URL")
        given[name] = value
    raw = await _body(request)
    if not raw or len(raw) > MAX_BODY_BYTES:
        return raw, given
    if operation.method == "GET":
        raise Rejected("invalid", "the fields belong into the query, not into a body")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Rejected("invalid", "the content-type of the body is not application/json")
    return raw, given


async def _body(request: Request) -> bytes:
    """At most one piece more than the limit; the parser refuses what is longer."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MAX_BODY_BYTES:
                break
    except ClientDisconnect:
        raise Rejected("invalid", "the body ended early") from None
    return bytes(body)


def listen(host: str, port: int) -> socket.socket:
    """The protocol is named because asyncio turns off Nagle's delay only where it is: 44 ms of each answer else."""
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((host, port))
    return server


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: the service decides when to stop."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=3))

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        return contextlib.nullcontext()
