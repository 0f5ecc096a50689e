"""Does a program get the same verdict however it writes its request, and never a better one for saying less?"""

from __future__ import annotations

import contextlib
import copy
import math
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from judging import ENGINE, PRESETS, judge
from pydantic import ValidationError
from random_requests import LENGTHS, bodies
from rmos.contracts.base import Risk
from rmos.contracts.designs import DESIGNS
from rmos.contracts.evaluation import EvaluateRequest, FeasibilityReport, RmosContext
from rmos.feasibility import BaselineFeasibilityEngineV1, Policy, Rejected, evaluate_feasibility
from rmos.feasibility.domain import MODES
from rmos.feasibility.engine import Engines
from safe_requests import SAFE_REQUESTS, TOO_LONG, Body, at, safe

ENGINES = Engines(ENGINE)
ORDER = (Risk.GREEN, Risk.YELLOW, Risk.UNKNOWN, Risk.RED)
CONTEXT = ("tool_id", "blade_id", "material_id", "machine_id", "units", "cut", "options")


def split(body: Body) -> tuple[Body, Body]:
    return {"mode": body["mode"], **body["design"]}, {name: body[name] for name in CONTEXT if name in body}


# The library


@pytest.mark.parametrize("mode", MODES)
def test_a_design_may_be_a_dictionary_or_typed_and_so_may_its_context(mode: str) -> None:
    design, context = split(SAFE_REQUESTS[mode])
    typed = DESIGNS[mode].model_validate(SAFE_REQUESTS[mode]["design"])
    reports = {
        evaluate_feasibility(d, c).model_dump_json() for d in (design, typed) for c in (context, RmosContext.from_dict(context))
    }
    assert reports == {judge(SAFE_REQUESTS[mode]).model_dump_json()}


def test_what_is_handed_in_is_not_changed() -> None:
    design, context = split(safe("pocket"))
    before = copy.deepcopy((design, context))
    evaluate_feasibility(design, context)
    assert (design, context) == before


def test_an_engine_of_ones_own_judges_by_its_own_policy() -> None:
    lax = BaselineFeasibilityEngineV1(PRESETS, Policy(block_on_red=False))
    report = evaluate_feasibility(*split(TOO_LONG), engine=lax)
    assert (report.overall_risk, report.blocked, report.needs_review()) == (Risk.RED, False, True)


def test_an_engine_that_there_is_not_is_refused() -> None:
    with pytest.raises(Rejected, match="baseline_v1"):
        evaluate_feasibility(*split(safe("pocket")), engine_id="baseline_v9")


def test_without_the_search_there_are_no_nearest_settings() -> None:
    assert evaluate_feasibility(*split(TOO_LONG)).nearest is not None
    assert evaluate_feasibility(*split(TOO_LONG), nearest=False).nearest is None


def test_a_design_that_names_no_mode_is_refused() -> None:
    design, context = split(safe("pocket"))
    del design["mode"]
    with pytest.raises(ValidationError, match="mode"):
        evaluate_feasibility(design, context)


