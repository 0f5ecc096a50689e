"""Do the import rules fail when an arrow of the design is broken?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ["shared", "services/feasibility", "services/cam-accel", "services/scripting", "services/runs", "services/advisory",
           "deploy/local"]  # fmt: skip
BROKEN = {
    "a service imports another": ("services/runs/src/rmos/runs/domain.py", "import rmos.advisory.domain"),
    "contracts import the chassis": ("shared/src/rmos/contracts/base.py", "import rmos.chassis.errors"),
    "the chassis imports a service": ("shared/src/rmos/chassis/errors.py", "import rmos.runs.domain"),
    "a service imports the local stack": ("services/runs/src/rmos/runs/api.py", "import rmos.local.stack"),
    "the domain imports the store": ("services/runs/src/rmos/runs/domain.py", "from rmos.runs.store import RunStore"),
    "the store imports the api": ("services/advisory/src/rmos/advisory/store.py", "import rmos.advisory.api"),
    "handlers read settings": ("services/runs/src/rmos/runs/handlers.py", "from rmos.runs.settings import Settings"),
    "scripting loads Lua": ("services/scripting/src/rmos/scripting/handlers.py", "import lupa"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Without `site`, so that the installed members do not stand beside the copy; libraries come by path."""
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    path = os.pathsep.join([*(str(folder / s / "src") for s in SOURCES), *libraries])
    program = "from importlinter.cli import lint_imports_command as c; c()"
    env = {**os.environ, "PYTHONPATH": path}
    argv = [sys.executable, "-S", "-c", program, "--no-cache"]
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for source in SOURCES:
        shutil.copytree(ROOT / source / "src", tmp_path / source / "src")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_rules_hold_as_they_are(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_broken_arrow_is_found(name: str, copy: Path) -> None:
    file, line = BROKEN[name]
    target = copy / file
    target.write_text(
        target.read_text().replace("from __future__ import annotations\n", f"from __future__ import annotations\n{line}\n")
    )
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout
