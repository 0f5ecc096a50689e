"""Does every job become a path that is proved and posted, or a refusal that says where and why? Random jobs of all modes.

Job number I of seed S is always the same: `--seed S --only I` shows it again.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import resource
import signal
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from fuzz_cam_jobs import MODES, Case, case
from pydantic import ValidationError
from rmos.cam_accel import engine
from rmos.cam_accel.errors import Refused
from rmos.cam_accel.kernels import choose
from rmos.contracts.events import BladeFacts, JobAssessed, MachineFacts, ToolFacts
from rmos.contracts.jobs import Job

LONGEST_S, MOST_BYTES = 20.0, 2 << 30
GATE = ("not_verified", "not_simulated", "reread", "no_cut", "spindle", "gcode", "several_tools", "incomplete")
"""Codes that a plan of the product's own must never meet."""
MACHINE = MachineFacts(
    machine_id="m", rapid_mm_min=5000, accel_mm_s2=300, junction_deviation_mm=0.02, controller="grbl",
    max_feed_mm_min=4000, max_feed_z_mm_min=1500,
)  # fmt: skip


class TooLong(BaseException):
    """No part of the product may catch it."""


@dataclass(frozen=True)
class Answer:
    index: int
    mode: str
    outcome: str
    detail: str
    seconds: float


def assessed_of(asked: Case) -> JobAssessed:
    """What feasibility would send on, without its word. Raises ValidationError as the contract does."""
    job = Job.model_validate_json(json.dumps(asked.job)).in_mm()
    tool = None if asked.tool is None else ToolFacts(**asked.tool)
    blade = None if asked.blade is None else BladeFacts(**asked.blade)
    return JobAssessed.model_construct(job_id=job.job_id, job=job, tool=tool, blade=blade, machine=MACHINE)


def outcome(asked: Case) -> tuple[str, str]:
    """Proved, refused, or a defect by its class; and its words."""
    kernels = choose()
    try:
        assessed = assessed_of(asked)
        path = engine.plan(kernels, assessed, None)
        found = engine.verify_and_post(kernels, assessed, path, None)
    except ValidationError as error:
        return "refused by the contract", str(error.errors()[0]["msg"])
    except Refused as refusal:
        return _refused(refusal)
    except TooLong as error:
        return f"DEFECT longer than {LONGEST_S:g} s", _where(error)
    except Exception as error:
        return f"DEFECT {type(error).__name__}", f"{error} in {_where(error)}"
    return ("proved", "") if found.program else ("DEFECT no program", "")


def _refused(refusal: Refused) -> tuple[str, str]:
    words = f"{refusal.pointer} {refusal.reason}"
    if refusal.code in GATE:
        return f"DEFECT {refusal.code}", words
    if not refusal.pointer.startswith("/") or len(refusal.reason) < 12:
        return "DEFECT a refusal without place or cause", words
    return f"refused {refusal.code} {re.sub('[0-9]+', 'N', refusal.pointer)}", words


def _where(error: BaseException) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "rmos" in f.filename]
    return " > ".join(f"{Path(f.filename).name}:{f.lineno}" for f in frames[-4:])


def _alarm(_: int, __: FrameType | None) -> None:
    raise TooLong


def answer(seed: int, index: int, modes: tuple[str, ...]) -> Answer:
    asked = case(seed, index, modes)
    signal.signal(signal.SIGALRM, _alarm)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_S)
    began = time.perf_counter()
    try:
        said, detail = outcome(asked)
    except TooLong:
        said, detail = f"DEFECT longer than {LONGEST_S:g} s", ""
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return Answer(index, asked.kind, said, detail, time.perf_counter() - began)


def work(asked: Any, told: Any, seed: int, modes: tuple[str, ...]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    while (index := asked.recv()) is not None:
        told.send(answer(seed, index, modes))


def run(seed: int, indices: range, modes: tuple[str, ...]) -> list[Answer]:
    """In a process of their own: one that hangs in a library is ended, and another goes on."""
    answers: list[Answer] = []
    process, ask, tell = None, None, None
    for index in indices:
        if process is None:
            (theirs, ask), (tell, back) = multiprocessing.Pipe(False), multiprocessing.Pipe(False)
            process = multiprocessing.Process(target=work, args=(theirs, back, seed, modes), daemon=True)
            process.start()
            back.close()
        assert ask is not None
        assert tell is not None
        ask.send(index)
        try:
            if not tell.poll(3 * LONGEST_S):
                raise EOFError("hangs")
            answers.append(tell.recv())
        except EOFError as error:
            process.kill()
            process.join()
            process = None
            kind = case(seed, index, modes).kind
            answers.append(Answer(index, kind, "DEFECT the process hangs or ends", str(error), 3 * LONGEST_S))
        if "DEFECT" in answers[-1].outcome:
            print(f"--seed {seed} --only {index}: {answers[-1].mode}: {answers[-1].outcome}: {answers[-1].detail}", flush=True)
    if process is not None and ask is not None:
        ask.send(None)
        process.join()
    return answers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", type=int)
    parser.add_argument("--mode", choices=MODES)
    parser.add_argument("--refusals", action="store_true", help="print every refusal's words")
    asked = parser.parse_args()
    modes = MODES if asked.mode is None else (asked.mode,)
    if asked.only is not None:
        print(json.dumps(case(asked.seed, asked.only, modes).__dict__))
        print(answer(asked.seed, asked.only, modes))
        return
    answers = run(asked.seed, range(asked.first, asked.first + asked.count), modes)
    for (mode, said), count in sorted(Counter((a.mode, a.outcome) for a in answers).items()):
        print(f"{count:6} {mode:12} {said}")
    if asked.refusals:
        for text, count in Counter(
            re.sub(r"[0-9.e+-]+", "N", f"{a.mode}: {a.outcome}: {a.detail}") for a in answers
        ).most_common():
            print(f"{count:6} {text}")
    for a in sorted(answers, key=lambda a: -a.seconds)[:5]:
        print(f"{a.seconds:7.2f} s: --seed {asked.seed} --only {a.index}: {a.mode}: {a.outcome}")
    broken = sum("DEFECT" in a.outcome for a in answers)
    print(f"{len(answers)} jobs, {sum(a.outcome == 'proved' for a in answers)} proved, {broken} defects")


if __name__ == "__main__":
    main()
