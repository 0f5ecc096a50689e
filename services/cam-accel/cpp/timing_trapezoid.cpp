#include "timing_trapezoid.h"

#include <algorithm>
#include <limits>

namespace rmos {

TrapezoidPlanner::TrapezoidPlanner(std::size_t window, double factor, Seconds &seconds)
    : window_(window), threshold_(std::max(Blocks::ROOM, 3 * window)), factor_(factor), seconds_(seconds) {
    speed_.push_back(0.0);  // of the block before the first
    begin_.assign(1, 0.0);
}

void TrapezoidPlanner::grow(std::size_t count) {
    if (speed_.size() > count) return;
    const std::size_t room = 2 * count;
    for (auto *column : {&length_, &inverse_accel_, &speed_, &caps_, &gain_, &v2_, &root_, &times_}) column->resize(room + 1);
    move_.resize(room + 1);
}

void TrapezoidPlanner::take(const Blocks &blocks) {
    const std::size_t at = count_, rows = blocks.count;
    grow(at + rows + 1);
    std::copy_n(&blocks.length[1], rows, &length_[at]);
    std::copy_n(&blocks.inverse_accel[1], rows, &inverse_accel_[at]);
    std::copy_n(&blocks.move[1], rows, &move_[at]);
    lanes::plan_of(rows, factor_, &blocks.feed[1], &blocks.cap[1], &blocks.limit_v2[1], &blocks.length[1],
                   &blocks.inverse_accel[1], &speed_[at + 1], &caps_[at], &gain_[at]);
    count_ += rows;
    if (count_ < threshold_) return;
    const std::size_t settled = window_ ? settle_bounded(false) : settle_unbounded();
    emit(settled);
    drop(settled);
    threshold_ = std::max({Blocks::ROOM, 3 * window_, 2 * count_});
}

void TrapezoidPlanner::finish() {
    if (count_ == 0) return;
    caps_[count_] = 0.0;
    if (window_)
        settle_bounded(true);
    else
        settle_unbounded();
    emit(count_);
    count_ = 0;
}

std::size_t TrapezoidPlanner::settle_unbounded() {
    std::size_t settled = 0;
    double v2 = v2_[count_] = 0.0;
    for (std::size_t n = count_; n-- > 0;) v2_[n] = v2 = std::min(caps_[n], v2 + gain_[n]);
    for (std::size_t n = count_; n-- > 1 && settled == 0;)
        if (v2_[n] == caps_[n]) settled = n;
    return settled;
}

// Whole windows only, so that they lie as the reference has them.
std::size_t TrapezoidPlanner::settle_bounded(bool last) {
    const std::size_t whole = last ? count_ : count_ / window_ * window_;
    for (std::size_t first = 0; first < whole; first += window_) {
        const std::size_t after = std::min(first + window_, whole);
        begins(after, std::min(after + window_, whole));
        rests(first, after);
    }
    v2_[count_] = 0.0;
    return last ? count_ : whole - window_;
}

void TrapezoidPlanner::begins(std::size_t first, std::size_t after) {
    begin_.resize(1);
    double cap = std::numeric_limits<double>::infinity(), total = 0.0;
    for (std::size_t n = first; n < after; ++n) {
        cap = std::min(cap, caps_[n] + total);
        total += gain_[n];
        begin_.push_back(std::min(cap, total));
    }
}

void TrapezoidPlanner::rests(std::size_t first, std::size_t after) {
    double rest = std::numeric_limits<double>::infinity(), gain = 0.0;
    for (std::size_t n = after; n-- > first;) {
        rest = std::min(caps_[n], rest + gain_[n]);
        gain += gain_[n];
        v2_[n] = std::min(rest, begin_[std::min(n - first, begin_.size() - 1)] + gain);
    }
}

void TrapezoidPlanner::emit(std::size_t count) {
    double v2 = v2_[0] = entry_v2_;
    for (std::size_t n = 0; n < count; ++n) v2_[n + 1] = v2 = std::min(v2_[n + 1], v2 + gain_[n]);
    entry_v2_ = v2;
    lanes::trapezoids(count, v2_.data(), gain_.data(), &speed_[1], length_.data(), inverse_accel_.data(), root_.data(), times_.data());
    for (std::size_t n = 0; n < count; ++n) seconds_.add(move_[n], times_[n]);
}

void TrapezoidPlanner::drop(std::size_t count) {
    if (count == 0) return;
    for (auto *column : {&length_, &inverse_accel_, &caps_, &gain_})
        std::copy(column->begin() + static_cast<std::ptrdiff_t>(count), column->begin() + static_cast<std::ptrdiff_t>(count_), column->begin());
    const auto from = static_cast<std::ptrdiff_t>(count), to = static_cast<std::ptrdiff_t>(count_);
    std::copy(speed_.begin() + from, speed_.begin() + to + 1, speed_.begin());
    std::copy(move_.begin() + from, move_.begin() + to, move_.begin());
    count_ -= count;
}

}  // namespace rmos
