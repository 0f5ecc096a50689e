"""Can this job be cut, and what does a rule say? `rmos feasibility`, by the same engine as the service, without a server."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from rmos.contracts.evaluation import FeasibilityReport, RiskAssessment, RuleData
from rmos.feasibility import BaselineFeasibilityEngineV1, Engines, Rejected
from rmos.feasibility.domain import RULES
from rmos.feasibility.domain.facts import ORIGINS, TEXTS
from rmos.feasibility.explain import rule_data
from rmos.feasibility.settings import PolicySettings
from rmos.local.jobfiles import JobFileError, load_request
from rmos.local.presets import Shop, load_shop
from rmos.local.terminal import BLOCKED, COLOURS, REFUSED, USAGE, AsJson, console, fail, line, show

feasibility_app = typer.Typer(no_args_is_help=True, help="Verdicts and rules.")


@feasibility_app.command("evaluate")
def evaluate(
    file: Annotated[Path, typer.Argument(help="A job or a request for evaluation (.json, .yaml).")],
    shop: Shop = None,
    nearest: Annotated[bool, typer.Option(help="Look for the nearest settings that pass.")] = True,
    as_json: AsJson = False,
) -> None:
    """Judge a request as the service would; a toolpath is judged when the job runs. 0 may be cut, 2 blocked, 4 refused."""
    try:
        request = load_request(file).model_copy(update={"nearest": nearest})
        settings = PolicySettings()
        engine = BaselineFeasibilityEngineV1(load_shop(shop), settings.policy, settings.scorers)
        report = Engines(engine).compute(request)
    except JobFileError as error:
        raise fail(str(error), REFUSED) from error
    except Rejected as refusal:
        raise fail(f"{file}: {refusal.pointer}: {refusal.reason}", REFUSED) from refusal
    if as_json:
        print(report.model_dump_json(indent=1))
    else:
        _tell(report)
    raise typer.Exit(BLOCKED if report.blocked else 0)


def _tell(report: FeasibilityReport) -> None:
    colour = COLOURS[report.overall_risk]
    verdict = "blocked" if report.blocked else "a person must decide" if report.needs_review() else "may be cut"
    console.print(Text.assemble((str(report.overall_risk), f"bold {colour}"), f"  score {report.overall_score:g}  {verdict}"))
    table = Table("category", "risk", "score", "rule", "value", "limit", "room")
    for assessment in sorted(report.assessments, key=lambda a: a.score):
        table.add_row(*_cells(assessment))
    console.print(table)
    for finding in report.findings:
        line(f"{finding.level} {finding.rule_id}: {finding.message}", COLOURS[finding.level])
    told = tuple(f"{finding.rule_id}:" for finding in report.findings)
    for recommendation in report.recommendations:
        if not recommendation.startswith(told):
            line(f"- {recommendation}")
    line(f"{report.engine_id} {report.engine_version}, rules and presets {report.pack_sha256[:12]}", "dim")


def _cells(a: RiskAssessment) -> tuple[Text, ...]:
    """The number that limits stands in the colour of its risk."""
    colour = COLOURS[a.risk]
    value = "" if a.value is None else f"{a.value:.6g} {a.unit}"
    limit = "" if a.limit is None else f"{a.limit:.6g} {a.unit}"
    room = "" if a.margin is None else f"{a.margin:+.0%}"
    return (
        Text(a.category), Text(a.risk, colour), Text(f"{a.score:g}"), Text(a.binding_limit), Text(value, colour), Text(limit),
        Text(room, colour),
    )  # fmt: skip


@feasibility_app.command("explain")
def explain(rule_id: str, as_json: AsJson = False) -> None:
    """Print what a rule holds on, why it matters and what to do."""
    rule = RULES.get(rule_id.upper())
    if rule is None:
        near = ", ".join(difflib.get_close_matches(rule_id.upper(), RULES, cutoff=0.3)) or "see `rmos feasibility rules`"
        raise fail(f"no rule {rule_id!r}; nearest: {near}", USAGE)
    data = rule_data(rule)
    if as_json:
        print(data.model_dump_json(indent=1))
    else:
        _tell_rule(data)


def _tell_rule(rule: RuleData) -> None:
    level = (str(rule.level), COLOURS[rule.level])
    console.print(Text.assemble((rule.id, "bold"), "  ", level, f"  {rule.family}, {rule.category}"))
    for title, text in (("holds when", rule.condition), ("why", rule.why), ("do", rule.hint), ("source", rule.source)):
        line(f"{title}: {text}")
    line(f"modes: {', '.join(rule.modes)}")
    for name in rule.needs:
        line(f"needs {name}: {TEXTS[name]} ({ORIGINS[name]})")
    if rule.scorer:
        line(f"only while the optional scorer {rule.scorer!r} is on")


@feasibility_app.command("rules")
def rules(mode: Annotated[str | None, typer.Option(help="Only those of this mode.")] = None, as_json: AsJson = False) -> None:
    """List every rule."""
    rows = [rule_data(r).model_dump(mode="json") for r in RULES.values() if mode is None or mode in r.family.modes]
    if not rows:
        raise fail(f"no rule judges mode {mode!r}", USAGE)
    show([{**row, "risk": row["level"]} for row in rows], as_json, ("id", "level", "category", "condition"))
