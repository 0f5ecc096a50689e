#include "arrays.h"

namespace rmos::binding {

using nb::literals::operator""_a;

void bind_measures(nb::module_ &m) {
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
}

}  // namespace rmos::binding