@pytest.mark.parametrize(
    ("context", "field"),
    [
        ({"risk": "GREEN"}, "risk"),
        ({"options": {"feasible": True}}, "options.feasible"),
        ({"cut": {"score": 100}}, "cut.score"),
        ({"tool_id": 6}, "tool_id"),
        ({"tool_id": ""}, "tool_id"),
        ({"tool_id": "x" * 65}, "tool_id"),
        ({"units": "cm"}, "units"),
        ({"cut": None}, "cut"),
        ({"cut": []}, "cut"),
        ({"cut": {"feed_per_min": math.nan}}, "cut.feed_per_min"),
        ({"cut": {"feed_per_min": math.inf}}, "cut.feed_per_min"),
        ({"cut": {"stepdown": -math.inf}}, "cut.stepdown"),
        ({"cut": {"stepdown": math.nan}}, "cut.stepdown"),
        ({"cut": {"feed_per_min": -1}}, "cut.feed_per_min"),
        ({"cut": {"feed_per_min": 0}}, "cut.feed_per_min"),
        ({"cut": {"spindle_rpm": -18_000.0}}, "cut.spindle_rpm"),
        ({"cut": {"feed_per_min": 1e6}}, "cut.feed_per_min"),
        ({"cut": {"feed_per_min": "1500"}}, "cut.feed_per_min"),
        ({"cut": {"feed_per_min": True}}, "cut.feed_per_min"),
        ({"cut": {"stepdown": False}}, "cut.stepdown"),
        ({"options": {"stock_thickness": -20}}, "options.stock_thickness"),
        ({"options": {"stickout": 0.0}}, "options.stickout"),
        ({"options": {"safe_z": "5"}}, "options.safe_z"),
        ({"options": {"feed_override_percent": 501}}, "options.feed_override_percent"),
        ({"options": {"offsets": {"g54": [0, 0]}}}, "options.offsets.g54"),
    ],
)  # fmt: skip
def test_a_context_that_cannot_be_is_refused_with_the_name_of_its_field(context: Body, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        RmosContext.from_dict(context)
    assert any(".".join(map(str, e["loc"])).startswith(field) for e in refused.value.errors())
    with pytest.raises(ValueError):
        evaluate_feasibility({"mode": "gcode", "text": "G21"}, context)


OPTIONAL = {"wall", "peck", "tiles", "kerf", "max_drift_deg", "exposure", "miter_deg", "bevel_deg"}
SIZES = [
    (mode, name, value)
    for mode, body in SAFE_REQUESTS.items()
    for name, size in body["design"].items()
    if isinstance(size, int | float) and not isinstance(size, bool)
    for value in (math.nan, math.inf, "3", True, None, 1e6, [3])
    if value is not None or name not in OPTIONAL
]  # fmt: skip


@pytest.mark.parametrize(("mode", "name", "value"), SIZES)
def test_a_size_that_is_no_number_is_refused(mode: str, name: str, value: object) -> None:
    changes: Body = {f"design__{name}": value}
    design, context = split(safe(mode, **changes))
    with pytest.raises(ValidationError, match=name):
        evaluate_feasibility(design, context)


@pytest.mark.parametrize("value", [0.0, -3.0])
@pytest.mark.parametrize("mode", [m for m in MODES if "depth" in SAFE_REQUESTS[m]["design"]])
def test_a_depth_that_is_none_is_red(mode: str, value: float) -> None:
    report = judge(safe(mode, design__depth=value))
    assert report.overall_risk is Risk.RED
    assert report.blocked


# The unit


def in_inches(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _divided(inner) if name in LENGTHS else in_inches(inner) for name, inner in value.items()}
    return [in_inches(inner) for inner in value] if isinstance(value, list) else value


def _divided(value: Any) -> Any:
    if isinstance(value, list):
        return [_divided(inner) for inner in value]
    return None if value is None else value / 25.4


@pytest.mark.parametrize("mode", MODES)
def test_a_request_in_inches_gets_the_report_of_the_same_request_in_mm(mode: str) -> None:
    @settings(max_examples=50, deadline=None)
    @given(body=bodies(mode))
    def same(body: Body) -> None:
        assert judge({**in_inches(body), "units": "inch"}).model_dump_json() == judge(body).model_dump_json()

    same()


# Value of the field, and the rule whose limit it is just on: quiet, and firing a thousandth beyond.
ON_THE_EDGE = [
    ("pocket", "cut__stepdown", 3.0, 3.001, "F012"),
    ("pocket", "design__wall", 2.0, 1.999, "F036"),
    ("pocket", "design__depth", 12.0, 12.001, "F030"),
    ("pocket", "options__stickout", 48.0, 48.001, "F026"),
    ("pocket", "cut__feed_per_min", 3000.0, 3000.001, "M007"),
    ("helical", "cut__stepdown", 0.75, 0.751, "H002"),
    ("rosette", "design__inner_diameter", 112.8, 112.801, "R002"),
    ("fret_slots", "design__depth", 1.74, 1.741, "T002"),
    ("fret_slots", "design__slot_width", 0.58, 0.579, "T003"),
    ("nut_slots", "cut__stepdown", 0.58, 0.581, "T008"),
    ("saw", "design__exposure", 25.0, 25.001, "S023"),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "field", "quiet", "firing", "rule"), ON_THE_EDGE)
@pytest.mark.parametrize("units", ["mm", "inch"])
def test_a_limit_lies_at_the_same_place_in_both_units(
    mode: str, field: str, quiet: float, firing: float, rule: str, units: str
) -> None:
    for value, fires in ((quiet, False), (firing, True)):
        change: Body = {field: value}
        body = safe(mode, **change)
        report = judge(body if units == "mm" else {**in_inches(body), "units": "inch"})
        assert (rule in {f.rule_id for f in report.findings}) == fires


