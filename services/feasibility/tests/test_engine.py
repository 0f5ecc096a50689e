"""Does an engine say who it is, refuse what it does not know, and keep its verdict apart from the shop's policy?"""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rmos.contracts.base import Risk
from rmos.contracts.designs import DESIGNS
from rmos.contracts.evaluation import EvaluateRequest, FeasibilityReport, Policy
from rmos.feasibility import BaselineFeasibilityEngineV1, Engines, Rejected
from rmos.feasibility.domain import FLAG, MODES, RULES, SCORERS, Gauge, gauges
from rmos.feasibility.domain.rules import rules_for
from rmos.feasibility.gather import facts_of
from rmos.feasibility.presets import load_presets
from safe_requests import JUDGED, SAFE_REQUESTS, TOO_LONG, Body, safe

PRESETS = load_presets()
ENGINE = BaselineFeasibilityEngineV1(PRESETS)
POLICIES = [
    Policy(block_on_red=a, treat_unknown_as_red=b, allow_red_override=c)
    for a, b, c in itertools.product((True, False), repeat=3)
]
BY_RISK = {
    Risk.GREEN: safe("pocket"), Risk.YELLOW: safe("pocket", cut__stepdown=3.5), Risk.UNKNOWN: safe("pocket", without="design.wall"),
    Risk.RED: TOO_LONG,
}  # fmt: skip


def report_of(body: Body, engine: BaselineFeasibilityEngineV1 = ENGINE) -> FeasibilityReport:
    return engine.compute(EvaluateRequest.model_validate(body))


# Who judged


def test_a_report_names_its_engine_its_version_and_its_pack() -> None:
    report = report_of(safe("pocket"))
    assert (report.engine_id, report.engine_version) == ("baseline_v1", "1.0.0")
    assert report.pack_sha256 == ENGINE.pack_sha256
    assert re.fullmatch("[0-9a-f]{64}", report.pack_sha256)
    assert report.scorers == SCORERS


def test_the_same_presets_read_again_are_the_same_pack() -> None:
    assert BaselineFeasibilityEngineV1(load_presets()).pack_sha256 == ENGINE.pack_sha256


def pack_of(folder: Path, data: bytes) -> str:
    (folder / "scales.toml").write_bytes(data)
    return BaselineFeasibilityEngineV1(load_presets(folder)).pack_sha256


def test_any_byte_of_a_preset_file_makes_another_pack(tmp_path: Path) -> None:
    scale = b'[alto]\nname = "Alto"\nlength_mm = 500.0\n'
    packs = [pack_of(tmp_path, scale + more) for more in (b"", b"#", b"\n", b" ", b"# a")]
    packs += [pack_of(tmp_path, scale.replace(b"500.0", b"500.1")), pack_of(tmp_path, scale.replace(b"Alto", b"Altp"))]
    assert len({*packs, ENGINE.pack_sha256}) == len(packs) + 1


def test_a_shops_folder_that_is_empty_changes_no_pack(tmp_path: Path) -> None:
    assert BaselineFeasibilityEngineV1(load_presets(tmp_path)).pack_sha256 == ENGINE.pack_sha256


def test_other_scorers_are_another_pack_and_their_order_is_not() -> None:
    packs = {
        BaselineFeasibilityEngineV1(PRESETS, scorers=s).pack_sha256
        for n in range(len(SCORERS) + 1)
        for s in itertools.combinations(SCORERS, n)
    }
    assert len(packs) == 2 ** len(SCORERS)
    assert BaselineFeasibilityEngineV1(PRESETS, scorers=[*reversed(SCORERS), SCORERS[0]]).pack_sha256 == ENGINE.pack_sha256


def test_the_policy_is_no_part_of_the_pack() -> None:
    assert {BaselineFeasibilityEngineV1(PRESETS, policy).pack_sha256 for policy in POLICIES} == {ENGINE.pack_sha256}


