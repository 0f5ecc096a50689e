#include "timing_blocks.h"

#include <algorithm>
#include <limits>

namespace rmos {

namespace {

constexpr double INF = std::numeric_limits<double>::infinity();
constexpr double MAX_CHORDS = 4096;

double along(const Point3 &unit, const Inverse &by) {
    return std::max(std::max(std::fabs(unit[0]) * by.x, std::fabs(unit[1]) * by.y),
                    std::max(std::fabs(unit[2]) * by.z, by.whole));
}

bool is_straight(const Point3 &a, const Point3 &b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] > lanes::STRAIGHT; }

Point3 tangent(const Axes &at, double p, double q, double radius, double pitch) {
    const double length = std::sqrt(radius * radius + pitch * pitch);
    Point3 out{{0, 0, 0}};
    if (!(length > 0)) return out;
    out[at.first] = p / length;
    out[at.second] = q / length;
    out[at.third] = pitch / length;
    return out;
}

// As `directions`, of an arc whose sweep is known: two arc tangents of angles less.
Directions arc_directions(const Axes &at, const Sweep &arc, const Point3 &start, const Point3 &end, const Point3 &centre) {
    const double ccw = arc.turn > 0 ? 1.0 : -1.0;
    const double pitch = (end[at.third] - start[at.third]) / std::fabs(arc.turn);
    const Point3 enter = tangent(at, ccw * centre[at.second], -ccw * centre[at.first], arc.radius, pitch);
    const double p = end[at.first] - start[at.first] - centre[at.first];
    const double q = end[at.second] - start[at.second] - centre[at.second];
    return {enter, tangent(at, -ccw * q, ccw * p, std::sqrt(p * p + q * q), pitch)};
}

std::size_t chord_count(double radius, double turn, double tolerance) {
    const double least = 1 + std::floor(std::fabs(turn) / 2.1);
    if (!(2 * radius > tolerance)) return static_cast<std::size_t>(least);
    const double count = std::floor(
        std::min(std::fabs(0.5 * turn * radius) / std::sqrt(tolerance * (2 * radius - tolerance)), MAX_CHORDS));
    return static_cast<std::size_t>(std::max(least, count));
}

}  // namespace

Blocks::Blocks() {
    for (auto *column : {&length, &inverse_accel, &cap, &feed, &enter_x, &enter_y, &enter_z, &leave_x, &leave_y, &leave_z, &limit_v2})
        column->resize(ROOM + 1);
    move.resize(ROOM + 1);
    for (auto *column : {&stopped, &line, &joins}) column->resize(ROOM + 1);
}

void Blocks::carry_last() {
    for (auto *column : {&length, &inverse_accel, &cap, &feed, &enter_x, &enter_y, &enter_z, &leave_x, &leave_y, &leave_z})
        (*column)[0] = (*column)[count];
    line[0] = line[count];
    count = 0;
}

BlockMaker::BlockMaker(const Path &path, const Spindle &spindle, const MachineLimits &limits,
                       const std::vector<std::unique_ptr<Planner>> &planners)
    : path_(path), spindle_(spindle), limits_(limits), planners_(planners) {}

bool BlockMaker::fail(std::size_t move, const char *reason) {
    fault_ = {move, reason};
    return false;
}

bool BlockMaker::changes_before(std::size_t n) const {
    return limits_.drains && n > 0 &&
           (spindle_.rpm[n] != spindle_.rpm[n - 1] || spindle_.switches[n] != spindle_.switches[n - 1]);
}

// Straight moves of one kind between which nothing stops the machine.
std::size_t BlockMaker::end_of_run(std::size_t first, std::size_t room) const {
    const std::size_t most = std::min(path_.count, first + room);
    std::size_t n = first + 1;
    if (limits_.drains)
        while (n < most && path_.kind[n] == path_.kind[first] && !changes_before(n)) ++n;
    else
        while (n < most && path_.kind[n] == path_.kind[first]) ++n;
    return n;
}

