"""Does `docker compose up --wait` become healthy, and does it take jobs from submitted to recorded?"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from engine import ROOT, SERVICES, build_images, has_image, require_engine, run
from rmos.local.servers import free_port
from stack_runner import expected, rmos, setup

pytestmark = pytest.mark.timeout(1800)
PORTS = (
    "RMOS_NATS_PORT",
    "RMOS_RUNS_PORT",
    "RMOS_ADVISORY_PORT",
    "RMOS_CAM_ACCEL_PORT",
    "RMOS_FEASIBILITY_PORT",
    "RMOS_PROMETHEUS_PORT",
    "RMOS_GRAFANA_PORT",
)


@dataclass(frozen=True)
class Composed:
    secrets: Path
    env: dict[str, str]

    def compose(self, *words: str) -> str:
        done = run("docker", "compose", *words, env=self.env)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    require_engine()
    build_images()
    secrets = tmp_path_factory.mktemp("secrets") / "secrets"
    ports = {name: str(free_port()) for name in PORTS}
    project = f"rmos-test-{uuid.uuid4().hex[:8]}"
    env = {**os.environ, **ports, "COMPOSE_PROJECT_NAME": project, "RMOS_SECRETS_DIR": str(secrets)}
    assert run("deploy/docker/make-secrets", env=env).returncode == 0
    stack = Composed(secrets, env)
    others = ["grafana"] if has_image("grafana/grafana:latest") else []
    try:
        stack.compose("up", "--wait", "nats", "postgres", "redis", "setup", *SERVICES, "prometheus", *others)
        yield stack
    finally:
        run("docker", "compose", "down", "--volumes", "--timeout", "20", env=env)


@pytest.mark.parametrize("name", ["rectangle-with-island.json", "inch-program.json", "feed-script.json", "tool-too-wide.json"])
def test_a_job_of_each_mode_and_fate_gets_its_record(composed: Composed, name: str) -> None:
    codes = {"OK": 0, "BLOCKED": 2, "ERROR": 3}
    done = rmos("submit", f"examples/jobs/{name}", "--wait", "--json", state=composed.secrets)
    want = expected()[name]
    assert done.returncode == codes[str(want["status"])], done.stdout + done.stderr
    assert json.loads(done.stdout)[0]["risk"] == want["risk"]


def test_a_program_too_long_for_an_event_is_uploaded_and_released_byte_for_byte(composed: Composed, tmp_path: Path) -> None:
    lines = ["G21 G90", "G0 X0 Y0 Z5", "M3 S18000", "G4 P2", "G1 Z-0.5 F300"]
    lines += [f"G1 X{n % 50} Y{n % 40} F1500" for n in range(5000)]
    program = tmp_path / "long.nc"
    program.write_text("\n".join([*lines, "G0 Z5", "M5", "M30", ""]))
    done = rmos("submit", str(program), *setup(), "--wait", state=composed.secrets)
    assert done.returncode == 0, done.stdout + done.stderr
    assert rmos("runs", "gcode", "long", state=composed.secrets).stdout == program.read_text()


def test_every_service_is_scraped(composed: Composed) -> None:
    url = f"http://127.0.0.1:{composed.env['RMOS_PROMETHEUS_PORT']}/api/v1/targets"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        targets = httpx.get(url, trust_env=False).json()["data"]["activeTargets"]
        if sorted(t["labels"]["instance"] for t in targets if t["health"] == "up") == sorted(f"{s}:8000" for s in SERVICES):
            return
        time.sleep(1)
    pytest.fail(f"not scraped: {targets}")


def test_prometheus_understands_every_query_of_the_dashboard(composed: Composed) -> None:
    url = f"http://127.0.0.1:{composed.env['RMOS_PROMETHEUS_PORT']}/api/v1/query"
    dashboard = json.loads((ROOT / "deploy/grafana/dashboards/rmos.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            answer = httpx.get(url, params={"query": target["expr"]}, trust_env=False).json()
            assert answer["status"] == "success", (target["expr"], answer)


def test_services_run_without_privileges_on_a_file_system_that_they_cannot_change(composed: Composed) -> None:
    for service in SERVICES:
        assert composed.compose("exec", "-T", service, "id", "-u").strip() == "10001"
        touched = run("docker", "compose", "exec", "-T", service, "touch", "/opt/rmos/x", env=composed.env)
        assert touched.returncode != 0
        assert "Read-only" in touched.stderr


def test_a_publisher_without_the_password_is_refused(composed: Composed) -> None:
    state = json.loads((composed.secrets / "state.json").read_text())
    closed = {**state, "nats_url": f"nats://127.0.0.1:{composed.env['RMOS_NATS_PORT']}"}
    other = composed.secrets.parent / "closed"
    other.mkdir()
    (other / "state.json").write_text(json.dumps(closed))
    done = rmos("submit", "examples/jobs/tool-too-wide.json", state=other)
    assert done.returncode == 3
    assert "Authorization" in done.stderr + done.stdout


def test_no_password_stands_in_the_compose_file_or_the_containers_environment(composed: Composed) -> None:
    password = (composed.secrets / "postgres_password").read_text()
    seen = composed.compose("config") + run("docker", "inspect", *composed.compose("ps", "-q").split()).stdout
    assert password not in seen
    assert password not in (ROOT / "docker-compose.yml").read_text()
