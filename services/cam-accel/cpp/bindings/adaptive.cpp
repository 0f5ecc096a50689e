#include "../adaptive.h"

#include "arrays.h"

namespace rmos::binding {

using nb::literals::operator""_a;
using Pairs = Aligned<nb::ndarray<const double, nb::shape<-1, 2>, nb::c_contig, nb::device::cpu>>;
using Ends = In<std::int64_t>;

static rmos::RingsIn rings_in(const Pairs &points, const Ends &ends) {
    std::int64_t last = 0;
    for (std::size_t n = 0; n < ends.size(); ++n) {
        if (ends.data()[n] <= last) throw nb::value_error("the ends of rings must rise");
        last = ends.data()[n];
    }
    if (last != static_cast<std::int64_t>(points.shape(0))) throw nb::value_error("the last ring must end with the points");
    return {points.data(), points.shape(0), ends.data(), ends.size()};
}

void bind_adaptive(nb::module_ &m) {
    m.def("clear_area", [](const Pairs &points, const Ends &ends, const Pairs &cleared, const Ends &cleared_ends, double start_x,
                           double start_y, double hole, double radius, double width) {
        const rmos::RingsIn area = rings_in(points, ends), before = rings_in(cleared, cleared_ends);
        const rmos::ClearingTask task{area, before, start_x, start_y, hole, radius, width};
        if (ends.size() == 0) throw nb::value_error("there is no area to clear");
        rmos::Clearing found;
        {
            nb::gil_scoped_release free;
            found = rmos::clear_area(task);
        }
        return nb::make_tuple(give(std::move(found.x)), give(std::move(found.y)), give(std::move(found.link)),
                              give(std::move(found.left)));
    }, "points_mm"_a.noconvert(), "ends"_a.noconvert(), "cleared_mm"_a.noconvert(), "cleared_ends"_a.noconvert(), "start_x_mm"_a,
       "start_y_mm"_a, "hole_mm"_a, "radius_mm"_a, "width_mm"_a, "Columns x, y, link, and the places left, as x, y pairs.");
}

}  // namespace rmos::binding
