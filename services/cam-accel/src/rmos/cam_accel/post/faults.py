"""What can a controller not be told? One error, with a code, the move, the cause and the remedy."""

from __future__ import annotations


class PostError(ValueError):
    """The path cannot be written for the controller. `move` counts from 1, 0 for the whole path; `pointer` is the place in a
    job that can mend it."""

    def __init__(self, code: str, reason: str, move: int = 0, pointer: str = "/post") -> None:
        super().__init__(f"move {move}: {reason}" if move else reason)
        self.code, self.reason, self.move, self.pointer = code, reason, move, pointer
