"""Does cam-accel answer the same over HTTP, over NATS and in a program, tell how far it is, and stop when nobody waits?"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable
from typing import Any, get_args

import httpx
import nats
import psutil
import pytest
from rmos.cam_accel.tasks import Made, TaskOrder, work
from rmos.contracts.cam import EstimateRequest, ImportRequest, PlanRequest, PostRequest, PreviewRequest, SimulateRequest
from rmos.contracts.jobs import Post
from rmos.local.connection import Connection
from stack_runner import ROOT

PREFIX = "/api/rmos/cam_accel"
DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs/openapi/cam_accel.json").read_text())
PROGRAM = "G21 G90 G17\nM3 S12000\nG0 Z5\nG0 X0 Y0\nG1 Z-1 F300\nG1 X40 F900\nG2 X60 Y0 I10 J0\nG0 Z5\nM5\nM2\n"
TOOL = {"tool_id": "t", "diameter_mm": 6.0, "flutes": 2, "flute_length_mm": 22.0, "center_cutting": True, "kind": "flat"}
MACHINE = {
    "machine_id": "m", "rapid_mm_min": 5000.0, "accel_mm_s2": 400.0, "junction_deviation_mm": 0.01, "controller": "grbl",
}  # fmt: skip
POCKET: dict[str, Any] = {
    "job_id": "p", "mode": "pocket", "design": {"boundary": [[0, 0], [40, 0], [40, 30], [0, 30]], "depth": 2.0},
    "cut": {"stepover_ratio": 0.4, "stepdown": 1.0, "feed_per_min": 900.0, "plunge_per_min": 300.0, "spindle_rpm": 12000.0},
}  # fmt: skip
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90mm" height="60mm" viewBox="0 0 90 60">{}</svg>'
POCKETS = SVG.format('<g id="POCKET"><rect x="10" y="10" width="40" height="20"/></g>')
ENDLESS = {
    "text": SVG.format(f'<g id="{"a" * 60}!"><rect width="9" height="9"/></g>'),
    "rules": [{"pattern": "^(a+)+$", "kind": "pocket"}],
}
"""A pattern that backtracks for longer than the sun will shine: only its process's end stops it."""
QUESTIONS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "estimate": (EstimateRequest, {"source": {"text": PROGRAM}, "machine": MACHINE, "feed_factors": [0.5, 2.0]}),
    "simulate": (SimulateRequest, {"source": {"text": PROGRAM}, "tool": TOOL}),
    "preview": (PreviewRequest, {"source": {"text": PROGRAM}}),
    "plan": (PlanRequest, {"job": POCKET, "tool": TOOL, "machine": MACHINE}),
    "import": (ImportRequest, {"text": POCKETS}),
}


def url(running: Connection, path: str) -> str:
    return f"http://127.0.0.1:{running.data['http']['cam_accel']}{PREFIX}{path}"


def post(running: Connection, operation: str, body: Any) -> httpx.Response:
    return httpx.post(url(running, f"/{operation}"), json=body, timeout=60, trust_env=False)


def ask(running: Connection, operation: str, body: Any) -> tuple[int, Any, list[str]]:
    """Status, answer, and the stages that were told on the way."""

    async def request() -> tuple[int, Any, list[str]]:
        client = await nats.connect(running.nats_url)
        try:
            inbox = client.new_inbox()
            told = await client.subscribe(inbox)
            data = json.dumps(body).encode()
            answer = await client.request(f"rmos.cam_accel.{operation}", data, timeout=60, headers={"Rmos-Progress": inbox})
            await client.flush()
            stages = [json.loads((await told.next_msg(1)).data)["stage"] for _ in range(told.pending_msgs)]
        finally:
            await client.close()
        return int((answer.headers or {}).get("Nats-Service-Error-Code", 200)), json.loads(answer.data), stages

    return asyncio.run(request())


def in_a_program(operation: str) -> Made:
    model, body = QUESTIONS[operation]
    return work(TaskOrder(model.model_validate(body)), lambda _: None)


def file(running: Connection, ref: dict[str, Any]) -> httpx.Response:
    query = {name: ref[name] for name in ("size", "media_type")}
    return httpx.get(url(running, f"/files/{ref['sha256']}"), params=query, timeout=30, trust_env=False)


# One answer


@pytest.mark.parametrize("operation", QUESTIONS)
def test_three_ways_to_ask_have_one_answer(operation: str, running: Connection) -> None:
    made = in_a_program(operation)
    answer = post(running, operation, QUESTIONS[operation][1])
    assert answer.status_code == 200, answer.text
    assert answer.json() == json.loads(made.answer.model_dump_json())
    status, body, stages = ask(running, operation, QUESTIONS[operation][1])
    assert (status, body) == (200, answer.json())
    assert len(stages) >= 2
    for name, made_file in made.files.items():
        assert file(running, answer.json()[name]).content == made_file.data


