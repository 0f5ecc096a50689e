"""Which kinds of presets are there, and what holds all of them?"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rmos.feasibility.presets.base import Preset
from rmos.feasibility.presets.instruments import Body, Fretboard, FretWire, Model, Neck, Scale
from rmos.feasibility.presets.model import Blade, Machine, Material, Tool


class Kind(NamedTuple):
    file: str
    model: type[Preset]


KINDS: dict[str, Kind] = {
    "materials": Kind("materials.toml", Material),
    "tools": Kind("tools.toml", Tool),
    "blades": Kind("saw_blades.toml", Blade),
    "machines": Kind("machines.toml", Machine),
    "fret_wires": Kind("fret_wires.toml", FretWire),
    "fretboards": Kind("fretboards.toml", Fretboard),
    "necks": Kind("necks.toml", Neck),
    "bodies": Kind("bodies.toml", Body),
    "scales": Kind("scales.toml", Scale),
    "models": Kind("models.toml", Model),
}
"""By the name of the attribute of `Presets`; files are read and hashed in this order."""


@dataclass(frozen=True)
class Presets:
    """Each kind by id. `sha256` is over the exact bytes of all files that were read."""

    materials: dict[str, Material]
    tools: dict[str, Tool]
    blades: dict[str, Blade]
    machines: dict[str, Machine]
    fret_wires: dict[str, FretWire]
    fretboards: dict[str, Fretboard]
    necks: dict[str, Neck]
    bodies: dict[str, Body]
    scales: dict[str, Scale]
    models: dict[str, Model]
    sha256: str

    def of(self, kind: str) -> Mapping[str, Preset]:
        found: Mapping[str, Preset] = getattr(self, kind)
        return found

    def nearest(self, kind: str, wanted: str) -> list[str]:
        return difflib.get_close_matches(wanted, self.of(kind), n=3, cutoff=0.4)
