"""How are operations answered over NATS? As a micro service, which notices when a client that hears of progress is gone."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.micro import add_service
from nats.micro.request import Request
from nats.micro.service import Endpoint
from nats.micro.service import Service as MicroService
from rmos.chassis.operations import VERSION, Answer, Operation, Operations, Problem, Progress, unless_gone
from rmos.chassis.requests import LONGEST_TEXT

PROGRESS_HEADER, INBOX = "Rmos-Progress", re.compile(r"_INBOX(\.[A-Za-z0-9_-]+)+")
"""A client that wants to hear of progress names its inbox in this header."""
BEAT_S = 2.0
"""So often a client hears where the work stands, changed or not."""
log = structlog.get_logger()


@contextlib.asynccontextmanager
async def serve(client: Client, operations: Operations, drain_s: float = 10.0) -> AsyncIterator[MicroService]:
    """Answer over NATS; at the end take no more requests, and finish those in hand within `drain_s`."""
    service = await add_service(
        client, name=f"rmos-{operations.service}", version=VERSION, description=f"Operations of {operations.service}",
        queue_group=f"rmos-{operations.service}",
    )  # fmt: skip
    running: set[asyncio.Task[None]] = set()
    for operation in operations.operations:
        await _add(client, service, operations, operation, running)
    await _settle(client)
    try:
        yield service
    finally:
        await _stop(client, service, running, drain_s)


async def _add(
    client: Client, service: MicroService, operations: Operations, operation: Operation, running: set[asyncio.Task[None]]
) -> None:
    async def begin(request: Request) -> None:
        """A task for each request: nats-py calls back for one message of a subscription after the other."""
        task = asyncio.create_task(_respond(client, operations, operation, request, endpoint))
        running.add(task)
        task.add_done_callback(running.discard)

    await service.add_endpoint(
        name=operation.name.replace(".", "-"), subject=f"rmos.{operations.service}.{operation.name}", handler=begin,
        metadata={"http": f"{operation.method} {operation.route(operations.service)}", "summary": operation.summary},
    )  # fmt: skip
    endpoint = service._endpoints[-1]


async def _respond(client: Client, operations: Operations, operation: Operation, request: Request, endpoint: Endpoint) -> None:
    start = time.perf_counter_ns()
    answer = await _answer(client, operations, operation, request)
    if answer is None:
        return
    _count(endpoint, time.perf_counter_ns() - start, answer.problem)
    try:
        if answer.problem is None:
            await request.respond(answer.body)
        else:
            await request.respond_error(str(answer.status), _header(answer.problem.detail), answer.body)
    except (NatsError, ValueError) as error:
        log.warning("answer not sent", operation=operation.name, error=repr(error))


async def _answer(client: Client, operations: Operations, operation: Operation, request: Request) -> Answer | None:
    """Nothing where nobody listens any more. Only an inbox is told: a request must not make a service speak to others."""
    inbox = (request.headers or {}).get(PROGRESS_HEADER, "")
    if not (operation.long and INBOX.fullmatch(inbox)):
        return await operations.answer(operation, request.data, {}, "nats", client.max_payload)
    listener = _Listener(client, inbox)
    answering = operations.answer(operation, request.data, {}, "nats", client.max_payload, listener.tell)
    return await unless_gone(answering, listener.gone())


class _Listener:
    """A client that hears of progress in its inbox, as long as it is there."""

    def __init__(self, client: Client, inbox: str) -> None:
        self._client, self._inbox, self._last = client, inbox, Progress(stage="wait")
        self._telling: set[asyncio.Task[None]] = set()

    def tell(self, progress: Progress) -> None:
        self._last = progress
        task = asyncio.create_task(self._client.publish(self._inbox, progress.model_dump_json().encode()))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def gone(self) -> None:
        """Ends when nobody listens to the inbox: only a request makes the server say so, and nobody need reply to it."""
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                await self._client.request(self._inbox, self._last.model_dump_json().encode(), timeout=BEAT_S)
            except NoRespondersError:
                return
            except (NatsError, TimeoutError):
                continue


def _count(endpoint: Endpoint, elapsed_ns: int, problem: Problem | None) -> None:
    """What $SRV.STATS tells: micro itself sees only how long it takes to start a task."""
    endpoint._processing_time += elapsed_ns
    endpoint._average_processing_time = endpoint._processing_time // max(1, endpoint._num_requests)
    if problem is not None:
        endpoint._num_errors += 1
        endpoint._last_error = f"{problem.code}: {problem.detail}"  # type: ignore[assignment]


def _header(text: str) -> str:
    plain = text.encode("ascii", "backslashreplace").decode()
    return "".join(c if c.isprintable() else " " for c in plain)[:LONGEST_TEXT]


async def _settle(client: Client) -> None:
    """Twice: nats-py writes its PING before what is pending, so one PONG does not say that the server has it."""
    await client.flush()
    await client.flush()


async def _stop(client: Client, service: MicroService, running: set[asyncio.Task[None]], drain_s: float) -> None:
    """micro's own stop throws away what has arrived. So: no interest, then what is on the way, then what is in hand."""
    with contextlib.suppress(NatsError, TimeoutError, OSError):
        async with asyncio.timeout(2):
            subscriptions = [e._subscription for e in service._endpoints if e._subscription is not None]
            for subscription in subscriptions:
                await client._send_unsubscribe(subscription._id)
            await _settle(client)
            for subscription in subscriptions:
                await subscription.drain()
    if running:
        _, late = await asyncio.wait(running, timeout=drain_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    service._endpoints = []
    with contextlib.suppress(NatsError, TimeoutError, OSError):
        async with asyncio.timeout(2):
            await service.stop()
            await client.flush()
