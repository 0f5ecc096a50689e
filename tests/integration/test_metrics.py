"""Does the dashboard ask for metrics that exist, with labels that exist?"""

from __future__ import annotations

import json
import re

import httpx
from prometheus_client.parser import text_string_to_metric_families
from rmos.contracts.events import BY_SUBJECT
from rmos.local.connection import Connection
from stack_runner import ROOT, rmos


def queries() -> list[str]:
    dashboard = json.loads((ROOT / "deploy/grafana/dashboards/rmos.json").read_text())
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def samples(c: Connection) -> dict[str, set[str]]:
    """Names of the labels by name of the sample, over all services."""
    found: dict[str, set[str]] = {}
    for port in c.data["http"].values():
        text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_every_query_names_metrics_labels_and_events_that_exist(running: Connection) -> None:
    for name in ("feed-script.json", "neck-pocket.json"):
        rmos("submit", f"examples/jobs/{name}", "--wait", "--job-id", f"metrics-{name[:4]}", state=running.state)
    rmos("reviews", "approve", "metrics-neck", "--reason", "looked at", "--reviewer", "a test", state=running.state)
    known = samples(running)
    assert len(queries()) > 15
    for query in queries():
        names = re.findall(r"\brmos_\w+", query)
        assert names, query
        for name in names:
            assert name in known, f"{name} is no metric: {query}"
        for name, label in re.findall(r'(rmos_\w+)\{(\w+)="', query):
            assert label in known[name], query
        for grouping in re.findall(r"by \(([^)]*)\)", query):
            assert set(grouping.split(", ")) <= known[names[0]], query
        for event in re.findall(r'event="([^"]+)"', query):
            assert event in BY_SUBJECT, query
