"""How is a Lua script applied to a toolpath? In a fresh confined process, with a result or a coded failure."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any

from rmos.contracts.toolpath import Toolpath
from rmos.scripting.sandbox.model import Limits, SandboxUnavailable, Script, ScriptError, ScriptResult
from rmos.scripting.sandbox.process import Child, confined, shape
from rmos.scripting.sandbox.wire import decode_answer, encode_request

__all__ = ["Limits", "LuaEngine", "SandboxUnavailable", "Script", "ScriptError", "ScriptResult"]

_BYTES_PER_MOVE = 512


def lint(script: Script, limits: Limits) -> bytes:
    """The source as UTF-8. Raises ScriptError `lint_rejected` when it cannot be a script that was reviewed."""
    try:
        source = script.source.encode()
    except UnicodeEncodeError as error:
        raise ScriptError("lint_rejected", "the source is not valid text") from error
    if len(source) > limits.source_bytes:
        raise ScriptError("lint_rejected", f"the source has {len(source)} bytes, {limits.source_bytes} are allowed")
    if "\x1b" in script.source or "\0" in script.source:
        raise ScriptError("lint_rejected", "the source holds control characters of compiled Lua")
    if hashlib.sha256(source).hexdigest() != script.sha256.lower():
        raise ScriptError("lint_rejected", "the source is not the one its SHA-256 names")
    return source


class LuaEngine:
    """Runs scripts, each in its own process. `warm` processes for the limits `usual` wait started and confined.

    At most `parallel` scripts run at a time; further ones wait, which their wall clock does not count.
    """

    def __init__(self, usual: Limits | None = None, warm: int = 1, parallel: int = 2) -> None:
        self._usual = usual or Limits()
        self._warm = warm if confined() else 0
        self._pool: list[Child] = []
        self._lock = threading.Lock()
        self._closed = False
        self._threads = ThreadPoolExecutor(parallel, thread_name_prefix="lua")
        self._refill()

    def capabilities(self) -> dict[str, bool]:
        """What callers may count on; `run` raises SandboxUnavailable unless `confined`."""
        return {"confined": confined(), "meters_c": False, "line_on_stop": True}

    async def run(self, script: Script, job: Mapping[str, Any], path: Toolpath, limits: Limits) -> ScriptResult:
        """Apply `after_toolpath` of the script. Raises ScriptError, SandboxUnavailable, ValueError for a bad job."""
        if not confined():
            raise SandboxUnavailable("this host cannot confine a script")
        source = lint(script, limits)
        if len(path) * _BYTES_PER_MOVE + 4 * len(source) > limits.memory_bytes:
            raise ScriptError("memory", f"{len(path)} moves do not fit into {limits.memory_bytes} bytes")
        request = encode_request(source, job, path, limits)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._run, request, path, limits)

    async def close(self) -> None:
        """Wait for running scripts and end every process. The engine cannot be used afterwards."""
        with self._lock:
            self._closed = True
        await asyncio.to_thread(self._threads.shutdown)
        while self._pool:
            self._pool.pop().kill()

    async def __aenter__(self) -> LuaEngine:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _run(self, request: bytes, path: Toolpath, limits: Limits) -> ScriptResult:
        child = self._take(limits)
        try:
            child.wait_ready()
            answer = child.exchange(request, limits)
        finally:
            child.kill()
            self._refill()
        return decode_answer(answer, path)

    def _take(self, limits: Limits) -> Child:
        if shape(limits) == shape(self._usual):
            while (child := self._waiting()) is not None:
                if child.alive():
                    return child
                child.kill()
        return Child(limits)

    def _waiting(self) -> Child | None:
        with self._lock:
            return self._pool.pop(0) if self._pool else None

    def _refill(self) -> None:
        """Start what is missing. A failure here shows in the next run, which starts its own process."""
        with self._lock, contextlib.suppress(SandboxUnavailable):
            while not self._closed and len(self._pool) < self._warm:
                self._pool.append(Child(self._usual))
