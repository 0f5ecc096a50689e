// How long the machine takes: the same steps in the same order as the package timing.
#pragma once
#include <string>
#include <vector>

#include "geometry.h"

namespace rmos {

// The inverse of a limit along X, Y, Z and along the whole path.
struct Inverse {
    double x, y, z, whole;
};

// In the order of MachineLimits.numbers(). `arc_tolerance_mm` 0: arcs are one block. `jerk_mm_s3` 0: none. `window` 0: unbounded.
struct MachineLimits {
    Inverse rapid, feed, accel;
    double deviation_mm, normal_ratio, tangential_ratio, arc_tolerance_mm, min_corner_v2, jerk_mm_s3;
    std::size_t window;
    bool stops_always, across, half_move, drains;
    double tool_change_s, stop_s;

    static constexpr std::size_t NUMBERS = 25;
    // Throws std::invalid_argument for numbers that MachineLimits in timing/limits.py does not give.
    static MachineLimits of(const double *numbers);
};

// What the spindle does during each move: a change stops the machine.
struct Spindle {
    const double *rpm;
    const std::uint8_t *switches;
};

// Where a path cannot be timed: "" where it can.
struct TimingFault {
    std::size_t move;
    const char *reason;
};

// Seconds of each move into `out`, `path.count` long.
TimingFault move_times_s(const Path &path, const Spindle &spindle, const MachineLimits &limits, double *out);

// Seconds of the whole path for each factor on all feeds, into `out`; the geometry is worked out once.
TimingFault move_times_total_s(const Path &path, const Spindle &spindle, const MachineLimits &limits, const double *factors,
                               std::size_t count, double *out);

}  // namespace rmos
