"""Do guitar models bring what is known of them, and nothing else?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import ENGINE, PRESETS
from rmos.contracts.base import Risk
from rmos.contracts.evaluation import EvaluateRequest, ModelRequest
from rmos.feasibility import Rejected
from rmos.feasibility.models import model_rows, request_of
from safe_requests import SAFE_REQUESTS, SLOTTED, Body

FRETBOARD = SAFE_REQUESTS["fret_slots"]["design"]


CUT = SAFE_REQUESTS["pocket"]["cut"]
MODEL_CONTEXT = {
    "fret_slots": {**SLOTTED, "slot_width": 0.65, "depth": 1.7},
    "neck_pocket": {"tool_id": "flat_6mm_2f", "material_id": "alder", "machine_id": "shapeoko_4_xxl", "cut": CUT,
                    "options": {"stock_thickness": 45, "stickout": 25}, "wall": 20},
}  # fmt: skip
ROWS = [(row.id, operation) for row in model_rows(PRESETS) for operation in row.operations]


def model_request(model: str, operation: str = "fret_slots", **changes: Any) -> EvaluateRequest:
    body = {"model_id": model, "operation": operation, **MODEL_CONTEXT[operation], **changes}
    return request_of(ModelRequest.model_validate(body), PRESETS)


@pytest.mark.parametrize(("model", "operation"), ROWS)
def test_every_operation_that_a_model_offers_can_be_judged(model: str, operation: str) -> None:
    report = ENGINE.compute(model_request(model, operation))
    assert report.overall_risk in (Risk.GREEN, Risk.YELLOW), report.recommendations
    assert (report.mode, report.missing) == ("fret_slots" if operation == "fret_slots" else "pocket", ())


def test_a_row_tells_what_the_presets_say_of_a_model() -> None:
    rows = {row.id: row for row in model_rows(PRESETS)}
    assert set(rows) == set(PRESETS.models)
    assert (rows["stratocaster"].scale_length_mm, rows["stratocaster"].frets, rows["stratocaster"].strings) == (647.7, 22, 6)
    assert {row.operations for row in rows.values()} == {("fret_slots", "neck_pocket"), ("fret_slots",), ()}


@pytest.mark.parametrize("model", [m for m in PRESETS.models if (m, "fret_slots") not in ROWS])
def test_a_model_without_a_fretboard_asks_for_one_and_takes_it(model: str) -> None:
    with pytest.raises(Rejected, match="fretboard") as refused:
        model_request(model)
    assert (refused.value.code, refused.value.pointer) == ("incomplete", "/fretboard_id")
    design: Any = model_request(model, fretboard_id="standard_22").design
    assert (design.frets, design.nut_width) == (PRESETS.models[model].frets, 43)


@pytest.mark.parametrize("model", [m for m in PRESETS.models if (m, "neck_pocket") not in ROWS])
def test_a_model_without_a_neck_pocket_says_so(model: str) -> None:
    with pytest.raises(Rejected) as refused:
        model_request(model, "neck_pocket")
    assert (refused.value.code, refused.value.pointer) == ("incomplete", "/operation")


@pytest.mark.parametrize(
    ("changes", "code", "pointer", "near"),
    [
        ({"model_id": "stratocastr"}, "not_found", "/model_id", "stratocaster"),
        ({"model_id": "☃"}, "not_found", "/model_id", "none is near"),
        ({"fretboard_id": "standard_23"}, "unknown_id", "/fretboard_id", "standard_22"),
    ],
)
def test_what_a_model_does_not_know_has_near_names(changes: Body, code: str, pointer: str, near: str) -> None:
    with pytest.raises(Rejected, match=near) as refused:
        request_of(ModelRequest.model_validate({"model_id": "stratocaster", **changes}), PRESETS)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


def test_a_model_supplies_what_is_not_stated() -> None:
    bare: Any = request_of(ModelRequest(model_id="stratocaster"), PRESETS).design
    board = PRESETS.fretboards["standard_22"]
    assert (bare.scale_length, bare.slot_width, bare.depth) == (647.7, board.tang_mm, board.slot_depth_mm)
    pocket: Any = request_of(ModelRequest(model_id="les_paul", operation="neck_pocket"), PRESETS).design
    assert pocket.boundary == ((0, 0), (89, 0), (89, 53), (0, 53))
    assert (pocket.depth, pocket.wall) == (16, None)
    assert "wall_mm" in {
        fact.fact
        for fact in ENGINE.compute(request_of(ModelRequest(model_id="les_paul", operation="neck_pocket"), PRESETS)).missing
    }


def test_a_fanned_fretboard_brings_its_bass_scale_and_its_square_fret() -> None:
    design: Any = model_request("stratocaster", fretboard_id="multiscale_24").design
    assert (design.scale_length, design.bass_scale_length, design.perpendicular_fret, design.frets) == (647.7, 685.8, 12, 22)


LENGTHS = ("slot_width", "depth", "wall")
SETTINGS = ("stepdown", "feed_per_min", "plunge_per_min")


@pytest.mark.parametrize("operation", ["fret_slots", "neck_pocket"])
@settings(max_examples=30, deadline=None)
@given(value=st.integers(1, 30_000).map(lambda n: n / 1000), thickness=st.integers(1, 60_000).map(lambda n: n / 1000))
def test_what_is_stated_of_a_model_in_inches_is_converted(operation: str, value: float, thickness: float) -> None:
    context = MODEL_CONTEXT[operation]
    own = {name: value for name in LENGTHS if name in context}
    in_mm = model_request("stratocaster", operation, **own, options={"stock_thickness": thickness, "stickout": 12.7})
    cut = {name: v / 25.4 if name in SETTINGS else v for name, v in context["cut"].items()}
    inches = {name: v / 25.4 for name, v in own.items()}
    converted = model_request(
        "stratocaster",
        operation,
        **inches,
        cut=cut,
        options={"stock_thickness": thickness / 25.4, "stickout": 0.5},
        units="inch",
    )
    assert ENGINE.compute(converted) == ENGINE.compute(in_mm)
    assert (converted.units, converted.design) == ("mm", in_mm.design)


@pytest.mark.parametrize(
    ("operation", "field", "value"),
    [
        ("neck_pocket", "wall", 999_999.0),
        ("fret_slots", "depth", 999_999.0),
    ],
)
def test_an_override_that_no_millimetre_can_hold_is_refused_by_its_name(operation: str, field: str, value: float) -> None:
    with pytest.raises(Rejected) as refused:
        model_request("stratocaster", operation, **{field: value}, units="inch")
    assert (refused.value.code, refused.value.pointer) == ("invalid", f"/{field}")
