"""Does `rmos presets` tell what there is, where it is from, and what is wrong with a shop's folder?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from rmos.feasibility.presets import KINDS, load_presets
from rmos.local.cli import app
from typer.testing import CliRunner


@pytest.fixture(autouse=True)
def _no_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RMOS_PRESETS_DIR", raising=False)


def presets(*words: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, ["presets", *words], env=env)


def read(*words: str, env: dict[str, str] | None = None) -> Any:
    done = presets(*words, "--json", env=env)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def write(folder: Path, file: str, text: str) -> str:
    (folder / file).write_text(text, encoding="utf-8")
    return str(folder)


def test_list_has_every_preset_and_can_be_of_one_kind() -> None:
    everything = load_presets()
    assert len(read("list")) == sum(len(everything.of(kind)) for kind in KINDS)
    assert {row["id"] for row in read("list", "--kind", "blades")} == set(everything.blades)
    assert "veneer_160" in presets("list").stdout


def test_a_kind_that_is_none_is_a_usage_error() -> None:
    done = presets("list", "--kind", "tool")
    assert done.exit_code == 1
    assert "tools" in done.stderr


def test_show_gives_every_field_its_source() -> None:
    (alder,) = read("show", "alder")
    fields = {row["field"]: row for row in alder["fields"]}
    assert fields["janka_n"]["value"] == 2624.0
    assert all(row["source"] and row["licence"] and row["date"] for row in fields.values())
    assert fields["energy_high_j_cm3"]["estimate"]
    assert "janka_n" in presets("show", "alder").stdout


def test_show_has_all_kinds_that_share_an_id() -> None:
    assert {row["kind"] for row in read("show", "les_paul")} == {"bodies", "models"}


def test_an_unknown_id_has_near_names() -> None:
    done = presets("show", "aldr")
    assert done.exit_code == 1
    assert "alder" in done.stderr


def test_the_shops_folder_is_an_option_or_in_the_environment(tmp_path: Path) -> None:
    folder = write(tmp_path, "materials.toml", "[alder]\nmax_feed_mm_min = 4321\n")
    for row in (read("show", "alder", "--shop", folder)[0], read("show", "alder", env={"RMOS_PRESETS_DIR": folder})[0]):
        feed = next(field for field in row["fields"] if field["field"] == "max_feed_mm_min")
        assert (feed["value"], feed["source"]) == (4321, "shop")


def test_validate_tells_every_error(tmp_path: Path) -> None:
    write(tmp_path, "materials.toml", "[alder]\njanka_n = -1\nburn = 2\n")
    folder = write(tmp_path, "machine.toml", "")
    done = presets("validate", folder)
    assert done.exit_code == 4
    for part in ("[alder]: janka_n", "[alder]: burn", "machines.toml"):
        assert part in done.stderr
    assert len(json.loads(presets("validate", folder, "--json").stdout)["errors"]) == 3


def test_validate_tells_warnings_and_passes(tmp_path: Path) -> None:
    folder = write(tmp_path, "tools.toml", "[flat_6mm_2f]\ndiameter_mm = 0.25\nshank_diameter_mm = 0.25\n")
    done = presets("validate", folder)
    assert done.exit_code == 0
    assert "looks like inches" in done.stderr
    assert load_presets(tmp_path).sha256 in done.stdout
    assert presets("validate").stderr == ""


def test_a_folder_named_wins_over_the_environment(tmp_path: Path) -> None:
    broken, sound = tmp_path / "broken", tmp_path / "sound"
    broken.mkdir()
    sound.mkdir()
    env = {"RMOS_PRESETS_DIR": write(broken, "tools.toml", "x")}
    assert presets("validate", env=env).exit_code == 4
    assert presets("validate", str(sound), env=env).exit_code == 0
    assert presets("validate", "--shop", str(sound), env=env).exit_code == 0


def test_a_broken_folder_is_refused_by_every_command(tmp_path: Path) -> None:
    folder = write(tmp_path, "tools.toml", "x = 1\n")
    for words in (("list",), ("show", "alder"), ("diff",)):
        done = presets(*words, "--shop", folder)
        assert done.exit_code == 4, words
        assert "tools.toml" in done.stderr.replace("\n", "")


def test_diff_tells_what_the_shop_changes(tmp_path: Path) -> None:
    folder = write(tmp_path, "scales.toml", '[alto]\nname = "Alto [/b]"\nlength_mm = 500\n[scale_520_mm]\nlength_mm = 521\n')
    assert read("diff", folder) == [
        {"kind": "scales", "id": "alto", "field": None, "old": None, "new": "Alto [/b]"},
        {"kind": "scales", "id": "scale_520_mm", "field": "length_mm", "old": 520.0, "new": 521.0},
    ]
    assert "Alto [/b]" in presets("diff", folder).stdout
    assert presets("diff").exit_code == 1
