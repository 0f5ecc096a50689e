"""Does a script do what it may, and nothing else, however hostile it is?"""

from __future__ import annotations

import asyncio
import hashlib
import math
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import pytest_asyncio
from rmos.contracts.toolpath import MoveKind, Toolpath, encode, from_columns
from rmos.scripting import engine as engine_module
from rmos.scripting.engine import Limits, LuaEngine, SandboxUnavailable, Script, ScriptError, ScriptResult
from rmos.scripting.sandbox import process, wire

pytestmark = pytest.mark.skipif(not process.confined(), reason="scripts run only where the kernel confines them")

HOSTILE = sorted(Path(__file__).with_name("hostile").glob("*.lua"))
LIMITS = Limits(wall_ms=3000, instructions=3_000_000, memory_bytes=24 << 20)
JOB: dict[str, Any] = {"job_id": "j1", "mode": "milling", "tool_id": "t1", "params": {"factor": 0.5, "name": "a"}}
GOOD = "function after_toolpath(job, path) annotate('alive') end"


def script(source: str) -> Script:
    return Script("case", source, hashlib.sha256(source.encode()).hexdigest())


def entry(body: str) -> Script:
    return script(f"function after_toolpath(job, path)\n{body}\nend")


def toolpath(count: int = 5) -> Toolpath:
    row = np.arange(count)
    columns = {
        "kind": row % 5,
        "x_mm": row * 1.5,
        "z_mm": -row / 3,
        "i_mm": row,
        "feed_mm_min": row * 100.0,
        "line": row,
    }
    return from_columns(columns, start_mm=(1.0, 2.0, 3.0))


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


@pytest_asyncio.fixture
async def engine() -> AsyncIterator[LuaEngine]:
    before = children()
    async with LuaEngine(usual=LIMITS) as started:
        yield started
    assert set(children()) <= set(before)


async def run(engine: LuaEngine, body: str, path: Toolpath | None = None, limits: Limits = LIMITS) -> ScriptResult:
    return await engine.run(entry(body), JOB, toolpath() if path is None else path, limits)


async def failure(engine: LuaEngine, body: str, limits: Limits = LIMITS) -> ScriptError:
    with pytest.raises(ScriptError) as caught:
        await run(engine, body, limits=limits)
    return caught.value


async def verdict(engine: LuaEngine, hostile: Script, limits: Limits) -> tuple[str, str]:
    try:
        return (await engine.run(hostile, JOB, toolpath(), limits)).status, ""
    except ScriptError as error:
        return error.code, error.message


def test_the_hostile_suite_is_large() -> None:
    assert len(HOSTILE) >= 150


@pytest.mark.parametrize("file", HOSTILE, ids=lambda f: f.stem)
async def test_a_hostile_script_ends_as_expected_and_the_next_one_runs(file: Path, engine: LuaEngine) -> None:
    source = file.read_text()
    expected = source.split("\n", 1)[0].removeprefix("-- expect: ")
    limits = replace(LIMITS, wall_ms=200) if expected == "wall_timeout" else LIMITS
    outcome, message = await verdict(engine, script(source), limits)
    assert "0x" not in message, "an address leaks"
    assert len(message) <= 2000
    assert message.isprintable()
    assert outcome == expected
    assert (await engine.run(script(GOOD), JOB, toolpath(), LIMITS)).annotations == ("alive",)


async def test_a_script_changes_the_feed_and_nothing_else(engine: LuaEngine) -> None:
    path = toolpath(1234)
    body = "for i = 1, path.n do path.feed_mm_min[i] = path.feed_mm_min[i] * job.params.factor end"
    result = await run(engine, body, path)
    assert result.changed
    assert encode(result.toolpath) == encode(replace(path, feed_mm_min=path.feed_mm_min * 0.5))


async def test_a_script_may_replace_every_writable_column(engine: LuaEngine) -> None:
    names = wire.WRITABLE
    body = "\n".join(f"path.{n} = {{}} for i = 1, path.n do path.{n}[i] = i + {k} end" for k, n in enumerate(names))
    result = await run(engine, body)
    for k, name in enumerate(names):
        assert getattr(result.toolpath, name).tolist() == [i + k for i in range(1, 6)]


