"""Is every rule explained, and has it its page?"""

from __future__ import annotations

from pathlib import Path

import pytest
from rmos.feasibility.domain import MODES, REQUIRED, RULES, SCORERS
from rmos.feasibility.domain.facts import ORIGINS, TEXTS
from rmos.feasibility.explain import CATEGORIES, RISKS, rule_data

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_is_explained_and_has_a_page_that_says_so(rule_id: str) -> None:
    rule = rule_data(RULES[rule_id])
    page = (ROOT / "docs/rules" / f"{rule_id}.md").read_text()
    for text in (rule.condition, rule.why, rule.source, rule.licence, rule.date, rule.level, rule.hint[1:]):
        assert text
        assert text in page
    for name in rule.needs:
        assert f"`{name}`: {TEXTS[name]}; from {ORIGINS[name]}" in page
    assert f"[{rule_id}](rules/{rule_id}.md)" in (ROOT / "docs/rules.md").read_text()
    assert rule.category in CATEGORIES
    assert rule.why.endswith(".")
    assert set(rule.modes) <= set(MODES)
    assert rule.scorer in ("", *SCORERS)


def test_there_is_no_page_of_a_rule_that_is_none() -> None:
    assert {page.stem for page in (ROOT / "docs/rules").glob("*.md")} == set(RULES)


def test_every_category_is_that_of_a_rule_and_every_risk_is_told() -> None:
    assert set(CATEGORIES) == {rule.category for rule in RULES.values()}
    assert list(RISKS) == ["GREEN", "YELLOW", "UNKNOWN", "RED"]


def test_every_mode_has_its_table_of_what_must_be_known() -> None:
    page = (ROOT / "docs/rules.md").read_text()
    assert {mode for mode, _ in REQUIRED} == set(MODES)
    for (mode, stage), names in REQUIRED.items():
        line = next(line for line in page.splitlines() if line.startswith(f"- `{mode}`, {stage}:"))
        assert all(f"`{name}`" in line for name in names)
