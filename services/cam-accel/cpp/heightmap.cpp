#include "heightmap.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "edges.h"

namespace rmos {

namespace {

constexpr double CHORD_MM = 0.001, LEAST_TURN = 1e-4, SHORT_MM = 1e-9, BORDER_MM = 0x1p-23, TALLEST_MM = 1e5, STEEP = 36, SPARE_MM = 1e-3;
constexpr double FARTHEST_MM = 1e5, HIGHEST_MM = 5e4, LEAST_CELL_MM = 1e-6;
constexpr std::int32_t FRESH_UNITS = 30, SHIFT = 1 << 30;
constexpr double INF = std::numeric_limits<double>::infinity();

inline std::int32_t units(double mm) { return static_cast<std::int32_t>(mm * 10000.0 + (SHIFT + 0.5)) - SHIFT; }
struct Taken {
    std::int64_t volume = 0, cells = 0;
    std::int32_t depth = 0;
    std::int64_t place = -1;
};

// One straight piece of a move.
struct Piece {
    Point3 a, b;
    double dx, dy, length;
    Piece(const Point3 &from, const Point3 &to)
        : a(from), b(to), dx(to[0] - from[0]), dy(to[1] - from[1]), length(std::sqrt(dx * dx + dy * dy)) {}
    bool stands() const { return !(length > SHORT_MM); }
    bool is_level() const { return stands() || a[2] == b[2]; }
    double lowest() const { return least(a[2], b[2]); }
};

struct Span {
    std::int64_t first, last;
};

class Sweeper {
  public:
    Sweeper(const Grid &grid, std::vector<std::int32_t> &heights, std::vector<std::int32_t> &cutters, std::int32_t bottom)
        : grid_(grid), heights_(heights), cutters_(cutters), bottom_(bottom), x_(static_cast<std::size_t>(grid.columns)),
          row_(static_cast<std::size_t>(grid.columns)), spans_(static_cast<std::size_t>(grid.rows)) {
        top_ = *std::max_element(heights.begin(), heights.end());
        for (std::size_t n = 0; n < x_.size(); ++n) x_[n] = grid.low_x + (static_cast<double>(n) + 0.5) * grid.cell;
    }

    // Measures, and cuts where there is a `cutter`.
    void sweep(const Piece &p, const Profile &tool, Taken &taken, std::int32_t cutter) {
        if (units(p.lowest() + tool.lift) >= top_) return;
        const double radius = meeting(p, tool);
        const std::int64_t first = std::max(cell_after(least(p.a[1], p.b[1]) - radius), std::int64_t{0});
        const std::int64_t last = std::min(cell_before(most(p.a[1], p.b[1]) + radius), grid_.rows - 1);
        if (first > last) return;
        if (tool.is_level() && p.is_level())
            sweep_level(p, tool, taken, cutter, first, last);
        else if (tool.is_level())
            sweep_shaped(p, tool, Flat{}, radius, taken, cutter, first, last);
        else if (tool.kind == CONE)
            sweep_shaped(p, tool, Cone{tool.flat, tool.slope}, radius, taken, cutter, first, last);
        else if (tool.flat == 0.0)
            sweep_shaped(p, tool, Ball{tool.corner}, radius, taken, cutter, first, last);
        else
            sweep_shaped(p, tool, Bull{tool.flat, tool.corner}, radius, taken, cutter, first, last);
    }

  private:
    const Grid &grid_;
    std::vector<std::int32_t> &heights_, &cutters_;
    std::int32_t bottom_, top_;
    std::vector<double> x_;
    std::vector<std::int32_t> row_;
    // What the last level cut left at most `cleared_` high: nothing there is fresh for one no lower.
    std::vector<Span> spans_;
    std::int64_t cleared_first_ = 0, cleared_last_ = -1;
    std::int32_t cleared_ = 0;

    // Farthest from the axis where the tool is still below the highest stock: beyond, it takes nothing.
    double meeting(const Piece &p, const Profile &tool) const {
        return std::min(tool.radius, tool.reach((static_cast<double>(top_) + 1) / 10000.0 - p.lowest() - tool.lift) + SPARE_MM);
    }

