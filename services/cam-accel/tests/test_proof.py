"""Is what the planners make right by the target of the design, and is what is not right found?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rmos.cam_accel import post
from rmos.cam_accel.errors import Refused
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.plan.cut import PlanError
from rmos.cam_accel.plan.profile import tab_places
from rmos.cam_accel.planners import Order, plan, profile_request
from rmos.cam_accel.proof import prove
from rmos.contracts.designs import ProfileDesign
from rmos.contracts.events import BladeFacts, ToolFacts, VerificationData
from rmos.contracts.jobs import Job
from rmos.contracts.toolpath import Toolpath

KERNELS = choose()
CUT = {"stepdown": 1.0, "stepover_ratio": 0.4, "feed_per_min": 900.0, "plunge_per_min": 300.0, "spindle_rpm": 16000.0}
RING = [[0, 0], [80, 0], [80, 50], [0, 50]]
WAVY = [[40 + (30 + 3 * np.cos(5 * t)) * np.cos(t), 25 + (20 + 2 * np.sin(3 * t)) * np.sin(t)] for t in np.arange(0, 6.28, 0.1)]
DISC = [[40 + 4 * np.cos(t), 25 + 4 * np.sin(t)] for t in np.arange(0, 6.28, 0.2)]
FRETS = {"scale_length": 648.0, "frets": 5, "nut_width": 43.0, "heel_width": 56.0, "slot_width": 0.6, "depth": 2.0}
BLADE = BladeFacts(blade_id="b", diameter_mm=75, kerf_mm=1.6, plate_mm=1.2, teeth=36)
THIN = {"diameter_mm": 0.6, "flute_length_mm": 3.0}
VBIT = {"kind": "vbit", "tip_angle_deg": 60.0, "tip_diameter_mm": 0.2, "diameter_mm": 12.0}
CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "pocket": ("pocket", {"boundary": RING, "islands": [[[30, 20], [45, 20], [45, 32], [30, 32]]], "depth": 2.0}, {}, {}),
    "pocket in a spiral": ("pocket", {"boundary": WAVY, "depth": 2.0}, {"strategy": "spiral"}, {}),
    "pocket by lanes": ("pocket", {"boundary": RING, "depth": 2.0}, {"strategy": "lanes", "direction": "conventional"}, {}),
    "adaptive pocket": ("pocket", {"boundary": RING, "depth": 2.0}, {"strategy": "adaptive", "stepover_ratio": 0.2}, {}),
    "pocket with a finish": ("pocket", {"boundary": RING, "depth": 2.0}, {"finish_allowance": 0.3, "finish_pass": "depth"}, {}),
    "roughed pocket": ("pocket", {"boundary": RING, "depth": 2.0}, {"finish_allowance": 0.3, "finish_pass": "none"}, {}),
    "roughed pocket with a roughed floor": ("pocket", {"boundary": RING, "depth": 2.0}, {"floor_allowance": 0.3, "finish_pass": "none"}, {}),
    "corners after a larger tool": ("rest", {"boundary": RING, "depth": 2.0, "previous_diameter": 12.0}, {}, {}),
    "narrow pocket to a coarse tolerance": ("pocket", {"boundary": [[0, 0], [40, 0], [40, 4], [0, 4]], "depth": 2.0},
                                            {"tolerance": 0.05}, {}),
    "trochoid": ("slot", {"line": [[0, 0], [25, 0], [35, 15]], "width": 5.0, "depth": 1.0},
                 {"strategy": "trochoid", "stepover_ratio": 0.3}, {}),
    "part": ("profile", {"contour": WAVY, "side": "outside", "depth": 3.0}, {"lead_radius": 2.0}, {}),
    "part on tabs": ("profile", {"contour": RING, "side": "outside", "depth": 3.0,
                                 "tabs": {"count": 4, "width": 5, "height": 1}}, {}, {}),
    "part on narrow tabs by a wide tool": ("profile", {"contour": [[0, 0], [0, 111.3], [-57.3, 111.3], [-57.3, 18], [-111.3, 18], [-111.3, 0]],
                                                       "side": "on", "depth": 3.8, "tabs": {"count": 8, "width": 3.4, "height": 1.8}},
                                           {"stepdown": 4.4}, {"diameter_mm": 12.0}),
    "part on a tab in its corner": ("profile", {"contour": [[0, 0], [24, 0], [24, 18.8], [16.6, 18.8], [16.6, 24], [0, 24]], "side": "outside",
                                                "depth": 1.6, "tabs": {"count": 8, "width": 1.07, "height": 1.0}}, {},
                                    {"diameter_mm": 6.0}),
    "part on tabs by a thin tool": ("profile", {"contour": RING, "side": "inside", "depth": 2.2,
                                                "tabs": {"count": 2, "width": 4.6, "height": 0.9}}, {}, {"diameter_mm": 1.0}),
    "part on tabs by a ball": ("profile", {"contour": [[0, 7.889], [1.832, 7.889], [1.832, 2.927], [7.889, 2.927], [7.889, 0], [0, 0]],
                                           "side": "outside", "depth": 6.0, "tabs": {"count": 2, "width": 1.6, "height": 4.8}},
                               {"finish_allowance": 0.57, "lead_radius": 1.19}, {"kind": "ball", "diameter_mm": 3.175}),
    "part with a finish": ("profile", {"contour": RING, "side": "outside", "depth": 3.0},
                           {"finish_allowance": 0.3, "lead_radius": 2.0}, {}),
    "hole": ("profile", {"contour": WAVY, "side": "inside", "depth": 3.0}, {"lead_radius": 2.0}, {}),
    "line": ("profile", {"contour": [[0, 0], [40, 10], [60, 0]], "closed": False, "side": "on", "depth": 1.5}, {}, {}),
    "beside a line": ("profile", {"contour": [[0, 0], [40, 10], [60, 0]], "closed": False, "side": "left", "depth": 1.5}, {}, {}),
    "groove by a ball": ("profile", {"contour": WAVY, "side": "outside", "depth": 3.0}, {}, {"kind": "ball"}),
    "profile that keeps its allowance": ("profile", {"contour": RING, "side": "outside", "depth": 2.0},
                                         {"finish_allowance": 0.3, "finish_pass": "none"}, {}),
    "small holes far apart": ("drill", {"holes": [{"x": 0, "y": 0}, {"x": 600, "y": 500}], "diameter": 0.9, "depth": 3.0}, {},
                              {"kind": "drill", "tip_angle_deg": 118.0, "diameter_mm": 0.9}),
    "open channel by a tool that cannot plunge": ("slot", {"line": [[0, 0], [80, 0]], "width": 3.0, "depth": 2.0, "open_start": True},
                                                  {}, {"center_cutting": False}),
    "drill": ("drill", {"holes": [{"x": 0, "y": 0}, {"x": 30, "y": 5, "depth": 6}], "diameter": 3.0, "depth": 10.0, "peck": 3.0},
              {}, {"kind": "drill", "tip_angle_deg": 118.0}),
    "bores": ("helical", {"diameter": 10.0, "depth": 4.0, "centers": [[0, 0], [40, 0]]}, {}, {}),
    "rosette": ("rosette", {"outer_diameter": 100.0, "inner_diameter": 90.0, "depth": 2.0,
                            "rings": [{"outer_diameter": 80, "inner_diameter": 74, "depth": 1}]}, {}, {}),
    "stepped rosette by a bull nose": ("rosette", {"outer_diameter": 100.0, "inner_diameter": 92.0, "depth": 0.8, "rings": [
        {"outer_diameter": 108, "inner_diameter": 100, "depth": 1.5}, {"outer_diameter": 116, "inner_diameter": 108, "depth": 1.5}]},
        {}, {"kind": "bull", "corner_radius_mm": 0.5}),
    "truss rod": ("slot", {"line": [[0, 0], [120, 0]], "width": 6.4, "depth": 4.0, "open_start": True}, {}, {}),
    "wide blind channel": ("slot", {"line": [[0, 0], [80, 0]], "width": 12.7, "depth": 2.0}, {}, {"diameter_mm": 3.175}),
    "curved channel": ("slot", {"line": [[0, 0], [120, 30]], "width": 3.0, "depth": 4.0, "floor": "curved", "end_depth": 3.0}, {}, {}),
    "ramped channel": ("slot", {"line": [[0, 0], [120, 0]], "width": 3.0, "depth": 4.0, "floor": "ramped", "ramp": 30.0}, {}, {}),
    "binding": ("ledge", {"contour": WAVY, "width": 2.0, "depth": 3.0, "purfling": {"width": 1.0, "depth": 1.0}}, {}, {}),
    "flat board": ("fret_slots", FRETS, {}, THIN),
    "round board": ("fret_slots", {**FRETS, "radius": 241.3, "rotation_deg": 30.0, "origin": [100, 50]}, {}, THIN),
    "conical blind board": ("fret_slots", {**FRETS, "radius": 241.3, "heel_radius": 406.4, "blind_inset": 2.0}, {}, THIN),
    "conical blind board by a tool that cannot plunge": (
        "fret_slots", {**FRETS, "frets": 22, "radius": 184.15, "heel_radius": 406.4, "blind_inset": 2.0}, {},
        {**THIN, "center_cutting": False}),
    "fanned blind board": ("fret_slots", {**FRETS, "scale_length": 600.0, "bass_scale_length": 650.0, "perpendicular_fret": 0.0, "frets": 12,
                                          "blind_inset": 4.0}, {}, THIN),
    "fanned board with a long overrun": ("fret_slots", {**FRETS, "scale_length": 600.0, "bass_scale_length": 650.0, "frets": 12,
                                                        "perpendicular_fret": 0.0, "overrun": 15.0}, {}, THIN),
    "fanned board": ("fret_slots", {**FRETS, "bass_scale_length": 686.0, "perpendicular_fret": 7.0, "frets": 9}, {}, THIN),
    "nut": ("nut_slots", {"length": 43.0, "slots": [{"position": 10, "width": 0.6, "depth": 2}], "thickness": 5.0,
                          "angle_deg": 8.0}, {}, THIN),
    "steep nut by a tool that cannot plunge": (
        "nut_slots", {"length": 43.0, "slots": [{"position": 5, "width": 0.9, "depth": 1.5}, {"position": 20, "width": 0.6, "depth": 1.5}],
                      "thickness": 5.0, "angle_deg": 14.0}, {"stepdown": 0.4}, {**THIN, "center_cutting": False}),
    "slices": ("saw", {"cut": "crosscut", "length": 60.0, "depth": 5.0, "flange_diameter": 30.0,
                       "slices": {"count": 3, "thickness": 2, "block": 200, "trim": 1.0}}, {}, {}),
    "carved shape": ("vcarve", {"regions": [{"boundary": RING, "islands": [[[30, 20], [45, 20], [45, 32], [30, 32]]]}], "depth": 3.0},
                     {}, VBIT),
    "carved shape in an island of another": ("vcarve", {"regions": [
        {"boundary": RING, "islands": [[[20, 10], [60, 10], [60, 40], [20, 40]]]}, {"boundary": [[30, 20], [45, 20], [45, 32], [30, 32]]}],
        "depth": 3.0}, {}, VBIT),
    "carved sharp line": ("vcarve", {"lines": [[[0, 0], [0, 40], [22, 0], [22, 40]]], "line_width": 3.0, "depth": 2.6}, {}, VBIT),
    "carved line": ("vcarve", {"lines": [[[0, 0], [30, 0], [40, 20]]], "line_width": 2.0, "depth": 3.0}, {}, VBIT),
}  # fmt: skip


def order_of(name: str) -> Order:
    mode, design, cut, tool = CASES[name]
    fields = {"job_id": "j", "mode": mode, "design": design, "cut": {**CUT, **cut}}
    known = {"diameter_mm": 3.0, "flutes": 2, "flute_length_mm": 12.0, "center_cutting": True, "kind": "flat", **tool}
    return Order(Job.model_validate(fields), ToolFacts(tool_id="t", **known), BLADE, KERNELS)


def reread(path: Toolpath) -> Toolpath:
    return KERNELS.interpret(post.write(path, "linuxcnc", "j", 5.0), dialect="linuxcnc").toolpath


def proved(name: str) -> tuple[Order, Toolpath, VerificationData]:
    order = order_of(name)
    path = reread(plan(order))
    return order, path, prove(order, path)


@pytest.mark.parametrize("name", CASES)
def test_what_is_planned_and_posted_is_right_by_its_target(name: str) -> None:
    _, _, found = proved(name)
    assert found.coverage_ratio is not None
    assert found.coverage_ratio >= 0.99
    assert found.gouged_area_mm2 == 0


@pytest.mark.parametrize("tolerance_mm", [0.01, 0.05])
@pytest.mark.parametrize("tip_deg", [30.0, 60.0, 120.0])
def test_a_fitted_carving_keeps_to_its_walls(tip_deg: float, tolerance_mm: float) -> None:
    """What the way of a cone is off in depth its walls are off in width."""
    bit = ToolFacts(
        tool_id="t", flutes=2, flute_length_mm=20.0, center_cutting=True, kind="vbit", diameter_mm=30.0, tip_diameter_mm=0.0,
        tip_angle_deg=tip_deg,
    )  # fmt: skip
    design = {"regions": [{"boundary": WAVY, "islands": [DISC]}], "depth": 3.0}
    fields = {"job_id": "j", "mode": "vcarve", "design": design, "cut": CUT, "options": {"fit_tolerance": tolerance_mm}}
    order = Order(Job.model_validate(fields), bit, None, KERNELS)
    assert prove(order, reread(plan(order))).gouged_area_mm2 == 0


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name][0] != "nut_slots"])
def test_a_cut_that_is_too_deep_is_found(name: str) -> None:
    """A nut's slots fall on into the air behind it, where its path is deepest."""
    order = order_of(name)
    path = reread(plan(order))
    z = path.z_mm.copy()
    z[int(np.argmin(z))] -= 0.2
    with pytest.raises(Refused, match=r"target|floor"):
        prove(order, replace(path, z_mm=z))


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name][0] not in ("saw",)])
def test_a_path_that_lies_beside_its_place_is_found(name: str) -> None:
    order = order_of(name)
    path = reread(plan(order))
    with pytest.raises(Refused, match=r"target|reachable"):
        prove(order, replace(path, x_mm=path.x_mm + 0.5, y_mm=path.y_mm + 0.5))


