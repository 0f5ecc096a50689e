// Are the seconds of moves those of school mechanics?
#include "../timing.h"

#include <stdexcept>

#include "check.h"
#include "moves.h"

using namespace rmos;

namespace {

constexpr double ACCEL = 500, TOP_MM_MIN = 6000;

MachineLimits machine(double jerk_mm_s3 = 0, double window = 0) {
    double n[MachineLimits::NUMBERS] = {};
    for (int axis = 0; axis < 3; ++axis) n[axis] = n[4 + axis] = 60 / TOP_MM_MIN, n[8 + axis] = 1 / ACCEL;
    n[12] = 0.01, n[13] = n[14] = 1, n[17] = jerk_mm_s3, n[18] = window, n[23] = 7, n[24] = 3;
    return MachineLimits::of(n);
}

double total_s(const Moves &moves, const MachineLimits &limits) {
    std::vector<double> seconds(moves.kind.size());
    const TimingFault fault = move_times_s(moves.path(), {moves.rpm.data(), moves.switches.data()}, limits, seconds.data());
    CHECK(*fault.reason == 0);
    double sum = 0;
    for (const double s : seconds) sum += s;
    return sum;
}

Moves line(int pieces, double length) {
    Moves moves;
    for (int n = 1; n <= pieces; ++n) moves.add(LINEAR, {{length * n / pieces, 0, 0}}, {}, TOP_MM_MIN);
    return moves;
}

void a_trapezoid_takes_its_way_at_speed_and_one_ramp_more() { CHECK(near(total_s(line(1, 100), machine()), 1 + 100 / ACCEL)); }

void a_short_move_is_a_triangle() { CHECK(near(total_s(line(1, 5), machine()), 2 * std::sqrt(5 / ACCEL))); }

void a_line_in_pieces_takes_as_long() {
    CHECK(near(total_s(line(3000, 100), machine()), 1.2, 1e-9));
    CHECK(near(total_s(line(3000, 100), machine(2e4)), total_s(line(1, 100), machine(2e4)), 1e-6));
}

void there_and_back_is_twice_the_way() {
    Moves moves = line(1, 100);
    moves.add(LINEAR, {{0, 0, 0}}, {}, TOP_MM_MIN);
    CHECK(near(total_s(moves, machine()), 2.4, 1e-4));
}

void what_is_not_in_sight_cannot_be_gone_through_fast() {
    const Moves fine = line(3000, 100);
    const double far = total_s(fine, machine()), near_by = total_s(fine, machine(0, 4));
    CHECK(near_by > far);
}

void a_short_move_under_jerk_is_four_equal_parts() {
    const double jerk = 1000, length = 2;
    CHECK(near(total_s(line(1, length), machine(jerk)), 4 * std::cbrt(length / (2 * jerk)), 1e-9));
}

void waits_are_counted() {
    Moves moves;
    moves.add(DWELL, {}), moves.add(STOP, {}), moves.add(TOOL_CHANGE, {});
    moves.dwell[0] = 2.5;
    CHECK(near(total_s(moves, machine()), 2.5 + 3 + 7));
}

void half_the_feed_takes_twice_as_long_at_speed() {
    const Moves moves = line(1, 1000);
    const double factors[] = {1.0, 0.5};
    double totals[2];
    const Spindle spindle{moves.rpm.data(), moves.switches.data()};
    CHECK(*move_times_total_s(moves.path(), spindle, machine(), factors, 2, totals).reason == 0);
    CHECK(near(totals[0], 10.2) && near(totals[1], 20.1));
}

void a_move_without_feed_is_named() {
    Moves moves = line(3, 30);
    moves.feed[1] = 0;
    double seconds[3];
    const TimingFault fault = move_times_s(moves.path(), {moves.rpm.data(), moves.switches.data()}, machine(), seconds);
    CHECK(fault.move == 1 && *fault.reason != 0);
}

void limits_that_are_no_numbers_are_refused() {
    double n[MachineLimits::NUMBERS] = {};
    n[18] = 1e30;
    bool refused = false;
    try {
        (void)MachineLimits::of(n);
    } catch (const std::invalid_argument &) {
        refused = true;
    }
    CHECK(refused);
}

}  // namespace

int main() {
    a_trapezoid_takes_its_way_at_speed_and_one_ramp_more();
    a_short_move_is_a_triangle();
    a_line_in_pieces_takes_as_long();
    there_and_back_is_twice_the_way();
    what_is_not_in_sight_cannot_be_gone_through_fast();
    a_short_move_under_jerk_is_four_equal_parts();
    waits_are_counted();
    half_the_feed_takes_twice_as_long_at_speed();
    a_move_without_feed_is_named();
    limits_that_are_no_numbers_are_refused();
}
