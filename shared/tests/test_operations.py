"""Does a service answer alike over HTTP and NATS, and does no request, however odd, get past the one parser?"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from dataclasses import replace
from typing import Annotated, Any, Literal

import httpx
import pytest
from fastapi.openapi.models import OpenAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from operations_stand import Nothing, Opening
from prometheus_client import generate_latest
from pydantic import BaseModel, Field
from rmos.chassis import http
from rmos.chassis.acknowledge import MAX_BODY_BYTES
from rmos.chassis.errors import Rejected, RetryLater
from rmos.chassis.metrics import Metrics
from rmos.chassis.operations import Operation, Operations
from rmos.chassis.requests import parse
from rmos.contracts.base import Command, Risk
from rmos.contracts.events import CONSUMERS, STREAM_SUBJECTS


class Round(BaseModel):
    kind: Literal["round"]
    radius_mm: float


class Square(BaseModel):
    kind: Literal["square"]
    side_mm: float


class Evaluate(Command):
    """What is to be cut?"""

    name: str = ""
    depth_mm: float = Field(1.0, gt=0)
    at: tuple[int, int] = Field((0, 0), strict=True)
    facts: dict[str, float] = Field(default_factory=dict)
    shape: Annotated[Round | Square, Field(discriminator="kind")] | None = None
    notes: Any = None


class Show(Command):
    rule_id: str = Field(pattern=r"^[A-Z]", description="as in the list of rules")
    limit: int = Field(50, ge=1)
    risk: Risk | None = None


class Change(Command):
    rule_id: str
    value: float


class Shown(BaseModel):
    rule_id: str
    limit: int
    risk: Risk | None


def echo(request: Evaluate) -> dict[str, Any]:
    return {"name": request.name, "depth_mm": request.depth_mm, "at": request.at}


async def show(request: Show) -> Shown:
    if request.rule_id == "Z":
        raise Rejected("not_found", "no rule 'Z':\r\nNats-Service-Error-Code: 200 \ud800 Fräser", "/rule_id")
    return Shown(**request.model_dump())


def secret(_: Nothing) -> None:
    raise KeyError("the password is 1234")


def stop_iteration(_: Nothing) -> int:
    return next(iter(()))


def not_ready(_: Nothing) -> None:
    raise RetryLater("the tools are not loaded yet")


EVALUATE = Operation("evaluate", "Say whether it can be cut.", Evaluate, dict[str, Any], echo)
SHOW = Operation("rules.show", "Show a rule.", Show, Shown, show, "GET", "/rules/{rule_id}")
CHANGE = Operation("rules.change", "Change a rule.", Change, Change, lambda r: r, path="/rules/{rule_id}")
SECRET = Operation("secret", "Break.", Nothing, int, secret)
ALL = (EVALUATE, SHOW, CHANGE, SECRET, Operation("stopped", "Stop.", Nothing, int, stop_iteration),
       Operation("wrong_answer", "Answer with another type.", Nothing, int, lambda _: "many"),
       Operation("not_ready", "Wait.", Nothing, int, not_ready))  # fmt: skip


def refused(raw: bytes, given: dict[str, str] | None = None, operation: Operation = EVALUATE) -> Rejected:
    with pytest.raises(Rejected) as caught:
        parse(operation.request, raw, given or {})
    return caught.value


# --- the parser ---------------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
field_names = st.sampled_from([*Evaluate.model_fields, "kind", "a/b~c"])
any_text = st.text(st.characters(exclude_categories=()))


@given(st.binary(max_size=300), st.dictionaries(field_names | any_text, any_text, max_size=3))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_refused_or_valid(raw: bytes, fields: dict[str, str]) -> None:
    with contextlib.suppress(Rejected):
        assert isinstance(parse(Evaluate, raw, fields), Evaluate)


@given(st.dictionaries(field_names, json_values, max_size=6) | json_values)
@settings(max_examples=300, deadline=None)
def test_any_json_is_refused_at_a_pointer_into_it_or_valid(value: Any) -> None:
    refusal = None
    try:
        parse(Evaluate, json.dumps(value).encode(), {})
    except Rejected as error:
        refusal = error
    if refusal is not None:
        assert refusal.code == "invalid"
        assert points_into(value, refusal.pointer)


def points_into(value: Any, pointer: str) -> bool:
    """The last part may name what is missing."""
    tokens: list[Any] = [t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:]]
    for i, token in enumerate(tokens):
        try:
            value = value[int(token) if isinstance(value, list) else token]
        except LookupError:
            return i == len(tokens) - 1
    return True


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"notes":' * 100_000, b'{"notes":' + b"[" * 300 + b"]" * 300 + b"}",
        b"{", b"{}{}", b"null", b"[]", b'"x"', b"NaN", b'{"notes":NaN}', b'{"notes":-Infinity}', b" ", b"\x00",
        b"\xef\xbb\xbf{}", '{"name":"x"}'.encode("utf-16"), b'{"name":"\xff"}', b'{"name":"\xed\xa0\x80"}',
        b'{"name":"\\ud800"}', b'{"\\ud800":1}', b'{"notes":' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    assert (refused(raw).code, refused(raw).pointer) == ("invalid", "")
    assert len(refused(raw).reason) <= 500


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        (b'{"depth_mm":-1}', "/depth_mm"),
        (b'{"depth_mm":1e999}', "/depth_mm"),
        (b'{"depth_mm":' + b"9" * 400 + b"}", "/depth_mm"),
        (b'{"notes":{"a":[0,{"b/c~d":-1e999}]}}', "/notes/a/1/b~1c~0d"),
        (b'{"depth":1}', "/depth"),
        (b'{"a/b~c":1}', "/a~1b~0c"),
        (b'{"facts":{"a/b":"x"}}', "/facts/a~1b"),
        (b'{"at":[1,"x"]}', "/at/1"),
        (b'{"shape":{"kind":"round","radius_mm":"x"}}', "/shape/radius_mm"),
        (b'{"shape":{"kind":"round"}}', "/shape/radius_mm"),
        (b'{"shape":{"kind":"oval"}}', "/shape"),
    ],
)
def test_a_wrong_field_is_named_by_a_json_pointer(raw: bytes, pointer: str) -> None:
    assert (refused(raw).code, refused(raw).pointer) == ("invalid", pointer)
    assert refused(raw).reason.startswith(f"{pointer}: ")


def test_a_missing_field_is_named_too() -> None:
    assert refused(b"{}", operation=CHANGE).pointer == "/rule_id"


def test_a_huge_key_comes_back_neither_in_the_words_nor_in_the_pointer() -> None:
    refusal = refused(json.dumps({"k" * 900_000: 1}).encode())
    assert (refusal.code, refusal.pointer) == ("invalid", "")
    assert len(refusal.reason) <= 500


def test_a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not() -> None:
    frame = len(b'{"name":""}')
    parse(Evaluate, b'{"name":"%s"}' % (b"x" * (MAX_BODY_BYTES - frame)), {})
    assert refused(b'{"name":"%s"}' % (b"x" * (MAX_BODY_BYTES - frame + 1))).code == "too_large"


def test_of_a_key_given_twice_in_a_body_the_last_counts_everywhere() -> None:
    found = parse(Evaluate, b'{"depth_mm":"wrong","depth_mm":2,"facts":{"a":"wrong","a":3}}', {})
    assert (found.depth_mm, found.facts) == (2, {"a": 3})


def test_a_field_in_path_and_body_must_be_the_same() -> None:
    assert parse(CHANGE.request, b'{"rule_id":"A","value":1}', {"rule_id": "A"}).rule_id == "A"
    assert parse(CHANGE.request, b'{"rule_id":"A","value":1}', {"value": "1"}).value == 1
    assert refused(b'{"rule_id":"B","value":1}', {"rule_id": "A"}, CHANGE).pointer == "/rule_id"


def test_a_parameter_that_is_no_text_is_refused() -> None:
    assert refused(b"", {"name": "\ud800"}).code == "invalid"
    assert refused(b'{"name":"x"}', {"name": "\ud800"}).code == "invalid"


# --- the declaration ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Evaluate"}, {"name": "a..b"}, {"name": "a b"}, {"path": "evaluate"}, {"path": "/a/{depth_mm"},
        {"path": "/a/{nothing}"}, {"path": "/a/{shape}"}, {"request": Shown}, {"method": "GET"}, {"long": True},
        {"long": True, "call": show},
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_refused_at_once(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="operation"):
        replace(EVALUATE, **change)


def test_two_operations_of_one_name_or_path_are_refused() -> None:
    for twin in (EVALUATE, replace(EVALUATE, name="other", path="/evaluate")):
        with pytest.raises(ValueError, match="the same"):
            Operations("mill", (EVALUATE, twin), Metrics("mill"))


def test_no_stream_keeps_requests() -> None:
    """JetStream would answer them with its own acknowledgement."""
    kept = {subject.split(".")[1] for subject in STREAM_SUBJECTS}
    assert not kept & set(CONSUMERS)


# --- the document -------------------------------------------------------------------------------------------------


def test_the_document_is_valid_and_complete() -> None:
    document = http.openapi("mill", ALL, version="1.2.3")
    OpenAPI.model_validate(document)
    assert document["info"]["version"] == "1.2.3"
    assert {"/health/live", "/health/ready", "/metrics"} < set(document["paths"])
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for ref in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)):
        assert ref in document["components"]["schemas"]
    for operation in ALL:
        found = document["paths"][operation.route("mill")][operation.method.lower()]
        assert (found["operationId"], found["summary"]) == (operation.name, operation.summary)
        assert set(operation.placeholders) == {p["name"] for p in found.get("parameters", ()) if p["in"] == "path"}
        assert {"200", "404", "413", "422"} <= set(found["responses"])
    assert http.openapi("mill", ALL, version="1.2.3") == document


def test_the_document_says_where_each_field_stands() -> None:
    paths, schemas = (document := http.openapi("mill", ALL))["paths"], document["components"]["schemas"]
    shown, change = paths["/api/rmos/mill/rules/{rule_id}"]["get"], paths["/api/rmos/mill/rules/{rule_id}"]["post"]
    assert {p["name"]: (p["in"], p["required"]) for p in shown["parameters"]} == {
        "rule_id": ("path", True), "limit": ("query", False), "risk": ("query", False),
    }  # fmt: skip
    assert shown["parameters"][0]["schema"]["pattern"] == "^[A-Z]"
    assert "requestBody" not in shown
    assert "requestBody" not in paths["/api/rmos/mill/secret"]["post"]
    assert change["requestBody"]["required"] is True
    assert set(schemas["ChangeBody"]["properties"]) == {"value"}
    evaluate = paths["/api/rmos/mill/evaluate"]["post"]["requestBody"]
    assert evaluate["required"] is False
    assert evaluate["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Evaluate"}
    assert schemas["Evaluate"]["additionalProperties"] is False


# --- both transports ----------------------------------------------------------------------------------------------


async def test_the_same_request_has_the_same_answer_over_both(opened: Opening) -> None:
    cases: list[tuple[Operation, dict[str, Any], int]] = [
        (EVALUATE, {"name": "Säge", "depth_mm": 0.1}, 200), (EVALUATE, {"depth_mm": 0}, 422), (EVALUATE, {"x/y": 1}, 422),
        (SHOW, {"rule_id": "A1", "limit": 3, "risk": "RED"}, 200), (SHOW, {"rule_id": "A1", "limit": 0}, 422),
        (SHOW, {"rule_id": "a"}, 422), (SHOW, {"rule_id": "A", "color": "x"}, 422), (SHOW, {"rule_id": "Z"}, 404),
        (CHANGE, {"rule_id": "A", "value": 2.5}, 200), *((o, {}, 503 if o.name == "not_ready" else 500) for o in ALL[3:]),
    ]  # fmt: skip
    async with opened(ALL) as stand:
        for operation, fields, status in cases:
            answer = await stand.over_http(operation, fields)
            message = await stand.over_nats(operation.name, json.dumps(fields).encode())
            assert (answer.status_code, answer.content) == (status, message.data), (operation.name, fields)
            assert answer.headers["content-type"] == "application/json"
            headers = message.headers or {}
            assert headers.get("Nats-Service-Error-Code") == (None if status == 200 else str(status))
            if status != 200:
                problem = answer.json()
                assert set(problem) == {"code", "detail", "pointer"}
                assert headers["Nats-Service-Error"].isascii()
        text = generate_latest(stand.metrics.registry).decode()
    for transport in ("http", "nats"):
        assert f'rmos_mill_operations_total{{operation="rules.show",status="404",transport="{transport}"}} 1.0' in text
        assert f'rmos_mill_operation_seconds_count{{operation="rules.show",transport="{transport}"}} 5.0' in text


async def test_a_defect_says_nothing_of_its_inside(opened: Opening) -> None:
    async with opened(ALL) as stand:
        message = await stand.over_nats("secret")
        answer = await stand.over_http(SECRET, {})
        stats = json.loads((await stand.bus.request("$SRV.STATS.rmos-mill")).data)
    assert message.headers == {"Nats-Service-Error": "internal error", "Nats-Service-Error-Code": "500"}
    assert answer.json() == {"code": "defect", "detail": "internal error", "pointer": ""}
    assert "1234" not in answer.text + message.data.decode() + json.dumps(stats)


async def test_the_bus_can_be_asked_what_there_is_and_how_it_does(opened: Opening) -> None:
    async with opened(ALL) as stand:
        for _ in range(3):
            await stand.over_nats("evaluate", b"{}")
        await stand.over_nats("evaluate", b"[")
        ping = json.loads((await stand.bus.request("$SRV.PING.rmos-mill")).data)
        info = json.loads((await stand.bus.request("$SRV.INFO.rmos-mill")).data)
        stats = json.loads((await stand.bus.request("$SRV.STATS.rmos-mill")).data)
    assert (ping["name"], ping["version"]) == ("rmos-mill", "0.1.0")
    assert [e["subject"] for e in info["endpoints"]] == [f"rmos.mill.{o.name}" for o in ALL]
    assert info["endpoints"][1]["metadata"] == {"http": "GET /api/rmos/mill/rules/{rule_id}", "summary": "Show a rule."}
    counted = stats["endpoints"][0]
    assert (counted["num_requests"], counted["num_errors"]) == (4, 1)
    assert counted["last_error"].startswith("invalid: ")
    assert counted["average_processing_time"] > 10_000


async def test_deep_and_large_bodies_are_refused_over_both(opened: Opening) -> None:
    async with opened(ALL) as stand:
        for raw, status in ((b"[" * 100_000, 422), (b'{"notes":' * 90_000, 422), (b" " * 2_000_000, 413)):
            answer = await stand.web.post("/api/rmos/mill/evaluate", content=raw, headers={"content-type": "application/json"})
            message = await stand.over_nats("evaluate", raw)
            assert answer.status_code == status
            assert answer.content == message.data


async def test_an_endless_body_is_refused_at_the_limit(opened: Opening) -> None:
    """Chunked, without an end: whoever waited for the whole would never answer."""
    async with opened(ALL) as stand:
        reader, writer = await asyncio.open_connection("127.0.0.1", stand.port)
        writer.write(b"POST /api/rmos/mill/evaluate HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(20):
            writer.write(b"%x\r\n%s\r\n" % (65536, b" " * 65536))
        await writer.drain()
        status = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
    assert status.split()[1] == b"413"


async def test_ten_megabytes_are_refused_and_the_service_goes_on(opened: Opening) -> None:
    async with opened(ALL) as stand:
        with contextlib.suppress(httpx.WriteError, httpx.ReadError):
            answer = await stand.web.post("/api/rmos/mill/evaluate", content=bytes(10_000_000))
            assert answer.status_code == 413
        assert (await stand.over_http(EVALUATE, {})).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("POST", "evaluate?name=x", {}),
        ("POST", "evaluate", {"content": b"{}"}),
        ("POST", "evaluate", {"content": b"{}", "headers": {"content-type": "text/plain"}}),
        ("POST", "evaluate", {"data": {"name": "x"}}),
        ("GET", "rules/A?limit=1&limit=2", {}),
        ("GET", "rules/A?rule_id=B", {}),
        ("GET", "rules/A", {"json": {"limit": 1}}),
    ],
)
async def test_fields_in_a_wrong_place_are_refused(method: str, path: str, options: dict[str, Any], opened: Opening) -> None:
    async with opened(ALL) as stand:
        answer = await stand.web.request(method, f"/api/rmos/mill/{path}", **options)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_an_answer_that_the_bus_cannot_carry_is_an_error_not_silence(opened: Opening) -> None:
    large = Operation("large", "Much.", Nothing, str, lambda _: "x" * 5_000_000)
    async with opened((large,)) as stand:
        message = await stand.over_nats("large")
        assert (message.headers or {})["Nats-Service-Error-Code"] == "413"
        assert json.loads(message.data)["code"] == "too_large"
        assert len((await stand.over_http(large, {})).content) == 5_000_002


async def test_slow_calls_block_neither_their_own_kind_nor_others(opened: Opening) -> None:
    async def slow(_: Nothing) -> int:
        await asyncio.sleep(0.5)
        return 1

    def blocking(_: Nothing) -> int:
        time.sleep(0.5)
        return 1

    declared = (Operation("slow", "S.", Nothing, int, slow), Operation("blocking", "B.", Nothing, int, blocking), EVALUATE)
    async with opened(declared) as stand:
        start = time.perf_counter()
        waiting = [asyncio.create_task(stand.over_nats(name)) for name in ("slow", "blocking") for _ in range(3)]
        await asyncio.sleep(0.05)
        await stand.over_nats("evaluate")
        await stand.over_http(EVALUATE, {})
        assert time.perf_counter() - start < 0.4
        await asyncio.gather(*waiting)
        assert time.perf_counter() - start < 1.2