def test_a_safe_height_that_is_not_stated_is_5_mm_in_either_unit() -> None:
    body = safe("nut_slots")
    assert judge(safe("nut_slots", options__safe_z=5.0)) == judge(body) == judge({**in_inches(body), "units": "inch"})


def test_units_that_are_not_stated_are_mm() -> None:
    assert judge(safe("pocket", units="mm")) == judge(safe("pocket"))


def test_a_stickout_that_nobody_measured_is_unknown() -> None:
    assert risk_of(safe("pocket", without="options.stickout")) is Risk.UNKNOWN


# The order of fields


def shuffled(value: Any, dice: random.Random) -> Any:
    if isinstance(value, dict):
        names = list(value)
        dice.shuffle(names)
        return {name: shuffled(value[name], dice) for name in names}
    return [shuffled(inner, dice) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("mode", MODES)
def test_the_order_of_fields_changes_no_byte_of_the_report(mode: str) -> None:
    @settings(max_examples=30, deadline=None)
    @given(body=bodies(mode), dice=st.randoms(use_true_random=False))
    def same(body: Body, dice: random.Random) -> None:
        assert judge(shuffled(body, dice)).model_dump_json() == judge(body).model_dump_json()

    same()


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(SAFE_REQUESTS["nut_slots"]["design"]["slots"]))
def test_the_order_of_nut_slots_changes_nothing(order: list[Body]) -> None:
    assert judge(safe("nut_slots", design__slots=order)) == judge(SAFE_REQUESTS["nut_slots"])


@settings(max_examples=60, deadline=None)
@given(body=bodies("pocket"), turn=st.integers(0, 5), back=st.booleans())
def test_where_a_contour_begins_and_which_way_it_runs_change_nothing(body: Body, turn: int, back: bool) -> None:
    boundary = body["design"]["boundary"]
    turned = boundary[turn % len(boundary) :] + boundary[: turn % len(boundary)]
    other = {**body, "design": {**body["design"], "boundary": turned[::-1] if back else turned}}
    told, again = judge(body), judge(other)
    assert (again.overall_risk, again.missing) == (told.overall_risk, told.missing)
    assert [f.rule_id for f in again.findings] == [f.rule_id for f in told.findings]


# Saying less

FREE = {("gcode", "cut", name) for name in SAFE_REQUESTS["gcode"]["cut"]}
"""A program has settings of its own, and its toolpath is what is judged."""
BY_DEFAULT = {
    "units", "islands", "safe_z", "feed_override_percent", "through", "overcut", "tabs", "purfling", "floor", "end_depth", "spoilboard", "peck", "slices", "rings",
    "radius", "heel_radius", "overrun", "finish_allowance", "closed", "centers",
}  # fmt: skip
"""What means something by default (mm, none, 5 mm, as set, in one stroke, flat): tested by itself."""


