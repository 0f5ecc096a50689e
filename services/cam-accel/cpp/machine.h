// What does a controller remember between the lines of a program, and what does it do? The same steps as gcode/state.py,
// modes.py, moves.py and cycles.py.
#pragma once
#include <array>
#include <cmath>
#include <vector>

#include "blocks.h"
#include "columns.h"
#include "gcode.h"
#include "geometry.h"

namespace rmos {

inline constexpr double INCH = 25.4, FARTHEST_MM = 1e5;
inline constexpr std::uint8_t MIST = 1, FLOOD = 2, COUNTER_CLOCKWISE = 4;
inline constexpr const char *TOO_MANY_MOVES = "too_many_moves", *TOO_MANY_STEPS = "too_many_steps";
inline constexpr std::uint32_t DOUBT_PARAMETERS = 1U << 26;  // beside the letters

class Machine {
  public:
    Machine(const Dialect &dialect, const double *offsets, std::size_t max_moves, Program &out);

    void run(const Block &b, std::uint32_t number) {
        number_ = number;
        if (!run_straight(b)) run_any(b);
    }
    bool ended() const { return ended_; }
    void end() { ended_ = true; }

    bool in_cycle() const { return is_cycle(motion_); }

    std::uint32_t doubts = 0;  // what a refused line may have meant to set
    bool applied = false;      // the line's modes are set, and what is refused is its way

  private:
    using Known = std::array<bool, 3>;
    struct Target {
        double at = 0;
        std::uint32_t column = 0;  // 0: the axis stays
    };
    using Targets = std::array<Target, 3>;
    struct Sticky {
        int motion = 0;
        bool has_retract = false, has_bottom = false, has_dwell = false;
        double retract = 0, bottom = 0, peck = 0, dwell_s = 0, initial = 0;
    };
    struct Hole {
        int axis;
        bool steps;
        double place;
    };

    const Dialect &dialect_;
    Program &out_;
    const std::size_t max_moves_;
    Point3 base_{}, homes_[2]{}, works_[9]{};
    double scale_ = 1.0, feed_ = 0.0, rpm_ = 0.0;
    bool absolute_ = true, absolute_centres_ = false, inverse_time_ = false, retract_to_initial_ = true;
    bool spinning_ = false, ccw_ = false, length_ = false, moved_ = false, ended_ = false;
    std::uint8_t plane_ = 0, switches_ = 0;  // bits as in contracts.toolpath.Switch
    int motion_ = -1, work_ = 0;
    Point3 shift_{}, kept_shift_{}, position_{};
    Known known_{};
    std::int64_t selected_ = -1;
    std::uint16_t tool_ = 0;
    Sticky cycle_;
    std::uint32_t number_ = 0;

    // Most lines by far: G0 or G1 to a known place in absolute coordinates. False, and nothing is done, for all others.
    bool run_straight(const Block &b) {
        const int motion = motion_of(b);
        const std::uint32_t axes = b.present & AXIS_WORDS;
        if ((b.groups & ~(1U << MOTION)) | (b.present & ~(AXIS_WORDS | bits("FN"))) | (axes == 0)) return false;
        if (dialect_.states_point && (b.pointless & AXIS_WORDS)) return false;
        if ((motion & ~1) | !absolute_ | inverse_time_) return false;
        const bool feeds = b.has('F');
        const double feed = feeds ? b.value('F') * scale_ : feed_;
        if (motion == 1 && feed <= 0) return false;
        Point3 end = position_;
        for (int n = 0; n < 3; ++n) {
            if (!(axes & (bit('X') << n))) continue;
            end[n] = b.values['X' - 'A' + n] * scale_ + (zero()[n] + shift_[n]);
            if (std::fabs(end[n]) > FARTHEST_MM) return false;
        }
        feed_ = feed;
        doubts &= ~(axes | (feeds ? bit('F') : 0) | (b.groups ? bit('G') : 0));
        cycle_.motion = 0;
        motion_ = motion;
        for (int n = 0; n < 3; ++n) known_[n] |= (axes & (bit('X') << n)) != 0;
        position_ = end;
        emit(static_cast<Kind>(motion), {}, feed, 0.0);
        return true;
    }
    void run_any(const Block &b);

    int motion_of(const Block &b) const {
        if (!b.in(MOTION)) return dialect_.one_command ? -1 : motion_;
        return b.codes[MOTION] == 800 ? -1 : b.codes[MOTION] / 10;
    }
    const Point3 &zero() const { return works_[work_]; }
    void shift_work(const Block &b, int once);

    void check(const Block &b, int motion) const;
    std::uint32_t used(const Block &b, int motion) const;
    std::uint32_t dwell_letters() const;
    void need_offsets(const Block &b) const;
    void set_modes(const Block &b, int motion);
    void set_codes(const Block &b);
    void set_tool(const Block &b);
    void turn(bool spinning, bool ccw);
    void cool(int code);
    void dwell(const Block &b);
    bool dwell_s(const Block &b, std::uint32_t letters, double &out) const;

    void move(const Block &b);
    double target(const Block &b, int n) const;
    double programmed(int n, double value, std::uint32_t column) const;
    void require_no_length(const Block &b, int n) const;
    void travel(const Targets &targets);
    void go_home(const Block &b, int which);
    void shift_origin(const Block &b);
    void drop_shift(int code);
    void set_work_offset(const Block &b);
    void require_known(const Block &b) const;
    double move_feed(Kind kind, const Point3 &start, const Point3 &centre, int turns, const Block &b) const;
    double cutting_feed(const Block &b) const;
    int arc_turns(const Block &b) const;
    void turn_around(Kind kind, const Point3 &start, const Point3 &centre, double feed, int turns);
    Point3 arc_centre(Kind kind, const Point3 &start, const Known &known, const Block &b) const;
    void centre_of_offsets(const Point3 &start, const Block &b, Point3 &centre) const;
    void centre_of_radius(Kind kind, const Point3 &start, const Block &b, Point3 &centre) const;

    void cycle(const Block &b, int motion);
    double repeats(const Block &b) const;
    Sticky cycle_words(const Block &b, int motion, std::uint32_t column) const;
    void more_words(const Block &b, Sticky &kept, std::uint32_t column) const;
    Hole hole(const Block &b, int n) const;
    void over(const std::array<Hole, 2> &holes);
    void go(int axis, double to, Kind kind, double feed);
    void run_cycle(double feed);
    void peck(double feed, int third);

    void emit(Kind kind, const Point3 &centre, double feed, double dwell_s) {
        Columns &c = out_.columns;
        if (c.count >= max_moves_) throw Stop{1, TOO_MANY_MOVES, 0, static_cast<double>(max_moves_)};
        c.room_for_one_more();
        const std::size_t n = c.count++;
        moved_ = moved_ || kind < DWELL;
        c.kind[n] = kind;
        c.x[n] = position_[0];
        c.y[n] = position_[1];
        c.z[n] = position_[2];
        c.line[n] = number_;
        if (kind == ARC_CW || kind == ARC_CCW) c.i[n] = centre[0], c.j[n] = centre[1], c.k[n] = centre[2];
        if (kind == DWELL) c.dwell[n] = dwell_s;
        if (kind != RAPID) c.feed[n] = feed;
        if (plane_) c.plane[n] = plane_;
        if (spinning_) c.rpm[n] = rpm_;
        if (tool_) c.tool[n] = tool_;
        if (switches_) c.switches[n] = switches_;
    }
};

}  // namespace rmos
