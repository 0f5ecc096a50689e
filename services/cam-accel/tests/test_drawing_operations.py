"""Does each layer get the operation that its name asks for, and is it told what has none, and why?"""

from __future__ import annotations

import math

import pytest
from rmos.cam_accel.drawing.operations import DEFAULT_RULES, Assignment, HoleTools, Kind, Rule, assign, kind_of
from rmos.cam_accel.drawing.read import read_drawing

PAGE = 'xmlns="http://www.w3.org/2000/svg" width="400mm" height="300mm" viewBox="0 0 400 300"'
DRILL_3 = HoleTools(drill_diameters_mm=(3.0,), bore_tool_diameter_mm=6.0)


def layers(tools: HoleTools = DRILL_3, rules: tuple[Rule, ...] = DEFAULT_RULES, **bodies: str) -> Assignment:
    groups = "".join(f'<g id="{name}">{body}</g>' for name, body in bodies.items())
    return assign(read_drawing(f"<svg {PAGE}>{groups}</svg>".encode()), rules, tools)


@pytest.mark.parametrize(
    ("layer", "kind"),
    [
        ("CUTOUT", "profile"), ("BODY_OUTLINE", "profile"), ("body", "profile"), ("Perimeter", "profile"),
        ("NECK_MORTISE", "pocket"), ("PICKUP_CAVITY", "pocket"), ("ELECTRONIC_CAVITIES", "pocket"), ("Neck Pocket", "pocket"),
        ("control_cavity_cover_recess", "pocket"), ("WIRING_CHANNEL", "pocket_or_channel"), ("TRUSS_ROD_CHANNEL", "pocket_or_channel"),
        ("POT_HOLES", "holes"), ("STUDS", "holes"), ("SCREWS", "holes"), ("Tuner_Holes", "holes"), ("DRILL", "holes"),
        ("FRET_SLOTS", "fret_lines"), ("frets", "fret_lines"), ("SOUNDHOLE", "profile_inside"), ("F_HOLES", "profile_inside"),
        ("LOGO_ENGRAVE", "engrave"), ("Defpoints", "ignore"), ("CENTERLINE", "ignore"), ("GEOMETRY", None), ("0", None),
    ],
)  # fmt: skip
def test_the_names_of_instrument_drawings_are_known(layer: str, kind: Kind | None) -> None:
    assert kind_of(layer, DEFAULT_RULES) == kind


def test_an_outline_is_cut_outside_and_its_windows_inside_first() -> None:
    made = layers(CUTOUT='<rect width="100" height="60"/><circle cx="50" cy="30" r="10"/>')
    assert [(o.operation, len(o.regions)) for o in made.operations] == [("profile_inside", 1), ("profile_outside", 1)]
    assert made.operations[0].regions[0].outer.curve.circle is not None
    assert not made.unassigned


def test_a_pocket_keeps_its_islands_and_what_lies_in_them() -> None:
    made = layers(
        PICKUP_CAVITY="".join(f'<rect x="{n}" y="{n}" width="{99 - 2 * n}" height="{99 - 2 * n}"/>' for n in (0, 10, 20))
    )
    (pocket,) = made.operations
    assert pocket.operation == "pocket"
    assert [len(region.holes) for region in pocket.regions] == [1, 0]


def test_holes_are_drilled_by_a_drill_of_their_size_or_bored() -> None:
    made = layers(SCREWS='<circle cx="9" cy="9" r="1.5"/><circle cx="29" cy="9" r="1.52"/><circle cx="49" cy="9" r="5"/>')
    told = [(o.operation, [h.diameter_mm for h in o.holes]) for o in made.operations]
    assert told == [("drill", [pytest.approx(3)]), ("drill", [pytest.approx(3.04)]), ("bore", [pytest.approx(10)])]
    assert (made.operations[0].holes[0].x_mm, made.operations[0].holes[0].y_mm) == pytest.approx((9, 291))


def test_without_tools_no_hole_is_guessed() -> None:
    made = layers(HoleTools(), SCREWS='<circle cx="9" cy="9" r="1.5"/>')
    assert not made.operations
    assert "state drill_diameters_mm or bore_tool_diameter_mm" in made.text()


