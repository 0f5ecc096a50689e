"""Where is cam-accel put together? Here."""

from __future__ import annotations

import structlog
from rmos.cam_accel.handlers import Handlers
from rmos.cam_accel.settings import Settings
from rmos.chassis.service import Parts, Resources, Service, run
from rmos.contracts.events import JobAssessed, ScriptApplied

log = structlog.get_logger()


async def assemble(resources: Resources) -> Parts:
    resources.metrics.gauge("native", "1 when the native kernels are in use").set(0)
    log.warning("this version has no native kernels: the reference kernels are in use")
    handlers = Handlers(resources.blobs)
    return Parts({JobAssessed: handlers.on_assessed, ScriptApplied: handlers.on_applied})


def create_service(settings: Settings) -> Service:
    return Service("cam_accel", settings, assemble)


def main() -> None:
    run(lambda: create_service(Settings()))  # type: ignore[call-arg]


if __name__ == "__main__":
    main()