async def test_a_script_that_changes_nothing_leaves_the_same_bytes(engine: LuaEngine) -> None:
    path = toolpath(333)
    result = await run(engine, "path.x_mm[1] = path.x_mm[1] + 0 return path", path)
    assert not result.changed
    assert encode(result.toolpath) == encode(path)


async def test_a_script_sees_the_job_and_the_kinds(engine: LuaEngine) -> None:
    result = await run(engine, "log(job.mode .. job.params.factor) log(table.concat(path.kind, ' ')) log(path.n)")
    assert result.log == ("milling0.5", "rapid linear arc_cw arc_ccw dwell", "5")


async def test_a_script_sees_every_kind_of_move_and_leaves_tools_and_switches_as_they_are(engine: LuaEngine) -> None:
    kinds = list(MoveKind)
    columns = {"kind": kinds, "tool": [2] * len(kinds), "switches": [5] * len(kinds), "dwell_s": [1.5] * len(kinds)}
    path = from_columns({**columns, "plane": [1] * len(kinds)})
    body = "for n = 1, path.n do annotate(path.kind[n]) path.spindle_rpm[n] = 9000 end"
    result = await run(engine, body, path)
    assert result.annotations == tuple(kind.name.lower() for kind in kinds)
    for name in ("kind", "plane", "tool", "switches", "dwell_s", "line"):
        assert getattr(result.toolpath, name).tolist() == getattr(path, name).tolist()
    assert result.toolpath.spindle_rpm.tolist() == [9000] * len(kinds)


async def test_a_script_annotates_and_raises_the_highest_risk(engine: LuaEngine) -> None:
    result = await run(engine, "annotate('Maß ok') raise_risk('RED', 'a') raise_risk('YELLOW', 'b')")
    assert (result.annotations, result.raised_risk, result.risk_reasons) == (("Maß ok",), "RED", ("a", "b"))


async def test_a_script_without_a_risk_raises_none(engine: LuaEngine) -> None:
    assert (await run(engine, "")).raised_risk is None


async def test_an_empty_path_is_a_path(engine: LuaEngine) -> None:
    assert len((await run(engine, "log(path.n)", toolpath(0))).toolpath) == 0


async def test_two_runs_agree_in_every_byte_and_every_instruction(engine: LuaEngine) -> None:
    body = """
    local t = {}
    for i = 1, 500 do t["k" .. i * 7919 % 501] = i; t[i * 31 % 97] = i end
    for k, v in pairs(t) do path.x_mm[1] = path.x_mm[1] * 1.0001 + v; log(tostring(k)) end
    local names = {}
    for k in pairs(t) do names[#names + 1] = tostring(k) end
    table.sort(names, function(a, b) return #a < #b end)
    annotate(table.concat(names, ",", 1, 60)); log({}); log(string.format("%s", print))"""
    first, second = [await run(engine, body) for _ in range(2)]
    assert encode(first.toolpath) == encode(second.toolpath)
    assert replace(first, toolpath=second.toolpath) == second
    assert first.used_instructions >= 10_000


async def test_sorting_is_stable_and_right(engine: LuaEngine) -> None:
    result = await run(
        engine,
        """
    local t = {}
    for i = 1, 99 do t[i] = i * 37 % 11 * 100 + i end
    table.sort(t, function(a, b) return a // 100 < b // 100 end)
    for i = 2, 99 do assert(t[i - 1] < t[i]) end
    local u = {"b", "c", "a"}; table.sort(u); log(table.concat(u))""",
    )
    assert result.log == ("abc",)


async def test_a_runtime_error_names_its_line_even_inside_a_library_function(engine: LuaEngine) -> None:
    assert (await failure(engine, "\nstring.rep({}, 1)")).line == 3
    assert (await failure(engine, "\n\nerror('boo')")).message == "boo"


async def test_a_stop_and_a_syntax_error_name_their_line(engine: LuaEngine) -> None:
    assert (await failure(engine, "\nwhile true do end")).line == 3
    error = await failure(engine, "x x")
    assert (error.code, error.line) == ("syntax", 2)


async def test_the_error_carries_the_log_written_before_it(engine: LuaEngine) -> None:
    assert (await failure(engine, "log('so far') error('x')")).log == ("so far",)


