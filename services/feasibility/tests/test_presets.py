"""Are the presets whole, and is a broken file refused with its place?"""

from __future__ import annotations

import pytest
from rmos.feasibility.presets import Material, PresetError, load_presets, parse


def test_every_preset_names_its_source() -> None:
    presets = load_presets()
    everything = [*presets.materials.values(), *presets.tools.values(), *presets.machines.values()]
    assert len(presets.materials) == 18
    assert all(preset.source for preset in everything)


@pytest.mark.parametrize(
    ("line", "field"), [("janka_n = -1.0", "janka_n"), ('janka_n = "x"', "janka_n"), ("extra = 1", "extra")]
)
def test_a_broken_preset_names_file_preset_and_field(line: str, field: str) -> None:
    good = 'name="a"\ndensity_kg_m3=1.0\nhardness="soft"\nresinous=false\nmax_feed_mm_min=1.0\nsource="s"\n'
    data = f"[oak]\n{good}{line}\n" + ("janka_n = 1.0\n" if field == "extra" else "")
    with pytest.raises(PresetError, match=rf"materials.toml \[oak\]: {field}"):
        parse("materials", data.encode(), Material)


def test_a_hardness_that_is_no_class_is_refused() -> None:
    text = (
        '[oak]\nname="a"\ndensity_kg_m3=1.0\njanka_n=1.0\nhardness="banana"\nresinous=false\nmax_feed_mm_min=1.0\nsource="s"\n'
    )
    with pytest.raises(PresetError, match="hardness"):
        parse("materials", text.encode(), Material)


def test_a_misspelt_id_has_near_names() -> None:
    assert "alder" in load_presets().nearest("materials", "aldr")
