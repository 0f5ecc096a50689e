// Are lengths and extents of moves those that a ruler would find?
#include "../geometry.h"

#include <vector>

#include "check.h"

using namespace rmos;

namespace {

struct Moves {
    std::vector<std::uint8_t> kind, plane;
    std::vector<double> x, y, z, i, j, k, feed, dwell;

    void add(Kind a_kind, Point3 end, Point3 centre = {}) {
        kind.push_back(a_kind);
        plane.push_back(0);
        x.push_back(end[0]), y.push_back(end[1]), z.push_back(end[2]);
        i.push_back(centre[0]), j.push_back(centre[1]), k.push_back(centre[2]);
        feed.push_back(600), dwell.push_back(0);
    }
    Path path() const {
        return {kind.size(), kind.data(), plane.data(), x.data(), y.data(), z.data(),
                i.data(),    j.data(),    k.data(),     feed.data(), dwell.data(), {}};
    }
};

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

}  // namespace

int main() {
    a_line_is_as_long_as_its_diagonal();
    a_full_circle_is_pi_times_its_diameter_and_as_wide();
    a_helix_is_longer_than_its_circle();
}
