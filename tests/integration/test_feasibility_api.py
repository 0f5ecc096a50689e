"""Does feasibility tell the same over HTTP, over NATS, on the command line and in a program, and survive what nobody should send?"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import nats
import pytest
from rmos.contracts.evaluation import FeasibilityReport
from rmos.feasibility import evaluate_feasibility
from rmos.feasibility.domain import RULES
from rmos.feasibility.presets import KINDS, load_presets
from rmos.local.connection import Connection
from safe_requests import SAFE_REQUESTS, TOO_LONG, Body, safe
from stack_runner import ROOT, rmos

PREFIX = "/api/rmos/feasibility"
DOCUMENT: Body = json.loads((ROOT / "docs/openapi/feasibility.json").read_text())
PRESETS = load_presets()
OPERATIONS = {
    operation["operationId"]
    for path in DOCUMENT["paths"].values()
    for operation in path.values()
    if operation["operationId"].count("_get") == 0
}


def post(running: Connection, path: str, content: bytes, kind: str = "application/json") -> httpx.Response:
    url = f"http://127.0.0.1:{running.data['http']['feasibility']}{PREFIX}{path}"
    return httpx.post(url, content=content, headers={"content-type": kind}, timeout=30, trust_env=False)


def get(running: Connection, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{running.data['http']['feasibility']}{path}", timeout=30, trust_env=False)


def over_http(running: Connection, body: Body) -> Any:
    answer = post(running, "/evaluate", json.dumps(body).encode())
    assert answer.status_code == 200, answer.text
    return answer.json()


def ask(running: Connection, operation: str, data: bytes) -> tuple[int, Any]:
    """Status (200 where all is well) and the body."""

    async def request() -> tuple[int, Any]:
        client = await nats.connect(running.nats_url)
        try:
            answer = await client.request(f"rmos.feasibility.{operation}", data, timeout=20)
        finally:
            await client.close()
        return int((answer.headers or {}).get("Nats-Service-Error-Code", 200)), json.loads(answer.data)

    return asyncio.run(request())


def over_nats(running: Connection, body: Body) -> Any:
    status, answer = ask(running, "evaluate", json.dumps(body).encode())
    assert status == 200, answer
    return answer


def by_command(running: Connection, folder: Path, body: Body) -> Any:
    (folder / "request.json").write_text(json.dumps(body))
    done = rmos("feasibility", "evaluate", str(folder / "request.json"), "--json", state=running.state)
    assert done.returncode in (0, 2), done.stderr
    return json.loads(done.stdout)


def in_a_program(body: Body) -> Any:
    context: Body = {
        name: body[name]
        for name in ("tool_id", "blade_id", "material_id", "machine_id", "units", "cut", "options")
        if name in body
    }
    return json.loads(evaluate_feasibility({"mode": body["mode"], **body["design"]}, context).model_dump_json())


# One answer

QUESTIONS: dict[str, Body] = {
    **SAFE_REQUESTS,
    "red": TOO_LONG,
    "unknown": safe("pocket", without="design.wall"),
    "yellow": safe("pocket", cut__stepdown=3.5, cut__feed_per_min=2900),
    "inch": {**safe("gcode", options={"stock_thickness": 0.75}, cut={"feed_per_min": 60}), "units": "inch"},
    "no scorer": {"mode": "laser", "design": {"power": 40}},
    "no air told": safe("nut_slots", material_id="spruce_sitka"),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_four_ways_to_ask_have_one_answer(name: str, running: Connection, tmp_path: Path) -> None:
    body = QUESTIONS[name]
    answer = over_http(running, body)
    assert over_nats(running, body) == answer
    assert by_command(running, tmp_path, body) == answer
    assert in_a_program(body) == answer
    assert FeasibilityReport.model_validate(answer).overall_risk == answer["overall_risk"]


def test_a_model_has_one_answer_by_path_and_by_message(running: Connection) -> None:
    asked = {
        **{k: v for k, v in SAFE_REQUESTS["fret_slots"].items() if k not in ("mode", "design")},
        "slot_width": 0.65,
        "depth": 1.7,
    }
    by_path = post(running, "/evaluate/model/stratocaster", json.dumps(asked).encode())
    by_field = ask(running, "evaluate.model", json.dumps({**asked, "model_id": "stratocaster"}).encode())
    assert by_path.status_code == 200, by_path.text
    assert by_field == (200, by_path.json())
    assert by_path.json()["overall_risk"] == "GREEN"


def test_a_report_is_what_the_document_says(running: Connection) -> None:
    for body in QUESTIONS.values():
        check(over_http(running, body), "post", f"{PREFIX}/evaluate")


# What there is


def test_discovery_lists_every_operation_with_its_route(running: Connection) -> None:
    async def info() -> Any:
        client = await nats.connect(running.nats_url)
        try:
            return json.loads((await client.request("$SRV.INFO.rmos-feasibility", b"", timeout=10)).data)
        finally:
            await client.close()

    found = asyncio.run(info())
    routes = {
        f"{method.upper()} {path}" for path, ways in DOCUMENT["paths"].items() for method in ways if path.startswith(PREFIX)
    }
    assert {endpoint["subject"] for endpoint in found["endpoints"]} == {f"rmos.feasibility.{name}" for name in OPERATIONS}
    assert {endpoint["metadata"]["http"] for endpoint in found["endpoints"]} == routes
    assert all(endpoint["metadata"]["summary"] for endpoint in found["endpoints"])


def schema_of(method: str, path: str, status: str = "200") -> Any:
    """The response's schema with its references, which point into the document."""
    content = DOCUMENT["paths"][path][method]["responses"][status]["content"]
    return {**content["application/json"]["schema"], "components": DOCUMENT["components"]}


