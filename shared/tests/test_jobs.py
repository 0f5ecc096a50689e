"""Can a job ask for every mode, is it the same in inches, and is what contradicts itself refused by its name?"""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from rmos.contracts.designs import DESIGNS, MODES, DrillDesign, FretSlotsDesign, PocketDesign, RestDesign, RosetteDesign
from rmos.contracts.evaluation import EvaluateRequest
from rmos.contracts.events import JobSubmitted
from rmos.contracts.jobs import STRATEGIES, CutSettings, Job, Options, Post
from rmos.contracts.numbers import MM_PER_INCH, Sized

SQUARE = [[0, 0], [60, 0], [60, 40], [0, 40]]
FRETS = {"scale_length": 647.7, "frets": 22, "nut_width": 43, "heel_width": 56, "slot_width": 0.6, "depth": 2.0}
DESIGN: dict[str, dict[str, Any]] = {
    "gcode": {"text": "G21 G90\nG1 X1 F100\n"},
    "pocket": {"boundary": SQUARE, "islands": [[[10, 10], [20, 10], [20, 20]]], "depth": 6, "wall": 12},
    "rest": {"boundary": SQUARE, "depth": 6, "previous_diameter": 12.7},
    "profile": {"contour": SQUARE, "side": "outside", "depth": 10, "through": True, "overcut": 0.5,
                "tabs": {"count": 4, "width": 6, "height": 1.5}},
    "drill": {"holes": [{"x": 1, "y": 2, "label": "tuner"}, {"x": 3, "y": 4, "depth": 8}], "diameter": 10, "depth": 15, "peck": 5},
    "vcarve": {"regions": [{"boundary": SQUARE, "islands": [[[10, 10], [20, 10], [20, 20]]]}], "depth": 2.5},
    "slot": {"line": [[0, 0], [400, 0]], "width": 6.4, "depth": 9.5, "floor": "curved", "end_depth": 7},
    "ledge": {"contour": SQUARE, "width": 2, "depth": 6, "purfling": {"width": 1.5, "depth": 1.5}, "wall": 20},
    "saw": {"cut": "crosscut", "length": 120, "depth": 12, "exposure": 8,
            "slices": {"count": 5, "thickness": 3, "trim": 2, "block": 80}},
    "fret_slots": {**FRETS, "radius": 241.3, "heel_radius": 406.4, "overrun": 2, "nut_compensation": 0.5, "origin": [5, 6]},
    "nut_slots": {"length": 43, "slots": [{"position": 4, "width": 0.8, "depth": 1}], "thickness": 5, "angle_deg": 10},
    "rosette": {"outer_diameter": 120, "inner_diameter": 100, "depth": 1.5, "center": [10, 20],
                "rings": [{"outer_diameter": 126, "inner_diameter": 124}]},
    "helical": {"diameter": 11, "depth": 6, "centers": [[0, 0], [30, 0]]},
}  # fmt: skip
JOB = {"job_id": "a", "tool_id": "t", "material_id": "m", "machine_id": "x"}


def job(mode: str, **changes: Any) -> Job:
    return Job.model_validate({**JOB, "mode": mode, "design": DESIGN[mode], **changes})


def design(mode: str, **changes: Any) -> dict[str, Any]:
    kept = {**DESIGN[mode], **changes}
    return {name: value for name, value in kept.items() if value is not ...}


def test_there_is_an_example_of_every_mode() -> None:
    assert set(DESIGN) == set(DESIGNS) == set(MODES.values())
    assert set(get_args(Job.model_fields["mode"].annotation)) == set(DESIGNS)


@pytest.mark.parametrize("mode", DESIGN)
def test_a_job_of_each_mode_survives_the_bus(mode: str) -> None:
    sent = JobSubmitted.model_validate({**JOB, "mode": mode, "design": DESIGN[mode], "blade_id": "b", "post": "haas"})
    read = JobSubmitted.model_validate_json(sent.model_dump_json(exclude_none=True))
    assert read == sent
    assert type(read.design) is DESIGNS[mode]


def in_inches(value: Any) -> Any:
    """Every number: of these examples only counts and angles are no lengths, and they are left out."""
    if isinstance(value, dict):
        return {n: v if n in ("count", "frets", "angle_deg", "dwell_s") else in_inches(v) for n, v in value.items()}
    if isinstance(value, list):
        return [in_inches(inner) for inner in value]
    return value / MM_PER_INCH if isinstance(value, int | float) and not isinstance(value, bool) else value