def keys(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        if isinstance(value, dict):
            yield (*path, name)
        yield from keys(one, (*path, name))


def without(body: Body, path: tuple[str | int, ...]) -> Body:
    less = copy.deepcopy(body)
    del at(less, path[:-1])[path[-1]]
    return less


def risk_of(body: Body) -> Risk | None:
    """None where the request is refused."""
    try:
        return judge({**body, "nearest": False}).overall_risk
    except (Rejected, ValidationError):
        return None


def is_greener(less: Risk | None, more: Risk) -> bool:
    if less is None or (more is Risk.RED and less is Risk.UNKNOWN):
        return False
    return ORDER.index(less) < ORDER.index(more)


def is_bare_of_defaults(body: Body) -> Body:
    """The request without what has a default, and with angles that a cut of its kind may leave out."""
    bare = copy.deepcopy(body)
    for part in (bare["options"], bare["cut"], bare["design"]):
        for name in BY_DEFAULT | {"miter_deg", "bevel_deg"}:
            part.pop(name, None)
    if bare["mode"] == "fret_slots":
        bare["design"].pop("lines", None)
    if bare["mode"] == "saw" and bare["design"]["cut"] in ("miter", "bevel"):
        bare["design"]["cut"] = "crosscut"
    return bare


WET = {
    name for name, material in PRESETS.materials.items() if material.resinous and material.hardness in ("very-hard", "extreme")
}


@pytest.mark.parametrize("mode", MODES)
def test_a_field_that_is_left_out_never_makes_a_verdict_greener(mode: str) -> None:
    @settings(max_examples=60, deadline=None)
    @given(body=bodies(mode).map(is_bare_of_defaults), gone=st.sets(st.integers(0, 30), max_size=2))
    def holds(body: Body, gone: set[int]) -> None:
        for number in sorted(gone, reverse=True):
            paths = [p for p in keys(body) if len(p) == 2]
            body = without(body, paths[number % len(paths)])
        more = risk_of(body)
        assume(more is not None)
        assert more is not None
        for path in keys(body):
            if (mode, *path) not in FREE and path != ("cut",) * (mode == "gcode"):
                assert not is_greener(risk_of(without(body, path)), more), path

    holds()


def pair(before: Body, *gone: str) -> tuple[Risk | None, Risk | None]:
    less = before
    for path in gone:
        less = without(less, tuple(path.split(".")))
    return risk_of(less), risk_of(before)


@pytest.mark.parametrize(("cut", "angle"), [("miter", "miter_deg"), ("bevel", "bevel_deg")])
def test_a_tilted_cut_that_does_not_say_its_angle_is_unknown(cut: str, angle: str) -> None:
    changes: Body = {"design__cut": cut, f"design__{angle}": 45}
    body = safe("saw", **changes)
    less, more = pair(body, f"design.{angle}")
    assert more in (Risk.GREEN, Risk.YELLOW, Risk.RED)
    assert less is Risk.UNKNOWN


@pytest.mark.parametrize("stated", ["tiles", "kerf", "max_drift_deg"])
def test_a_ring_of_tiles_that_tells_half_of_itself_is_refused(stated: str) -> None:
    body = safe("rosette")
    for name in {"tiles", "kerf", "max_drift_deg"} - {stated}:
        del body["design"][name]
    with pytest.raises(ValidationError, match="tiles, kerf and max_drift_deg together"):
        EvaluateRequest.model_validate(body)


@pytest.mark.parametrize("material", sorted(WET))
@pytest.mark.parametrize("mode", ["pocket", "helical", "gcode"])
def test_very_hard_resinous_wood_is_no_better_where_the_air_is_not_told(mode: str, material: str) -> None:
    body = safe(mode, material_id=material, options__coolant=True)
    less, more = pair(body, "options.coolant")
    assert more is Risk.RED
    assert less in (Risk.RED, Risk.UNKNOWN)


# Any request


@pytest.mark.parametrize("mode", MODES)
def test_every_valid_request_has_a_report_that_can_be_sent(mode: str) -> None:
    @settings(max_examples=50, deadline=None)
    @given(body=bodies(mode))
    def holds(body: Body) -> None:
        report = judge(body)
        assert FeasibilityReport.model_validate_json(report.model_dump_json()) == report
        assert 0 <= report.overall_score <= 100
        assert report.blocked == (report.overall_risk in (Risk.RED, Risk.UNKNOWN))
        assert (report.overall_risk is Risk.GREEN) == (not report.findings and not report.missing)

    holds()


TINY = 1e-310
EXTREMES: list[tuple[str, Body]] = [
    ("fret_slots", {"design__slot_width": TINY}),
    ("pocket", {"options__stickout": TINY}),
    ("pocket", {"cut__spindle_rpm": TINY}),
    ("pocket", {"cut__feed_per_min": TINY}),
    ("rosette", {"design__outer_diameter": TINY, "design__inner_diameter": TINY}),
    ("rosette", {"units": "inch", "design__kerf": 1e-11}),
    ("fret_slots", {"units": "inch", "design__scale_length": 1e-11}),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "changes"), EXTREMES)
def test_a_size_of_next_to_nothing_is_refused_or_judged(mode: str, changes: Body) -> None:
    try:
        request = EvaluateRequest.model_validate(safe(mode, **changes))
    except ValidationError:
        return
    with contextlib.suppress(Rejected):
        ENGINES.compute(request)


def test_a_stickout_of_next_to_nothing_is_not_the_tools() -> None:
    body = {**in_inches(safe("gcode")), "units": "inch"}
    body["options"]["stickout"] = 1e-11
    assert risk_of(body) in (None, Risk.RED)
