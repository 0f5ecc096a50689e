"""How does a file become a job? JSON or YAML is the job itself; a bare G-code file needs its set-up beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from rmos.client import Programs, gcode_design
from rmos.contracts.base import BlobRef, sha256_hex
from rmos.contracts.evaluation import EvaluateRequest
from rmos.contracts.events import JobSubmitted

GCODE_SUFFIXES = {".nc", ".ngc", ".gcode", ".tap"}


class JobFileError(ValueError):
    """Names the file, the place in it and what is wrong."""


JOB_ONLY = ("job_id", "scripts", "post", "requested_by")


def load_job(path: Path, programs: Programs, setup: dict[str, Any], job_id: str | None) -> JobSubmitted:
    """`setup` holds tool_id, material_id, machine_id and options for a bare G-code file.

    In a job file, `design: {file: program.nc}` names a G-code file beside it, and a script's `file` likewise.
    """
    try:
        data = _bare_gcode(path, setup) if path.suffix.lower() in GCODE_SUFFIXES else read(path)
        _inline_files(data, path.parent, programs)
        if job_id is not None:
            data["job_id"] = job_id
        return JobSubmitted.model_validate(data)
    except OSError as error:
        raise JobFileError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise not_valid(path, error) from error


def load_request(path: Path) -> EvaluateRequest:
    """What a job file asks feasibility; fields that only a job has are left out. A program is named, not read.

    Raises JobFileError.
    """
    try:
        data = {name: value for name, value in read(path).items() if name not in JOB_ONLY}
        _inline_files(data, path.parent, Unread())
        return EvaluateRequest.model_validate(data)
    except OSError as error:
        raise JobFileError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise not_valid(path, error) from error


class Unread:
    """Programs that are named by their hash and go nowhere."""

    def put_sync(self, data: bytes, media_type: str) -> BlobRef:
        return BlobRef(sha256=sha256_hex(data), size=len(data), media_type=media_type)


def not_valid(path: Path, error: ValidationError) -> JobFileError:
    lines = [f"{path}: /{'/'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False)]
    return JobFileError("\n".join(lines))


def offsets_of(stated: list[str]) -> dict[str, list[float]]:
    """`g54=-400,-300,-80` for each work offset and stored position, in machine coordinates. Raises JobFileError."""
    found = {}
    for text in stated:
        name, _, numbers = text.partition("=")
        try:
            found[name.strip().lower()] = [float(number) for number in numbers.split(",")]
        except ValueError as error:
            raise JobFileError(f"--offset {text}: expected a form like g54=-400,-300,-80") from error
    return found


def read(path: Path) -> dict[str, Any]:
    """The object in a JSON or YAML file. Raises JobFileError, OSError."""
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text) if path.suffix.lower() == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        raise JobFileError(f"{path}: {error}") from error
    except RecursionError as error:
        raise JobFileError(f"{path}: too deeply nested") from error
    if not isinstance(data, dict):
        raise JobFileError(f"{path}: a job is an object with fields, not {type(data).__name__}")
    return data


def _bare_gcode(path: Path, setup: dict[str, Any]) -> dict[str, Any]:
    name = re.sub(r"[^A-Za-z0-9._-]", "-", path.stem).lstrip("-._") or "program"
    return {"job_id": name[:100], "mode": "gcode", "design": {"file": path.name}, **setup}


def _inline_files(data: dict[str, Any], folder: Path, programs: Programs) -> None:
    design = data.get("design")
    if data.get("mode") == "gcode" and isinstance(design, dict) and set(design) == {"file"}:
        data["design"] = gcode_design(folder / str(design["file"]), programs).model_dump(exclude_none=True)
    for script in data.get("scripts") or ():
        if isinstance(script, dict) and "file" in script:
            script["source"] = (folder / str(script.pop("file"))).read_text(encoding="utf-8")
