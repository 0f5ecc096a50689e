"""How does a command do long work? In a process of its own, showing how far it is; Ctrl-C and the time limit end it at once."""

from __future__ import annotations

import asyncio
import signal
from types import TracebackType
from typing import Any, Self

from rmos.cam_accel.kernels import choose
from rmos.cam_accel.tasks import Made, TaskOrder, work
from rmos.cam_accel.workshop import WorkerDied, Workshop
from rmos.chassis.errors import Rejected
from rmos.chassis.operations import Progress, Report, within
from rmos.local.terminal import ERROR, REFUSED, TIMED_OUT, errors, fail

INTERRUPTED = 128 + signal.SIGINT


class Workbench:
    """One process for all orders of a command."""

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self._runner, self._shop = asyncio.Runner(), Workshop(work)

    def __enter__(self) -> Self:
        if choose().name == "reference":
            errors.print("the reference kernels are in use: same results, much slower (see `rmos doctor`)", style="yellow")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._runner.run(self._shop.close())
        self._runner.close()

    def make(self, what: str, request: Any, data: bytes | None = None) -> Made:
        """Raises Rejected; ends the command where the work was interrupted or its process died."""
        with errors.status(what) as shown:

            def report(progress: Progress) -> None:
                share = "" if progress.done is None else f" {progress.done:.0%}"
                shown.update(f"{what}: {progress.stage}{share}")

            try:
                made: Made = self._runner.run(self._run(TaskOrder(request, data), report))
            except KeyboardInterrupt:
                raise fail(f"{what}: interrupted, the work was stopped", INTERRUPTED) from None
            except WorkerDied as error:
                raise fail(f"{what}: {error}", ERROR) from error
        return made

    async def _run(self, order: TaskOrder, report: Report) -> Any:
        async with within(self.timeout_s):
            return await self._shop.run(order, report)


def exit_code(refusal: Rejected) -> int:
    return TIMED_OUT if refusal.code == "deadline" else REFUSED
