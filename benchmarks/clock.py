"""How long does work take at best? Of the processor, since the machine is shared."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any


def best_s(work: Callable[[], Any], repeats: int) -> float:
    """The least of several runs."""
    return fastest_s({"": work}, repeats)[""]


def fastest_s(works: Mapping[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """The least of several runs of each, all in turn, so that others on the machine slow all of them alike."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(repeats):
        for name, work in works.items():
            began = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - began)
    return best