def test_a_planned_toolpath_is_posted_timed_and_simulated_by_its_reference(running: Connection) -> None:
    plan = post(running, "plan", QUESTIONS["plan"][1]).json()
    asked = {"toolpath": plan["toolpath"], "controller": "grbl", "name": "p", "safe_z_mm": 5.0}
    posted = post(running, "post", asked).json()
    assert posted["program"] == plan["program"]
    assert posted["text"].encode() == file(running, posted["program"]).content
    time = post(running, "estimate", {"source": {"program": plan["program"]}, "machine": MACHINE}).json()["time"]
    assert time["total_s"] == plan["time"]["total_s"]
    checked = post(running, "simulate", {"source": {"toolpath": plan["toolpath"]}, "tool": TOOL, "job": POCKET}).json()
    assert checked["ok"]
    assert ask(running, "post", asked)[1] == posted
    model = PostRequest.model_validate(asked)
    assert work(TaskOrder(model, file(running, plan["toolpath"]).content), lambda _: None).answer.model_dump() == {
        **posted, "program": model.toolpath.model_validate(posted["program"]).model_dump(),
    }  # fmt: skip


def test_a_drawing_is_uploaded_and_read_by_its_reference(running: Connection) -> None:
    uploaded = httpx.post(url(running, "/drawings"), content=POCKETS.encode(), timeout=30, trust_env=False)
    assert uploaded.status_code == 201
    assert uploaded.json()["media_type"] == "image/svg+xml"
    assert post(running, "import", {"drawing": uploaded.json()}).json() == post(running, "import", {"text": POCKETS}).json()


def test_the_table_of_controllers_names_every_post(running: Connection) -> None:
    rows = httpx.get(url(running, "/controllers"), timeout=30, trust_env=False).json()
    assert {row["id"] for row in rows} == set(get_args(Post))
    assert rows == ask(running, "controllers", {})[1]


def test_discovery_lists_every_operation(running: Connection) -> None:
    async def info() -> Any:
        client = await nats.connect(running.nats_url)
        try:
            return json.loads((await client.request("$SRV.INFO.rmos-cam_accel", b"", timeout=10)).data)
        finally:
            await client.close()

    routes = {
        f"{way.upper()} {path}" for path, ways in DOCUMENT["paths"].items() for way, told in ways.items()
        if path.startswith(PREFIX) and "files" not in told.get("tags", ())
    }  # fmt: skip
    assert {endpoint["metadata"]["http"] for endpoint in asyncio.run(info())["endpoints"]} == routes


# Progress


def test_progress_comes_as_lines_over_http(running: Connection) -> None:
    body = json.dumps(QUESTIONS["plan"][1]).encode()
    headers = {"accept": "application/x-ndjson", "content-type": "application/json"}
    answer = httpx.post(url(running, "/plan"), content=body, headers=headers, timeout=60, trust_env=False)
    *told, last = (json.loads(line) for line in answer.text.splitlines())
    assert [line["progress"]["stage"] for line in told] == ["plan", "post", "verify", "draw"]
    assert last["answer"] == post(running, "plan", QUESTIONS["plan"][1]).json()


# Nobody waits any more


def benches(running: Connection) -> set[int]:
    """Processes in which cam-accel does long work."""
    worker = psutil.Process(running.data["pids"]["cam_accel"])
    return {p.pid for p in worker.children() if any("spawn_main" in word for word in p.cmdline())}


