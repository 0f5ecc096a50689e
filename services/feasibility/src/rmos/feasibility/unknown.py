"""How is a name that is none refused? With the nearest that are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from rmos.chassis.errors import Rejected

FEW = 5
"""So few names are all told where none is near."""


def unknown(what: str, wanted: str, known: Iterable[str], pointer: str, code: str = "unknown_id") -> Rejected:
    """To be raised. `not_found` where the name is the address of what was asked for, as in a URL."""
    names = list(known)
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.3) or (names if len(names) <= FEW else ["none is near"])
    return Rejected(code, f"{what} {wanted!r} is not known; nearest: {', '.join(near)}", pointer)
