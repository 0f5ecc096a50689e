"""How does a message from the bus become an effect or a dead letter? Decode, handle, commit, then acknowledge."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from pydantic import BaseModel, ValidationError
from rmos.chassis.errors import Rejected, RetryLater
from rmos.chassis.inbox import Outcome, Outgoing, commit
from rmos.chassis.metrics import Metrics
from rmos.contracts.base import sha256_hex
from rmos.contracts.events import BY_SUBJECT, DEAD_SUBJECT, AnyEvent, JobFailed

MAX_BODY_BYTES = 1 << 20
TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
NOT_READABLE = ("invalid", "too_large", "wrong_type")
Handler = Callable[[Any], Awaitable[Outcome]]
log = structlog.get_logger()


@dataclass(frozen=True)
class Desk:
    """What the message loop of one service needs to deal with a message."""

    service: str
    pool: asyncpg.Pool
    handlers: dict[type[BaseModel], Handler]
    metrics: Metrics
    poke: Callable[[], None]
    ack_wait_s: float
    max_deliver: int
    ignores_invalid: frozenset[str] = frozenset()
    """Subjects whose invalid messages another service refuses; here they have no effect."""
    last_defects: dict[str, str] = field(default_factory=dict)
    """Why a message failed last, by its cause id, for the dead letter it may become."""


async def deal_with(desk: Desk, msg: Msg) -> None:
    """Never raises: what cannot be handled now is nak'ed, what never can is kept as a dead letter."""
    deliveries = msg.metadata.num_delivered
    cause_id = cause_id_of(msg)
    desk.metrics.queue_wait(msg.subject, msg.metadata.timestamp)
    with structlog.contextvars.bound_contextvars(event_id=cause_id, subject=msg.subject):
        async with _heartbeat(msg, desk.ack_wait_s / 3):
            try:
                await _handle(desk, msg, cause_id, deliveries)
            except RetryLater as wait:
                log.info("retry later", reason=str(wait), delay_s=wait.delay_s)
                await _nak(msg, wait.delay_s)
            except Exception as defect:
                log.exception("defect", deliveries=deliveries)
                desk.metrics.outcome(msg.subject, "defect")
                _remember(desk, cause_id, defect)
                await _nak(msg, min(30.0, 0.5 * 2**deliveries) if deliveries < desk.max_deliver else 0.1)


def cause_id_of(msg: Msg) -> str:
    """What tells a repeat from a new message. The ce-id is the sender's word: two bodies under one id are two messages."""
    named = (msg.headers or {}).get("ce-id") or f"{msg.metadata.stream}-{msg.metadata.sequence.stream}"
    return f"{named[:200]}/{sha256_hex(msg.data)[:32]}"


def trace_of(msg: Msg) -> str:
    """The message's W3C traceparent, or nothing where it is none."""
    named = (msg.headers or {}).get("traceparent", "")
    return named if TRACEPARENT.fullmatch(named) else ""


async def _nak(msg: Msg, delay_s: float) -> None:
    """When even this fails, the message comes again after ack_wait."""
    try:
        await msg.nak(delay=delay_s)
    except NatsError as error:
        log.warning("nak failed", error=repr(error))


def _remember(desk: Desk, cause_id: str, defect: Exception) -> None:
    if len(desk.last_defects) > 1000:
        desk.last_defects.clear()
    desk.last_defects[cause_id] = repr(defect)[:500]


async def _handle(desk: Desk, msg: Msg, cause_id: str, deliveries: int) -> None:
    try:
        if deliveries > desk.max_deliver:
            seen = desk.last_defects.get(cause_id, "the worker died or was never able to finish")
            raise Rejected("max_deliveries", f"gave up after {desk.max_deliver} deliveries: {seen}")
        event = decode(msg)
        handler = desk.handlers[type(event)]
        structlog.contextvars.bind_contextvars(job_id=event.job_id)
        with desk.metrics.stage(msg.subject):
            outcome = await handler(event)
        await commit(desk.pool, desk.service, cause_id, outcome, trace_of(msg))
    except Rejected as refusal:
        if refusal.code in NOT_READABLE and msg.subject in desk.ignores_invalid:
            await msg.ack()
            return
        log.warning("rejected", code=refusal.code, reason=refusal.reason, pointer=refusal.pointer)
        await commit(desk.pool, desk.service, cause_id, _dead_letter(desk.service, msg, cause_id, refusal), trace_of(msg))
        desk.metrics.outcome(msg.subject, "rejected")
        desk.poke()
        await msg.term()
        return
    desk.metrics.outcome(msg.subject, "done")
    desk.poke()
    await msg.ack()


def decode(msg: Msg) -> AnyEvent:
    """The event in a message. Raises Rejected with a JSON pointer to what is wrong."""
    if len(msg.data) > MAX_BODY_BYTES:
        raise Rejected("too_large", f"the body has {len(msg.data)} bytes, {MAX_BODY_BYTES} are allowed")
    ce_type = (msg.headers or {}).get("ce-type")
    if ce_type is not None and ce_type != msg.subject:
        raise Rejected("wrong_type", f"ce-type is {ce_type!r} on subject {msg.subject!r}", "/ce-type")
    try:
        return BY_SUBJECT[msg.subject].model_validate_json(msg.data)
    except KeyError as error:
        raise Rejected("unknown_subject", f"no event has the subject {msg.subject!r}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        pointer = "".join(f"/{part}" for part in first["loc"])
        raise Rejected("invalid", f"{pointer or '/'}: {first['msg']}", pointer) from error


def _dead_letter(service: str, msg: Msg, cause_id: str, refusal: Rejected) -> Outcome:
    job_id = _job_id_of(msg)
    headers = {
        "Rmos-Dead-Service": service,
        "Rmos-Dead-Code": refusal.code,
        "Rmos-Dead-Reason": refusal.reason.encode("ascii", "backslashreplace").decode().replace("\n", " ")[:1000],
        "Rmos-Dead-Pointer": refusal.pointer.encode("ascii", "backslashreplace").decode(),
        "Rmos-Dead-Event": cause_id,
        "Rmos-Dead-Subject": msg.subject,
    }
    raw = (Outgoing(f"{DEAD_SUBJECT}.{service}", job_id or "-", msg.data, headers),)
    if job_id is None or not refusal.ends_job or msg.subject == JobFailed.subject:
        return Outcome(raw=raw)
    failed = JobFailed(job_id=job_id, stage=service, code=refusal.code, error=refusal.reason[:2000], pointer=refusal.pointer)
    return Outcome(raw=raw, events=(failed,))


def _job_id_of(msg: Msg) -> str | None:
    """The job id of a message that may be broken: from the body, else from ce-subject, if it is a valid one."""
    with contextlib.suppress(ValueError, RecursionError):
        body = json.loads(msg.data)
        if isinstance(body, dict) and _is_job_id(body.get("job_id")):
            return str(body["job_id"])
    named = (msg.headers or {}).get("ce-subject")
    return named if _is_job_id(named) else None


def _is_job_id(value: object) -> bool:
    try:
        JobFailed(job_id=value, stage="", code="", error="")  # type: ignore[arg-type]
    except ValidationError:
        return False
    return True


@contextlib.asynccontextmanager
async def _heartbeat(msg: Msg, every_s: float) -> Any:
    async def beat() -> None:
        while True:
            await asyncio.sleep(every_s)
            await msg.in_progress()

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task
