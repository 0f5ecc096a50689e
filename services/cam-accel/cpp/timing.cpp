#include "timing.h"

#include <algorithm>
#include <vector>

namespace rmos {

namespace {

struct Block {
    std::size_t index;
    double length, speed;
};

// Moves between two stops. `speeds[n]` is the fastest at which block n may be entered; one more entry for the end.
struct Run {
    std::vector<Block> blocks;
    std::vector<double> speeds;
    Point3 leave{};

    void clear() {
        blocks.clear();
        speeds.clear();
    }
};

double junction_mm_s(const Point3 &leave, const Point3 &enter, double slowest, const Limits &limits) {
    const double cosine = -(leave[0] * enter[0] + leave[1] * enter[1] + leave[2] * enter[2]);
    if (cosine < -0.999999) return slowest;
    const double half_sine = std::sqrt(std::max(0.0, 0.5 * (1 - cosine)));
    const double square = limits.accel_mm_s2 * limits.junction_deviation_mm * half_sine / (1 - half_sine);
    return std::min(slowest, std::sqrt(square));
}

void add(Run &run, const Path &path, std::size_t n, const Point3 &start, const Point3 &end, double length, double speed,
         const Limits &limits) {
    const Directions way = directions(path, n, start, end);
    run.speeds.push_back(run.blocks.empty() ? 0.0
                                            : junction_mm_s(run.leave, way.enter,
                                                            std::min(run.blocks.back().speed, speed), limits));
    run.blocks.push_back({n, length, speed});
    run.leave = way.leave;
}

double trapezoid_s(double length, double v0, double v1, double top, double a) {
    const double peak = std::min(top, std::sqrt((2 * a * length + v0 * v0 + v1 * v1) / 2));
    const double ramps = (2 * peak * peak - v0 * v0 - v1 * v1) / (2 * a);
    return (2 * peak - v0 - v1) / a + std::max(0.0, length - ramps) / peak;
}

void finish(Run &run, double *out, double a) {
    if (run.blocks.empty()) return;
    run.speeds.push_back(0.0);
    std::vector<double> &v = run.speeds;
    for (std::size_t n = run.blocks.size(); n-- > 0;)
        v[n] = std::min(v[n], std::sqrt(v[n + 1] * v[n + 1] + 2 * a * run.blocks[n].length));
    for (std::size_t n = 0; n < run.blocks.size(); ++n) {
        const Block &block = run.blocks[n];
        v[n + 1] = std::min(v[n + 1], std::sqrt(v[n] * v[n] + 2 * a * block.length));
        out[block.index] = trapezoid_s(block.length, v[n], v[n + 1], block.speed, a);
    }
    run.clear();
}

}  // namespace

std::size_t move_times_s(const Path &path, const Limits &limits, double *out) {
    Run run;
    std::copy(path.dwell, path.dwell + path.count, out);
    Point3 start = path.start;
    for (std::size_t n = 0; n < path.count; ++n) {
        const Point3 end = path.end(n);
        if (path.kind[n] == DWELL) {
            finish(run, out, limits.accel_mm_s2);
        } else {
            const double length = length_mm(path, n, start, end);
            if (length > 0) {
                const double feed = path.kind[n] == RAPID ? limits.rapid_mm_min : path.feed[n];
                if (!(feed > 0)) return n;
                add(run, path, n, start, end, length, feed / 60, limits);
            }
        }
        start = end;
    }
    finish(run, out, limits.accel_mm_s2);
    return path.count;
}

}  // namespace rmos
