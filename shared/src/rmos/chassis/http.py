"""What does every service answer over HTTP? Liveness, readiness, metrics, and the routes of its own `api.py`."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable

import uvicorn
from fastapi import APIRouter, FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest


def create_app(
    service: str,
    router: APIRouter | None,
    ready: Callable[[], Awaitable[dict[str, object]]],
    registry: CollectorRegistry,
) -> FastAPI:
    app = FastAPI(title=f"RMOS {service}", version="0.1.0", docs_url=None, redoc_url=None)
    if router is not None:
        app.include_router(router, prefix=f"/api/rmos/{service}")

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

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return app


def listen(host: str, port: int) -> socket.socket:
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((host, port))
    return server


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: the service decides when to stop."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=3))

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        return contextlib.nullcontext()
