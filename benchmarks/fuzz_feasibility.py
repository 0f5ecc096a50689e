"""Does any request make feasibility do anything but judge it, or refuse it and say where? Random requests, counted by outcome.

Request number I of seed S is always the same: `--seed S --only I` shows it again.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import random
import re
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feasibility import GREEN, request_of
from pydantic_core import from_json
from rmos.chassis.errors import Rejected
from rmos.chassis.requests import parse
from rmos.contracts.base import Risk
from rmos.contracts.designs import DESIGNS
from rmos.contracts.evaluation import EvaluateRequest, FeasibilityReport, ModelRequest
from rmos.feasibility.engine import BaselineFeasibilityEngineV1, Engines
from rmos.feasibility.models import request_of as request_of_model
from rmos.feasibility.presets import load_presets

Numbers = random.Random
Document = dict[str, Any]
BATCH = 1000
NEAREST_SHARE, MODEL_SHARE = 0.05, 0.15
IN_RANGE = (
    0, 0.0, -0.0, -1, -1e-9, 1e-9, 1e-12, 5e-324, 1e-300, 1e-160, 1e-100, 0.001, 0.5, 1, 1.0, 2, 3, 25.4, 1 / 25.4, 95, 1000,
    25_400, 1e5, 999_999, 999_999.999, -1e5, -999_999.999, 1.1, 0.95, 1e-6,
)  # fmt: skip
WILD = (
    *IN_RANGE, 1e6, -1e6, 1e308, -1e308, 1.7976931348623157e308, 2**53, 2**63, -(2**64), 10**30, 10**400, math.nan, math.inf,
)  # fmt: skip
OTHER_TYPES: tuple[Any, ...] = (
    None,
    True,
    False,
    "",
    "1",
    "nan",
    "6mm",
    [],
    {},
    [1],
    {"x": 1},
    [[]],
    "\u0000",
    "😀",
    1e400,
    "true",
    "GREEN",
)
STRANGE_KEYS = (
    "risk", "feasibility", "score", "overall_risk", "overall_score", "blocked", "policy", "verdict", "assessment", "findings",
    "pass_threshold", "release", "allow_red_override", "scorers", "", "__proto__", "a/b", "a~b", "~1", "😀", "0", "\u0000",
    "tool_id ", "Mode", "job_id", "x" * 600,
)  # fmt: skip
STRANGE_IDS = ("", "x" * 64, "x" * 65, "🎸" * 20, "\u0000", "../data", "%s{0}", "Ä", "none", "null", "\u202e")
NUMBER_TEXTS = (
    b"NaN", b"-NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"1e-999", b"00", b"+1", b".5", b"1.", b"0x10", b"9" * 400,
    b"1" + b"0" * 5000, b"1e5", b"1E+5", b"-0", b"-", b"1e", b"nan", b"null", b"1_000",
)  # fmt: skip
BAD_BYTES = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x00", b"\\ud800", b"\\u0000", b"\xef\xbb\xbf", b"\xf4\x90\x80\x80")
PRESETS = load_presets()
ENGINES = Engines(BaselineFeasibilityEngineV1(PRESETS))
IDS = {
    "tool_id": tuple(PRESETS.tools), "blade_id": tuple(PRESETS.blades), "material_id": tuple(PRESETS.materials),
    "machine_id": tuple(PRESETS.machines), "fretboard_id": tuple(PRESETS.fretboards), "model_id": tuple(PRESETS.models),
}  # fmt: skip
TEXTS_OF = {mode: json.dumps(request_of(mode)) for mode in GREEN}
CUT_FIELDS = {
    "feed_mm_min": "feed_per_min", "plunge_mm_min": "plunge_per_min", "spindle_rpm": "spindle_rpm", "stepdown_mm": "stepdown",
    "stepover_ratio": "stepover_ratio",
}  # fmt: skip


# --- what is asked ---


def evaluation(numbers: Numbers) -> Document:
    """A harmless request of one mode, some of its presets and forms changed for others that are known."""
    document: Document = json.loads(TEXTS_OF[numbers.choice(list(GREEN))])
    for name in ("tool_id", "blade_id", "material_id", "machine_id"):
        if name in document and numbers.random() < 0.4:
            document[name] = numbers.choice(IDS[name])
    if numbers.random() < 0.3:
        document["units"] = numbers.choice(("mm", "inch"))
    if numbers.random() < 0.5:
        _reshape(document["design"], document["mode"], numbers)
    if numbers.random() < 0.2:
        document["options"].update(safe_z=numbers.uniform(-1, 30), stickout=numbers.uniform(1, 80), feed_override_percent=100)
    return document


def _reshape(design: Document, mode: str, numbers: Numbers) -> None:
    if mode == "pocket":
        design["boundary"] = [[numbers.uniform(-300, 300), numbers.uniform(-300, 300)] for _ in range(numbers.randint(3, 12))]
        design["islands"] = [[[1, 1], [2, 1], [2, 2]]] * numbers.randint(0, 3)
    elif mode == "fret_slots":
        _reshape_frets(design, numbers)
    elif mode == "nut_slots":
        design["slots"] = design["slots"] * numbers.randint(1, 4)
    elif mode == "saw":
        cut = numbers.choice(("rip", "crosscut", "miter", "bevel", "dado"))
        design.update(cut=cut, miter_deg=numbers.uniform(-60, 60), bevel_deg=numbers.uniform(-60, 60))
    elif mode == "gcode":
        design.clear()
        design["program"] = {"sha256": "0" * 64, "size": numbers.randint(0, 9), "media_type": "text/x-gcode"}


def _reshape_frets(design: Document, numbers: Numbers) -> None:
    frets = design["frets"] = numbers.randint(1, 36)
    if numbers.random() < 0.5:
        design.update(bass_scale_length=numbers.uniform(600, 700), perpendicular_fret=numbers.choice((0, 7, frets, frets / 2)))
    if numbers.random() < 0.5:
        steps = [numbers.uniform(-5, 30) for _ in range(frets)]
        design["lines"] = [[[20.0 * n, -20], [20 * n + step, 20]] for n, step in enumerate(steps)]


def of_model(numbers: Numbers) -> Document:
    document: Document = {name: numbers.choice(IDS[name]) for name in ("model_id", "tool_id", "material_id", "machine_id")}
    document["operation"] = numbers.choice(("fret_slots", "neck_pocket"))
    document["cut"] = dict(GREEN[numbers.choice(list(GREEN))]["cut"])
    document["options"] = {"stock_thickness": 20, "coolant": True}
    for name in ("wall", "slot_width", "depth"):
        if numbers.random() < 0.4:
            document[name] = numbers.uniform(0.1, 20)
    if numbers.random() < 0.4:
        document["fretboard_id"] = numbers.choice(IDS["fretboard_id"])
    if numbers.random() < 0.5:
        document["units"] = numbers.choice(("mm", "inch"))
    return document


# --- how it is spoilt ---

Place = tuple[Any, Any]


def _places(value: Any) -> Iterator[Place]:
    """(container, key) of everything in a document."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])


