#include "../fit.h"

#include "arrays.h"

namespace rmos::binding {

using nb::literals::operator""_a;

void bind_fit(nb::module_ &m) {
    m.def("fit", [](RMOS_PATH_PARAMETERS, const Reals &rpm, const In<std::uint16_t> &tool, const Bytes &switches, double tolerance_mm,
                    bool arcs) {
        const rmos::Path path = RMOS_PATH;
        for (std::size_t size : {rpm.size(), tool.size(), switches.size()})
            if (size != path.count) throw nb::value_error("toolpath columns differ in length");
        rmos::Fitted made;
        {
            nb::gil_scoped_release free;
            made = rmos::fit(path, {rpm.data(), tool.data(), switches.data()}, tolerance_mm, arcs);
        }
        return nb::make_tuple(give(std::move(made.last)), give(std::move(made.kind)), give(std::move(made.i)),
                              give(std::move(made.j)));
    }, RMOS_PATH_ARGS, "spindle_rpm"_a.noconvert(), "tool"_a.noconvert(), "switches"_a.noconvert(), "tolerance_mm"_a, "arcs"_a,
          "Of each move made: its last move, kind, and an arc's centre from its start in X and Y.");
}

}  // namespace rmos::binding