def test_a_scorer_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match=r"resonanz.*resonance"):
        BaselineFeasibilityEngineV1(PRESETS, scorers=("units", "resonanz"))


def test_a_scorer_that_is_off_adds_no_finding() -> None:
    odd = safe("pocket", cut__feed_per_min=100)
    quiet = report_of(odd, BaselineFeasibilityEngineV1(PRESETS, scorers=()))
    assert "U001" in {finding.rule_id for finding in report_of(odd).findings}
    assert "U001" not in {finding.rule_id for finding in quiet.findings}
    assert quiet.scorers == ()


def test_two_engines_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="share an id"):
        Engines(ENGINE, BaselineFeasibilityEngineV1(PRESETS))


class Strict(BaselineFeasibilityEngineV1):
    id = "strict_v1"


def test_the_engine_that_is_asked_for_judges() -> None:
    engines = Engines(ENGINE, Strict(PRESETS))
    for wanted in ("baseline_v1", "strict_v1"):
        assert engines.compute(EvaluateRequest.model_validate(safe("pocket", engine_id=wanted))).engine_id == wanted


# Who is not known


@pytest.mark.parametrize(
    ("field", "wanted", "near"),
    [
        ("engine_id", "baseline_v2", "baseline_v1"),
        ("engine_id", "zzz", "baseline_v1"),
        ("tool_id", "flat_6mm_2", "flat_6mm_2f"),
        ("blade_id", "rosete_180", "rosette_180"),
        ("material_id", "aldr", "alder"),
        ("machine_id", "shapeoko_4", "shapeoko_4_xxl"),
        ("material_id", "ALDER", ""),
        ("material_id", "alder ", "alder"),
        ("material_id", "☃", "none is near"),
    ],
)
def test_an_unknown_id_is_refused_with_the_nearest_names(field: str, wanted: str, near: str) -> None:
    with pytest.raises(Rejected) as refused:
        Engines(ENGINE).compute(EvaluateRequest.model_validate(safe("pocket", **{field: wanted})))
    assert (refused.value.code, refused.value.pointer) == ("unknown_id", f"/{field}")
    assert near in refused.value.reason
    assert repr(wanted) in refused.value.reason


@pytest.mark.parametrize("field", ["tool_id", "blade_id", "material_id", "machine_id"])
def test_an_unknown_id_is_refused_also_where_the_mode_needs_none(field: str) -> None:
    for mode in (*MODES, "laser"):
        body = {**SAFE_REQUESTS.get(mode, {"mode": mode, "design": {}}), field: "not-there"}
        with pytest.raises(Rejected, match="not-there"):
            report_of(body)


# What is GREEN, and what nobody can judge


@pytest.mark.parametrize("mode", JUDGED)
def test_a_harmless_request_of_each_mode_is_green(mode: str) -> None:
    report = report_of(SAFE_REQUESTS[mode])
    assert report.overall_risk is Risk.GREEN, report.recommendations
    assert (report.findings, report.missing, report.recommendations, report.nearest) == ((), (), (), None)
    assert (report.is_feasible(), report.needs_review(), report.blocked) == (True, False, False)
    assert 80 <= report.overall_score <= 100


def test_a_program_without_its_toolpath_is_unknown_and_may_be_planned() -> None:
    request = EvaluateRequest.model_validate(SAFE_REQUESTS["gcode"])
    report = ENGINE.compute(request)
    assert (report.overall_risk, report.findings) == (Risk.UNKNOWN, ())
    assert {fact.comes_from for fact in report.missing} == set(UNASKED)
    assert ENGINE.compute(request, to_plan=True).overall_risk is Risk.GREEN


UNASKED = ("the simulated toolpath", "the program")


def test_every_mode_that_can_be_asked_for_has_a_harmless_request() -> None:
    assert set(SAFE_REQUESTS) == set(MODES) == set(DESIGNS)