    std::int64_t cell_after(double y) const {
        return static_cast<std::int64_t>(std::ceil((y - BORDER_MM - grid_.low_y) / grid_.cell - 0.5));
    }
    std::int64_t cell_before(double y) const {
        return static_cast<std::int64_t>(std::floor((y + BORDER_MM - grid_.low_y) / grid_.cell - 0.5));
    }
    double y_of(std::int64_t row) const { return grid_.low_y + (static_cast<double>(row) + 0.5) * grid_.cell; }

    // Columns under the sweep in this row: it is the hull of two discs.
    Span span(const Piece &p, double radius, double y) const {
        double low = INF, high = -INF;
        for (const Point3 *end : {&p.a, &p.b}) {
            const double away = y - (*end)[1], square = radius * radius - away * away;
            if (!(square >= 0)) continue;
            const double half = std::sqrt(square);
            low = least(low, (*end)[0] - half);
            high = most(high, (*end)[0] + half);
        }
        if (!p.stands() && p.dy != 0.0) {
            const double aside_x = -(p.dy / p.length) * radius, aside_y = p.dx / p.length * radius;
            for (const double sign : {1.0, -1.0}) {
                const double from_x = p.a[0] + sign * aside_x, from_y = p.a[1] + sign * aside_y, share = (y - from_y) / p.dy;
                if (!(share >= 0.0 && share <= 1.0)) continue;
                const double x = from_x + share * p.dx;
                low = least(low, x);
                high = most(high, x);
            }
        }
        if (low > high) return {grid_.columns, -1};
        const double first = std::ceil((low - grid_.low_x) / grid_.cell - 0.5);
        const double last = std::floor((high - grid_.low_x) / grid_.cell - 0.5);
        return {static_cast<std::int64_t>(most(first, 0.0)),
                static_cast<std::int64_t>(least(last, static_cast<double>(grid_.columns) - 1.0))};
    }

    std::size_t at(std::int64_t row, std::int64_t column) const { return static_cast<std::size_t>(row * grid_.columns + column); }

    void take(Taken &taken, std::size_t cell, std::int32_t depth) const {
        taken.volume += depth;
        taken.cells += depth > FRESH_UNITS;
        if (depth > taken.depth) {
            taken.depth = depth;
            taken.place = static_cast<std::int64_t>(cell);
        }
    }

    // No branch inside, so that the compiler may look at several cells at once.
    static bool any_above(const std::int32_t *heights, std::int64_t count, std::int32_t level) {
        std::int32_t above = 0;
        for (std::int64_t n = 0; n < count; ++n) above |= heights[n] > level;
        return above != 0;
    }

    // Without what lies no higher than the tip at both ends of a row: most of a row where moves are short.
    Span standing(std::int64_t row, Span now, std::int32_t lowest) const {
        if (now.first > now.last) return now;
        const std::int32_t *heights = heights_.data() + at(row, 0);
        if (!any_above(heights + now.first, now.last - now.first + 1, lowest)) return {grid_.columns, -1};
        while (heights[now.first] <= lowest) ++now.first;
        while (heights[now.last] <= lowest) --now.last;
        return now;
    }

    void fill(std::int64_t row, std::int64_t first, std::int64_t last, std::int32_t level, Taken &taken, std::int32_t cutter) {
        if (first > last) return;
        const std::size_t from = at(row, first), to = from + static_cast<std::size_t>(last - first) + 1;
        if (!any_above(heights_.data() + from, last - first + 1, level)) return;
        for (std::size_t cell = from; cell < to; ++cell) {
            const std::int32_t depth = heights_[cell] - level;
            if (depth <= 0) continue;
            take(taken, cell, depth);
            if (cutter < 0) continue;
            heights_[cell] = level;
            cutters_[cell] = cutter;
        }
    }

    void sweep_level(const Piece &p, const Profile &tool, Taken &taken, std::int32_t cutter, std::int64_t first, std::int64_t last) {
        const std::int32_t level = std::max(units((p.stands() ? p.lowest() : p.a[2]) + tool.lift), bottom_);
        const double radius = tool.radius + BORDER_MM;
        const bool beside = level >= cleared_;
        for (std::int64_t row = first; row <= last; ++row) {
            const Span now = span(p, radius, y_of(row));
            Span &old = spans_[static_cast<std::size_t>(row)];
            if (beside && row >= cleared_first_ && row <= cleared_last_ && old.first <= old.last) {
                fill(row, now.first, std::min(now.last, old.first - 1), level, taken, cutter);
                fill(row, std::max(now.first, old.last + 1), now.last, level, taken, cutter);
            } else {
                fill(row, now.first, now.last, level, taken, cutter);
            }
            if (cutter >= 0) old = now;
        }
        if (cutter < 0) return;
        cleared_first_ = first;
        cleared_last_ = last;
        cleared_ = level;
    }

