"""What must be there before a worker starts? Every service's tables, the streams, the consumers: made once, here."""

from __future__ import annotations

import asyncio

from rmos.chassis import streams
from rmos.chassis.migrate import migrate
from rmos.chassis.settings import ServiceSettings
from rmos.contracts.events import CONSUMERS


async def set_up(postgres_dsn: str, nats_url: str) -> None:
    """Safe to run again."""
    for service in CONSUMERS:
        await migrate(postgres_dsn, service)
    client = await streams.connect(nats_url, "rmos-setup")
    try:
        await streams.provision(client.jetstream())
    finally:
        await streams.close(client)


def main() -> None:
    settings = ServiceSettings()  # type: ignore[call-arg]
    asyncio.run(set_up(settings.postgres_dsn, settings.nats_url))


if __name__ == "__main__":
    main()
