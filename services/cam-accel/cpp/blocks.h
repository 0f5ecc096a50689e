// What does one line ask for? Its words in modal groups, or the first fault: the same as gcode/blocks.py.
#pragma once
#include "dialects.h"
#include "faults.h"

namespace rmos {

inline constexpr std::uint32_t AXIS_WORDS = bits("XYZ"), CENTRE_WORDS = bits("IJK");

struct Word {
    char letter;
    double value;
    std::uint32_t column;
    bool pointed;
};

// One line. What `present` and `groups` do not tell is left over from earlier lines.
struct Block {
    std::uint32_t present, pointless, groups;
    double values[26];
    std::uint32_t columns[26];
    int codes[GROUPS];  // ten times the code's number
    std::uint32_t code_columns[GROUPS];

    void clear() { present = pointless = groups = 0; }
    bool has(std::uint32_t letters) const { return (present & letters) != 0; }
    bool has(char letter) const { return has(bit(letter)); }
    double value(char letter) const { return values[letter - 'A']; }
    double value_or_0(char letter) const { return has(letter) ? value(letter) : 0.0; }
    std::uint32_t column(char letter) const { return columns[letter - 'A']; }
    std::uint32_t first_column(std::string_view letters) const {
        for (char letter : letters)
            if (has(letter)) return column(letter);
        return 0;
    }
    bool in(Group group) const { return (groups & (1U << group)) != 0; }
    int code(Group group) const { return in(group) ? codes[group] : -1; }
    std::uint32_t code_column(Group group) const { return code_columns[group]; }

    void add_code(const Word &w, const Dialect &dialect) {
        const double tenths = w.value * 10;
        const bool listed = tenths >= 0 && tenths < 1000 && tenths == static_cast<int>(tenths);
        const std::size_t at = listed ? static_cast<std::size_t>(tenths) : 0;
        const Group group = !listed ? NO_GROUP : w.letter == 'G' ? dialect.g[at] : dialect.m[at];
        if (group == NO_GROUP) throw Stop{w.column, w.letter == 'G' ? "unsupported_g" : "unsupported_m", w.letter, w.value};
        if (dialect.one_command && groups) throw Stop{w.column, "one_command", w.letter, w.value};
        if (in(group)) throw Stop{w.column, "modal_conflict", w.letter, w.value};
        groups |= 1U << group;
        codes[group] = static_cast<int>(at);
        code_columns[group] = w.column;
    }

    void add_value(const Word &w, const Dialect &dialect) {
        const std::uint32_t letter = bit(w.letter);
        if (!(letter & dialect.letters)) throw Stop{w.column, "unsupported_word", w.letter};
        if (present & letter) throw Stop{w.column, "repeated_word", w.letter};
        if (letter & bits("NFSPTHDLQU")) {
            if (w.value < 0) throw Stop{w.column, "negative", w.letter};
            if ((letter & bits("NTHDL")) && w.value != std::trunc(w.value)) throw Stop{w.column, "whole_number", w.letter};
        }
        present |= letter;
        values[w.letter - 'A'] = w.value;
        columns[w.letter - 'A'] = w.column;
        if (!w.pointed && w.value != 0) pointless |= letter;
    }

    void require_one_use_of_axes() const {
        const int once = code(ONCE);
        if ((once == 100 || once == 280 || once == 300 || once == 920) && in(MOTION) && codes[MOTION] != 800)
            throw Stop{code_column(ONCE), "axis_conflict", 'G', once / 10.0};
    }
};

}  // namespace rmos
