// A tool's edge over a cell, one type for each shape, so that a row's loop holds no question of shape: `_edge` and `_best` of
// heightmap.py.
#pragma once
#include <cmath>

namespace rmos {

inline constexpr int HALVINGS = 32;

inline double least(double a, double b) { return b < a ? b : a; }
inline double most(double a, double b) { return a < b ? b : a; }

// `edge`: height above the tip at this squared distance from the axis. `best`: how far ahead, on a way of this slope, the place
// lies that the tool cuts lowest.
struct Ball {
    double corner;
    double edge(double square) const { return corner - std::sqrt(most(corner * corner - square, 0.0)); }
    double best(double w2, double, double slope) const {
        return slope / std::sqrt(1 + slope * slope) * std::sqrt(most(corner * corner - w2, 0.0));
    }
};

struct Bull {
    double flat, corner;
    double edge(double square) const {
        const double beyond = most(std::sqrt(square) - flat, 0.0);
        return corner - std::sqrt(most(corner * corner - beyond * beyond, 0.0));
    }
    double best(double w2, double reach, double slope) const {
        double low = std::sqrt(most(flat * flat - w2, 0.0)), high = reach;
        for (int n = 0; n < HALVINGS; ++n) {
            const double q = (low + high) * 0.5, away = std::sqrt(w2 + q * q), beyond = most(away - flat, 0.0);
            const double rising = std::sqrt(most(corner * corner - beyond * beyond, 0.0));
            if (beyond * q < slope * away * rising)
                low = q;
            else
                high = q;
        }
        return low;
    }
};

struct Cone {
    double flat, rise;
    double edge(double square) const { return rise * most(std::sqrt(square) - flat, 0.0); }
    double best(double w2, double reach, double slope) const {
        if (slope >= rise) return reach;
        const double level = std::sqrt(most(flat * flat - w2, 0.0));
        return most(level, slope / std::sqrt(rise * rise - slope * slope) * std::sqrt(w2));
    }
};

struct Flat {
    double edge(double) const { return 0.0; }
    double best(double, double reach, double) const { return reach; }
};

}  // namespace rmos
