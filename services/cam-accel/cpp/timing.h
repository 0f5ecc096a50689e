// Two-pass look-ahead with junction deviation: the same steps in the same order as timing.py.
#pragma once
#include "geometry.h"

namespace rmos {

struct Limits {
    double rapid_mm_min, accel_mm_s2, junction_deviation_mm;
};

// Seconds of each move into `out`. Returns the first move that needs a feed and has none, or `path.count`.
std::size_t move_times_s(const Path &path, const Limits &limits, double *out);

}  // namespace rmos