def check(answer: Any, method: str, path: str, status: str = "200") -> None:
    jsonschema.Draft202012Validator(schema_of(method, path, status)).validate(answer)


def places(path: str) -> Iterator[str]:
    """The path with every id that there is."""
    if path.endswith("/rules/{id}"):
        yield from (path.replace("{id}", rule_id) for rule_id in RULES)
    elif path.endswith("/presets/{kind}"):
        yield from (path.replace("{kind}", kind) for kind in KINDS)
    elif path.endswith("/presets/{kind}/{id}"):
        for kind in KINDS:
            yield from (path.replace("{kind}", kind).replace("{id}", preset_id) for preset_id in PRESETS.of(kind))
    else:
        assert "{" not in path
        yield path


@pytest.mark.parametrize("path", [p for p, ways in DOCUMENT["paths"].items() if "get" in ways and p.startswith(PREFIX)])
def test_every_route_answers_what_the_document_says_for_every_id(path: str, running: Connection) -> None:
    validator = jsonschema.Draft202012Validator(schema_of("get", path))
    with httpx.Client(
        trust_env=False, base_url=f"http://127.0.0.1:{running.data['http']['feasibility']}", timeout=30
    ) as client:
        for place in places(path):
            answer = client.get(place)
            assert answer.status_code == 200, (place, answer.text)
            assert answer.headers["content-type"] == "application/json"
            validator.validate(answer.json())
            assert answer.json()


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_the_routes_of_every_service_answer(path: str, running: Connection) -> None:
    assert path in DOCUMENT["paths"]
    assert get(running, path).status_code == 200


def test_the_metrics_are_of_the_kind_that_the_document_says(running: Connection) -> None:
    kinds = DOCUMENT["paths"]["/metrics"]["get"]["responses"]["200"]["content"]
    assert get(running, "/metrics").headers["content-type"].partition(";")[0] in kinds


def test_lists_over_nats_are_those_over_http(running: Connection) -> None:
    for operation, path in (("rules", "/rules"), ("models", "/models"), ("presets", "/presets"), ("modes", "/modes"),
                            ("categories", "/categories"), ("risk_levels", "/risk-levels")):  # fmt: skip
        assert ask(running, operation, b"") == (200, get(running, PREFIX + path).json())
    assert ask(running, "presets.show", b'{"kind": "materials", "id": "alder"}') == (
        200,
        get(running, f"{PREFIX}/presets/materials/alder").json(),
    )
    assert ask(running, "rules.show", b'{"id": "F026"}') == (200, get(running, f"{PREFIX}/rules/F026").json())
    assert ask(running, "presets.list", b'{"kind": "tools"}') == (200, get(running, f"{PREFIX}/presets/tools").json())


# What there is not

