"""How does a handler say that it cannot go on?

RmosError
├── Rejected     this message will never work: dead letter, and the job ends as failed
└── RetryLater   the world is not ready: try again after a delay
Anything else is a defect: retried with backoff, then dead-lettered.
"""

from __future__ import annotations

STATUS = {
    "not_found": 404, "conflict": 409, "too_large": 413, "invalid": 422, "defect": 500, "unavailable": 503, "deadline": 504,
}  # fmt: skip
"""HTTP status by code where a client asked; any other code is 422."""


class RmosError(Exception):
    pass


class Rejected(RmosError):
    """`code` is stable, `pointer` a JSON pointer into the message; `ends_job` publishes rmos.job.failed.v1."""

    def __init__(self, code: str, reason: str, pointer: str = "", ends_job: bool = True) -> None:
        super().__init__(reason)
        self.code, self.reason, self.pointer, self.ends_job = code, reason, pointer, ends_job

    def __reduce__(self) -> tuple[type[Rejected], tuple[str, str, str, bool]]:
        """It also comes out of another process as it went in."""
        return Rejected, (self.code, self.reason, self.pointer, self.ends_job)


class RetryLater(RmosError):
    def __init__(self, reason: str, delay_s: float = 1.0) -> None:
        super().__init__(reason)
        self.delay_s = delay_s