@pytest.mark.parametrize("name", CASES)
def test_a_path_that_stops_half_way_is_found(name: str) -> None:
    order = order_of(name)
    path = reread(plan(order))
    half = len(path) // 2
    z = path.z_mm.copy()
    z[half:] = np.maximum(z[half:], 5.0)
    kind = path.kind.copy()
    kind[half:][kind[half:] < 4] = 1
    with pytest.raises(Refused, match="reachable area"):
        prove(order, replace(path, z_mm=z, kind=kind))


@pytest.mark.parametrize("more_mm", [1.0, -1.0])
@pytest.mark.parametrize("name", ["part on tabs", "part on narrow tabs by a wide tool", "part on tabs by a thin tool"])
def test_tabs_half_a_millimetre_longer_or_shorter_at_each_end_are_found(name: str, more_mm: float) -> None:
    order = order_of(name)
    design = order.job.design
    assert isinstance(design, ProfileDesign)
    assert design.tabs is not None
    tabs = design.tabs.model_copy(update={"width": design.tabs.width + more_mm})
    other = replace(order, job=order.job.model_copy(update={"design": design.model_copy(update={"tabs": tabs})}))
    places = [tab_places(profile_request(o, o.job.design)) for o in (order, other)]  # type: ignore[arg-type]
    assert np.allclose(*places)
    with pytest.raises(Refused, match=r"target|reachable"):
        prove(order, reread(plan(other)))


