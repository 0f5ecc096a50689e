// A tool as it turns: the same numbers as `Profile` in profile.py.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

namespace rmos {

enum ProfileKind : std::int32_t { ROUND, CONE };

struct Profile {
    std::int32_t kind;
    double radius, flat, corner, slope, lift;
    bool is_level() const { return kind == ROUND && corner == 0.0; }

    // No number out of which a height would come that is none.
    bool is_sound() const {
        for (const double size : {radius, flat, corner, lift})
            if (!(size >= 0 && size <= 5e4)) return false;
        return radius > 0 && slope >= 0 && slope <= 1e6 && (kind == ROUND || (kind == CONE && slope > 0));
    }

    // Height above the tip at this distance from the axis; kept at the rim's beyond the radius.
    double edge(double away) const {
        const double beyond = std::max(std::min(away, radius) - flat, 0.0);
        if (kind == CONE) return slope * beyond;
        return corner - std::sqrt(std::max(corner * corner - beyond * beyond, 0.0));
    }

    // How far from the axis the tool cuts, this high above its tip.
    double reach(double height) const {
        if (height < 0) return 0;
        if (kind == CONE) return std::min(radius, flat + height / slope);
        const double below = std::max(corner - height, 0.0);
        return flat + std::sqrt(std::max(corner * corner - below * below, 0.0));
    }
};

}  // namespace rmos