@pytest.mark.parametrize("mode", DESIGN)
def test_a_design_in_inches_is_the_same_design(mode: str) -> None:
    converted = job(mode, design=in_inches(DESIGN[mode]), units="inch").in_mm()
    assert json.loads(converted.design.model_dump_json()) == json.loads(job(mode).design.model_dump_json())
    assert converted.units == "mm"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(DESIGN)), st.floats(0.1, 30))
def test_no_length_of_a_design_is_forgotten_when_it_is_scaled(mode: str, factor: float) -> None:
    """By hand: each number of the example but counts and angles."""
    scaled = job(mode).design.scaled(factor)
    by_hand = DESIGNS[mode].model_validate(in_inches(DESIGN[mode]))
    again = by_hand.scaled(factor * MM_PER_INCH)
    assert _numbers(scaled) == pytest.approx(_numbers(again), abs=1e-6)


def _numbers(model: Any) -> list[float]:
    found: list[float] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict | list):
            for inner in value.values() if isinstance(value, dict) else value:
                walk(inner)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.append(value)

    walk(json.loads(model.model_dump_json()))
    return found


@pytest.mark.parametrize("model", [m for m in DESIGNS.values() if issubclass(m, Sized)])
def test_every_number_of_a_design_is_a_length_or_named_as_none(model: type[Sized]) -> None:
    """What is in `lengths` is a field, and what is a field and not in it is no length."""
    no_lengths = {
        "closed", "side", "through", "dwell_s", "retract", "full_diameter", "floor", "open_start", "open_end", "cut", "miter_deg",
        "bevel_deg", "riving_knife", "frets", "perpendicular_fret", "radiused", "rotation_deg", "tiles", "max_drift_deg",
        "angle_deg",
    }  # fmt: skip
    assert set(model.lengths) <= set(model.model_fields)
    assert set(model.model_fields) - set(model.lengths) <= no_lengths


def test_settings_and_options_are_scaled_as_well() -> None:
    cut = CutSettings(stepdown=0.1, stepover_ratio=0.4, finish_allowance=0.01, lead_radius=0.2, tolerance=0.001, ramp_deg=3)
    scaled = cut.scaled(25.4)
    assert (scaled.stepdown, scaled.stepover_ratio, scaled.finish_allowance) == (2.54, 0.4, 0.254)
    assert (scaled.lead_radius, scaled.tolerance, scaled.ramp_deg) == (5.08, 0.0254, 3)
    box = {"low": [0, 0, -1], "high": [1, 2, 3], "name": "clamp"}
    options = Options.model_validate({"fixtures": [box], "spoilboard": 0.5, "fit_tolerance": 0.001}).scaled(25.4)
    assert options.fixtures is not None
    assert (options.fixtures[0].high, options.fixtures[0].name) == ((25.4, 50.8, 76.2), "clamp")
    assert (options.spoilboard, options.fit_tolerance, options.safe_z) == (12.7, 0.0254, 5.0)


# mode, what is changed of the example, and the word that the refusal says
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("profile", {"contour": [[0, 0], [1, 1]]}, "contour"),
    ("profile", {"closed": False}, "side"),
    ("profile", {"tabs": {"count": 4, "width": 6, "height": 10}}, "tabs.height"),
    ("profile", {"tabs": {"count": 0, "width": 6, "height": 1}}, "count"),
    ("profile", {"through": False}, "overcut"),
    ("drill", {"peck": 15}, "peck"),
    ("drill", {"holes": []}, "holes"),
    ("drill", {"diameter": 0}, "diameter"),
    ("drill", {"dwell_s": -1}, "dwell_s"),
    ("vcarve", {"regions": []}, "regions"),
    ("vcarve", {"lines": [[[0, 0], [1, 1]]], "line_width": 2}, "regions"),
    ("vcarve", {"regions": ..., "lines": [[[0, 0], [1, 1]]]}, "line_width"),
    ("vcarve", {"regions": ..., "lines": [[[n, 0] for n in range(1000)]] * 5, "line_width": 2}, "4000 points"),
    ("slot", {"line": [[0, 0], [10, 0], [10, 10]]}, "line"),
    ("slot", {"end_depth": ...}, "end_depth"),
    ("slot", {"floor": "level"}, "end_depth"),
    ("slot", {"floor": "ramped", "end_depth": ...}, "ramp"),
    ("ledge", {"purfling": {"width": 1, "depth": 6}}, "purfling.depth"),
    ("saw", {"slices": {"count": 0, "thickness": 3, "block": 80}}, "count"),
    ("fret_slots", {"radius": ...}, "heel_radius"),
    ("fret_slots", {"blind_inset": 2}, "blind_inset or overrun"),
    ("fret_slots", {"radius": 20}, "radius"),
    ("fret_slots", {"overrun": ..., "blind_inset": 21.5}, "blind_inset"),
    ("fret_slots", {"radius": ..., "heel_radius": ..., "radiused": False}, "radiused"),
    ("nut_slots", {"thickness": ...}, "thickness"),
    ("rosette", {"rings": [{"outer_diameter": 121, "inner_diameter": 119}]}, "rings"),
    ("helical", {"centers": []}, "centers"),
    ("rest", {"previous_diameter": ...}, "previous_diameter"),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "changes", "word"), REFUSED)
