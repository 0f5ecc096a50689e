// What does a program do, line after line? As gcode/reader.py.
#include "gcode.h"

#include <algorithm>
#include <cstring>

#include "machine.h"
#include "words.h"

namespace rmos {

namespace {

struct FollowUp {
    std::string_view code;
    std::uint32_t doubts;
};

// What a refused line may have meant to set, and the faults that its absence would cause.
constexpr FollowUp FOLLOW_UPS[] = {
    {"no_feed", bit('F')}, {"inverse_time", bit('G')}, {"no_motion", bit('G')}, {"unused_word", bit('G')}, {"arc_end", bit('G')},
    {"arc_centre", bit('G')}, {"cycle_place", bit('G')}, {"cycle_word", bit('G')}, {"unset_offset", bit('G')},
    {"unknown_start", AXIS_WORDS}, {"arc_radius", AXIS_WORDS}, {"arc_chord", AXIS_WORDS}, {"no_tool", bit('T')},
    {"cycle_spindle", bit('M')}, {"unset_parameter", DOUBT_PARAMETERS},
};

constexpr const char *AFTER_END = "after_end";

class Reader {
  public:
    Reader(const Dialect &dialect, const double *offsets, const ReadLimits &limits, bool foreign, Program &out)
        : dialect_(dialect), limits_(limits), foreign_(foreign), out_(out), machine_(dialect, offsets, limits.moves, out) {}

    void in_order(std::string_view text) {
        std::uint32_t number = 0;
        for (const char *line = text.data(); out_.faults.size() < MAX_FAULTS;) {
            const char *p = try_line(line, ++number);
            if (p == nullptr || *(p = line_end(p)) == '\0') return;
            line = behind_line_end(p);
        }
    }

    void by_flow(std::string_view text) {
        try {
            Flow flow(text, memory_);
            if (!flow.any()) return in_order(text);
            std::size_t steps = 0;
            for (std::uint32_t at = 1; at <= flow.lines() && out_.faults.size() < MAX_FAULTS;) {
                if (++steps > limits_.steps) return tell(at, {1, TOO_MANY_STEPS, 0, static_cast<double>(limits_.steps)});
                if (const std::uint32_t next = flow.follow(at)) {
                    at = next;
                } else {
                    if (try_line(flow.start(at), at) == nullptr) return;
                    ++at;
                }
            }
        } catch (const Broken &broken) {
            for (const Fault &f : broken.faults) tell(f.line, {f.column, f.code, f.letter, f.a, f.b});
        }
    }

  private:
    const Dialect &dialect_;
    const ReadLimits &limits_;
    const bool foreign_;
    Program &out_;
    Machine machine_;
    Memory memory_;
    Block block_;
    bool started_ = false;
    std::size_t refused_ = 0;

    // Somewhere in the line, or null where nothing more is to be read.
    const char *try_line(const char *line, std::uint32_t number) {
        try {
            return read_line(line, number);
        } catch (const Stop &stop) {
            memory_.pending.clear();
            if (!follows(stop.code)) tell(number, stop);
            doubt(line);
            const bool last = stop.code == TOO_MANY_MOVES || stop.code == AFTER_END || ++refused_ >= MAX_REFUSED;
            return last ? nullptr : line;
        }
    }

    const char *read_line(const char *line, std::uint32_t number) {
        const char *p = line;
        machine_.applied = false;
        if (foreign_) refuse_foreign(line);
        if (const char c = *blanks(p); c == '%' && is_percent(line)) {
            if (started_) machine_.end();
            return p;
        }
        if (dialect_.checksums) check_sum(line);
        if (dialect_.program_number && !started_) p = behind_program_number(line);
        block_.clear();
        bool empty = true;
        p = read_words(line, p, dialect_, memory_, [&](const Word &w) {
            empty = false;
            if (machine_.ended()) return refuse_after_end(w);
            w.letter == 'G' || w.letter == 'M' ? block_.add_code(w, dialect_) : block_.add_value(w, dialect_);
        });
        if (!empty) {
            started_ = true;
            if (!machine_.ended()) machine_.run(block_, number);
        }
        if (!memory_.pending.empty()) memory_.commit();
        return p;
    }

    void refuse_foreign(const char *line) const {
        for (const char *p = line; !ends_line(*p); ++p) {
            const unsigned char byte = static_cast<unsigned char>(*p);
            if (byte > 127) throw Stop{column_of(line, p), "not_ascii", 0, static_cast<double>(byte)};
            if (dialect_.real_time && (byte == '!' || byte == '~')) throw Stop{column_of(line, p), "real_time", 0, static_cast<double>(byte)};
        }
    }

    static void refuse_after_end(const Word &w) {
        const bool harmless = w.letter == 'N' || (w.letter == 'M' && (w.value == 2 || w.value == 5 || w.value == 9 || w.value == 30));
        if (!harmless) throw Stop{w.column, AFTER_END, w.letter, w.value};
    }

