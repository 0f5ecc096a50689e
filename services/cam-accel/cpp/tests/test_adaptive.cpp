// Is an area cleared whole, from inside, and are cells and ways those of whole numbers?
#include "../adaptive.h"

#include <stdexcept>

#include "../ground.h"
#include "check.h"

using namespace rmos;

namespace {

constexpr double FULL_TURN = 3.141592653589793;

struct Area {
    std::vector<double> points;
    std::int64_t end;

    explicit Area(double side) : points{0, 0, side, 0, side, side, 0, side}, end(4) {}
    Clearing cleared(double x, double hole = 4.5, double width = 1.5) const {
        return clear_area({{points.data(), 4, &end, 1}, {nullptr, 0, nullptr, 0}, x, 8, hole, 3, width});
    }
};

void a_square_is_cleared_from_inside() {
    const Clearing found = Area(16).cleared(8);
    CHECK(found.left.empty() && found.x.size() > 100);
    for (std::size_t n = 0; n < found.x.size(); ++n) {
        CHECK(found.x[n] > -0.02 && found.x[n] < 16.02 && found.y[n] > -0.02 && found.y[n] < 16.02);
    }
}

template <typename Error> bool is_refused(const Area &area, double x, double hole = 4.5, double width = 1.5) {
    try {
        (void)area.cleared(x, hole, width);
    } catch (const Error &) {
        return true;
    }
    return false;
}

void what_is_no_task_is_refused() {
    CHECK(is_refused<std::invalid_argument>(Area(16), -8));
    CHECK(is_refused<std::invalid_argument>(Area(16), 8, 30));
    CHECK(is_refused<std::invalid_argument>(Area(16), 8, std::nan("")));
    CHECK(is_refused<std::invalid_argument>(Area(16), 8, 4.5, 1e300));
    CHECK(is_refused<std::invalid_argument>(Area(std::nan("")), 8));
    CHECK(is_refused<std::length_error>(Area(9e4), 8));
}

void division_goes_down() {
    CHECK(floor_div(-7, 2) == -4 && floor_div(7, 2) == 3 && floor_div(-8, 2) == -4);
    CHECK(floor_mod(-7, 2) == 1 && floor_mod(-1, 1024) == 1023);
}

void a_disc_of_cells_is_pi_by_its_radius_squared() {
    CellStock stock(10 * TOOL_RADIUS, 10 * TOOL_RADIUS, 64);
    const Place middle{5 * TOOL_RADIUS, 5 * TOOL_RADIUS};
    CHECK(std::fabs(static_cast<double>(stock.count(middle, 1 << 30)) / (64 * 64 * FULL_TURN) - 1) < 0.01);
    stock.clear(middle);
    CHECK(stock.count(middle, 1 << 30) == 0);
    CHECK(stock.count({5 * TOOL_RADIUS + 2 * TOOL_RADIUS + TOOL_RADIUS / 32, 5 * TOOL_RADIUS}, 1 << 30) > 64 * 64 * 3);
}

void a_grid_gets_coarser_until_it_is_none() {
    CHECK(cells_per_radius(10 * TOOL_RADIUS, 10 * TOOL_RADIUS) == 64);
    CHECK(cells_per_radius(500 * TOOL_RADIUS, 500 * TOOL_RADIUS) == 32);
    CHECK(cells_per_radius(1'000 * TOOL_RADIUS, 1'000 * TOOL_RADIUS) == 0);
    CHECK(cells_per_radius(100'000 * TOOL_RADIUS, 100'000 * TOOL_RADIUS) == 0);
}

void a_place_is_held_by_its_area_alone() {
    const AxisArea area({{{TOOL_RADIUS, TOOL_RADIUS}, {4 * TOOL_RADIUS, TOOL_RADIUS}, {4 * TOOL_RADIUS, 4 * TOOL_RADIUS}, {TOOL_RADIUS, 4 * TOOL_RADIUS}}}, 5 * TOOL_RADIUS, 5 * TOOL_RADIUS);
    CHECK(area.holds({2 * TOOL_RADIUS, 2 * TOOL_RADIUS}) && area.holds({TOOL_RADIUS + NODE, 2 * TOOL_RADIUS}));
    CHECK(!area.holds({TOOL_RADIUS - NODE, 2 * TOOL_RADIUS}) && !area.holds({-1, 0}) && !area.holds({9 * TOOL_RADIUS, 2 * TOOL_RADIUS}));
}

void a_way_leads_through_what_is_cleared_and_not_through_stock() {
    const std::int64_t side = 8 * TOOL_RADIUS;
    CellStock stock(side, side, 64);
    const AxisArea area({{{2 * TOOL_RADIUS, 2 * TOOL_RADIUS}, {6 * TOOL_RADIUS, 2 * TOOL_RADIUS}, {6 * TOOL_RADIUS, 6 * TOOL_RADIUS}, {2 * TOOL_RADIUS, 6 * TOOL_RADIUS}}}, side, side);
    const Place here{2 * TOOL_RADIUS + 512, 2 * TOOL_RADIUS + 512}, corner{6 * TOOL_RADIUS - 512, 2 * TOOL_RADIUS + 512}, goal{6 * TOOL_RADIUS - 512, 6 * TOOL_RADIUS - 512};
    stock.clear(here), stock.clear(goal);
    CHECK(Ground(stock, area, side, side, 3).way(here, goal).empty());
    for (std::int64_t way = 0; way <= 4 * TOOL_RADIUS - 1024; way += 64) stock.clear({here.x + way, here.y}), stock.clear({corner.x, corner.y + way});
    const Places found = Ground(stock, area, side, side, 3).way(here, goal);
    CHECK(found.size() >= 2 && found.back().x == goal.x && found.back().y == goal.y);
    for (const Place &p : found) CHECK(stock.count(p, 1 << 30) <= 3);
}

}  // namespace

int main() {
    a_square_is_cleared_from_inside();
    what_is_no_task_is_refused();
    division_goes_down();
    a_disc_of_cells_is_pi_by_its_radius_squared();
    a_grid_gets_coarser_until_it_is_none();
    a_place_is_held_by_its_area_alone();
    a_way_leads_through_what_is_cleared_and_not_through_stock();
}
