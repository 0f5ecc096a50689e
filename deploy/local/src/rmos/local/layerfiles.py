"""How does a drawing become jobs? By a layers file that states for each layer how it is cut; nothing is guessed."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from rmos.contracts.base import BlobRef, Command
from rmos.contracts.cam import HoleSizes, ImportAnswer, ImportRequest, Kind, LayerOperationData, LayerRule
from rmos.contracts.jobs import Job, PresetId
from rmos.feasibility.presets import Presets
from rmos.local.jobfiles import JobFileError, not_valid, read


class LayerCut(Command):
    """How one layer is cut: `design`, `cut` and `options` as in a job, without what the drawing says."""

    kind: Kind
    tool_id: PresetId | None = None
    design: dict[str, Any] = Field(default_factory=dict)
    cut: dict[str, Any] = Field(default_factory=dict)
    options: dict[str, Any] = Field(default_factory=dict)


class LayerFile(Command):
    """`job`: fields of every job, such as machine_id and post. Lengths in mm, whatever the drawing's unit."""

    units: Literal["mm", "cm", "dm", "m", "um", "in", "ft", "mil", "px", "pt", "pc", "q"] | None = None
    tolerance_mm: float = 0.01
    gap_mm: float = 0.01
    job: dict[str, Any] = Field(default_factory=dict)
    layers: dict[str, LayerCut] = Field(min_length=1)


def load_layers(path: Path) -> LayerFile:
    """Raises JobFileError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8")) if path.suffix.lower() == ".toml" else read(path)
        return LayerFile.model_validate(data)
    except OSError as error:
        raise JobFileError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise not_valid(path, error) from error
    except ValueError as error:
        raise JobFileError(f"{path}: {error}") from error


def request_of(file: LayerFile, drawing: BlobRef, presets: Presets, deadline_s: float) -> ImportRequest:
    rules = [
        LayerRule(pattern=f"^{re.escape(name)}$", kind=layer.kind, holes=_holes(layer, presets))
        for name, layer in file.layers.items()
    ]
    return ImportRequest(
        drawing=drawing, units=file.units, tolerance_mm=file.tolerance_mm, gap_mm=file.gap_mm, rules=tuple(rules),
        deadline_s=deadline_s,
    )  # fmt: skip


def _holes(layer: LayerCut, presets: Presets) -> HoleSizes | None:
    """A drill drills holes of its size, another tool bores what it goes into."""
    tool = presets.tools.get(layer.tool_id or "")
    if layer.kind != "holes" or tool is None:
        return None
    if tool.kind == "drill":
        return HoleSizes(drill_diameters_mm=(tool.diameter_mm,))
    return HoleSizes(bore_tool_diameter_mm=tool.diameter_mm)


def require_same_layers(path: Path, file: LayerFile, found: ImportAnswer) -> None:
    """Raises JobFileError for a layer that only one of the two knows."""
    drawn = [layer.name for layer in found.layers]
    lines = [
        f"{path}: /layers: {name!r} of the drawing is not stated: state how it is cut, or kind 'ignore'"
        for name in drawn
        if name not in file.layers
    ]
    lines += [
        f"{path}: /layers/{name}: the drawing has no such layer, nearest {_nearest(name, drawn)}"
        for name in file.layers
        if name not in drawn
    ]
    if lines:
        raise JobFileError("\n".join(lines))


def _nearest(name: str, drawn: list[str]) -> str:
    return ", ".join(difflib.get_close_matches(name, drawn, cutoff=0.3)) or f"are {', '.join(drawn)}"


def jobs_of(path: Path, file: LayerFile, found: ImportAnswer, name: str) -> list[Job]:
    """One for each region, line, and size of holes, in the drawing's order. Raises JobFileError."""
    jobs: list[Job] = []
    for layer, cut in file.layers.items():
        parts = [part for o in found.operations if o.layer == layer for part in _designs(o)]
        for n, (mode, drawn) in enumerate(parts, start=1):
            number = f"-{n}" if len(parts) > 1 else ""
            job_id = re.sub(r"[^A-Za-z0-9._-]", "-", f"{name}-{layer}")[: 99 - len(number)] + number
            jobs.append(_job(path, file, layer, cut, job_id, mode, drawn))
    return jobs


def _designs(o: LayerOperationData) -> Iterator[tuple[str, dict[str, Any]]]:
    if o.operation == "pocket":
        yield from (("pocket", {"boundary": a.boundary, "islands": a.islands}) for a in o.areas)
    elif o.operation in ("profile_outside", "profile_inside"):
        side = o.operation.removeprefix("profile_")
        yield from (("profile", {"contour": a.boundary, "closed": True, "side": side}) for a in o.areas)
    elif o.operation == "drill":
        yield "drill", {"holes": [{"x": h.x_mm, "y": h.y_mm} for h in o.holes], "diameter": round(o.holes[0].diameter_mm, 6)}
    elif o.operation == "bore":
        yield "helical", {"centers": [(h.x_mm, h.y_mm) for h in o.holes], "diameter": round(o.holes[0].diameter_mm, 6)}
    elif o.operation == "channel":
        yield from (("slot", {"line": line}) for line in o.lines)
    elif o.operation == "engrave":
        yield from (("profile", _engraved(line)) for line in o.lines)
    else:
        reason = "a drawing lacks the board's sizes: state a job of mode fret_slots"
        raise JobFileError(f"layer {o.layer}: {o.operation}: {reason}")


def _engraved(line: tuple[tuple[float, float], ...]) -> dict[str, Any]:
    closed = line[0] == line[-1]
    return {"contour": line[:-1] if closed else line, "closed": closed, "side": "on"}


def _job(path: Path, file: LayerFile, layer: str, cut: LayerCut, job_id: str, mode: str, drawn: dict[str, Any]) -> Job:
    twice = sorted(set(drawn) & set(cut.design))
    if twice:
        raise JobFileError(f"{path}: /layers/{layer}/design/{twice[0]}: the drawing says it: leave it out")
    options = {**file.job.get("options", {}), **cut.options}
    own = {"job_id": job_id, "mode": mode, "design": {**drawn, **cut.design}, "tool_id": cut.tool_id, "cut": cut.cut}
    try:
        return Job.model_validate({**file.job, **own, "options": options})
    except ValidationError as error:
        lines = [f"{path}: /layers/{layer}/{'/'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False)]
        raise JobFileError("\n".join(lines)) from error
