"""How do integration tests type a command?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SETUP = {
    "--machine": "shapeoko_4_xxl",
    "--material": "alder",
    "--tool": "flat_6mm_2f",
    "--stock-thickness": "20",
    "--stickout": "25",
}
"""For a bare program."""


def setup(**changes: str) -> list[str]:
    """Its words on the command line; `material="maple_hard"` for another one."""
    return [word for pair in {**SETUP, **{f"--{name}": value for name, value in changes.items()}}.items() for word in pair]


def rmos(*words: str, state: Path) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "rmos.local.cli", *words]
    env = {**os.environ, "RMOS_STATE": str(state), "COLUMNS": "200"}
    return subprocess.run(argv, capture_output=True, text=True, env=env, cwd=ROOT, timeout=240, check=False)


def expected() -> dict[str, dict[str, object]]:
    return dict(json.loads((ROOT / "examples/jobs/expected.json").read_text()))
