// Speeds that motions can be sure to leave at: the steps of timing/reach.py. Where a motion leads to a speed from rest, nothing
// that lies behind it matters: paths are cut there, and the pieces are worked out side by side.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "timing_curves.h"
#include "wide.h"

namespace rmos::lanes {

namespace {

constexpr double REST = 0.31498026247371835, FASTEST = 1e6;
constexpr double SAFELY = 1 + 1e-12;  // far beyond what rounding takes

inline double cube_root(double value) {
    const double held = lesser(larger(value, 1e-300), 1e300);
    std::uint64_t bits;
    std::memcpy(&bits, &held, sizeof bits);
    const std::uint64_t exponent = bits >> 52, third = (exponent * 683) >> 11, left = exponent - 3 * third;
    const std::uint64_t reduced = (bits & 0x000fffffffffffffU) | ((left + 1023) << 52), power = (third + 1023 - 341) << 52;
    double m, scale;
    std::memcpy(&m, &reduced, sizeof m);
    std::memcpy(&scale, &power, sizeof scale);
    double y = ((0.002313217 * m - 0.04331008) * m + 0.364528) * m + 0.681684;
    for (int n = 0; n < 2; ++n) {
        const double cube = y * y * y;
        y = y * (cube + 2 * m) / (2 * cube + m);
    }
    return y * scale;
}

inline double gain(double entry) {
    const double x = lesser(entry, FASTEST), w = x * x * x;
    const double above = ((0.2499984 * w + 0.1567386) * w + 0.01820336) * w + 0.0002932033;
    const double below = (((w + 0.8767832) * w + 0.1833573) * w + 0.008393839) * w + 4.230128e-05;
    const double g = x * above / below;
    const double sum = 2 * x + g, off = g * sum * sum - 1, slope = sum * (sum + 2 * g), bend = 4 * sum + 2 * g;
    return g - 2 * off * slope / (2 * slope * slope - off * bend);
}

inline double with_full_accel(double slow, double half, double twice) {
    const double off = slow - half;
    return std::sqrt(off * off + twice) - half;
}

// Without a branch: for loops.
inline double reach(double low, double top, double scale, double per_scale, double knee, double full_below, double twice) {
    const double half = 0.5 * knee, slow = larger(low, lesser(REST * scale, half));
    const double full = with_full_accel(slow, half, twice), part = slow + scale * gain(slow * per_scale);
    return lesser(top, slow <= full_below ? full : part);
}

RMOS_WIDE
void measure_all(std::size_t count, double jerk, const double *__restrict length, const double *__restrict inverse_accel,
                 double *__restrict lag, double *__restrict knee, double *__restrict scale, double *__restrict per_scale,
                 double *__restrict full_below, double *__restrict twice, double *__restrict rest) {
    for (std::size_t n = 0; n < count; ++n) {
        const double accel = 1 / inverse_accel[n];
        lag[n] = accel / jerk;
        knee[n] = accel * lag[n];
        scale[n] = cube_root(jerk * length[n] * length[n]);
        per_scale[n] = 1 / scale[n];
        const double half = 0.5 * knee[n], slow = lesser(REST * scale[n], half);
        full_below[n] = 0.5 * length[n] / lag[n] - half;
        twice[n] = 2 * accel * length[n];
        const double full = with_full_accel(slow, half, twice[n]), part = 3 * slow;
        rest[n] = slow <= full_below[n] ? full : part;
    }
}

RMOS_WIDE
void find_all_sure(std::size_t count, double jerk, const double *__restrict low, const double *__restrict top,
                   const double *__restrict length, const double *__restrict inverse_accel, const double *__restrict lag,
                   const double *__restrict knee, const double *__restrict scale, const double *__restrict rest,
                   std::int64_t *__restrict sure) {
    for (std::size_t n = 0; n < count; ++n) {
        const double slow = larger(low[n], lesser(REST * scale[n], 0.5 * knee[n])), fast = top[n] * SAFELY;
        const double change = fast - slow, sum = fast + slow;
        const double full = 0.5 * sum * (change * inverse_accel[n] + lag[n]) - length[n];
        const double part = sum * sum * change - jerk * length[n] * length[n];
        const double more = change >= knee[n] ? full : part;
        sure[n] = fast <= rest[n] ? ALWAYS : ((more <= 0) | (top[n] <= slow)) ? SURE : OPEN;
    }
}

// Pieces of a path side by side: their motions, some at a time, in rows as wide as the lanes.
constexpr std::size_t LANES = 16, ROWS = 8;

struct Rows {
    double top[ROWS][LANES], scale[ROWS][LANES], per_scale[ROWS][LANES], knee[ROWS][LANES], full_below[ROWS][LANES],
        twice[ROWS][LANES], reached[ROWS][LANES];
    double low[LANES];
};

RMOS_WIDE
void reach_rows(Rows &rows) {
    for (std::size_t row = 0; row < ROWS; ++row) {
        for (std::size_t n = 0; n < LANES; ++n)
            rows.low[n] = rows.reached[row][n] = reach(rows.low[n], rows.top[row][n], rows.scale[row][n], rows.per_scale[row][n],
                                                       rows.knee[row][n], rows.full_below[row][n], rows.twice[row][n]);
    }
}

// From the speed at `from` on, `left` motions up or down.
struct Piece {
    std::size_t from = 0, left = 0;
};

// BACK: motion n leads from v[n + 1] to v[n].
template <bool BACK> void walk(std::vector<Piece> &pieces, const double *top, const Stretches &of, double *v) {
    Rows rows;
    pieces.resize(LANES, Piece{});
    std::size_t longest = 0;
    for (std::size_t lane = 0; lane < LANES; ++lane) {
        rows.low[lane] = v[pieces[lane].from];
        longest = std::max(longest, pieces[lane].left);
    }
    for (std::size_t done = 0; done < longest; done += ROWS) {
        for (std::size_t lane = 0; lane < LANES; ++lane)
            for (std::size_t row = 0; row < ROWS; ++row) {
                // What stands in rows beyond a piece's end is not looked at.
                const std::size_t step = std::min(row + 1, pieces[lane].left), from = pieces[lane].from;
                const std::size_t to = BACK ? from - step : from + step, at = step == 0 ? 0 : BACK ? to : to - 1;
                rows.top[row][lane] = top[to];
                rows.scale[row][lane] = of.scale[at];
                rows.per_scale[row][lane] = of.per_scale[at];
                rows.knee[row][lane] = of.knee[at];
                rows.full_below[row][lane] = of.full_below[at];
                rows.twice[row][lane] = of.twice[at];
            }
        reach_rows(rows);
        for (std::size_t lane = 0; lane < LANES; ++lane) {
            Piece &piece = pieces[lane];
            const std::size_t steps = std::min(ROWS, piece.left);
            for (std::size_t row = 0; row < steps; ++row) v[BACK ? piece.from - row - 1 : piece.from + row + 1] = rows.reached[row][lane];
            piece.from = BACK ? piece.from - steps : piece.from + steps;
            piece.left -= steps;
        }
    }
}

// Cuts a path in as many pieces as there are lanes, where nothing behind matters. Empty where one after the other is faster.
template <bool BACK> std::vector<Piece> pieces_of(std::size_t count, const std::int64_t *sure) {
    constexpr std::size_t SLOWER = 6;  // one motion alone than one in a lane
    const auto is_cut = [&](std::size_t n) { return sure[BACK ? n : n - 1] == ALWAYS; };
    const auto open = static_cast<std::size_t>(std::count(sure, sure + count, OPEN));
    std::vector<Piece> pieces;
    for (std::size_t begin = 0, end; begin < count; begin = end) {
        const std::size_t lane = pieces.size() + 1;
        for (end = lane < LANES ? std::max(begin + 1, count * lane / LANES) : count; end < count && !is_cut(end); ++end) {
        }
        pieces.push_back({BACK ? end : begin, end - begin});
        if ((end - begin) * LANES > SLOWER * open) return {};
    }
    return pieces;
}

// As reach_backward, if pieces are found.
bool reach_side_by_side(std::size_t count, const double *top, const std::int64_t *sure, const Stretches &of, double *v) {
    v[count] = 0.0;
    std::vector<Piece> pieces = pieces_of<true>(count, sure);
    if (pieces.empty()) return false;
    for (const Piece &piece : pieces)
        if (piece.from < count) v[piece.from] = top[piece.from];
    walk<true>(pieces, top, of, v);
    return true;
}

}  // namespace

void measure(std::size_t first, std::size_t after, double jerk, Stretches &of) {
    const auto at = [first](std::vector<double> &column) { return column.data() + first; };
    measure_all(after - first, jerk, at(of.length), at(of.inverse_accel), at(of.lag), at(of.knee), at(of.scale), at(of.per_scale),
                at(of.full_below), at(of.twice), at(of.rest));
}

double reach_mm_s(double low, double top, std::size_t n, const Stretches &of) {
    const double half = 0.5 * of.knee[n], slow = larger(low, lesser(REST * of.scale[n], half));
    if (slow <= of.full_below[n]) return lesser(top, with_full_accel(slow, half, of.twice[n]));
    return lesser(top, slow + of.scale[n] * gain(slow * of.per_scale[n]));
}

void find_sure(std::size_t count, const double *low, const double *top, double jerk, const Stretches &of, std::int64_t *sure) {
    find_all_sure(count, jerk, low, top, of.length.data(), of.inverse_accel.data(), of.lag.data(), of.knee.data(), of.scale.data(),
                  of.rest.data(), sure);
}

void reach_backward(std::size_t count, const double *top, const std::int64_t *sure, const Stretches &of, double *v) {
    if (reach_side_by_side(count, top, sure, of, v)) return;
    for (std::size_t n = count; n-- > 0;) {
        const bool known = sure[n] == ALWAYS || (sure[n] == SURE && v[n + 1] == top[n + 1]);
        v[n] = known ? top[n] : reach_mm_s(v[n + 1], top[n], n, of);
    }
}

void reach_forward(std::size_t count, const double *top, const std::int64_t *sure, const Stretches &of, double *v) {
    std::vector<Piece> pieces = pieces_of<false>(count, sure);
    for (std::size_t n = 1; n < pieces.size(); ++n) v[pieces[n].from] = top[pieces[n].from];
    if (!pieces.empty()) return walk<false>(pieces, top, of, v);
    for (std::size_t n = 0; n < count; ++n) {
        const bool known = sure[n] == ALWAYS || (sure[n] == SURE && v[n] == top[n]);
        v[n + 1] = known ? top[n + 1] : reach_mm_s(v[n], top[n + 1], n, of);
    }
}

namespace {

// Motions next to each other need no rows; the more at once, the less each waits for the one before.
constexpr std::size_t WIDE = 2 * LANES;

// Of motions next to each other: reach from `low`, which becomes it, into `v`. Returns how many values of v changed.
RMOS_WIDE
std::int64_t step_in_sight(std::size_t count, const double *__restrict top, const double *__restrict scale,
                           const double *__restrict per_scale, const double *__restrict knee, const double *__restrict full_below,
                           const double *__restrict twice, double *__restrict low, double *__restrict v) {
    std::int64_t changed = 0;
    for (std::size_t n = 0; n < count; ++n) {
        const double found = reach(low[n], top[n], scale[n], per_scale[n], knee[n], full_below[n], twice[n]);
        changed += found != v[n] ? 1 : 0;
        low[n] = v[n] = found;
    }
    return changed;
}

std::int64_t step_back(std::size_t at, std::size_t count, const double *top, const Stretches &of, double *low, double *v) {
    return step_in_sight(count, top + at, &of.scale[at], &of.per_scale[at], &of.knee[at], &of.full_below[at], &of.twice[at], low, v);
}

// A lane for each motion that comes into sight, all a motion further back with each step: they end where nothing changes.
void come_into_sight(std::size_t seen, std::size_t count, std::size_t window, const double *top, const Stretches &of, double *v) {
    for (std::size_t first = seen; first < count; first += WIDE) {
        const std::size_t lanes = std::min(WIDE, count - first);
        double low[WIDE] = {};
        std::fill_n(v + first, lanes, -1.0);
        for (std::size_t back = 0; back < window && back < first + lanes; ++back) {
            const std::size_t out = back > first ? back - first : 0, at = first + out - back;
            if (step_back(at, lanes - out, top, of, low + out, v + at) == 0) break;
        }
    }
}

// Of `many` motions from `first` on: as fast as the machine can still stop after `window` of them, each by itself.
void stop_after(std::size_t first, std::size_t many, std::size_t window, const double *top, const Stretches &of, double *v) {
    double low[WIDE] = {}, last[WIDE] = {};
    for (std::size_t back = 0; back < window; ++back) step_back(first + window - 1 - back, many, top, of, low, last);
    std::copy_n(low, many, v + first);
}

}  // namespace

void reach_in_sight(std::size_t seen, std::size_t count, std::size_t window, const double *top, const std::int64_t *sure,
                    const Stretches &of, double *v) {
    if (!reach_side_by_side(count, top, sure, of, v)) return come_into_sight(seen, count, window, top, of, v);
    // Right but where no motion in sight leads to its speed from rest.
    std::size_t next = count, many = 0;
    for (std::size_t n = count; n-- > 0;) {
        if (sure[n] == ALWAYS) next = n;
        many = n + window < count && next - n >= window ? many + 1 : 0;
        const bool ends = many == WIDE || n == 0 || sure[n - 1] == ALWAYS;
        if (many > 0 && ends) stop_after(n, many, window, top, of, v), many = 0;
    }
}

}  // namespace rmos::lanes
