"""What goes into a script run, and what can come out of it? A result or a coded failure, never anything between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rmos.contracts.toolpath import Toolpath

Risk = Literal["YELLOW", "RED"]
Code = Literal[
    "lint_rejected",
    "syntax",
    "runtime_error",
    "quota",
    "cpu",
    "wall_timeout",
    "memory",
    "result_invalid",
    "result_too_large",
    "sandbox_violation",
    "engine_crash",
]


class SandboxUnavailable(RuntimeError):
    """This host cannot confine a script, so none may run on it."""


class ScriptError(Exception):
    """A run that failed; the toolpath must not be passed on. `line` is 1-based in the script, None when unknown."""

    def __init__(self, code: Code, message: str, line: int | None = None, log: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {message}" if line is None else f"{code} in line {line}: {message}")
        self.code: Code = code
        self.message = message
        self.line = line
        self.log = log


@dataclass(frozen=True)
class Script:
    """Lua 5.4 source text with the SHA-256 (hex) of its UTF-8 bytes, which is checked before every run."""

    name: str
    source: str
    sha256: str


@dataclass(frozen=True)
class Limits:
    """What one run may use. `instructions` are VM instructions, counted in thousands; library work is charged too.

    `wall_ms` runs from the request to the last byte of the answer; `cpu_s` is whole seconds of processor time.
    """

    wall_ms: int = 2000
    cpu_s: int = 4
    instructions: int = 50_000_000
    memory_bytes: int = 64 << 20
    source_bytes: int = 65_536
    result_bytes: int = 16 << 20

    def __post_init__(self) -> None:
        if min(self.wall_ms, self.cpu_s, self.memory_bytes, self.source_bytes, self.result_bytes) < 1:
            raise ValueError("every limit must be positive")
        if not 1000 <= self.instructions <= 1 << 52:
            raise ValueError("instructions must lie between 1000 and 2**52")


@dataclass(frozen=True)
class ScriptResult:
    """A run that ended well. `raised_risk` is the highest level the script raised, with the reason of every raise."""

    toolpath: Toolpath
    changed: bool
    annotations: tuple[str, ...] = ()
    raised_risk: Risk | None = None
    risk_reasons: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    used_instructions: int = 0
    status: Literal["ok"] = field(default="ok")
