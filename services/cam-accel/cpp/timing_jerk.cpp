#include "timing_jerk.h"

#include <algorithm>
#include <cmath>

namespace rmos {

namespace {

constexpr int MOST_STEPS = 256;

double cubic_root(double speed, double jerk, double way, double most_s) {
    if (!(way > 0)) return 0.0;
    double t = jerk > 0 ? most_s : way / speed;
    for (int n = 0; n < MOST_STEPS; ++n) {
        const double slope = speed + 0.5 * jerk * t * t;
        const double nearer = t - (speed * t + jerk * t * t * t / 6 - way) / slope;
        if (!(jerk > 0 ? nearer < t : nearer > t)) break;
        t = nearer;
    }
    return std::min(t, most_s);
}

double along_ramp_s(double at, double low, double high, double total, double total_mm, const Ramp &ramp) {
    const double jerk = ramp.jerk, grow = std::min(ramp.lag, 0.5 * total);
    const double first = low * grow + jerk * grow * grow * grow / 6;
    if (at <= first) return cubic_root(low, jerk, at, grow);
    if (total_mm - at <= high * grow - jerk * grow * grow * grow / 6)
        return total - cubic_root(high, -jerk, std::max(0.0, total_mm - at), grow);
    const double speed = low + 0.5 * jerk * grow * grow, most = jerk * grow;
    const double more = at - first;
    return grow + 2 * more / (speed + std::sqrt(speed * speed + 2 * most * more));
}

}  // namespace

double SpeedProfile::time_at_s(double at, const Ramp &ramp) const {
    const double up = ramp.seconds(peak - v0), down = ramp.seconds(peak - v1);
    const double up_mm = 0.5 * (v0 + peak) * up, down_mm = 0.5 * (v1 + peak) * down;
    if (at <= up_mm) return along_ramp_s(at, v0, peak, up, up_mm, ramp);
    const double level = std::max(0.0, length - up_mm - down_mm);
    if (at <= up_mm + level) return up + (at - up_mm) / peak;
    return up + down + level / peak - along_ramp_s(std::max(0.0, length - at), v1, peak, down, down_mm, ramp);
}

void Motions::grow(std::size_t room) {
    if (parts.size() >= room) return;
    for (auto *column : {&cap, &speed, &of.length, &of.inverse_accel, &of.lag, &of.knee, &of.scale, &of.per_scale, &of.full_below,
                         &of.twice, &of.rest})
        column->resize(room);
    parts.resize(room);
}

void Motions::drop(std::size_t settled) {
    for (auto *column : {&cap, &speed, &of.length, &of.inverse_accel, &of.lag, &of.knee, &of.scale, &of.per_scale, &of.full_below,
                         &of.twice, &of.rest})
        std::copy(column->data() + settled, column->data() + count, column->data());
    std::copy(parts.data() + settled, parts.data() + count, parts.data());
    count -= settled;
}

MotionPlanner::MotionPlanner(std::size_t window, double factor, double jerk, Seconds &seconds)
    : window_(window), threshold_(std::max(Blocks::ROOM, 2 * window)), factor_(factor), jerk_(jerk), per_root_(1 / std::sqrt(jerk)),
      seconds_(seconds), speed_(Blocks::ROOM + 1), entry_v2_(Blocks::ROOM), gain_v2_(Blocks::ROOM), entry_cap_(Blocks::ROOM),
      peak_(Blocks::ROOM), times_(Blocks::ROOM) {
    entry_.assign(1, 0.0);
}

void MotionPlanner::take(const Blocks &blocks) {
    const std::size_t rows = blocks.count;
    Motions &m = motions_;
    m.grow(m.count + rows);
    lanes::plan_of(rows, factor_, &blocks.feed[1], &blocks.cap[1], &blocks.limit_v2[1], &blocks.length[1],
                   &blocks.inverse_accel[1], &speed_[1], entry_v2_.data(), gain_v2_.data());
    lanes::roots(rows, entry_v2_.data(), entry_cap_.data());
    const std::size_t before = parts_.size();
    parts_.resize(before + rows);
    for (std::size_t n = 1; n <= rows; ++n) parts_[before + n - 1] = {blocks.length[n], blocks.move[n]};
    add_motions(blocks);
    speed_[0] = speed_[rows];
    // The last motion may still grow.
    if (m.count > threshold_) settle(m.count - 1, false);
}

void MotionPlanner::add_motions(const Blocks &blocks) {
    const std::uint8_t *joins = blocks.joins.data(), *after = joins + blocks.count + 1;
    for (const std::uint8_t *row = joins + 1; row < after;) {
        const std::uint8_t *end = std::find(row, after, std::uint8_t{1});
        add_whole(blocks, static_cast<std::size_t>(row - joins), static_cast<std::size_t>(end - row));
        for (row = end; row < after && *row; ++row) join(blocks, static_cast<std::size_t>(row - joins));
    }
}

// Every block a motion of its own.
void MotionPlanner::add_whole(const Blocks &blocks, std::size_t row, std::size_t rows) {
    Motions &m = motions_;
    std::copy_n(&entry_cap_[row - 1], rows, &m.cap[m.count]);
    std::copy_n(&speed_[row], rows, &m.speed[m.count]);
    std::copy_n(&blocks.inverse_accel[row], rows, &m.of.inverse_accel[m.count]);
    std::copy_n(&blocks.length[row], rows, &m.of.length[m.count]);
    std::fill_n(&m.parts[m.count], rows, 1U);
    m.count += rows;
}

// One block more of the last motion.
void MotionPlanner::join(const Blocks &blocks, std::size_t row) {
    Motions &m = motions_;
    const std::size_t at = m.count - 1;
    m.speed[at] = std::min(m.speed[at], speed_[row]);
    m.of.inverse_accel[at] = std::max(m.of.inverse_accel[at], blocks.inverse_accel[row]);
    m.of.length[at] += blocks.length[row];
    ++m.parts[at];
}

void MotionPlanner::finish() {
    if (motions_.count > 0) settle(motions_.count, true);
}

void MotionPlanner::settle(std::size_t known, bool last) {
    prepare(known);
    const double *cap = motions_.cap.data();
    if (window_)
        lanes::reach_in_sight(known_, known, window_, cap, sure_.data(), motions_.of, v_.data());
    else
        lanes::reach_backward(known, cap, sure_.data(), motions_.of, v_.data());
    const std::size_t settled = last ? known : window_ ? known - std::min(window_, known) : settled_unbounded(known);
    v_[known] = 0.0;
    emit(settled);
    known_ = known - settled;
    threshold_ = std::max({Blocks::ROOM, 2 * window_, 4 * known_});
}

// Caps, what is known of the motions, and which are sure to be entered at their cap: there nothing else is to be worked out.
void MotionPlanner::prepare(std::size_t known) {
    v_.resize(known + 1);
    sure_.resize(known);
    Motions &m = motions_;
    if (known_ == 0) m.cap[0] = std::min(m.cap[0], std::min(last_speed_, m.speed[0]));
    for (std::size_t n = std::max<std::size_t>(known_, 1); n < known; ++n)
        m.cap[n] = std::min(m.cap[n], std::min(m.speed[n - 1], m.speed[n]));
    lanes::measure(known_, known, jerk_, m.of);
    lanes::find_sure(known - 1, m.cap.data() + 1, m.cap.data(), jerk_, m.of, sure_.data());
    sure_[known - 1] = lanes::OPEN;
}

std::size_t MotionPlanner::settled_unbounded(std::size_t known) const {
    for (std::size_t n = known; n-- > 1;)
        if (v_[n] == motions_.cap[n]) return n;
    return 0;
}

void MotionPlanner::emit(std::size_t count) {
    if (count == 0) return;
    entry_.resize(count + 1);
    lanes::find_sure(count, v_.data(), v_.data() + 1, jerk_, motions_.of, sure_.data());
    lanes::reach_forward(count, v_.data(), sure_.data(), motions_.of, entry_.data());
    for (std::size_t first = 0; first < count; first += Blocks::ROOM) emit_seconds(first, std::min(Blocks::ROOM, count - first));
    entry_[0] = entry_[count];
    last_speed_ = motions_.speed[count - 1];
    parts_.erase(parts_.begin(), parts_.begin() + static_cast<std::ptrdiff_t>(part_));
    part_ = 0;
    motions_.drop(count);
    v_.erase(v_.begin(), v_.begin() + static_cast<std::ptrdiff_t>(count));
}

void MotionPlanner::emit_seconds(std::size_t first, std::size_t count) {
    const double *v = &entry_[first];
    lanes::peaks(first, count, v, &motions_.speed[first], jerk_, motions_.of, peak_.data());
    lanes::curve_seconds(first, count, v, peak_.data(), jerk_, motions_.of, times_.data());
    for (std::size_t n = 0; n < count; ++n) {
        if (motions_.parts[first + n] == 1)
            seconds_.add(parts_[part_].move, times_[n]);
        else
            emit_parts(first + n, peak_[n], times_[n]);
        part_ += motions_.parts[first + n];
    }
}

void MotionPlanner::emit_parts(std::size_t n, double peak, double seconds) {
    const Part *part = &parts_[part_], *last = part + motions_.parts[n] - 1;
    double at = 0.0, before = 0.0;
    const SpeedProfile profile{entry_[n], entry_[n + 1], peak, motions_.of.length[n]};
    for (; part < last; ++part) {
        at += part->length;
        const double now = profile.time_at_s(at, ramp(n));
        seconds_.add(part->move, now - before);
        before = now;
    }
    seconds_.add(last->move, seconds - before);
}

}  // namespace rmos
