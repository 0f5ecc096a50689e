// Straight moves, arcs with their centres and turns, G28 and G30, G92 and G10: as gcode/moves.py.
#include <algorithm>

#include "machine.h"

namespace rmos {

namespace {

constexpr double ARC_RADIUS_MM = 0.005, ARC_RADIUS_RATIO = 0.001, MOST_TURNS = 1000;

bool is_known(const Point3 &p) { return !(std::isnan(p[0]) || std::isnan(p[1]) || std::isnan(p[2])); }

}  // namespace

void Machine::move(const Block &b) {
    const bool arc = motion_ == 2 || motion_ == 3, machine = b.code(ONCE) == 530;
    if (!b.has(AXIS_WORDS)) {
        if (arc && b.has(bits("IJKR"))) throw Stop{b.first_column("IJKR"), "arc_end"};
        if (machine) throw Stop{b.code_column(ONCE), "no_axes", 'G', 53.0};
        return;
    }
    if (motion_ < 0) throw Stop{b.first_column("XYZ"), "no_motion"};
    if (machine && motion_ > 1) throw Stop{b.code_column(ONCE), "g53_motion"};
    const Kind kind = static_cast<Kind>(motion_);
    const Point3 start = position_;
    const Known known = known_;
    Targets targets;
    for (int n = 0; n < 3; ++n) {
        const char axis = "XYZ"[n];
        if (b.has(axis)) targets[n] = {target(b, n), b.column(axis)};
    }
    travel(targets);
    Point3 centre{};
    double feed = 0.0;
    int turns = 0;
    try {
        if (arc) {
            centre = arc_centre(kind, start, known, b);
            turns = arc_turns(b);
        }
        if (kind != RAPID) feed = move_feed(kind, start, centre, turns, b);
    } catch (const Stop &) {
        position_ = start;
        known_ = known;
        throw;
    }
    if (turns) turn_around(kind, start, centre, feed, turns);
    emit(kind, centre, feed, 0.0);
    if (absolute_) doubts &= ~(b.present & AXIS_WORDS);
}

double Machine::target(const Block &b, int n) const {
    const char axis = "XYZ"[n];
    if (b.code(ONCE) == 530) {
        require_no_length(b, n);
        return b.value(axis) * scale_ - base_[n];
    }
    return programmed(n, b.value(axis), b.column(axis));
}

double Machine::programmed(int n, double value, std::uint32_t column) const {
    const double step = value * scale_;
    if (absolute_) return step + (zero()[n] + shift_[n]);
    if (!known_[n]) throw Stop{column, "unknown_start", "XYZ"[n]};
    return position_[n] + step;
}

void Machine::require_no_length(const Block &b, int n) const {
    if (length_ && n == 2) throw Stop{b.code_column(ONCE), "tool_length", 'G', b.codes[ONCE] / 10.0};
}

void Machine::travel(const Targets &targets) {
    for (int n = 0; n < 3; ++n)
        if (targets[n].column && std::fabs(targets[n].at) > FARTHEST_MM) throw Stop{targets[n].column, "too_far", "XYZ"[n]};
    for (int n = 0; n < 3; ++n)
        if (targets[n].column) position_[n] = targets[n].at, known_[n] = true;
}

void Machine::go_home(const Block &b, int which) {
    const bool some = b.has(AXIS_WORDS);
    for (int n = 0; n < 3; ++n)
        if (!some || b.has("XYZ"[n])) require_no_length(b, n);
    if (some) {
        Targets by_way;
        bool any = false;
        for (int n = 0; n < 3; ++n) {
            const char axis = "XYZ"[n];
            if (!b.has(axis) || !(absolute_ || b.value(axis) != 0)) continue;
            by_way[n] = {programmed(n, b.value(axis), b.column(axis)), b.column(axis)};
            any = true;
        }
        travel(by_way);
        if (any) emit(RAPID, {}, 0.0, 0.0);
    }
    Targets home;
    for (int n = 0; n < 3; ++n) {
        const char axis = "XYZ"[n];
        if (!some || b.has(axis)) home[n] = {homes_[which][n] - base_[n], b.has(axis) ? b.column(axis) : b.code_column(ONCE)};
    }
    travel(home);
    emit(RAPID, {}, 0.0, 0.0);
}

void Machine::require_known(const Block &b) const {
    for (int n = 0; n < 3; ++n)
        if (b.has("XYZ"[n]) && !known_[n]) throw Stop{b.column("XYZ"[n]), "unknown_start", "XYZ"[n]};
}

void Machine::shift_origin(const Block &b) {
    if (!b.has(AXIS_WORDS)) throw Stop{b.code_column(ONCE), "no_axes", 'G', 92.0};
    require_known(b);
    for (int n = 0; n < 3; ++n)
        if (b.has("XYZ"[n])) shift_[n] = position_[n] - b.value("XYZ"[n]) * scale_ - zero()[n];
    kept_shift_ = shift_;
}

void Machine::drop_shift(int code) {
    shift_ = code == 923 ? kept_shift_ : Point3{};
    if (code == 921) kept_shift_ = {};
}

void Machine::set_work_offset(const Block &b) {
    const std::uint32_t column = b.code_column(ONCE);
    if (!b.has('L') || !b.has('P')) throw Stop{column, "offset_number"};
    const double way = b.value('L'), number = b.value('P');
    if (way != 2 && !(way == 20 && dialect_.own_offsets)) throw Stop{b.column('L'), "unsupported_l", 'L', way};
    const int count = dialect_.g[591] != NO_GROUP ? 9 : 6;
    if (number != std::floor(number) || number > count) throw Stop{b.column('P'), "offset_number"};
    if (!absolute_) throw Stop{column, "relative_offset"};
    if (!b.has(AXIS_WORDS)) throw Stop{column, "no_axes", 'G', 10.0};
    if (way == 20)
        require_known(b);
    else if (!is_known(base_))
        throw Stop{column, "needs_offset", 'G', 10.0, 54.0};
    Point3 &origin = works_[number > 0 ? static_cast<int>(number) - 1 : work_];
    for (int n = 0; n < 3; ++n) {
        if (!b.has("XYZ"[n])) continue;
        const double stated = b.value("XYZ"[n]) * scale_;
        origin[n] = way == 2 ? stated - base_[n] : position_[n] - shift_[n] - stated;
    }
}

double Machine::move_feed(Kind kind, const Point3 &start, const Point3 &centre, int turns, const Block &b) const {
    if (!inverse_time_) return cutting_feed(b);
    if (!b.has('F') || b.value('F') <= 0) throw Stop{b.has('F') ? b.column('F') : b.first_column("XYZ"), "inverse_time"};
    if (kind == LINEAR) return distance_mm(start, position_) * b.value('F');
    if (!turns) return arc_length_mm(plane_, kind == ARC_CCW, start, position_, centre) * b.value('F');
    const Sweep arc = arc_sweep(plane_, kind == ARC_CCW, start, position_, centre);
    const int third = axes_of(plane_).third;
    const double along = arc.radius * (std::fabs(arc.turn) + TURN * turns), rise = position_[third] - start[third];
    return std::sqrt(along * along + rise * rise) * b.value('F');
}

double Machine::cutting_feed(const Block &b) const {
    if (feed_ <= 0) throw Stop{b.first_column("XYZ"), "no_feed"};
    return feed_;
}

int Machine::arc_turns(const Block &b) const {
    if (!b.has('P')) return 0;
    const double number = b.value('P'), least = dialect_.turns == Turns::IN_ALL ? 1 : 0;
    if (number != std::floor(number) || !(least <= number && number <= MOST_TURNS)) throw Stop{b.column('P'), "arc_turns"};
    return static_cast<int>(number - least);
}

void Machine::turn_around(Kind kind, const Point3 &start, const Point3 &centre, double feed, int turns) {
    const int third = axes_of(plane_).third;
    const Point3 end = position_;
    const double turn = std::fabs(arc_sweep(plane_, kind == ARC_CCW, start, end, centre).turn);
    const double rise = (end[third] - start[third]) * (TURN / (turn + TURN * turns));
    for (int n = 1; n <= turns; ++n) {
        position_ = start;
        position_[third] = start[third] + rise * n;
        emit(kind, centre, feed, 0.0);
    }
    position_ = end;
}

Point3 Machine::arc_centre(Kind kind, const Point3 &start, const Known &known, const Block &b) const {
    const Axes at = axes_of(plane_);
    if (!b.has("XYZ"[at.first]) && !b.has("XYZ"[at.second])) throw Stop{b.first_column("XYZ"), "arc_end"};
    if (b.has('R') && b.has(CENTRE_WORDS)) throw Stop{b.column('R'), "arc_both"};
    Point3 centre{};
    b.has('R') ? centre_of_radius(kind, start, b, centre) : centre_of_offsets(start, b, centre);
    for (int n : {at.first, at.second})
        if (!known[n]) throw Stop{b.first_column("XYZ"), "unknown_start", "XYZ"[n]};
    return centre;
}

void Machine::centre_of_offsets(const Point3 &start, const Block &b, Point3 &centre) const {
    const Axes at = axes_of(plane_);
    const bool first = b.has("IJK"[at.first]), second = b.has("IJK"[at.second]);
    if (!(absolute_centres_ ? first && second : first || second)) throw Stop{b.first_column("XYZ"), "arc_centre"};
    double p = b.value_or_0("IJK"[at.first]) * scale_, q = b.value_or_0("IJK"[at.second]) * scale_;
    if (absolute_centres_) {
        p = p + (zero()[at.first] + shift_[at.first]) - start[at.first];
        q = q + (zero()[at.second] + shift_[at.second]) - start[at.second];
    }
    const double u = position_[at.first] - start[at.first] - p, v = position_[at.second] - start[at.second] - q;
    const double radius = std::sqrt(p * p + q * q), other = std::sqrt(u * u + v * v);
    if (std::fabs(radius - other) > std::max(ARC_RADIUS_MM, ARC_RADIUS_RATIO * radius) || radius == 0)
        throw Stop{b.first_column("IJK"), "arc_radius", 0, radius, other};
    centre[at.first] = p;
    centre[at.second] = q;
}

void Machine::centre_of_radius(Kind kind, const Point3 &start, const Block &b, Point3 &centre) const {
    const Axes at = axes_of(plane_);
    const double radius = b.value('R') * scale_;
    const double u = position_[at.first] - start[at.first], v = position_[at.second] - start[at.second];
    const double chord = std::sqrt(u * u + v * v);
    if (chord == 0 || chord > 2 * std::fabs(radius) + ARC_RADIUS_MM)
        throw Stop{b.column('R'), "arc_chord", 0, std::fabs(radius), chord};
    const double height = std::sqrt(std::max(0.0, radius * radius - chord * chord / 4)) / chord;
    const double side = (kind == ARC_CCW ? 1.0 : -1.0) * (radius > 0 ? 1.0 : -1.0);
    centre[at.first] = u / 2 - side * v * height;
    centre[at.second] = v / 2 + side * u * height;
}

}  // namespace rmos
