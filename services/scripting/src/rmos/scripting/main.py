"""Where is scripting put together? Here."""

from __future__ import annotations

from rmos.chassis.service import Parts, Resources, Service, run
from rmos.contracts.events import ToolpathPlanned
from rmos.scripting.handlers import on_planned
from rmos.scripting.settings import Settings


async def assemble(resources: Resources) -> Parts:
    return Parts({ToolpathPlanned: on_planned})


def create_service(settings: Settings) -> Service:
    return Service("scripting", settings, assemble)


def main() -> None:
    run(lambda: create_service(Settings()))  # type: ignore[call-arg]


if __name__ == "__main__":
    main()
