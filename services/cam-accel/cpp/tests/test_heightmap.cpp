// Is what a tool leaves and takes what a sheet of paper says?
#include "../heightmap.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "check.h"
#include "moves.h"

using namespace rmos;

namespace {

constexpr double UNITS = 10000, CELL = 0.1;
constexpr std::int32_t BOTTOMLESS = -std::numeric_limits<std::int32_t>::max();
constexpr Profile FLAT{ROUND, 3, 3, 0, 0, 0}, BALL{ROUND, 3, 0, 3, 0, 0}, CUTTER_60{CONE, 3, 0, 0, 1.7320508075688772, 0};
constexpr Grid GRID{-10, -10, CELL, 300, 200};

Heightmap cut(const Moves &moves, const Profile &tool, std::int32_t bottom = BOTTOMLESS, std::vector<Profile> holder = {}) {
    return heightmap(moves.path(), {tool, tool, std::move(holder)}, GRID, std::vector<std::int32_t>(GRID.size(), 0).data(), bottom);
}

Moves slot(double depth) {
    Moves moves;
    moves.start = {{0, 0, -depth}};
    moves.add(LINEAR, {{10, 0, -depth}});
    return moves;
}

double at(const Heightmap &found, double x, double y) {
    const auto column = static_cast<std::size_t>((x - GRID.low_x) / CELL), row = static_cast<std::size_t>((y - GRID.low_y) / CELL);
    return found.heights[row * 300 + column] / UNITS;
}

double volume_mm3(const Heightmap &found) {
    double sum = 0;
    for (const std::int64_t v : found.volume) sum += static_cast<double>(v);
    return sum / UNITS * CELL * CELL;
}

void a_slot_is_a_rectangle_and_a_disc() {
    const Heightmap found = cut(slot(1), FLAT);
    CHECK(near(volume_mm3(found), 6 * 10 + 9 * PI, 0.5));
    CHECK(at(found, 5.05, 0.05) == -1 && at(found, 5.05, 3.25) == 0);
}

void a_ball_leaves_a_round_floor() {
    const Heightmap found = cut(slot(2), BALL);
    CHECK(near(at(found, 5.05, 0.05), -2 + 3 - std::sqrt(9 - 0.05 * 0.05), 2e-4));
    CHECK(near(at(found, 5.05, 1.55), -2 + 3 - std::sqrt(9 - 1.55 * 1.55), 2e-4));
}

void a_cone_leaves_a_valley_as_steep_as_itself() {
    const Heightmap found = cut(slot(2), CUTTER_60);
    CHECK(near(at(found, 5.05, 0.55) - at(found, 5.05, 0.05), 0.5 * std::sqrt(3.0), 2e-4));
}

void a_ramp_leaves_a_slope() {
    Moves moves;
    moves.add(LINEAR, {{10, 0, -2}});
    const Heightmap found = cut(moves, FLAT);
    CHECK(near(at(found, 4.05, 0.05) - at(found, 5.05, 0.05), 0.2, 1e-3));
}

void a_move_above_the_stock_takes_nothing() { CHECK(volume_mm3(cut(slot(-1), FLAT)) == 0); }

void the_same_way_twice_takes_nothing_more() {
    Moves moves = slot(1);
    moves.add(LINEAR, {{0, 0, -1}});
    const Heightmap found = cut(moves, FLAT);
    CHECK(found.volume[0] > 0 && found.volume[1] == 0);
}

void nothing_is_taken_below_the_bottom() {
    const Heightmap found = cut(slot(5), FLAT, -20000);
    CHECK(*std::min_element(found.heights.begin(), found.heights.end()) == -20000);
}

void a_holder_that_meets_stock_is_told() {
    const Profile nut{ROUND, 8, 8, 0, 0, 4};
    CHECK(cut(slot(3), FLAT, BOTTOMLESS, {nut}).holder[0] == 0);
    CHECK(cut(slot(5), FLAT, BOTTOMLESS, {nut}).holder[0] == 1);
}

bool is_refused(const Moves &moves, const Profile &tool) {
    try {
        (void)cut(moves, tool);
    } catch (const std::invalid_argument &) {
        return true;
    }
    return false;
}

void what_leads_to_no_height_is_refused() {
    Moves nowhere = slot(1), deep;
    nowhere.x[0] = std::nan("");
    CHECK(is_refused(nowhere, FLAT));
    CHECK(is_refused(slot(1), {ROUND, std::nan(""), 3, 0, 0, 0}));
    deep.add(ARC_CCW, {{1, 0, 0}}, {{9e4, 0, 9e4}});  // its lowest place is deeper than 32 bits of tenths of a micrometre
    deep.plane[0] = 1;
    CHECK(is_refused(deep, FLAT));
}

}  // namespace

int main() {
    a_slot_is_a_rectangle_and_a_disc();
    a_ball_leaves_a_round_floor();
    a_cone_leaves_a_valley_as_steep_as_itself();
    a_ramp_leaves_a_slope();
    a_move_above_the_stock_takes_nothing();
    the_same_way_twice_takes_nothing_more();
    nothing_is_taken_below_the_bottom();
    a_holder_that_meets_stock_is_told();
    what_leads_to_no_height_is_refused();
}
