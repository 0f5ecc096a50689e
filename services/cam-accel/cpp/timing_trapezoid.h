// Look-ahead and trapezoids over a stream of blocks: the same steps as timing/look_ahead.py and timing/trapezoid.py.
#pragma once
#include "timing_blocks.h"

namespace rmos {

// Where the seconds of blocks go: added to those of their moves where `moves` is there, and in sum.
struct Seconds {
    double *moves;
    double sum = 0.0;

    void add(std::uint32_t move, double seconds) {
        if (moves) moves[move] += seconds;
        sum += seconds;
    }
};

// Keeps only blocks whose speeds what follows can still change. Where a block can be entered as fast as its corner allows even if
// the machine stops at the end of what is known, nothing that follows changes what came before.
class TrapezoidPlanner final : public Planner {
  public:
    TrapezoidPlanner(std::size_t window, double factor, Seconds &seconds);
    void take(const Blocks &blocks) override;
    void finish() override;

  private:
    void grow(std::size_t count);
    std::size_t settle_unbounded();
    std::size_t settle_bounded(bool last);
    void begins(std::size_t first, std::size_t after);
    void rests(std::size_t first, std::size_t after);
    void emit(std::size_t count);
    void drop(std::size_t count);

    std::size_t window_, count_ = 0, threshold_;
    double factor_, entry_v2_ = 0.0;
    Seconds &seconds_;
    std::vector<double> length_, inverse_accel_, speed_, caps_, gain_, v2_, begin_, root_, times_;
    std::vector<std::uint32_t> move_;
};

}  // namespace rmos