    template <typename Edge>
    void sweep_shaped(const Piece &p, const Profile &tool, const Edge &edge, double radius, Taken &taken, std::int32_t cutter,
                      std::int64_t first, std::int64_t last) {
        const std::int32_t lowest = units(p.lowest() + tool.lift);
        for (std::int64_t row = first; row <= last; ++row) {
            const double y = y_of(row);
            const Span now = standing(row, span(p, radius + BORDER_MM, y), lowest);
            if (now.first > now.last) continue;
            const std::size_t from = at(row, now.first);
            const std::int64_t count = now.last - now.first + 1;
            surface(p, tool, edge, y, now.first, count, heights_.data() + from);
            for (std::int64_t n = 0; n < count; ++n) {
                const std::size_t cell = from + static_cast<std::size_t>(n);
                const std::int32_t level = std::max(row_[static_cast<std::size_t>(n)], bottom_), depth = heights_[cell] - level;
                if (depth <= 0) continue;
                take(taken, cell, depth);
                if (cutter < 0) continue;
                heights_[cell] = level;
                cutters_[cell] = cutter;
            }
        }
    }

    // The lowest height over each place of the row, into `row_`: see `_surface` in heightmap.py. On slopes only where even the
    // tip at its lowest would take something.
    template <typename Edge>
    void surface(const Piece &p, const Profile &tool, const Edge &edge, double y, std::int64_t first, std::int64_t count,
                 const std::int32_t *heights) {
        const double *x = x_.data() + first;
        std::int32_t *out = row_.data();
        if (p.stands()) {
            const double away_y = y - p.b[1], base = p.lowest() + tool.lift;
            for (std::int64_t n = 0; n < count; ++n) {
                const double away_x = x[n] - p.b[0];
                out[n] = units(least(base + edge.edge(away_x * away_x + away_y * away_y), TALLEST_MM));
            }
            return;
        }
        const double ux = p.dx / p.length, uy = p.dy / p.length, base = p.a[2] + tool.lift, length = p.length;
        const double gone_y = y - p.a[1], ax = p.a[0];
        if (p.is_level()) {
            for (std::int64_t n = 0; n < count; ++n) {
                const double gone_x = x[n] - ax, s = gone_x * ux + gone_y * uy, w = gone_x * uy - gone_y * ux;
                const double q = s - least(most(s, 0.0), length);
                out[n] = units(least(base + edge.edge(w * w + q * q), TALLEST_MM));
            }
            return;
        }
        const double slope = (p.b[2] - p.a[2]) / length, sign = slope > 0 ? 1.0 : -1.0, steep = std::fabs(slope);
        const double radius = tool.radius + BORDER_MM;
        for (std::int64_t n = 0; n < count; ++n) {
            const double gone_x = x[n] - ax, s = gone_x * ux + gone_y * uy, w = gone_x * uy - gone_y * ux, w2 = w * w;
            const double reach = std::sqrt(most(radius * radius - w2, 0.0));
            const double nearest = most(s - reach, 0.0), farthest = least(s + reach, length);
            const double tip = base + slope * (slope > 0 ? least(nearest, farthest) : farthest);
            if (units(least(tip, TALLEST_MM)) >= heights[n]) {
                out[n] = heights[n];
                continue;
            }
            const double v = least(most(s - sign * edge.best(w2, reach, steep), nearest), farthest);
            const double q = s - v;
            out[n] = units(least(base + slope * v + edge.edge(w2 + q * q), TALLEST_MM));
        }
    }
};

class Walk {
  public:
    Walk(const Path &path, const Tools &tools, const Grid &grid, Heightmap &found, std::int32_t bottom)
        : path_(path), tools_(tools), found_(found), sweeper_(grid, found.heights, found.cutters, bottom) {}

    void run() {
        Point3 start = path_.start;
        for (std::size_t n = 0; n < path_.count; ++n) {
            const Point3 end = path_.end(n);
            if (path_.kind[n] < DWELL) move(n, start, end);
            start = end;
        }
    }

