// Arrays in and out without a copy; what every binding needs. No arithmetic here.
#pragma once
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "../geometry.h"
#include "../profile.h"

namespace rmos::binding {

namespace nb = nanobind;

// An array as it is; one whose numbers stand at odd addresses, as in the middle of a blob, is copied to where a processor may read.
template <typename Array> class Aligned {
  public:
    using Value = std::remove_const_t<typename Array::Scalar>;
    Aligned() = default;
    explicit Aligned(Array array) : array_(std::move(array)) {
        if (reinterpret_cast<std::uintptr_t>(array_.data()) % alignof(Value) == 0) return;
        copy_.resize(array_.size());
        std::memcpy(copy_.data(), static_cast<const void *>(array_.data()), array_.nbytes());
    }
    const Value *data() const { return copy_.empty() ? array_.data() : copy_.data(); }
    std::size_t size() const { return array_.size(); }
    std::size_t shape(std::size_t axis) const { return array_.shape(axis); }

  private:
    Array array_;
    std::vector<Value> copy_;
};

template <typename T> using In = Aligned<nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>>;
template <typename T> using Out = nb::ndarray<nb::numpy, T, nb::ndim<1>>;
using Bytes = In<std::uint8_t>;
using Reals = In<double>;

template <typename T> Out<T> give(std::vector<T> &&values) {
    auto *kept = new std::vector<T>(std::move(values));
    nb::capsule owner(kept, [](void *p) noexcept { delete static_cast<std::vector<T> *>(p); });
    return Out<T>(kept->data(), {kept->size()}, owner);
}

using Numbers = Aligned<nb::ndarray<const double, nb::shape<6>, nb::c_contig, nb::device::cpu>>;

// The numbers of `Profile` in profile.py.
inline Profile profile_of(const double *numbers) {
    if (numbers[0] != ROUND && numbers[0] != CONE) throw nb::value_error("a profile is that of no tool");
    return {static_cast<std::int32_t>(numbers[0]), numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
}

inline Path path_of(const Bytes &kind, const Bytes &plane, const Reals &x, const Reals &y, const Reals &z, const Reals &i,
                    const Reals &j, const Reals &k, const Reals &feed, const Reals &dwell, const nb::tuple &start) {
    const std::size_t count = kind.size();
    for (std::size_t size : {plane.size(), x.size(), y.size(), z.size(), i.size(), j.size(), k.size(), feed.size(), dwell.size()})
        if (size != count) throw nb::value_error("toolpath columns differ in length");
    if (start.size() != 3) throw nb::value_error("a start has three coordinates");
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

namespace nanobind::detail {

template <typename Array> struct type_caster<rmos::binding::Aligned<Array>> {
    NB_TYPE_CASTER(rmos::binding::Aligned<Array>, make_caster<Array>::Name)

    bool from_python(handle source, std::uint32_t flags, cleanup_list *cleanup) noexcept {
        make_caster<Array> caster;
        if (!caster.from_python(source, flags, cleanup)) return false;
        try {
            value = Value(std::move(caster.value));
        } catch (const std::bad_alloc &) {
            return false;
        }
        return true;
    }
};

}  // namespace nanobind::detail

#define RMOS_PATH_ARGS                                                                                                     \
    "kind"_a.noconvert(), "plane"_a.noconvert(), "x_mm"_a.noconvert(), "y_mm"_a.noconvert(), "z_mm"_a.noconvert(),         \
        "i_mm"_a.noconvert(), "j_mm"_a.noconvert(), "k_mm"_a.noconvert(), "feed_mm_min"_a.noconvert(),                     \
        "dwell_s"_a.noconvert(), "start_mm"_a
#define RMOS_PATH_PARAMETERS                                                                                               \
    const Bytes &kind, const Bytes &plane, const Reals &x, const Reals &y, const Reals &z, const Reals &i, const Reals &j,  \
        const Reals &k, const Reals &feed, const Reals &dwell, const nb::tuple &start
#define RMOS_PATH path_of(kind, plane, x, y, z, i, j, k, feed, dwell, start)
