#include "gcode.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "blocks.h"
#include "geometry.h"

namespace rmos {

namespace {

constexpr double INCH = 25.4, FARTHEST_MM = 1e5, ARC_RADIUS_MM = 0.005, ARC_RADIUS_RATIO = 0.001;

constexpr const char *TOO_MANY_MOVES = "too_many_moves";

class Reader {
  public:
    Reader(const double *offsets, Program &out, std::size_t max_moves) : offsets_(offsets), out_(out), max_moves_(max_moves) {}

    void line(std::string_view text, std::uint32_t number) {
        number_ = number;
        if (is_percent(text)) {
            ended_ = ended_ || started_;
            return;
        }
        read_words(text, words_);
        if (ended_) return refuse_after_end();
        started_ = started_ || !words_.empty();
        run(make_block(words_));
    }

  private:
    using Targets = std::array<Slot, 3>;  // column 0: the axis stays

    const double *offsets_;
    Program &out_;
    const std::size_t max_moves_;
    std::vector<Word> words_;
    std::uint32_t number_ = 0;
    double scale_ = 1.0, feed_ = 0.0, rpm_ = 0.0;
    bool absolute_ = true, inverse_time_ = false, spinning_ = false, started_ = false, ended_ = false, moved_ = false;
    std::uint8_t plane_ = 0;
    int motion_ = -1;
    Point3 shift_{}, zero_{}, position_{};
    std::array<bool, 3> known_{};

    void refuse_after_end() const {
        for (const Word &w : words_) {
            const bool harmless = w.letter == 'N' || (w.letter == 'M' && (w.value == 2 || w.value == 5 || w.value == 9 || w.value == 30));
            if (!harmless) throw Stop{w.column, "after_end", w.letter, w.value};
        }
    }

    void run(const Block &b) {
        need_offsets(b);
        set_modes(b);
        const Slot &once = b.codes[ONCE];
        if (once && once.value == 4) dwell(b);
        if (once && (once.value == 28 || once.value == 30)) {
            go_home(b, static_cast<int>(once.value));
        } else if (once && once.value == 92) {
            shift_origin(b);
        } else {
            if (once && (once.value == 92.1 || once.value == 92.2)) shift_ = {};
            move(b);
        }
        if (b.is(PROGRAM, 2) || b.is(PROGRAM, 30)) ended_ = true;
    }

    const double *offset(int code) const { return offsets_ + 3 * (code >= 54 ? code - 54 : code == 28 ? 6 : 7); }

    bool has_offset(int code) const {
        const double *at = offset(code);
        return !(std::isnan(at[0]) || std::isnan(at[1]) || std::isnan(at[2]));
    }

    void need_offsets(const Block &b) const {
        for (Group group : {WORK, ONCE}) {
            const Slot &slot = b.codes[group];
            const int code = slot ? static_cast<int>(slot.value) : 54;
            const bool goes = code == 28 || code == 30 || code == 53 || (code >= 55 && code <= 59);
            if (!goes) continue;
            const int wanted = code == 53 ? 54 : code;
            if (!(has_offset(54) && has_offset(wanted)))
                throw Stop{slot.column, "needs_offset", 'G', slot.value, static_cast<double>(wanted)};
        }
    }

    void set_modes(const Block &b) {
        if (!moved_) {
            out_.states_units = out_.states_units || b.codes[UNIT];
            out_.states_distance = out_.states_distance || b.codes[DISTANCE];
        }
        if (b.codes[UNIT]) scale_ = b.codes[UNIT].value == 20 ? INCH : 1.0;
        if (b.codes[PLANE]) plane_ = static_cast<std::uint8_t>(b.codes[PLANE].value - 17);
        if (b.codes[DISTANCE]) absolute_ = b.codes[DISTANCE].value == 90;
        if (b.codes[WORK]) set_work(static_cast<int>(b.codes[WORK].value));
        if (b.codes[MOTION]) motion_ = b.codes[MOTION].value == 80 ? -1 : static_cast<int>(b.codes[MOTION].value);
        if (b.codes[FEED_MODE]) {
            if (inverse_time_ && b.codes[FEED_MODE].value == 94) feed_ = 0.0;
            inverse_time_ = b.codes[FEED_MODE].value == 93;
        }
        if (b.at('F') && !inverse_time_) feed_ = b.at('F').value * scale_;
        if (b.at('S')) rpm_ = b.at('S').value;
        if (b.at('T')) out_.tools.push_back(static_cast<std::int64_t>(b.at('T').value));
        if (b.codes[SPINDLE]) spinning_ = b.codes[SPINDLE].value != 5;
    }

    void set_work(int code) {
        for (int n = 0; n < 3; ++n) zero_[n] = code == 54 ? 0.0 : offset(code)[n] - offset(54)[n];
    }

    void dwell(const Block &b) {
        if (!b.at('P')) throw Stop{b.codes[ONCE].column, "dwell"};
        emit(DWELL, {}, 0.0, b.at('P').value);
    }

