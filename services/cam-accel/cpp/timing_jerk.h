// S-curves per motion: the same steps as timing/s_curve.py and timing/motions.py, which say why.
#pragma once
#include "timing_curves.h"
#include "timing_trapezoid.h"

namespace rmos {

// Between two speeds, at rest of acceleration at both.
struct Ramp {
    double inverse_accel, jerk, knee, lag, per_root;

    double seconds(double change) const {
        return change >= knee ? change * inverse_accel + lag : 2 * std::sqrt(change) * per_root;
    }
};

// A motion between two speeds, with the greatest speed between.
struct SpeedProfile {
    double v0, v1, peak, length;

    double time_at_s(double at, const Ramp &ramp) const;
};

// Motions in columns, and how many blocks each is of.
struct Motions {
    std::vector<double> cap, speed;
    lanes::Stretches of;
    std::vector<std::uint32_t> parts;
    std::size_t count = 0;

    void grow(std::size_t room);
    void drop(std::size_t settled);
};

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

    Ramp ramp(std::size_t n) const { return {motions_.of.inverse_accel[n], jerk_, motions_.of.knee[n], motions_.of.lag[n], per_root_}; }
    void add_motions(const Blocks &blocks);
    void add_whole(const Blocks &blocks, std::size_t row, std::size_t rows);
    void join(const Blocks &blocks, std::size_t row);
    void settle(std::size_t known, bool last);
    void prepare(std::size_t known);
    std::size_t settled_unbounded(std::size_t known) const;
    void emit(std::size_t count);
    void emit_seconds(std::size_t first, std::size_t count);
    void emit_parts(std::size_t n, double peak, double seconds);

    std::size_t window_, threshold_, known_ = 0, part_ = 0;
    double factor_, jerk_, per_root_, last_speed_ = 0.0;
    Seconds &seconds_;
    Motions motions_;
    std::vector<Part> parts_;
    std::vector<double> v_, entry_, speed_, entry_v2_, gain_v2_, entry_cap_, peak_, times_;
    std::vector<std::int64_t> sure_;
};

}  // namespace rmos
