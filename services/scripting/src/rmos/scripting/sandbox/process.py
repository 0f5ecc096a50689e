"""How does one confined child live and die? Started ahead, used once, and always gone when its run is over."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

from rmos.scripting.sandbox import seccomp
from rmos.scripting.sandbox.model import Limits, SandboxUnavailable, ScriptError

_CHILD = Path(__file__).with_name("child.py")
_START_S = 10.0
_EXIT_S = 1.0


def lupa_root() -> Path | None:
    """The import root that holds lupa, found without importing it."""
    spec = importlib.util.find_spec("lupa")
    return Path(spec.origin).parent.parent if spec and spec.origin else None


def confined() -> bool:
    """Whether this host can confine a script."""
    return seccomp.supported() and lupa_root() is not None


class Child:
    """One started process. `shape` is what was fixed at its start: heap in bytes and processor time in seconds."""

    def __init__(self, limits: Limits) -> None:
        """Raises SandboxUnavailable when the host cannot confine or cannot start a process."""
        root = lupa_root()
        if root is None or not confined():
            raise SandboxUnavailable(f"scripts cannot be confined on {sys.platform} without seccomp and lupa")
        self.shape = shape(limits)
        self._ready = False
        self._channel, theirs = socket.socketpair()
        nothing: dict[str, str] = {}
        command = [sys.executable, "-I", "-S", "-B", str(_CHILD), str(Path(__file__).parents[3]), str(root)]
        try:
            self._process = subprocess.Popen(
                [*command, *map(str, self.shape)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                close_fds=True,
                env=nothing,
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            self._channel.close()
            raise SandboxUnavailable(f"no process can be started: {error}") from error
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def wait_ready(self) -> None:
        """Block until the child is confined. Raises SandboxUnavailable when it cannot be."""
        if self._ready:
            return
        self._channel.settimeout(_START_S)
        try:
            self._ready = self._channel.recv(1) == b"R"
        except OSError as error:
            raise SandboxUnavailable(f"the script process does not start: {error}") from error
        if not self._ready:
            self._end()
            raise SandboxUnavailable(f"the script process cannot be confined: {self._last_words()}")

    def exchange(self, request: bytes, limits: Limits) -> bytes:
        """Send the request and return the answer's bytes. Raises ScriptError; the child is dead afterwards."""
        deadline = time.monotonic() + limits.wall_ms / 1000
        try:
            self._send(struct.pack("<I", len(request)) + request, deadline)
            size = int.from_bytes(self._receive(4, deadline), "little")
            if size > limits.result_bytes:
                raise ScriptError("result_too_large", f"the answer has {size} bytes, {limits.result_bytes} are allowed")
            answer = self._receive(size, deadline)
            self._expect_clean_exit()
        except TimeoutError:
            raise ScriptError("wall_timeout", f"the script did not end within {limits.wall_ms} ms") from None
        finally:
            self.kill()
        return answer

    def kill(self) -> None:
        """End the process if it still runs, and reap it. May be called again."""
        self._process.kill()
        self._process.wait()
        self._channel.close()
        if self._process.stderr:
            self._process.stderr.close()

    def _remaining(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._channel.settimeout(left)

    def _send(self, data: bytes, deadline: float) -> None:
        self._remaining(deadline)
        try:
            self._channel.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            raise self._verdict(self._end()) from None

    def _receive(self, count: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            self._remaining(deadline)
            try:
                part = self._channel.recv(min(count - len(parts), 1 << 20))
            except ConnectionResetError:
                part = b""
            if not part:
                raise self._verdict(self._end())
            parts += part
        return bytes(parts)

    def _expect_clean_exit(self) -> None:
        code = self._end()
        if code != 0:
            raise self._verdict(code)

    def _end(self) -> int | None:
        """The exit status, negative for a signal; None when the process had to be ended."""
        try:
            return self._process.wait(_EXIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return None

    def _last_words(self) -> str:
        """What the ended process wrote to standard error, at most 500 characters."""
        if self._process.stderr is None:
            return ""
        return os.read(self._process.stderr.fileno(), 4096).decode("utf-8", "backslashreplace")[:500]

    def _verdict(self, code: int | None) -> ScriptError:
        """Why the process ended without an answer, told from how the kernel says it ended."""
        if code == -signal.SIGSYS:
            return ScriptError("sandbox_violation", "the script process made a forbidden system call")
        if code == -signal.SIGXCPU:
            return ScriptError("cpu", f"the script used more than {self.shape[1]} s of processor time")
        if code == -signal.SIGKILL or "not enough memory" in self._last_words():
            return ScriptError("memory", "the script process ran out of memory")
        return ScriptError("engine_crash", f"the script process ended with status {code}")


def shape(limits: Limits) -> tuple[int, int]:
    """The limits a child is born with: heap in bytes, processor time in seconds."""
    return limits.memory_bytes, limits.cpu_s
