// Python in, Python out; no arithmetic here. The interpreter is free while a kernel runs.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include <optional>
#include <string>
#include <utility>

#include "engagement.h"
#include "gcode.h"
#include "geometry.h"
#include "timing.h"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace {

template <typename T> using In = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <typename T> using Out = nb::ndarray<nb::numpy, T, nb::ndim<1>>;
using Bytes = In<std::uint8_t>;
using Reals = In<double>;

template <typename T> Out<T> give(std::vector<T> &&values) {
    auto *kept = new std::vector<T>(std::move(values));
    nb::capsule owner(kept, [](void *p) noexcept { delete static_cast<std::vector<T> *>(p); });
    return Out<T>(kept->data(), {kept->size()}, owner);
}

rmos::Path path_of(const Bytes &kind, const Bytes &plane, const Reals &x, const Reals &y, const Reals &z, const Reals &i,
                   const Reals &j, const Reals &k, const Reals &feed, const Reals &dwell, nb::tuple start) {
    const std::size_t count = kind.size();
    for (std::size_t size : {plane.size(), x.size(), y.size(), z.size(), i.size(), j.size(), k.size(), feed.size(), dwell.size()})
        if (size != count) throw nb::value_error("toolpath columns differ in length");
    const rmos::Point3 at{{nb::cast<double>(start[0]), nb::cast<double>(start[1]), nb::cast<double>(start[2])}};
    return {count, kind.data(), plane.data(), x.data(), y.data(), z.data(), i.data(), j.data(), k.data(), feed.data(),
            dwell.data(), at};
}

nb::tuple read_gcode(nb::bytes text, const nb::ndarray<const double, nb::shape<rmos::OFFSETS, 3>, nb::c_contig> &offsets,
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

#define RMOS_PATH_ARGS                                                                                                     \
    "kind"_a.noconvert(), "plane"_a.noconvert(), "x_mm"_a.noconvert(), "y_mm"_a.noconvert(), "z_mm"_a.noconvert(),         \
        "i_mm"_a.noconvert(), "j_mm"_a.noconvert(), "k_mm"_a.noconvert(), "feed_mm_min"_a.noconvert(),                     \
        "dwell_s"_a.noconvert(), "start_mm"_a
#define RMOS_PATH_PARAMETERS                                                                                               \
    Bytes kind, Bytes plane, Reals x, Reals y, Reals z, Reals i, Reals j, Reals k, Reals feed, Reals dwell, nb::tuple start
#define RMOS_PATH path_of(kind, plane, x, y, z, i, j, k, feed, dwell, start)

NB_MODULE(_native, m) {
    m.def("read_gcode", &read_gcode, "text"_a, "offsets"_a.noconvert(), "max_bytes"_a, "max_moves"_a,
          "(columns, tools, (states units, states distance mode), faults); a fault is (line, column, code, letter, a, b).");
    m.def("lengths_mm", [](RMOS_PATH_PARAMETERS) {
        const rmos::Path path = RMOS_PATH;
        std::vector<double> out(path.count);
        {
            nb::gil_scoped_release free;
            rmos::lengths_mm(path, out.data());
        }
        return give(std::move(out));
    }, RMOS_PATH_ARGS, "Length of each move.");
    m.def("extent", [](RMOS_PATH_PARAMETERS) {
        const rmos::Path path = RMOS_PATH;
        double low[3], high[3];
        {
            nb::gil_scoped_release free;
            rmos::extent(path, low, high);
        }
        return nb::make_tuple(nb::make_tuple(low[0], low[1], low[2]), nb::make_tuple(high[0], high[1], high[2]));
    }, RMOS_PATH_ARGS, "Lowest and highest coordinate of every axis.");
    m.def("move_times_s", [](RMOS_PATH_PARAMETERS, double rapid_mm_min, double accel_mm_s2, double junction_deviation_mm) {
        const rmos::Path path = RMOS_PATH;
        std::vector<double> out(path.count);
        std::size_t done;
        {
            nb::gil_scoped_release free;
            done = rmos::move_times_s(path, {rapid_mm_min, accel_mm_s2, junction_deviation_mm}, out.data());
        }
        if (done < path.count) throw nb::value_error(("move " + std::to_string(done) + " has no feed").c_str());
        return give(std::move(out));
    }, RMOS_PATH_ARGS, "rapid_mm_min"_a, "accel_mm_s2"_a, "junction_deviation_mm"_a, "Seconds of each move.");
    m.def("engagement", [](RMOS_PATH_PARAMETERS, Reals rpm, double tool_diameter_mm) -> nb::object {
        const rmos::Path path = RMOS_PATH;
        if (rpm.size() != path.count) throw nb::value_error("toolpath columns differ in length");
        std::optional<rmos::Engagement> e;
        {
            nb::gil_scoped_release free;
            e = rmos::engagement(path, rpm.data(), tool_diameter_mm);
        }
        if (!e) return nb::none();
        return nb::make_tuple(e->axial_mm, e->radial_mm, e->removal_mm3_min, e->feed_per_turn_mm, e->plunge_mm_min,
                              e->rapid_cuts, e->spindle_off_cuts, e->cell_mm);
    }, RMOS_PATH_ARGS, "spindle_rpm"_a.noconvert(), "tool_diameter_mm"_a, "The fields of Engagement in order, or None.");
}