TimingFault BlockMaker::run() {
    for (std::size_t n = 0; n < path_.count;) {
        stopped_ = stopped_ || changes_before(n) || path_.kind[n] >= DWELL;
        const std::size_t first = n;
        if (path_.kind[n] >= DWELL) {
            ++n;
        } else if (path_.is_arc(n)) {
            if (!add_arc(n++)) return fault_;
        } else {
            n = end_of_run(n, Blocks::ROOM - blocks_.count);
            if (!add_straight(first, n)) return fault_;
        }
        if (blocks_.count == Blocks::ROOM) hand_over();
    }
    hand_over();
    for (const auto &planner : planners_) planner->finish();
    return fault_;
}

void BlockMaker::mark_stop(std::size_t row) {
    blocks_.stopped[row] = stopped_;
    stopped_ = limits_.stops_always;
}

bool BlockMaker::add_straight(std::size_t first, std::size_t last) {
    const std::size_t rows = last - first, row = blocks_.count + 1;
    const Inverse &speed = path_.kind[first] == RAPID ? limits_.rapid : limits_.feed;
    const double *const to[3] = {path_.x + first, path_.y + first, path_.z + first};
    std::int64_t odd = 0;
    const auto measure = [&](const double *const from[3], const double *const ends[3], std::size_t at, std::size_t many) {
        odd += lanes::straight(many, from, ends, speed, limits_.accel, &blocks_.length[at], &blocks_.inverse_accel[at],
                               &blocks_.cap[at], blocks_.enter(at), blocks_.leave(at));
    };
    const Point3 start = start_of(first);
    const double *const starts[3] = {&start.v[0], &start.v[1], &start.v[2]};
    measure(starts, to, row, 1);
    if (rows > 1) {
        const double *const next[3] = {to[0] + 1, to[1] + 1, to[2] + 1};
        measure(to, next, row + 1, rows - 1);
    }
    if (path_.kind[first] == RAPID)
        std::fill_n(&blocks_.feed[row], rows, INF);
    else
        odd += lanes::feeds(rows, path_.feed + first, &blocks_.feed[row]);
    if (odd != 0) return keep_sound(first, rows);
    for (std::size_t n = 0; n < rows; ++n) blocks_.move[row + n] = static_cast<std::uint32_t>(first + n);
    std::fill_n(&blocks_.stopped[row], rows, std::uint8_t{limits_.stops_always});
    std::fill_n(&blocks_.line[row], rows, std::uint8_t{1});
    mark_stop(row);
    blocks_.count += rows;
    return true;
}

// Of rows just written: leaves out what has no length, and stops at what cannot be timed.
bool BlockMaker::keep_sound(std::size_t first, std::size_t rows) {
    Blocks &b = blocks_;
    for (std::size_t n = 0, from = b.count + 1; n < rows; ++n, ++from) {
        if (!(b.length[from] < INF)) return fail(first + n, "has no finite length");
        if (!(b.length[from] > 0)) continue;
        if (!(b.feed[from] >= lanes::SLOWEST_MM_S)) return fail(first + n, "has no feed");
        const Point3 unit{{b.enter_x[from], b.enter_y[from], b.enter_z[from]}};
        add(first + n, b.length[from], b.inverse_accel[from], b.cap[from], b.feed[from], unit, unit);
    }
    return true;
}

void BlockMaker::add(std::size_t n, double length, double inverse_accel, double cap, double feed, const Point3 &enter,
                     const Point3 &leave) {
    Blocks &b = blocks_;
    const std::size_t row = ++b.count;
    b.length[row] = length;
    b.inverse_accel[row] = inverse_accel;
    b.cap[row] = cap;
    b.feed[row] = feed;
    b.enter_x[row] = enter[0];
    b.enter_y[row] = enter[1];
    b.enter_z[row] = enter[2];
    b.leave_x[row] = leave[0];
    b.leave_y[row] = leave[1];
    b.leave_z[row] = leave[2];
    b.move[row] = static_cast<std::uint32_t>(n);
    b.line[row] = !path_.is_arc(n);
    mark_stop(row);
}

