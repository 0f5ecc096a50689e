"""What bytes go to a confined child and come back? A request and an answer; the answer is believed in nothing."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np
from rmos.contracts.toolpath import Toolpath
from rmos.scripting.sandbox.model import Code, Limits, Risk, ScriptError, ScriptResult

WRITABLE = ("x_mm", "y_mm", "z_mm", "feed_mm_min", "spindle_rpm")
READ_ONLY = ("dwell_s",)
_RISKS: dict[int, Risk | None] = {0: None, 1: "YELLOW", 2: "RED"}
_MAX_TEXTS, _MAX_TEXT, _MAX_DEPTH = 200, 500, 8


def encode_request(source: bytes, job: Mapping[str, Any], path: Toolpath, limits: Limits) -> bytes:
    """Raises ValueError for a job with other values than text, finite numbers, booleans and mappings of these."""
    header = struct.pack("<qqI", limits.instructions, limits.result_bytes, len(source)) + source
    columns = [np.ascontiguousarray(path.kind, dtype="|u1").tobytes()]
    columns += [np.ascontiguousarray(getattr(path, n), dtype="<f8").tobytes() for n in (*WRITABLE, *READ_ONLY)]
    return b"".join([header, _value(job, 0), struct.pack("<I", len(path)), *columns])


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<I", len(data)) + data


def _mapping(value: Mapping[str, Any], depth: int) -> bytes:
    if depth > _MAX_DEPTH:
        raise ValueError("a job is nested too deeply for a script")
    items = [(k, v) for k, v in value.items() if v is not None]
    if not all(isinstance(k, str) for k, _ in items):
        raise ValueError("the keys of a job must be text")
    return b"t" + struct.pack("<I", len(items)) + b"".join(_text(k) + _value(v, depth + 1) for k, v in items)


def _value(value: Any, depth: int) -> bytes:
    if isinstance(value, bool):
        return b"b" + bytes([value])
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return b"i" + struct.pack("<q", value)
    if isinstance(value, int | float) and np.isfinite(float(value)):
        return b"n" + struct.pack("<d", float(value))
    if isinstance(value, str):
        return b"s" + _text(value)
    if isinstance(value, Mapping):
        return _mapping(value, depth)
    raise ValueError(f"a script cannot be given a {type(value).__name__} such as {value!r:.40}")


@dataclass
class _Reader:
    """Strict reading of an answer: whatever does not fit is a crash of the engine."""

    data: bytes
    at: int = 0

    def take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count]
        if len(part) != count:
            raise ScriptError("engine_crash", "the answer is cut short")
        self.at += count
        return part

    def number(self, form: str) -> int:
        (value,) = struct.unpack(form, self.take(struct.calcsize(form)))
        return int(value)

    def text(self, form: str = "<I") -> str:
        data = self.take(self.number(form))[:_MAX_TEXT]
        return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in data.decode("utf-8", "backslashreplace"))

    def texts(self) -> tuple[str, ...]:
        count = self.number("<I")
        if count > _MAX_TEXTS:
            raise ScriptError("engine_crash", "the answer has too many texts")
        return tuple(self.text() for _ in range(count))


def _columns(reader: _Reader, path: Toolpath) -> dict[str, Any]:
    mask, changed = reader.number("<B"), {}
    if mask >> len(WRITABLE):
        raise ScriptError("engine_crash", "the answer changes an unknown column")
    for bit, name in enumerate(WRITABLE):
        if mask >> bit & 1:
            column = np.frombuffer(reader.take(8 * len(path)), dtype="<f8")
            if not np.isfinite(column).all():
                raise ScriptError("result_invalid", f"{name} is not finite")
            changed[name] = column
    if reader.at != len(reader.data):
        raise ScriptError("engine_crash", "the answer is too long")
    return changed


def decode_answer(data: bytes, path: Toolpath) -> ScriptResult:
    """The result of the run on `path`. Raises ScriptError for a failed run and for a malformed answer."""
    reader = _Reader(data)
    code, line, used, message = reader.text("<B"), reader.number("<I"), reader.number("<Q"), reader.text()
    log, annotations, rank, reasons = reader.texts(), reader.texts(), reader.number("<B"), reader.texts()
    if code != "ok":
        known: tuple[Code, ...] = get_args(Code)
        failure: Code = next((c for c in known if c == code), "engine_crash")
        raise ScriptError(failure, message, line or None, log)
    if rank not in _RISKS:
        raise ScriptError("engine_crash", "the answer raises an unknown risk")
    columns = _columns(reader, path)
    result = replace(path, **columns) if columns else path
    return ScriptResult(result, bool(columns), annotations, _RISKS[rank], reasons, log, used)
