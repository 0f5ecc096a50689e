#include "timing_jerk.h"

#include <algorithm>
#include <cmath>

namespace rmos {

namespace {

constexpr int MOST_STEPS = 256;

double end_of_ramp(double low, double length, const Ramp &ramp) {
    if ((low + low + ramp.knee) * ramp.lag <= length) {
        const double off = low - 0.5 * ramp.knee;
        return std::sqrt(off * off + 2 * ramp.accel * length) - 0.5 * ramp.knee;
    }
    const double c = length * ramp.root, q = 2 * low * lanes::THIRD;
    const double u = std::cbrt(0.5 * c + std::sqrt(0.25 * c * c + q * q * q));
    if (!(u > 0)) return low;
    const double w = q / u;
    const double x = c / (u * u + q + w * w);
    return low + x * x;
}

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

double reach_mm_s(double low, double top, double length, const Ramp &ramp) {
    const double half = 0.5 * ramp.knee;
    if (top <= low || ramp.way(std::max(low, std::min(top * lanes::THIRD, half)), top) <= length) return top;
    const double square = ramp.jerk * length * length;
    if (square > 32 * half * half * half) {
        const double level = std::sqrt(2 * ramp.accel * length) - half;
        if (low <= std::min(level * lanes::THIRD, half)) return std::min(top, level);
    } else if (square >= 32 * low * low * low) {
        return std::min(top, 1.5 * std::cbrt(0.25 * square));
    }
    return std::min(top, end_of_ramp(low, length, ramp));
}

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
    for (auto *column : {&cap, &speed, &inverse_accel, &length}) column->resize(2 * room);
    parts.resize(2 * room);
}

void Motions::drop(std::size_t settled) {
    for (auto *column : {&cap, &speed, &inverse_accel, &length})
        std::copy(column->data() + settled, column->data() + count, column->data());
    std::copy(parts.data() + settled, parts.data() + count, parts.data());
    count -= settled;
}

void profiles(Motions &m, std::size_t count, double jerk) {
    for (auto *column : {&m.peak, &m.seconds}) column->resize(std::max(column->size(), count));
    const lanes::Curves curves{m.v0.data(), m.v1.data(), m.speed.data(), m.length.data(), m.inverse_accel.data(), m.peak.data()};
    lanes::peaks(count, curves, jerk, MOST_STEPS);
    lanes::curve_seconds(count, curves, jerk, m.seconds.data());
}

MotionPlanner::MotionPlanner(std::size_t window, double factor, double jerk, Seconds &seconds)
    : window_(window), threshold_(std::max(Blocks::ROOM, 2 * window)), factor_(factor), jerk_(jerk), root_(std::sqrt(jerk)),
      per_root_(1 / root_), seconds_(seconds), speed_(Blocks::ROOM + 1), entry_v2_(Blocks::ROOM), gain_v2_(Blocks::ROOM),
      entry_cap_(Blocks::ROOM) {}

double MotionPlanner::reach(double low, double top, std::size_t n) const {
    return reach_mm_s(low, top, motions_.length[n], ramp(n));
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
    if (std::find(&blocks.joins[1], &blocks.joins[1] + rows, 1) == &blocks.joins[1] + rows)
        add_whole(blocks);
    else
        add_joined(blocks);
    speed_[0] = speed_[rows];
    // The last motion may still grow.
    if (m.count > threshold_) settle(m.count - 1, false);
}

// Every block a motion of its own.
void MotionPlanner::add_whole(const Blocks &blocks) {
    Motions &m = motions_;
    const std::size_t rows = blocks.count;
    std::copy_n(entry_cap_.data(), rows, &m.cap[m.count]);
    std::copy_n(&speed_[1], rows, &m.speed[m.count]);
    std::copy_n(&blocks.inverse_accel[1], rows, &m.inverse_accel[m.count]);
    std::copy_n(&blocks.length[1], rows, &m.length[m.count]);
    std::fill_n(&m.parts[m.count], rows, std::size_t{1});
    m.count += rows;
}

void MotionPlanner::add_joined(const Blocks &blocks) {
    Motions &m = motions_;
    for (std::size_t n = 1; n <= blocks.count; ++n) {
        if (!blocks.joins[n]) {
            m.cap[m.count] = entry_cap_[n - 1];
            m.speed[m.count] = speed_[n];
            m.inverse_accel[m.count] = blocks.inverse_accel[n];
            m.length[m.count] = 0.0;
            m.parts[m.count++] = 0;
        }
        const std::size_t at = m.count - 1;
        m.speed[at] = std::min(m.speed[at], speed_[n]);
        m.inverse_accel[at] = std::max(m.inverse_accel[at], blocks.inverse_accel[n]);
        m.length[at] += blocks.length[n];
        ++m.parts[at];
    }
}

void MotionPlanner::finish() {
    if (motions_.count > 0) settle(motions_.count, true);
}

void MotionPlanner::settle(std::size_t known, bool last) {
    prepare(known);
    if (window_)
        plan_bounded(known);
    else
        plan_unbounded(known);
    const std::size_t settled = last ? known : window_ ? known - std::min(window_, known) : settled_unbounded(known);
    v_[known] = 0.0;
    emit(settled);
    known_ = known - settled;
    threshold_ = std::max({Blocks::ROOM, 2 * window_, 2 * known_});
}

// Caps, ramps, and which motions are sure to be entered at their cap if the next one is: there nothing else is to be worked out.
void MotionPlanner::prepare(std::size_t known) {
    v_.resize(known + 1);
    sure_.resize(known + 1);
    Motions &m = motions_;
    for (auto *column : {&m.accel, &m.lag, &m.knee}) column->resize(std::max(column->size(), known));
    for (std::size_t n = known_; n < known; ++n) {
        const double slowest = std::min(n > 0 ? m.speed[n - 1] : last_speed_, m.speed[n]);
        m.cap[n] = std::min(m.cap[n], slowest);
    }
    lanes::ramps(known, m.inverse_accel.data(), jerk_, m.accel.data(), m.lag.data(), m.knee.data());
    lanes::reached(known - 1, m.cap.data() + 1, m.cap.data(), m.length.data(), m.inverse_accel.data(), m.lag.data(), m.knee.data(),
                   per_root_, sure_.data());
    sure_[known - 1] = 0;
}

double MotionPlanner::planned(std::size_t n) const {
    if (sure_[n] && v_[n + 1] == motions_.cap[n + 1]) return motions_.cap[n];
    return reach(v_[n + 1], motions_.cap[n], n);
}

void MotionPlanner::plan_unbounded(std::size_t known) {
    v_[known] = 0.0;
    for (std::size_t n = known; n-- > 0;) v_[n] = planned(n);
}

std::size_t MotionPlanner::settled_unbounded(std::size_t known) const {
    for (std::size_t n = known; n-- > 1;)
        if (v_[n] == motions_.cap[n]) return n;
    return 0;
}

// Anew as motions come into sight, back to where nothing changes any more.
void MotionPlanner::plan_bounded(std::size_t known) {
    for (std::size_t seen = known_ + 1; seen <= known; ++seen) {
        v_[seen - 1] = -1.0;
        for (std::size_t n = seen; n-- > seen - std::min(window_, seen);) {
            const double better = n == seen - 1 ? reach(0.0, motions_.cap[n], n) : planned(n);
            if (better == v_[n]) break;
            v_[n] = better;
        }
    }
}

void MotionPlanner::emit(std::size_t count) {
    if (count == 0) return;
    for (auto *column : {&motions_.v0, &motions_.v1}) column->resize(std::max(column->size(), count));
    const Motions &m = motions_;
    lanes::reached(count, v_.data(), v_.data() + 1, m.length.data(), m.inverse_accel.data(), m.lag.data(), m.knee.data(), per_root_,
                   sure_.data());
    for (std::size_t n = 0; n < count; ++n) {
        motions_.v0[n] = entry_;
        const bool sure = sure_[n] && entry_ == v_[n];
        motions_.v1[n] = entry_ = sure ? v_[n + 1] : std::min(v_[n + 1], reach(entry_, v_[n + 1], n));
    }
    profiles(motions_, count, jerk_);
    const Part *parts = parts_.data();
    for (std::size_t n = 0; n < count; ++n) {
        if (motions_.parts[n] == 1)
            seconds_.add(parts->move, motions_.seconds[n]);
        else
            emit_parts(n, parts);
        parts += motions_.parts[n];
    }
    last_speed_ = motions_.speed[count - 1];
    parts_.erase(parts_.begin(), parts_.begin() + (parts - parts_.data()));
    motions_.drop(count);
    v_.erase(v_.begin(), v_.begin() + static_cast<std::ptrdiff_t>(count));
}

void MotionPlanner::emit_parts(std::size_t n, const Part *parts) {
    const std::size_t count = motions_.parts[n];
    double at = 0.0, before = 0.0;
    const SpeedProfile profile{motions_.v0[n], motions_.v1[n], motions_.peak[n], motions_.length[n]};
    for (std::size_t part = 0; part + 1 < count; ++part) {
        at += parts[part].length;
        const double now = profile.time_at_s(at, ramp(n));
        seconds_.add(parts[part].move, now - before);
        before = now;
    }
    seconds_.add(parts[count - 1].move, motions_.seconds[n] - before);
}

}  // namespace rmos
