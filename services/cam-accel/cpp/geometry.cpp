#include "geometry.h"

#include <algorithm>
#include <limits>

namespace rmos {

static Point3 tangent(const Axes &at, double p, double q, double radius, double pitch_mm_rad) {
    const double length = std::sqrt(radius * radius + pitch_mm_rad * pitch_mm_rad);
    Point3 out{{0, 0, 0}};
    if (!(length > 0)) return out;
    out[at.first] = p / length;
    out[at.second] = q / length;
    out[at.third] = pitch_mm_rad / length;
    return out;
}

Directions directions(const Path &path, std::size_t n, const Point3 &start, const Point3 &end, double length) {
    if (!path.is_arc(n)) {
        const double scale = 1 / length;
        const Point3 straight{{(end[0] - start[0]) * scale, (end[1] - start[1]) * scale, (end[2] - start[2]) * scale}};
        return {straight, straight};
    }
    const Axes at = axes_of(path.plane[n]);
    const Point3 centre = path.centre(n);
    const Sweep arc = arc_sweep(path.plane[n], path.kind[n] == ARC_CCW, start, end, centre);
    const double ccw = arc.turn > 0 ? 1.0 : -1.0;
    const double pitch = (end[at.third] - start[at.third]) / std::fabs(arc.turn);
    const Point3 enter = tangent(at, ccw * centre[at.second], -ccw * centre[at.first], arc.radius, pitch);
    const double p = end[at.first] - start[at.first] - centre[at.first];
    const double q = end[at.second] - start[at.second] - centre[at.second];
    return {enter, tangent(at, -ccw * q, ccw * p, std::sqrt(p * p + q * q), pitch)};
}

Way::Way(const Path &path, std::size_t n, const Point3 &start, const Point3 &end, std::size_t count)
    : start_(start), end_(end), centre_(path.centre(n)), axes_(axes_of(path.plane[n])), arc_(path.is_arc(n)), count_(count) {
    if (arc_) sweep_ = arc_sweep(path.plane[n], path.kind[n] == ARC_CCW, start, end, centre_);
}

Point3 Way::at(std::size_t m) const {
    if (m == count_) return end_;
    const double part = static_cast<double>(m), whole = static_cast<double>(count_);
    Point3 p;
    if (!arc_) {
        for (int n = 0; n < 3; ++n) p[n] = start_[n] + (end_[n] - start_[n]) * part / whole;
        return p;
    }
    const int a = axes_.first, b = axes_.second, c = axes_.third;
    const double angle = sweep_.first + sweep_.turn * part / whole;
    p[a] = start_[a] + centre_[a] + sweep_.radius * std::cos(angle);
    p[b] = start_[b] + centre_[b] + sweep_.radius * std::sin(angle);
    p[c] = start_[c] + (end_[c] - start_[c]) * part / whole;
    return p;
}

static bool is_within(const Point3 &p, double far) {
    return std::fabs(p[0]) <= far && std::fabs(p[1]) <= far && std::fabs(p[2]) <= far;
}

bool lies_within(const Path &path, double far) {
    bool within = is_within(path.start, far);
    for (std::size_t n = 0; n < path.count && within; ++n) within = is_within(path.end(n), far) && is_within(path.centre(n), far);
    return within;
}

void lengths_mm(const Path &path, double *out) {
    Point3 start = path.start;
    for (std::size_t n = 0; n < path.count; ++n) {
        const Point3 end = path.end(n);
        out[n] = length_mm(path, n, start, end);
        start = end;
    }
}

void widen_by_arc(const Path &path, std::size_t n, const Point3 &start, const Point3 &end, double low[3], double high[3]) {
    const Axes at = axes_of(path.plane[n]);
    const Point3 centre = path.centre(n);
    const Sweep arc = arc_sweep(path.plane[n], path.kind[n] == ARC_CCW, start, end, centre);
    const double lowest = arc.turn > 0 ? arc.first : arc.first + arc.turn;
    for (int quarter = -6; quarter < 7; ++quarter) {
        const double angle = quarter * (PI / 2);
        if (!(lowest <= angle && angle <= lowest + std::fabs(arc.turn))) continue;
        const int part = (quarter + 8) % 4;
        const int axis = part % 2 == 0 ? at.first : at.second;
        const double reach = start[axis] + centre[axis] + (part < 2 ? 1.0 : -1.0) * arc.radius;
        low[axis] = std::min(low[axis], reach);
        high[axis] = std::max(high[axis], reach);
    }
}

void extent(const Path &path, double low[3], double high[3]) {
    std::fill(low, low + 3, std::numeric_limits<double>::infinity());
    std::fill(high, high + 3, -std::numeric_limits<double>::infinity());
    Point3 start = path.start;
    for (std::size_t n = 0; n < path.count; ++n) {
        const Point3 end = path.end(n);
        for (int axis = 0; axis < 3; ++axis) {
            low[axis] = std::min(low[axis], end[axis]);
            high[axis] = std::max(high[axis], end[axis]);
        }
        if (path.is_arc(n)) widen_by_arc(path, n, start, end, low, high);
        start = end;
    }
}

}  // namespace rmos
