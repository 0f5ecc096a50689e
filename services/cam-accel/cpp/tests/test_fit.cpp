// Do runs of short lines become the line or the arc that they were cut from?
#include "../fit.h"

#include "check.h"
#include "moves.h"

using namespace rmos;

namespace {

Fitted fitted(const Moves &moves, bool arcs = true) {
    return fit(moves.path(), {moves.rpm.data(), moves.tool.data(), moves.switches.data()}, 0.01, arcs);
}

Moves half_circle(int chords) {
    Moves moves;
    moves.start = {{10, 0, -1}};
    for (int n = 1; n <= chords; ++n) moves.add(LINEAR, {{10 * std::cos(PI * n / chords), 10 * std::sin(PI * n / chords), -1}});
    return moves;
}

void a_line_in_pieces_becomes_one() {
    Moves moves;
    for (int n = 1; n <= 50; ++n) moves.add(LINEAR, {{n * 1.0, n * 2.0, 0}});
    const Fitted made = fitted(moves);
    CHECK(made.last.size() == 1 && made.last[0] == 49 && made.kind[0] == LINEAR);
}

void a_corner_stays() {
    Moves moves;
    for (int n = 1; n <= 10; ++n) moves.add(LINEAR, {{n * 1.0, 0, 0}});
    for (int n = 1; n <= 10; ++n) moves.add(LINEAR, {{10, n * 1.0, 0}});
    const Fitted made = fitted(moves, false);
    CHECK(made.last.size() == 2 && made.last[0] == 9 && made.last[1] == 19);
}

void chords_of_a_circle_become_its_arc() {
    const Fitted made = fitted(half_circle(100));
    CHECK(made.last.size() == 1 && made.kind[0] == ARC_CCW);
    CHECK(near(made.i[0], -10, 0.01) && near(made.j[0], 0, 0.01));
}

void without_arcs_lines_are_left() {
    for (const std::uint8_t kind : fitted(half_circle(100), false).kind) CHECK(kind == LINEAR);
}

void a_change_of_feed_or_tool_parts_a_run() {
    Moves moves;
    for (int n = 1; n <= 9; ++n) moves.add(LINEAR, {{n * 1.0, 0, 0}}, {}, n <= 3 ? 500 : 600);
    for (std::size_t n = 6; n < 9; ++n) moves.tool[n] = 2;
    const Fitted made = fitted(moves);
    CHECK(made.last.size() == 3 && made.last[0] == 2 && made.last[1] == 5);
}

void what_is_no_number_is_left_as_it_is() {
    Moves moves;
    for (int n = 1; n <= 5; ++n) moves.add(LINEAR, {{std::nan(""), 0, 0}});
    CHECK(fitted(moves).last.size() == 5);
}

}  // namespace

int main() {
    a_line_in_pieces_becomes_one();
    a_corner_stays();
    chords_of_a_circle_become_its_arc();
    without_arcs_lines_are_left();
    a_change_of_feed_or_tool_parts_a_run();
    what_is_no_number_is_left_as_it_is();
}
