"""What do rules, categories and levels of risk mean? The words that HTTP, the command line and the documents share."""

from __future__ import annotations

from rmos.contracts.base import Risk
from rmos.contracts.evaluation import FieldData, PresetData, RuleData
from rmos.feasibility.domain import Rule
from rmos.feasibility.presets import Preset

RISKS = {
    "GREEN": "No rule holds, and everything that must be known is known.",
    "YELLOW": "It may be cut, and a person should look first: at least one warning holds.",
    "UNKNOWN": "Something that must be known is not. It blocks as RED does.",
    "RED": "At least one hard rule holds: it would break a tool, a part or a hand. It blocks.",
}
CATEGORIES = {
    "tool": "The tool itself: size, reach, speed limit.",
    "cut": "Depth, width and feed of the cut.",
    "setup": "Stock, heights and zero.",
    "geometry": "The drawing: sizes, walls, floors, contours, frets.",
    "material": "What the material does to the tool.",
    "machine": "Travel, feeds and speeds of the machine.",
    "chip_load": "Thickness of the chips, against charts.",
    "heat": "Rubbing and burning.",
    "deflection": "How far the tool bends.",
    "speed": "Speed of the edge or the rim.",
    "power": "Power of the cut against the spindle's.",
    "engagement": "What the tool meets on the real toolpath.",
    "program": "What a G-code program says of itself.",
    "kickback": "Whether a saw throws the wood back.",
    "blade": "The saw blade itself.",
    "units": "Values that look as if they were in another unit.",
}


def rule_data(rule: Rule) -> RuleData:
    return RuleData(
        id=rule.id, level=Risk(rule.level.value), category=rule.category, family=rule.family.title, condition=rule.condition,
        why=rule.why, hint=rule.hint, needs=rule.looks_at, modes=rule.family.modes, source=rule.family.source,
        date=rule.family.date, licence=rule.family.licence, scorer=rule.family.scorer,
    )  # fmt: skip


def preset_data(kind: str, preset: Preset) -> PresetData:
    """Of the fields that are known."""
    names = [name for name in preset.own_fields() if name != "name" and getattr(preset, name) is not None]
    return PresetData(kind=kind, id=preset.id, name=preset.name, fields=tuple(_field(preset, name) for name in names))


def _field(preset: Preset, name: str) -> FieldData:
    origin = preset.origin_of(name)
    return FieldData(
        field=name, value=getattr(preset, name), source=preset.source_of(name), licence=origin.licence, date=origin.date,
        estimate=name in preset.estimates,
    )  # fmt: skip
