"""How fast is adaptive clearing, how does it grow, and how does its way compare with rings? Humbucker pockets and larger."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from dataclasses import replace
from typing import Any

from clock import best_s
from rmos.cam_accel.kernels import choose
from rmos.cam_accel.plan.cut import Cut
from rmos.cam_accel.plan.pocket import PocketRequest, plan_pocket
from rmos.cam_accel.timing import MachineLimits
from rmos.cam_accel.tools import ToolShape
from rmos.contracts.toolpath import Toolpath, encode

CUT, LIMITS = Cut(ToolShape("flat", 6.35), 5, 3000, 800, 18000, 5), MachineLimits(5000, 500, 0.01)
RATIOS, AREAS = (0.1, 0.2, 0.4), (1, 10, 100)
WIDTH_MM, HEIGHT_MM, TOLERANCE_MM = 71.0, 40.0, 0.01


def request(area: float, ratio: float, strategy: str) -> PocketRequest:
    w, h = WIDTH_MM * math.sqrt(area), HEIGHT_MM * math.sqrt(area)
    base = PocketRequest(((0, 0), (w, 0), (w, h), (0, h)), (), 5, CUT, ratio, tolerance_mm=TOLERANCE_MM)
    return replace(base, strategy=strategy)  # type: ignore[arg-type]


def measures(path: Toolpath) -> dict[str, Any]:
    kernels = choose()
    return {
        "moves": len(path),
        "cut_mm": round(float(kernels.lengths_mm(path)[path.is_cut].sum())),
        "machine_s": round(float(kernels.move_times_s(path, LIMITS).sum()), 1),
        "sha256": hashlib.sha256(encode(path)).hexdigest()[:12],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", action="store_true", help="the reference too, at one area")
    with_reference = parser.parse_args().reference
    native = choose("on")
    for area in AREAS:
        for ratio in RATIOS if area == 1 else (0.2,):
            r = request(area, ratio, "adaptive")
            row: dict[str, Any] = {"area": area, "stepover": ratio}
            row["native_s"] = round(best_s(lambda r=r: plan_pocket(r, native), 3 if area < 100 else 1), 4)
            if with_reference and area == 1:
                row["reference_s"] = round(best_s(lambda r=r: plan_pocket(r, choose("off")), 1), 2)
            print(json.dumps(row | measures(plan_pocket(r, native))))
            rings = request(area, ratio, "rings")
            took = round(best_s(lambda r=rings: plan_pocket(r, native), 3), 4)
            print(json.dumps({"area": area, "stepover": ratio, "rings_s": took} | measures(plan_pocket(rings, native))))


if __name__ == "__main__":
    main()
