#include "../gcode.h"

#include <nanobind/stl/string.h>

#include <string>

#include "arrays.h"

namespace rmos::binding {

using nb::literals::operator""_a;

namespace {

nb::tuple read_gcode(nb::bytes text, const nb::ndarray<const double, nb::shape<OFFSETS, 3>, nb::c_contig> &offsets,
                     std::size_t max_bytes, std::size_t max_moves) {
    rmos::Program program;
    {
        nb::gil_scoped_release free;
        program = rmos::read_gcode({text.c_str(), text.size()}, offsets.data(), max_bytes, max_moves);
    }
    rmos::Columns &c = program.columns;
    nb::dict columns;
    columns["kind"] = give(std::move(c.kind));
    columns["plane"] = give(std::move(c.plane));
    columns["x_mm"] = give(std::move(c.x));
    columns["y_mm"] = give(std::move(c.y));
    columns["z_mm"] = give(std::move(c.z));
    columns["i_mm"] = give(std::move(c.i));
    columns["j_mm"] = give(std::move(c.j));
    columns["k_mm"] = give(std::move(c.k));
    columns["feed_mm_min"] = give(std::move(c.feed));
    columns["spindle_rpm"] = give(std::move(c.rpm));
    columns["dwell_s"] = give(std::move(c.dwell));
    columns["line"] = give(std::move(c.line));
    nb::list tools, faults;
    for (std::int64_t tool : program.tools) tools.append(tool);
    for (const rmos::Fault &f : program.faults)
        faults.append(nb::make_tuple(f.line, f.column, f.code, f.letter ? std::string(1, f.letter) : std::string(), f.a, f.b));
    return nb::make_tuple(columns, tools, nb::make_tuple(program.states_units, program.states_distance), faults);
}

}  // namespace

void bind_reader(nb::module_ &m) {
    m.def("read_gcode", &read_gcode, "text"_a, "offsets"_a.noconvert(), "max_bytes"_a, "max_moves"_a,
          "(columns, tools, (states units, states distance mode), faults); a fault is (line, column, code, letter, a, b).");
}

}  // namespace rmos::binding
