"""What does scripting do with a planned toolpath? Runs the job's scripts on it in turn; a failed script ends the job."""

from __future__ import annotations

from collections.abc import Callable

from rmos.chassis.blobs import BlobDamaged, BlobMissing, BlobStore
from rmos.chassis.errors import Rejected
from rmos.chassis.inbox import Outcome
from rmos.contracts import toolpath
from rmos.contracts.base import Risk, sha256_hex
from rmos.contracts.events import RaisedRisk, ScriptApplied, ScriptReport, ToolpathPlanned
from rmos.contracts.toolpath import Toolpath
from rmos.scripting.domain import ResultRefused, check_result, context_of
from rmos.scripting.engine import Limits, LuaEngine, SandboxUnavailable, Script, ScriptError, ScriptResult


class Handlers:
    def __init__(self, blobs: BlobStore, engine: LuaEngine, limits: Limits, count: Callable[[str], None]) -> None:
        """`count` is told how each run ended: `ok` or the code of its failure."""
        self._blobs, self._engine, self._limits, self._count = blobs, engine, limits, count

    async def on_planned(self, event: ToolpathPlanned) -> Outcome:
        scripts = event.assessed.job.scripts
        if not scripts:
            return Outcome(events=(_applied(event, changed=False),))
        try:
            path = toolpath.decode(await self._blobs.get(event.toolpath))
        except (BlobMissing, BlobDamaged) as error:
            raise Rejected("blob", str(error)) from error
        reports: list[ScriptReport] = []
        raised: list[RaisedRisk] = []
        for number in range(len(scripts)):
            result = await self._run(event, number, path)
            path = result.toolpath
            reports.append(_report(event, number, result))
            raised += _raised(scripts[number].name, result)
        changed = any(report.changed for report in reports)
        ref = await self._blobs.put(toolpath.encode(path), toolpath.MEDIA_TYPE) if changed else event.toolpath
        applied = _applied(event, changed).model_copy(
            update={"toolpath": ref, "scripts": tuple(reports), "raised": tuple(raised)}
        )
        return Outcome(events=(applied,))

    async def _run(self, event: ToolpathPlanned, number: int, path: Toolpath) -> ScriptResult:
        job = event.assessed.job
        script, pointer = job.scripts[number], f"/scripts/{number}"
        source = Script(script.name, script.source, sha256_hex(script.source.encode("utf-8", "surrogatepass")))
        try:
            result = await self._engine.run(source, context_of(job, script), path, self._limits)
            check_result(result.toolpath)
        except SandboxUnavailable as error:
            self._count("no_sandbox")
            raise Rejected("no_sandbox", f"script {script.name}: {error}; a script never runs outside", pointer) from error
        except ScriptError as error:
            self._count(error.code)
            raise Rejected(error.code, f"script {script.name}: {error}", pointer) from error
        except ResultRefused as error:
            self._count("result_invalid")
            raise Rejected("result_invalid", f"script {script.name}: {error}", pointer) from error
        self._count("ok")
        return result


def _applied(event: ToolpathPlanned, changed: bool) -> ScriptApplied:
    return ScriptApplied(job_id=event.job_id, planned=event, toolpath=event.toolpath, changed=changed)


def _report(event: ToolpathPlanned, number: int, result: ScriptResult) -> ScriptReport:
    script = event.assessed.job.scripts[number]
    return ScriptReport(
        name=script.name, sha256=sha256_hex(script.source.encode()), changed=result.changed,
        annotations=result.annotations, instructions=result.used_instructions,
    )  # fmt: skip


def _raised(name: str, result: ScriptResult) -> list[RaisedRisk]:
    if result.raised_risk is None:
        return []
    if result.raised_risk == "RED":
        return [RaisedRisk(script=name, level=Risk.RED, reason=reason) for reason in result.risk_reasons]
    return [RaisedRisk(script=name, level=Risk.YELLOW, reason=reason) for reason in result.risk_reasons]
