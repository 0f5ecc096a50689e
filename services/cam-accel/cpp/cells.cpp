#include "cells.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace rmos {

// So that clearing takes less than 2 GB with all that is kept beside.
std::int64_t cells_per_radius(std::int64_t width, std::int64_t height) {
    for (const auto &[count, most] : {std::pair<std::int64_t, std::int64_t>{64, 1 << 29}, {32, 1 << 28}}) {
        const std::int64_t cell = TOOL_RADIUS / count;
        if ((width / cell + 1) * (height / cell + 1) <= most) return count;
    }
    return 0;
}

static std::int64_t root(std::int64_t square) { return static_cast<std::int64_t>(std::floor(std::sqrt(static_cast<double>(square)))); }

static const Place &next_of(const Places &ring, std::size_t n) { return ring[n + 1 < ring.size() ? n + 1 : 0]; }

namespace {

struct Edge {
    Place a, b;
    std::int64_t first, after;  // lines that it crosses
};

}  // namespace

// Calls `act` with the number of each line y = low + n spacing and where the rings cross it, sorted. No more is kept than edges.
template <typename Act> static void each_line(const std::vector<Places> &rings, std::int64_t low, std::int64_t spacing, std::int64_t rows, Act act) {
    std::vector<Edge> edges;
    for (const Places &ring : rings)
        for (std::size_t m = 0; m < ring.size(); ++m) {
            Place a = ring[m], b = next_of(ring, m);
            if (a.y > b.y) std::swap(a, b);
            const std::int64_t first = std::max<std::int64_t>(0, -floor_div(low - a.y, spacing));
            const std::int64_t after = std::min(rows, -floor_div(low - b.y, spacing));
            if (first < after) edges.push_back({a, b, first, after});
        }
    std::sort(edges.begin(), edges.end(), [](const Edge &e, const Edge &f) { return e.first < f.first; });
    std::vector<const Edge *> crossed;
    std::vector<std::int64_t> line;
    std::size_t next = 0;
    for (std::int64_t n = 0; n < rows; ++n) {
        crossed.erase(std::remove_if(crossed.begin(), crossed.end(), [n](const Edge *e) { return e->after <= n; }), crossed.end());
        for (; next < edges.size() && edges[next].first == n; ++next) crossed.push_back(&edges[next]);
        line.clear();
        for (const Edge *e : crossed)
            line.push_back(e->a.x + floor_div((e->b.x - e->a.x) * (low + n * spacing - e->a.y), e->b.y - e->a.y));
        std::sort(line.begin(), line.end());
        act(n, line);
    }
}

CellStock::CellStock(std::int64_t width, std::int64_t height, std::int64_t per_radius)
    : cell_(TOOL_RADIUS / per_radius), part_(cell_ / CELL_PARTS), half_(per_radius + 1), columns_(width / cell_ + 1),
      rows_(height / cell_ + 1), words_(columns_ / 64 + 1), bits_(static_cast<std::size_t>(rows_ * words_), ~std::uint64_t{0}) {
    const std::int64_t radius = per_radius * CELL_PARTS;
    for (std::int64_t py = 0; py < CELL_PARTS; ++py)
        for (std::int64_t px = 0; px < CELL_PARTS; ++px)
            for (std::int64_t k = -half_; k < half_; ++k) {
                const std::int64_t dy = k * CELL_PARTS + CELL_PARTS / 2 - py, rest = radius * radius - dy * dy;
                const std::int64_t reach = rest >= 0 ? root(rest) : -CELL_PARTS;
                const std::int64_t first = -floor_div(reach - px + CELL_PARTS / 2, CELL_PARTS);
                const std::int64_t last = floor_div(reach + px - CELL_PARTS / 2, CELL_PARTS);
                runs_.push_back({static_cast<std::int32_t>(first), static_cast<std::int32_t>(std::max<std::int64_t>(0, last - first + 1))});
            }
}

CellStock::Under CellStock::under(Place at) const {
    const std::int64_t gx = (at.x + part_ / 2) / part_, gy = (at.y + part_ / 2) / part_;
    const std::int64_t variant = gy % CELL_PARTS * CELL_PARTS + gx % CELL_PARTS;
    return {gx / CELL_PARTS, gy / CELL_PARTS - half_, runs_.data() + static_cast<std::size_t>(variant * 2 * half_)};
}

