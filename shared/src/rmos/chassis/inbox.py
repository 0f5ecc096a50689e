"""How does a message have exactly one effect? Inbox, guard, effects and outbox in one statement, one round trip."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

import asyncpg
from rmos.contracts.events import AnyEvent

KEEP_DAYS = 28
_NAMESPACE = uuid.UUID("5d0f4a55-1c1f-5c5b-9d0b-2f6d1f0e7a11")


@dataclass(frozen=True)
class Statement:
    """A data-modifying SQL fragment with {0}, {1}… for its arguments, selecting `from gate`."""

    sql: str
    args: tuple[Any, ...]


@dataclass(frozen=True)
class Outgoing:
    subject: str
    job_id: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a message shall do. Without `guard` returning a row, neither effects nor events happen."""

    events: tuple[AnyEvent, ...] = ()
    effects: tuple[Statement, ...] = ()
    guard: Statement | None = None
    raw: tuple[Outgoing, ...] = ()


def event_id(consumer: str, cause_id: str, ordinal: int) -> str:
    """The same cause always gives the same ids, so that a repeat is recognised everywhere."""
    return str(uuid.uuid5(_NAMESPACE, f"{consumer}/{cause_id}/{ordinal}"))


def outgoing(event: AnyEvent) -> Outgoing:
    body = event.model_dump_json(exclude_none=True).encode()
    return Outgoing(event.subject, event.job_id, body)


async def commit(pool: asyncpg.Pool, consumer: str, cause_id: str, outcome: Outcome, trace: str = "") -> bool:
    """Apply the outcome once per (consumer, cause_id). True when this call was the one that did it.

    `trace` is the W3C traceparent of the cause; what follows from it carries the same.
    """
    sql, args = _compose(consumer, cause_id, outcome, {"traceparent": trace} if trace else {})
    return bool(await pool.fetchval(sql, *args))


async def forget(pool: asyncpg.Pool) -> int:
    """Drop what was dealt with long ago. The stream holds messages for half that time, so none of these can come again."""
    done: str = await pool.execute("delete from inbox where seen_at < now() - make_interval(days => $1)", KEEP_DAYS)
    return int(done.split()[-1])


def _compose(consumer: str, cause_id: str, outcome: Outcome, headers: dict[str, str]) -> tuple[str, list[Any]]:
    args: list[Any] = [consumer, cause_id]
    parts = ["first as (insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing returning 1 as ok)"]
    gate = "first"
    if outcome.guard is not None:
        parts.append(f"guarded as ({_bind(outcome.guard, args, 'first')} returning 1 as ok)")
        gate = "guarded"
    parts += [f"effect{n} as ({_bind(effect, args, gate)})" for n, effect in enumerate(outcome.effects)]
    rows = [replace(row, headers=headers | row.headers) for row in (*map(outgoing, outcome.events), *outcome.raw)]
    if rows:
        ids = [event_id(consumer, cause_id, n) for n in range(len(rows))]
        parts.append(f"queued as ({_bind(_queue(rows, ids), args, gate)})")
    return "with " + ", ".join(parts) + " select count(*) from first", args


def _queue(rows: list[Outgoing], ids: list[str]) -> Statement:
    sql = (
        "insert into outbox (event_id, subject, job_id, body, headers) select r.e, r.s, r.j, r.b, r.h from gate,"
        " unnest({0}::text[], {1}::text[], {2}::text[], {3}::bytea[], {4}::text[])"
        " with ordinality as r (e, s, j, b, h, n) order by r.n on conflict do nothing"
    )
    columns = [r.subject for r in rows], [r.job_id for r in rows], [r.body for r in rows]
    return Statement(sql, (ids, *columns, [json.dumps(r.headers) for r in rows]))


def _bind(statement: Statement, args: list[Any], gate: str) -> str:
    base = len(args)
    args.extend(statement.args)
    sql = re.sub(r"\{(\d+)\}", lambda match: f"${base + int(match[1]) + 1}", statement.sql)
    return sql.replace("from gate", f"from {gate}")
