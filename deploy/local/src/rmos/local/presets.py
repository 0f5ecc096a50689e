"""Which presets are there? Reads those of the feasibility service."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rmos.feasibility.presets import load_presets

KINDS = ("materials", "tools", "machines")


def preset_rows() -> list[dict[str, str]]:
    presets = load_presets()
    return [
        {"kind": kind[:-1], "id": preset.id, "name": preset.name}
        for kind in KINDS
        for preset in getattr(presets, kind).values()
    ]


def preset_data(preset_id: str) -> dict[str, Any] | None:
    presets = load_presets()
    for kind in KINDS:
        if preset_id in getattr(presets, kind):
            return asdict(getattr(presets, kind)[preset_id])
    return None