REFUSED: dict[str, tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], str]] = {
    "a ramp too steep for the tool": ("profile", {"contour": RING, "side": "on", "depth": 2.0}, {"ramp_deg": 30.0},
                                      {"center_cutting": False}, "/cut/ramp_deg"),
    "a board rounder than the tool goes down": ("fret_slots", {**FRETS, "radius": 122.0, "overrun": 2.4}, {},
                                                {**THIN, "center_cutting": False}, "/tool_id"),
    "ramps down a board that falls itself": ("fret_slots", {**FRETS, "radius": 184.15, "blind_inset": 2.0}, {"ramp_deg": 6.0},
                                             {**THIN, "center_cutting": False}, "/cut/ramp_deg"),
    "a line that curls more tightly than the tool": (
        "profile", {"contour": [[0, 0], [0, 2], [1, -0.5], [12, -0.5]], "closed": False, "side": "right", "depth": 1.0}, {},
        {"diameter_mm": 6.0}, "/tool_id"),
    "a ball in a bore": ("helical", {"diameter": 8.0, "depth": 2.0}, {}, {"kind": "ball"}, "/tool_id"),
    "a corner rounder than the cut": ("pocket", {"boundary": RING, "depth": 0.5}, {}, {"kind": "bull", "corner_radius_mm": 1.0},
                                      "/tool_id"),
    "a spike of a ledge": ("ledge", {"contour": [[0, 0], [60, 0], [60, 40], [31, 40], [30, 300], [29, 40], [0, 40]], "width": 2.0,
                                     "depth": 1.0}, {"stepover_ratio": 0.9}, {}, "/cut/stepover_ratio"),
    "a carving deeper than the cone": ("vcarve", {"regions": [{"boundary": RING}], "depth": 11.0}, {}, VBIT, "/design/depth"),
    "a bore out of all bounds": ("helical", {"diameter": 10.0, "depth": 2.0, "centers": [[0, 0], [1e5, 0]]}, {}, {}, "/design/centers/1"),
    "a rosette out of all bounds": ("rosette", {"outer_diameter": 100.0, "inner_diameter": 90.0, "depth": 2.0, "center": [1e5, 0]},
                                    {}, {}, "/design/center"),
    "a carving within another": ("vcarve", {"regions": [{"boundary": RING}, {"boundary": [[10, 10], [20, 10], [20, 20]]}], "depth": 2.0},
                                 {}, VBIT, "/design/regions/1"),
    "an island beside what is carved": ("vcarve", {"regions": [{"boundary": RING, "islands": [[[90, 0], [95, 0], [95, 5]]]}],
                                                   "depth": 2.0}, {}, VBIT, "/design/regions/0/islands/0"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_its_own_gate_would_refuse_is_not_planned(name: str) -> None:
    mode, design, cut, tool, pointer = REFUSED[name]
    CASES[name] = mode, design, cut, tool
    try:
        order = order_of(name)
    finally:
        del CASES[name]
    with pytest.raises(PlanError) as told:
        plan(order)
    assert told.value.pointer == pointer


@pytest.mark.parametrize("name", CASES)
def test_floors_that_are_left_a_little_too_high_are_found(name: str) -> None:
    order = order_of(name)
    path = reread(plan(order))
    raised = np.where(path.z_mm < 0, np.minimum(path.z_mm + 0.03, 0.0), path.z_mm)
    with pytest.raises(Refused, match="reachable area"):
        prove(order, replace(path, z_mm=raised))


def test_the_record_says_how_much_was_allowed_above_a_floor() -> None:
    """That of a wall on a V's flank of 30 degrees, and there the ridges of a flat floor. On a slope of 4 in 30, what the side of
    a tool as wide as its channel leaves of a rise along its radius."""
    assert proved("pocket")[2].floor_tolerance_mm == 0.01
    assert proved("carved line")[2].floor_tolerance_mm == pytest.approx(0.01 / math.tan(math.radians(30)))
    assert proved("carved shape")[2].floor_tolerance_mm == pytest.approx(0.1 + 0.01 / math.tan(math.radians(30)))
    assert 0.15 < (proved("ramped channel")[2].floor_tolerance_mm or 0) < 0.015 + 4 / 30 * 1.5


SLOPING = ("curved channel", "ramped channel", "round board", "conical blind board", "nut", "carved shape", "carved line")


@pytest.mark.parametrize("name", SLOPING)
def test_a_sloping_floor_that_is_cut_a_little_too_deep_all_along_is_found(name: str) -> None:
    """What a tool must leave above such a floor is no leave to cut below it; nowhere below its deepest place, which is seen anyhow."""
    order = order_of(name)
    path = reread(plan(order))
    deepest = min(float(path.z_mm.min()), -getattr(order.job.design, "depth", 0.0))
    lowered = np.where(path.z_mm < 0, np.maximum(path.z_mm - 0.08, deepest), path.z_mm)
    with pytest.raises(Refused, match=r"(below|outside) the target"):
        prove(order, replace(path, z_mm=lowered))
