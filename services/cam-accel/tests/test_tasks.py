"""Does each task answer with what it was asked, refuse with a place, and let nothing else out?"""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.tasks import NotRead, TaskOrder, named_blob, work
from rmos.cam_accel.tasks.orders import Made
from rmos.cam_accel.timing import limits_of
from rmos.chassis.errors import Rejected
from rmos.chassis.operations import Progress
from rmos.contracts import toolpath
from rmos.contracts.base import BlobRef, sha256_hex
from rmos.contracts.cam import EstimateRequest, ImportRequest, PlanRequest, PostRequest, PreviewRequest, SimulateRequest

PROGRAM = "G21 G90 G17\nM3 S12000\nG0 Z5\nG0 X0 Y0\nG1 Z-1 F300\nG1 X40 F900\nG2 X60 Y0 I10 J0\nM0\nG0 Z5\nM5\nM2\n"
TOOL: dict[str, Any] = {
    "tool_id": "t", "diameter_mm": 6.0, "flutes": 2, "flute_length_mm": 22.0, "center_cutting": True, "kind": "flat",
}  # fmt: skip
MACHINE: dict[str, Any] = {
    "machine_id": "m", "rapid_mm_min": 5000.0, "accel_mm_s2": 400.0, "junction_deviation_mm": 0.01, "controller": "grbl",
}  # fmt: skip
POCKET: dict[str, Any] = {
    "job_id": "p", "mode": "pocket", "design": {"boundary": [[0, 0], [40, 0], [40, 30], [0, 30]], "depth": 2.0},
    "cut": {"stepover_ratio": 0.4, "stepdown": 1.0, "feed_per_min": 900.0, "plunge_per_min": 300.0, "spindle_rpm": 12000.0},
}  # fmt: skip
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90mm" height="60mm" viewBox="0 0 90 60">{}</svg>'


def done(request: Any, data: bytes | None = None, told: list[Progress] | None = None) -> Made:
    return work(TaskOrder(request, data), ([] if told is None else told).append)


def estimate(**fields: Any) -> Any:
    request = EstimateRequest.model_validate({"source": {"text": PROGRAM}, "machine": MACHINE, **fields})
    return done(request).answer


def simulate(program: str = PROGRAM, **fields: Any) -> Any:
    return done(SimulateRequest.model_validate({"source": {"text": program}, "tool": TOOL, "pictures": False, **fields})).answer


def refusal(request: Any, data: bytes | None = None) -> Rejected:
    with pytest.raises(Rejected) as found:
        done(request, data)
    return found.value


def blob(data: bytes, media_type: str = toolpath.MEDIA_TYPE) -> BlobRef:
    return BlobRef(sha256=sha256_hex(data), size=len(data), media_type=media_type)


@pytest.fixture(scope="module")
def planned() -> Made:
    return done(PlanRequest.model_validate({"job": POCKET, "tool": TOOL, "machine": MACHINE}))


# Time


def test_the_time_is_the_sum_of_its_kinds_and_what_is_not_counted_is_told() -> None:
    time = estimate().time
    assert time.total_s == pytest.approx(time.cut_s + time.rapid_s + time.dwell_s + time.tool_change_s + time.stop_s)
    assert (time.stops_not_counted, time.is_complete) == (1, False)
    assert any("greatest feed is not stated" in text for text in time.assumptions)


def test_the_time_is_no_shorter_than_distance_over_feed() -> None:
    answer = estimate()
    assert answer.path.cut_length_mm == pytest.approx(6 + 40 + np.pi * 10)
    assert answer.time.cut_s >= 6 / 5 + (40 + np.pi * 10) / 15


def test_other_feeds_are_asked_in_one_go() -> None:
    factors = estimate(feed_factors=[0.5, 1.0]).time.what_if
    assert [f.feed_factor for f in factors] == [0.5, 1.0]
    assert factors[1].total_s == pytest.approx(estimate().time.total_s)
    assert factors[0].total_s > factors[1].total_s


def test_a_machine_that_cannot_be_is_refused_at_its_place() -> None:
    machine = {**MACHINE, "rapid_mm_min": 1e-6, "max_feed_mm_min": 1e9, "junction_deviation_mm": 0.0, "jerk_mm_s3": 1e-6}
    request = EstimateRequest.model_validate({"source": {"text": PROGRAM}, "machine": machine})
    assert done(request).answer.time.total_s > 1e6
    assert limits_of(request.machine.facts()).rapid_mm_min == (1e-6,) * 3


