#include "../gcode.h"

#include <nanobind/stl/string.h>

#include <string>

#include "arrays.h"

namespace rmos::binding {

using nb::literals::operator""_a;

namespace {

using Offsets = Aligned<nb::ndarray<const double, nb::shape<OFFSETS, 3>, nb::c_contig, nb::device::cpu>>;

// The memory of all columns goes to Python, and back when the last of them is gone.
nb::dict columns_of(rmos::Columns &c) {
    auto *kept = new rmos::Store(std::move(c.store));
    nb::capsule owner(kept, [](void *p) noexcept { delete static_cast<rmos::Store *>(p); });
    nb::dict out;
    const auto give = [&](const char *name, auto *column) {
        out[name] = Out<std::remove_pointer_t<decltype(column)>>(column, {c.count}, owner);
    };
    give("kind", c.kind);
    give("plane", c.plane);
    give("x_mm", c.x);
    give("y_mm", c.y);
    give("z_mm", c.z);
    give("i_mm", c.i);
    give("j_mm", c.j);
    give("k_mm", c.k);
    give("feed_mm_min", c.feed);
    give("spindle_rpm", c.rpm);
    give("dwell_s", c.dwell);
    give("line", c.line);
    give("tool", c.tool);
    give("switches", c.switches);
    return out;
}

nb::tuple read_gcode(nb::bytes text, const Offsets &offsets,
                     const std::string &dialect, std::size_t max_bytes, std::size_t max_moves, std::size_t max_steps) {
    const Dialect *known = dialect_named(dialect);
    if (known == nullptr) throw nb::value_error("this dialect is not known");
    rmos::Program program;
    {
        nb::gil_scoped_release free;
        program = rmos::read_gcode({text.c_str(), text.size()}, offsets.data(), *known, {max_bytes, max_moves, max_steps});
    }
    nb::list tools, faults;
    for (std::int64_t tool : program.tools) tools.append(tool);
    for (const rmos::Fault &f : program.faults)
        faults.append(nb::make_tuple(f.line, f.column, f.code, f.letter ? std::string(1, f.letter) : std::string(), f.a, f.b));
    nb::dict columns = program.faults.empty() ? columns_of(program.columns) : nb::dict();
    return nb::make_tuple(columns, tools, nb::make_tuple(program.states_units, program.states_distance), faults);
}

}  // namespace

void bind_reader(nb::module_ &m) {
    m.def("read_gcode", &read_gcode, "text"_a, "offsets"_a.noconvert(), "dialect"_a, "max_bytes"_a, "max_moves"_a, "max_steps"_a,
          "(columns, tools, (states units, states distance mode), faults); a fault is (line, column, code, letter, a, b).");
}

}  // namespace rmos::binding
