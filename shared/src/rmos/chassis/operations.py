"""What may a client ask a service to do? Operations, declared once and answered alike over HTTP and NATS."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import math
import re
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import structlog
from pydantic import BaseModel, TypeAdapter
from rmos.chassis.errors import STATUS, Rejected, RetryLater
from rmos.chassis.metrics import Metrics
from rmos.chassis.requests import parse
from rmos.contracts.base import Command

VERSION = "0.1.0"
NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
PATH = re.compile(r"(/([a-z0-9_-]+|\{[a-z][a-z0-9_]*\}))+")
AT_ONCE, IN_HAND = 8, 256
"""Calls that run at once, and requests that run or wait, of each operation."""
log = structlog.get_logger()


@dataclass(frozen=True)
class Operation:
    """`call` gets a valid `request`; a plain one runs in a thread. Over NATS its subject is rmos.<service>.<name>.

    A `long` one is a coroutine function that also gets a function to report progress with. It is cancelled when its client is
    gone, or when the `deadline_s` of its request is over, waiting included.
    """

    name: str
    summary: str
    request: type[BaseModel]
    response: Any
    call: Callable[..., Any]
    method: Literal["GET", "POST"] = "POST"
    path: str = ""
    long: bool = False

    def __post_init__(self) -> None:
        fields = self.request.model_fields
        textual = self.placeholders if self.method == "POST" else tuple(fields)
        for wrong, why in (
            (not NAME.fullmatch(self.name), "the name is not like rules.show"),
            (self.path and not PATH.fullmatch(self.path), "the path is not like /rules/{rule_id}"),
            (not issubclass(self.request, Command), "the request is not a Command"),
            (any(f.alias or f.validation_alias for f in fields.values()), "a field has a second name"),
            (self.long and not inspect.iscoroutinefunction(self.call), "a long call is no coroutine function"),
            (self.long and "deadline_s" not in fields, "a long request states no deadline_s"),
            (not set(self.placeholders) <= set(fields), "a placeholder is no field of the request"),
            (not all(_is_scalar(self.request, name) for name in textual if name in fields), "a URL cannot carry every field"),
        ):
            if wrong:
                raise ValueError(f"operation {self.name}: {why}")

    @property
    def placeholders(self) -> tuple[str, ...]:
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    def route(self, service: str) -> str:
        return f"/api/rmos/{service}{self.path or '/' + self.name.replace('.', '/')}"


class Problem(BaseModel):
    """Why a request has no answer: a stable code, words for a person, and a JSON pointer into the request."""

    code: str
    detail: str
    pointer: str = ""


class Progress(BaseModel):
    """How far long work is: what it does now, and what share of that is done, where that can be told."""

    stage: str
    done: float | None = None


Report = Callable[[Progress], None]


def tell_nobody(_: Progress) -> None:
    """Where no client asked to hear."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    problem: Problem | None = None