# Reading


def test_every_error_of_a_program_is_told_with_the_number_that_grbl_has_for_it() -> None:
    request = PreviewRequest.model_validate({"source": {"text": "G21 G90\nG1 X10\nG33 Z1\nG0 X1 Y\n"}})
    found = refusal(request)
    assert isinstance(found, NotRead)
    assert [(d.line, d.grbl_error) for d in found.diagnostics] == [(2, 22), (3, 20), (4, 2)]
    assert [line.partition(",")[0] for line in found.reason.splitlines()] == ["line 2", "line 3", "line 4"]
    assert "error:22 to GRBL" in found.reason
    assert found.pointer == "/source/text"


def test_a_refusal_crosses_processes_with_its_diagnostics() -> None:
    found = refusal(PreviewRequest.model_validate({"source": {"text": "G1 X10"}}))
    again = pickle.loads(pickle.dumps(found))
    assert isinstance(found, NotRead)
    assert isinstance(again, NotRead)
    assert (again.diagnostics, again.reason, again.pointer) == (found.diagnostics, found.reason, found.pointer)


def test_a_program_is_read_in_the_dialect_that_is_stated() -> None:
    text = PROGRAM.replace("M0\n", "#1 = 5\nG1 X[60 + #1]\n")
    assert refusal(PreviewRequest.model_validate({"source": {"text": text}})).code == "gcode"
    made = done(PreviewRequest.model_validate({"source": {"text": text, "dialect": "linuxcnc"}}))
    assert made.answer.path.max_mm[0] == 65  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("kind", 99, "its kind is none"),
        ("plane", 7, "its plane is none"),
        ("x_mm", np.nan, "x_mm is not within"),
        ("feed_mm_min", 0, "a cut without a feed"),
        ("dwell_s", -1, "a dwell"),
        ("spindle_rpm", -1, "a spindle speed"),
    ],
)
def test_a_toolpath_that_no_planner_makes_is_refused_before_a_kernel_sees_it(name: str, value: float, what: str) -> None:
    path = choose().interpret(PROGRAM.encode()).toolpath
    column = getattr(path, name).copy()
    column[3] = value
    data = toolpath.encode(toolpath.from_columns({**{n: getattr(path, n) for n in toolpath.COLUMNS}, name: column}))
    found = refusal(PreviewRequest.model_validate({"source": {"toolpath": blob(data)}}), data)
    assert (found.code, found.pointer) == ("toolpath", "/source/toolpath")
    assert f"move 4: {what}" in found.reason


@pytest.mark.parametrize("data", [b"", b"RMOSTP02", b"\x00" * 400, toolpath.encode(toolpath.from_columns({"kind": []}))])
def test_bytes_that_are_no_toolpath_are_refused(data: bytes) -> None:
    request = PostRequest.model_validate({"toolpath": blob(data), "controller": "grbl", "name": "x", "safe_z_mm": 5.0})
    assert (refusal(request, data).code, refusal(request, data).pointer) == ("toolpath", "/toolpath")


# Simulation


def test_a_sound_program_has_no_faults_and_says_what_it_removes() -> None:
    answer = simulate()
    assert answer.ok
    assert answer.path.moves == 7
    assert answer.lowest_mm == pytest.approx(-1)
    swept = 6 * (40 + np.pi * 10) + np.pi * 9
    assert answer.removed_mm3 == pytest.approx(swept, rel=0.02)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"program": PROGRAM.replace("M3 S12000\n", "")}, "spindle"),
        ({"program": PROGRAM.replace("G1 X40 F900", "G0 X40\nG1 X40 F900")}, "rapid"),
        ({"tool": {**TOOL, "center_cutting": False}}, "plunge"),
        ({"envelope_mm": [50.0, 50.0, 50.0]}, "envelope"),
        ({"fixtures": [{"name": "clamp", "low": [20, -5, 0], "high": [30, 5, 20]}]}, "fixture"),
        ({"holder": [{"name": "nut", "diameter_mm": 20.0, "above_tip_mm": 0.5}]}, "holder"),
    ],
)
def test_what_goes_wrong_is_told_with_its_kind(changed: dict[str, Any], code: str) -> None:
    answer = simulate(**changed)
    assert not answer.ok
    assert set(answer.fault_counts) == {code}
    assert answer.fault_counts[code] == len(answer.faults)