def test_a_hole_that_the_boring_tool_does_not_enter_is_left_and_told() -> None:
    made = layers(SCREWS='<circle cx="9" cy="9" r="2"/>')
    assert [u.reason for u in made.unassigned] == ["the boring tool of 6 mm does not go in"]


def test_what_is_no_circle_on_a_layer_of_holes_is_left_and_told() -> None:
    made = layers(SCREWS='<rect width="5" height="5"/><circle cx="50" cy="9" r="1.5"/><path d="M99 9h9"/>')
    assert [o.operation for o in made.operations] == ["drill"]
    assert [u.what for u in made.unassigned] == ["1 closed contours", "1 open chains"]


def test_channels_are_lines_where_open_and_pockets_where_closed() -> None:
    made = layers(WIRING_CHANNEL='<path d="M9 9h50v50"/><rect x="99" y="9" width="50" height="9"/>')
    assert [o.operation for o in made.operations] == ["pocket", "channel"]
    assert made.operations[1].lines[0].points_mm.tolist() == [[9, 291], [59, 291], [59, 241]]


def test_arcs_of_a_channel_are_flattened_within_the_tolerance() -> None:
    made = layers(WIRING_CHANNEL='<path d="M10 50a40 40 0 0 1 80 0"/>')
    points = made.operations[0].lines[0].points_mm - (50, 250)
    middles = 0.5 * (points[1:] + points[:-1])
    assert all(39.995 <= math.hypot(*m) <= 40 for m in middles.tolist())


def test_an_open_outline_is_left_with_the_place_and_size_of_its_gap() -> None:
    made = layers(CUTOUT='<path d="M10 10h80v50h-80v-49.7"/>')
    (left,) = made.unassigned
    assert left.reason == "open, the nearest ends 0.300 mm apart from (10.000, 290.000) to (10.000, 289.700)"


def test_contours_that_cross_are_left_with_the_place() -> None:
    made = layers(PICKUP_CAVITY='<rect x="10" y="10" width="50" height="50"/><rect x="40" y="20" width="50" height="9"/>')
    (left,) = made.unassigned
    assert "meets" in left.reason
    assert "at (60.000, 2" in left.reason


def test_fret_slots_are_lines() -> None:
    made = layers(FRET_SLOTS="".join(f'<line x1="{n}" y1="5" x2="{n + 1}" y2="60"/>' for n in range(0, 220, 10)))
    assert [(o.operation, len(o.lines)) for o in made.operations] == [("fret_lines", 22)]


def test_a_closed_contour_is_no_fret_slot() -> None:
    made = layers(FRET_SLOTS='<rect width="0.6" height="50"/><path d="M20 5v50"/>')
    assert [len(o.lines) for o in made.operations] == [1]
    assert [u.what for u in made.unassigned] == ["1 closed contours"]


def test_an_unknown_layer_is_left_and_the_callers_rule_takes_it() -> None:
    body = '<rect width="100" height="50"/><rect x="40" y="20" width="20" height="10"/>'
    assert [u.reason for u in layers(GEOMETRY=body).unassigned] == ["no rule knows this name"]
    made = layers(rules=(Rule("^geometry$", "pocket"), *DEFAULT_RULES), GEOMETRY=body)
    assert [(o.operation, len(o.regions[0].holes)) for o in made.operations] == [("pocket", 1)]


def test_the_callers_rule_comes_before_the_common_ones() -> None:
    made = layers(rules=(Rule("CUTOUT", "ignore"), *DEFAULT_RULES), CUTOUT='<rect width="9" height="9"/>')
    assert (made.operations, made.ignored) == ((), ("CUTOUT",))


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="is no pattern"):
        layers(rules=(Rule("(", "pocket"),), A='<rect width="9" height="9"/>')


@pytest.mark.parametrize("bad", [0, -3, math.nan])
def test_a_tool_of_no_size_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        HoleTools(drill_diameters_mm=(bad,))


def test_the_text_names_each_layer_with_its_operation() -> None:
    text = layers(CUTOUT='<rect width="99" height="99"/>', SCREWS='<circle cx="9" cy="9" r="1.5"/>').text()
    assert text == "layer CUTOUT: profile_outside, 1 regions\nlayer SCREWS: drill, 1 holes of 3.000 mm"