  private:
    const Path &path_;
    const Tools &tools_;
    Heightmap &found_;
    Sweeper sweeper_;

    bool is_steep(std::size_t n, const Point3 &start, const Point3 &end) const {
        const double x = end[0] - start[0], y = end[1] - start[1], drop = start[2] - end[2];
        return !path_.is_arc(n) && drop > 0 && drop * drop * STEEP > x * x + y * y;
    }

    std::size_t chords(std::size_t n, const Point3 &start, const Point3 &end) const {
        const Sweep arc = arc_sweep(path_.plane[n], path_.kind[n] == ARC_CCW, start, end, path_.centre(n));
        const double step = arc.radius > CHORD_MM ? 2 * std::acos(most(0.0, 1 - CHORD_MM / arc.radius)) : PI;
        return static_cast<std::size_t>(most(2.0, std::ceil(std::fabs(arc.turn) / most(step, LEAST_TURN))));
    }

    void move(std::size_t n, const Point3 &start, const Point3 &end) {
        Taken taken;
        const bool gentle = path_.kind[n] != RAPID && !is_steep(n, start, end);
        if (path_.is_arc(n)) {
            const std::size_t count = chords(n, start, end);
            const Way way(path_, n, start, end, count);
            Point3 from = start;
            for (std::size_t m = 1; m <= count; ++m) {
                const Point3 to = way.at(m);
                piece(n, {from, to}, gentle, taken);
                from = to;
            }
        } else {
            piece(n, {start, end}, gentle, taken);
        }
        found_.volume[n] = taken.volume;
        found_.cells[n] = taken.cells;
        found_.depth[n] = taken.depth;
        found_.place[n] = taken.place;
    }

    void piece(std::size_t n, const Piece &p, bool gentle, Taken &taken) {
        Taken aside;
        if (!gentle) sweeper_.sweep(p, tools_.inner, taken, -1);
        sweeper_.sweep(p, tools_.tool, gentle ? taken : aside, static_cast<std::int32_t>(n));
        for (std::size_t part = 0; part < tools_.holder.size() && found_.holder[n] == 0; ++part) {
            Taken met;
            sweeper_.sweep(p, tools_.holder[part], met, -1);
            if (met.cells == 0) continue;
            found_.holder[n] = static_cast<std::uint8_t>(part + 1);
            found_.holder_place[n] = met.place;
        }
    }
};

void require(bool sound, const char *what) {
    if (!sound) throw std::invalid_argument(what);
}

void require_workable(const Path &path, const Tools &tools, const Grid &grid, const std::int32_t *heights, std::int32_t bottom) {
    require(grid.columns > 0 && grid.rows > 0 && grid.cell >= LEAST_CELL_MM && grid.cell <= FARTHEST_MM, "the grid has no cell");
    require(std::fabs(grid.low_x) <= FARTHEST_MM && std::fabs(grid.low_y) <= FARTHEST_MM, "the grid is nowhere");
    bool sound = tools.tool.is_sound() && tools.inner.is_sound();
    for (const Profile &part : tools.holder) sound = sound && part.is_sound();
    require(sound && tools.holder.size() < 256, "a profile is that of no tool");
    require(bottom <= SHIFT && std::all_of(heights, heights + grid.size(), [](std::int32_t h) { return -SHIFT <= h && h <= SHIFT; }),
            "a height of the stock is none");
    double low[3], high[3];
    extent(path, low, high);
    require(lies_within(path, FARTHEST_MM) && low[2] >= -HIGHEST_MM && high[2] <= HIGHEST_MM && std::fabs(path.start[2]) <= HIGHEST_MM,
            "a move leads nowhere");
}

}  // namespace

Heightmap heightmap(const Path &path, const Tools &tools, const Grid &grid, const std::int32_t *heights, std::int32_t bottom) {
    if (path.count > 0) require_workable(path, tools, grid, heights, bottom);
    Heightmap found;
    found.heights.assign(heights, heights + grid.size());
    found.cutters.assign(grid.size(), -1);
    found.volume.assign(path.count, 0);
    found.cells.assign(path.count, 0);
    found.depth.assign(path.count, 0);
    found.place.assign(path.count, -1);
    found.holder.assign(path.count, 0);
    found.holder_place.assign(path.count, -1);
    Walk(path, tools, grid, found, bottom).run();
    return found;
}

}  // namespace rmos