def test_a_fault_names_line_and_place() -> None:
    (fault, *_) = simulate(PROGRAM.replace("M3 S12000\n", "")).faults
    assert (fault.line, fault.move) == (4, 3)
    assert fault.x_mm == 0


def test_a_program_of_two_tools_is_not_run_with_one() -> None:
    text = "T1 M6\n" + PROGRAM.replace("M2\n", "T2 M6\nM3 S1\nG0 X0\nM2\n")
    request = SimulateRequest.model_validate({"source": {"text": text, "dialect": "linuxcnc"}, "tool": TOOL})
    assert refusal(request).code == "several_tools"


def test_pictures_are_files_that_the_answer_names() -> None:
    made = done(SimulateRequest.model_validate({"source": {"text": PROGRAM}, "tool": TOOL}))
    assert made.files["png"].data.startswith(b"\x89PNG")
    assert made.files["svg"].data.startswith(b"<svg ")
    assert made.answer.png == made.files["png"].ref  # type: ignore[attr-defined]


def test_moves_are_held_against_a_design(planned: Made) -> None:
    data = planned.files["toolpath"].data
    source = {"toolpath": planned.files["toolpath"].ref}
    asked = {"source": source, "tool": TOOL, "pictures": False}
    right = done(SimulateRequest.model_validate({**asked, "job": POCKET}), data).answer
    shallow = {**POCKET, "design": {**POCKET["design"], "depth": 1.0}}
    wrong = done(SimulateRequest.model_validate({**asked, "job": shallow}), data).answer
    assert right.ok  # type: ignore[attr-defined]
    assert right.gate.coverage_ratio > 0.99  # type: ignore[attr-defined]
    assert not wrong.ok  # type: ignore[attr-defined]
    assert wrong.gate.gouged_area_mm2 > 0  # type: ignore[attr-defined]


# Plan and post


def test_a_plan_is_verified_as_its_program_reads_back(planned: Made) -> None:
    answer: Any = planned.answer
    assert answer.verification.coverage_ratio > 0.99
    assert answer.verification.gouged_area_mm2 == 0
    assert answer.time.total_s > answer.path.cut_length_mm / 15
    assert answer.verification.reread_moves == len(choose().interpret(planned.files["program"].data).toolpath)


def test_inches_are_planned_in_mm(planned: Made) -> None:
    inches = {**POCKET, "units": "inch", "options": {"safe_z": 5 / 25.4}}
    inches["design"] = {"boundary": [[x / 25.4, y / 25.4] for x, y in POCKET["design"]["boundary"]], "depth": 2 / 25.4}
    inches["cut"] = {
        n: v if n in ("stepover_ratio", "spindle_rpm") else v / 25.4 for n, v in POCKET["cut"].items()
    }  # fmt: skip
    made = done(PlanRequest.model_validate({"job": inches, "tool": TOOL}))
    assert made.files["program"].data == planned.files["program"].data


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"tool": None}, "/tool"),
        ({"job": {**POCKET, "cut": {**POCKET["cut"], "spindle_rpm": None}}}, "/job/cut/spindle_rpm"),
        ({"job": {**POCKET, "cut": {**POCKET["cut"], "lead_radius": 2.0}}}, "/job/cut/lead_radius"),
        ({"job": {**POCKET, "options": {"safe_z": -1.0}}}, "/job/"),
    ],
)
def test_what_cannot_be_planned_is_refused_at_its_place(changed: dict[str, Any], pointer: str) -> None:
    found = refusal(PlanRequest.model_validate({"job": POCKET, "tool": TOOL, **changed}))
    assert found.pointer.startswith(pointer)
    assert found.reason


def test_a_toolpath_is_written_for_each_controller_and_reads_back(planned: Made) -> None:
    data = planned.files["toolpath"].data
    for controller in ("grbl", "fanuc", "marlin"):
        asked = {"toolpath": blob(data), "controller": controller, "name": "p", "safe_z_mm": 5.0}
        made = done(PostRequest.model_validate(asked), data)
        assert made.answer.text == made.files["program"].data.decode()  # type: ignore[attr-defined]
        assert made.answer.reread_moves >= len(toolpath.decode(data))  # type: ignore[attr-defined]


