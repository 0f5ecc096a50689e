#include "../heightmap.h"

#include <algorithm>

#include "../baseline/heightmap.h"
#include "arrays.h"

namespace rmos::binding {

using nb::literals::operator""_a;
using Heights = Aligned<nb::ndarray<const std::int32_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>>;
using Table = Aligned<nb::ndarray<const double, nb::shape<-1, 6>, nb::c_contig, nb::device::cpu>>;

static nb::tuple given(rmos::Heightmap &&h) {
    return nb::make_tuple(give(std::move(h.heights)), give(std::move(h.cutters)), give(std::move(h.volume)),
                          give(std::move(h.cells)), give(std::move(h.depth)), give(std::move(h.place)),
                          give(std::move(h.holder)), give(std::move(h.holder_place)));
}

void bind_heightmap(nb::module_ &m) {
    m.def("heightmap", [](RMOS_PATH_PARAMETERS, const Table &profiles, double low_x, double low_y, double cell,
                          const Heights &heights, std::int32_t bottom) {
        const rmos::Path path = RMOS_PATH;
        const std::size_t count = profiles.shape(0);
        if (count < 2) throw nb::value_error("the tool and the tool made smaller are needed");
        if (heights.size() == 0) throw nb::value_error("the grid has no cell");
        rmos::Tools tools{profile_of(profiles.data()), profile_of(profiles.data() + 6), {}};
        for (std::size_t n = 2; n < count; ++n) tools.holder.push_back(profile_of(profiles.data() + 6 * n));
        const rmos::Grid grid{low_x, low_y, cell, static_cast<std::int64_t>(heights.shape(1)),
                              static_cast<std::int64_t>(heights.shape(0))};
        rmos::Heightmap found;
        {
            nb::gil_scoped_release free;
            found = rmos::heightmap(path, tools, grid, heights.data(), bottom);
        }
        return given(std::move(found));
    }, RMOS_PATH_ARGS, "profiles"_a.noconvert(), "low_x_mm"_a, "low_y_mm"_a, "cell_mm"_a, "heights"_a.noconvert(),
       "bottom_units"_a, "The fields of Heightmap in order, flat. `profiles`: the tool, the tool made smaller, the holder.");
    m.def("baseline_heightmap", [](RMOS_PATH_PARAMETERS, double radius, double corner, double low_x, double low_y, double cell,
                                   std::int64_t columns, std::int64_t rows) {
        const rmos::Path path = RMOS_PATH;
        constexpr std::int64_t MOST = 1 << 24;
        if (columns < 1 || rows < 1 || columns > MOST || rows > MOST || columns * rows > MOST || !(cell >= 1e-3))
            throw nb::value_error("the grid has no cell, or too many");
        if (!rmos::lies_within(path, 1e5)) throw nb::value_error("a move leads nowhere");
        std::vector<double> heights(static_cast<std::size_t>(columns * rows), 0.0);
        {
            nb::gil_scoped_release free;
            rmos::baseline::stamps(path, radius, corner, low_x, low_y, cell, columns, rows, heights.data());
        }
        return give(std::move(heights));
    }, RMOS_PATH_ARGS, "radius_mm"_a, "corner_mm"_a, "low_x_mm"_a, "low_y_mm"_a, "cell_mm"_a, "columns"_a, "rows"_a,
       "Only the floor of a benchmark: heights in mm by the loop that one writes first.");
}

}  // namespace rmos::binding
