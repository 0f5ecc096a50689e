#include "fit.h"

#include <cmath>

namespace rmos {

namespace {

constexpr std::size_t FEWEST_LINES = 2, FEWEST_CHORDS = 3;
constexpr double MOST_RADIUS_MM = 1000;

struct Arc {
    double x, y, radius;
    bool ccw;
};

// The points of a path: 0 is its start, n + 1 the end of move n.
class Points {
  public:
    explicit Points(const Path &path) : path_(path) {}
    Point3 operator[](std::size_t n) const { return n == 0 ? path_.start : path_.end(n - 1); }

  private:
    const Path &path_;
};

bool line_fits(const Points &points, std::size_t first, std::size_t last, double tolerance) {
    const Point3 a = points[first], b = points[last];
    double x = b[0] - a[0], y = b[1] - a[1], z = b[2] - a[2];
    const double length = std::sqrt(x * x + y * y + z * z);
    if (!(length > 0)) return false;
    x = x / length, y = y / length, z = z / length;
    double before = 0;
    for (std::size_t n = first + 1; n < last; ++n) {
        const Point3 p = points[n];
        double u = p[0] - a[0], v = p[1] - a[1], w = p[2] - a[2];
        const double along = u * x + v * y + w * z;
        u = u - along * x, v = v - along * y, w = w - along * z;
        if (!(before <= along && along <= length && std::sqrt(u * u + v * v + w * w) <= tolerance)) return false;
        before = along;
    }
    return true;
}

bool circle(const Points &points, std::size_t first, std::size_t last, Arc &arc) {
    const Point3 a = points[first], b = points[last];
    double x = b[0] - a[0], y = b[1] - a[1];
    const double chord = std::sqrt(x * x + y * y);
    if (!(chord > 0)) return false;
    x = x / chord, y = y / chord;
    const double half = chord / 2, mx = (a[0] + b[0]) / 2, my = (a[1] + b[1]) / 2;
    double top = 0, below = 0, side = 0;
    for (std::size_t n = first + 1; n < last; ++n) {
        const Point3 p = points[n];
        const double dx = p[0] - mx, dy = p[1] - my;
        const double u = dx * x + dy * y, v = dy * x - dx * y;
        top += v * (u * u + v * v - half * half);
        below += v * v;
        side += v;
    }
    if (!(below > 0)) return false;
    const double h = top / (2 * below);
    if (!(h * side <= 0)) return false;
    arc = {mx - h * y, my + h * x, std::sqrt(h * h + half * half), side < 0};
    return true;
}

double turned(double ax, double ay, double bx, double by, bool ccw) {
    const double cross = ax * by - ay * bx;
    const double angle = std::atan2(ccw ? cross : -cross, ax * bx + ay * by);
    return angle < 0 ? angle + TURN : angle;
}

double nearest(double ax, double ay, double bx, double by) {
    double x = bx - ax, y = by - ay;
    const double square = x * x + y * y;
    double part = square > 0 ? -(ax * x + ay * y) / square : 0.0;
    part = part < 0 ? 0.0 : part > 1 ? 1.0 : part;
    x = ax + part * x, y = ay + part * y;
    return std::sqrt(x * x + y * y);
}

bool lies_on(const Points &points, std::size_t first, std::size_t last, const Arc &arc, double tolerance) {
    const Point3 a = points[first], b = points[last];
    const double sx = a[0] - arc.x, sy = a[1] - arc.y, sz = a[2], rise = b[2] - sz;
    const double whole = rise == 0 ? 0.0 : turned(sx, sy, b[0] - arc.x, b[1] - arc.y, arc.ccw);
    if (!(rise == 0 || whole > 0)) return false;
    double px = sx, py = sy, pz = sz, off = 0, done = 0;
    for (std::size_t n = first + 1; n <= last; ++n) {
        const Point3 p = points[n];
        const double x = p[0] - arc.x, y = p[1] - arc.y, z = p[2];
        const double ahead = px * y - py * x, from_start = sx * y - sy * x;
        if (!(arc.ccw ? ahead >= 0 : ahead <= 0)) return false;
        if (!(n == last || (arc.ccw ? from_start >= 0 : from_start <= 0))) return false;
        const double before = off;
        double bend = 0;
        off = 0;
        if (rise != 0) {
            const double angle = n == last ? whole : turned(sx, sy, x, y, arc.ccw);
            const double step = angle - done;
            off = std::fabs(z - (sz + rise * (angle / whole)));
            bend = std::fabs(z - pz) * step * step / 60;
            done = angle;
        }
        const double radial = std::sqrt(x * x + y * y) - arc.radius;
        const double sag = arc.radius - nearest(px, py, x, y);
        const double between = (before > off ? before : off) + bend;
        if (!(std::sqrt(radial * radial + off * off) <= tolerance)) return false;
        if (!(sag <= tolerance && (sag <= 0 || std::sqrt(sag * sag + between * between) <= tolerance))) return false;
        px = x, py = y, pz = z;
    }
    return true;
}

bool arc_fits(const Points &points, std::size_t first, std::size_t last, double tolerance, Arc &arc) {
    if (!circle(points, first, last, arc)) return false;
    if (!(2 * tolerance <= arc.radius && arc.radius <= MOST_RADIUS_MM)) return false;
    return lies_on(points, first, last, arc, tolerance);
}

// The last point that can be reached, 0 for none.
template <typename Fits> std::size_t reach(Fits fits, std::size_t at, std::size_t end, std::size_t fewest) {
    std::size_t good = 0, count = fewest;
    while (at + count < end && fits(at + count)) good = count, count = 2 * count;
    if (at + count >= end) {
        if (end - at >= fewest && fits(end)) return end;
        count = end - at;
    }
    while (good && count - good > 1) {
        const std::size_t middle = (good + count) / 2;
        if (fits(at + middle)) good = middle;
        else count = middle;
    }
    return good ? at + good : 0;
}

int slope(const Points &points, std::size_t n) {
    const double rise = points[n + 1][2] - points[n][2];
    return (rise > 0) - (rise < 0);
}

bool joins(const Path &path, const States &s, const Points &points, std::size_t n) {
    return path.kind[n] == LINEAR && path.kind[n - 1] == LINEAR && path.feed[n] == path.feed[n - 1] &&
           s.rpm[n] == s.rpm[n - 1] && s.tool[n] == s.tool[n - 1] && s.switches[n] == s.switches[n - 1] &&
           slope(points, n) == slope(points, n - 1);
}

void add(Fitted &made, std::size_t last, std::uint8_t kind, double i, double j) {
    made.last.push_back(static_cast<std::int64_t>(last));
    made.kind.push_back(kind);
    made.i.push_back(i);
    made.j.push_back(j);
}

// The move that leads furthest from where move `at` starts; returns the one after its last.
std::size_t add_longest(Fitted &made, const Points &points, std::size_t at, std::size_t end, double tolerance, bool arcs) {
    const std::size_t line =
        reach([&](std::size_t last) { return line_fits(points, at, last, tolerance); }, at, end, FEWEST_LINES);
    const std::size_t straight = line > at + 1 ? line : at + 1;
    Arc arc{};
    const std::size_t round =
        arcs ? reach([&](std::size_t last) { return arc_fits(points, at, last, tolerance, arc); }, at, end, FEWEST_CHORDS) : 0;
    if (round > straight && arc_fits(points, at, round, tolerance, arc)) {
        add(made, round - 1, arc.ccw ? ARC_CCW : ARC_CW, arc.x - points[at][0], arc.y - points[at][1]);
        return round;
    }
    add(made, straight - 1, LINEAR, 0, 0);
    return straight;
}

}  // namespace

Fitted fit(const Path &path, const States &states, double tolerance_mm, bool arcs) {
    Fitted made;
    const Points points(path);
    std::size_t first = 0;
    for (std::size_t n = 1; n <= path.count; ++n) {
        if (n < path.count && joins(path, states, points, n)) continue;
        if (path.kind[first] != LINEAR) {
            add(made, first, path.kind[first], 0, 0);
        } else {
            for (std::size_t at = first; at < n;) at = add_longest(made, points, at, n, tolerance_mm, arcs);
        }
        first = n;
    }
    return made;
}

}  // namespace rmos
