"""Where does the `rmos` command find the running stack? In the state folder's state.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
from rmos.client import ProgramUpload

DEFAULT_STATE = Path(".rmos")


class NotRunning(Exception):
    pass


@dataclass(frozen=True)
class Connection:
    state: Path
    data: dict[str, Any]

    @property
    def nats_url(self) -> str:
        return str(self.data["nats_url"])

    @property
    def in_containers(self) -> bool:
        return "pid" not in self.data

    @property
    def where(self) -> str:
        return "in containers" if self.in_containers else f"process {self.data['pid']}"

    @property
    def programs(self) -> ProgramUpload:
        return ProgramUpload(f"http://127.0.0.1:{self.data['http']['cam_accel']}")

    def request(self, method: str, service: str, path: str, body: Any = None) -> httpx.Response:
        url = f"http://127.0.0.1:{self.data['http'][service]}/api/rmos/{service}{path}"
        return httpx.request(method, url, json=body, timeout=10, trust_env=False)

    def health(self, service: str) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.data['http'][service]}/health/ready"
        try:
            return dict(httpx.get(url, timeout=4, trust_env=False).json())
        except (httpx.HTTPError, ValueError) as error:
            return {"status": "unreachable", "reason": repr(error)}


def _is_same_process(pid: int, started: float) -> bool:
    """A process id alone may belong to another program by now."""
    try:
        return bool(abs(psutil.Process(pid).create_time() - started) < 1.0)
    except psutil.NoSuchProcess:
        return False


def connect(state: Path) -> Connection:
    """Raises NotRunning when no stack of this state folder is alive."""
    try:
        data = json.loads((state / "state.json").read_text())
    except FileNotFoundError as error:
        raise NotRunning(f"no RMOS runs in {state}: start it with `rmos up`") from error
    found = Connection(state, data)
    if not found.in_containers and not _is_same_process(int(data["pid"]), float(data["started"])):
        raise NotRunning(f"the RMOS of {state} is gone (process {data['pid']}): start it with `rmos up`")
    return found