ABSENT = [
    ("/rules/F026X", "rules.show", {"id": "F026X"}, "/id", "F026"),
    ("/rules/f026", "rules.show", {"id": "f026"}, "/id", ""),
    ("/presets/tool", "presets.list", {"kind": "tool"}, "/kind", "tools"),
    ("/presets/tool/flat_6mm_2f", "presets.show", {"kind": "tool", "id": "flat_6mm_2f"}, "/kind", "tools"),
    ("/presets/materials/aldr", "presets.show", {"kind": "materials", "id": "aldr"}, "/id", "alder"),
    ("/presets/tools/alder", "presets.show", {"kind": "tools", "id": "alder"}, "/id", "none is near"),
    ("/presets/materials/..%2f..%2fetc", None, {}, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("path", "operation", "fields", "pointer", "near"), ABSENT)
def test_what_there_is_not_is_404_with_the_nearest_names(
    path: str, operation: str | None, fields: Body, pointer: str, near: str, running: Connection
) -> None:
    answer = get(running, PREFIX + path)
    assert answer.status_code == 404, answer.text
    if operation is None:
        return
    problem = answer.json()
    assert (problem["code"], problem["pointer"]) == ("not_found", pointer)
    assert near in problem["detail"]
    assert ask(running, operation, json.dumps(fields).encode()) == (404, problem)


def test_a_model_that_there_is_not_is_404(running: Connection) -> None:
    answer = post(running, "/evaluate/model/stratocastr", b"{}")
    assert (answer.status_code, answer.json()["pointer"]) == (404, "/model_id")
    assert "stratocaster" in answer.json()["detail"]
    assert ask(running, "evaluate.model", b'{"model_id": "stratocastr"}') == (404, answer.json())


@pytest.mark.parametrize("field", ["tool_id", "material_id", "machine_id", "blade_id", "engine_id"])
def test_an_id_that_is_not_known_in_a_request_is_named(field: str, running: Connection) -> None:
    body = json.dumps(safe("pocket", **{field: "alderr_of_mars"})).encode()
    answer = post(running, "/evaluate", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (422, "unknown_id", f"/{field}")
    assert "nearest" in answer.json()["detail"]
    assert ask(running, "evaluate", body) == (422, answer.json())


# What nobody should send


@pytest.mark.parametrize("where", ["", "design", "cut", "options"])
@pytest.mark.parametrize("field", ["risk", "feasibility", "overall_risk", "overall_score", "blocked", "policy"])
@pytest.mark.parametrize("mode", ["pocket", "saw"])
def test_a_verdict_in_a_request_is_refused_with_its_place(mode: str, field: str, where: str, running: Connection) -> None:
    path = f"{where}__{field}" if where else field
    body = json.dumps(safe(mode, **{path: "GREEN"})).encode()
    answer = post(running, "/evaluate", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["pointer"] == "/" + path.replace("__", "/")
    check(answer.json(), "post", f"{PREFIX}/evaluate", "422")
    assert ask(running, "evaluate", body) == (422, answer.json())


def raw(**changes: str) -> bytes:
    """A harmless pocket with words of JSON put at dotted paths."""
    body = safe("pocket", **dict.fromkeys(changes, "@"))
    text = json.dumps(body)
    for word in changes.values():
        text = text.replace('"@"', word, 1)
    return text.encode()


BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "/mode"),
    "no JSON": (b"\x00\xff", ""),
    "half of JSON": (b'{"mode": "pocket", "design": ', ""),
    "no Unicode": (b'{"mode": "p\xff"}', ""),
    "half a surrogate": (b'{"mode": "pocket", "tool_id": "\\ud800"}', ""),
    "a list": (b"[]", ""),
    "null": (b"null", ""),
    "NaN": (raw(cut__feed_per_min="NaN"), ""),
    "Infinity": (raw(cut__feed_per_min="Infinity"), ""),
    "-Infinity": (raw(design__depth="-Infinity"), ""),
    "1e999": (raw(cut__feed_per_min="1e999"), "/cut/feed_per_min"),
    "-1e999": (raw(design__depth="-1e999"), "/design/depth"),
    "1e999 in a corner": (raw(design__boundary="[[0,0],[1e999,0],[9,9]]"), "/design/boundary/1/0"),
    "a number of 5000 digits": (raw(design__depth="9" * 5000), ""),
    "a negative size": (raw(options__stock_thickness="-1"), "/options/stock_thickness"),
    "a size of zero": (raw(options__stock_thickness="0"), "/options/stock_thickness"),
    "a feed of zero": (raw(cut__feed_per_min="0"), "/cut/feed_per_min"),
    "a negative wall": (raw(design__wall="-0.5"), "/design/wall"),
    "a text for a number": (raw(cut__stepdown='"3"'), "/cut/stepdown"),
    "true for a number": (raw(cut__stepdown="true"), "/cut/stepdown"),
    "two corners": (raw(design__boundary="[[0,0],[9,9]]"), "/design/boundary"),
    "1001 corners": (raw(design__boundary=json.dumps([[n, n * n % 97] for n in range(1001)])), "/design/boundary"),
    "51 islands": (raw(design__islands=json.dumps([[[0, 0], [1, 0], [1, 1]]] * 51)), "/design/islands"),
    "a design that is none": (raw(design="7"), "/design"),
    "a mode that is none": (raw(mode='"../pocket"'), "/mode"),
    "100 000 deep": (b'{"design":' * 100_000, ""),
    "100 000 deep list": (raw(design__boundary="[" * 100_000 + "]" * 100_000), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_422_with_its_place_and_the_service_goes_on(name: str, running: Connection) -> None:
    body, pointer = BAD[name]
    answer = post(running, "/evaluate", body)
    assert answer.status_code == 422, answer.text
    assert (answer.json()["code"], answer.json()["pointer"]) == ("invalid", pointer)
    assert len(answer.content) < 2000
    check(answer.json(), "post", f"{PREFIX}/evaluate", "422")
    assert ask(running, "evaluate", body) == (422, answer.json())
    assert over_http(running, safe("pocket"))["overall_risk"] == "GREEN"


def test_a_body_of_10_mb_is_413(running: Connection) -> None:
    for body in (b" " * (10 << 20), raw(design__boundary="[" + "[0,0]," * (10 << 18) + "[1,1]]")):
        answer = post(running, "/evaluate", body)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        check(answer.json(), "post", f"{PREFIX}/evaluate", "413")
    status, problem = ask(running, "evaluate", b" " * ((1 << 20) + 1))
    assert (status, problem["code"]) == (413, "too_large")
    assert over_http(running, safe("pocket"))["overall_risk"] == "GREEN"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonp"]
)
def test_a_body_that_does_not_call_itself_json_is_refused(kind: str, running: Connection) -> None:
    answer = post(running, "/evaluate", raw(), kind)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "content-type" in answer.json()["detail"]
    assert post(running, "/evaluate", raw(), "Application/JSON; charset=utf-8").status_code == 200


def test_fields_in_the_query_and_a_body_to_read_by_are_refused(running: Connection) -> None:
    assert post(running, "/evaluate?risk=GREEN", raw()).status_code == 422
    assert get(running, f"{PREFIX}/rules?mode=pocket").status_code == 422
    assert get(running, f"{PREFIX}/presets/tools?kind=blades").status_code == 422
    assert running.request("GET", "feasibility", "/rules", {"id": "F026"}).status_code == 422
    assert post(running, "/rules", b"").status_code == 405


def test_a_model_named_twice_is_refused(running: Connection) -> None:
    answer = post(running, "/evaluate/model/stratocaster", b'{"model_id": "telecaster"}')
    assert (answer.status_code, answer.json()["pointer"]) == (422, "/model_id")


TINY: list[Body] = [
    {"options": {"stock_thickness": 20, "stickout": 1e-310}}, {"cut": {"spindle_rpm": 1e-310, "feed_per_min": 1500.0}},
    {"units": "inch", "design": {"boundary": [[0, 0], [1, 0], [1, 1]], "depth": 0.1, "wall": 1e-11}},
]  # fmt: skip


@pytest.mark.parametrize(
    "number",
    range(len(TINY)),
)
def test_a_size_of_next_to_nothing_is_no_defect(number: int, running: Connection) -> None:
    answer = post(running, "/evaluate", json.dumps({**safe("pocket"), **TINY[number]}).encode())
    assert answer.status_code in (200, 422), answer.text


def test_every_answer_is_counted_by_transport_and_status(running: Connection) -> None:
    post(running, "/evaluate", raw())
    ask(running, "evaluate", b"[]")
    metrics = get(running, "/metrics").text
    counted = {
        tuple(sorted(re.findall(r'(\w+)="([^"]*)"', line)))
        for line in metrics.splitlines()
        if line.startswith("rmos_feasibility_operations_total{") and 'operation="evaluate"' in line
    }
    assert {dict(labels)["transport"] for labels in counted} == {"http", "nats"}
    assert {"200", "422"} <= {dict(labels)["status"] for labels in counted}
