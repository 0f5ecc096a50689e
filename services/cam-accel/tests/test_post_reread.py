"""Is what each controller is told, read in its dialect, the planned path; and is every wrong number seen?"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from posting import SAFE_Z_MM, path_of_rows, random_path, read, reread, seeds
from rmos.cam_accel.engine import Refused, verify_and_post
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.post import CONTROLLERS, PostError, differences, write
from rmos.cam_accel.post.controllers import controller_of
from rmos.contracts.base import Risk
from rmos.contracts.designs import GcodeDesign
from rmos.contracts.events import AssessmentData, JobAssessed, MachineFacts, ToolFacts
from rmos.contracts.jobs import Job, Options
from rmos.contracts.toolpath import MoveKind, Toolpath

CONTROLLER = pytest.mark.parametrize("name", CONTROLLERS)
COORDINATE = re.compile(r"([XYZIJK])(-?[0-9]+\.[0-9]+)")


def path_for(name: str, random: np.random.Generator) -> Toolpath:
    """Of all that the controller can be told."""
    c = controller_of(name)
    return random_path(random, planes=len(c.planes) > 1, tools=c.tool_change, coolants=c.mist and c.flood)


@CONTROLLER
@given(random=seeds)
@settings(max_examples=40, deadline=None)
def test_any_path_reads_back_the_same(name: str, random: np.random.Generator) -> None:
    path = path_for(name, random)
    assert differences(path, reread(path, name), name, SAFE_Z_MM) == []


@CONTROLLER
@given(random=seeds)
@settings(max_examples=25, deadline=None)
def test_any_path_at_all_reads_back_the_same_or_is_refused_by_name(name: str, random: np.random.Generator) -> None:
    path, c = random_path(random), controller_of(name)
    has = {"tool_change": c.tool_change, "plane": len(c.planes) == 3, "mist": c.mist, "flood": c.flood}
    refused = refusal_of(path, name)
    if refused is None:
        assert differences(path, reread(path, name), name, SAFE_Z_MM) == []
    else:
        assert not has[refused.code]
        assert refused.move > 0


def refusal_of(path: Toolpath, name: str) -> PostError | None:
    try:
        write(path, name, "job", SAFE_Z_MM)
    except PostError as refusal:
        return refusal
    return None


def assessed_for(name: Any) -> JobAssessed:
    tool = ToolFacts(tool_id="t", diameter_mm=6, flutes=2, flute_length_mm=20, center_cutting=True)
    limits = {"rapid_mm_min": 5000, "accel_mm_s2": 400, "junction_deviation_mm": 0.01}
    machine = MachineFacts(machine_id="m", controller=name, **limits)
    job = Job(job_id="job", mode="gcode", design=GcodeDesign(text="M30"), post=name, options=Options(safe_z=SAFE_Z_MM))
    word = AssessmentData(stage="request", risk=Risk.GREEN, score=90, engine_id="e", engine_version="1", pack_sha256="0" * 64)
    return JobAssessed(job_id="job", job=job, request_sha256="0" * 64, assessment=word, tool=tool, machine=machine)


@CONTROLLER
def test_the_engine_posts_and_reads_in_the_controllers_own_dialect(name: str) -> None:
    rows: list[Any] = [(0, 0, 1, 2, 5, 0, 0, 0, 0, 9000, 0, 0, 0), (1, 0, 9, 2, -1, 0, 0, 0, 800, 9000, 0, 0, 0)]
    made = verify_and_post(choose("auto"), assessed_for(name), path_of_rows(rows), None)
    assert made.program == write(path_of_rows(rows), name, "job", SAFE_Z_MM)
    assert (made.facts.max_feed_mm_min, made.facts.spindle_min_rpm) == (800, 9000)


def test_the_engine_says_what_a_controller_cannot_be_told() -> None:
    path = path_of_rows([(0, 0, 1, 2, 5, 0, 0, 0, 0, 9000, 0, 0, 1), (1, 0, 9, 2, -1, 0, 0, 0, 800, 9000, 0, 0, 1)])
    with pytest.raises(Refused, match="no mist") as refused:
        verify_and_post(choose("auto"), assessed_for("grbl"), path, None)
    assert (refused.value.code, refused.value.pointer) == ("mist", "/post")


def altered(program: str, place: Any, number: str) -> str:
    return program[: place.start(2)] + number + program[place.end(2) :]


def seen(path: Toolpath, program: str, name: str) -> bool:
    """A program that is refused is no program either."""
    try:
        return differences(path, read(program.encode(), name), name, SAFE_Z_MM) != []
    except ValueError:
        return True


@CONTROLLER
@given(random=seeds)
@settings(max_examples=15, deadline=None)
def test_a_coordinate_that_is_off_by_a_hundredth_is_seen(name: str, random: np.random.Generator) -> None:
    path = path_for(name, random)
    program = write(path, name, "job", SAFE_Z_MM).decode()
    moves = [m for m in COORDINATE.finditer(program) if not re.search(r"G4 $", program[: m.start()])]
    place = moves[int(random.integers(len(moves)))]
    by = float(random.choice([-0.01, 0.01]))
    assert seen(path, altered(program, place, f"{float(place[2]) + by:.4f}"), name)


@CONTROLLER
@pytest.mark.parametrize("letter", ["S", "F", "G4"])
def test_a_wrong_speed_feed_or_dwell_is_seen(name: str, letter: str) -> None:
    rows: list[Any] = [(0, 0, 1, 2, 5, 0, 0, 0, 0, 9000, 0, 0, 0), (1, 0, 1, 2, -1, 0, 0, 0, 800, 9000, 0, 0, 0)]
    rows.append((4, 0, 1, 2, -1, 0, 0, 0, 0, 9000, 2.0, 0, 0))
    path = path_of_rows(rows)
    program = write(path, name, "job", SAFE_Z_MM).decode()
    assert not seen(path, program, name)
    pattern = r"(G4 [PSX])([0-9.]+)" if letter == "G4" else rf"({letter})([0-9.]+)"
    found = list(re.finditer(pattern, program))
    assert found
    for place in found:
        for factor in (0.001, 0.99, 1.01, 1000):
            number = f"{float(place[2]) * factor:.0f}" if place[2].isdigit() else f"{float(place[2]) * factor:.3f}"
            assert seen(path, altered(program, place, number), name)


@CONTROLLER
def test_two_seconds_are_read_as_two_seconds(name: str) -> None:
    path = path_of_rows([(0, 0, 0, 0, 5, 0, 0, 0, 0, 9000, 0, 0, 0), (4, 0, 0, 0, 5, 0, 0, 0, 0, 9000, 2.0, 0, 0)])
    again = reread(path, name)
    assert again.dwell_s[again.kind == MoveKind.DWELL].tolist() == [controller_of(name).spindle_dwell_s, 2.0]


@pytest.mark.parametrize("name", [name for name, c in CONTROLLERS.items() if c.tool_change])
def test_a_second_tool_is_read_back_and_its_absence_seen(name: str) -> None:
    rows = [(0, 0, 1, 2, 6, 0, 0, 0, 0, 9000, 0, 1, 0), (6, 0, 1, 2, 6, 0, 0, 0, 0, 9000, 0, 2, 0)]
    rows.append((1, 0, 1, 2, 3, 0, 0, 0, 500, 9000, 0, 2, 0))
    path = path_of_rows(rows)
    program = write(path, name, "job", SAFE_Z_MM).decode()
    assert reread(path, name).tool.tolist()[-1] == 2
    assert not seen(path, program, name)
    assert seen(path, program.replace("T2 M6", "T3 M6"), name)
    assert seen(path, re.sub(r"(N[0-9]+ )?T2 M6\r?\n", "", program), name)


@CONTROLLER
@given(random=seeds)
@settings(max_examples=15, deadline=None)
def test_a_line_that_is_missing_is_seen_where_it_did_anything(name: str, random: np.random.Generator) -> None:
    """Lines that only repeat what holds already may go."""
    path = path_for(name, random)
    lines = write(path, name, "job", SAFE_Z_MM).decode().splitlines(keepends=True)
    whole = moves_of(read("".join(lines).encode(), name))
    gone = int(random.integers(len(lines)))
    fewer = "".join(lines[:gone] + lines[gone + 1 :])
    try:
        same = moves_of(read(fewer.encode(), name)) == whole
    except ValueError:
        return
    assert same or seen(path, fewer, name)


def moves_of(path: Toolpath) -> list[Any]:
    names = ("kind", "x_mm", "y_mm", "z_mm", "feed_mm_min", "spindle_rpm", "dwell_s", "tool", "switches")
    return list(zip(*(getattr(path, name).tolist() for name in names), strict=True))
