"""Is there a container engine, and the images? Tests that need them are skipped with the reason where not."""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("feasibility", "cam-accel", "scripting", "runs", "advisory")
NATS, POSTGRES, REDIS, PROMETHEUS, PYTHON = (
    "nats:2.15-alpine",
    "postgres:17",
    "redis:7",
    "prom/prometheus:latest",
    "python:3.12-slim",
)


def run(*argv: str, env: dict[str, str] | None = None, timeout_s: float = 600) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, capture_output=True, text=True, env=env, cwd=ROOT, timeout=timeout_s, check=False)


@functools.cache
def why_not() -> str:
    """Empty when container tests can run here."""
    if shutil.which("docker") is None:
        return "no docker command here"
    if run("docker", "info").returncode != 0:
        return "no container engine answers"
    if run("docker", "compose", "version").returncode != 0:
        return "docker has no compose plugin"
    missing = [image for image in (NATS, POSTGRES, REDIS, PROMETHEUS, PYTHON) if not _have(image)]
    return f"images cannot be had: {', '.join(missing)}" if missing else ""


def has_image(image: str) -> bool:
    return run("docker", "image", "inspect", image).returncode == 0


def _have(image: str) -> bool:
    return has_image(image) or run("docker", "pull", "-q", image).returncode == 0


def require_engine() -> None:
    if why_not():
        pytest.skip(why_not())


def build_images() -> None:
    built = run("docker", "compose", "build", "setup", *SERVICES, timeout_s=1500)
    assert built.returncode == 0, built.stderr[-4000:]
