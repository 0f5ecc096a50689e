"""Do the `rmos cam` commands tell what the tasks find, write what they made, and end with the code that scripts go by?"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from rmos.cam_accel.kernels import choose
from rmos.chassis.errors import Rejected
from rmos.contracts import toolpath
from rmos.contracts.cam import ImportRequest
from rmos.contracts.jobs import Job
from rmos.local.cli import app
from rmos.local.workbench import Workbench, exit_code
from typer.testing import CliRunner, Result

ROOT = Path(__file__).parents[3]
DRAWING, LAYERS = ROOT / "examples/drawings/control-plate.svg", ROOT / "examples/drawings/control-plate.layers.toml"
JOB = ROOT / "examples/jobs/neck-pocket.json"
PROGRAM = "G21 G90 G17\nM3 S16000\nG0 Z5\nG0 X0 Y0\nG1 Z-1 F300\nG1 X40 F900\nM0\nG0 Z5\nM5\nM2\n"
ENDLESS = {
    "text": f'<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm" viewBox="0 0 9 9"><g id="{"a" * 60}!">'
    '<rect width="9" height="9"/></g></svg>',
    "rules": [{"pattern": "^(a+)+$", "kind": "pocket"}],
}


@pytest.fixture(autouse=True)
def _no_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("RMOS_PRESETS_DIR", raising=False)


def cam(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["cam", *map(str, words)])


def unwrapped(done: Result) -> str:
    """What a narrow terminal broke into lines."""
    return " ".join(done.stderr.split())


def read(*words: str | Path, code: int = 0) -> Any:
    done = cam(*words, "--json")
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "part.nc").write_text(PROGRAM)
    return tmp_path / "part.nc"


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """The answer of a plan, and the folder with what it wrote."""
    folder = tmp_path_factory.mktemp("planned")
    return read("plan", JOB, "-o", folder / "neck.rmostp", "--gcode", folder / "neck.nc"), folder


# time


def test_the_time_is_told_for_each_controller_with_what_is_not_counted(program: Path) -> None:
    words = ("time", program, "--machine", "shapeoko_4_xxl", "--controller", "grbl", "--controller", "linuxcnc")
    answers = read(*words, "--feed-factor", "0.5")
    assert [a["time"]["planned_as"] for a in answers] == ["grbl", "linuxcnc"]
    assert all(a["time"]["what_if"][0]["total_s"] > a["time"]["total_s"] for a in answers)
    done = cam(*words)
    assert done.exit_code == 0
    assert "grbl: 1 stops are not counted" in done.stdout
    assert "grbl: jerk is stated, and grbl knows none: not applied" in done.stdout


def test_a_toolpath_and_its_program_take_the_same_time_but_for_the_start_of_the_spindle(planned: tuple[Any, Path]) -> None:
    _, folder = planned
    (program,) = read("time", folder / "neck.nc", "--machine", "shapeoko_4_xxl")
    (path,) = read("time", folder / "neck.rmostp", "--machine", "shapeoko_4_xxl")
    assert path["time"]["cut_s"] == pytest.approx(program["time"]["cut_s"], rel=1e-3)
    assert program["time"]["dwell_s"] > path["time"]["dwell_s"] == 0


# check


def test_a_sound_program_ends_with_0_and_a_faulty_one_with_2(program: Path) -> None:
    assert read("check", program, "--tool", "flat_6mm_2f")["ok"]
    program.write_text(PROGRAM.replace("M3 S16000\n", ""))
    found = read("check", program, "--tool", "flat_6mm_2f", code=2)
    assert found["fault_counts"] == {"spindle": 2}
    done = cam("check", program, "--tool", "flat_6mm_2f")
    assert done.exit_code == 2
    assert "line 4: a cut while the spindle stands" in done.stdout


def test_every_error_of_a_program_comes_at_once_with_its_place_and_grbls_number(program: Path) -> None:
    program.write_text("G21 G90\nG1 X10\nG33 Z1\nG0 X1 Y\n")
    done = cam("check", program, "--tool", "flat_6mm_2f")
    assert done.exit_code == 4
    assert re.findall(r"part\.nc: line (\d+), column (\d+): .*error:(\d+)", done.stderr) == [
        ("2", "4", "22"), ("3", "1", "20"), ("4", "7", "2"),
    ]  # fmt: skip
    found = read("check", program, "--tool", "flat_6mm_2f", code=4)
    assert [(d["line"], d["grbl_error"]) for d in found["diagnostics"]] == [(2, 22), (3, 20), (4, 2)]


def test_a_program_is_read_as_the_machines_controller_reads_it(program: Path) -> None:
    program.write_text(PROGRAM.replace("G1 X40", "#1 = 40\nG1 X#1"))
    words = ("check", program, "--tool", "flat_6mm_2f")
    assert cam(*words).exit_code == 4
    assert cam(*words, "--dialect", "linuxcnc").exit_code == 0
    assert cam(*words, "--machine", "linuxcnc_knee_mill").exit_code == 0


def test_the_travel_of_the_machine_counts(program: Path) -> None:
    words = ("check", program, "--tool", "flat_6mm_2f", "--machine", "grbl_3018")
    assert read(*words)["ok"]
    program.write_text(PROGRAM.replace("X40", "X400"))
    assert set(read(*words, code=2)["fault_counts"]) == {"envelope"}


def test_a_program_is_held_against_the_design_of_a_job(planned: tuple[Any, Path]) -> None:
    _, folder = planned
    words = ("check", folder / "neck.nc", "--tool", "flat_6mm_2f", "--job")
    assert read(*words, JOB)["gate"]["coverage_ratio"] > 0.99
    shallow = json.loads(JOB.read_text())
    shallow["design"]["depth"] = 10
    (folder / "shallow.json").write_text(json.dumps(shallow))
    assert read(*words, folder / "shallow.json", code=2)["gate"]["gouged_area_mm2"] > 1000


# plan


def test_a_job_is_planned_verified_and_written(planned: tuple[Any, Path]) -> None:
    answer, folder = planned
    assert answer["verification"]["coverage_ratio"] > 0.99
    assert len(toolpath.decode((folder / "neck.rmostp").read_bytes())) == answer["path"]["moves"]
    assert len(choose().interpret((folder / "neck.nc").read_bytes()).toolpath) == answer["verification"]["reread_moves"]
    assert re.search(r"verified: (99|100)\.", cam("plan", JOB).stdout)


def test_a_drawing_goes_from_file_to_verified_programs_of_every_layer(tmp_path: Path) -> None:
    found = read("plan", DRAWING, "--layers", LAYERS, "--out", tmp_path / "out")
    assert {row["job"] for row in found["jobs"]} == {
        f"control-plate-{layer}" for layer in ("OUTLINE", "SWITCH_RECESS", "POT_HOLES", "SCREWS", "WIRE")
    }
    for row in found["jobs"]:
        assert row["coverage"] > 0.99
        assert row["gouged_area_mm2"] < 0.01
        made = tmp_path / "out" / row["job"]
        assert Job.model_validate_json(made.with_suffix(".json").read_bytes()).job_id == row["job"]
        assert len(toolpath.decode(made.with_suffix(".rmostp").read_bytes())) == row["moves"]
        assert choose().interpret(made.with_suffix(".nc").read_bytes()).toolpath.is_cut.any()
    again = tmp_path / "out" / "control-plate-SCREWS.json"
    cam("plan", again, "--gcode", tmp_path / "again.nc")
    assert (tmp_path / "again.nc").read_bytes() == again.with_suffix(".nc").read_bytes()


def layers_with(folder: Path, old: str, new: str) -> Path:
    text = LAYERS.read_text()
    assert old in text
    (folder / "layers.toml").write_text(text.replace(old, new))
    return folder / "layers.toml"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('[layers.NOTES]\nkind = "ignore"', "", "/layers: 'NOTES' of the drawing is not stated"),
        ("[layers.NOTES]", "[layers.NOTE]", "/layers/NOTE: the drawing has no such layer, nearest NOTES"),
        ('tool_id = "drill_3_0mm"\n', "", "/layers/SCREWS/tool_id: missing"),
        ("design = { depth = 1.5 }", "", "/layers/SWITCH_RECESS/design/depth: Field required"),
        ("design = { depth = 1.5 }", "design = { depth = 1.5, islands = [] }", "/design/islands: the drawing says it"),
        ('kind = "pocket"', 'kind = "cavity"', "/layers/SWITCH_RECESS/kind: Input should be"),
        ("[job]", "[job", "layers.toml: "),
    ],
)
def test_nothing_of_a_layer_is_guessed(old: str, new: str, told: str, tmp_path: Path) -> None:
    done = cam("plan", DRAWING, "--layers", layers_with(tmp_path, old, new), "--out", tmp_path / "out")
    assert done.exit_code == 4
    assert "".join(told.split()) in "".join(done.stderr.split())
    assert not list((tmp_path / "out").glob("*"))


def test_a_layer_that_cannot_be_planned_does_not_stop_the_others(tmp_path: Path) -> None:
    layers = layers_with(tmp_path, "stepdown = 0.75, ", "")
    found = read("plan", DRAWING, "--layers", layers, "--out", tmp_path / "out", code=4)
    assert [row["job"] for row in found["jobs"] if not row["ok"]] == ["control-plate-SWITCH_RECESS"]
    assert sum(row["ok"] for row in found["jobs"]) == 4
    assert "/job/cut/stepdown" in next(row["result"] for row in found["jobs"] if not row["ok"])


def test_an_open_outline_is_left_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "open.svg").write_text(DRAWING.read_text().replace("v-40a5 5 0 0 1 5 -5z", "v-39"))
    done = cam("plan", tmp_path / "open.svg", "--layers", LAYERS, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "layer OUTLINE: 1 open chains has no operation: open, the nearest ends" in unwrapped(done)
    assert not (tmp_path / "out" / "open-OUTLINE.nc").exists()


# post and preview


def test_a_toolpath_and_its_job_are_posted_alike(planned: tuple[Any, Path]) -> None:
    _, folder = planned
    for source, target in ((folder / "neck.rmostp", "a.nc"), (JOB, "b.nc")):
        assert cam("post", source, "--controller", "haas", "-o", folder / target).exit_code == 0
    a, b = ((folder / name).read_text().splitlines() for name in ("a.nc", "b.nc"))
    assert [x for x in a if "RMOS" not in x] == [x for x in b if "RMOS" not in x]
    assert a[0] == "%"


def test_the_way_and_the_stock_are_drawn(program: Path) -> None:
    tool = ("--tool", "flat_6mm_2f")
    for source, name, more in ((JOB, "a.svg", ()), (JOB, "b.png", ()), (program, "c.svg", ()), (program, "d.png", tool)):
        target = program.with_name(name)
        assert cam("preview", source, "-o", target, *more).exit_code == 0
        assert target.read_bytes().startswith(b"<svg " if target.suffix == ".svg" else b"\x89PNG")
    assert cam("preview", program, "-o", program.with_name("e.png")).exit_code == 1


# What is wrong


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("time", "none.nc", "--machine", "grbl_3018"), 1, "none.nc: No such file"),
        (("time", JOB, "--machine", "grbl_3018"), 1, "neither a toolpath nor a program"),
        (("time", "x.nc", "--machine", "grbl_3080"), 1, "nearest: grbl_3018"),
        (("check", "x.nc", "--tool", "flat_6mm"), 1, "no preset 'flat_6mm' of tools; nearest: flat_6mm"),
        (("check", "x.nc", "--tool", "flat_6mm_2f", "--dialect", "heidenhain"), 1, "there are grbl"),
        (("plan", DRAWING), 1, "a drawing says no depths"),
        (("plan", ROOT / "examples/jobs/inch-program.json"), 4, "/mode: a job of mode gcode has its program already"),
        (("post", JOB, "--controller", "siemens", "-o", "x.nc"), 1, "there are grbl"),
        (("preview", JOB, "-o", "x.pdf"), 1, "ends in .svg or .png"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(words: tuple[str | Path, ...], code: int, told: str) -> None:
    done = cam(*words)
    assert done.exit_code == code, done.output
    assert told in unwrapped(done)


def test_stock_of_too_few_numbers_is_refused(program: Path) -> None:
    done = cam("check", program, "--tool", "flat_6mm_2f", "--stock", "0,0,50")
    assert (done.exit_code, "expected 4 to 5 numbers" in unwrapped(done)) == (1, True)


def test_a_toolpath_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.rmostp").write_bytes(b"RMOSTP02 and nothing else")
    done = cam("time", tmp_path / "x.rmostp", "--machine", "grbl_3018")
    assert (done.exit_code, "damaged toolpath" in unwrapped(done)) == (4, True)


# When nobody waits any more


def test_work_that_is_overdue_is_ended_with_the_code_for_it() -> None:
    with Workbench(2.5) as bench, pytest.raises(Rejected, match=r"not done within 2\.5 s") as refusal:
        bench.make("endless", ImportRequest.model_validate(ENDLESS))
    assert exit_code(refusal.value) == 5


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another thing there")
def test_ctrl_c_ends_the_work_at_once() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so would the command started here."""
    script = (
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nfrom rmos.contracts.cam import ImportRequest\nfrom rmos.local.workbench import Workbench\nimport typer\n"
        f"request = ImportRequest.model_validate({ENDLESS!r})\n"
        "try:\n    with Workbench(600) as bench:\n        bench.make('endless', request)\n"
        "except typer.Exit as end:\n    raise SystemExit(end.exit_code)\n"
    )
    command = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True, start_new_session=True)
    child = working_child(psutil.Process(command.pid))
    os.killpg(command.pid, signal.SIGINT)
    _, said = command.communicate(timeout=30)
    assert (command.returncode, "interrupted, the work was stopped" in " ".join(said.split())) == (130, True)
    assert not child.is_running()


def working_child(parent: psutil.Process) -> psutil.Process:
    """Once it computes longer than its start takes."""
    for _ in range(600):
        for child in parent.children():
            if any("spawn_main" in word for word in child.cmdline()) and child.cpu_times().user > 3:
                return child
        time.sleep(0.05)
    raise AssertionError("no child computes")
