// S-curves per motion: the same steps as timing/s_curve.py and timing/motions.py, which say why.
#pragma once
#include "timing_trapezoid.h"

namespace rmos {

// Between two speeds, at rest of acceleration at both.
struct Ramp {
    double inverse_accel, accel, jerk, knee, lag, root, per_root;

    double seconds(double change) const {
        return change >= knee ? change * inverse_accel + lag : 2 * std::sqrt(change) * per_root;
    }
    double way(double low, double high) const { return 0.5 * (low + high) * seconds(high - low); }
};

double reach_mm_s(double low, double top, double length, const Ramp &ramp);

// A motion between two speeds, with the greatest speed between.
struct SpeedProfile {
    double v0, v1, peak, length;

    double time_at_s(double at, const Ramp &ramp) const;
};

// Motions in columns. `v0`, `v1`, `peak` and `seconds` are of those whose speeds are settled.
struct Motions {
    std::vector<double> cap, speed, inverse_accel, length, accel, lag, knee, v0, v1, peak, seconds;
    std::vector<std::size_t> parts;

    std::size_t count = 0;
    void grow(std::size_t room);
    void drop(std::size_t settled);
};

// Peaks and seconds of the first `count`.
void profiles(Motions &motions, std::size_t count, double jerk);

class MotionPlanner final : public Planner {
  public:
    MotionPlanner(std::size_t window, double factor, double jerk, Seconds &seconds);
    void take(const Blocks &blocks) override;
    void finish() override;

  private:
    struct Part {
        double length;
        std::uint32_t move;
    };

    Ramp ramp(std::size_t n) const {
        return {motions_.inverse_accel[n], motions_.accel[n], jerk_, motions_.knee[n], motions_.lag[n], root_, per_root_};
    }
    double reach(double low, double top, std::size_t n) const;
    void add_whole(const Blocks &blocks);
    void add_joined(const Blocks &blocks);
    double planned(std::size_t n) const;
    void settle(std::size_t known, bool last);
    void prepare(std::size_t known);
    void plan_unbounded(std::size_t known);
    std::size_t settled_unbounded(std::size_t known) const;
    void plan_bounded(std::size_t known);
    void emit(std::size_t count);
    void emit_parts(std::size_t n, const Part *parts);

    std::size_t window_, threshold_, known_ = 0;
    double factor_, jerk_, root_, per_root_, entry_ = 0.0, last_speed_ = 0.0;
    Seconds &seconds_;
    Motions motions_;
    std::vector<Part> parts_;
    std::vector<double> v_, speed_, entry_v2_, gain_v2_, entry_cap_;
    std::vector<std::uint8_t> sure_;
};

}  // namespace rmos
