#include "timing.h"

#include <algorithm>
#include <vector>

namespace rmos {

namespace {

struct Block {
    std::size_t index;
    double length, speed;
};

// Moves between two stops. `v2[n]` is the square of the fastest speed at which block n may be entered; one more at the end.
struct Run {
    std::vector<Block> blocks;
    std::vector<double> v2;
    Point3 leave{};

    void clear() {
        blocks.clear();
        v2.clear();
    }
};

double junction_v2(const Point3 &leave, const Point3 &enter, double slowest, const Limits &limits) {
    const double cosine = -(leave[0] * enter[0] + leave[1] * enter[1] + leave[2] * enter[2]);
    if (cosine < -0.999999) return slowest * slowest;
    const double half_sine = std::sqrt(std::max(0.0, 0.5 * (1 - cosine)));
    return std::min(slowest * slowest, limits.accel_mm_s2 * limits.junction_deviation_mm * half_sine / (1 - half_sine));
}

void add(Run &run, const Path &path, std::size_t n, const Point3 &start, const Point3 &end, double length, double speed,
         const Limits &limits) {
    const Directions way = directions(path, n, start, end, length);
    run.v2.push_back(run.blocks.empty()
                         ? 0.0
                         : junction_v2(run.leave, way.enter, std::min(run.blocks.back().speed, speed), limits));
    run.blocks.push_back({n, length, speed});
    run.leave = way.leave;
}

void finish(Run &run, double *out, double a) {
    if (run.blocks.empty()) return;
    run.v2.push_back(0.0);
    std::vector<double> &v2 = run.v2;
    for (std::size_t n = run.blocks.size(); n-- > 0;) v2[n] = std::min(v2[n], v2[n + 1] + 2 * a * run.blocks[n].length);
    double v0 = 0.0;
    for (std::size_t n = 0; n < run.blocks.size(); ++n) {
        const Block &block = run.blocks[n];
        v2[n + 1] = std::min(v2[n + 1], v2[n] + 2 * a * block.length);
        const double v1 = std::sqrt(v2[n + 1]), both = v2[n] + v2[n + 1];
        const double peak = std::min(block.speed, std::sqrt((2 * a * block.length + both) / 2));
        const double ramps = (2 * peak * peak - both) / (2 * a);
        out[block.index] = (2 * peak - v0 - v1) / a + std::max(0.0, block.length - ramps) / peak;
        v0 = v1;
    }
    run.clear();
}

}  // namespace

std::size_t move_times_s(const Path &path, const Limits &limits, double *out) {
    Run run;
    run.blocks.reserve(path.count);
    run.v2.reserve(path.count + 1);
    std::copy(path.dwell, path.dwell + path.count, out);
    Point3 start = path.start;
    for (std::size_t n = 0; n < path.count; ++n) {
        const Point3 end = path.end(n);
        if (path.kind[n] >= DWELL) {
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