def test_a_design_that_contradicts_itself_is_refused_by_name(mode: str, changes: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        job(mode, design=design(mode, **changes))


@pytest.mark.parametrize("mode", [m for m in DESIGN if m != "gcode"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), "3", True, 1e6])
def test_a_depth_that_is_no_number_is_refused(mode: str, value: object) -> None:
    changes = {"slots": [{"position": 4, "width": 0.8, "depth": value}]} if mode == "nut_slots" else {"depth": value}
    with pytest.raises(ValidationError, match="depth"):
        job(mode, design=design(mode, **changes))


def test_a_depth_that_is_none_is_left_to_the_verdict() -> None:
    for mode in ("profile", "drill", "ledge", "slot", "vcarve"):
        assert job(mode, design=design(mode, depth=-3.0)).mode == mode


@pytest.mark.parametrize("mode", DESIGN)
def test_a_design_of_another_mode_is_refused(mode: str) -> None:
    other = next(m for m in DESIGN if m != mode and not issubclass(DESIGNS[mode], DESIGNS[m]))
    with pytest.raises(ValidationError):
        job(mode, design=DESIGN[other])
    with pytest.raises(ValidationError):
        job(mode, design=DESIGNS[other].model_validate(DESIGN[other]))


def test_what_is_left_of_a_pocket_is_no_pocket() -> None:
    rest = RestDesign.model_validate(DESIGN["rest"])
    assert isinstance(rest, PocketDesign)
    with pytest.raises(ValidationError, match="mode pocket"):
        Job(job_id="a", mode="pocket", design=rest)


@pytest.mark.parametrize("mode", DESIGN)
@pytest.mark.parametrize("strategy", ["rings", "spiral", "lanes", "adaptive", "trochoid"])
def test_a_way_to_clear_that_a_mode_does_not_have_is_refused(mode: str, strategy: str) -> None:
    request = {"mode": mode, "design": DESIGN[mode], "cut": {"strategy": strategy}}
    for model, body in ((Job, {**JOB, **request}), (EvaluateRequest, request)):
        if strategy in STRATEGIES.get(mode, ()):
            model.model_validate(body)
        else:
            with pytest.raises(ValidationError, match=r"cut\.strategy"):
                model.model_validate(body)


def test_a_checked_program_is_not_fitted() -> None:
    with pytest.raises(ValidationError, match="fit_tolerance"):
        job("gcode", options={"fit_tolerance": 0.01})
    assert job("pocket", options={"fit_tolerance": 0.01}).options.fit_tolerance == 0.01


@pytest.mark.parametrize("axis", range(3))
def test_a_fixture_without_a_size_is_refused_with_its_axis(axis: int) -> None:
    high = [1.0, 1.0, 1.0]
    high[axis] = 0.0
    with pytest.raises(ValidationError, match=f"in {'XYZ'[axis]}"):
        job("pocket", options={"fixtures": [{"low": [0, 0, 0], "high": high}]})


@pytest.mark.parametrize("controller", get_args(Post))
def test_a_program_can_be_written_for_each_controller(controller: str) -> None:
    assert job("pocket", post=controller).post == controller


def test_a_controller_that_nobody_writes_for_is_refused() -> None:
    with pytest.raises(ValidationError, match="post"):
        job("pocket", post="heidenhain")


def test_a_hole_has_the_depth_of_the_design_or_its_own() -> None:
    assert DrillDesign.model_validate(DESIGN["drill"]).depths == (15, 8)


def test_the_channels_of_a_rosette_are_told_from_the_middle_outwards() -> None:
    found = RosetteDesign.model_validate({**DESIGN["rosette"], "rings": [
        {"outer_diameter": 126, "inner_diameter": 124}, {"outer_diameter": 98, "inner_diameter": 96, "depth": 1},
    ]}).channels  # fmt: skip
    assert found == ((96, 98, 1), (100, 120, 1.5), (124, 126, 1.5))


def test_a_board_of_the_least_radius_is_half_a_circle() -> None:
    least = {**FRETS, "radius": 28.0}
    assert FretSlotsDesign.model_validate(least).radius == 28
