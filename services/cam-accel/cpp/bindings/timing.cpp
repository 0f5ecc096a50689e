#include "../timing.h"

#include <string>

#include "arrays.h"

namespace rmos::binding {

using nb::literals::operator""_a;

void bind_timing(nb::module_ &m) {
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
}

}  // namespace rmos::binding