async def test_a_source_other_than_the_reviewed_one_is_rejected(engine: LuaEngine) -> None:
    with pytest.raises(ScriptError, match="SHA-256") as caught:
        await engine.run(replace(script(GOOD), source=GOOD + " "), JOB, toolpath(), LIMITS)
    assert caught.value.code == "lint_rejected"


async def test_a_result_over_its_limit_is_refused(engine: LuaEngine) -> None:
    limits = replace(LIMITS, result_bytes=100)
    body = "for i = 1, 5 do path.x_mm[i] = i + 0.5 end annotate(string.rep('x', 300))"
    assert (await failure(engine, body, limits)).code == "result_too_large"


async def test_processor_time_ends_a_run_before_a_generous_wall_clock(engine: LuaEngine) -> None:
    limits = replace(LIMITS, cpu_s=1, wall_ms=20_000)
    assert (await failure(engine, "string.find(string.rep('a', 3000), '.-.-.-.-b')", limits)).code == "cpu"


async def test_a_path_that_cannot_fit_is_refused_before_it_is_sent(engine: LuaEngine) -> None:
    with pytest.raises(ScriptError) as caught:
        await engine.run(script(GOOD), JOB, toolpath(1000), replace(LIMITS, memory_bytes=100_000))
    assert caught.value.code == "memory"


async def test_the_largest_path_that_is_accepted_can_be_changed(engine: LuaEngine) -> None:
    limits = Limits(memory_bytes=32 << 20, wall_ms=10_000)
    path = toolpath(limits.memory_bytes // 512 - 20)
    body = "for i = 1, path.n do path.x_mm[i], path.y_mm[i], path.z_mm[i] = i + .5, 1, 2 end"
    assert (await run(engine, body, path, limits)).changed


async def test_a_path_that_is_not_finite_never_passes(engine: LuaEngine) -> None:
    path = replace(toolpath(), x_mm=np.array([0, 1, math.nan, 3, 4]))
    with pytest.raises(ScriptError) as caught:
        await run(engine, "", path)
    assert caught.value.code == "result_invalid"


@pytest.mark.parametrize("value", [[1], b"x", math.nan, object()])
async def test_a_job_with_values_lua_must_not_see_is_refused(value: object, engine: LuaEngine) -> None:
    with pytest.raises(ValueError, match="cannot be given"):
        await engine.run(script(GOOD), {"params": {"x": value}}, toolpath(), LIMITS)


async def test_a_wall_timeout_is_prompt(engine: LuaEngine) -> None:
    begun = time.monotonic()
    body = "string.find(string.rep('a', 3000), '.-.-.-.-b')"
    assert (await failure(engine, body, replace(LIMITS, wall_ms=200))).code == "wall_timeout"
    assert time.monotonic() - begun < 2


async def test_runs_side_by_side_do_not_mix(engine: LuaEngine) -> None:
    results = await asyncio.gather(*(run(engine, f"annotate('{k}')") for k in range(8)))
    assert [r.annotations for r in results] == [(str(k),) for k in range(8)]


async def test_nothing_a_script_leaves_behind_is_seen_by_the_next(engine: LuaEngine) -> None:
    await run(engine, "leak = 1 string.upper = nil math.pi = 3")
    assert (await run(engine, "log(leak) log(string.upper('x')) log(math.pi > 3.1)")).log == ("nil", "X", "true")


async def test_a_host_that_cannot_confine_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "confined", lambda: False)
    async with LuaEngine() as refusing:
        assert refusing.capabilities()["confined"] is False
        with pytest.raises(SandboxUnavailable):
            await run(refusing, "")


async def test_an_unconfined_child_serves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "lupa_root", lambda: tmp_path)
    async with LuaEngine() as broken:
        with pytest.raises(SandboxUnavailable, match="lupa"):
            await run(broken, "")


async def test_the_service_process_never_loads_lua(engine: LuaEngine) -> None:
    await run(engine, "")
    assert not [name for name in sys.modules if name.split(".")[0] == "lupa"]


@pytest.mark.parametrize("answer", [b"", b"\x02ok", b"\x05weird" + bytes(40), b"\x02ok" + bytes(500)])
def test_a_malformed_answer_is_a_crash_of_the_engine(answer: bytes) -> None:
    with pytest.raises(ScriptError) as caught:
        wire.decode_answer(answer, toolpath())
    assert caught.value.code == "engine_crash"
