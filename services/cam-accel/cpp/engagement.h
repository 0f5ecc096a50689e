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

// Nothing where it cannot be measured. Throws std::invalid_argument where a cutting move has no feed.
std::optional<Engagement> engagement(const Path &path, const double *spindle_rpm, double tool_diameter_mm, const Profile &profile);

}  // namespace rmos
