"""What does a verdict cost: by mode, with nearest settings, by number of rules, by size of request, over NATS and HTTP?"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import math
import multiprocessing
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import nats
import numpy as np
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from rmos.chassis.requests import parse
from rmos.contracts.evaluation import EvaluateRequest
from rmos.contracts.events import PathFacts
from rmos.feasibility.domain import RULES, SCORERS, Rule, assess
from rmos.feasibility.domain.rules import rules_for
from rmos.feasibility.engine import BaselineFeasibilityEngineV1
from rmos.feasibility.gather import facts_of
from rmos.feasibility.presets import load_presets
from rmos.local.connection import connect
from rmos.local.stack import Stack

Request = dict[str, Any]
Row = dict[str, Any]
_CUT = {"stepover_ratio": 0.4, "stepdown": 1.5, "feed_per_min": 1000, "plunge_per_min": 400, "spindle_rpm": 18000}
_SLOT_CUT = {"stepdown": 0.3, "feed_per_min": 500, "plunge_per_min": 100, "spindle_rpm": 18000}
_ROUTER = {
    "tool_id": "flat_6mm_2f", "material_id": "basswood", "machine_id": "shapeoko_4_xxl", "cut": _CUT,
    "options": {"stock_thickness": 20, "coolant": True, "stickout": 25},
}  # fmt: skip
_SLOTTER = {
    "tool_id": "fret_slot_0_6", "material_id": "basswood", "machine_id": "bcamcnc_2030ca", "cut": _SLOT_CUT,
    "options": {"stock_thickness": 6, "coolant": True, "stickout": 12},
}  # fmt: skip
GREEN: dict[str, Request] = {
    "pocket": {**_ROUTER, "design": {"boundary": [[0, 0], [76, 0], [76, 56], [0, 56]], "depth": 8, "wall": 20}},
    "gcode": {**_ROUTER, "design": {"text": "G21 G90\nG0 X0 Y0 Z5\nM3 S18000\nG1 Z-1 F300\nG1 X20 F1000\nG0 Z5\nM30\n"}},
    "helical": {**_ROUTER, "design": {"diameter": 11, "depth": 6, "wall": 20}, "cut": {**_CUT, "stepdown": 0.5}},
    "rosette": {
        **_ROUTER, "tool_id": "flat_3mm_2f", "cut": {**_CUT, "stepdown": 1},
        "options": {"stock_thickness": 4, "coolant": True, "stickout": 12},
        "design": {
            "outer_diameter": 100, "inner_diameter": 85, "depth": 1.5, "tiles": 24, "kerf": 0.1, "max_drift_deg": 5,
        },
    },
    "fret_slots": {
        **_SLOTTER,
        "design": {
            "scale_length": 647.7, "frets": 22, "nut_width": 42, "heel_width": 56, "slot_width": 0.65, "depth": 1.8,
        },
    },
    "nut_slots": {
        **_SLOTTER, "design": {"length": 42, "slots": [{"position": 4 + 7 * n, "width": 0.8, "depth": 1} for n in range(6)]},
    },
    "rest": {
        **_ROUTER,
        "design": {"boundary": [[0, 0], [76, 0], [76, 56], [0, 56]], "depth": 8, "wall": 20, "previous_diameter": 12.7},
    },
    "profile": {
        **_ROUTER,
        "design": {
            "contour": [[0, 0], [76, 0], [76, 56], [0, 56]], "side": "outside", "depth": 8, "wall": 20,
            "tabs": {"count": 4, "width": 6, "height": 1.5},
        },
    },
    "slot": {**_ROUTER, "design": {"line": [[0, 0], [400, 0]], "width": 6.4, "depth": 9.5, "wall": 20}},
    "ledge": {
        **_ROUTER,
        "design": {
            "contour": [[0, 0], [300, 0], [300, 200], [0, 200]], "width": 2.4, "depth": 6, "wall": 40,
            "purfling": {"width": 1.5, "depth": 1.5},
        },
    },
    "vcarve": {
        **_ROUTER, "tool_id": "vbit_60",
        "cut": {"stepdown": 1, "feed_per_min": 2400, "plunge_per_min": 400, "spindle_rpm": 12_000},
        "design": {"lines": [[[0, 0], [40, 0], [40, 30]]], "line_width": 3, "depth": 2.5},
    },
    "drill": {
        "tool_id": "drill_10_0mm", "material_id": "basswood", "machine_id": "linuxcnc_knee_mill",
        "cut": {"plunge_per_min": 250, "spindle_rpm": 2000}, "options": {"stock_thickness": 20, "stickout": 63},
        "design": {"holes": [{"x": 20 * n, "y": 7.5 * (n % 2)} for n in range(6)], "diameter": 10, "depth": 15, "peck": 5},
    },
    "saw": {
        "blade_id": "saw_10_24", "material_id": "basswood", "machine_id": "linuxcnc_knee_mill",
        "options": {"stock_thickness": 12}, "cut": {"feed_per_min": 4800, "spindle_rpm": 4000},
        "design": {
            "cut": "crosscut", "length": 120, "depth": 12, "exposure": 8, "miter_deg": 0, "bevel_deg": 0, "riving_knife": True,
        },
    },
}  # fmt: skip
"""One harmless request of each mode, without its `mode`."""
_RED_CUT = {"spindle_rpm": 40_000, "feed_per_min": 20_000}
_YELLOW_CUT = {mode: {"plunge_per_min": 1200} for mode in GREEN} | {
    "saw": {"feed_per_min": 1000}, "vcarve": {"feed_per_min": 1000},
}  # fmt: skip
PATHS = {
    "gcode": PathFacts(
        moves=6, min_mm=(0, 0, -1), max_mm=(20, 0, 5), cut_length_mm=21, max_feed_mm_min=1000, spindle_min_rpm=18_000,
        spindle_max_rpm=18_000, time_s=3, kernel="native", max_axial_mm=1, max_radial_mm=6, max_removal_mm3_min=6000,
        max_feed_per_turn_mm=1 / 18, max_plunge_mm_min=300, rapid_cuts=0, spindle_off_cuts=0, rapid_lowest_mm=5,
        states_units=True, states_distance=True,
    )
}  # fmt: skip
"""A program is judged by what it does."""
VERTICES = (10, 100, 1000)
SHARES = (1 / 8, 1 / 4, 1 / 2, 1, 2, 4)
ECHO, SUBJECT = "bench.echo", "rmos.feasibility.evaluate"


def request_of(mode: str, cut: Mapping[str, float] | None = None, nearest: bool = False) -> Request:
    base = GREEN[mode]
    return {"mode": mode, **base, "cut": {**base["cut"], **(cut or {})}, "nearest": nearest}


def parsed(request: Request) -> EvaluateRequest:
    return EvaluateRequest.model_validate(request)


def times_ms(work: Callable[[], Any], repeats: int) -> list[float]:
    """After a tenth of the repeats as warm-up."""
    for _ in range(repeats // 10 + 1):
        work()
    found = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - began))
    return found


def quantiles(values: Sequence[float]) -> Row:
    return {f"p{q}_ms": float(f"{np.percentile(values, q):.3g}") for q in (50, 99)}


def by_mode(engine: BaselineFeasibilityEngineV1, repeats: int) -> Iterator[Row]:
    """`assess` alone, a verdict, and the search for nearest settings where the verdict is one that has any."""
    for mode in GREEN:
        path, plain = PATHS.get(mode), parsed(request_of(mode))
        facts, stage = facts_of(plain.in_mm(), engine.presets, path), "request" if path is None else "toolpath"
        row = {"mode": mode, "rules": len(rules_for(mode, SCORERS))}
        risk = assess(facts, stage).risk.value
        yield {**row, "what": "assess", "risk": risk, **quantiles(times_ms(partial(assess, facts, stage), repeats))}
        for what, cut in (("verdict", {}), ("nearest, two settings out", _RED_CUT), ("nearest, one out", _YELLOW_CUT[mode])):
            request = parsed(request_of(mode, cut, nearest=bool(cut)))
            report = engine.compute(request, path)
            if cut and report.nearest is None:
                continue
            times = times_ms(partial(engine.compute, request, path), repeats // 10 if cut else repeats)
            yield {**row, "what": what, "risk": report.overall_risk.value, **quantiles(times)}


def rate_per_s(work: Callable[[], Any], seconds: float) -> float:
    """Best of three."""
    best = 0.0
    for _ in range(3):
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            work()
            count += 1
        best = max(best, count / (time.perf_counter() - began))
    return best


def rates(engine: BaselineFeasibilityEngineV1, seconds: float) -> Iterator[Row]:
    """One process, all modes in turn."""
    requests = [parsed(request_of(mode)) for mode in GREEN]
    bodies = [json.dumps(request_of(mode)).encode() for mode in GREEN]
    works: dict[str, Callable[[], Any]] = {
        "verdict of a parsed request": lambda: [engine.compute(request) for request in requests],
        "raw JSON to verdict": lambda: [engine.compute(parse(EvaluateRequest, body, {})) for body in bodies],
        "raw JSON to JSON": lambda: [
            engine.compute(parse(EvaluateRequest, body, {})).model_dump_json().encode() for body in bodies
        ],
    }
    for name, work in works.items():
        yield {"what": name, "per_s": round(rate_per_s(work, seconds) * len(GREEN))}


@contextlib.contextmanager
def registry(rules: Sequence[Rule]) -> Iterator[None]:
    """Only these rules, numbered anew: the benchmark alone sees them."""
    kept = dict(RULES)
    RULES.clear()
    RULES.update({f"{rule.id}x{n}": replace(rule, id=f"{rule.id}x{n}") for n, rule in enumerate(rules)})
    try:
        yield
    finally:
        RULES.clear()
        RULES.update(kept)


def by_rules(engine: BaselineFeasibilityEngineV1, repeats: int) -> Iterator[Row]:
    for mode in ("pocket", "saw"):
        facts, every = facts_of(parsed(request_of(mode)).in_mm(), engine.presets), rules_for(mode, SCORERS)
        for share in SHARES:
            rules = (every * math.ceil(share))[: max(1, round(share * len(every)))]
            with registry(rules):
                found = quantiles(times_ms(partial(assess, facts, "request"), repeats))
            yield {"mode": mode, "share": share, "rules": len(rules), **found}


def ring(vertices: int) -> list[list[float]]:
    turns = [2 * math.pi * n / vertices for n in range(vertices)]
    return [[round(100 + 40 * math.cos(turn), 4), round(100 + 30 * math.sin(turn), 4)] for turn in turns]


def by_size(engine: BaselineFeasibilityEngineV1, repeats: int) -> Iterator[Row]:
    for vertices in VERTICES:
        request = request_of("pocket")
        request["design"] = {**request["design"], "boundary": ring(vertices)}
        body = json.dumps(request).encode()
        ready = parse(EvaluateRequest, body, {})
        reading = quantiles(times_ms(partial(parse, EvaluateRequest, body, {}), repeats))
        judging = quantiles(times_ms(partial(engine.compute, ready), repeats))
        yield {
            "vertices": vertices, "bytes": len(body), "parse_p50_ms": reading["p50_ms"], "parse_p99_ms": reading["p99_ms"],
            "compute_p50_ms": judging["p50_ms"], "compute_p99_ms": judging["p99_ms"],
        }  # fmt: skip


async def _echo(nats_url: str, body: bytes) -> None:
    client = await nats.connect(nats_url)

    async def answer(message: Msg) -> None:
        await message.respond(body)

    await client.subscribe(ECHO, cb=answer)
    await asyncio.Event().wait()


def _echo_process(nats_url: str, body: bytes) -> None:
    """The floor: a process that answers at once, with as many bytes as a report has."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_echo(nats_url, body))


