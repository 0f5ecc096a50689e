// Are lengths and extents of moves those that a ruler would find?
#include "../geometry.h"

#include "check.h"
#include "moves.h"

using namespace rmos;

namespace {

void a_line_is_as_long_as_its_diagonal() {
    Moves moves;
    moves.add(LINEAR, {{2, 3, 6}});
    double length = 0;
    lengths_mm(moves.path(), &length);
    CHECK(length == 7);
}

void a_full_circle_is_pi_times_its_diameter_and_as_wide() {
    Moves moves;
    moves.add(ARC_CCW, {{0, 0, 0}}, {{5, 0, 0}});
    double length = 0, low[3], high[3];
    lengths_mm(moves.path(), &length);
    extent(moves.path(), low, high);
    CHECK(near(length, 10 * PI));
    CHECK(near(low[0], 0) && near(high[0], 10) && near(low[1], -5) && near(high[1], 5));
}

void a_helix_is_longer_than_its_circle() {
    Moves moves;
    moves.add(ARC_CW, {{0, 0, -3}}, {{5, 0, 0}});
    double length = 0;
    lengths_mm(moves.path(), &length);
    CHECK(near(length, std::sqrt(100 * PI * PI + 9)));
}

void a_helix_in_the_side_plane_turns_about_x() {
    Moves moves;
    moves.add(ARC_CCW, {{4, 0, 0}}, {{0, 3, 0}});
    moves.plane[0] = 2;
    double length = 0, low[3], high[3];
    lengths_mm(moves.path(), &length);
    extent(moves.path(), low, high);
    CHECK(near(length, std::sqrt(36 * PI * PI + 16)));
    CHECK(near(low[1], 0) && near(high[1], 6) && near(low[2], -3) && near(high[2], 3) && near(high[0], 4));
}

void a_place_that_is_no_number_lies_nowhere() {
    Moves moves;
    moves.add(LINEAR, {{1, 2, 3}});
    CHECK(lies_within(moves.path(), 3) && !lies_within(moves.path(), 2.5));
    moves.y[0] = std::nan("");
    CHECK(!lies_within(moves.path(), 1e300));
}

}  // namespace

int main() {
    a_line_is_as_long_as_its_diagonal();
    a_full_circle_is_pi_times_its_diameter_and_as_wide();
    a_helix_is_longer_than_its_circle();
    a_helix_in_the_side_plane_turns_about_x();
    a_place_that_is_no_number_lies_nowhere();
}
