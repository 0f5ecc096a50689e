#include "../engagement.h"

#include <optional>

#include "arrays.h"

namespace rmos::binding {

using nb::literals::operator""_a;
using Grid = Aligned<nb::ndarray<const std::int32_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>>;

void bind_engagement(nb::module_ &m) {
    m.def("engagement", [](RMOS_PATH_PARAMETERS, const Reals &rpm, double tool_diameter_mm, const Numbers &profile,
                           const Grid &tops) -> nb::object {
        const rmos::Path path = RMOS_PATH;
        if (rpm.size() != path.count) throw nb::value_error("toolpath columns differ in length");
        const rmos::Tops before{tops.size() == 0 ? nullptr : tops.data(), tops.shape(0), tops.shape(1)};
        const rmos::Profile tool = profile_of(profile.data());
        std::optional<rmos::Engagement> e;
        {
            nb::gil_scoped_release free;
            e = rmos::engagement(path, rpm.data(), tool_diameter_mm, tool, before);
        }
        if (!e) return nb::none();
        return nb::make_tuple(e->axial_mm, e->radial_mm, e->removal_mm3_min, e->feed_per_turn_mm, e->plunge_mm_min,
                              e->rapid_cuts, e->spindle_off_cuts, e->cell_mm);
    }, RMOS_PATH_ARGS, "spindle_rpm"_a.noconvert(), "tool_diameter_mm"_a, "profile"_a.noconvert(),
       "tops_um"_a.noconvert(), "The fields of Engagement in order, or None. `tops_um`: rows by columns, none for level stock.");
}

}  // namespace rmos::binding
