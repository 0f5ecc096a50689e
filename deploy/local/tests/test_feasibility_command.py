"""Do `rmos feasibility` and `rmos feeds` tell what the engine and the formulas say, and end with the code that scripts go by?"""

from __future__ import annotations

import inspect
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from rmos.contracts.evaluation import FeasibilityReport
from rmos.feasibility import evaluate_feasibility
from rmos.feasibility.domain import MODES, RULES
from rmos.feasibility.presets import load_presets
from rmos.local.cli import app
from rmos.local.feeds import FORMULAS
from safe_requests import SAFE_REQUESTS, TOO_LONG, Body, safe
from typer.testing import CliRunner, Result

ENV = (
    "RMOS_PRESETS_DIR",
    "RMOS_BLOCK_ON_RED",
    "RMOS_TREAT_UNKNOWN_AS_RED",
    "RMOS_ALLOW_RED_OVERRIDE",
    "RMOS_FEASIBILITY_SCORERS",
)


@pytest.fixture(autouse=True)
def _no_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    for name in ENV:
        monkeypatch.delenv(name, raising=False)


def run(*words: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, list(words), env=env)


def read(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def written(folder: Path, body: Body, name: str = "request.json") -> str:
    (folder / name).write_text(json.dumps(body))
    return str(folder / name)


def evaluate(folder: Path, body: Body, *words: str, env: dict[str, str] | None = None) -> Result:
    return run("feasibility", "evaluate", written(folder, body), *words, env=env)


# evaluate

UNKNOWN = safe("pocket", without="design.wall")
YELLOW = safe("pocket", cut__stepdown=3.5)


@pytest.mark.parametrize(
    ("body", "code", "risk", "verdict"),
    [
        (safe("pocket"), 0, "GREEN", "may be cut"),
        (YELLOW, 0, "YELLOW", "a person must decide"),
        (TOO_LONG, 2, "RED", "blocked"),
        (UNKNOWN, 2, "UNKNOWN", "blocked"),
    ],
)
def test_a_verdict_is_told_and_is_the_exit_code(body: Body, code: int, risk: str, verdict: str, tmp_path: Path) -> None:
    done = evaluate(tmp_path, body)
    assert done.exit_code == code
    assert done.stdout.splitlines()[0].startswith(f"{risk}  score ")
    assert done.stdout.splitlines()[0].endswith(verdict)
    as_json = evaluate(tmp_path, body, "--json")
    assert (as_json.exit_code, json.loads(as_json.stdout)["overall_risk"]) == (code, risk)


@pytest.mark.parametrize("mode", MODES)
def test_the_json_is_the_report_of_the_library(mode: str, tmp_path: Path) -> None:
    body = SAFE_REQUESTS[mode]
    context: Body = {
        name: body[name] for name in ("tool_id", "blade_id", "material_id", "machine_id", "cut", "options") if name in body
    }
    report = evaluate_feasibility({"mode": mode, **body["design"]}, context)
    assert FeasibilityReport.model_validate_json(evaluate(tmp_path, body, "--json").stdout) == report


def test_the_table_holds_the_number_that_limits(tmp_path: Path) -> None:
    """70 mm out of the collet against 8 · 6 mm: 46 % beyond."""
    rows = [line for line in evaluate(tmp_path, TOO_LONG).stdout.splitlines() if "F026" in line and "│" in line]
    assert len(rows) == 1
    cells = [cell.strip() for cell in re.split("[│┃]", rows[0])]
    assert cells[1:3] == ["tool", "RED"]
    assert cells[4:8] == ["F026", "70 mm", "48 mm", "-46%"]


def test_the_worst_category_stands_first(tmp_path: Path) -> None:
    rows = [re.split("[│┃]", line) for line in evaluate(tmp_path, TOO_LONG).stdout.splitlines() if "│" in line]
    scores = [float(cells[3]) for cells in rows]
    assert scores == sorted(scores)
    assert "RED" in rows[0][2]


def test_what_holds_what_is_missing_and_who_judged_are_told(tmp_path: Path) -> None:
    told = evaluate(tmp_path, safe("pocket", options__stickout=70, without="design.wall")).stdout
    assert "RED F026: stickout is above 8 diameters" in told
    assert "state design.wall" in told
    assert re.search(r"baseline_v1 1\.0\.0, rules and presets [0-9a-f]{12}", told)
    assert told.count(RULES["F026"].hint) == 1


def test_the_nearest_settings_can_be_left_out(tmp_path: Path) -> None:
    fast = safe("pocket", cut__feed_per_min=9000)
    assert json.loads(evaluate(tmp_path, fast, "--json").stdout)["nearest"]["changes"]
    assert json.loads(evaluate(tmp_path, fast, "--json", "--no-nearest").stdout)["nearest"] is None


def test_a_job_file_is_a_request_as_well(tmp_path: Path) -> None:
    job = {**safe("pocket"), "job_id": "a", "requested_by": "anna", "post": "grbl", "scripts": [{"name": "s", "source": ""}]}
    assert evaluate(tmp_path, job).exit_code == 0
    yaml = tmp_path / "job.yaml"
    yaml.write_text("mode: pocket\ndesign: {boundary: [[0, 0], [9, 0], [9, 9]], depth: 1}\n")
    assert run("feasibility", "evaluate", str(yaml)).exit_code == 2


def test_a_program_beside_the_file_is_named_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "p.nc").write_text("G21 G90\nM30\n")
    done = evaluate(tmp_path, safe("gcode", design={"file": "p.nc"}))
    assert done.exit_code == 2
    assert "the simulated toolpath" in done.stdout


