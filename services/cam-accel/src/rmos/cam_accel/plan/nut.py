"""How are the string slots of a nut cut? Straight through its thickness, each to its own depth, falling towards the tuners."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from rmos.cam_accel.plan import bounds
from rmos.cam_accel.plan.circles import STEEPEST_DEG
from rmos.cam_accel.plan.cut import Cut, PlanError
from rmos.cam_accel.plan.moves import Moves
from rmos.cam_accel.plan.slots import Slot, cut_slot, lanes_mm
from rmos.contracts.toolpath import Toolpath

MOST_SLOTS, MOST_LANES, OVERRUN_MM = 24, 10, 0.5


@dataclass(frozen=True)
class StringSlot:
    """`position_mm` from one end of the nut to the slot's middle, along Y; `depth_mm` where the string leaves it."""

    position_mm: float
    width_mm: float
    depth_mm: float


@dataclass(frozen=True)
class NutSlotsRequest:
    """The nut lies with its fingerboard face at X 0, its other face at X `thickness_mm`, its ends at Y 0 and Y `length_mm`.

    `angle_deg`: how much the slots fall from the fingerboard face on.
    """

    cut: Cut
    slots: Sequence[StringSlot]
    length_mm: float
    thickness_mm: float
    angle_deg: float = 0.0
    centre_cutting: bool = True


def plan_nut_slots(request: NutSlotsRequest) -> Toolpath:
    """Each slot from beside the nut, in passes; upwards alone where it falls more steeply than the tool can go down. Raises
    PlanError."""
    r = request
    _check(r)
    moves, upwards = Moves(r.cut), not r.centre_cutting and r.angle_deg > STEEPEST_DEG
    for n in sorted(range(len(r.slots)), key=lambda n: r.slots[n].position_mm):
        slot = r.slots[n]
        lanes = lanes_mm(slot.width_mm, r.cut.tool.diameter_mm, MOST_LANES, f"/design/slots/{n}/width_mm")
        cut_slot(moves, r.cut, _slot(r, slot), lanes, 3.0, backwards=upwards)
    return moves.toolpath()


def _check(r: NutSlotsRequest) -> None:
    bounds.require_shape(r.cut, "flat")
    bounds.require("/design/length_mm", r.length_mm, 0, 200, above=True)
    bounds.require("/design/thickness_mm", r.thickness_mm, 1, 20)
    bounds.require("/design/angle_deg", r.angle_deg, 0, 30)
    if not 1 <= len(r.slots) <= MOST_SLOTS:
        raise PlanError("/design/slots", f"there must be 1 to {MOST_SLOTS} slots, not {len(r.slots)}")
    for n, slot in enumerate(r.slots):
        bounds.require(f"/design/slots/{n}/width_mm", slot.width_mm, 0, 10, above=True)
        bounds.require(f"/design/slots/{n}/depth_mm", slot.depth_mm, 0, 10, above=True)
        bounds.require(f"/design/slots/{n}/position_mm", slot.position_mm, slot.width_mm / 2, r.length_mm - slot.width_mm / 2)
    order = sorted(range(len(r.slots)), key=lambda n: r.slots[n].position_mm)
    for one, other in itertools.pairwise(order):
        a, b = r.slots[one], r.slots[other]
        if b.position_mm - a.position_mm <= (a.width_mm + b.width_mm) / 2:
            raise PlanError(f"/design/slots/{other}/position_mm", f"the slot meets slot {one}: move them apart")


def _slot(r: NutSlotsRequest, slot: StringSlot) -> Slot:
    beyond, fall = r.cut.tool.radius_mm + OVERRUN_MM, math.tan(math.radians(r.angle_deg))

    def floor(x: float, y: float) -> float:
        return -slot.depth_mm - fall * min(r.thickness_mm, max(0.0, x))

    start, end = (-beyond, slot.position_mm), (r.thickness_mm + beyond, slot.position_mm)
    return Slot(start, end, lambda x, y: 0.0, floor, True, True)
