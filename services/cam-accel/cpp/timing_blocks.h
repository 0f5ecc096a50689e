// Moves as what a planner sees, in columns: the same steps as timing/blocks.py.
#pragma once
#include <memory>
#include <vector>

#include "timing.h"
#include "timing_lanes.h"

namespace rmos {

// Row 0 is the last block of the rows before, rows 1 to `count` are new.
struct Blocks {
    static constexpr std::size_t ROOM = 1024;
    std::size_t count = 0;
    std::vector<double> length, inverse_accel, cap, feed, enter_x, enter_y, enter_z, leave_x, leave_y, leave_z, limit_v2;
    std::vector<std::uint32_t> move;
    std::vector<std::uint8_t> stopped, line, joins;

    Blocks();
    lanes::Units enter(std::size_t row) { return {&enter_x[row], &enter_y[row], &enter_z[row]}; }
    lanes::Units leave(std::size_t row) { return {&leave_x[row], &leave_y[row], &leave_z[row]}; }
    Point3 enter_at(std::size_t row) const { return {{enter_x[row], enter_y[row], enter_z[row]}}; }
    void carry_last();  // row `count` becomes row 0, and no row is new
};

// Takes blocks as they come, in order.
class Planner {
  public:
    virtual ~Planner() = default;
    virtual void take(const Blocks &blocks) = 0;
    virtual void finish() = 0;
};

// Runs over a path and hands its blocks to planners.
class BlockMaker {
  public:
    BlockMaker(const Path &path, const Spindle &spindle, const MachineLimits &limits, const std::vector<std::unique_ptr<Planner>> &planners);
    TimingFault run();

  private:
    bool changes_before(std::size_t n) const;
    std::size_t end_of_run(std::size_t first, std::size_t room) const;
    bool add_straight(std::size_t first, std::size_t last);
    bool keep_sound(std::size_t first, std::size_t rows);
    bool add_arc(std::size_t n);
    void add_chords(std::size_t n, double length, const Sweep &arc, const Point3 &enter, double feed);
    void add(std::size_t n, double length, double inverse_accel, double cap, double feed, const Point3 &enter, const Point3 &leave);
    void mark_stop(std::size_t row);
    void find_joins();
    void hand_over();
    Point3 start_of(std::size_t n) const { return n == 0 ? path_.start : path_.end(n - 1); }
    bool fail(std::size_t move, const char *reason);

    const Path &path_;
    const Spindle &spindle_;
    const MachineLimits &limits_;
    const std::vector<std::unique_ptr<Planner>> &planners_;
    Blocks blocks_;
    bool stopped_ = true;
    Point3 anchor_{};
    TimingFault fault_{0, ""};
};

}  // namespace rmos
