// Does the reader read what a program says, and name the place of what it does not read?
#include "../gcode.h"

#include <string>

#include "check.h"

using namespace rmos;

namespace {

Program read(const std::string &text, const char *dialect = "grbl", std::size_t moves = 1000) {
    const std::vector<double> offsets(3 * OFFSETS, std::nan(""));
    return read_gcode({text.c_str(), text.size()}, offsets.data(), *dialect_named(dialect), {10'000, moves, 1000});
}

void modal_words_stay() {
    const Program program = read("G21 G90\nG1 X1 Y2 Z-3 F250\nX4\n");
    CHECK(program.faults.empty() && program.columns.count == 2);
    const Columns &c = program.columns;
    CHECK(c.kind[1] == 1 && c.x[1] == 4 && c.y[1] == 2 && c.z[1] == -3 && c.feed[1] == 250 && c.line[1] == 3);
}

void an_inch_is_25_4_mm() { CHECK(near(read("G20 G90\nG0 X2\n").columns.x[0], 50.8)); }

void an_arc_by_radius_has_its_centre_halfway_across_a_half_circle() {
    const Program program = read("G21 G90 G17\nG0 X0 Y0 Z0\nG2 X10 Y0 R5 F100\n");
    CHECK(program.faults.empty() && program.columns.count == 2);
    CHECK(near(program.columns.i[1], 5) && near(program.columns.j[1], 0));
}

void a_program_of_several_faults_is_told_all_of_them() {
    const Program program = read("G21 G90\nG1 X1\nG1 X2 F100\nX1..2\nG999\n");
    CHECK(program.faults.size() == 3);
    CHECK(program.faults[0].line == 2 && program.faults[1].line == 4 && program.faults[2].line == 5);
}

void more_moves_than_are_allowed_are_refused() {
    CHECK(read("G21 G90\nG0 X1\nX2\n", "grbl", 2).faults.empty());
    CHECK(!read("G21 G90\nG0 X1\nX2\nX3\n", "grbl", 2).faults.empty());
}

void a_dialect_that_nobody_speaks_is_none() { CHECK(dialect_named("klingon") == nullptr); }

}  // namespace

int main() {
    modal_words_stay();
    an_inch_is_25_4_mm();
    an_arc_by_radius_has_its_centre_halfway_across_a_half_circle();
    a_program_of_several_faults_is_told_all_of_them();
    more_moves_than_are_allowed_are_refused();
    a_dialect_that_nobody_speaks_is_none();
}
