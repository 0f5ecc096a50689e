#include "adaptive_task.h"

#include <algorithm>
#include <stdexcept>

namespace rmos {

static constexpr double FARTHEST_MM = 1e5, LEAST_RADIUS_MM = 1e-3, FARTHEST_RADII = 1 << 18;

struct Box {
    double low_x, low_y, high_x, high_y;
};

static Box box_of(const RingsIn &rings) {
    Box box{rings.points[0], rings.points[1], rings.points[0], rings.points[1]};
    for (std::size_t n = 0; n < rings.points_count; ++n) {
        box.low_x = std::min(box.low_x, rings.points[2 * n]);
        box.high_x = std::max(box.high_x, rings.points[2 * n]);
        box.low_y = std::min(box.low_y, rings.points[2 * n + 1]);
        box.high_y = std::max(box.high_y, rings.points[2 * n + 1]);
    }
    return box;
}

TaskFrame frame_of(const ClearingTask &task) {
    const double border = 1.25 * task.radius;
    const Box box = box_of(task.area);
    TaskFrame f{static_cast<double>(TOOL_RADIUS) / task.radius, box.low_x - border, box.low_y - border, 0, 0};
    f.width = TaskFrame::whole((box.high_x + border - f.low_x) * f.scale);
    f.height = TaskFrame::whole((box.high_y + border - f.low_y) * f.scale);
    return f;
}

std::vector<Places> rings_of(const RingsIn &in, const TaskFrame &frame) {
    std::vector<Places> out;
    std::size_t at = 0;
    for (std::size_t n = 0; n < in.ends_count; ++n) {
        Places ring;
        for (; at < static_cast<std::size_t>(in.ends[n]); ++at) ring.push_back(frame.place(in.points[2 * at], in.points[2 * at + 1]));
        out.push_back(std::move(ring));
    }
    return out;
}

static double twice_area(const RingsIn &rings) {
    double twice = 0;
    std::size_t first = 0;
    for (std::size_t ring = 0; ring < rings.ends_count; ++ring) {
        const auto end = static_cast<std::size_t>(rings.ends[ring]);
        for (std::size_t n = first; n < end; ++n) {
            const double *a = rings.points + 2 * n, *b = rings.points + 2 * (n + 1 < end ? n + 1 : first);
            twice += a[0] * b[1] - b[0] * a[1];
        }
        first = end;
    }
    return std::fabs(twice);
}

std::int64_t required_cells(const ClearingTask &task, const TaskFrame &frame, const std::vector<Places> &rings) {
    const std::int64_t per_radius = cells_per_radius(frame.width, frame.height);
    if (per_radius == 0) throw std::length_error("the area has too many cells for this tool");
    constexpr double MOST_RADII = static_cast<double>(MOST_STEPS) * (2.0 * static_cast<double>(STEP) / static_cast<double>(TOOL_RADIUS));
    if (twice_area(task.area) > MOST_RADII * (task.radius * task.width))
        throw std::length_error("the area takes more than 16777216 steps at this bite");
    if (count_spaced(rings, STEP) > MOST_STEPS) throw std::length_error("the border of the area is longer than 16777216 steps");
    return per_radius;
}

static bool all_within(const RingsIn &rings, double far) {
    return std::all_of(rings.points, rings.points + 2 * rings.points_count, [far](double v) { return std::fabs(v) <= far; });
}

static bool all_near(const RingsIn &rings, double x, double y, double far) {
    for (std::size_t n = 0; n < rings.points_count; ++n)
        if (!(std::fabs(rings.points[2 * n] - x) <= far && std::fabs(rings.points[2 * n + 1] - y) <= far)) return false;
    return true;
}

static void require(bool sound, const char *what) {
    if (!sound) throw std::invalid_argument(what);
}

// In the order of require_workable in adaptive.py.
void require_workable(const ClearingTask &task) {
    require(task.area.points_count > 0, "there is no area to clear");
    require(all_within(task.area, FARTHEST_MM) && all_within(task.cleared, FARTHEST_MM), "a point lies beyond 100000 mm");
    require(task.radius >= LEAST_RADIUS_MM && task.radius <= FARTHEST_MM, "the tool has no radius");
    require(task.width >= 0 && task.width <= 2 * task.radius, "the bite is wider than the tool");
    require(task.hole >= 0 && task.hole <= FARTHEST_MM, "the hole has no radius");
    const Box box = box_of(task.area);
    const double reach = std::max(0.0, task.hole - task.radius), give = task.radius / 8, far = FARTHEST_RADII * task.radius;
    require(task.start_x - reach >= box.low_x - give && task.start_x + reach <= box.high_x + give &&
                task.start_y - reach >= box.low_y - give && task.start_y + reach <= box.high_y + give,
            "the start lies outside of the area");
    if (!all_near(task.area, box.low_x, box.low_y, far)) throw std::length_error("the area has too many cells for this tool");
    require(all_near(task.cleared, box.low_x, box.low_y, far), "what is cleared lies too far from the area");
}

}  // namespace rmos