def test_a_shop_has_its_own_presets_by_option_or_environment(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "machines.toml").write_text("[shapeoko_4_xxl]\nmax_feed_mm_min = 1000.0\n")
    for words, env in ((("--shop", str(shop)), None), ((), {"RMOS_PRESETS_DIR": str(shop)})):
        done = evaluate(tmp_path, safe("pocket"), "--json", *words, env=env)
        assert done.exit_code == 2
        assert "M007" in {finding["rule_id"] for finding in json.loads(done.stdout)["findings"]}
    (shop / "machines.toml").write_text("x = 1\n")
    assert evaluate(tmp_path, safe("pocket"), "--shop", str(shop)).exit_code == 4


@pytest.mark.parametrize(
    ("body", "env", "code", "verdict"),
    [
        (TOO_LONG, {"RMOS_BLOCK_ON_RED": "false"}, 0, "a person must decide"),
        (TOO_LONG, {"RMOS_TREAT_UNKNOWN_AS_RED": "false"}, 2, "blocked"),
        (TOO_LONG, {"RMOS_ALLOW_RED_OVERRIDE": "true"}, 2, "blocked"),
        (UNKNOWN, {"RMOS_TREAT_UNKNOWN_AS_RED": "false"}, 0, "a person must decide"),
        (safe("pocket"), {"RMOS_BLOCK_ON_RED": "false"}, 0, "may be cut"),
    ],
)
def test_the_policy_of_the_shop_decides_about_the_code_and_not_about_the_risk(
    body: Body, env: dict[str, str], code: int, verdict: str, tmp_path: Path
) -> None:
    done, plain = evaluate(tmp_path, body, env=env), evaluate(tmp_path, body)
    assert done.exit_code == code
    assert verdict in done.stdout.splitlines()[0]
    assert done.stdout.split()[0] == plain.stdout.split()[0]


def test_a_scorer_can_be_turned_off(tmp_path: Path) -> None:
    slow = safe("pocket", cut__feed_per_min=100)
    assert "U001" in evaluate(tmp_path, slow).stdout
    assert "U001" not in evaluate(tmp_path, slow, env={"RMOS_FEASIBILITY_SCORERS": "resonance"}).stdout


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (json.dumps({**safe("pocket"), "risk": "GREEN"}), "/risk"),
        (json.dumps(safe("pocket", design__overall_risk="GREEN")), "overall_risk"),
        (json.dumps(safe("pocket", design__depth="3")), "depth"),
        (json.dumps(safe("pocket")).replace('"depth": 3', '"depth": NaN'), "depth"),
        (json.dumps(safe("pocket", material_id="aldr")), "alder"),
        (json.dumps(safe("pocket", engine_id="baseline_v2")), "baseline_v1"),
        (json.dumps(safe("gcode", design={"file": "not-there.nc"})), "request.json"),
        ("{", "request.json"),
        ("[]", "object"),
        ("", "request.json"),
    ],
)
def test_a_file_that_cannot_be_judged_is_refused_with_its_place(text: str, place: str, tmp_path: Path) -> None:
    (tmp_path / "request.json").write_text(text)
    done = run("feasibility", "evaluate", str(tmp_path / "request.json"))
    assert done.exit_code == 4, done.output
    assert place in done.stderr.replace("\n", "")
    assert done.stdout == ""


