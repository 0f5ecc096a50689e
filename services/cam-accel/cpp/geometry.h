// Lengths, directions and extents of moves: the same steps in the same order as geometry.py.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace rmos {

enum Kind : std::uint8_t { RAPID, LINEAR, ARC_CW, ARC_CCW, DWELL, STOP, TOOL_CHANGE };

struct Point3 {
    double v[3];
    double operator[](int n) const { return v[n]; }
    double &operator[](int n) { return v[n]; }
};

struct Axes {
    int first, second, third;
};

struct Sweep {
    double radius, first, turn;
};

// Columns of a toolpath, each `count` long; mm and mm/min as in contracts.toolpath.
struct Path {
    std::size_t count;
    const std::uint8_t *kind, *plane;
    const double *x, *y, *z, *i, *j, *k, *feed, *dwell;
    Point3 start;

    Point3 end(std::size_t n) const { return {{x[n], y[n], z[n]}}; }
    Point3 centre(std::size_t n) const { return {{i[n], j[n], k[n]}}; }
    bool is_arc(std::size_t n) const { return kind[n] == ARC_CW || kind[n] == ARC_CCW; }
};

inline constexpr double PI = 3.141592653589793;
inline constexpr double TURN = 2 * PI;

inline Axes axes_of(std::uint8_t plane) {
    switch (plane) {
    case 0: return {0, 1, 2};
    case 1: return {2, 0, 1};
    default: return {1, 2, 0};
    }
}

inline Sweep arc_sweep(std::uint8_t plane, bool ccw, const Point3 &start, const Point3 &end, const Point3 &centre) {
    const Axes at = axes_of(plane);
    const double first = std::atan2(-centre[at.second], -centre[at.first]);
    const double last = std::atan2(end[at.second] - start[at.second] - centre[at.second],
                                   end[at.first] - start[at.first] - centre[at.first]);
    double turn = ccw ? last - first : first - last;
    turn = turn < 0 ? turn + TURN : turn;
    turn = turn <= 1e-12 || turn >= TURN ? TURN : turn;
    const double radius = std::sqrt(centre[at.first] * centre[at.first] + centre[at.second] * centre[at.second]);
    return {radius, first, ccw ? turn : -turn};
}

inline double distance_mm(const Point3 &a, const Point3 &b) {
    const double x = b[0] - a[0], y = b[1] - a[1], z = b[2] - a[2];
    return std::sqrt(x * x + y * y + z * z);
}

inline double arc_length_mm(std::uint8_t plane, bool ccw, const Point3 &start, const Point3 &end, const Point3 &centre) {
    const Sweep arc = arc_sweep(plane, ccw, start, end, centre);
    const int third = axes_of(plane).third;
    const double along = arc.radius * arc.turn, rise = end[third] - start[third];
    return std::sqrt(along * along + rise * rise);
}

inline double length_mm(const Path &path, std::size_t n, const Point3 &start, const Point3 &end) {
    if (!path.is_arc(n)) return distance_mm(start, end);
    return arc_length_mm(path.plane[n], path.kind[n] == ARC_CCW, start, end, path.centre(n));
}

struct Directions {
    Point3 enter, leave;
};

// Of a move whose `length` is above zero.
Directions directions(const Path &path, std::size_t n, const Point3 &start, const Point3 &end, double length);

// `count` places along a move at equal distances, an arc's by angle; the last is its end.
class Way {
  public:
    Way(const Path &path, std::size_t n, const Point3 &start, const Point3 &end, std::size_t count);
    Point3 at(std::size_t m) const;  // m from 1 to count

  private:
    Point3 start_, end_, centre_;
    Axes axes_;
    Sweep sweep_{};
    bool arc_;
    std::size_t count_;
};

// An arc reaches as far as its radius along each half axis that it passes.
void widen_by_arc(const Path &path, std::size_t n, const Point3 &start, const Point3 &end, double low[3], double high[3]);
// Is every coordinate a number, and none farther than this?
bool lies_within(const Path &path, double far);
void lengths_mm(const Path &path, double *out);
void extent(const Path &path, double low[3], double high[3]);

}  // namespace rmos
