"""Which materials, tools, blades, machines and instruments does RMOS know, and how well is each number known?"""

from rmos.feasibility.presets.base import Origin, Preset
from rmos.feasibility.presets.check import warnings
from rmos.feasibility.presets.collection import KINDS, Kind, Presets
from rmos.feasibility.presets.diff import Change, diff
from rmos.feasibility.presets.instruments import Body, Fretboard, FretWire, Model, Neck, Scale
from rmos.feasibility.presets.load import load_presets
from rmos.feasibility.presets.model import Blade, Machine, Material, Tool
from rmos.feasibility.presets.problems import PresetError

__all__ = [
    "KINDS", "Blade", "Body", "Change", "FretWire", "Fretboard", "Kind", "Machine", "Material", "Model", "Neck", "Origin",
    "Preset", "PresetError", "Presets", "Scale", "Tool", "diff", "load_presets", "warnings",
]  # fmt: skip
