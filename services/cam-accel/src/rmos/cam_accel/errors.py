"""How does cam-accel say that a job cannot be planned, or is not right?"""

from __future__ import annotations


class Refused(Exception):
    """`code`, reason, and a pointer into the job."""

    def __init__(self, code: str, reason: str, pointer: str = "/design") -> None:
        super().__init__(reason)
        self.code, self.reason, self.pointer = code, reason, pointer
