"""What design follows from a guitar model? Fret slots and the neck pocket, by the parts that the presets give it."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from rmos.chassis.errors import Rejected
from rmos.contracts.designs import MODES, FretSlotsDesign, PocketDesign
from rmos.contracts.evaluation import EvaluateRequest, ModelRequest, ModelRow
from rmos.contracts.numbers import MM_PER_INCH, scale
from rmos.feasibility.presets import Body, Fretboard, Model, Presets
from rmos.feasibility.unknown import unknown

_SHARED = ("tool_id", "blade_id", "material_id", "machine_id", "engine_id", "nearest")


def model_rows(presets: Presets) -> list[ModelRow]:
    return [
        ModelRow(
            id=m.id, name=m.name, scale_length_mm=presets.scales[m.scale].length_mm, frets=m.frets, strings=m.strings,
            status=m.status, operations=_operations(m, presets),
        )
        for m in presets.models.values()
    ]  # fmt: skip


def _operations(model: Model, presets: Presets) -> tuple[str, ...]:
    body = presets.bodies.get(model.body or "")
    pocket = body is not None and None not in _pocket_sizes(body)
    return ("fret_slots",) * bool(model.fretboard) + ("neck_pocket",) * pocket


def request_of(asked: ModelRequest, presets: Presets) -> EvaluateRequest:
    """In mm. Raises Rejected where the model is not known or lacks a part."""
    model = presets.models.get(asked.model_id)
    if model is None:
        raise unknown("model", asked.model_id, presets.models, "/model_id", "not_found")
    factor = MM_PER_INCH if asked.units == "inch" else 1.0
    stated = {name: scale(v, factor) for name in ("wall", "slot_width", "depth") if (v := getattr(asked, name)) is not None}
    design: FretSlotsDesign | PocketDesign
    try:
        if asked.operation == "fret_slots":
            design = _fret_slots(model, presets, asked.fretboard_id, stated)
        else:
            design = _neck_pocket(model, presets, stated)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        pointer = "".join(f"/{part}" for part in first["loc"])
        raise Rejected("invalid", f"{pointer}, converted to mm: {first['msg']}", pointer) from error
    mode = MODES[type(design)]
    parts: dict[str, Any] = {name: getattr(asked, name) for name in _SHARED}
    cut, options = asked.cut.scaled(factor), asked.options.scaled(factor)
    return EvaluateRequest(mode=mode, design=design, cut=cut, options=options, **parts)


def _fret_slots(model: Model, presets: Presets, fretboard_id: str | None, stated: dict[str, float]) -> FretSlotsDesign:
    board = _board(model, presets, fretboard_id)
    bass = presets.scales[board.bass_scale].length_mm if board.bass_scale else None
    return FretSlotsDesign(
        scale_length=presets.scales[board.scale if bass else model.scale].length_mm, bass_scale_length=bass,
        perpendicular_fret=None if board.perpendicular_fret is None else float(board.perpendicular_fret), frets=model.frets,
        nut_width=board.nut_width_mm, heel_width=board.heel_width_mm, slot_width=stated.get("slot_width", board.tang_mm),
        depth=stated.get("depth", board.slot_depth_mm),
    )  # fmt: skip


def _board(model: Model, presets: Presets, fretboard_id: str | None) -> Fretboard:
    wanted = fretboard_id or model.fretboard
    if wanted is None:
        raise Rejected("incomplete", f"model {model.id!r} has no fretboard of its own: state fretboard_id", "/fretboard_id")
    if wanted not in presets.fretboards:
        raise unknown("fretboard_id", wanted, presets.fretboards, "/fretboard_id")
    return presets.fretboards[wanted]


def _neck_pocket(model: Model, presets: Presets, stated: dict[str, float]) -> PocketDesign:
    body = presets.bodies.get(model.body or "")
    width, length, depth = (None,) * 3 if body is None else _pocket_sizes(body)
    if width is None or length is None or depth is None:
        raise Rejected("incomplete", f"model {model.id!r} has no body whose neck pocket is known", "/operation")
    boundary = ((0.0, 0.0), (length, 0.0), (length, width), (0.0, width))
    return PocketDesign(boundary=boundary, depth=stated.get("depth", depth), wall=stated.get("wall"))


def _pocket_sizes(body: Body) -> tuple[float | None, float | None, float | None]:
    return body.neck_pocket_width_mm, body.neck_pocket_length_mm, body.neck_pocket_depth_mm