async def latencies_ms(asks: Mapping[str, Callable[[], Awaitable[Any]]], count: int) -> dict[str, list[float]]:
    """One request at a time, the transports in turn, so that a slow moment of the machine meets all."""
    found: dict[str, list[float]] = {name: [] for name in asks}
    for number in range(-50, count):
        for name, ask in asks.items():
            began = time.perf_counter()
            await ask()
            if number >= 0:
                found[name].append(1000 * (time.perf_counter() - began))
    return found


async def together_per_s(ask: Callable[[], Awaitable[Any]], count: int, at_once: int) -> float:
    async def some() -> None:
        for _ in range(count // at_once):
            await ask()

    began = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(at_once)))
    return count // at_once * at_once / (time.perf_counter() - began)


async def _wait_for_echo(client: Client) -> None:
    for _ in range(100):
        with contextlib.suppress(NoRespondersError, TimeoutError):
            await client.request(ECHO, b"?", timeout=1)
            return
        await asyncio.sleep(0.1)
    raise SystemExit("the echo does not answer")


@contextlib.asynccontextmanager
async def echoing(client: Client, nats_url: str, body: bytes) -> AsyncIterator[None]:
    process = multiprocessing.get_context("spawn").Process(target=_echo_process, args=(nats_url, body), daemon=True)
    process.start()
    try:
        await _wait_for_echo(client)
        yield
    finally:
        process.terminate()


