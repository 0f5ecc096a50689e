"""What can be made? One design for each mode: what the part shall be, never how fast it is cut. Lengths in the job's units."""

from __future__ import annotations

from typing import Literal

from rmos.contracts.designs.areas import MAX_INLINE_PROGRAM_BYTES, GcodeDesign, PocketDesign, Region, RestDesign, VcarveDesign
from rmos.contracts.designs.contours import LedgeDesign, LedgeStep, ProfileDesign, SlotDesign, Tabs
from rmos.contracts.designs.instruments import FretSlotsDesign, NutSlot, NutSlotsDesign, SawDesign, Slices
from rmos.contracts.designs.rounds import DrillDesign, HelicalDesign, Hole, Ring, RosetteDesign

__all__ = [
    "DESIGNS", "MAX_INLINE_PROGRAM_BYTES", "MODES", "Design", "DrillDesign", "FretSlotsDesign", "GcodeDesign", "HelicalDesign",
    "Hole", "LedgeDesign", "LedgeStep", "Mode", "NutSlot", "NutSlotsDesign", "PocketDesign", "ProfileDesign", "Region",
    "RestDesign", "Ring", "RosetteDesign", "SawDesign", "Slices", "SlotDesign", "Tabs", "VcarveDesign",
]  # fmt: skip

Design = (
    GcodeDesign | PocketDesign | RestDesign | ProfileDesign | DrillDesign | VcarveDesign | SlotDesign | LedgeDesign | SawDesign
    | FretSlotsDesign | NutSlotsDesign | RosetteDesign | HelicalDesign
)  # fmt: skip
Mode = Literal[
    "gcode", "pocket", "rest", "profile", "drill", "vcarve", "slot", "ledge", "saw", "fret_slots", "nut_slots", "rosette",
    "helical",
]  # fmt: skip
DESIGNS: dict[str, type[Design]] = {
    "gcode": GcodeDesign, "pocket": PocketDesign, "rest": RestDesign, "profile": ProfileDesign, "drill": DrillDesign,
    "vcarve": VcarveDesign, "slot": SlotDesign, "ledge": LedgeDesign, "saw": SawDesign, "fret_slots": FretSlotsDesign,
    "nut_slots": NutSlotsDesign, "rosette": RosetteDesign, "helical": HelicalDesign,
}  # fmt: skip
"""Of every mode, for jobs and for evaluation alike."""
MODES = {model: mode for mode, model in DESIGNS.items()}
