// Loops without branches over columns, which compilers turn into vector instructions; the arithmetic is that of timing/blocks.py.
#pragma once
#include <cstddef>
#include <cstdint>

#include "timing.h"

namespace rmos::lanes {

inline constexpr double STRAIGHT = 0.999999;
inline constexpr double SLOWEST_MM_S = 1e-9;

// Columns of directions.
struct Units {
    double *x, *y, *z;
};

// Straight moves from the ends of the moves before (`from`) to theirs. Returns how many have no length or none that is finite.
std::int64_t straight(std::size_t count, const double *const from[3], const double *const to[3], const Inverse &speed,
                      const Inverse &accel, double *length, double *inverse_accel, double *cap, const Units &enter,
                      const Units &leave);

// Feeds in mm/s. Returns how many are none.
std::int64_t feeds(std::size_t count, const double *feed_mm_min, double *feed_mm_s);

// Corners before the blocks from 1 to count, `leave` of the block before and `enter` of the block; v² or infinite.
void corners_across(std::size_t count, const Units &leave, const Units &enter, const Inverse &accel, double deviation_mm, double *v2);
void corners_of_lesser(std::size_t count, const Units &leave, const Units &enter, const double *inverse_accel, double deviation_mm,
                       double *v2);
void half_moves(std::size_t count, const Units &leave, const Units &enter, const double *length, const double *inverse_accel,
                double ratio, double *v2);
void at_least(std::size_t count, double least, double *v2);

// Speeds, v² allowed at the entries, growth of v² along each block. `speed[-1]` is that of the block before.
void plan_of(std::size_t count, double factor, const double *feed, const double *cap, const double *limit_v2, const double *length,
             const double *inverse_accel, double *speed, double *entry_v2, double *gain_v2);

// Seconds of each block from v² at entries (count + 1 of them); `root` is room for count + 1 numbers.
void trapezoids(std::size_t count, const double *v2, const double *gain_v2, const double *speed, const double *length,
                const double *inverse_accel, double *root, double *seconds);

void roots(std::size_t count, const double *squares, double *out);

}  // namespace rmos::lanes
