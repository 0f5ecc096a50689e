"""How does each controller plan? What sets one dialect apart from another, and which controller speaks which.

What is modelled, and what is not:

- `grbl` (1.1h): each axis has one greatest rate and one acceleration, and a block gets as much along its direction as no
  axis exceeds. Corners by junction deviation, with the acceleration that the axes allow across the corner. Arcs are chords
  within 0.002 mm ($12), each a block of its own. 16 blocks of look-ahead. A changed spindle or coolant state drains the
  buffer. Not modelled: step-segment rounding, a serial line too slow to keep the buffer full, overrides.
- `grblhal`: the same with 100 blocks ($398), and a jerk limit where its build has one and the machine states it. Its ramps are
  not its own third-order ones but the S-curve per move of `s_curve`.
- `klipper`: one acceleration along the path, lower only where Z has less. Square corner velocity as junction deviation
  (`junction_deviation_of_corner_velocity`), and a corner's circle touches moves no further than at their middle. The queue is
  taken as unbounded. Not modelled: its smoothing of short cruises (`minimum_cruise_ratio`), pressure advance, input shaping.
- `linuxcnc` (2.9): axis limits as `grbl`. With G64 P, a corner is rounded by an arc within the tolerance, whose normal
  acceleration is sqrt(3)/2 of the limit and which takes at most half of either move; arcs of the program split the limit in
  the same way, with one half along the path. 50 segments of optimisation depth. Not modelled: the corner's shorter way, the
  naive cam detector that joins nearly collinear lines, the parabolic blends used where no arc fits, faster tangential
  acceleration on slow arcs, exact stop (G61).
- `generic`: one acceleration along the path as `klipper`, corners by junction deviation alone, unbounded look-ahead unless the
  machine states a depth, a jerk limit where the machine states one. For controllers whose planner is not published.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """`by_axis`: limits hold for each axis alone, else for the path, and for Z where it can do less.

    `junction_across`: a corner's acceleration is what the axes allow across it, else the lesser of its two blocks.
    `half_move`: the corner's circle touches either move no further than at its middle.
    `normal_ratio`, `tangential_ratio`: shares of the acceleration across and along a corner or an arc.
    `chords_arcs`: arcs are planned as chords. `look_ahead_moves` None: unbounded. `has_jerk`: it can limit jerk.
    `spindle_drains`: a changed spindle or coolant state stops the machine. `uses_tolerance`: corners by path tolerance.
    """

    name: str
    by_axis: bool
    junction_across: bool
    half_move: bool
    chords_arcs: bool
    look_ahead_moves: int | None
    has_jerk: bool
    spindle_drains: bool
    uses_tolerance: bool = False
    normal_ratio: float = 1.0
    tangential_ratio: float = 1.0


DIALECTS: dict[str, Dialect] = {
    "grbl": Dialect("grbl", True, True, False, True, 16, False, True),
    "grblhal": Dialect("grblhal", True, True, False, True, 100, True, True),
    "klipper": Dialect("klipper", False, False, True, False, None, False, False),
    "linuxcnc": Dialect("linuxcnc", True, False, True, False, 50, False, True, True, math.sqrt(3) / 2, 0.5),
    "generic": Dialect("generic", False, True, False, False, None, True, True),
}
_SPEAKS: dict[str, str] = {
    "grbl": "grbl",
    "fluidnc": "grbl",
    "grblhal": "grblhal",
    "klipper": "klipper",
    "linuxcnc": "linuxcnc",
    "pathpilot": "linuxcnc",
    "generic": "generic",
    "mach3": "generic",
    "mach4": "generic",
    "masso": "generic",
    "fanuc": "generic",
    "haas": "generic",
    "ddcsv": "generic",
    "marlin": "generic",
    "uccnc": "generic",
}


def dialect_of(controller: str) -> Dialect | None:
    """The dialect that a controller of this name plans in, None where the name is not known; case does not matter."""
    name = _SPEAKS.get(controller.strip().lower())
    return None if name is None else DIALECTS[name]
