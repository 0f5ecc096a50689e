"""How does a schema get its tables? Forward-only numbered SQL files, each applied once, in one transaction."""

from __future__ import annotations

from importlib.resources import files

import asyncpg

CHASSIS_SQL = """
create table if not exists migrations (name text primary key, applied_at timestamptz not null default now());
create table if not exists inbox (
    consumer text not null, event_id text not null, seen_at timestamptz not null default now(),
    primary key (consumer, event_id));
create table if not exists outbox (
    id bigint generated always as identity primary key, event_id text not null unique, subject text not null,
    job_id text not null, body bytea not null, headers text not null default '{}',
    created_at timestamptz not null default now());
"""


async def migrate(dsn: str, service: str) -> list[str]:
    """Bring the service's schema up to date; returns the names of what was applied. Safe to run twice at once."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtext('rmos.migrate'))")
            await connection.execute(f'create schema if not exists "{service}"; set local search_path to "{service}"')
            await connection.execute(CHASSIS_SQL)
            done = {row["name"] for row in await connection.fetch("select name from migrations")}
            return [name for name, sql in _scripts(service) if name not in done and await _apply(connection, name, sql)]
    finally:
        await connection.close()


def _scripts(service: str) -> list[tuple[str, str]]:
    folder = files(f"rmos.{service}") / "migrations"
    if not folder.is_dir():
        return []
    return sorted((f.name, f.read_text(encoding="utf-8")) for f in folder.iterdir() if f.name.endswith(".sql"))


async def _apply(connection: asyncpg.Connection, name: str, sql: str) -> bool:
    await connection.execute(sql)
    await connection.execute("insert into migrations (name) values ($1)", name)
    return True
