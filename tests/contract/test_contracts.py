"""Is every message ever published still read, and do the documents say who sends and reads what?"""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from rmos.contracts.events import BY_SUBJECT, CONSUMERS, EVENTS, PRODUCERS

ROOT = Path(__file__).parents[2]
GOLDEN = sorted((ROOT / "tests/contract/golden").glob("*.json"))
SERVICES = ("feasibility", "cam_accel", "scripting", "runs", "advisory")


def subject_of(golden: Path) -> str:
    """`rmos.job.submitted.v1.inch-program.json` holds a message of `rmos.job.submitted.v1`."""
    return ".".join(golden.name.split(".")[:4])


def test_there_is_a_golden_message_of_every_event() -> None:
    assert {subject_of(path) for path in GOLDEN} == {event.subject for event in EVENTS}


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_message_is_read_without_loss_and_fits_its_schema(golden: Path) -> None:
    body = json.loads(golden.read_text())
    event = BY_SUBJECT[subject_of(golden)].model_validate(body)
    assert json.loads(event.model_dump_json(exclude_none=True)) == body
    schema = json.loads((ROOT / "docs/events" / f"{subject_of(golden)}.schema.json").read_text())
    jsonschema.validate(body, schema)


def test_every_event_has_a_sender_and_a_reader_and_every_reader_a_sender() -> None:
    sent = {event for events in PRODUCERS.values() for event in events}
    read = {event for events in CONSUMERS.values() for event in events}
    assert sent == read == set(EVENTS)


def row(readme: str, name: str) -> set[str]:
    line = next(line for line in readme.splitlines() if line.startswith(f"| {name} |"))
    return set(re.findall(r"`(rmos\.[a-z.]+\.v\d+)`", line))


@pytest.mark.parametrize("service", SERVICES)
def test_the_page_of_a_service_names_its_events(service: str) -> None:
    readme = (ROOT / "services" / service.replace("_", "-") / "README.md").read_text()
    assert row(readme, "events out") == {event.subject for event in PRODUCERS[service]}
    if service == "runs":
        assert "| events in | all |" in readme
    else:
        assert row(readme, "events in") == {event.subject for event in CONSUMERS[service]}


@pytest.mark.parametrize("service", SERVICES)
def test_the_page_of_a_service_names_its_own_settings(service: str) -> None:
    folder = ROOT / "services" / service.replace("_", "-")
    readme = (folder / "README.md").read_text()
    settings = (folder / "src/rmos" / service / "settings.py").read_text()
    for name in re.findall(r"^    (\w+): ", settings, re.MULTILINE):
        assert f"RMOS_{name.upper()}" in readme, name


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("services/*/README.md"), *ROOT.glob("benchmarks/*.md")]
    assert len(pages) > 10
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
