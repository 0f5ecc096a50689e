// How the tool really meets the stock: the same steps in the same order as engagement.py.
#pragma once
#include <optional>

#include "geometry.h"
#include "profile.h"

namespace rmos {

struct Engagement {
    double axial_mm = 0, radial_mm = 0, removal_mm3_min = 0, feed_per_turn_mm = 0, plunge_mm_min = 0;
    std::size_t rapid_cuts = 0, spindle_off_cuts = 0;
    double cell_mm = 0;
};

// Heights of the stock before the cut, whole micrometres; none where it is level.
struct Tops {
    const std::int32_t *um;
    std::size_t rows, columns;
};

// Nothing where it cannot be measured. Throws std::invalid_argument where a cutting move has no feed, and where the tops are on
// another grid than the one that is measured on.
std::optional<Engagement> engagement(const Path &path, const double *spindle_rpm, double tool_diameter_mm, const Profile &profile,
                                     const Tops &tops = {});

}  // namespace rmos
