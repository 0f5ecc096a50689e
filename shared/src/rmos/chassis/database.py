"""How does a service reach its own schema? A pool whose search path is that schema alone."""

from __future__ import annotations

import asyncpg


async def open_pool(dsn: str, schema: str, size: int) -> asyncpg.Pool:
    return await asyncpg.create_pool(
        dsn, min_size=1, max_size=size, command_timeout=30, server_settings={"search_path": schema}
    )