def _some(document: Document, numbers: Numbers, most: int, only: Callable[[Any], bool] = lambda _: True) -> list[Place]:
    found = [(holder, key) for holder, key in _places(document) if only(holder[key])]
    return numbers.sample(found, min(len(found), numbers.randint(1, most)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_it_is(document: Document, numbers: Numbers) -> bytes:
    return _bytes(document)


def moved(document: Document, numbers: Numbers) -> bytes:
    """Numbers a little or a lot out, one in four by 25.4."""
    for holder, key in _some(document, numbers, 6, _is_number):
        factor = numbers.choice((25.4, 1 / 25.4)) if numbers.random() < 0.25 else math.exp(numbers.gauss(0, 1.5))
        holder[key] = int(holder[key] * factor) if isinstance(holder[key], int) and factor > 1 else holder[key] * factor
    return _bytes(document)


def extreme(document: Document, numbers: Numbers) -> bytes:
    for holder, key in _some(document, numbers, 4, _is_number):
        holder[key] = numbers.choice(IN_RANGE)
    return _bytes(document)


def positive_extreme(document: Document, numbers: Numbers) -> bytes:
    for holder, key in _some(document, numbers, 5, _is_number):
        holder[key] = 10 ** numbers.uniform(-320, 5.9) if numbers.random() < 0.3 else 10 ** numbers.uniform(-13, 5.9)
    return _bytes(document)


def wild(document: Document, numbers: Numbers) -> bytes:
    for holder, key in _some(document, numbers, 2, _is_number):
        holder[key] = numbers.choice(WILD)
    return _bytes(document)


def incomplete(document: Document, numbers: Numbers) -> bytes:
    for holder, key in _some(document, numbers, 4):
        if isinstance(holder, dict):
            holder.pop(key, None)
    return _bytes(document)


def mistyped(document: Document, numbers: Numbers) -> bytes:
    for holder, key in _some(document, numbers, 2):
        holder[key] = numbers.choice(OTHER_TYPES)
    return _bytes(document)


def misnamed(document: Document, numbers: Numbers) -> bytes:
    """Ids that are not known: nearly right, of another kind, empty, long, of any script."""
    names = [*IDS, "engine_id", "mode", "units", "operation"]
    for name in numbers.sample(names, numbers.randint(1, 2)):
        known = numbers.choice(IDS[numbers.choice(list(IDS))])
        document[name] = numbers.choice((known, known[:-1], known.upper(), numbers.choice(STRANGE_IDS), _word(numbers)))
    return _bytes(document)


def extended(document: Document, numbers: Numbers) -> bytes:
    """Keys that no request has."""
    holders = [document, *(holder[key] for holder, key in _places(document) if isinstance(holder[key], dict))]
    for _ in range(numbers.randint(1, 2)):
        numbers.choice(holders)[numbers.choice(STRANGE_KEYS)] = numbers.choice((0, 100, "GREEN", None, {}, [], True))
    return _bytes(document)


def junk(document: Document, numbers: Numbers) -> bytes:
    for holder, key in _some(document, numbers, 2):
        holder[key] = _any(numbers, 4)
    return _bytes(document)


def _any(numbers: Numbers, depth: int) -> Any:
    kind = numbers.randrange(5 if depth else 3)
    if kind == 3:
        return [_any(numbers, depth - 1) for _ in range(numbers.randrange(5))]
    if kind == 4:
        return {_word(numbers): _any(numbers, depth - 1) for _ in range(numbers.randrange(5))}
    return (numbers.choice(WILD), _word(numbers), numbers.choice(OTHER_TYPES))[kind]


def _word(numbers: Numbers) -> str:
    codes = (
        numbers.randint(97, 122) if numbers.random() < 0.5 else numbers.randint(1, 0xD7FF) for _ in range(numbers.randrange(9))
    )
    return "".join(map(chr, codes))


def other_mode(document: Document, numbers: Numbers) -> bytes:
    """A mode without a scorer, or the design of another mode."""
    document["mode"] = numbers.choice((*DESIGNS, "relief", "laser", "x" * 32, "_"))
    if numbers.random() < 0.5:
        document["design"] = _any(numbers, 4)
    return _bytes(document)


def number_text(document: Document, numbers: Numbers) -> bytes:
    for holder, key in _some(document, numbers, 2, _is_number):
        holder[key] = "@number@"
    return _bytes(document).replace(b'"@number@"', numbers.choice(NUMBER_TEXTS))


def huge_text(document: Document, numbers: Numbers) -> bytes:
    size = numbers.choice((32_000, 32_001, 100_000, 1_100_000) if numbers.random() < 0.1 else (65, 1000, 5000))
    for holder, key in _some(document, numbers, 1):
        holder[key] = numbers.choice("aé🎸\u0000/~") * size
    return _bytes(document)


def flipped(document: Document, numbers: Numbers) -> bytes:
    raw = bytearray(_bytes(document))
    for _ in range(numbers.randint(1, 3)):
        place = numbers.randrange(len(raw))
        raw[place] = raw[place] ^ (1 << numbers.randrange(8)) if numbers.random() < 0.5 else numbers.randrange(256)
    return bytes(raw)


def cut_up(document: Document, numbers: Numbers) -> bytes:
    """Truncated, doubled, shuffled pieces, with bytes that are no UTF-8."""
    raw = _bytes(document)
    a, b = sorted((numbers.randrange(len(raw)), numbers.randrange(len(raw))))
    pieces = (raw[:a], raw[a:b], raw[b:], raw[:a] + raw[b:], raw + raw, raw[:a] + numbers.choice(BAD_BYTES) + raw[a:], b"",
              raw[:-1] + b"," + raw[1:])  # fmt: skip
    return numbers.choice(pieces)


def deep(document: Document, numbers: Numbers) -> bytes:
    for holder, key in _some(document, numbers, 1):
        holder[key] = "@deep@"
    depth = numbers.choice((10, 100, 190, 199, 200, 201, 255, 256, 1000, 20_000))
    opening, closing = numbers.choice(((b"[", b"]"), (b'{"a":', b"}")))
    return _bytes(document).replace(b'"@deep@"', opening * depth + b"1" + closing * depth)


def _bytes(document: Document) -> bytes:
    return json.dumps(document).encode()


SPOILERS: dict[Callable[[Document, Numbers], bytes], int] = {
    as_it_is: 4, moved: 20, extreme: 14, positive_extreme: 14, wild: 6, incomplete: 8, mistyped: 6, misnamed: 5, extended: 5,
    junk: 4, other_mode: 3, number_text: 3, huge_text: 1, flipped: 4, cut_up: 2, deep: 1,
}  # fmt: skip
_SPOILERS, _WEIGHTS = list(SPOILERS), list(SPOILERS.values())


@dataclass(frozen=True)
class Question:
    kind: str
    model: type[EvaluateRequest] | type[ModelRequest]
    raw: bytes


def question(seed: int, index: int) -> Question:
    numbers = random.Random(f"{seed}.{index}")
    is_model = numbers.random() < MODEL_SHARE
    document = of_model(numbers) if is_model else evaluation(numbers)
    document["nearest"] = numbers.random() < NEAREST_SHARE
    spoil = numbers.choices(_SPOILERS, _WEIGHTS)[0]
    return Question(spoil.__name__, ModelRequest if is_model else EvaluateRequest, spoil(document, numbers))


# --- what is allowed ---


class Broken(Exception):
    """An answer that must not be."""


def outcome(asked: Question) -> str:
    """A verdict, a refusal, or a defect by its class."""
    try:
        request: Any = parse(asked.model, asked.raw, {})
        return _judged(request if isinstance(request, EvaluateRequest) else request_of_model(request, PRESETS))
    except Rejected as refusal:
        wrong = _wrong_refusal(refusal, asked.raw)
        return f"DEFECT refusal: {wrong}" if wrong else f"refused {refusal.code}"
    except Broken as broken:
        return f"DEFECT report: {broken}"
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        where = [f"{Path(f.filename).name}:{f.name}" for f in traceback.extract_tb(error.__traceback__) if "rmos" in f.filename]
        return f"DEFECT {type(error).__name__} in {' > '.join(where[-3:])}"


def _judged(request: EvaluateRequest) -> str:
    report = ENGINES.compute(request)
    _check(report)
    if report.nearest is not None:
        _check_nearest(request, report)
    return f"{request.mode if request.mode in DESIGNS else 'other mode'} {report.overall_risk.value}"


def _check(report: FeasibilityReport) -> None:
    red = any(finding.level is Risk.RED for finding in report.findings)
    text = report.model_dump_json()
    from_json(text, allow_inf_nan=False)
    for wrong, why in (
        (FeasibilityReport.model_validate_json(text) != report, "not the same after JSON"),
        (report.overall_risk is Risk.GREEN and bool(report.missing), "GREEN while facts are missing"),
        (report.overall_risk is Risk.GREEN and bool(report.findings), "GREEN while a rule holds"),
        (red and report.overall_risk is not Risk.RED, "a RED finding, and the risk is not RED"),
        (bool(report.missing) and not report.overall_risk.blocks, "facts are missing, and it does not block"),
        (report.overall_risk.blocks != report.blocked, "blocked does not follow from the risk"),
        (report.blocked and report.overall_score > 49, "a score above 49 on a blocked verdict"),
        (not 0 <= report.overall_score <= 100, "a score beyond 0 to 100"),
        (report.blocked and report.is_feasible(), "blocked and feasible"),
    ):
        if wrong:
            raise Broken(why)


def _check_nearest(request: EvaluateRequest, report: FeasibilityReport) -> None:
    """The settings found really come to the risk told."""
    near = report.nearest
    assert near is not None
    if near.must_change:
        return
    asked = request.in_mm()
    cut = asked.cut.model_copy(update={CUT_FIELDS[change.setting]: change.value for change in near.changes})
    again = ENGINES.compute(asked.model_copy(update={"cut": cut, "nearest": False}))
    if again.overall_risk is not near.risk:
        raise Broken(f"the nearest settings are told as {near.risk.value} and are {again.overall_risk.value}")
    if near.risk is Risk.RED:
        raise Broken("the nearest settings are RED")


def _wrong_refusal(refusal: Rejected, raw: bytes) -> str:
    if not refusal.code or not refusal.reason:
        return "no code or no reason"
    try:
        document = from_json(raw) if raw else {}
    except ValueError:
        return "a pointer into what is no JSON" if refusal.pointer else ""
    return (
        ""
        if _resolves(refusal.pointer, document)
        else f"a pointer to nowhere, like {re.sub('[0-9]+', 'N', refusal.pointer[:60])}"
    )


def _resolves(pointer: str, value: Any) -> bool:
    """A key or a member of a pair that is missing may be the last part."""
    tokens = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    if pointer and not pointer.startswith("/"):
        return False
    for place, token in enumerate(tokens):
        if isinstance(value, dict) and token not in value:
            return place == len(tokens) - 1
        if isinstance(value, list) and not (token.isdecimal() and int(token) < len(value)):
            return token.isdecimal() and place == len(tokens) - 1
        if not isinstance(value, dict | list):
            return False
        value = value[token] if isinstance(value, dict) else value[int(token)]
    return True


# --- many ---


@dataclass
class Tally:
    outcomes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    shortest: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By class of defect: bytes and number of the shortest request."""
    slowest: tuple[float, int] = (0.0, -1)

    def take(self, index: int, asked: Question, found: str, seconds: float) -> None:
        self.outcomes[found] += 1
        coarse = {"DEFECT": "defect", "refused": "refused"}.get(found.split()[0], "judged")
        self.kinds[f"{asked.kind}: {coarse}"] += 1
        if found.startswith("DEFECT"):
            self._keep(found, (len(asked.raw), index))
        self.slowest = max(self.slowest, (seconds, index))

    def add(self, other: Tally) -> None:
        self.outcomes += other.outcomes
        self.kinds += other.kinds
        for found, entry in other.shortest.items():
            self._keep(found, entry)
        self.slowest = max(self.slowest, other.slowest)

    def _keep(self, found: str, entry: tuple[int, int]) -> None:
        self.shortest[found] = min(entry, self.shortest.get(found, entry))


def batch(job: tuple[int, int, int]) -> Tally:
    seed, first, count = job
    tally = Tally()
    for index in range(first, first + count):
        asked = question(seed, index)
        began = time.perf_counter()
        found = outcome(asked)
        tally.take(index, asked, found, time.perf_counter() - began)
    return tally


def run(requests: int, seed: int, processes: int) -> Tally:
    jobs = [(seed, first, min(BATCH, requests - first)) for first in range(0, requests, BATCH)]
    whole = Tally()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for part in pool.imap_unordered(batch, jobs):
            whole.add(part)
    return whole


def show(tally: Tally, seed: int, seconds: float) -> None:
    total = tally.outcomes.total()
    print(f"{total} requests of seed {seed} in {seconds:.0f} s, {total / seconds:.0f} a second")
    for name, counter in (("outcome", tally.outcomes), ("kind of request", tally.kinds)):
        print(f"\n| {name} | requests |\n|---|---|")
        for found, count in sorted(counter.items()):
            print(f"| {found} | {count} |")
    print(f"\nslowest: {1000 * tally.slowest[0]:.0f} ms, --seed {seed} --only {tally.slowest[1]}")
    for found, (_, index) in sorted(tally.shortest.items()):
        asked = question(seed, index)
        print(f"\n{found}\n  --seed {seed} --only {index}, {asked.model.__name__}:\n  {asked.raw[:3000]!r}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", type=int)
    chosen = parser.parse_args()
    if chosen.only is not None:
        asked = question(chosen.seed, chosen.only)
        found = outcome(asked)
        print(f"{asked.kind}, {asked.model.__name__}: {found}\n{asked.raw!r}")
        return int(found.startswith("DEFECT"))
    began = time.perf_counter()
    tally = run(chosen.requests, chosen.seed, chosen.processes)
    show(tally, chosen.seed, time.perf_counter() - began)
    return int(bool(tally.shortest))


if __name__ == "__main__":
    raise SystemExit(main())