    // A program may begin with its number: O1234.
    const char *behind_program_number(const char *line) {
        const char *p = blanks(line);
        if (*p != 'O' && *p != 'o') return line;
        const char *const first = ++p;
        while (is_digit(*p)) ++p;
        if (p == first || p - first > 8 || *p == '.') return line;
        started_ = true;
        return p;
    }

    bool follows(std::string_view code) const {
        for (const FollowUp &each : FOLLOW_UPS)
            if (each.code == code) return (machine_.doubts & each.doubts) != 0;
        return false;
    }

    void doubt(const char *p) {
        const std::uint32_t of_the_way = AXIS_WORDS | DOUBT_PARAMETERS;
        const std::uint32_t mask = machine_.applied && !machine_.in_cycle() ? of_the_way : ~std::uint32_t{0};
        for (; !ends_line(*p) && *p != ';'; ++p) {
            p = *p == '(' ? behind_comment(p) : p;
            if (ends_line(*p) || *p == ';') return;
            const unsigned index = static_cast<unsigned>((*p | 0x20) - 'a');
            if (index < 26) machine_.doubts |= mask & (1U << index);
            if (*p == '#') machine_.doubts |= DOUBT_PARAMETERS;
        }
    }

    static const char *behind_comment(const char *p) {
        while (*p == '(') {
            const char *close = p + 1;
            while (!ends_line(*close) && *close != '(' && *close != ')') ++close;
            if (*close != ')') return p;
            p = close + 1;
        }
        return p;
    }

    void tell(std::uint32_t number, const Stop &stop) {
        const Fault made{number, static_cast<std::uint32_t>(stop.column), stop.code, stop.letter, stop.a, stop.b};
        if (out_.faults.size() >= MAX_FAULTS) return;
        for (const Fault &f : out_.faults)
            if (f.line == made.line && f.column == made.column && std::strcmp(f.code, made.code) == 0 && f.letter == made.letter &&
                f.a == made.a && f.b == made.b)
                return;
        out_.faults.push_back(made);
    }
};

constexpr bool is_binary(unsigned char c) {
    return ((c < 32) & (c != '\t') & (c != '\r') & (c != '\n')) | (c == 127);
}

struct Form {
    std::size_t binary = std::string_view::npos, line_ends = 0;
    bool foreign = false;
};

// The first byte that is no text, whether some are not ASCII or real-time commands, and how many lines end. Blocks are judged
// as a whole, which a compiler turns into vector steps.
Form form_of(std::string_view text) {
    const auto *bytes = reinterpret_cast<const unsigned char *>(text.data());
    constexpr std::size_t BLOCK = 128;  // as many line ends as a byte can count
    Form form;
    for (std::size_t at = 0; at < text.size(); at += BLOCK) {
        const std::size_t end = std::min(at + BLOCK, text.size());
        unsigned char binary = 0, foreign = 0, ends = 0;
        for (std::size_t n = at; n < end; ++n) {
            const unsigned char c = bytes[n];
            binary = static_cast<unsigned char>(binary | is_binary(c));
            foreign = static_cast<unsigned char>(foreign | (c > 127) | (c == '!') | (c == '~'));
            ends = static_cast<unsigned char>(ends + ((c == '\n') | (c == '\r')));
        }
        form.line_ends += ends;
        form.foreign = form.foreign || foreign;
        for (std::size_t n = at; binary && n < end; ++n) {
            if (!is_binary(bytes[n])) continue;
            form.binary = n;
            return form;
        }
    }
    return form;
}

Fault form_fault(std::string_view text, std::size_t offset) {
    std::size_t start = 0;
    std::uint32_t number = 1;
    for (std::size_t n = 0; n < offset; ++n) {
        if (text[n] != '\n' && text[n] != '\r') continue;
        if (text[n] == '\r' && n + 1 < offset && text[n + 1] == '\n') ++n;
        start = n + 1;
        ++number;
    }
    const double byte = static_cast<unsigned char>(text[offset]);
    return {number, static_cast<std::uint32_t>(offset - start + 1), "binary", 0, byte, 0};
}

}  // namespace

Program read_gcode(std::string_view text, const double *offsets, const Dialect &dialect, const ReadLimits &limits) {
    Program out;
    if (text.size() > limits.bytes) {
        out.faults.push_back({1, 1, "too_large", 0, static_cast<double>(text.size()), static_cast<double>(limits.bytes)});
        return out;
    }
    const Form form = form_of(text);
    if (form.binary != std::string_view::npos) {
        out.faults.push_back(form_fault(text, form.binary));
        return out;
    }
    // Most lines are longer than this and make one move; for a program of others the columns grow.
    constexpr std::size_t SHORT_LINE = 8;
    out.columns.make_room(std::min({form.line_ends + 1, text.size() / SHORT_LINE + 1, limits.moves}));
    Reader reader(dialect, offsets, limits, form.foreign, out);
    dialect.formulas ? reader.by_flow(text) : reader.in_order(text);
    if (out.faults.empty() && out.columns.count == 0) out.faults.push_back({1, 1, "empty", 0, 0, 0});
    return out;
}

}  // namespace rmos