@pytest.mark.parametrize("mode", ["laser", "pocket2", "saws", "_"])
def test_a_mode_without_a_scorer_is_unknown_and_blocked(mode: str) -> None:
    report = report_of({**safe("pocket"), "mode": mode})
    assert (report.overall_risk, report.blocked, report.is_feasible()) == (Risk.UNKNOWN, True, False)
    assert [fact.fact for fact in report.missing] == ["mode"]
    assert (report.assessments, report.findings, report.binding, report.overall_score) == ((), (), None, 0)
    assert any("mode" in line for line in report.recommendations)


# Policy


@pytest.mark.parametrize("policy", POLICIES, ids=str)
@pytest.mark.parametrize("risk", list(Risk))
def test_the_policy_never_turns_a_risk_into_another(risk: Risk, policy: Policy) -> None:
    report = report_of(BY_RISK[risk], BaselineFeasibilityEngineV1(PRESETS, policy))
    plain = report_of(BY_RISK[risk])
    assert plain.overall_risk is risk
    own = {"policy", "blocked"}
    assert report.model_dump(exclude=own) == plain.model_dump(exclude=own)
    assert report.policy == policy


# block_on_red, treat_unknown_as_red, allow_red_override: what blocks, and what a person may release.
TABLE: dict[tuple[bool, bool, bool], tuple[str, str]] = {
    (True, True, False): ("RED UNKNOWN", "GREEN YELLOW"),
    (True, True, True): ("RED UNKNOWN", "GREEN YELLOW UNKNOWN RED"),
    (True, False, False): ("RED", "GREEN YELLOW UNKNOWN"),
    (True, False, True): ("RED", "GREEN YELLOW UNKNOWN RED"),
    (False, True, False): ("", "GREEN YELLOW"),
    (False, True, True): ("", "GREEN YELLOW UNKNOWN RED"),
    (False, False, False): ("", "GREEN YELLOW UNKNOWN"),
    (False, False, True): ("", "GREEN YELLOW UNKNOWN RED"),
}


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_the_policy_says_what_blocks_and_what_a_person_may_release(policy: Policy) -> None:
    blocks, released = TABLE[policy.block_on_red, policy.treat_unknown_as_red, policy.allow_red_override]
    assert {risk for risk in Risk if policy.blocks(risk)} == set(map(Risk, blocks.split()))
    assert {risk for risk in Risk if policy.overridable(risk)} == set(map(Risk, released.split()))


def test_without_a_policy_red_and_unknown_block_and_nobody_releases_red() -> None:
    assert {risk for risk in Risk if Policy().blocks(risk)} == {Risk.RED, Risk.UNKNOWN}
    assert not Policy().overridable(Risk.RED)


@given(
    risk=st.sampled_from(list(Risk)), score=st.floats(0, 100) | st.sampled_from([69.9, 70.0]), policy=st.sampled_from(POLICIES)
)
def test_feasible_review_and_blocked_follow_from_risk_score_and_policy(risk: Risk, score: float, policy: Policy) -> None:
    plain = report_of(safe("pocket"))
    report = plain.model_copy(
        update={"overall_risk": risk, "overall_score": score, "policy": policy, "blocked": policy.blocks(risk)}
    )
    passes = score >= 70
    assert report.is_feasible() == (passes and risk in (Risk.GREEN, Risk.YELLOW))
    if report.blocked:
        assert not report.needs_review()
    else:
        assert report.needs_review() == (risk is not Risk.GREEN or not passes)
    if risk in (Risk.RED, Risk.UNKNOWN):
        assert not report.is_feasible()
        assert report.blocked or report.needs_review()


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_blocked_in_the_report_is_what_the_policy_says(policy: Policy) -> None:
    for risk, body in BY_RISK.items():
        assert report_of(body, BaselineFeasibilityEngineV1(PRESETS, policy)).blocked == policy.blocks(risk)


def test_a_score_lifts_nothing() -> None:
    for risk in (Risk.RED, Risk.UNKNOWN):
        assert report_of(BY_RISK[risk]).overall_score < 50


# Categories

