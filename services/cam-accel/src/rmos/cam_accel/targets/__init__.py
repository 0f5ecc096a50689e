"""What shall be left when a design has been cut, for the gate to hold its toolpath against? A module for each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rmos.cam_accel.planners import Order
from rmos.cam_accel.simulate.target import Region, Target
from rmos.cam_accel.targets import frets, holes, ledge, nut, pocket, profile, rosette, saw, slot, vcarve
from rmos.contracts.designs import FretSlotsDesign

TARGETS: dict[str, Callable[[Order, Any], list[Region]]] = {
    "pocket": pocket.pocket, "rest": pocket.rest, "profile": profile.profile, "drill": holes.drill, "helical": holes.helical,
    "slot": slot.slot, "ledge": ledge.ledge, "rosette": rosette.rosette, "fret_slots": frets.fret_slots,
    "nut_slots": nut.nut_slots, "saw": saw.saw, "vcarve": vcarve.vcarve,
}  # fmt: skip


def target_of(order: Order) -> Target | None:
    """Of the design in its own frame (a board before it is turned and moved); None where a program says what it cuts.

    Where a cut may go further than it must, such as beside a part, that is a region of its own.
    """
    make, design = TARGETS.get(order.job.mode), order.job.design
    if make is None:
        return None
    top = frets.board_of(order, design) if isinstance(design, FretSlotsDesign) and design.radiused else None
    return Target(tuple(make(order, design)), top=top)