def ways(client: Client, web: httpx.AsyncClient, url: str) -> dict[str, Callable[[], Awaitable[Any]]]:
    """The floor first."""
    green = json.dumps(request_of("pocket")).encode()
    red = json.dumps(request_of("pocket", _RED_CUT, True)).encode()
    headers = {"content-type": "application/json"}

    async def post() -> None:
        (await web.post(f"{url}/api/rmos/feasibility/evaluate", content=green, headers=headers)).raise_for_status()

    return {
        "NATS, bare echo": lambda: client.request(ECHO, green, timeout=10),
        "NATS, verdict": lambda: client.request(SUBJECT, green, timeout=10),
        "NATS, RED with nearest": lambda: client.request(SUBJECT, red, timeout=10),
        "HTTP, alive": lambda: web.get(f"{url}/health/live"),
        "HTTP, verdict": post,
    }


async def ask_all(nats_url: str, url: str, count: int) -> list[Row]:
    client = await nats.connect(nats_url)
    report = (await client.request(SUBJECT, json.dumps(request_of("pocket")).encode(), timeout=10)).data
    if "overall_risk" not in json.loads(report):
        raise SystemExit(f"no verdict: {report!r}")
    async with httpx.AsyncClient(trust_env=False) as web, echoing(client, nats_url, report):
        asks = ways(client, web, url)
        found = {name: quantiles(times) for name, times in (await latencies_ms(asks, count)).items()}
        floor = next(iter(found.values()))
        rows = [{"transport": name, **row, "p50_ratio": _ratio(row, floor)} for name, row in found.items()]
        for row in rows:
            row["per_s_at_16"] = round(await together_per_s(asks[row["transport"]], count, 16))
    await client.close()
    return rows


