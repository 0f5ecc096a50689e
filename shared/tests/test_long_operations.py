"""Does long work tell how far it is, and does it stop when nobody waits for it?"""

from __future__ import annotations

import asyncio
import json

from operations_stand import Nothing, Opening
from rmos.chassis.errors import Rejected
from rmos.chassis.operations import PROGRESS_HEADER, Operation, Progress, Report

LINES = {"accept": "application/x-ndjson"}


async def count(_: Nothing, report: Report) -> int:
    for n in range(3):
        report(Progress(stage="count", done=n / 3))
    return 3


async def fail(_: Nothing, report: Report) -> int:
    report(Progress(stage="look"))
    raise Rejected("invalid", "there is nothing", "/x")


COUNT, FAIL = (Operation(call.__name__, "C.", Nothing, int, call, long=True) for call in (count, fail))
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


async def test_work_stops_when_its_client_over_http_hangs_up(opened: Opening) -> None:
    ended: asyncio.Queue[str] = asyncio.Queue()

    async def work(_: Nothing, report: Report) -> int:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.put_nowait("cancelled")
            raise
        return 1

    operation = Operation("work", "W.", Nothing, int, work, long=True)
    async with opened([operation]) as stand:
        for accepted in ("application/json", LINES["accept"]):
            _, writer = await asyncio.open_connection("127.0.0.1", stand.port)
            head = f"POST {operation.route('mill')} HTTP/1.1\r\nhost: x\r\naccept: {accepted}\r\ncontent-length: 0\r\n\r\n"
            writer.write(head.encode())
            await writer.drain()
            await asyncio.sleep(0.2)
            writer.close()
            assert await asyncio.wait_for(ended.get(), 5) == "cancelled"
