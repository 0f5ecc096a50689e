#include "timing.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "timing_jerk.h"
#include "timing_trapezoid.h"

namespace rmos {

namespace {

using Planners = std::vector<std::unique_ptr<Planner>>;

std::unique_ptr<Planner> planner_of(const MachineLimits &limits, double factor, Seconds &seconds) {
    if (limits.jerk_mm_s3 > 0) return std::make_unique<MotionPlanner>(limits.window, factor, limits.jerk_mm_s3, seconds);
    return std::make_unique<TrapezoidPlanner>(limits.window, factor, seconds);
}

double wait_s(const Path &path, const MachineLimits &limits, std::size_t n) {
    switch (path.kind[n]) {
    case DWELL: return path.dwell[n];
    case STOP: return limits.stop_s;
    case TOOL_CHANGE: return limits.tool_change_s;
    default: return 0.0;
    }
}

}  // namespace

MachineLimits MachineLimits::of(const double *n) {
    constexpr double MOST = 1e300, MOST_WINDOW = 1 << 20;
    if (!std::all_of(n, n + NUMBERS, [](double v) { return v >= 0 && v <= MOST; }) || n[18] > MOST_WINDOW)
        throw std::invalid_argument("the limits are those of no machine");
    const auto inverse = [n](int at) { return Inverse{n[at], n[at + 1], n[at + 2], n[at + 3]}; };
    return {inverse(0), inverse(4), inverse(8), n[12], n[13], n[14], n[15], n[16], n[17], static_cast<std::size_t>(n[18]),
            n[19] != 0, n[20] != 0, n[21] != 0, n[22] != 0, n[23], n[24]};
}

TimingFault move_times_s(const Path &path, const Spindle &spindle, const MachineLimits &limits, double *out) {
    for (std::size_t n = 0; n < path.count; ++n) out[n] = wait_s(path, limits, n);
    Seconds seconds{out};
    Planners planners;
    planners.push_back(planner_of(limits, 1.0, seconds));
    return BlockMaker(path, spindle, limits, planners).run();
}

// Some factors at a time, so many that what their planners hold of the path stays within a few gigabytes even where nothing settles.
TimingFault move_times_total_s(const Path &path, const Spindle &spindle, const MachineLimits &limits, const double *factors,
                               std::size_t count, double *out) {
    constexpr std::size_t MOST_TOGETHER = 64, MOST_MOVES = std::size_t{1} << 24;
    const std::size_t together = std::clamp<std::size_t>(MOST_MOVES / std::max<std::size_t>(path.count, 1), 1, MOST_TOGETHER);
    double waits = 0.0;
    for (std::size_t n = 0; n < path.count; ++n) waits += wait_s(path, limits, n);
    for (std::size_t first = 0; first < count; first += together) {
        std::vector<Seconds> seconds(std::min(together, count - first), Seconds{nullptr});
        Planners planners;
        for (std::size_t n = 0; n < seconds.size(); ++n) planners.push_back(planner_of(limits, factors[first + n], seconds[n]));
        const TimingFault fault = BlockMaker(path, spindle, limits, planners).run();
        if (*fault.reason) return fault;
        for (std::size_t n = 0; n < seconds.size(); ++n) out[first + n] = seconds[n].sum + waits;
    }
    return {0, ""};
}

}  // namespace rmos