def test_what_a_controller_cannot_be_told_is_refused(planned: Made) -> None:
    path = toolpath.decode(planned.files["toolpath"].data)
    columns = {n: getattr(path, n) for n in toolpath.COLUMNS}
    data = toolpath.encode(
        toolpath.from_columns({**columns, "switches": np.full(len(path), toolpath.Switch.MIST)}, path.start_mm)
    )
    asked = {"toolpath": blob(data), "controller": "haas", "name": "p", "safe_z_mm": 5.0}
    found = refusal(PostRequest.model_validate(asked), data)
    assert "mist" in found.reason
    assert found.pointer == "/controller"


# Drawings


def test_a_drawing_becomes_shapes_for_jobs() -> None:
    text = SVG.format('<g id="POCKET"><rect x="10" y="10" width="40" height="20"/></g>')
    answer: Any = done(ImportRequest.model_validate({"text": text})).answer
    assert answer.size_mm == (40, 20)
    (operation,) = answer.operations
    assert operation.operation == "pocket"
    assert set(operation.areas[0].boundary) == {(10, 30), (50, 30), (50, 50), (10, 50)}


def test_an_open_contour_is_told_with_the_place_of_its_gap() -> None:
    text = SVG.format('<g id="CUTOUT"><path d="M10 10h40v20h-40v-18"/></g>')
    answer: Any = done(ImportRequest.model_validate({"text": text})).answer
    assert answer.layers[0].gaps[0].size_mm == pytest.approx(2)
    assert [u.layer for u in answer.unassigned] == ["CUTOUT"]
    assert "close the gap" in answer.report


def test_each_layer_of_holes_may_have_its_own_tools() -> None:
    circles = '<g id="A"><circle cx="9" cy="9" r="1.5"/></g><g id="B"><circle cx="30" cy="9" r="5"/></g>'
    rules = [
        {"pattern": "^A$", "kind": "holes", "holes": {"drill_diameters_mm": [3.0]}},
        {"pattern": "^B$", "kind": "holes", "holes": {"bore_tool_diameter_mm": 6.0}},
    ]
    answer: Any = done(ImportRequest.model_validate({"text": SVG.format(circles), "rules": rules})).answer
    assert [(o.layer, o.operation) for o in answer.operations] == [("A", "drill"), ("B", "bore")]


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"text": "nothing"}, "not_a_drawing", "/text"),
        ({"text": SVG.format("")}, "empty", "/text"),
        (
            {"text": SVG.format("<rect width='9' height='9'/>"), "rules": [{"pattern": "(", "kind": "pocket"}]},
            "invalid",
            "/rules",
        ),
    ],
)
def test_a_drawing_that_is_none_is_refused(fields: dict[str, Any], code: str, pointer: str) -> None:
    found = refusal(ImportRequest.model_validate(fields))
    assert (found.code, found.pointer) == (code, pointer)


# All


def test_each_stage_is_told_in_its_order() -> None:
    told: list[Progress] = []
    done(PlanRequest.model_validate({"job": POCKET, "tool": TOOL}), told=told)
    assert [p.stage for p in told] == ["plan", "post", "verify", "draw"]


def test_the_blob_that_a_request_names_is_found() -> None:
    ref = blob(b"x")
    for request, pointer in (
        (PreviewRequest.model_validate({"source": {"toolpath": ref}}), "/source/toolpath"),
        (PreviewRequest.model_validate({"source": {"program": ref}}), "/source/program"),
        (PostRequest(toolpath=ref, controller="grbl", name="x", safe_z_mm=5.0), "/toolpath"),
        (ImportRequest(drawing=ref), "/drawing"),
    ):
        assert named_blob(request) == (pointer, ref)
    assert named_blob(ImportRequest(text="x")) is None


def test_both_kernels_give_the_same_answer() -> None:
    request = SimulateRequest.model_validate({"source": {"text": PROGRAM}, "tool": TOOL, "cell_mm": 1.0})
    answers = [work(TaskOrder(request, None, kernels), lambda _: None).answer for kernels in ("on", "off")]
    assert answers[0] == answers[1]
