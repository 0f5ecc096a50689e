// Arrays in and out without a copy; what every binding needs. No arithmetic here.
#pragma once
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <utility>
#include <vector>

#include "../geometry.h"
#include "../profile.h"

namespace rmos::binding {

namespace nb = nanobind;

template <typename T> using In = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <typename T> using Out = nb::ndarray<nb::numpy, T, nb::ndim<1>>;
using Bytes = In<std::uint8_t>;
using Reals = In<double>;

template <typename T> Out<T> give(std::vector<T> &&values) {
    auto *kept = new std::vector<T>(std::move(values));
    nb::capsule owner(kept, [](void *p) noexcept { delete static_cast<std::vector<T> *>(p); });
    return Out<T>(kept->data(), {kept->size()}, owner);
}

using Numbers = nb::ndarray<const double, nb::shape<6>, nb::c_contig, nb::device::cpu>;

// The numbers of `Profile` in profile.py.
inline Profile profile_of(const double *numbers) {
    return {static_cast<std::int32_t>(numbers[0]), numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
}

inline Path path_of(const Bytes &kind, const Bytes &plane, const Reals &x, const Reals &y, const Reals &z, const Reals &i,
                    const Reals &j, const Reals &k, const Reals &feed, const Reals &dwell, nb::tuple start) {
    const std::size_t count = kind.size();
    for (std::size_t size : {plane.size(), x.size(), y.size(), z.size(), i.size(), j.size(), k.size(), feed.size(), dwell.size()})
        if (size != count) throw nb::value_error("toolpath columns differ in length");
    const Point3 at{{nb::cast<double>(start[0]), nb::cast<double>(start[1]), nb::cast<double>(start[2])}};
    return {count, kind.data(), plane.data(), x.data(), y.data(), z.data(), i.data(), j.data(), k.data(), feed.data(),
            dwell.data(), at};
}

void bind_reader(nb::module_ &m);
void bind_measures(nb::module_ &m);
void bind_timing(nb::module_ &m);
void bind_engagement(nb::module_ &m);
void bind_contours(nb::module_ &m);
void bind_fit(nb::module_ &m);
void bind_heightmap(nb::module_ &m);
void bind_adaptive(nb::module_ &m);

}  // namespace rmos::binding

#define RMOS_PATH_ARGS                                                                                                     \
    "kind"_a.noconvert(), "plane"_a.noconvert(), "x_mm"_a.noconvert(), "y_mm"_a.noconvert(), "z_mm"_a.noconvert(),         \
        "i_mm"_a.noconvert(), "j_mm"_a.noconvert(), "k_mm"_a.noconvert(), "feed_mm_min"_a.noconvert(),                     \
        "dwell_s"_a.noconvert(), "start_mm"_a
#define RMOS_PATH_PARAMETERS                                                                                               \
    Bytes kind, Bytes plane, Reals x, Reals y, Reals z, Reals i, Reals j, Reals k, Reals feed, Reals dwell, nb::tuple start
#define RMOS_PATH path_of(kind, plane, x, y, z, i, j, k, feed, dwell, start)