def _ratio(row: Row, floor: Row) -> float:
    return float(round(row["p50_ms"] / floor["p50_ms"], 2))


async def over_the_wire(count: int) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="rmos-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        stack = Stack(Path(folder) / "state")
        await stack.start()
        try:
            found = connect(stack.state)
            return await ask_all(found.nats_url, f"http://127.0.0.1:{found.data['http']['feasibility']}", count)
        finally:
            await stack.stop()


def table(title: str, rows: Sequence[Row]) -> str:
    names = list(rows[0])
    lines = [f"## {title}", "", "| " + " | ".join(names) + " |", "|---" * len(names) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(f"{row[n]}" for n in names) + " |" for row in rows), ""])


def measure(chosen: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    engine = BaselineFeasibilityEngineV1(load_presets())
    yield "A verdict by mode", list(by_mode(engine, chosen.repeats))
    yield "Verdicts a second, one process", list(rates(engine, chosen.seconds))
    yield "assess by number of rules", list(by_rules(engine, chosen.repeats))
    yield "A pocket by number of vertices", list(by_size(engine, chosen.repeats))
    if not chosen.no_stack:
        yield "Asked on a running stack", asyncio.run(over_the_wire(chosen.asks))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--asks", type=int, default=2000)
    parser.add_argument("--no-stack", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options)
    if options.json:
        print(json.dumps(dict(figures), indent=1))
    else:
        for heading, found_rows in figures:
            print(table(heading, found_rows), flush=True)
