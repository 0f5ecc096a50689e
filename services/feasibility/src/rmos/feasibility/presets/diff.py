"""What does a shop change of the built-in presets?"""

from __future__ import annotations

from typing import Any, NamedTuple

from rmos.feasibility.presets.collection import KINDS, Presets


class Change(NamedTuple):
    """Of one field; `field` is None where a whole preset was added (no `old`) or is gone (no `new`), told by its name."""

    kind: str
    id: str
    field: str | None
    old: Any
    new: Any


def diff(built_in: Presets, shop: Presets) -> list[Change]:
    return [change for kind in KINDS for change in _of_kind(kind, built_in, shop)]


def _of_kind(kind: str, built_in: Presets, shop: Presets) -> list[Change]:
    changes = []
    before, after = built_in.of(kind), shop.of(kind)
    for preset_id in sorted(before.keys() | after.keys()):
        old, new = before.get(preset_id), after.get(preset_id)
        if old is None or new is None:
            changes.append(Change(kind, preset_id, None, old and old.name, new and new.name))
            continue
        pairs = ((field, getattr(old, field), getattr(new, field)) for field in old.own_fields())
        changes += [Change(kind, preset_id, field, was, now) for field, was, now in pairs if was != now]
    return changes
