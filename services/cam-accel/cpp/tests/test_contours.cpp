// Do loose segments find each other, and only each other?
#include "../contours.h"

#include <stdexcept>

#include "check.h"

using namespace rmos;

namespace {

struct Lines {
    std::vector<double> x, y, mid_x, mid_y;

    void add(double x1, double y1, double x2, double y2) {
        x.push_back(x1), x.push_back(x2), y.push_back(y1), y.push_back(y2);
        mid_x.push_back((x1 + x2) / 2), mid_y.push_back((y1 + y2) / 2);
    }
    Joined joined(double tolerance = 0.1) const { return join({mid_x.size(), x.data(), y.data(), mid_x.data(), mid_y.data()}, tolerance); }
};

Lines square(double gap = 0) {
    Lines lines;
    lines.add(0, 0, 10, 0);
    lines.add(0, 10, 0, gap);
    lines.add(10, 10, 10, 0);  // against the others
    lines.add(10, 10, 0, 10);
    return lines;
}

void a_square_in_any_order_is_one_closed_ring() {
    const Joined found = square().joined();
    CHECK(found.closed.size() == 1 && found.closed[0] == 1 && found.segment.size() == 4);
    int turned = 0;
    for (const std::uint8_t reversed : found.reversed) turned += reversed;
    CHECK(turned == 1 || turned == 3);
}

void a_gap_is_bridged_within_the_tolerance_and_told_beyond() {
    CHECK(square(0.05).joined().closed[0] == 1 && square(0.05).joined().bridge_a.size() == 1);
    CHECK(square(0.2).joined().closed[0] == 0 && square(0.2).joined().bridge_a.empty());
}

void a_line_drawn_twice_counts_once() {
    Lines lines = square();
    lines.add(10, 0, 0, 0);
    const Joined found = lines.joined();
    CHECK(found.segment.size() == 4 && found.dropped.size() == 1 && found.dropped[0] == 4 && found.duplicate_of[0] == 0);
}

void a_branch_is_told() {
    Lines lines;
    lines.add(0, 0, 10, 0), lines.add(0, 0, 0, 10), lines.add(0, 0, -10, 0);
    const Joined found = lines.joined();
    CHECK(found.branch_degree.size() == 1 && found.branch_degree[0] == 3);
}

void a_place_that_is_no_number_is_refused() {
    Lines lines = square();
    lines.x[0] = std::nan("");
    bool refused = false;
    try {
        (void)lines.joined();
    } catch (const std::invalid_argument &) {
        refused = true;
    }
    CHECK(refused);
}

}  // namespace

int main() {
    a_square_in_any_order_is_one_closed_ring();
    a_gap_is_bridged_within_the_tolerance_and_told_beyond();
    a_line_drawn_twice_counts_once();
    a_branch_is_told();
    a_place_that_is_no_number_is_refused();
}
