#include "timing_lanes.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "wide.h"

namespace rmos::lanes {

namespace {

constexpr double INF = std::numeric_limits<double>::infinity();

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
        odd += ((size > 0) & (size < INF)) ? 0 : 1;
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

RMOS_WIDE
void roots(std::size_t count, const double *__restrict squares, double *__restrict out) {
    for (std::size_t n = 0; n < count; ++n) out[n] = std::sqrt(squares[n]);
}

}  // namespace rmos::lanes