ASKED: list[Body] = [
    *SAFE_REQUESTS.values(), *BY_RISK.values(),
    safe("pocket", design__depth=18, cut__stepdown=5), safe("pocket", tool_id="vbit_60", material_id="ebony_african"),
    safe("pocket", design__depth=-1, cut__stepdown=0), safe("pocket", design__depth=0),
    safe("helical", cut__stepdown=2.5), safe("helical", design__diameter=6), safe("rosette", design__tiles=60),
    safe("rosette", design__inner_diameter=120), safe("fret_slots", design__slot_width=0.5, cut__stepdown=3),
    safe("nut_slots", design__length=40), safe("saw", blade_id="rosette_180"), safe("saw", design__exposure=60, design__cut="rip"),
    safe("saw", design__exposure=-1), safe("saw", cut__spindle_rpm=7900), safe("gcode", options__stickout=60),
]  # fmt: skip


def room_of(gauge: Gauge) -> float:
    room = gauge.limit - gauge.value
    return (room if gauge.sense in ("above", "from") else -room) / (abs(gauge.limit) or abs(gauge.value) or 1)


@pytest.mark.parametrize("number", range(len(ASKED)))
def test_a_category_tells_the_numbers_of_the_rule_that_binds_it(number: int) -> None:
    request = EvaluateRequest.model_validate(ASKED[number])
    report = ENGINE.compute(request)
    measured = {f.rule.id: f.gauge for f in gauges(facts_of(request.in_mm(), PRESETS), rules_for(request.mode, SCORERS))}
    assert {a.category for a in report.assessments} == {RULES[rule_id].category for rule_id in measured}
    for told in report.assessments:
        rule, gauge = RULES[told.binding_limit], measured[told.binding_limit]
        assert (rule.category, rule.family.source) == (told.category, told.source)
        assert told.risk == (rule.level if gauge.fires else Risk.GREEN)
        if gauge.unit == FLAG:
            assert (told.value, told.limit, told.margin, told.unit) == (None, None, None, "")
        else:
            assert (told.value, told.limit, told.unit) == (gauge.value, gauge.limit, gauge.unit)
            assert told.margin == pytest.approx(room_of(gauge), abs=6e-5)
        assert told.risk is Risk.GREEN or told.score < (50 if told.risk is Risk.RED else 80)
        assert (told.message == "within every limit") == (told.risk is Risk.GREEN)


@pytest.mark.parametrize("number", range(len(ASKED)))
def test_no_category_is_better_than_the_worst_rule_that_holds_in_it(number: int) -> None:
    report = report_of(ASKED[number])
    by_name = {a.category: a for a in report.assessments}
    for finding in report.findings:
        told = by_name[RULES[finding.rule_id].category]
        assert told.risk is Risk.RED or told.risk == finding.level
    assert [a.category for a in report.assessments] == list(by_name)


@pytest.mark.parametrize("number", range(len(ASKED)))
def test_the_limit_that_binds_is_the_red_rule_with_the_least_room(number: int) -> None:
    report = report_of(ASKED[number])
    assert report.binding is not None
    assert report.binding.level is Risk.RED
    red = [f for f in report.findings if f.level is Risk.RED]
    assert not red or report.binding.rule_id in {f.rule_id for f in red}


# What to do


def _fields(body: Body) -> list[str]:
    named = [name for name in body if name not in ("mode", "design", "cut", "options")]
    return named + [f"{part}.{name}" for part in ("design", "cut", "options") for name in body[part]]


def _is_required(mode: str, field: str) -> bool:
    part, _, name = field.partition(".")
    return part == "design" and DESIGNS[mode].model_fields[name].is_required()


