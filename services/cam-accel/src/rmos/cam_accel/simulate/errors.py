"""What can a simulation not do, and what is the remedy?"""

from __future__ import annotations


class SimulationError(ValueError):
    """`code`: stock, grid, place, work or target; the message names place, cause and remedy."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason
