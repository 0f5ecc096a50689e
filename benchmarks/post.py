"""How long do posting and comparing take, and do they grow with the path alone?"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

from kernels import program
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.post import differences, write

SAFE_Z_MM = 5.0


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """The result, and the best of three times in s."""
    times, result = [], None
    for _ in range(3):
        began = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - began)
    return result, min(times)


def figures(lines: int) -> dict[str, Any]:
    native = choose("on")
    path = native.interpret(program(lines)).toolpath
    data, writing_s = timed(lambda: write(path, "grbl", "benchmark", SAFE_Z_MM))
    again, reading_s = timed(lambda: native.interpret(data).toolpath)
    found, comparing_s = timed(lambda: differences(path, again, "grbl", SAFE_Z_MM))
    per_move = {"write": writing_s, "read": reading_s, "compare": comparing_s}
    return {
        "moves": len(path), "bytes": len(data), "differences": len(found),
        "us_a_move": {name: round(seconds / len(path) * 1e6, 2) for name, seconds in per_move.items()},
    }  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    for count in parser.parse_args().lines:
        print(json.dumps(figures(count)))