@pytest.mark.parametrize("data", [b"\xff\xfe{", b"\x80mode: pocket"])
@pytest.mark.parametrize("name", ["request.json", "request.yaml"])
def test_a_file_that_is_no_text_is_refused(data: bytes, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    done = run("feasibility", "evaluate", str(tmp_path / name))
    assert done.exit_code == 4, done.exception
    assert name in done.stderr.replace("\n", "")


def test_a_file_that_is_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    (tmp_path / "request.json").write_text("[" * 100_000)
    done = run("feasibility", "evaluate", str(tmp_path / "request.json"))
    assert done.exit_code == 4, done.exception


def test_a_file_that_there_is_not_is_refused(tmp_path: Path) -> None:
    for name in ("not-there.json", "."):
        done = run("feasibility", "evaluate", str(tmp_path / name))
        assert done.exit_code == 4, done.output


def test_words_of_markup_in_a_file_are_told_as_they_are(tmp_path: Path) -> None:
    done = evaluate(tmp_path, safe("pocket", material_id="[/red]alder"))
    assert done.exit_code == 4
    assert "[/red]alder" in done.stderr


# explain and rules


@pytest.mark.parametrize("rule_id", list(RULES))
def test_every_rule_is_explained_with_what_it_needs(rule_id: str) -> None:
    rule, told = RULES[rule_id], run("feasibility", "explain", rule_id)
    assert told.exit_code == 0
    for part in (
        rule.condition,
        rule.why,
        rule.hint,
        rule.family.source,
        str(rule.level),
        *(f"needs {name}: " for name in rule.needs),
    ):
        assert part in told.stdout, part
    data = read("feasibility", "explain", rule_id)
    assert (data["id"], data["level"]) == (rule_id, rule.level)
    assert set(rule.needs) <= set(data["needs"])


def test_a_rule_may_be_typed_in_small_letters() -> None:
    assert run("feasibility", "explain", "f026").stdout == run("feasibility", "explain", "F026").stdout


def test_a_rule_of_an_optional_scorer_says_so() -> None:
    assert "optional scorer 'units'" in run("feasibility", "explain", "U001").stdout
    assert "optional" not in run("feasibility", "explain", "F001").stdout


def test_a_rule_that_there_is_not_is_a_usage_error_with_near_names() -> None:
    done = run("feasibility", "explain", "F0262")
    assert done.exit_code == 1
    assert "F026" in done.stderr
    assert run("feasibility", "explain", "☃").exit_code == 1
    assert run("feasibility", "explain").exit_code == 2


def test_the_list_holds_every_rule_and_can_be_of_one_mode() -> None:
    assert [row["id"] for row in read("feasibility", "rules")] == list(RULES)
    for mode in MODES:
        assert {row["id"] for row in read("feasibility", "rules", "--mode", mode)} == {
            r.id for r in RULES.values() if mode in r.family.modes
        }
    assert "F026" in run("feasibility", "rules").stdout


def test_a_mode_that_no_rule_judges_is_a_usage_error() -> None:
    done = run("feasibility", "rules", "--mode", "laser")
    assert done.exit_code == 1
    assert "laser" in done.stderr


# feeds

BY_HAND: dict[str, tuple[dict[str, float], float]] = {
    "feed": ({"rpm": 18_000, "flutes": 2, "chip-load-mm": 0.05}, 1800),
    "chip-load": ({"feed-mm-min": 1800, "rpm": 18_000, "flutes": 2}, 0.05),
    # 6/(2·√(6·0.6 - 0.36)) = 6/(2·1.8)
    "thinning": ({"diameter-mm": 6, "width-mm": 0.6}, 6 / 3.6),
    "engagement": ({"diameter-mm": 6, "width-mm": 3}, 90),
    # π · 0.006 m · 300/s
    "speed": ({"diameter-mm": 6, "rpm": 18_000}, math.pi * 1.8),
    "rpm": ({"diameter-mm": 6, "speed-m-s": math.pi * 1.8}, 18_000),
    "removal": ({"depth-mm": 3, "width-mm": 6, "feed-mm-min": 1500}, 27_000),
    # 3 · 580 000 · π · 4.8⁴/64 / 25³
    "stiffness": ({"diameter-mm": 6, "stickout-mm": 25, "modulus-mpa": 580_000}, 3 * 580_000 * math.pi * 530.8416 / 64 / 15_625),
    "bending-length": ({"stickout-mm": 12, "diameter-mm": 0.58, "reduced-length-mm": 3.5, "shank-diameter-mm": 3.175}, (3.5**3 + (12**3 - 3.5**3) * (0.58 / 3.175) ** 4) ** (1 / 3)),
    # 60 · 1.4/52.5 = 1.6 rad
    "kerf-drift": ({"tiles": 60, "kerf-mm": 1.4, "radius-mm": 52.5}, math.degrees(1.6)),
    # 120 W · 60 s / 27 cm³
    "calibrate": ({"power-w": 150, "idle-w": 30, "removal-rate-mm3-min": 27_000}, 120 * 60 / 27),
    "fret": ({"scale-length-mm": 650, "fret": 12}, 325),
}  # fmt: skip


def options(numbers: dict[str, float]) -> list[str]:
    return [word for name, number in numbers.items() for word in (f"--{name}", str(number))]


def test_every_formula_has_a_value_by_hand() -> None:
    assert set(BY_HAND) == set(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_gives_the_value_that_a_hand_works_out(name: str) -> None:
    numbers, by_hand = BY_HAND[name]
    found = read("feeds", name, *options(numbers))
    formula, unit = FORMULAS[name]
    assert (found["name"], found["unit"]) == (formula.__name__, unit)
    assert found["value"] == pytest.approx(by_hand, rel=1e-4)
    assert run("feeds", name, *options(numbers)).stdout == f"{formula.__name__} = {found['value']:.6g} {unit}".rstrip() + "\n"


EXACT = ("flutes", "tiles", "fret", "reduced-length-mm")
"""Whole numbers; and a tool may be thin all along."""


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_refuses_what_cannot_be(name: str) -> None:
    numbers, _ = BY_HAND[name]
    for wrong in numbers:
        for value in (-1, "nan", "inf") if wrong not in EXACT else (-1,):
            done = run("feeds", name, *options({**numbers, wrong: value}))  # type: ignore[dict-item]
            assert done.exit_code == 4, (wrong, value, done.output)
            assert wrong.replace("-", "_") in done.stderr.replace("\n", ""), (wrong, value)


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_has_its_arguments_as_options_and_says_which_is_missing(name: str) -> None:
    help_ = run("feeds", name, "--help").stdout
    for argument, of in inspect.signature(FORMULAS[name][0]).parameters.items():
        option = f"--{argument.replace('_', '-')}"
        assert option in help_
        if of.default is of.empty:
            rest = {n: v for n, v in BY_HAND[name][0].items() if f"--{n}" != option}
            assert run("feeds", name, *options(rest)).exit_code == 2


def test_a_text_for_a_number_is_a_usage_error() -> None:
    assert run("feeds", "feed", "--rpm", "fast", "--flutes", "2", "--chip-load-mm", "0.05").exit_code == 2
    assert run("feeds", "feed", "--rpm", "18000", "--flutes", "2.5", "--chip-load-mm", "0.05").exit_code == 2
    assert run("feeds", "no-such-formula").exit_code == 2


def test_the_bending_length_of_a_plain_tool_is_its_stickout() -> None:
    assert read("feeds", "bending-length", "--stickout-mm", "25", "--diameter-mm", "6")["value"] == 25


CUT = ("--depth-mm", "3", "--width-mm", "6", "--feed-mm-min", "1500")


def test_power_is_from_to_by_the_energy_of_the_material() -> None:
    """27 cm³/min of 30 to 91 J/cm³."""
    found = read("feeds", "power", *CUT, "--material", "alder")
    assert (found["low"], found["high"], found["unit"]) == (pytest.approx(13.5), pytest.approx(40.95), "W")
    assert run("feeds", "power", *CUT, "--material", "alder").stdout == "cutting_power_w = 13.5 to 40.95 W\n"


def test_the_shops_own_energy_counts(tmp_path: Path) -> None:
    (tmp_path / "materials.toml").write_text("[alder]\nenergy_low_j_cm3 = 40.0\nenergy_high_j_cm3 = 60.0\n")
    found = read("feeds", "power", *CUT, "--material", "alder", "--shop", str(tmp_path))
    assert (found["low"], found["high"]) == (pytest.approx(18), pytest.approx(27))


def bend(newtons: float, length: float) -> float:
    """F on k = 3·E·I/L³, of the 6 mm carbide."""
    return newtons / (3 * 580_000 * math.pi * 4.8**4 / 64 / length**3)


DEFLECTED = (*CUT, "--rpm", "18000", "--tool", "flat_6mm_2f", "--material", "alder")


def test_deflection_is_that_of_the_rule_for_the_same_cut() -> None:
    """A chip of 1500 / (18 000 * 2) mm, 3 mm deep, at 30 to 91 N/mm2: 3.75 to 11.375 N."""
    found = read("feeds", "deflection", *DEFLECTED)
    assert (found["low"], found["high"], found["unit"]) == (
        pytest.approx(bend(3.75, 25)),
        pytest.approx(bend(11.375, 25)),
        "mm",
    )
    longer = read("feeds", "deflection", *DEFLECTED, "--stickout-mm", "50")
    assert longer["high"] == pytest.approx(8 * found["high"])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("power", *CUT, "--material", "aldr"), 1, "alder"),
        (("power", "--depth-mm", "0", "--width-mm", "6", "--feed-mm-min", "1500", "--material", "alder"), 4, "depth_mm"),
        (("power", *CUT), 2, "material"),
        (("deflection", *CUT, "--rpm", "18000", "--tool", "flat_6mm", "--material", "alder"), 1, "flat_6mm_2f"),
        (("deflection", *CUT, "--rpm", "18000", "--tool", "flat_6mm_2f", "--material", "aldr"), 1, "alder"),
        (("deflection", *CUT, "--rpm", "-1", "--tool", "flat_6mm_2f", "--material", "alder"), 4, "rpm"),
        (("deflection", *DEFLECTED, "--stickout-mm", "0"), 4, "stickout_mm"),
        (("deflection", *DEFLECTED, "--stickout-mm", "nan"), 4, "stickout_mm"),
        (("frets", "--scale-length-mm", "-650"), 4, "scale_length_mm"),
        (("frets", "--scale-length-mm", "650", "--frets", "37"), 2, "36"),
    ],
)
def test_what_cannot_be_worked_out_ends_with_its_code(words: tuple[str, ...], code: int, said: str) -> None:
    done = run("feeds", *words)
    assert done.exit_code == code, done.output
    assert said in done.stderr


def test_the_frets_lie_by_equal_temperament() -> None:
    rows = read("feeds", "frets", "--scale-length-mm", "650", "--frets", "24")
    assert [row["fret"] for row in rows] == list(range(1, 25))
    assert (rows[11]["from_nut_mm"], rows[23]["from_nut_mm"]) == (325, 487.5)
    assert rows[0] == {"fret": 1, "from_nut_mm": pytest.approx(36.482), "from_last_mm": pytest.approx(36.482)}
    for row, before in zip(rows[1:], rows, strict=False):
        assert row["from_last_mm"] == pytest.approx(row["from_nut_mm"] - before["from_nut_mm"], abs=0.0011)
    assert "325.0" in run("feeds", "frets", "--scale-length-mm", "650").stdout


def test_the_calculator_knows_the_presets_that_there_are() -> None:
    for material in load_presets().materials.values():
        found = read("feeds", "power", *CUT, "--material", material.id)
        assert found["high"] == pytest.approx(material.energy_high_j_cm3 * 0.45)
