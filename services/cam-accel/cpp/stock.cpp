#include "stock.h"

#include <algorithm>

namespace rmos {

static constexpr std::int32_t CELLS_ACROSS[] = {32, 24, 16, 12, 8, 6};
static constexpr double MOST_CELLS = 1 << 24, MOST_STEPS = 1 << 26, TALLEST_MM = 1e5;

Spot Frame::spot(const Point3 &p) const {
    const double scale = PARTS / cell;
    const auto x = static_cast<std::int32_t>(std::min(std::max(std::floor((p[0] - low_x) * scale + 0.5), 0.0), widest_x));
    const auto y = static_cast<std::int32_t>(std::min(std::max(std::floor((p[1] - low_y) * scale + 0.5), 0.0), widest_y));
    return {x / PARTS + SPARE, y / PARTS + SPARE, x % PARTS, y % PARTS, micrometres(p[2])};
}

double width_mm(const Profile &profile, double low_z_mm) {
    if (profile.is_level()) return 2 * profile.radius;
    return std::max(2 * profile.reach(-low_z_mm), profile.radius / 8);
}

std::optional<Frame> frame_of(const Reach &reach, double tool_diameter_mm) {
    const double x = reach.high[0] - reach.low[0], y = reach.high[1] - reach.low[1];
    for (const std::int32_t across : CELLS_ACROSS) {
        const double cell = tool_diameter_mm / across, border = across + 2 * SPARE + 1;
        const double cells = (x / cell + border) * (y / cell + border);
        if (!(cells <= MOST_CELLS && reach.length / cell <= MOST_STEPS)) continue;
        const double scale = PARTS / cell;
        return Frame{reach.low[0], reach.low[1], cell, across, std::floor(x * scale + 0.5), std::floor(y * scale + 0.5)};
    }
    return std::nullopt;
}

static Span span_of(std::int32_t half, std::int32_t radius, std::int32_t dy, std::int32_t part_x) {
    Span span{0, 0};
    for (std::int32_t n = 0; n <= 2 * half; ++n) {
        const std::int32_t dx = (n - half) * PARTS + PARTS / 2 - part_x;
        if (dx * dx + dy * dy > radius * radius) continue;
        if (span.to == 0) span.from = n;
        span.to = n + 1;
    }
    return span;
}

Disc::Disc(std::int32_t across, std::int32_t less, const Profile &profile, double cell, std::int32_t inset) : size_(across + 1) {
    const std::int32_t half = across / 2, radius = (half - less) * PARTS;
    spans_.reserve(static_cast<std::size_t>(PARTS * PARTS * size_));
    for (std::int32_t part_y = 0; part_y < PARTS; ++part_y)
        for (std::int32_t part_x = 0; part_x < PARTS; ++part_x)
            for (std::int32_t n = -half; n <= half; ++n)
                spans_.push_back(span_of(half, radius, n * PARTS + PARTS / 2 - part_y, part_x));
    if (profile.is_level()) return;
    const double part_mm = cell / PARTS, inset_mm = inset * cell;
    lifts_um_.reserve(spans_.size() * static_cast<std::size_t>(size_));
    for (std::int32_t part_y = 0; part_y < PARTS; ++part_y)
        for (std::int32_t part_x = 0; part_x < PARTS; ++part_x)
            for (std::int32_t row = -half; row <= half; ++row)
                for (std::int32_t column = -half; column <= half; ++column) {
                    const std::int32_t dy = row * PARTS + PARTS / 2 - part_y, dx = column * PARTS + PARTS / 2 - part_x;
                    const double away = std::sqrt(static_cast<double>(dx * dx + dy * dy)) * part_mm;
                    lifts_um_.push_back(micrometres(std::min(profile.edge(away + inset_mm), TALLEST_MM)));
                }
}

// No branch inside, so that the compiler may look at several cells at once.
static bool any_fresh(const std::int32_t *row, std::int32_t from, std::int32_t to, std::int32_t tip_um) {
    std::int32_t fresh = 0;
    for (std::int32_t n = from; n < to; ++n) fresh |= row[n] - tip_um > FRESH_UM;
    return fresh != 0;
}

bool Stock::meets(const Disc &disc, const Spot &at) const {
    if (at.tip_um >= -FRESH_UM) return false;
    const Span *spans = disc.rows(at);
    for (std::int32_t n = 0; n < disc.size() && !disc.is_level(); ++n)
        for (std::int32_t column = spans[n].from; column < spans[n].to; ++column)
            if (row(at.row + n)[at.column + column] - at.tip_um - disc.lifts_um(at, n)[column] > FRESH_UM) return true;
    for (std::int32_t n = 0; n < disc.size() && disc.is_level(); ++n)
        if (any_fresh(row(at.row + n) + at.column, spans[n].from, spans[n].to, at.tip_um)) return true;
    return false;
}

static void cut_row(std::int32_t *row, std::int32_t from, std::int32_t to, std::int32_t tip_um, std::vector<std::int32_t> &taken) {
    if (to - from > 8 && !any_fresh(row, from, to, tip_um)) return;
    for (std::int32_t column = from; column < to; ++column) {
        const std::int32_t depth = row[column] - tip_um;
        if (depth <= FRESH_UM) continue;
        taken.push_back(depth);
        row[column] = tip_um;
    }
}

void Stock::bite(const Disc &disc, const Spot &at, std::vector<std::int32_t> &taken, std::vector<std::int32_t> &contacts) {
    taken.clear();
    contacts.clear();
    const Span *spans = disc.rows(at);
    for (std::int32_t n = 0; n < disc.size() && at.tip_um < -FRESH_UM; ++n) {
        std::int32_t *heights = row(at.row + n) + at.column;
        const std::int32_t *lifts = disc.lifts_um(at, n);
        for (std::int32_t column = spans[n].from; column < spans[n].to; ++column) {
            const std::int32_t depth = heights[column] - at.tip_um - lifts[column];
            if (depth <= FRESH_UM) continue;
            taken.push_back(depth);
            contacts.push_back(heights[column] - at.tip_um);
            heights[column] -= depth;
        }
    }
}

// What the same disc covered just before, no higher, holds nothing fresh: only the cells beside it are looked at.
void Stock::cut(const Disc &disc, const Spot &at, std::vector<std::int32_t> &taken) {
    taken.clear();
    const bool beside = last_disc_ == &disc && at.tip_um >= last_.tip_um;
    const Span *spans = disc.rows(at), *before = disc.rows(last_);
    for (std::int32_t n = 0; n < disc.size() && at.tip_um < -FRESH_UM; ++n) {
        std::int32_t *heights = row(at.row + n);
        const std::int32_t from = at.column + spans[n].from, to = at.column + spans[n].to, old = at.row + n - last_.row;
        if (beside && old >= 0 && old < disc.size()) {
            cut_row(heights, from, std::min(to, last_.column + before[old].from), at.tip_um, taken);
            cut_row(heights, std::max(from, last_.column + before[old].to), to, at.tip_um, taken);
        } else {
            cut_row(heights, from, to, at.tip_um, taken);
        }
    }
    last_disc_ = &disc;
    last_ = at;
}

}  // namespace rmos