    void go_home(const Block &b, int code) {
        const bool some = b.has("XYZ");
        if (some) {
            Targets by_way;
            bool any = false;
            for (int n = 0; n < 3; ++n)
                if (b.axis(n) && (absolute_ || b.axis(n).value != 0)) by_way[n] = target(b, n), any = true;
            travel(by_way);
            if (any) emit(RAPID, {}, 0.0, 0.0);
        }
        Targets home;
        for (int n = 0; n < 3; ++n)
            if (!some || b.axis(n))
                home[n] = {offset(code)[n] - offset(54)[n], b.axis(n) ? b.axis(n).column : b.codes[ONCE].column};
        travel(home);
        emit(RAPID, {}, 0.0, 0.0);
    }

    void shift_origin(const Block &b) {
        if (!b.has("XYZ")) throw Stop{b.codes[ONCE].column, "no_axes", 'G', 92.0};
        for (int n = 0; n < 3; ++n)
            if (b.axis(n) && !known_[n]) throw Stop{b.axis(n).column, "unknown_start", "XYZ"[n]};
        for (int n = 0; n < 3; ++n)
            if (b.axis(n)) shift_[n] = position_[n] - b.axis(n).value * scale_ - zero_[n];
    }

    void move(const Block &b) {
        const bool arc = motion_ == 2 || motion_ == 3;
        if (!arc)
            for (char letter : {'I', 'J', 'K', 'R'})
                if (b.at(letter)) throw Stop{b.at(letter).column, "unused_word", letter};
        if (!b.has("XYZ")) {
            if (arc && b.has("IJKR")) throw Stop{b.first_column("IJKR"), "arc_end"};
            if (b.is(ONCE, 53)) throw Stop{b.codes[ONCE].column, "no_axes", 'G', 53.0};
            return;
        }
        if (motion_ < 0) throw Stop{b.first_column("XYZ"), "no_motion"};
        if (b.is(ONCE, 53) && arc) throw Stop{b.codes[ONCE].column, "g53_motion"};
        const Kind kind = static_cast<Kind>(motion_);
        const Point3 start = position_;
        const std::array<bool, 3> known = known_;
        Targets targets;
        for (int n = 0; n < 3; ++n)
            if (b.axis(n)) targets[n] = target(b, n);
        travel(targets);
        try {
            const Point3 centre = arc ? arc_centre(kind, start, known, b) : Point3{};
            const double feed = kind == RAPID ? 0.0 : cutting_feed(kind, start, centre, b);
            emit(kind, centre, feed, 0.0);
        } catch (const Stop &) {
            position_ = start;
            known_ = known;
            throw;
        }
    }

    Slot target(const Block &b, int n) const {
        const Slot &slot = b.axis(n);
        const double step = slot.value * scale_;
        if (b.is(ONCE, 53)) return {step - offset(54)[n], slot.column};
        if (absolute_) return {step + (zero_[n] + shift_[n]), slot.column};
        if (!known_[n]) throw Stop{slot.column, "unknown_start", "XYZ"[n]};
        return {position_[n] + step, slot.column};
    }

    void travel(const Targets &targets) {
        for (int n = 0; n < 3; ++n)
            if (targets[n] && std::fabs(targets[n].value) > FARTHEST_MM) throw Stop{targets[n].column, "too_far", "XYZ"[n]};
        for (int n = 0; n < 3; ++n)
            if (targets[n]) position_[n] = targets[n].value, known_[n] = true;
    }

    double cutting_feed(Kind kind, const Point3 &start, const Point3 &centre, const Block &b) const {
        if (!inverse_time_) {
            if (feed_ <= 0) throw Stop{b.first_column("XYZ"), "no_feed"};
            return feed_;
        }
        const Slot &f = b.at('F');
        if (!f || f.value <= 0) throw Stop{f ? f.column : b.first_column("XYZ"), "inverse_time"};
        if (kind == LINEAR) return distance_mm(start, position_) * f.value;
        return arc_length_mm(plane_, kind == ARC_CCW, start, position_, centre) * f.value;
    }

    Point3 arc_centre(Kind kind, const Point3 &start, const std::array<bool, 3> &known, const Block &b) const {
        const Axes at = axes_of(plane_);
        if (!b.axis(at.first) && !b.axis(at.second)) throw Stop{b.first_column("XYZ"), "arc_end"};
        if (b.at('R') && b.has("IJK")) throw Stop{b.at('R').column, "arc_both"};
        Point3 centre{};
        b.at('R') ? centre_of_radius(kind, start, b.at('R'), centre) : centre_of_offsets(start, b, centre);
        for (int n : {at.first, at.second})
            if (!known[n]) throw Stop{b.first_column("XYZ"), "unknown_start", "XYZ"[n]};
        return centre;
    }