class Operations:
    """The operations of one service, ready to be asked over any transport."""

    def __init__(self, service: str, operations: Sequence[Operation], metrics: Metrics) -> None:
        self.service, self.operations, self._metrics = service, tuple(operations), metrics
        names = [o.name for o in self.operations] + [f"{o.method} {o.route(service)}" for o in self.operations]
        if len(set(names)) < len(names):
            raise ValueError(f"two operations of {service} have the same name or the same path")
        self._answers = {o.name: TypeAdapter(o.response) for o in self.operations}
        self._slots = {o.name: asyncio.Semaphore(AT_ONCE) for o in self.operations}
        self._in_hand = dict.fromkeys(self._slots, 0)

    async def answer(
        self, operation: Operation, raw: bytes, given: Mapping[str, str], transport: str, largest: float = math.inf,
        report: Report = tell_nobody,
    ) -> Answer:  # fmt: skip
        """Never raises, except when cancelled. `largest` is the body that the transport can carry."""
        start = time.perf_counter()
        with structlog.contextvars.bound_contextvars(operation=operation.name, transport=transport):
            try:
                body = await self._perform(operation, raw, given, report)
                if len(body) > largest:
                    raise Rejected("too_large", f"the answer has {len(body)} bytes, {largest} fit here: ask over HTTP")
            except Exception as error:
                return self.refuse(operation, transport, error, time.perf_counter() - start)
        self._metrics.operation(operation.name, transport, 200, time.perf_counter() - start)
        return Answer(200, body)

    def refuse(self, operation: Operation, transport: str, error: Exception, seconds: float = 0.0) -> Answer:
        problem = _problem(error)
        status = STATUS.get(problem.code, STATUS["invalid"])
        self._metrics.operation(operation.name, transport, status, seconds)
        return Answer(status, problem.model_dump_json().encode(), problem)

    async def _perform(self, operation: Operation, raw: bytes, given: Mapping[str, str], report: Report) -> bytes:
        if self._in_hand[operation.name] >= IN_HAND:
            raise RetryLater(f"{IN_HAND} requests of {operation.name} are in hand already")
        self._in_hand[operation.name] += 1
        try:
            request: Any = parse(operation.request, raw, given)
            if operation.long:
                async with within(request.deadline_s), self._slots[operation.name]:
                    result = await operation.call(request, report)
            else:
                async with self._slots[operation.name]:
                    result = await _call(operation.call, request)
            adapter = self._answers[operation.name]
            return adapter.dump_json(adapter.validate_python(result), by_alias=True)
        finally:
            self._in_hand[operation.name] -= 1


@contextlib.asynccontextmanager
async def within(deadline_s: float, remedy: str = "ask for less, or state a later deadline_s") -> AsyncIterator[None]:
    """Raises Rejected("deadline") when the time is over; a timeout of another cause stays what it is."""
    try:
        async with asyncio.timeout(deadline_s) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise Rejected("deadline", f"not done within {deadline_s:g} s: {remedy}") from None


async def unless_gone(answering: Coroutine[Any, Any, Answer], gone: Coroutine[Any, Any, None]) -> Answer | None:
    """The answer, or nothing where `gone` ends first, which tells that nobody waits for it: then the work is cancelled."""
    work, leaving = asyncio.create_task(answering), asyncio.create_task(gone)
    try:
        await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return work.result() if work.done() else None
    finally:
        for task in (work, leaving):
            task.cancel()
        await asyncio.gather(work, leaving, return_exceptions=True)


def _problem(error: Exception) -> Problem:
    if isinstance(error, Rejected):
        return Problem(code=_sound(error.code), detail=_sound(error.reason), pointer=_sound(error.pointer))
    if isinstance(error, RetryLater):
        return Problem(code="unavailable", detail=_sound(str(error)))
    log.error("defect", exc_info=error)
    return Problem(code="defect", detail="internal error")


def _sound(text: str) -> str:
    return text.encode(errors="replace").decode()


async def _call(call: Callable[[Any], Any], request: Any) -> Any:
    if inspect.iscoroutinefunction(call):
        return await call(request)
    result = await asyncio.to_thread(_in_thread, call, request)
    return await result if inspect.isawaitable(result) else result


def _in_thread(call: Callable[[Any], Any], request: Any) -> Any:
    """A StopIteration cannot leave a thread before Python 3.12: its caller would wait for ever."""
    try:
        return call(request)
    except StopIteration as error:
        raise RuntimeError("StopIteration") from error


def _is_scalar(request: type[BaseModel], field: str) -> bool:
    schema = request.model_json_schema()
    definitions = schema.get("$defs", {})

    def scalar(part: dict[str, Any]) -> bool:
        if "$ref" in part:
            return scalar(definitions[part["$ref"].rsplit("/", 1)[1]])
        if "anyOf" in part:
            return all(scalar(one) for one in part["anyOf"])
        return "enum" in part or "const" in part or part.get("type") in ("string", "integer", "number", "boolean", "null")

    return scalar(schema["properties"][field])
