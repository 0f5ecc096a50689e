// Are depth, width and removal those of the cut that was drawn?
#include "../engagement.h"

#include <stdexcept>

#include "../stock.h"
#include "check.h"
#include "moves.h"

using namespace rmos;

namespace {

constexpr Profile FLAT{ROUND, 3, 3, 0, 0, 0};

std::optional<Engagement> engaged(const Moves &moves) { return engagement(moves.path(), moves.rpm.data(), 6, FLAT); }

Moves slot(Kind kind = LINEAR) {
    Moves moves;
    moves.start = {{0, 0, 5}};
    moves.add(LINEAR, {{0, 0, -2}}, {}, 300);
    moves.add(kind, {{60, 0, -2}}, {}, 1200);
    return moves;
}

void a_slot_is_as_wide_as_the_tool_and_as_deep_as_it_goes() {
    const std::optional<Engagement> e = engaged(slot());
    CHECK(e && near(e->axial_mm, 2, 1e-3) && near(e->radial_mm, 6, e->cell_mm * 1.5));
    CHECK(near(e->removal_mm3_min, 6 * 2 * 1200, 6 * 2 * 1200 * 0.05));
    CHECK(near(e->feed_per_turn_mm, 0.1) && near(e->plunge_mm_min, 300));
}

void the_second_pass_beside_is_as_wide_as_its_stepover() {
    Moves first = slot(), both = slot();
    both.add(RAPID, {{60, 0, 5}});
    both.add(RAPID, {{0, 1.5, 5}});
    both.add(LINEAR, {{0, 1.5, -2}}, {}, 300);
    both.add(LINEAR, {{60, 1.5, -2}}, {}, 1200);
    CHECK(engaged(both)->rapid_cuts == 0);
    CHECK(near(engaged(both)->radial_mm, engaged(first)->radial_mm, 1e-9));
}

void a_rapid_through_stock_is_counted() { CHECK(engaged(slot(RAPID))->rapid_cuts == 1); }

void a_cut_with_a_standing_spindle_is_counted() {
    Moves moves = slot();
    moves.rpm[1] = 0;
    CHECK(engaged(moves)->spindle_off_cuts == 1);
}

void a_path_too_far_away_is_not_measured() {
    Moves moves = slot();
    moves.i[1] = 2e5;
    CHECK(!engaged(moves));
}

void a_cut_without_feed_is_refused() {
    Moves moves = slot();
    moves.feed[1] = 0;
    bool refused = false;
    try {
        (void)engaged(moves);
    } catch (const std::invalid_argument &) {
        refused = true;
    }
    CHECK(refused);
}

void a_disc_takes_its_own_area_once() {
    const std::optional<Frame> frame = frame_of({{0, 0}, {10, 10}, 10, -1}, 6);
    const Disc disc(frame->across, 0, FLAT, frame->cell, 0);
    Stock stock(*frame, nullptr);
    std::vector<std::int32_t> taken;
    stock.cut(disc, frame->spot({{5, 5, -1}}), taken);
    CHECK(near(static_cast<double>(taken.size()) * frame->cell * frame->cell, 9 * PI, 0.5));
    CHECK(taken.front() == UM_PER_MM && !stock.meets(disc, frame->spot({{5, 5, -1}})));
    stock.cut(disc, frame->spot({{5, 5, -1}}), taken);
    CHECK(taken.empty());
}

}  // namespace

int main() {
    a_slot_is_as_wide_as_the_tool_and_as_deep_as_it_goes();
    the_second_pass_beside_is_as_wide_as_its_stepover();
    a_rapid_through_stock_is_counted();
    a_cut_with_a_standing_spindle_is_counted();
    a_path_too_far_away_is_not_measured();
    a_cut_without_feed_is_refused();
    a_disc_takes_its_own_area_once();
}
