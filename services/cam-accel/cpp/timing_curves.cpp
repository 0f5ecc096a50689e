// Peaks and seconds of motions between two speeds: the steps of timing/s_curve.py.
#include "timing_curves.h"

#include <cmath>

#include "wide.h"

namespace rmos::lanes {

namespace {

constexpr double PARTS = 2.5198420997897464;
constexpr int MOST_STEPS = 256;

inline double seconds_of(double change, double knee, double inverse, double lag, double per_root) {
    const double full = change * inverse + lag, partly = 2 * std::sqrt(change) * per_root;
    return change >= knee ? full : partly;
}

inline double part_gain(double low, double high, double scale) {
    const double parts = PARTS * scale, per_part = 1 / parts;
    const double both = 4 * ((low + high) * per_part), apart = (high - low) * per_part, square = apart * apart;
    double s = (0.579450 * both + 0.984674) / ((0.588451 * both + 0.717529) * both + 1);
    for (int n = 0; n < 3; ++n) {
        const double s2 = s * s, off = ((s2 + both) * s - 1) * s - square, slope = (4 * s2 + 2 * both) * s - 1, bend = 12 * s2 + 2 * both;
        s = s - 2 * off * slope / (2 * slope * slope - off * bend);
    }
    const double root = larger(0.0, 0.5 * (s - apart / s));
    return parts * (root * root);
}

// Closed forms where there are; `open` tells where not, and there `peak` holds what is no less.
RMOS_WIDE
std::int64_t closed_peaks(std::size_t count, const double *__restrict v, const double *__restrict top, const double *__restrict knee,
                          const double *__restrict scale, const double *__restrict twice, double *__restrict peak,
                          std::int64_t *__restrict open) {
    std::int64_t opened = 0;
    for (std::size_t n = 0; n < count; ++n) {
        const double v0 = v[n], v1 = v[n + 1], high = larger(v0, v1), low = lesser(v0, v1), half = 0.5 * knee[n];
        const double a = v0 - half, b = v1 - half;
        const double full = std::sqrt(0.5 * (a * a + b * b) + 0.5 * twice[n]) - half, part = high + part_gain(low, high, scale[n]);
        const bool whole = full - high >= knee[n], closed = whole | (part - low <= knee[n]) | (full >= top[n]);
        open[n] = !closed;
        opened += !closed;
        peak[n] = lesser(top[n], whole ? full : part);
    }
    return opened;
}

// Motions without a closed form, so many at once that all columns stay in the first cache.
constexpr std::size_t BATCH = 32;

struct Batch {
    double low[BATCH], high[BATCH], length[BATCH], inverse[BATCH], knee[BATCH], lag[BATCH], x[BATCH];
    std::size_t at[BATCH], held = 0;
};

struct Lane {
    double way, slope;
};

inline Lane ramp_from(double twice, double x, double knee, double inverse, double lag, double per_root) {
    const double square = x * x, seconds = square * inverse + lag;
    const bool full = square >= knee;
    const double full_way = 0.5 * (twice + square) * seconds, part_way = (twice + square) * x * per_root;
    const double full_slope = x * seconds + (twice + square) * x * inverse, part_slope = (twice + 3 * square) * per_root;
    return {full ? full_way : part_way, full ? full_slope : part_slope};
}

// One step of Newton's method in each lane; a lane that is done stays. Returns how many moved.
RMOS_WIDE
std::int64_t step(Batch &batch, double per_root) {
    std::int64_t moved = 0;
    for (std::size_t n = 0; n < BATCH; ++n) {
        const double x = batch.x[n], low = batch.low[n], high = batch.high[n];
        const double y = std::sqrt(x * x + (high - low));
        const Lane near = ramp_from(high + high, x, batch.knee[n], batch.inverse[n], batch.lag[n], per_root);
        const Lane far = ramp_from(low + low, y, batch.knee[n], batch.inverse[n], batch.lag[n], per_root);
        const double ratio = x / y;
        const double way = near.way + far.way, slope = near.slope + far.slope * (y > 0 ? ratio : 0.0);
        const double found = larger(0.0, x - (way - batch.length[n]) / slope);
        const bool nearer = (slope > 0) & (found < x);
        moved += nearer ? 1 : 0;
        batch.x[n] = nearer ? found : x;
    }
    return moved;
}

void search(Batch &batch, const double *top, double per_root, double *peak) {
    for (std::size_t n = batch.held; n < BATCH; ++n) {
        batch.x[n] = batch.low[n] = batch.high[n] = batch.length[n] = 0.0;
        batch.knee[n] = batch.inverse[n] = batch.lag[n] = 1.0;
    }
    for (int n = 0; n < MOST_STEPS && step(batch, per_root) > 0; ++n) {
    }
    for (std::size_t n = 0; n < batch.held; ++n) peak[batch.at[n]] = lesser(top[batch.at[n]], batch.high[n] + batch.x[n] * batch.x[n]);
    batch.held = 0;
}

}  // namespace

void peaks(std::size_t first, std::size_t count, const double *v, const double *top, double jerk, const Stretches &of, double *peak) {
    std::vector<std::int64_t> open(count);
    if (closed_peaks(count, v, top, &of.knee[first], &of.scale[first], &of.twice[first], peak, open.data()) == 0) return;
    const double per_root = 1 / std::sqrt(jerk);
    Batch batch;
    for (std::size_t n = 0; n < count; ++n) {
        if (!open[n]) continue;
        const std::size_t lane = batch.held++, motion = first + n;
        batch.at[lane] = n;
        batch.low[lane] = lesser(v[n], v[n + 1]);
        batch.high[lane] = larger(v[n], v[n + 1]);
        batch.length[lane] = of.length[motion];
        batch.inverse[lane] = of.inverse_accel[motion];
        batch.lag[lane] = of.lag[motion];
        batch.knee[lane] = of.knee[motion];
        batch.x[lane] = std::sqrt(larger(0.0, peak[n] - batch.high[lane]));
        if (batch.held == BATCH) search(batch, top, per_root, peak);
    }
    search(batch, top, per_root, peak);
}

namespace {

RMOS_WIDE
void all_seconds(std::size_t count, const double *__restrict v, const double *__restrict peak, double per_root,
                 const double *__restrict length, const double *__restrict inverse, const double *__restrict lag,
                 const double *__restrict knee, double *__restrict seconds) {
    for (std::size_t n = 0; n < count; ++n) {
        const double v0 = v[n], v1 = v[n + 1];
        const double up = seconds_of(peak[n] - v0, knee[n], inverse[n], lag[n], per_root);
        const double down = seconds_of(peak[n] - v1, knee[n], inverse[n], lag[n], per_root);
        const double ramps = 0.5 * (v0 + peak[n]) * up + 0.5 * (v1 + peak[n]) * down;
        seconds[n] = up + down + larger(0.0, length[n] - ramps) / peak[n];
    }
}

}  // namespace

void curve_seconds(std::size_t first, std::size_t count, const double *v, const double *peak, double jerk, const Stretches &of,
                   double *seconds) {
    const double root = std::sqrt(jerk);
    all_seconds(count, v, peak, 1 / root, &of.length[first], &of.inverse_accel[first], &of.lag[first], &of.knee[first], seconds);
}

}  // namespace rmos::lanes
