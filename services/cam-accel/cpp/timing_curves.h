// Many motions at once under limited jerk: the arithmetic of timing/ramps.py, reach.py and s_curve.py, in loops that compilers turn
// into vector instructions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rmos::lanes {

// What is known of motions whatever their speeds, per motion; `rest`: what can be left at from rest.
struct Stretches {
    std::vector<double> length, inverse_accel, lag, knee, scale, per_scale, full_below, twice, rest;
};

// The other columns from length and inverse_accel, of the motions from `first` on up to `after`.
void measure(std::size_t first, std::size_t after, double jerk, Stretches &of);

// `low` up to which speed `top` a motion leads, as reach_mm_s.
double reach_mm_s(double low, double top, std::size_t motion, const Stretches &of);

// Whether a motion entered at `low` leads to `top` for sure, ALWAYS: from rest too. No doubt but where rounding decides.
enum Sure : std::int64_t { OPEN, SURE, ALWAYS };
void find_sure(std::size_t count, const double *low, const double *top, double jerk, const Stretches &of, std::int64_t *sure);

// `v[n]`, n from 0 to count, as reached from v[n + 1], up to `top[n]`; the end stands still. `sure` as found of `top`.
void reach_backward(std::size_t count, const double *top, const std::int64_t *sure, const Stretches &of, double *v);

// The same where the machine can always stop after `window` motions. They come into sight from `seen` on; `v` holds what was found
// of those before.
void reach_in_sight(std::size_t seen, std::size_t count, std::size_t window, const double *top, const std::int64_t *sure,
                    const Stretches &of, double *v);

// `v[n]` from v[0] on as reached from v[n - 1], up to `top[n]`. `sure` as found of `top`.
void reach_forward(std::size_t count, const double *top, const std::int64_t *sure, const Stretches &of, double *v);

// Motions between the speeds v[n] and v[n + 1], from `first` on: the greatest speeds between, and seconds.
void peaks(std::size_t first, std::size_t count, const double *v, const double *top, double jerk, const Stretches &of, double *peak);
void curve_seconds(std::size_t first, std::size_t count, const double *v, const double *peak, double jerk, const Stretches &of,
                   double *seconds);

}  // namespace rmos::lanes