STATED = [(mode, field) for mode, body in SAFE_REQUESTS.items() for field in _fields(body)]
TOGETHER = [("rosette", f"design.{name}") for name in ("tiles", "kerf", "max_drift_deg")]
REFUSED = [row for row in STATED if _is_required(*row) or row == ("gcode", "design.text") or row in TOGETHER]
NEVER_REQUIRED = [("gcode", f"cut.{name}") for name in SAFE_REQUESTS["gcode"]["cut"]] + [("helical", "cut.stepover_ratio")]
"""A program has settings of its own; a helix cuts at full width."""
BY_DEFAULT = [("profile", "design.through"), ("profile", "design.tabs"), ("drill", "design.peck"), ("ledge", "design.purfling")]
ONE_OF_TWO = [("vcarve", "design.lines"), ("vcarve", "design.line_width")]
ASKED_FOR = [row for row in STATED if row not in (*REFUSED, *NEVER_REQUIRED, *BY_DEFAULT, *ONE_OF_TWO)]


@pytest.mark.parametrize(("mode", "field"), REFUSED)
def test_a_design_that_lacks_a_size_is_refused_with_its_name(mode: str, field: str) -> None:
    with pytest.raises(ValueError, match=field.removeprefix("design.")):
        EvaluateRequest.model_validate(safe(mode, without=field))


@pytest.mark.parametrize(("mode", "field"), NEVER_REQUIRED)
def test_a_setting_that_decides_nothing_may_be_left_out(mode: str, field: str) -> None:
    less, more = report_of(safe(mode, without=field)), report_of(SAFE_REQUESTS[mode])
    assert (less.overall_risk, less.missing) == (more.overall_risk, more.missing)


@pytest.mark.parametrize(("mode", "field"), ASKED_FOR)
def test_what_is_missing_is_asked_for_by_the_name_of_its_field(mode: str, field: str) -> None:
    report = report_of(safe(mode, without=field))
    assert report.overall_risk is Risk.UNKNOWN
    assert any(field in line for line in report.recommendations)
    assert any(field in fact.comes_from for fact in report.missing)


@pytest.mark.parametrize("mode", MODES)
def test_everything_that_may_be_asked_for_can_be_stated(mode: str) -> None:
    """`comes_from` names fields that a request of this mode has."""
    bare = {"mode": mode, "design": SAFE_REQUESTS[mode]["design"]}
    for fact in report_of(bare).missing:
        for path in re.split(r" or | and |, ", fact.comes_from):
            if mode == "gcode" and path in UNASKED:
                continue
            fields: Any = {**EvaluateRequest.model_fields}
            for name in path.split("."):
                assert name in fields, (fact.fact, path)
                fields = (
                    DESIGNS[mode].model_fields if name == "design" else getattr(fields[name].annotation, "model_fields", {})
                )


def test_every_finding_has_its_advice() -> None:
    for body in ASKED:
        report = report_of(body)
        for finding in report.findings:
            assert f"{finding.rule_id}: {RULES[finding.rule_id].hint}" in report.recommendations


def test_the_nearest_settings_pass_when_they_are_asked_for() -> None:
    body = safe("pocket", cut__feed_per_min=9000, cut__stepdown=5)
    report = report_of(body)
    assert report.overall_risk is Risk.RED
    assert report.nearest is not None
    names = {
        "feed_mm_min": "feed_per_min",
        "stepdown_mm": "stepdown",
        "spindle_rpm": "spindle_rpm",
        "plunge_mm_min": "plunge_per_min",
        "stepover_ratio": "stepover_ratio",
    }
    body["cut"] |= {names[change.setting]: change.value for change in report.nearest.changes}
    again = report_of(body)
    assert again.overall_risk is report.nearest.risk is not Risk.RED


@pytest.mark.parametrize(
    ("risk", "searched"), [(Risk.GREEN, False), (Risk.UNKNOWN, False), (Risk.YELLOW, True), (Risk.RED, True)]
)
def test_settings_are_looked_for_only_where_they_can_help_and_are_wanted(risk: Risk, searched: bool) -> None:
    assert (report_of(BY_RISK[risk]).nearest is not None) == searched
    assert report_of({**BY_RISK[risk], "nearest": False}).nearest is None
