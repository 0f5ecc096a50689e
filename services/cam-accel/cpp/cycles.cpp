// The moves of a canned cycle: as gcode/cycles.py.
#include <algorithm>

#include "machine.h"

namespace rmos {

namespace {

constexpr double PECK_CLEARANCE_MM = 0.254, LEAST_PECK_MM = 1e-6;

}  // namespace

void Machine::cycle(const Block &b, int motion) {
    const double named = motion;
    if (!b.has(AXIS_WORDS)) {
        if (b.in(MOTION)) throw Stop{b.code_column(MOTION), "no_axes", 'G', named};
        if (b.has(bits("RPQLK"))) throw Stop{b.first_column("RPQLK"), "no_axes", 'G', named};
        return;
    }
    if (b.code(ONCE) == 530) throw Stop{b.code_column(ONCE), "g53_motion"};
    const std::uint32_t column = b.first_column("XYZ");
    if (inverse_time_) throw Stop{column, "cycle_feed", 'G', named};
    const double feed = cutting_feed(b), count = repeats(b);
    const Sticky kept = cycle_words(b, motion, column);
    if (motion == 84 && (!spinning_ || ccw_)) throw Stop{column, "cycle_spindle"};
    const Axes at = axes_of(plane_);
    const std::array<Hole, 2> holes = {hole(b, at.first), hole(b, at.second)};
    cycle_ = kept;
    for (double n = 0; n < count; ++n) {
        over(holes);
        run_cycle(feed);
    }
}

double Machine::repeats(const Block &b) const {
    const std::uint32_t stated = b.present & dialect_.repeats;
    if (!stated) return 1;
    const char letter = dialect_.repeats & stated & bit('K') ? 'K' : 'L';
    const double number = b.value(letter);
    if ((stated & (stated - 1)) != 0 || number != std::floor(number) || number < 1)
        throw Stop{b.column(letter), "cycle_repeats", letter};
    return number;
}

Machine::Sticky Machine::cycle_words(const Block &b, int motion, std::uint32_t column) const {
    const int third = axes_of(plane_).third;
    const char axis = "XYZ"[third];
    if (!known_[third]) throw Stop{column, "unknown_start", axis};
    Sticky kept = cycle_.motion == motion && absolute_ ? cycle_ : Sticky{};
    kept.motion = motion;
    kept.initial = cycle_.motion ? cycle_.initial : position_[third];
    if (!b.has('R') && !kept.has_retract) throw Stop{column, "cycle_place", 'R', static_cast<double>(motion)};
    if (!b.has(axis) && !kept.has_bottom) throw Stop{column, "cycle_place", axis, static_cast<double>(motion)};
    if (b.has('R')) kept.retract = programmed(third, b.value('R'), b.column('R')), kept.has_retract = true;
    if (b.has(axis)) {
        const double value = b.value(axis);
        kept.bottom = absolute_ ? programmed(third, value, b.column(axis)) : kept.retract + value * scale_;
        kept.has_bottom = true;
    }
    more_words(b, kept, column);
    return kept;
}

void Machine::more_words(const Block &b, Sticky &kept, std::uint32_t column) const {
    const int motion = kept.motion;
    const double named = motion;
    if (b.has('Q')) kept.peck = b.value('Q') * scale_;
    if (b.has('P')) kept.has_dwell = dwell_s(b, bit('P'), kept.dwell_s);
    if ((motion == 73 || motion == 83) && kept.peck <= 0)
        throw Stop{b.has('Q') ? b.column('Q') : column, "cycle_word", 'Q', named};
    if ((motion == 82 || motion == 89) && !kept.has_dwell) throw Stop{column, "cycle_word", 'P', named};
    if (std::fabs(kept.retract) > FARTHEST_MM || std::fabs(kept.bottom) > FARTHEST_MM)
        throw Stop{column, "too_far", "XYZ"[axes_of(plane_).third]};
    if (kept.bottom > kept.retract) throw Stop{column, "cycle_bottom", 'G', named, kept.bottom};
}

Machine::Hole Machine::hole(const Block &b, int n) const {
    const char axis = "XYZ"[n];
    if (!b.has(axis)) return {n, true, 0.0};
    const double at = programmed(n, b.value(axis), b.column(axis));
    if (std::fabs(at) > FARTHEST_MM) throw Stop{b.column(axis), "too_far", axis};
    return {n, !absolute_, absolute_ ? at : b.value(axis) * scale_};
}

void Machine::over(const std::array<Hole, 2> &holes) {
    const int third = axes_of(plane_).third;
    const double retract = cycle_.retract;
    if (position_[third] < retract) go(third, retract, RAPID, 0.0);
    Point3 end = position_;
    bool far = false;
    for (const Hole &each : holes) {
        end[each.axis] = each.steps ? position_[each.axis] + each.place : each.place;
        far = far || std::fabs(end[each.axis]) > FARTHEST_MM;
    }
    if (far) throw Stop{1, "too_far", "XYZ"[holes[0].axis]};
    for (const Hole &each : holes) known_[each.axis] = known_[each.axis] || !each.steps;
    if (end[0] != position_[0] || end[1] != position_[1] || end[2] != position_[2]) {
        position_ = end;
        emit(RAPID, {}, 0.0, 0.0);
    }
    go(third, retract, RAPID, 0.0);
}

// No row where the tool is there already.
void Machine::go(int axis, double to, Kind kind, double feed) {
    if (position_[axis] == to) return;
    position_[axis] = to;
    emit(kind, {}, feed, 0.0);
}

void Machine::run_cycle(double feed) {
    const Sticky &kept = cycle_;
    const int third = axes_of(plane_).third, motion = kept.motion;
    const double clear = retract_to_initial_ ? std::max(kept.initial, kept.retract) : kept.retract;
    if (motion == 73 || motion == 83) peck(feed, third);
    go(third, kept.bottom, LINEAR, feed);
    if ((motion == 82 || motion == 84 || motion == 89) && kept.has_dwell) emit(DWELL, {}, 0.0, kept.dwell_s);
    if (motion == 84 || motion == 85 || motion == 89) {
        const bool turned = ccw_;
        turn(spinning_, ccw_ || motion == 84);
        go(third, motion != 84 && dialect_.lifts_at_feed ? clear : kept.retract, LINEAR, feed);
        turn(spinning_, turned);
    }
    go(third, clear, RAPID, 0.0);
}

void Machine::peck(double feed, int third) {
    const Sticky &kept = cycle_;
    for (double depth = kept.retract - kept.peck; depth - kept.bottom > LEAST_PECK_MM; depth = depth - kept.peck) {
        go(third, depth, LINEAR, feed);
        if (kept.motion == 83) go(third, kept.retract, RAPID, 0.0);
        go(third, std::min(kept.retract, depth + PECK_CLEARANCE_MM), RAPID, 0.0);
    }
}

}  // namespace rmos