def wait(holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to be within 10 s")


def busy(running: Connection) -> set[int]:
    """Those that compute: what waits takes no time."""
    found = {p: psutil.Process(p).cpu_times().user for p in benches(running)}
    time.sleep(0.3)
    return {p for p, before in found.items() if psutil.pid_exists(p) and psutil.Process(p).cpu_times().user - before > 0.05}


def test_a_deadline_stops_the_work_and_says_so_over_both(running: Connection) -> None:
    body = {**ENDLESS, "deadline_s": 2.5}
    answer = post(running, "import", body)
    assert (answer.status_code, answer.json()["code"]) == (504, "deadline")
    assert ask(running, "import", body)[:2] == (504, answer.json())
    wait(lambda: not busy(running))


def test_a_client_that_hangs_up_stops_the_work(running: Connection) -> None:
    body = json.dumps({**ENDLESS, "deadline_s": 600}).encode()
    with socket.create_connection(("127.0.0.1", running.data["http"]["cam_accel"]), timeout=30) as client:
        head = f"POST {PREFIX}/import HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\naccept: application/x-ndjson\r\n"
        client.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        heard = b""
        while b'"assign"' not in heard:
            heard += client.recv(4096)
        (working,) = busy(running)
    wait(lambda: not psutil.pid_exists(working))
    assert post(running, "preview", QUESTIONS["preview"][1]).status_code == 200


def test_a_client_that_leaves_the_bus_stops_the_work(running: Connection) -> None:
    async def begin_and_leave() -> int:
        client = await nats.connect(running.nats_url)
        inbox = client.new_inbox()
        told = await client.subscribe(inbox)
        data = json.dumps({**ENDLESS, "deadline_s": 600}).encode()
        await client.publish("rmos.cam_accel.import", data, reply=client.new_inbox(), headers={"Rmos-Progress": inbox})
        while json.loads((await told.next_msg(30)).data)["stage"] != "assign":
            pass
        (working,) = await asyncio.to_thread(busy, running)
        await client.close()
        return working

    working = asyncio.run(begin_and_leave())
    wait(lambda: not psutil.pid_exists(working))


# What nobody should send


@pytest.mark.parametrize(
    ("operation", "body", "code", "pointer"),
    [
        ("estimate", {"source": {"text": PROGRAM}}, "invalid", "/machine"),
        ("estimate", {"source": {}, "machine": MACHINE}, "invalid", "/source"),
        ("estimate", {"source": {"text": PROGRAM}, "machine": {**MACHINE, "rapid_mm_min": 0}}, "invalid", "/machine/rapid_mm_min"),
        ("estimate", {"source": {"text": PROGRAM}, "machine": MACHINE, "fast": 1}, "invalid", "/fast"),
        ("estimate", {"source": {"text": PROGRAM}, "machine": MACHINE, "deadline_s": 1e9}, "invalid", "/deadline_s"),
        ("simulate", {"source": {"text": "G21\nG1 X1"}, "tool": TOOL}, "gcode", "/source/text"),
        ("simulate", {"source": {"text": PROGRAM}, "tool": {**TOOL, "kind": "vbit"}}, "tool", "/tool"),
        ("simulate", {"source": {"text": PROGRAM}, "tool": TOOL, "cell_mm": 0.01, "stock":
                      {"low_mm": [0, 0], "high_mm": [9000, 9000]}}, "not_simulated", ""),
        ("plan", {"job": POCKET}, "cannot_plan", "/tool"),
        ("plan", {"job": {**POCKET, "design": {**POCKET["design"], "depth": "2"}}, "tool": TOOL}, "invalid", "/job/design/depth"),
        ("plan", {"job": {**POCKET, "mode": "gcode", "design": {"text": PROGRAM}}, "tool": TOOL}, "cannot_plan", "/job/mode"),
        ("import", {"text": "no drawing"}, "not_a_drawing", "/text"),
        ("post", {"toolpath": {"sha256": "0" * 64, "size": 9, "media_type": "application/vnd.rmos.toolpath"},
                  "controller": "grbl", "name": "x", "safe_z_mm": 5.0}, "blob", "/toolpath"),
        ("post", {"toolpath": {"sha256": "0" * 64, "size": 9, "media_type": "image/png"},
                  "controller": "grbl", "name": "x", "safe_z_mm": 5.0}, "invalid", "/toolpath/media_type"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused_at_its_place(
    operation: str, body: dict[str, Any], code: str, pointer: str, running: Connection
) -> None:
    problem = post(running, operation, body).json()
    assert (problem["code"], problem["pointer"]) == (code, pointer)
    assert ask(running, operation, body)[1] == problem


def test_a_file_is_fetched_as_what_it_is_and_runs_nothing(running: Connection) -> None:
    ref = post(running, "preview", QUESTIONS["preview"][1]).json()["svg"]
    answer = file(running, ref)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    for wrong in ({"media_type": "text/html"}, {"media_type": "image/png"}, {"size": ref["size"] + 1}, {"sha256": "x"}):
        answer = file(running, {**ref, **wrong})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert file(running, {**ref, "sha256": "../x"}).status_code == 404
    refused = file(running, {**ref, "size": "many"})
    assert (refused.status_code, refused.json()["code"], refused.json()["pointer"]) == (422, "invalid", "/size")


def test_an_empty_upload_is_refused_with_a_reason(running: Connection) -> None:
    for path in ("/programs", "/drawings"):
        answer = httpx.post(url(running, path), content=b"", timeout=30, trust_env=False)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert "empty" in answer.json()["detail"]


def test_the_document_names_the_ways_of_files(running: Connection) -> None:
    filed = {
        path.removeprefix(PREFIX) for path, ways in DOCUMENT["paths"].items() for told in ways.values() if told.get("tags")
    }
    assert filed == {"/programs", "/drawings", "/files/{sha256}"}


def test_a_program_cannot_be_fetched_as_a_picture(running: Connection) -> None:
    page = b"<html><script>alert(1)</script>"
    uploaded = httpx.post(url(running, "/programs"), content=page, timeout=30, trust_env=False).json()
    assert file(running, {**uploaded, "media_type": "image/svg+xml"}).status_code == 404
    fetched = file(running, uploaded)
    assert fetched.headers["content-type"].startswith("text/x-gcode")
    assert fetched.headers["x-content-type-options"] == "nosniff"
