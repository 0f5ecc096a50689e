"""Where is scripting put together? Here."""

from __future__ import annotations

import structlog
from rmos.chassis.service import Parts, Resources, Service, run
from rmos.contracts.events import ToolpathPlanned
from rmos.scripting.engine import Limits, LuaEngine
from rmos.scripting.handlers import Handlers
from rmos.scripting.settings import Settings

log = structlog.get_logger()


def create_service(settings: Settings) -> Service:
    limits = Limits(
        wall_ms=settings.script_wall_ms,
        instructions=settings.script_instructions,
        memory_bytes=settings.script_memory_mib << 20,
    )

    async def assemble(resources: Resources) -> Parts:
        engine = LuaEngine(usual=limits)
        confined = engine.capabilities()["confined"]
        resources.metrics.gauge("confined", "1 when scripts can be confined here; else they are refused").set(confined)
        if not confined:
            log.warning("scripts cannot be confined on this host: jobs with scripts are refused")
        ended = resources.metrics.counter("runs", "Runs of scripts by how they ended", ("outcome",))
        handlers = Handlers(resources.blobs, engine, limits, lambda outcome: ended.labels(outcome).inc())
        return Parts({ToolpathPlanned: handlers.on_planned}, close=engine.close)

    return Service("scripting", settings, assemble)


def main() -> None:
    run(lambda: create_service(Settings()))  # type: ignore[call-arg]


if __name__ == "__main__":
    main()
