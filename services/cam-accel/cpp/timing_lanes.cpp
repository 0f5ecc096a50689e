#include "timing_lanes.h"

#include <algorithm>
#include <cmath>
#include <limits>

// Several versions of a loop for several widths of vectors, one of which the loader picks: all give the same bits, since nothing is
// contracted or reordered.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__)
#define RMOS_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define RMOS_WIDE
#endif

namespace rmos::lanes {

namespace {

constexpr double INF = std::numeric_limits<double>::infinity();

inline double larger(double a, double b) { return a < b ? b : a; }
inline double lesser(double a, double b) { return b < a ? b : a; }

inline double along(double x, double y, double z, const Inverse &by) {
    return larger(larger(std::fabs(x) * by.x, std::fabs(y) * by.y), larger(std::fabs(z) * by.z, by.whole));
}

}  // namespace

RMOS_WIDE
std::int64_t straight(std::size_t count, const double *const from[3], const double *const to[3], const Inverse &speed,
                      const Inverse &accel, double *__restrict length, double *__restrict inverse_accel, double *__restrict cap,
                      const Units &enter, const Units &leave) {
    const double *__restrict fx = from[0], *__restrict fy = from[1], *__restrict fz = from[2];
    const double *__restrict tx = to[0], *__restrict ty = to[1], *__restrict tz = to[2];
    double *__restrict ex = enter.x, *__restrict ey = enter.y, *__restrict ez = enter.z;
    double *__restrict lx = leave.x, *__restrict ly = leave.y, *__restrict lz = leave.z;
    const Inverse by_speed = speed, by_accel = accel;
    std::int64_t odd = 0;
    for (std::size_t n = 0; n < count; ++n) {
        const double x = tx[n] - fx[n], y = ty[n] - fy[n], z = tz[n] - fz[n];
        const double size = std::sqrt(x * x + y * y + z * z);
        const double scale = 1 / size;
        const double ux = x * scale, uy = y * scale, uz = z * scale;
        odd += (size > 0) & (size < INF) ? 0 : 1;
        length[n] = size;
        inverse_accel[n] = along(ux, uy, uz, by_accel);
        cap[n] = 1 / along(ux, uy, uz, by_speed);
        ex[n] = ux;
        ey[n] = uy;
        ez[n] = uz;
        lx[n] = ux;
        ly[n] = uy;
        lz[n] = uz;
    }
    return odd;
}

RMOS_WIDE
std::int64_t feeds(std::size_t count, const double *__restrict feed_mm_min, double *__restrict feed_mm_s) {
    std::int64_t none = 0;
    for (std::size_t n = 0; n < count; ++n) {
        feed_mm_s[n] = feed_mm_min[n] / 60;
        none += feed_mm_s[n] >= SLOWEST_MM_S ? 0 : 1;
    }
    return none;
}

RMOS_WIDE
void corners_across(std::size_t count, const Units &leave, const Units &enter, const Inverse &accel, double deviation_mm,
                    double *__restrict v2) {
    const double *__restrict lx = leave.x, *__restrict ly = leave.y, *__restrict lz = leave.z;
    const double *__restrict ex = enter.x, *__restrict ey = enter.y, *__restrict ez = enter.z;
    const Inverse by = accel;
    const double most = larger(larger(by.x, by.y), larger(by.z, by.whole));
    for (std::size_t n = 1; n <= count; ++n) {
        const double cosine = -(lx[n - 1] * ex[n] + ly[n - 1] * ey[n] + lz[n - 1] * ez[n]);
        const double sine = std::sqrt(larger(0.0, 0.5 * (1 - cosine)));
        const double x = ex[n] - lx[n - 1], y = ey[n] - ly[n - 1], z = ez[n] - lz[n - 1];
        const double size = std::sqrt(x * x + y * y + z * z);
        const double scale = 1 / size;
        const double found = along(x * scale, y * scale, z * scale, by);
        const double across = size > 0 ? found : most;
        const double corner = deviation_mm * sine / ((1 - sine) * across);
        v2[n] = cosine < -STRAIGHT ? INF : corner;
    }
}

RMOS_WIDE
void corners_of_lesser(std::size_t count, const Units &leave, const Units &enter, const double *__restrict inverse_accel,
                       double deviation_mm, double *__restrict v2) {
    const double *__restrict lx = leave.x, *__restrict ly = leave.y, *__restrict lz = leave.z;
    const double *__restrict ex = enter.x, *__restrict ey = enter.y, *__restrict ez = enter.z;
    for (std::size_t n = 1; n <= count; ++n) {
        const double cosine = -(lx[n - 1] * ex[n] + ly[n - 1] * ey[n] + lz[n - 1] * ez[n]);
        const double sine = std::sqrt(larger(0.0, 0.5 * (1 - cosine)));
        const double corner = deviation_mm * sine / ((1 - sine) * larger(inverse_accel[n - 1], inverse_accel[n]));
        v2[n] = cosine < -STRAIGHT ? INF : corner;
    }
}

RMOS_WIDE
void half_moves(std::size_t count, const Units &leave, const Units &enter, const double *__restrict length,
                const double *__restrict inverse_accel, double ratio, double *__restrict v2) {
    const double *__restrict lx = leave.x, *__restrict ly = leave.y, *__restrict lz = leave.z;
    const double *__restrict ex = enter.x, *__restrict ey = enter.y, *__restrict ez = enter.z;
    for (std::size_t n = 1; n <= count; ++n) {
        const double cosine = -(lx[n - 1] * ex[n] + ly[n - 1] * ey[n] + lz[n - 1] * ez[n]);
        const double sine = std::sqrt(larger(0.0, 0.5 * (1 - cosine)));
        const double nearest = lesser(length[n - 1] / inverse_accel[n - 1], length[n] / inverse_accel[n]);
        const double half = 0.5 * ratio * (sine / std::sqrt(0.5 * (1 + cosine))) * nearest;
        v2[n] = cosine < -STRAIGHT ? v2[n] : lesser(v2[n], half);
    }
}

void at_least(std::size_t count, double least, double *v2) {
    for (std::size_t n = 1; n <= count; ++n) v2[n] = larger(v2[n], least);
}

RMOS_WIDE
void plan_of(std::size_t count, double factor, const double *__restrict feed, const double *__restrict cap,
             const double *__restrict limit_v2, const double *__restrict length, const double *__restrict inverse_accel,
             double *__restrict speed, double *__restrict entry_v2, double *__restrict gain_v2) {
    for (std::size_t n = 0; n < count; ++n) {
        speed[n] = lesser(feed[n] * factor, cap[n]);
        gain_v2[n] = 2 * length[n] / inverse_accel[n];
    }
    const double *before = speed - 1;
    for (std::size_t n = 0; n < count; ++n) {
        const double slowest = lesser(before[n], speed[n]);
        entry_v2[n] = lesser(limit_v2[n], slowest * slowest);
    }
}

RMOS_WIDE
void trapezoids(std::size_t count, const double *__restrict v2, const double *__restrict gain_v2, const double *__restrict speed,
                const double *__restrict length, const double *__restrict inverse_accel, double *__restrict root,
                double *__restrict seconds) {
    for (std::size_t n = 0; n <= count; ++n) root[n] = std::sqrt(v2[n]);
    for (std::size_t n = 0; n < count; ++n) {
        const double both = v2[n] + v2[n + 1];
        const double peak = lesser(speed[n], std::sqrt(0.5 * (gain_v2[n] + both)));
        const double ramps = (2 * peak * peak - both) * 0.5 * inverse_accel[n];
        seconds[n] = (2 * peak - root[n] - root[n + 1]) * inverse_accel[n] + larger(0.0, length[n] - ramps) / peak;
    }
}

namespace {

// Motions of which some have no closed form, so that all columns of a batch stay in the first cache.
constexpr std::size_t BATCH = 32;

struct Batch {
    double low[BATCH], high[BATCH], length[BATCH], inverse[BATCH], knee[BATCH], lag[BATCH], x[BATCH];
    std::size_t at[BATCH];
};

inline double seconds_of(double change, double knee, double inverse, double lag, double per_root) {
    const double full = change * inverse + lag, partly = 2 * std::sqrt(change) * per_root;
    return change >= knee ? full : partly;
}

// Closed forms where there are; `open` tells where not, and there `peak` holds the root from which to search.
RMOS_WIDE
void closed_peaks(std::size_t count, const Curves &curves, double jerk, std::uint8_t *__restrict open) {
    const double *__restrict v0 = curves.v0, *__restrict v1 = curves.v1, *__restrict top = curves.top;
    const double *__restrict length = curves.length, *__restrict inverse = curves.inverse_accel;
    double *__restrict peak = curves.peak;
    const double root = std::sqrt(jerk), per_root = 1 / root;
    for (std::size_t n = 0; n < count; ++n) {
        const double accel = 1 / inverse[n], lag = accel / jerk, knee = accel * lag, half = 0.5 * knee;
        const double up = 0.5 * (v0[n] + top[n]) * seconds_of(top[n] - v0[n], knee, inverse[n], lag, per_root);
        const double down = 0.5 * (v1[n] + top[n]) * seconds_of(top[n] - v1[n], knee, inverse[n], lag, per_root);
        const double high = larger(v0[n], v1[n]), low = lesser(v0[n], v1[n]);
        const double a = v0[n] - half, b = v1[n] - half;
        const double full = std::sqrt(0.5 * (a * a + b * b) + accel * length[n]) - half;
        const bool level = up + down <= length[n], whole = full - high >= knee;
        const double between = 0.5 * (low + high) * seconds_of(high - low, knee, inverse[n], lag, per_root);
        const double left = larger(0.0, length[n] - between) * root / (2 * high);
        const double first = std::sqrt(top[n] - high);
        const double from = high > 0 ? lesser(first, left) : first;
        open[n] = !(level | whole);
        peak[n] = level ? top[n] : whole ? lesser(top[n], full) : from;
    }
}

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

void search(Batch &batch, std::size_t count, const Curves &curves, double per_root, int most) {
    for (std::size_t n = count; n < BATCH; ++n) {
        batch.x[n] = batch.low[n] = batch.high[n] = batch.length[n] = 0.0;
        batch.knee[n] = batch.inverse[n] = batch.lag[n] = 1.0;
    }
    for (int n = 0; n < most && step(batch, per_root) > 0; ++n) {
    }
    for (std::size_t n = 0; n < count; ++n)
        curves.peak[batch.at[n]] = lesser(curves.top[batch.at[n]], batch.high[n] + batch.x[n] * batch.x[n]);
}

}  // namespace

RMOS_WIDE
void roots(std::size_t count, const double *__restrict squares, double *__restrict out) {
    for (std::size_t n = 0; n < count; ++n) out[n] = std::sqrt(squares[n]);
}

RMOS_WIDE
void ramps(std::size_t count, const double *__restrict inverse_accel, double jerk, double *__restrict accel, double *__restrict lag,
           double *__restrict knee) {
    for (std::size_t n = 0; n < count; ++n) {
        accel[n] = 1 / inverse_accel[n];
        lag[n] = accel[n] / jerk;
        knee[n] = accel[n] * lag[n];
    }
}

RMOS_WIDE
void reached(std::size_t count, const double *__restrict low, const double *__restrict top, const double *__restrict length,
             const double *__restrict inverse_accel, const double *__restrict lag, const double *__restrict knee, double per_root,
             std::uint8_t *__restrict sure) {
    for (std::size_t n = 0; n < count; ++n) {
        const double from = larger(low[n], lesser(top[n] * THIRD, 0.5 * knee[n]));
        const double way = 0.5 * (from + top[n]) * seconds_of(top[n] - from, knee[n], inverse_accel[n], lag[n], per_root);
        sure[n] = (top[n] <= low[n]) | (way <= length[n]);
    }
}

void peaks(std::size_t count, const Curves &curves, double jerk, int most) {
    std::vector<std::uint8_t> open(count);
    closed_peaks(count, curves, jerk, open.data());
    Batch batch;
    std::size_t held = 0;
    const double per_root = 1 / std::sqrt(jerk);
    for (std::size_t n = 0; n < count; ++n) {
        if (!open[n]) continue;
        const double accel = 1 / curves.inverse_accel[n];
        batch.at[held] = n;
        batch.low[held] = lesser(curves.v0[n], curves.v1[n]);
        batch.high[held] = larger(curves.v0[n], curves.v1[n]);
        batch.length[held] = curves.length[n];
        batch.inverse[held] = curves.inverse_accel[n];
        batch.lag[held] = accel / jerk;
        batch.knee[held] = accel * batch.lag[held];
        batch.x[held] = curves.peak[n];
        if (++held < BATCH) continue;
        search(batch, held, curves, per_root, most);
        held = 0;
    }
    search(batch, held, curves, per_root, most);
}

RMOS_WIDE
void curve_seconds(std::size_t count, const Curves &curves, double jerk, double *__restrict seconds) {
    const double *__restrict v0 = curves.v0, *__restrict v1 = curves.v1, *__restrict peak = curves.peak;
    const double *__restrict length = curves.length, *__restrict inverse = curves.inverse_accel;
    const double root = std::sqrt(jerk), per_root = 1 / root;
    for (std::size_t n = 0; n < count; ++n) {
        const double accel = 1 / inverse[n], lag = accel / jerk, knee = accel * lag;
        const double up = seconds_of(peak[n] - v0[n], knee, inverse[n], lag, per_root);
        const double down = seconds_of(peak[n] - v1[n], knee, inverse[n], lag, per_root);
        const double ramps = 0.5 * (v0[n] + peak[n]) * up + 0.5 * (v1[n] + peak[n]) * down;
        seconds[n] = up + down + larger(0.0, length[n] - ramps) / peak[n];
    }
}

}  // namespace rmos::lanes
