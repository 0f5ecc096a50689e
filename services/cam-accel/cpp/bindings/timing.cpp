#include "../timing.h"

#include <string>

#include "arrays.h"

namespace rmos::binding {

using nb::literals::operator""_a;

namespace {

void require(const TimingFault &fault) {
    if (*fault.reason) throw nb::value_error(("move " + std::to_string(fault.move) + " " + fault.reason).c_str());
}

MachineLimits limits_of(const Reals &numbers) {
    if (numbers.size() != MachineLimits::NUMBERS) throw nb::value_error("limits are not what MachineLimits.numbers() gives");
    return MachineLimits::of(numbers.data());
}

Spindle spindle_of(const Path &path, const Reals &rpm, const Bytes &switches) {
    if (rpm.size() != path.count || switches.size() != path.count) throw nb::value_error("toolpath columns differ in length");
    return {rpm.data(), switches.data()};
}

}  // namespace

#define RMOS_TIMING_ARGS RMOS_PATH_ARGS, "spindle_rpm"_a.noconvert(), "switches"_a.noconvert(), "limits"_a.noconvert()

void bind_timing(nb::module_ &m) {
    m.def("move_times_s", [](RMOS_PATH_PARAMETERS, const Reals &rpm, const Bytes &switches, const Reals &numbers) {
        const Path path = RMOS_PATH;
        const Spindle spindle = spindle_of(path, rpm, switches);
        const MachineLimits limits = limits_of(numbers);
        std::vector<double> out(path.count);
        TimingFault fault;
        {
            nb::gil_scoped_release free;
            fault = rmos::move_times_s(path, spindle, limits, out.data());
        }
        require(fault);
        return give(std::move(out));
    }, RMOS_TIMING_ARGS, "Seconds of each move.");
    m.def("move_times_total_s", [](RMOS_PATH_PARAMETERS, const Reals &rpm, const Bytes &switches, const Reals &numbers,
                                   const Reals &factors) {
        const Path path = RMOS_PATH;
        const Spindle spindle = spindle_of(path, rpm, switches);
        const MachineLimits limits = limits_of(numbers);
        std::vector<double> out(factors.size());
        TimingFault fault;
        {
            nb::gil_scoped_release free;
            fault = rmos::move_times_total_s(path, spindle, limits, factors.data(), factors.size(), out.data());
        }
        require(fault);
        return give(std::move(out));
    }, RMOS_TIMING_ARGS, "feed_factors"_a.noconvert(), "Seconds of the whole path for each factor on its feeds.");
}

}  // namespace rmos::binding
