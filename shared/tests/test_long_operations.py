"""Does long work tell how far it is, and does it stop when nobody waits for it?"""

from __future__ import annotations

import asyncio
import json

import pytest
from nats.aio.client import Client
from operations_stand import Opening, connected
from rmos.chassis import request_reply
from rmos.chassis.errors import Rejected
from rmos.chassis.operations import AT_ONCE, Operation, Progress, Report, within
from rmos.chassis.request_reply import PROGRESS_HEADER
from rmos.contracts.base import Command
from rmos.local.processes import Child


class Patience(Command):
    deadline_s: float = 60.0


LINES = {"accept": "application/x-ndjson"}


async def count(_: Patience, report: Report) -> int:
    for n in range(3):
        report(Progress(stage="count", done=n / 3))
    return 3


async def fail(_: Patience, report: Report) -> int:
    report(Progress(stage="look"))
    raise Rejected("invalid", "there is nothing", "/x")


COUNT, FAIL = (Operation(call.__name__, "C.", Patience, int, call, long=True) for call in (count, fail))
TOLD = [{"stage": "count", "done": n / 3} for n in range(3)]


async def test_over_http_progress_comes_as_lines_before_the_answer(opened: Opening) -> None:
    async with opened([COUNT]) as stand:
        response = await stand.web.post(COUNT.route("mill"), headers=LINES)
        lines = [json.loads(line) for line in response.text.splitlines()]
        assert lines == [*({"progress": one} for one in TOLD), {"answer": 3}]


async def test_who_does_not_ask_for_lines_gets_the_answer_alone(opened: Opening) -> None:
    async with opened([COUNT]) as stand:
        assert (await stand.web.post(COUNT.route("mill"))).json() == 3


async def test_a_refusal_comes_as_the_last_line(opened: Opening) -> None:
    async with opened([FAIL]) as stand:
        response = await stand.web.post(FAIL.route("mill"), headers=LINES)
        first, last = (json.loads(line) for line in response.text.splitlines())
        assert first == {"progress": {"stage": "look", "done": None}}
        assert (last["problem"]["code"], last["problem"]["pointer"]) == ("invalid", "/x")


async def test_over_nats_progress_comes_to_the_inbox_that_the_request_names(opened: Opening) -> None:
    async with opened([COUNT]) as stand:
        inbox = stand.bus.new_inbox()
        told = await stand.bus.subscribe(inbox)
        answer = await stand.bus.request("rmos.mill.count", b"", timeout=5, headers={PROGRESS_HEADER: inbox})
        heard = [json.loads((await told.next_msg(5)).data) for _ in range(3)]
        assert (json.loads(answer.data), heard) == (3, TOLD)


async def test_a_request_cannot_make_a_service_speak_on_the_subjects_of_others(opened: Opening) -> None:
    async with opened([COUNT]) as stand:
        for subject in ("rmos.job.submitted.v1", "_INBOX.>", "_INBOX.a b", "_INBOXES"):
            heard = await stand.bus.subscribe("rmos.job.>")
            await stand.bus.request("rmos.mill.count", b"", timeout=5, headers={PROGRESS_HEADER: subject})
            await stand.bus.flush()
            assert heard.pending_msgs == 0


def endless() -> tuple[Operation, asyncio.Queue[str]]:
    """Work without an end, and what becomes of it."""
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def work(_: Patience, report: Report) -> int:
        heard.put_nowait("begun")
        report(Progress(stage="work"))
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            heard.put_nowait("cancelled")
            raise
        return 1

    return Operation("work", "W.", Patience, int, work, long=True), heard


async def test_work_stops_when_its_client_over_http_hangs_up(opened: Opening) -> None:
    work, heard = endless()
    async with opened([work]) as stand:
        for accepted in ("application/json", LINES["accept"]):
            _, writer = await asyncio.open_connection("127.0.0.1", stand.port)
            head = f"POST {work.route('mill')} HTTP/1.1\r\nhost: x\r\naccept: {accepted}\r\ncontent-length: 0\r\n\r\n"
            writer.write(head.encode())
            await writer.drain()
            assert await asyncio.wait_for(heard.get(), 5) == "begun"
            writer.close()
            assert await asyncio.wait_for(heard.get(), 5) == "cancelled"


async def ask(client: Client, inbox: str) -> None:
    await client.publish("rmos.mill.work", b"", reply=client.new_inbox(), headers={PROGRESS_HEADER: inbox})
    await client.flush()


async def test_work_stops_when_its_client_over_nats_is_gone(
    opened: Opening, nats_server: tuple[Child, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_reply, "BEAT_S", 0.1)
    work, heard = endless()
    async with opened([work]):
        async with connected(nats_server[1]) as client:
            inbox = client.new_inbox()
            told = await client.subscribe(inbox)
            await ask(client, inbox)
            beats = [json.loads((await told.next_msg(5)).data) for _ in range(5)]
            assert beats == [{"stage": "work", "done": None}] * 5
            assert [heard.get_nowait()] == ["begun"]
            assert heard.empty()
        assert await asyncio.wait_for(heard.get(), 5) == "cancelled"


async def test_a_client_that_replies_to_what_it_hears_is_still_there(
    opened: Opening, nats_server: tuple[Child, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_reply, "BEAT_S", 0.1)
    work, heard = endless()
    async with opened([work]), connected(nats_server[1]) as client:
        inbox = client.new_inbox()
        told = await client.subscribe(inbox)
        await ask(client, inbox)
        for _ in range(5):
            beat = await told.next_msg(5)
            if beat.reply:
                await beat.respond(b"yes")
        assert heard.get_nowait() == "begun"
        assert heard.empty()


async def test_who_waits_for_a_place_has_a_deadline_too(opened: Opening) -> None:
    work, heard = endless()
    async with opened([work]) as stand:
        busy = [asyncio.create_task(stand.bus.request("rmos.mill.work", b"", timeout=30)) for _ in range(AT_ONCE)]
        for _ in busy:
            assert await asyncio.wait_for(heard.get(), 5) == "begun"
        late = await stand.bus.request("rmos.mill.work", b'{"deadline_s": 0.2}', timeout=5)
        assert (json.loads(late.data)["code"], heard.empty()) == ("deadline", True)
        for task in busy:
            task.cancel()


async def test_a_deadline_ends_the_work_and_a_timeout_of_its_own_is_none() -> None:
    with pytest.raises(Rejected, match=r"not done within 0\.1 s") as late:
        async with within(0.1):
            await asyncio.sleep(60)
    assert late.value.code == "deadline"
    with pytest.raises(TimeoutError):
        async with within(60):
            raise TimeoutError
