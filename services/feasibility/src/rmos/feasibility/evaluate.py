"""How does a Python program ask for a verdict? `evaluate_feasibility(design, context)`, without any server."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from rmos.contracts.designs import MODES, Design
from rmos.contracts.evaluation import EvaluateRequest, FeasibilityReport, RmosContext
from rmos.feasibility.engine import BaselineFeasibilityEngineV1, Engines, FeasibilityEngine
from rmos.feasibility.presets import load_presets


def evaluate_feasibility(
    design: Design | Mapping[str, Any],
    context: RmosContext | Mapping[str, Any],
    *,
    engine: FeasibilityEngine | None = None,
    engine_id: str = "baseline_v1",
    nearest: bool = True,
) -> FeasibilityReport:
    """The report on a design in its context, by the presets of the package or those of `engine`.

    A mapping as design names its `mode`. Lengths in the context's units; the report is in mm. Raises pydantic.ValidationError,
    a ValueError that names the field, and Rejected where an id or an engine is not known.
    """
    stated = context if isinstance(context, RmosContext) else RmosContext.from_dict(dict(context))
    parts = {name: getattr(stated, name) for name in RmosContext.model_fields}
    if isinstance(design, Mapping):
        drawn: Any = {name: value for name, value in design.items() if name != "mode"}
        mode = design.get("mode")
    else:
        drawn, mode = design, MODES[type(design)]
    request = EvaluateRequest.model_validate({"mode": mode, "design": drawn, **parts, "nearest": nearest})
    return (Engines(engine) if engine is not None else _built_in()).compute(
        request.model_copy(update={"engine_id": engine.id if engine is not None else engine_id})
    )


@cache
def _built_in() -> Engines:
    return Engines(BaselineFeasibilityEngineV1(load_presets()))
