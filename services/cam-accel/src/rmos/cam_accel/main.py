"""Where is cam-accel put together? Here."""

from __future__ import annotations

import structlog
from rmos.cam_accel import jobs, tasks
from rmos.cam_accel.api import Api, create_router
from rmos.cam_accel.handlers import Handlers
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.settings import Settings
from rmos.cam_accel.workshop import Workshop
from rmos.chassis.service import Parts, Resources, Service, run
from rmos.contracts.events import JobAssessed, ScriptApplied

log = structlog.get_logger()


def create_service(settings: Settings) -> Service:
    kernels = choose(settings.cpp_accel)

    async def assemble(resources: Resources) -> Parts:
        native = kernels.name == "native"
        resources.metrics.gauge("native", "1 when the native kernels are in use").set(int(native))
        if not native:
            log.warning("the reference kernels are in use: same results, much slower", cpp_accel=settings.cpp_accel)
        memory_bytes = settings.cam_memory_mb << 20
        asked = Workshop(tasks.work, settings.cam_benches, memory_bytes)
        ordered = Workshop(jobs.work, settings.cam_job_benches, memory_bytes)
        handlers = Handlers(resources.blobs, ordered, settings.cam_job_limit_s, settings.cpp_accel)

        async def close() -> None:
            await asked.close()
            await ordered.close()

        return Parts(
            {JobAssessed: handlers.on_assessed, ScriptApplied: handlers.on_applied}, create_router(resources.blobs),
            close=close, operations=Api(asked, resources.blobs, settings.cpp_accel).operations(),
        )  # fmt: skip

    return Service("cam_accel", settings, assemble)


def main() -> None:
    run(lambda: create_service(Settings()))  # type: ignore[call-arg]


if __name__ == "__main__":
    main()
