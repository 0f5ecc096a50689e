"""Which codes, words and signs does each controller take? `cpp/dialects.h` holds the same table, and a test compares them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

CYCLES = (73, 81, 82, 83, 84, 85, 89)
_MILL_LETTERS = "DFHIJKLNPQRSTXYZ"
_BASE_G = "motion 0 1 2 3 80|plane 17 18 19|unit 20 21|distance 90 91|work 54 55 56 57 58 59|once 4 92"
_GRBL_G = _BASE_G + "|once 53|feed_mode 93 94|once 10 28 30 92.1|radius 40|length 49|arc 91.1|path 61"
_MILL_G = _BASE_G + "|feed_mode 93 94|once 53 10 28 30|radius 40|length 43 49|path 61|retract 98 99|motion 73 81 82 83 85 89"
_GRBLHAL_G = _MILL_G + "|once 92.1 92.2 92.3|work 59.1 59.2 59.3|arc 91.1|spindle_mode 97"
_LINUXCNC_G = _GRBLHAL_G + "|arc 90.1|path 61.1 64|motion 84"
_MACH_G = _MILL_G + "|once 92.1 92.2 92.3|arc 90.1 91.1|path 64|motion 84|transform 15 50 69"
_FANUC_G = _MILL_G + "|path 64|motion 84|spindle_mode 97|transform 15 50 69"
_BASE_M = "program 0 1|spindle 3 4 5|coolant 7 8 9"
_GRBL_M = _BASE_M + "|program 2 30"
_MILL_M = _GRBL_M + "|tool 6|override 48 49"


class Dwell(IntEnum):
    """How G4 states its time."""

    P_SECONDS = 0
    P_MS_OR_S_SECONDS = 1
    X_OR_U_SECONDS_OR_P_MS = 2


class Turns(IntEnum):
    """What P means in the line of an arc: nothing, whole turns with the arc's own as the last, or whole turns before it."""

    NONE = 0
    IN_ALL = 1
    BESIDES = 2


@dataclass(frozen=True)
class Dialect:
    """`g` and `m` give the modal group by ten times the code's number. What is not in them is refused by name.

    `real_time`: bytes `!`, `~` and those outside ASCII are commands wherever they stand. `one_command`: only the first G or
    M of a line runs, and no motion outlasts its line. `states_point`: without a decimal point a parameter of the machine
    decides on the unit. `own_offsets`: G10 L20 names the present position. `lifts_at_feed`: G85 and G89 cut up to the
    height that the tool would otherwise rise to in rapid, and not only up to R.
    """

    name: str
    g: dict[int, str]
    m: dict[int, str]
    letters: str
    dwell: Dwell = Dwell.P_SECONDS
    turns: Turns = Turns.NONE
    repeats: str = "L"
    real_time: bool = False
    round_comments: bool = True
    semicolons: bool = True
    checksums: bool = False
    one_command: bool = False
    states_point: bool = False
    program_number: bool = False
    own_offsets: bool = True
    lifts_at_feed: bool = True
    formulas: bool = False


def _groups(text: str) -> dict[int, str]:
    found = {}
    for part in text.split("|"):
        group, *codes = part.split()
        found.update({round(float(code) * 10): group for code in codes})
    return found


_KNOWN = {
    each.name: each
    for each in (
        Dialect("grbl", _groups(_GRBL_G), _groups(_GRBL_M), "FIJKLNPRSTXYZ", real_time=True),
        Dialect("grblhal", _groups(_GRBLHAL_G), _groups(_MILL_M), _MILL_LETTERS, real_time=True),
        Dialect("linuxcnc", _groups(_LINUXCNC_G), _groups(_MILL_M), _MILL_LETTERS, turns=Turns.IN_ALL, formulas=True),
        Dialect("mach", _groups(_MACH_G), _groups(_MILL_M), _MILL_LETTERS),
        Dialect(
            "marlin", _groups(_BASE_G), _groups(_BASE_M), "FIJKNPRSTXYZ", dwell=Dwell.P_MS_OR_S_SECONDS, turns=Turns.BESIDES,
            round_comments=False, checksums=True, one_command=True,
        ),
        Dialect(
            "fanuc", _groups(_FANUC_G), _groups(_MILL_M), "DFHIJKLNPQRSTUXYZ", dwell=Dwell.X_OR_U_SECONDS_OR_P_MS, repeats="KL",
            semicolons=False, states_point=True, program_number=True, own_offsets=False, lifts_at_feed=False,
        ),
    )
}  # fmt: skip
DIALECTS: tuple[str, ...] = tuple(_KNOWN)


def dialect_named(name: str) -> Dialect:
    """Raises ValueError that lists the known names."""
    if name not in _KNOWN:
        raise ValueError(f"dialect {name!r} is not known: {', '.join(DIALECTS)}")
    return _KNOWN[name]
