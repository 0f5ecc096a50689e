"""Does the second verdict see what a program really does to tool and stock, whatever it was called?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rmos.local.connection import Connection
from stack_runner import rmos, setup

START = "G21 G90\nM3 S18000\nG4 P2\nG0 Z5\nG0 X0 Y0\n"
END = "G0 Z5\nM5\nM30\n"
SOUND = "G1 Z-2 F300\nG1 X40 F1500\n"

# What the program does, what differs in the set-up, the verdict, and the rule that says why.
PROGRAMS: dict[str, tuple[str, dict[str, str], str, str]] = {
    "sound": (START + SOUND + END, {}, "OK GREEN", ""),
    "rapid-through-wood": (START + "G1 Z-2 F300\nG0 X40\n" + END, {}, "BLOCKED RED", "E010"),
    "rapid-in-its-own-slot": (START + SOUND + "G0 X0\n" + END, {}, "OK YELLOW", "G003"),
    "straight-to-full-depth": (START + "G1 Z-10 F300\nG1 X40 F1500\n" + END, {"material": "maple_hard"}, "BLOCKED RED", "E002"),
    "too-deep-a-pass": (START + "G1 Z-4 F300\nG1 X40 F1500\n" + END, {}, "OK YELLOW", "E007"),
    "zero-at-the-bed": (START.replace("Z5", "Z25") + "G1 Z18 F300\nG1 X40 F1500\nG0 Z25\nM5\nM30\n", {}, "BLOCKED RED", "E012"),
    "no-unit": (START.replace("G21 ", "") + SOUND + END, {}, "OK YELLOW", "G001"),
    "collet-in-the-wood": (START + "".join(f"G1 Z-{z} F300\nG1 X{40 * (z % 2)} F1500\n" for z in range(1, 9)) + END,
                           {"stickout": "8"}, "BLOCKED RED", "M015"),
    "drill-used-as-a-mill": (START.replace("18000", "10000") + SOUND + END, {"tool": "drill_3_0mm", "stickout": "30"}, "BLOCKED RED", "K011"),
    "drill-used-as-a-drill": (START.replace("18000", "10000") + "G1 Z-3 F300\nG0 Z1\nG0 Z-2\nG1 Z-5 F300\nG0 Z5\nG0 X20\nG1 Z-5 F300\n" + END,
                              {"tool": "drill_3_0mm", "stickout": "30"}, "OK GREEN", ""),
    "thick-chips": (START.replace("18000", "10000") + "G1 Z-2 F300\nG1 X40 F3000\n" + END, {}, "OK YELLOW", "P014"),
    "plunge-beyond-z": (START + "G1 Z-2 F2000\nG1 X40 F2000\n" + END, {}, "BLOCKED RED", "M017"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_verdict_is_on_what_the_program_does(name: str, running: Connection, tmp_path: Path) -> None:
    program, changes, expected, rule = PROGRAMS[name]
    (tmp_path / f"{name}.nc").write_text(program)
    done = rmos("submit", str(tmp_path / f"{name}.nc"), *setup(**changes), "--wait", "--json", state=running.state)
    (row,) = json.loads(done.stdout)
    assert f"{row['status']} {row['risk']}" == expected, row["reasons"]
    assert not rule or any(reason.startswith(f"{rule} ") for reason in row["reasons"]), row["reasons"]


def test_a_feed_override_is_judged_as_the_machine_will_run_it(running: Connection, tmp_path: Path) -> None:
    """2100 mm/min pass on this machine, and at 150 % they are beyond its 3000."""
    job = {
        "job_id": "override", "mode": "gcode", "design": {"text": START + "G1 Z-2 F300\nG1 X40 F2100\n" + END},
        "machine_id": "shapeoko_4_xxl", "material_id": "alder", "tool_id": "flat_6mm_2f",
        "options": {"stock_thickness": 20, "stickout": 25},
    }  # fmt: skip
    for job_id, override, expected in (("as-it-is", 100, "OK"), ("half-as-fast-again", 150, "BLOCKED")):
        options = {**job["options"], "feed_override_percent": override}  # type: ignore[dict-item]
        (tmp_path / "job.json").write_text(json.dumps({**job, "job_id": job_id, "options": options}))
        done = rmos("submit", str(tmp_path / "job.json"), "--wait", "--json", state=running.state)
        assert json.loads(done.stdout)[0]["status"] == expected, done.stdout