bool BlockMaker::add_arc(std::size_t n) {
    const Point3 start = start_of(n), end = path_.end(n);
    const Sweep arc = arc_sweep(path_.plane[n], path_.kind[n] == ARC_CCW, start, end, path_.centre(n));
    const Axes at = axes_of(path_.plane[n]);
    const double around = arc.radius * arc.turn, rise = end[at.third] - start[at.third];
    const double length = std::sqrt(around * around + rise * rise);
    if (!(length + distance_mm(start, end) < INF)) return fail(n, "has no finite length");
    if (!(length > 0)) return true;
    const double feed = path_.feed[n] / 60;
    if (!(feed >= lanes::SLOWEST_MM_S)) return fail(n, "has no feed");
    const Directions ways = arc_directions(at, arc, start, end, path_.centre(n));
    if (limits_.arc_tolerance_mm > 0) {
        add_chords(n, length, arc, ways.enter, feed);
        return true;
    }
    Point3 unit{{0, 0, 0}};
    unit[at.first] = unit[at.second] = arc.radius * std::fabs(arc.turn) / length;
    unit[at.third] = std::fabs(rise) / length;
    const double accel = along(unit, limits_.accel);
    double cap = 1 / along(unit, limits_.feed);
    if (arc.radius > 0) {
        const double pitch = length / std::fabs(arc.turn);
        cap = std::min(cap, std::sqrt(limits_.normal_ratio * (pitch * pitch / arc.radius) / accel));
    }
    add(n, length, accel / limits_.tangential_ratio, cap, feed, ways.enter, ways.leave);
    return true;
}

void BlockMaker::add_chords(std::size_t n, double length, const Sweep &arc, const Point3 &enter, double feed) {
    const std::size_t count = chord_count(arc.radius, arc.turn, limits_.arc_tolerance_mm);
    const double part = length / static_cast<double>(count);
    Point3 at = start_of(n);
    const Way way(path_, n, at, path_.end(n), count);
    for (std::size_t m = 1; m <= count; ++m) {
        const Point3 to = way.at(m);
        const double size = distance_mm(at, to);
        const Point3 unit = size > 0 ? Point3{{(to[0] - at[0]) / size, (to[1] - at[1]) / size, (to[2] - at[2]) / size}} : enter;
        if (blocks_.count == Blocks::ROOM) hand_over();
        add(n, part, along(unit, limits_.accel), 1 / along(unit, limits_.feed), feed, unit, unit);
        at = to;
    }
}

// Held against the first block of the motion as well, so that a fine polyline around a curve does not become one. Only blocks that
// lead straight on, with no stop between, have no limit.
void BlockMaker::find_joins() {
    Blocks &b = blocks_;
    std::size_t first = 0;
    for (std::size_t n = 1; n <= b.count; ++n) {
        b.joins[n] = b.limit_v2[n] == INF && b.line[n] && b.line[n - 1] && b.feed[n - 1] == b.feed[n] &&
                     is_straight(first ? b.enter_at(first) : anchor_, b.enter_at(n));
        if (!b.joins[n]) first = n;
    }
    if (first) anchor_ = b.enter_at(first);
}

void BlockMaker::hand_over() {
    Blocks &b = blocks_;
    if (b.count == 0) return;
    const lanes::Units leave = b.leave(0), enter = b.enter(0);
    if (limits_.across)
        lanes::corners_across(b.count, leave, enter, limits_.accel, limits_.deviation_mm, b.limit_v2.data());
    else
        lanes::corners_of_lesser(b.count, leave, enter, b.inverse_accel.data(), limits_.deviation_mm * limits_.normal_ratio,
                                 b.limit_v2.data());
    if (limits_.half_move)
        lanes::half_moves(b.count, leave, enter, b.length.data(), b.inverse_accel.data(), limits_.normal_ratio, b.limit_v2.data());
    if (limits_.min_corner_v2 > 0) lanes::at_least(b.count, limits_.min_corner_v2, b.limit_v2.data());
    for (std::size_t n = 1; n <= b.count; ++n)
        if (b.stopped[n]) b.limit_v2[n] = 0.0;
    if (limits_.jerk_mm_s3 > 0) find_joins();
    for (const auto &planner : planners_) planner->take(b);
    b.carry_last();
}

}  // namespace rmos
