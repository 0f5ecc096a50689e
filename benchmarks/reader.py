"""How fast is the reader against a tokenizer that makes nothing of its words, and how much memory does a big program take?

Beside it runs `gcodeparser`, if it is there: no dependency of RMOS; `.venv/bin/python -m pip install gcodeparser` brings it.
It splits lines in commands and numbers, without modes, faults or columns.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import multiprocessing
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clock import fastest_s
from rmos.cam_accel.gcode import DIALECTS, Limits
from rmos.cam_accel.kernels import choose

WORD = re.compile(rb"([A-Z])([-+]?[0-9.]+)")
ANY_SIZE = Limits(program_bytes=1 << 40, moves=1 << 40)
GOAL_OF_BARE = 13.6 / 66
"""GRBL's parser in C against a bare tokenizer, as both were measured in one run elsewhere."""
GOAL_OF_GCODEPARSER = 20


def program(lines: int) -> bytes:
    """Short moves along a wandering line, every tenth an arc: what a finishing pass looks like, in every dialect."""
    numbers, x, y = random.Random(7), 0.0, 0.0
    out = ["G90", "G21", "G0 X0 Y0 Z5.0", "M3 S18000", "G1 Z-1.0 F300"]
    while len(out) < lines:
        step = numbers.uniform(0.05, 2.0)
        x, y = x + step, y + numbers.uniform(-0.5, 0.5)
        out.append(f"G3 X{x:.3f} Y{y:.3f} R{10 * step:.3f}" if len(out) % 10 == 0 else f"G1 X{x:.3f} Y{y:.3f}")
        if x > 700:
            x = 0.0
            out.append(f"G0 X0 Y{y:.3f}")
    return "\n".join(out).encode()


def bare_tokenizer() -> Callable[[bytes], int]:
    """Compiled from `bare_tokenizer.cpp` as the kernels are."""
    folder = Path(tempfile.mkdtemp())
    source, built = Path(__file__).with_name("bare_tokenizer.cpp"), folder / "bare.so"
    subprocess.run(["c++", "-O3", "-shared", "-fPIC", "-o", str(built), str(source)], check=True)
    words_of = ctypes.CDLL(str(built)).words_of
    words_of.restype, words_of.argtypes = ctypes.c_size_t, [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_double)]
    return lambda data: int(words_of(data, len(data), ctypes.byref(ctypes.c_double())))


def gcodeparser() -> Callable[[bytes], int] | None:
    """How many commands it finds. None, and said loudly, where it is not installed."""
    try:
        from gcodeparser import parse_gcode_lines
    except ImportError:
        print(
            "gcodeparser is NOT MEASURED: it is not installed. `.venv/bin/python -m pip install gcodeparser` brings it.",
            file=sys.stderr,
        )
        return None
    return lambda data: sum(1 for _ in parse_gcode_lines(data.decode()))


def speeds(lines: int, bare: Callable[[bytes], int], peer: Callable[[bytes], int] | None) -> dict[str, Any]:
    data, native, reference = program(lines), choose("on"), choose("off")
    works: dict[str, Callable[[], Any]] = {"bare tokenizer": lambda: bare(data)}
    works["native"] = lambda: native.interpret(data, limits=ANY_SIZE)
    seconds = fastest_s(works, max(5, 3_000_000 // lines))
    slow: dict[str, Callable[[], Any]] = {"one regular expression": lambda: WORD.findall(data)}
    if peer is not None:
        assert peer(data) == len(data.splitlines()), "every line of the program is one command"
        slow["gcodeparser"] = lambda: peer(data)
    seconds |= fastest_s(slow, 3)
    seconds |= fastest_s({"reference": lambda: reference.interpret(data, limits=ANY_SIZE)}, 1)
    told = {
        "lines": lines, "bytes": len(data), "mlines_s": {name: round(lines / s / 1e6, 3) for name, s in seconds.items()},
        "mb_s": round(len(data) / seconds["native"] / 1e6, 1),
        "share_of_bare": round(seconds["bare tokenizer"] / seconds["native"], 3), "goal": round(GOAL_OF_BARE, 3),
        "times_regular_expression": round(seconds["one regular expression"] / seconds["native"], 1),
        "times_reference": round(seconds["reference"] / seconds["native"], 1),
    }  # fmt: skip
    if peer is not None:
        told |= {
            "times_gcodeparser": round(seconds["gcodeparser"] / seconds["native"]),
            "goal_gcodeparser": GOAL_OF_GCODEPARSER,
        }
    return told


def by_dialect(lines: int) -> dict[str, float]:
    data, native = program(lines).replace(b" X0 Y", b" X0. Y"), choose("on")
    works = {name: (lambda d=name: native.interpret(data, dialect=d, limits=ANY_SIZE)) for name in DIALECTS}
    return {name: round(lines / s / 1e6, 3) for name, s in fastest_s(works, 5).items()}


def memory(megabytes: int) -> dict[str, Any]:
    """In a process of its own, on Linux: resident memory at its peak, with the program's bytes and all columns in it."""
    block = program(100_000) + b"\n"
    data = block * (megabytes * 1_000_000 // len(block) + 1)
    began = time.perf_counter()
    path = choose("on").interpret(data, limits=ANY_SIZE).toolpath
    took = time.perf_counter() - began
    (peak_kb,) = re.findall(r"VmHWM:\s+([0-9]+)", Path("/proc/self/status").read_text())
    return {
        "mb": round(len(data) / 1e6, 1), "moves": len(path), "seconds": round(took, 2), "peak_mb": int(peak_kb) // 1024,
        "column_mb": round(81 * len(path) / 1e6),
    }  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--megabytes", type=int, nargs="*", default=[2, 20, 200])
    options = parser.parse_args()
    compiled, other = (bare_tokenizer(), gcodeparser()) if options.lines else (None, None)
    for count in options.lines:
        print(json.dumps(speeds(count, compiled, other)))
    if options.lines:
        print(json.dumps({"mlines_s_by_dialect": by_dialect(100_000)}))
    for size in options.megabytes:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(json.dumps(pool.apply(memory, (size,))))
