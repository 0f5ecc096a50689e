"""How long do posting and comparing take, and do they grow with the path alone?"""

from __future__ import annotations

import argparse
import json
from typing import Any

from clock import fastest_s
from kernels import program
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.post import differences, write

SAFE_Z_MM = 5.0


def figures(lines: int) -> dict[str, Any]:
    native = choose("on")
    path = native.interpret(program(lines)).toolpath
    data = write(path, "grbl", "benchmark", SAFE_Z_MM)
    again = native.interpret(data).toolpath
    found = differences(path, again, "grbl", SAFE_Z_MM)
    seconds = fastest_s(
        {
            "write": lambda: write(path, "grbl", "benchmark", SAFE_Z_MM),
            "read": lambda: native.interpret(data),
            "compare": lambda: differences(path, again, "grbl", SAFE_Z_MM),
        },
        3,
    )
    return {
        "moves": len(path), "bytes": len(data), "differences": len(found),
        "us_a_move": {name: round(s / len(path) * 1e6, 2) for name, s in seconds.items()},
    }  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    for count in parser.parse_args().lines:
        print(json.dumps(figures(count)))
