"""What do feed, speed and load come to? `rmos feeds`, the calculator: the functions that the rules use."""

from __future__ import annotations

import inspect
import json
import typing
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rmos.contracts.fretboard import fret_distance_mm
from rmos.contracts.rosette import kerf_drift_deg
from rmos.feasibility import feeds
from rmos.feasibility.feeds import Interval
from rmos.local.presets import Shop, load_shop
from rmos.local.terminal import REFUSED, USAGE, AsJson, fail, line, show

feeds_app = typer.Typer(
    no_args_is_help=True, help="The calculator: feeds, speeds, loads, frets. Lengths in mm, feeds in mm/min."
)
FORMULAS: dict[str, tuple[Callable[..., float], str]] = {
    "feed": (feeds.feed_mm_min, "mm/min"), "chip-load": (feeds.chip_load_mm, "mm"),
    "thinning": (feeds.chip_thinning_factor, ""),
    "engagement": (feeds.engagement_angle_deg, "°"), "speed": (feeds.surface_speed_m_s, "m/s"),
    "rpm": (feeds.rpm_for_surface_speed, "rpm"), "removal": (feeds.removal_rate_mm3_min, "mm³/min"),
    "stiffness": (feeds.tool_stiffness_n_mm, "N/mm"), "bending-length": (feeds.bending_length_mm, "mm"),
    "kerf-drift": (kerf_drift_deg, "°"), "calibrate": (feeds.energy_from_measured_j_cm3, "J/cm³"),
    "fret": (fret_distance_mm, "mm"),
}  # fmt: skip
"""Commands that are one formula each; their options are its arguments."""


def _command(formula: Callable[..., float], unit: str) -> Callable[..., None]:
    hints = typing.get_type_hints(formula)

    def run(as_json: bool, **numbers: Any) -> None:
        try:
            value = formula(**numbers)
        except ValueError as error:
            raise fail(str(error), REFUSED) from error
        _say(formula.__name__, value, unit, as_json)

    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=hints[name], default=typer.Option(
            ... if of.default is of.empty else of.default, f"--{name.replace('_', '-')}"))
        for name, of in inspect.signature(formula).parameters.items()
    ]  # fmt: skip
    options.append(inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, annotation=AsJson, default=False))
    run.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
    run.__annotations__ = {option.name: option.annotation for option in options}
    run.__doc__ = formula.__doc__
    return run


for _name, (_formula, _unit) in FORMULAS.items():
    feeds_app.command(_name)(_command(_formula, _unit))


def _say(name: str, value: float | Interval, unit: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"name": name, "unit": unit, **_numbers(value)}))
    else:
        line(f"{name} = {' to '.join(f'{number:.6g}' for number in _numbers(value).values())} {unit}".rstrip())


def _numbers(value: float | Interval) -> dict[str, float]:
    return {"low": value.low, "high": value.high} if isinstance(value, Interval) else {"value": value}


Number = Annotated[float, typer.Option()]
Name = Annotated[str, typer.Option()]


def _energy(material_id: str, shop: Any) -> Interval:
    presets = load_shop(shop)
    material = presets.materials.get(material_id)
    if material is None:
        raise fail(f"no material {material_id!r}; nearest: {', '.join(presets.nearest('materials', material_id))}", USAGE)
    return Interval(material.energy_low_j_cm3, material.energy_high_j_cm3)


@feeds_app.command("power")
def power(
    depth_mm: Number, width_mm: Number, feed_mm_min: Number, material: Name,
    shop: Shop = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Power at the edge, from to: depth · width · feed · specific energy of the material."""
    energy = _energy(material, shop)
    try:
        found = feeds.cutting_power_w(feeds.removal_rate_mm3_min(depth_mm, width_mm, feed_mm_min), energy)
    except ValueError as error:
        raise fail(str(error), REFUSED) from error
    _say("cutting_power_w", found, "W", as_json)


@feeds_app.command("deflection")
def deflection(
    depth_mm: Number, width_mm: Number, feed_mm_min: Number, rpm: Number, tool: Name, material: Name,
    stickout_mm: Annotated[float | None, typer.Option()] = None, shop: Shop = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """How far the tip bends away under the largest force of a turn, from to: F/k, F = energy · depth · chip."""
    presets = load_shop(shop)
    t = presets.tools.get(tool)
    if t is None:
        raise fail(f"no tool {tool!r}; nearest: {', '.join(presets.nearest('tools', tool))}", USAGE)
    try:
        chip_mm = feeds.chip_load_mm(feed_mm_min, rpm, t.flutes) / feeds.chip_thinning_factor(t.diameter_mm, width_mm)
        force = feeds.peak_force_n(_energy(material, shop), depth_mm, chip_mm)
        out = t.stickout_mm if stickout_mm is None else stickout_mm
        length = feeds.bending_length_mm(out, t.diameter_mm, t.reduced_length_mm, t.shank_diameter_mm)
        bend = feeds.deflection_mm(force, feeds.tool_stiffness_n_mm(t.diameter_mm, length, t.modulus_mpa))
    except ValueError as error:
        raise fail(str(error), REFUSED) from error
    _say("deflection_mm", bend, "mm", as_json)


@feeds_app.command("frets")
def frets(scale_length_mm: Number, frets: Annotated[int, typer.Option(min=1, max=36)] = 22, as_json: AsJson = False) -> None:
    """Distance of every fret from the nut, and from the one before it."""
    try:
        places = [fret_distance_mm(scale_length_mm, n) for n in range(frets + 1)]
    except ValueError as error:
        raise fail(str(error), REFUSED) from error
    rows = [
        {"fret": n, "from_nut_mm": round(places[n], 3), "from_last_mm": round(places[n] - places[n - 1], 3)}
        for n in range(1, frets + 1)
    ]
    show(rows, as_json, ("fret", "from_nut_mm", "from_last_mm"))
