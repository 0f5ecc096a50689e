#include "../contours.h"

#include "arrays.h"

namespace rmos::binding {

using nb::literals::operator""_a;

namespace {

nb::tuple join_segments(const Reals &x, const Reals &y, const Reals &mid_x, const Reals &mid_y, double tolerance_mm) {
    const std::size_t count = mid_x.size();
    if (x.size() != y.size() || count != mid_y.size() || x.size() != 2 * count)
        throw nb::value_error("segment columns differ in length");
    rmos::Joined j;
    {
        nb::gil_scoped_release free;
        j = rmos::join({count, x.data(), y.data(), mid_x.data(), mid_y.data()}, tolerance_mm);
    }
    return nb::make_tuple(give(std::move(j.segment)), give(std::move(j.reversed)), give(std::move(j.chain_start)),
                          give(std::move(j.closed)), give(std::move(j.dropped)), give(std::move(j.dropped_as)),
                          give(std::move(j.duplicate_of)), give(std::move(j.bridge_a)), give(std::move(j.bridge_b)),
                          give(std::move(j.branch_end)), give(std::move(j.branch_degree)), j.crowded_end);
}

}  // namespace

void bind_contours(nb::module_ &m) {
    m.def("join_segments", &join_segments, "x"_a.noconvert(), "y"_a.noconvert(), "mid_x"_a.noconvert(), "mid_y"_a.noconvert(),
          "tolerance_mm"_a, "The fields of Joined in order.");
}

}  // namespace rmos::binding
