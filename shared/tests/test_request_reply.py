"""Does a service on the bus answer every request, through crowds, restarts, ends, and clients that go away?"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from operations_stand import Nothing, Opening, Stand, connected
from rmos.chassis import operations as module
from rmos.chassis.metrics import Metrics
from rmos.chassis.operations import Operation, Operations
from rmos.chassis.request_reply import serve
from rmos.contracts.base import Command
from rmos.local.processes import Child


class Named(Command):
    name: str = ""


def broken(_: Nothing) -> None:
    raise KeyError("name")


ALL = (
    Operation("echo", "Say it again.", Named, Named, lambda named: named),
    Operation("broken", "Break.", Nothing, int, broken),
)


async def test_more_requests_than_can_wait_are_told_to_come_back(opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_HAND", 20)
    free, most, running = asyncio.Event(), 0, 0

    async def wait(_: Nothing) -> int:
        nonlocal most, running
        running += 1
        most = max(most, running)
        await free.wait()
        running -= 1
        return 1

    async with opened((Operation("wait", "W.", Nothing, int, wait),)) as stand:
        asked = [asyncio.create_task(stand.over_nats("wait", timeout=10)) for _ in range(50)]
        await asyncio.sleep(0.3)
        free.set()
        codes = [(m.headers or {}).get("Nats-Service-Error-Code", "200") for m in await asyncio.gather(*asked)]
    assert (codes.count("200"), codes.count("503"), most) == (20, 30, module.AT_ONCE)


async def test_a_thousand_requests_at_once_get_their_own_answers(opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_HAND", 2000)
    async with opened(ALL) as stand:
        asked = [stand.over_nats("echo", b'{"name":"%d"}' % i, timeout=20) for i in range(1000)]
        names = [json.loads(m.data)["name"] for m in await asyncio.gather(*asked)]
    assert names == [str(i) for i in range(1000)]


async def test_a_message_without_reply_harms_nobody(opened: Opening) -> None:
    async with opened(ALL) as stand:
        await stand.bus.publish("rmos.mill.echo", b"{}")
        await stand.bus.publish("rmos.mill.broken", b"{}")
        assert (await stand.over_nats("echo")).headers is None


async def test_the_operations_are_there_again_after_the_bus_restarts(opened: Opening) -> None:
    async with opened(ALL) as stand:
        await stand.over_nats("echo")
        await stand.server.stop(5)
        await asyncio.sleep(0.3)
        await stand.server.start()
        answer = await until_answered(stand)
        info = json.loads((await stand.bus.request("$SRV.INFO.rmos-mill", timeout=2)).data)
    assert json.loads(answer.data) == {"name": ""}
    assert len(info["endpoints"]) == len(ALL)


async def until_answered(stand: Stand) -> Msg:
    for _ in range(100):
        with contextlib.suppress(NoRespondersError, TimeoutError):
            return await stand.over_nats("echo", timeout=0.3)
        await asyncio.sleep(0.05)
    raise AssertionError("no answer after the restart")


async def test_at_the_end_the_request_in_hand_is_answered(nats_server: tuple[Child, str]) -> None:
    async def slow(_: Nothing) -> int:
        await asyncio.sleep(0.4)
        return 7

    operations = Operations("mill", (Operation("slow", "S.", Nothing, int, slow),), Metrics("mill"))
    async with connected(nats_server[1]) as bus:
        async with connected(nats_server[1]) as inside, serve(inside, operations):
            asked = asyncio.create_task(bus.request("rmos.mill.slow", timeout=5))
            await asyncio.sleep(0.1)
        assert (await asked).data == b"7"
        for subject in ("rmos.mill.slow", "$SRV.PING.rmos-mill"):
            with pytest.raises(NoRespondersError):
                await bus.request(subject, timeout=1)


async def test_an_end_without_a_bus_does_not_last_long(nats_server: tuple[Child, str]) -> None:
    child, url = nats_server
    async with connected(url) as inside:
        async with serve(inside, Operations("mill", ALL, Metrics("mill"))):
            await child.stop(5)
            start = time.perf_counter()
        assert time.perf_counter() - start < 6


async def test_no_request_is_lost_while_one_of_two_replicas_comes_and_goes(nats_server: tuple[Child, str]) -> None:
    url, answered, lost, over = nats_server[1], 0, 0, asyncio.Event()

    async def one_at_once(_: Nothing) -> int:
        return 1

    async def keep_asking(bus: Client) -> None:
        nonlocal answered, lost
        while not over.is_set():
            try:
                await bus.request("rmos.mill.ask", timeout=2)
                answered += 1
            except TimeoutError:
                lost += 1

    ask = Operation("ask", "A.", Nothing, int, one_at_once)
    stays = Operations("mill", (ask,), Metrics("mill"))
    async with connected(url) as bus, connected(url) as one, connected(url) as two, serve(one, stays):
        askers = [asyncio.create_task(keep_asking(bus)) for _ in range(32)]
        for i in range(100):
            async with serve(two, Operations("mill", (ask,), Metrics("mill"))):
                await asyncio.sleep(0.005 + 0.0007 * (i % 10))
        over.set()
        await asyncio.gather(*askers)
    assert answered > 500
    assert lost == 0
