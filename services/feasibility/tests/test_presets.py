"""Are the presets whole, can a shop put its own over them, and is a broken file refused with its place?"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.contracts.designs import SawDesign
from rmos.feasibility.domain.model import CUT_KINDS, HARDNESSES, MACHINE_CLASSES, TOOL_KINDS, UNKNOWN_HARDNESS
from rmos.feasibility.presets import KINDS, Change, PresetError, diff, load_presets, model, warnings
from rmos.feasibility.presets import load as loading

BUILT_IN = load_presets()
OAK = """[oak]
name = "Oak"
kind = "wood"
density_kg_m3 = 700
janka_n = 6000.0
hardness = "hard"
resinous = false
burn = 0.3
tearout = 0.4
max_feed_mm_min = 3000.0
energy_low_j_cm3 = 90.0
energy_high_j_cm3 = 270.0
"""


def write(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{name}.toml").write_bytes(data)
    return folder


def problems(folder: Path) -> str:
    with pytest.raises(PresetError) as caught:
        load_presets(folder)
    return str(caught.value)


def test_the_packs_hold_what_they_should() -> None:
    counts = {kind: len(BUILT_IN.of(kind)) for kind in KINDS}
    assert counts == {
        "materials": 22, "tools": 20, "blades": 7, "machines": 6, "fret_wires": 8, "fretboards": 6, "necks": 6, "bodies": 6,
        "scales": 12, "models": 25,
    }  # fmt: skip
    woods = [m for m in BUILT_IN.materials.values() if m.kind == "wood"]
    assert len(woods) == 18 + 1
    assert warnings(BUILT_IN) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_source_licence_and_date(kind: str) -> None:
    for preset in BUILT_IN.of(kind).values():
        for field in preset.own_fields():
            assert all(preset.origin_of(field)), (preset.id, field)
            assert preset.source_of(field).endswith("(estimate)") == (field in preset.estimates), (preset.id, field)
        with pytest.raises(KeyError):
            preset.source_of("no_such_field")


def test_each_scale_length_has_one_preset() -> None:
    lengths = [scale.length_mm for scale in BUILT_IN.scales.values()]
    assert len(set(lengths)) == len(lengths)
    assert BUILT_IN.scales[BUILT_IN.models["stratocaster"].scale].length_mm == 647.7
    assert BUILT_IN.models["telecaster"].scale == BUILT_IN.fretboards["standard_22"].scale


def test_the_wood_energies_are_those_of_their_hardness() -> None:
    for wood in BUILT_IN.materials.values():
        soft = wood.hardness == "soft" or wood.id == "mdf"
        high = 91 if soft else 182 if wood.hardness == "medium" else 273
        assert wood.energy_high_j_cm3 == high, wood.id
        assert wood.energy_low_j_cm3 == pytest.approx(high / 3, abs=1), wood.id


def test_blade_rim_speeds_are_m_s_and_agree_with_their_rpm() -> None:
    for blade in BUILT_IN.blades.values():
        rim_m_s = blade.diameter_mm * 3.14159265 * blade.max_rpm / 60_000
        if not blade.id.startswith("saw_10"):
            assert blade.max_rim_m_s == pytest.approx(rim_m_s, rel=0.001), blade.id


def test_loading_is_fast() -> None:
    begun = time.perf_counter()
    load_presets()
    assert time.perf_counter() - begun < 0.5, "usually under 0.01 s"


def test_a_misspelt_id_has_near_names() -> None:
    assert "alder" in BUILT_IN.nearest("materials", "aldr")


def test_a_shop_overrides_the_fields_it_states(tmp_path: Path) -> None:
    text = "[alder]\nenergy_low_j_cm3 = 40\nenergy_high_j_cm3 = 50.0\n"
    shop = load_presets(write(tmp_path, materials=text))
    alder, before = shop.materials["alder"], BUILT_IN.materials["alder"]
    assert (alder.energy_low_j_cm3, alder.energy_high_j_cm3) == (40, 50)
    assert (alder.source, alder.source_of("energy_low_j_cm3"), alder.date) == ("shop", "shop", "undated")
    assert alder.source_of("burn") == before.source_of("burn")
    assert alder.origin_of("janka_n") == before.origin_of("janka_n")
    assert diff(BUILT_IN, shop) == [
        Change("materials", "alder", "energy_low_j_cm3", 30.0, 40.0),
        Change("materials", "alder", "energy_high_j_cm3", 91.0, 50.0),
    ]
    assert shop.materials["koa"] == BUILT_IN.materials["koa"]


def test_a_shop_states_its_own_provenance_and_estimates(tmp_path: Path) -> None:
    pack = '[pack]\nsource = "bench"\ndate = 2026-03-04\n[pack.sources]\nburn = "nose"\n'
    own = '[alder]\nburn = 0.1\ntearout = 0.1\nestimates = ["burn"]\n[koa]\nsource = "load meter"\nburn = 0.2\n'
    shop = load_presets(write(tmp_path, materials=pack + own)).materials
    assert shop["alder"].source_of("burn") == "nose (estimate)"
    assert shop["alder"].source_of("tearout") == "bench"
    assert shop["alder"].date == "2026-03-04"
    assert shop["koa"].source_of("burn") == "load meter"


def test_a_shop_adds_presets(tmp_path: Path) -> None:
    guitar = '[own]\nname = "Own"\nscale = "own"\nfrets = 20\nstrings = 6\nstatus = "STUB"\n'
    scale = '[own]\nname = "Own"\nlength_mm = 640\n'
    shop = load_presets(write(tmp_path, materials=OAK, models=guitar, scales=scale))
    assert shop.materials["oak"].source_of("janka_n") == "shop"
    assert shop.scales["own"].length_mm == 640
    assert [change.new for change in diff(BUILT_IN, shop)] == ["Oak", "Own", "Own"]
    assert [change.old for change in diff(shop, BUILT_IN)] == ["Oak", "Own", "Own"]


@given(field=st.sampled_from(["density_kg_m3", "janka_n", "max_feed_mm_min"]), value=st.floats(1e-6, 1e9))
@settings(deadline=None, max_examples=30)
def test_any_number_in_range_overrides_its_field_alone(field: str, value: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = load_presets(write(Path(folder), materials=f"[koa]\n{field} = {value!r}\n"))
    assert getattr(shop.materials["koa"], field) == value
    assert {change.field for change in diff(BUILT_IN, shop)} <= {field}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("janka_n = -1.0", "janka_n must be greater than or equal to 0.000001, not -1.0"),
        ("janka_n = 0", "janka_n must be greater"),
        ("janka_n = nan", "janka_n must be a finite number"),
        ("janka_n = inf", "janka_n must be a finite number"),
        ("janka_n = true", "janka_n must be a valid number"),
        ("janka_n = 1e300", "janka_n must be less"),
        (f"janka_n = 0x{'f' * 9000}", "janka_n must"),
        ('janka_n = "x"', "janka_n must be a valid number, not 'x'"),
        ("janka = 1", "'janka' is not a known field: nearest janka_n"),
        ('"\\u001b[31m" = 1', r"'\x1b[31m' is not a known field"),
        ('id = "b"', "id is not a field to state"),
        ('hardness = "banana"', "hardness must be 'unknown', 'soft', 'medium'"),
        ("burn = 1.1", "burn must be less than or equal to 1"),
        ("energy_low_j_cm3 = 5000", "energy_low_j_cm3 5000 exceeds energy_high_j_cm3 91"),
        ('estimates = ["banana"]', "estimates names 'banana'"),
        ('estimates = "burn"', "estimates must be a list"),
        ("estimates = [1]", "estimates.0 must be a valid string"),
        ('name = "a\\nb"', "name must be one line"),
        ('name = ""', "name must have at least 1 character"),
        ('date = "soon"', "date must match pattern"),
    ],
)
def test_a_broken_field_is_told_with_its_place(tmp_path: Path, line: str, told: str) -> None:
    text = problems(write(tmp_path, materials=f"[alder]\n{line}\n"))
    assert text.startswith(f"{tmp_path / 'materials.toml'} [alder]: ")
    assert told in text


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("materials", OAK.replace("burn = 0.3\n", ""), "[oak]: burn is missing"),
        ("materials", "x = 1\n", "[x]: must be a table"),
        ("materials", "[[alder]]\nburn = 0\n", "[alder]: must be a table"),
        ("materials", "[alder", "write it as TOML in UTF-8"),
        ("materials", b"[alder]\nname = '\xff'\n", "write it as TOML in UTF-8"),
        ("materials", "a = " + "[" * 50_000, "write it as TOML in UTF-8"),
        ("materials", "#" * (1 << 20) + "\n", "over 1048576 bytes"),
        ("materials", "[pack]\nnot = 1\n", "[pack]: 'not' is not a known field: nearest note"),
        ("materials", "pack = 1\n", "[pack]: "),
        ("materials", '[pack.sources]\nbum = "x"\n', "[pack]: sources.bum is not a known field: nearest burn"),
        ("materials", OAK.replace("[oak]", '["o k"]'), "[o k]: id must match pattern"),
        ("tools", "[flat_6mm_2f]\nflute_length_mm = 30\n", "flute_length_mm 30 exceeds stickout_mm 25"),
        ("tools", "[vbit_60]\nreduced_length_mm = 26\n", "reduced_length_mm 26 exceeds stickout_mm 25"),
        ("tools", '[flat_6mm_2f]\nkind = "vbit"\n', "tip_angle_deg is missing"),
        ("tools", "[flat_6mm_2f]\nflutes = 2.0\n", "flutes must be a valid integer"),
        ("saw_blades", "[veneer_160]\nkerf_mm = 0.5\n", "plate_mm 0.9 exceeds kerf_mm 0.5"),
        ("machines", "[grbl_3018]\nspindle_min_rpm = 13000\n", "spindle_min_rpm 13000 exceeds spindle_max_rpm 12000"),
        ("scales", "[scale_25_5_in]\nlength_mm = 648\n", "length_mm 648 is not 25.5 in, 647.7 mm"),
        ("fretboards", "[standard_22]\nperpendicular_fret = 7\n", "go together"),
        ("fretboards", "[classical_19]\nheel_radius_mm = 400\n", "radius_mm is missing"),
        (
            "models",
            '[sg]\nscale = "scale_25_in_"\n',
            "[sg]: scale 'scale_25_in_' is not one of the scales: nearest scale_25_in",
        ),
        ("models", '[sg]\nbody = "s_g"\n', "[sg]: body 's_g' is not one of the bodies: nearest sg"),
        ("material", "", "not a known file name: nearest materials.toml"),
    ],
)
def test_a_broken_file_is_told_with_its_place(tmp_path: Path, file: str, text: str | bytes, told: str) -> None:
    found = problems(write(tmp_path, **{file: text}))
    assert found.startswith(str(tmp_path / f"{file}.toml"))
    assert told in found


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "name a folder" in problems(tmp_path / "none")
    (tmp_path / "file").touch()
    assert "name a folder" in problems(tmp_path / "file")
    (tmp_path / "tools.toml").mkdir()
    assert "tools.toml: not a file" in problems(tmp_path)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, materials="[alder]\nburn = 2\ntearout = 2\n", tools="x", machine="")
    with pytest.raises(PresetError) as caught:
        load_presets(tmp_path)
    assert len(caught.value.problems) == 4


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: ("[alder]\n" + text).encode(errors="ignore"))))
@settings(deadline=None, max_examples=60)
def test_whatever_bytes_a_shop_file_holds_nothing_but_a_preset_error_comes_of_it(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            load_presets(write(Path(folder), materials=data))
        except PresetError as error:
            told = error.problems
        else:
            told = ()
    assert all("materials.toml" in problem for problem in told)


def test_the_hash_is_over_every_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {BUILT_IN.sha256}
    assert load_presets(tmp_path).sha256 == BUILT_IN.sha256
    for files in ({"tools": ""}, {"tools": "#"}, {"tools": " "}, {"tools": "", "necks": "#"}, {"necks": "#"}):
        folder = tmp_path / str(len(seen))
        folder.mkdir()
        seen.add(load_presets(write(folder, **files)).sha256)
        assert load_presets(folder).sha256 in seen
    assert len(seen) == 6
    copy = tmp_path / "package"
    shutil.copytree(Path(loading.__file__).parent / "data", copy / "data")
    monkeypatch.setattr(loading, "files", lambda _: copy)
    assert load_presets().sha256 == BUILT_IN.sha256
    for kind in KINDS.values():
        with (copy / "data" / kind.file).open("ab") as file:
            file.write(b"\n")
        seen.add(load_presets().sha256)
    assert len(seen) == 6 + len(KINDS)


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("tools", "[flat_6mm_2f]\ndiameter_mm = 0.25\n", "diameter_mm 0.25 looks like inches: 6.35 mm"),
        ("tools", "[flat_6mm_2f]\ndiameter_mm = 0.5\n", "diameter_mm 0.5 looks like inches: 12.7 mm"),
        ("tools", "[flat_6mm_2f]\ndiameter_mm = 0.25\nflute_length_mm = 0.875\nstickout_mm = 1\n", "looks like inches"),
        ("tools", "[flat_6mm_2f]\nflute_length_mm = 2\nstickout_mm = 3\n", "shorter than any collet"),
        ("tools", "[flat_6mm_2f]\ndiameter_mm = 152.4\n", "no router tool"),
        ("materials", "[alder]\nenergy_low_j_cm3 = 0.03\nenergy_high_j_cm3 = 0.09\n", "J/mm³"),
        ("materials", "[alder]\njanka_n = 9000\n", "not the class of janka_n 9000, 'very-hard'"),
        ("materials", "[alder]\ndensity_kg_m3 = 0.42\n", "is it in kg/m³?"),
        ("saw_blades", "[veneer_160]\nmax_rim_m_s = 5027\n", "is it in m/s?"),
        ("scales", '[own]\nname = "a"\nlength_mm = 648\n', "keep one of them"),
        ("fretboards", "[gibson_22]\nfrets = 21\n", "its fretboard [gibson_22] 21"),
    ],
)
def test_what_is_hardly_meant_is_warned_of(tmp_path: Path, file: str, text: str, told: str) -> None:
    assert any(told in warning for warning in warnings(load_presets(write(tmp_path, **{file: text}))))


def test_a_fret_slot_cutter_is_thin_and_no_inch_tool() -> None:
    cutter = BUILT_IN.tools["fret_slot_0_58"]
    assert cutter.flute_length_mm / cutter.diameter_mm > 5
    assert cutter.reduced_length_mm is not None
    assert cutter.shank_diameter_mm > cutter.diameter_mm


def test_presets_and_rules_know_the_same_classes() -> None:
    assert get_args(model.Hardness) == (UNKNOWN_HARDNESS, *HARDNESSES)
    assert get_args(model.MachineClass) == MACHINE_CLASSES
    assert get_args(model.ToolKind) == TOOL_KINDS
    assert get_args(SawDesign.model_fields["cut"].annotation) == CUT_KINDS


BULL = """[bull_6]
name = "Bull nose 6 mm"
kind = "bull"
diameter_mm = 6.0
corner_radius_mm = {radius}
flutes = 2
flute_length_mm = 20.0
stickout_mm = 25.0
shank_diameter_mm = 6.0
max_rpm = 24000.0
modulus_mpa = 580000.0
center_cutting = true
"""


def test_a_shop_may_have_a_bull_nose(tmp_path: Path) -> None:
    assert load_presets(write(tmp_path, tools=BULL.format(radius=1.5))).tools["bull_6"].corner_radius_mm == 1.5


@pytest.mark.parametrize("radius", [3.0, 4.0, 0.0, -1.0])
def test_a_corner_that_no_bull_nose_has_is_refused(tmp_path: Path, radius: float) -> None:
    assert "corner_radius_mm" in problems(write(tmp_path, tools=BULL.format(radius=radius)))


def test_a_bull_nose_states_its_corner_and_no_other_tool_does(tmp_path: Path) -> None:
    bare = BULL.replace("corner_radius_mm = {radius}\n", "")
    assert "corner_radius_mm belongs to a bull nose" in problems(write(tmp_path, tools=bare))
    flat = BULL.format(radius=1.5).replace('"bull"', '"flat"')
    assert "corner_radius_mm belongs to a bull nose" in problems(write(tmp_path, tools=flat))
