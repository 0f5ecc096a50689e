"""Which presets are there, where is each number from, and what does the shop change? `rmos presets`."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rmos.feasibility.explain import preset_data
from rmos.feasibility.presets import KINDS, Preset, PresetError, Presets, diff, load_presets, warnings
from rmos.local.terminal import REFUSED, USAGE, AsJson, errors, fail, line, show

presets_app = typer.Typer(no_args_is_help=True, help="Materials, tools, machines and instruments that RMOS knows.")
Shop = Annotated[
    Path | None, typer.Option("--shop", envvar="RMOS_PRESETS_DIR", help="The shop's own presets, over those built in.")
]
Folder = Annotated[Path | None, typer.Argument(help="The shop's own presets; wins over --shop.")]
OfKind = Annotated[str | None, typer.Option("--kind", help=", ".join(KINDS))]


@presets_app.command("list")
def presets_list(kind: OfKind = None, shop: Shop = None, as_json: AsJson = False) -> None:
    if kind is not None and kind not in KINDS:
        raise fail(f"no kind {kind!r}: {', '.join(KINDS)}", USAGE)
    presets = load_shop(shop)
    rows = [_row(k, preset) for k in KINDS if kind in (None, k) for preset in presets.of(k).values()]
    show(rows, as_json, ("kind", "id", "name"))


def _row(kind: str, preset: Preset) -> dict[str, Any]:
    return {"kind": kind, "id": preset.id, "name": preset.name, "source": preset.source}


@presets_app.command("show")
def presets_show(preset_id: str, shop: Shop = None, as_json: AsJson = False) -> None:
    """Print each field with its source; of every kind that has this id."""
    presets = load_shop(shop)
    found = [(kind, presets.of(kind)[preset_id]) for kind in KINDS if preset_id in presets.of(kind)]
    if not found:
        raise fail(f"no preset {preset_id!r}: nearest {_nearest(presets, preset_id)}", USAGE)
    data = [{**_row(kind, preset), **preset_data(kind, preset).model_dump()} for kind, preset in found]
    if as_json:
        print(json.dumps(data, indent=1))
        return
    for entry in data:
        line(f"{entry['kind']} {entry['id']}: {entry['name']}")
        show(entry["fields"], False, ("field", "value", "source", "licence", "date"))


def _nearest(presets: Presets, wanted: str) -> str:
    ids = dict.fromkeys(preset_id for kind in KINDS for preset_id in presets.of(kind))
    return ", ".join(difflib.get_close_matches(wanted, ids, n=3, cutoff=0.4)) or "none is near: see `rmos presets list`"


@presets_app.command("validate")
def presets_validate(folder: Folder = None, shop: Shop = None, as_json: AsJson = False) -> None:
    """Print every error and warning. 0 usable, 4 refused."""
    try:
        presets = load_presets(folder or shop)
    except PresetError as error:
        _say_problems(error.problems, (), as_json)
        raise typer.Exit(REFUSED) from error
    _say_problems((), warnings(presets), as_json)
    if not as_json:
        line(f"{sum(len(presets.of(kind)) for kind in KINDS)} presets, sha256 {presets.sha256}")


def _say_problems(problems: tuple[str, ...], found: list[str] | tuple[str, ...], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"errors": list(problems), "warnings": list(found)}, indent=1))
        return
    for problem in problems:
        errors.print(f"error: {problem}", style="red", markup=False, highlight=False, soft_wrap=True)
    for warning in found:
        errors.print(f"warning: {warning}", style="yellow", markup=False, highlight=False, soft_wrap=True)


@presets_app.command("diff")
def presets_diff(folder: Folder = None, shop: Shop = None, as_json: AsJson = False) -> None:
    """Print what the shop's folder changes of the built-in presets."""
    own = folder or shop
    if own is None:
        raise fail("name the shop's folder: `rmos presets diff DIR`", USAGE)
    changes = [change._asdict() for change in diff(load_presets(), load_shop(own))]
    show(changes, as_json, ("kind", "id", "field", "old", "new"))


def load_shop(shop: Path | None) -> Presets:
    """The built-in presets with the shop's over them; ends the command where the folder is not sound."""
    try:
        return load_presets(shop)
    except PresetError as error:
        raise fail(str(error), REFUSED) from error
