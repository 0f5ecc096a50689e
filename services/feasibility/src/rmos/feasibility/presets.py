"""Which materials, tools and machines does RMOS know? Data files with a source each, validated when loaded."""

from __future__ import annotations

import difflib
import hashlib
import math
import tomllib
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any

from rmos.feasibility.domain import HARDNESSES
from rmos.feasibility.domain.model import MACHINE_CLASSES


class PresetError(ValueError):
    """Names the file, the preset and the field."""


@dataclass(frozen=True)
class Material:
    id: str
    name: str
    density_kg_m3: float
    janka_n: float
    hardness: str
    resinous: bool
    max_feed_mm_min: float
    source: str


@dataclass(frozen=True)
class Tool:
    id: str
    name: str
    diameter_mm: float
    flutes: int
    flute_length_mm: float
    stickout_mm: float
    max_rpm: float
    modulus_mpa: float
    center_cutting: bool
    source: str


@dataclass(frozen=True)
class Machine:
    id: str
    name: str
    envelope_x_mm: float
    envelope_y_mm: float
    envelope_z_mm: float
    max_feed_mm_min: float
    rapid_mm_min: float
    accel_mm_s2: float
    junction_deviation_mm: float
    spindle_min_rpm: float
    spindle_max_rpm: float
    spindle_power_w: float
    machine_class: str
    controller: str
    source: str


@dataclass(frozen=True)
class Presets:
    materials: dict[str, Material]
    tools: dict[str, Tool]
    machines: dict[str, Machine]
    sha256: str

    def nearest(self, kind: str, wanted: str) -> list[str]:
        return difflib.get_close_matches(wanted, getattr(self, kind), n=3, cutoff=0.4)


_TYPES: dict[str, Any] = {"float": float, "int": int, "str": str, "bool": bool}


def load_presets() -> Presets:
    """Raises PresetError. `sha256` is over the exact bytes of the files, in name order."""
    digest, tables = hashlib.sha256(), {}
    for kind, model in (("machines", Machine), ("materials", Material), ("tools", Tool)):
        data = (files("rmos.feasibility") / "presets" / f"{kind}.toml").read_bytes()
        digest.update(data)
        tables[kind] = parse(kind, data, model)
    return Presets(**tables, sha256=digest.hexdigest())


def parse(kind: str, data: bytes, model: type[Any]) -> dict[str, Any]:
    """Presets by id from one TOML file: one table per preset, every field present, of its type, positive if a number."""
    try:
        tables = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PresetError(f"{kind}.toml: {error}") from error
    return {preset_id: _preset(kind, preset_id, table, model) for preset_id, table in tables.items()}


def _preset(kind: str, preset_id: str, table: dict[str, Any], model: type[Any]) -> Any:
    place = f"{kind}.toml [{preset_id}]"
    wanted = {f.name: _TYPES[str(f.type)] for f in fields(model) if f.name != "id"}
    for name in wanted.keys() ^ table.keys():
        raise PresetError(f"{place}: {name} is {'missing' if name in wanted else 'not a known field'}")
    for name, kind_of in wanted.items():
        value = table[name]
        if type(value) is not kind_of:
            raise PresetError(f"{place}: {name} must be a {kind_of.__name__}, not {value!r}")
        if kind_of in (int, float) and not (math.isfinite(value) and value > 0):
            raise PresetError(f"{place}: {name} must be positive, not {value!r}")
    if "machine_class" in table and table["machine_class"] not in MACHINE_CLASSES:
        raise PresetError(f"{place}: machine_class must be one of {', '.join(MACHINE_CLASSES)}, not {table['machine_class']!r}")
    if "hardness" in table and table["hardness"] not in HARDNESSES:
        raise PresetError(f"{place}: hardness must be one of {', '.join(HARDNESSES)}, not {table['hardness']!r}")
    return model(id=preset_id, **table)