    void centre_of_offsets(const Point3 &start, const Block &b, Point3 &centre) const {
        const Axes at = axes_of(plane_);
        if (!b.centre(at.first) && !b.centre(at.second)) throw Stop{b.first_column("XYZ"), "arc_centre"};
        const double p = b.centre(at.first).value * scale_, q = b.centre(at.second).value * scale_;
        const double u = position_[at.first] - start[at.first] - p, v = position_[at.second] - start[at.second] - q;
        const double radius = std::sqrt(p * p + q * q), other = std::sqrt(u * u + v * v);
        if (std::fabs(radius - other) > std::max(ARC_RADIUS_MM, ARC_RADIUS_RATIO * radius) || radius == 0)
            throw Stop{b.first_column("IJK"), "arc_radius", 0, radius, other};
        centre[at.first] = p;
        centre[at.second] = q;
    }

    void centre_of_radius(Kind kind, const Point3 &start, const Slot &r, Point3 &centre) const {
        const Axes at = axes_of(plane_);
        const double radius = r.value * scale_;
        const double u = position_[at.first] - start[at.first], v = position_[at.second] - start[at.second];
        const double chord = std::sqrt(u * u + v * v);
        if (chord == 0 || chord > 2 * std::fabs(radius) + ARC_RADIUS_MM)
            throw Stop{r.column, "arc_chord", 0, std::fabs(radius), chord};
        const double height = std::sqrt(std::max(0.0, radius * radius - chord * chord / 4)) / chord;
        const double side = (kind == ARC_CCW ? 1.0 : -1.0) * (radius > 0 ? 1.0 : -1.0);
        centre[at.first] = u / 2 - side * v * height;
        centre[at.second] = v / 2 + side * u * height;
    }

    void emit(Kind kind, const Point3 &centre, double feed, double dwell_s) {
        Columns &c = out_.columns;
        if (c.kind.size() >= max_moves_) throw Stop{1, TOO_MANY_MOVES, 0, static_cast<double>(max_moves_)};
        moved_ = moved_ || kind != DWELL;
        c.kind.push_back(kind);
        c.plane.push_back(plane_);
        c.x.push_back(position_[0]);
        c.y.push_back(position_[1]);
        c.z.push_back(position_[2]);
        c.i.push_back(centre[0]);
        c.j.push_back(centre[1]);
        c.k.push_back(centre[2]);
        c.feed.push_back(feed);
        c.rpm.push_back(spinning_ ? rpm_ : 0.0);
        c.dwell.push_back(dwell_s);
        c.line.push_back(number_);
    }
};

// The line that starts at `at`; moves `at` behind its end ("\r\n", "\r" or "\n").
std::string_view next_line(std::string_view text, std::size_t &at) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (end + 1 < text.size() && text[end] == '\r' && text[end + 1] == '\n') ++at;
    return line;
}

bool is_bad(unsigned char c) {
    return c >= 126 || (c < 32 && c != '\t' && c != '\r' && c != '\n') || c == '!';
}

bool form_fault(std::string_view text, std::vector<Fault> &faults) {
    const auto bad = std::find_if(text.begin(), text.end(), [](char c) { return is_bad(static_cast<unsigned char>(c)); });
    if (bad == text.end()) return false;
    const std::size_t offset = static_cast<std::size_t>(bad - text.begin());
    std::size_t at = 0, start = 0;
    std::uint32_t number = 0;
    while (at <= offset) {
        start = at;
        next_line(text, at);
        ++number;
    }
    const unsigned char byte = static_cast<unsigned char>(*bad);
    const char *code = byte > 127 ? "not_ascii" : byte == '!' || byte == '~' ? "real_time" : "binary";
    faults.push_back({number, static_cast<std::uint32_t>(offset - start + 1), code, 0, static_cast<double>(byte), 0});
    return true;
}

}  // namespace

Program read_gcode(std::string_view text, const double *offsets, std::size_t max_bytes, std::size_t max_moves) {
    Program out;
    if (text.size() > max_bytes) {
        out.faults.push_back({1, 1, "too_large", 0, static_cast<double>(text.size()), static_cast<double>(max_bytes)});
        return out;
    }
    if (form_fault(text, out.faults)) return out;
    Reader reader(offsets, out, max_moves);
    std::uint32_t number = 0;
    for (std::size_t at = 0; at <= text.size() && out.faults.size() < MAX_FAULTS;) {
        const std::string_view line = next_line(text, at);
        try {
            reader.line(line, ++number);
        } catch (const Stop &stop) {
            out.faults.push_back({number, static_cast<std::uint32_t>(stop.column), stop.code, stop.letter, stop.a, stop.b});
            if (stop.code == TOO_MANY_MOVES) break;
        }
    }
    if (out.faults.empty() && out.columns.kind.empty()) out.faults.push_back({1, 1, "empty", 0, 0, 0});
    return out;
}

}  // namespace rmos