static std::int64_t ones(std::uint64_t v) {
#if defined(__GNUC__) || defined(__clang__)
    return __builtin_popcountll(v);
#else
    v = v - ((v >> 1) & 0x5555555555555555ULL);
    v = (v & 0x3333333333333333ULL) + ((v >> 2) & 0x3333333333333333ULL);
    return static_cast<std::int64_t>((((v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fULL) * 0x0101010101010101ULL) >> 56);
#endif
}

// Calls `act` with each word that holds cells of [from, to), and their mask.
template <typename Act> static void each_word(std::int64_t from, std::int64_t to, Act act) {
    const std::int64_t first = from >> 6, last = (to - 1) >> 6;
    const std::uint64_t head = ~std::uint64_t{0} << (from & 63), tail = ~std::uint64_t{0} >> (63 - ((to - 1) & 63));
    if (first == last) return act(first, head & tail);
    act(first, head);
    for (std::int64_t word = first + 1; word < last; ++word) act(word, ~std::uint64_t{0});
    act(last, tail);
}

std::int64_t CellStock::count(Place at, std::int64_t limit) const {
    const Under u = under(at);
    std::int64_t total = 0;
    for (std::int64_t k = 0; k < 2 * half_; ++k) {
        if (u.runs[k].size == 0) continue;
        const std::uint64_t *words = row(u.row + k);
        const std::int64_t from = u.column + u.runs[k].first;
        each_word(from, from + u.runs[k].size, [&](std::int64_t word, std::uint64_t mask) {
            const std::uint64_t stands = words[word] & mask;
            if (stands) total += ones(stands);
        });
        if (total > limit) return total;
    }
    return total;
}

void CellStock::clear(Place at) {
    const Under u = under(at);
    for (std::int64_t k = 0; k < 2 * half_; ++k) {
        if (u.runs[k].size == 0) continue;
        std::uint64_t *words = row(u.row + k);
        const std::int64_t from = u.column + u.runs[k].first;
        each_word(from, from + u.runs[k].size, [&](std::int64_t word, std::uint64_t mask) { words[word] &= ~mask; });
    }
}

void CellStock::clear_inside(const std::vector<Places> &rings) {
    each_line(rings, cell_ / 2, cell_, rows_, [this](std::int64_t n, const std::vector<std::int64_t> &line) {
        std::uint64_t *words = row(n);
        for (std::size_t m = 0; m + 1 < line.size(); m += 2) {
            const std::int64_t first = std::max<std::int64_t>(0, -floor_div(cell_ / 2 - line[m], cell_));
            const std::int64_t last = std::min(columns_, -floor_div(cell_ / 2 - line[m + 1], cell_));
            if (last > first) each_word(first, last, [&](std::int64_t word, std::uint64_t mask) { words[word] &= ~mask; });
        }
    });
}

static std::int64_t away(std::int64_t x, std::int64_t y, Place a, Place b) {
    const std::int64_t dx = b.x - a.x, dy = b.y - a.y, px = x - a.x, py = y - a.y;
    const std::int64_t along = px * dx + py * dy, square = dx * dx + dy * dy;
    if (along <= 0 || square == 0) return root(px * px + py * py);
    if (along >= square) return root((x - b.x) * (x - b.x) + (y - b.y) * (y - b.y));
    const double cross = std::fabs(static_cast<double>(dx * py - dy * px));
    return static_cast<std::int64_t>(std::floor(cross / std::sqrt(static_cast<double>(square))));
}

AxisArea::AxisArea(const std::vector<Places> &rings, std::int64_t width, std::int64_t height)
    : columns_(width / NODE + 2), rows_(height / NODE + 2), near_(static_cast<std::size_t>(columns_ * rows_), static_cast<std::int32_t>(BAND)) {
    for (const Places &ring : rings)
        for (std::size_t n = 0; n < ring.size(); ++n) measure(ring[n], next_of(ring, n));
    sign(rings);
}

void AxisArea::measure(Place a, Place b) {
    const std::int64_t dx = b.x - a.x, dy = b.y - a.y, pieces = std::max(std::abs(dx), std::abs(dy)) / LONGEST_PIECE + 1;
    for (std::int64_t n = 0; n < pieces; ++n)
        measure_piece({a.x + floor_div(dx * n, pieces), a.y + floor_div(dy * n, pieces)},
                      {a.x + floor_div(dx * (n + 1), pieces), a.y + floor_div(dy * (n + 1), pieces)});
}

void AxisArea::measure_piece(Place a, Place b) {
    const std::int64_t left = std::min(a.x, b.x) - BAND, right = std::max(a.x, b.x) + BAND;
    const std::int64_t low = std::min(a.y, b.y) - BAND, high = std::max(a.y, b.y) + BAND;
    const std::int64_t j1 = std::min(rows_ - 1, floor_div(high, NODE)), i1 = std::min(columns_ - 1, floor_div(right, NODE));
    for (std::int64_t j = std::max<std::int64_t>(0, -floor_div(-low, NODE)); j <= j1; ++j)
        for (std::int64_t i = std::max<std::int64_t>(0, -floor_div(-left, NODE)); i <= i1; ++i) {
            std::int32_t &near = near_[static_cast<std::size_t>(j * columns_ + i)];
            near = static_cast<std::int32_t>(std::min<std::int64_t>(near, away(i * NODE, j * NODE, a, b)));
        }
}

void AxisArea::sign(const std::vector<Places> &rings) {
    each_line(rings, 0, NODE, rows_, [this](std::int64_t j, const std::vector<std::int64_t> &line) {
        bool inside = false;
        std::size_t crossed = 0;
        for (std::int64_t i = 0; i < columns_; ++i) {
            for (; crossed < line.size() && line[crossed] < i * NODE; ++crossed) inside = !inside;
            std::int32_t &near = near_[static_cast<std::size_t>(j * columns_ + i)];
            if (!inside) near = -near;
        }
    });
}

static std::int64_t pieces_of(Place a, Place b, std::int64_t step) {
    const std::int64_t dx = b.x - a.x, dy = b.y - a.y;
    return root(dx * dx + dy * dy) / step + 1;
}

Places spaced_places(const Places &ring, std::int64_t step) {
    Places out;
    for (std::size_t m = 0; m < ring.size(); ++m) {
        const Place a = ring[m], b = next_of(ring, m);
        const std::int64_t dx = b.x - a.x, dy = b.y - a.y, pieces = pieces_of(a, b, step);
        for (std::int64_t n = 0; n < pieces; ++n) out.push_back({a.x + floor_div(dx * n, pieces), a.y + floor_div(dy * n, pieces)});
    }
    return out;
}

std::int64_t count_spaced(const std::vector<Places> &rings, std::int64_t step) {
    std::int64_t total = 0;
    for (const Places &ring : rings)
        for (std::size_t m = 0; m < ring.size(); ++m) total += pieces_of(ring[m], next_of(ring, m), step);
    return total;
}

}  // namespace rmos
