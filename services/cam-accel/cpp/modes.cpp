// Units, planes, offsets, feed, spindle, coolant, tool and dwell of a line, and the words it may hold: as gcode/modes.py.
#include "machine.h"

namespace rmos {

namespace {

constexpr double LARGEST_TOOL = 65535;

bool is_known(const Point3 &p) { return !(std::isnan(p[0]) || std::isnan(p[1]) || std::isnan(p[2])); }

int work_row(int code) { return code <= 590 ? code / 10 - 54 : code - 585; }

}  // namespace

Machine::Machine(const Dialect &dialect, const double *offsets, std::size_t max_moves, Program &out)
    : dialect_(dialect), out_(out), max_moves_(max_moves) {
    for (int n = 0; n < 3; ++n) {
        base_[n] = offsets[n];
        for (int row = 1; row < 6; ++row) works_[row][n] = offsets[3 * row + n] - base_[n];
        for (int row = 6; row < 9; ++row) works_[row][n] = NAN;
        homes_[0][n] = offsets[18 + n];
        homes_[1][n] = offsets[21 + n];
    }
}

void Machine::run_any(const Block &b) {
    b.require_one_use_of_axes();
    const int motion = motion_of(b);
    check(b, motion);
    set_modes(b, motion);
    applied = true;
    if (!(b.groups & (1U << ONCE | 1U << PROGRAM))) return is_cycle(motion_) ? cycle(b, motion_) : move(b);
    const int once = b.code(ONCE), program = b.code(PROGRAM);
    if (once == 40) dwell(b);
    if (once == 280 || once == 300) {
        go_home(b, once == 280 ? 0 : 1);
    } else if (once == 100) {
        set_work_offset(b);
    } else if (once == 920) {
        shift_origin(b);
    } else if (once != 40 || dialect_.dwell != Dwell::X_OR_U_SECONDS_OR_P_MS) {
        if (once > 920) drop_shift(once);
        is_cycle(motion_) ? cycle(b, motion_) : move(b);
    }
    if (program == 0 || program == 10)
        emit(STOP, {}, 0.0, 0.0);
    else if (program >= 0)
        ended_ = true;
}

void Machine::check(const Block &b, int motion) const {
    if (dialect_.states_point && b.pointless) {
        for (char letter : std::string_view("IJKQRUXYZ"))
            if ((b.pointless & bit(letter)) && !(letter == 'K' && is_cycle(motion)))
                throw Stop{b.column(letter), "needs_point", letter, b.value(letter)};
    }
    if (b.has(bits("DHIJKLPQRU"))) {
        const std::uint32_t left_over = b.present & bits("DHIJKLPQRU") & ~used(b, motion);
        for (char letter : std::string_view("DHIJKLPQRU"))
            if (left_over & bit(letter)) throw Stop{b.column(letter), "unused_word", letter};
    }
    if (b.groups & (1U << ONCE | 1U << WORK)) {
        if (dialect_.dwell == Dwell::X_OR_U_SECONDS_OR_P_MS && b.code(ONCE) == 40 && (b.has(bits("YZ")) || b.in(MOTION)))
            throw Stop{b.code_column(ONCE), "axis_conflict", 'G', 4.0};
        need_offsets(b);
    }
}

std::uint32_t Machine::used(const Block &b, int motion) const {
    const int once = b.code(ONCE);
    std::uint32_t letters = once == 40 ? dwell_letters() : once == 100 ? bits("LP") : 0;
    if (motion == 2 || motion == 3) letters |= bits("IJKR") | (dialect_.turns != Turns::NONE ? bit('P') : 0);
    if (is_cycle(motion)) letters |= bits("PQR") | dialect_.repeats;
    if (b.code(LENGTH) == 430) letters |= bit('H');
    if (b.code(PATH) == 640) letters |= bits("PQ");
    return letters;
}

std::uint32_t Machine::dwell_letters() const {
    switch (dialect_.dwell) {
    case Dwell::P_SECONDS: return bit('P');
    case Dwell::P_MS_OR_S_SECONDS: return bits("PS");
    default: return bits("PUX");
    }
}

void Machine::need_offsets(const Block &b) const {
    const int work = b.in(WORK) ? b.codes[WORK] : 540, once = b.code(ONCE);
    if (!is_known(works_[work_row(work)])) {
        const double code = work / 10.0;
        if (work > 590) throw Stop{b.code_column(WORK), "unset_offset", 'G', code};
        if (work > 540) throw Stop{b.code_column(WORK), "needs_offset", 'G', code, code};
    }
    if (once != 280 && once != 300 && once != 530) return;
    if (!(is_known(base_) && (once == 530 || is_known(homes_[once == 280 ? 0 : 1]))))
        throw Stop{b.code_column(ONCE), "needs_offset", 'G', once / 10.0, once == 530 ? 54.0 : once / 10.0};
}

void Machine::set_modes(const Block &b, int motion) {
    if (b.groups & ~(1U << MOTION)) set_codes(b);
    if (b.has(bits("FST"))) {
        if (b.has('F') && !inverse_time_) {
            feed_ = b.value('F') * scale_;
            doubts &= ~bit('F');
        }
        if (b.has('S') && !(dialect_.dwell == Dwell::P_MS_OR_S_SECONDS && b.code(ONCE) == 40)) rpm_ = b.value('S');
    }
    if (b.has('T') || b.in(TOOL)) set_tool(b);
    if (b.in(SPINDLE)) {
        turn(b.codes[SPINDLE] != 50, b.codes[SPINDLE] == 40);
        doubts &= ~bit('M');
    }
    if (b.in(COOLANT)) cool(b.codes[COOLANT]);
    if (b.in(MOTION)) doubts &= ~bit('G');
    if (!is_cycle(motion)) cycle_.motion = 0;
    motion_ = motion;
}

void Machine::set_codes(const Block &b) {
    if (b.groups & (1U << UNIT | 1U << WORK | 1U << LENGTH | 1U << ONCE)) cycle_.has_retract = cycle_.has_bottom = false;
    if (!moved_) {
        out_.states_units = out_.states_units || b.in(UNIT);
        out_.states_distance = out_.states_distance || b.in(DISTANCE);
    }
    if (b.in(UNIT)) scale_ = b.codes[UNIT] == 200 ? INCH : 1.0;
    if (b.in(PLANE)) {
        const std::uint8_t plane = static_cast<std::uint8_t>(b.codes[PLANE] / 10 - 17);
        if (plane != plane_) cycle_.motion = 0;
        plane_ = plane;
    }
    if (b.in(DISTANCE)) absolute_ = b.codes[DISTANCE] == 900;
    if (b.in(ARC)) absolute_centres_ = b.codes[ARC] == 901;
    if (b.in(RETRACT)) retract_to_initial_ = b.codes[RETRACT] == 980;
    if (b.in(WORK)) work_ = work_row(b.codes[WORK]);
    if (b.in(LENGTH)) {
        const bool length = b.codes[LENGTH] == 430;
        known_[2] = known_[2] && length_ == length;
        length_ = length;
    }
    if (b.in(FEED_MODE)) {
        if (inverse_time_ && b.codes[FEED_MODE] == 940) feed_ = 0.0;
        inverse_time_ = b.codes[FEED_MODE] == 930;
    }
}

void Machine::set_tool(const Block &b) {
    const bool changes = dialect_.m[60] != NO_GROUP;
    if (b.has('T')) {
        if (b.value('T') > LARGEST_TOOL) throw Stop{b.column('T'), "tool_number", 'T', b.value('T')};
        selected_ = static_cast<std::int64_t>(b.value('T'));
        doubts &= ~bit('T');
        if (!changes) out_.tools.push_back(selected_);
    }
    if (!b.in(TOOL)) return;
    if (selected_ < 0) throw Stop{b.code_column(TOOL), "no_tool"};
    tool_ = static_cast<std::uint16_t>(selected_);
    out_.tools.push_back(selected_);
    turn(false, ccw_);
    emit(TOOL_CHANGE, {}, 0.0, 0.0);
}

void Machine::turn(bool spinning, bool ccw) {
    spinning_ = spinning;
    ccw_ = ccw;
    switches_ = static_cast<std::uint8_t>((switches_ & ~COUNTER_CLOCKWISE) | (spinning && ccw ? COUNTER_CLOCKWISE : 0));
}

void Machine::cool(int code) {
    const int on = code == 70 ? MIST : code == 80 ? FLOOD : 0;
    switches_ = static_cast<std::uint8_t>(on ? switches_ | on : switches_ & COUNTER_CLOCKWISE);
}

void Machine::dwell(const Block &b) {
    double seconds = 0;
    if (!dwell_s(b, dwell_letters(), seconds)) throw Stop{b.code_column(ONCE), "dwell"};
    emit(DWELL, {}, 0.0, seconds);
}

bool Machine::dwell_s(const Block &b, std::uint32_t letters, double &out) const {
    const std::uint32_t stated = b.present & letters;
    if (stated == 0 || (stated & (stated - 1)) != 0) return false;
    char letter = 'A';
    while (bit(letter) != stated) ++letter;
    if (b.value(letter) < 0) return false;
    const bool in_ms = letter == 'P' && dialect_.dwell != Dwell::P_SECONDS;
    out = in_ms ? b.value(letter) / 1000.0 : b.value(letter);
    return true;
}

}  // namespace rmos
