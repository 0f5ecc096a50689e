"""How do the built-in files, and a shop's folder over them, become presets?"""

from __future__ import annotations

import hashlib
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from rmos.feasibility.presets.base import Origin, Pack, Preset
from rmos.feasibility.presets.collection import KINDS, Presets
from rmos.feasibility.presets.problems import PresetError, explained, nearest, place_of

MAX_BYTES = 1 << 20


class Source(NamedTuple):
    kind: str
    label: str
    data: bytes


def load_presets(shop: Path | None = None) -> Presets:
    """Raises PresetError, which holds every problem that was found."""
    loader = _Loader()
    for kind in KINDS:
        loader.add(Source(kind, KINDS[kind].file, (files(__package__) / "data" / KINDS[kind].file).read_bytes()))
    for source in [] if shop is None else _of_shop(shop, loader.problems):
        loader.add(source)
    loader.check_references()
    if loader.problems:
        raise PresetError(loader.problems)
    return Presets(**loader.presets, sha256=loader.digest.hexdigest())


def _of_shop(shop: Path, problems: list[str]) -> list[Source]:
    """What is unknown or unreadable in the folder is a problem: a misspelt file must not be passed over."""
    known, found = {kind.file: name for name, kind in KINDS.items()}, []
    try:
        paths = sorted(path for path in shop.iterdir() if path.suffix.lower() == ".toml")
    except OSError as error:
        problems.append(f"{shop}: {error.strerror}: name a folder that can be read")
        return []
    for path in paths:
        if path.name not in known:
            problems.append(f"{path}: not a known file name: nearest {nearest(path.name, known)}")
            continue
        try:
            found.append(Source(known[path.name], str(path), _bytes_of(path)))
        except (OSError, ValueError) as error:
            problems.append(f"{path}: {error}")
    return sorted(found, key=lambda source: list(KINDS).index(source.kind))


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():
        raise ValueError("not a file: put a TOML file here, or nothing")
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"over {MAX_BYTES} bytes: keep presets in it, nothing else")
    return data


class _Loader:
    def __init__(self) -> None:
        self.presets: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
        self.problems: list[str] = []
        self.digest = hashlib.sha256()
        self._labels: dict[tuple[str, str], str] = {}

    def add(self, source: Source) -> None:
        """A later file overrides the fields it states. Lengths are hashed too, so that no byte can change files."""
        self.digest.update(f"{source.kind}\0{len(source.data)}\0".encode() + source.data)
        try:
            tables = tomllib.loads(source.data.decode())
        except (ValueError, RecursionError) as error:
            self.problems.append(f"{source.label}: {_reason(error)}: write it as TOML in UTF-8")
            return
        pack = self._pack(source, tables.pop("pack", {}))
        for preset_id, table in tables.items():
            if isinstance(table, dict):
                self._add(source, pack, preset_id, table)
            else:
                self.problems.append(f"{place_of(source.label, preset_id)}: must be a table of fields, not a value")

    def _pack(self, source: Source, table: Any) -> Pack:
        place = place_of(source.label, "pack")
        try:
            pack = Pack.model_validate(table)
        except ValidationError as error:
            self.problems += explained(place, error, Pack.model_fields)
            return Pack()
        fields = KINDS[source.kind].model.own_fields()
        for name in pack.sources.keys() - set(fields):
            self.problems.append(f"{place}: sources.{ascii(name)[1:-1]} is not a known field: nearest {nearest(name, fields)}")
        return pack

    def _add(self, source: Source, pack: Pack, preset_id: str, table: dict[str, Any]) -> None:
        place, model = place_of(source.label, preset_id), KINDS[source.kind].model
        if "id" in table:
            self.problems.append(f"{place}: id is not a field to state: the table's name is the id")
            return
        known = self.presets[source.kind].get(preset_id)
        try:
            self.presets[source.kind][preset_id] = preset_of(model, preset_id, table, pack, known)
        except ValidationError as error:
            self.problems += explained(place, error, model.model_fields)
        self._labels[source.kind, preset_id] = place

    def check_references(self) -> None:
        for kind, (_, model) in KINDS.items():
            for field, target in model.references.items():
                for preset in self.presets[kind].values():
                    wanted, known = getattr(preset, field), self.presets[target]
                    if wanted is not None and wanted not in known:
                        self.problems.append(
                            f"{self._labels[kind, preset.id]}: {field} {wanted!r} is not one of the {target}: "
                            f"nearest {nearest(wanted, known)}"
                        )


def preset_of(model: type[Preset], preset_id: str, table: dict[str, Any], pack: Pack, known: Preset | None) -> Preset:
    """`table` alone, or over a known preset, whose fields keep their own origins."""
    provenance = {"source": pack.source, "licence": pack.licence, "date": pack.date}
    fields = {**provenance, **table, "id": preset_id}
    if known is not None:
        fields = {**known.model_dump(), **fields, "estimates": _estimates(known, table)}
    preset = model.model_validate(fields)
    here = Origin(preset.source, preset.licence, preset.date)
    elsewhere = {} if "source" in table else {f: here._replace(source=s) for f, s in pack.sources.items()}
    if known is not None:
        elsewhere |= {field: known.origin_of(field) for field in model.own_fields() if field not in table}
    return preset.originating(elsewhere)


def _estimates(known: Preset, table: dict[str, Any]) -> Any:
    """What the shop states is no longer the estimate it was, unless the shop says so."""
    kept = [name for name in known.estimates if name not in table]
    own = table.get("estimates", [])
    return [*own, *(name for name in kept if name not in own)] if isinstance(own, list) else own


def _reason(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
