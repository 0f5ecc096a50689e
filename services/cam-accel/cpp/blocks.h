// What does one line ask for? Its words in modal groups, or the first fault: the same as gcode/blocks.py.
#pragma once
#include <array>

#include "words.h"

namespace rmos {

enum Group { MOTION, PLANE, UNIT, DISTANCE, FEED_MODE, WORK, ONCE, RADIUS, LENGTH, ARC, PATH, PROGRAM, SPINDLE, TOOL, MIST,
             FLOOD, COOLANT_OFF, GROUPS, NO_GROUP = GROUPS };

struct Slot {
    double value = 0;
    std::uint32_t column = 0;  // 0: not in this line
    explicit operator bool() const { return column != 0; }
};

struct Block {
    std::array<Slot, 26> values;
    std::array<Slot, GROUPS> codes;

    const Slot &at(char letter) const { return values[static_cast<std::size_t>(letter - 'A')]; }
    const Slot &axis(int n) const { return at("XYZ"[n]); }
    const Slot &centre(int n) const { return at("IJK"[n]); }
    bool has(std::string_view letters) const { return first_column(letters) != 0; }
    std::uint32_t first_column(std::string_view letters) const {
        for (char letter : letters)
            if (at(letter)) return at(letter).column;
        return 0;
    }
    bool is(Group group, double code) const { return codes[group] && codes[group].value == code; }
};

inline Group g_group(double code) {
    if (code == 92.1 || code == 92.2) return ONCE;
    if (code == 91.1) return ARC;
    if (!(code >= 0 && code < 100) || code != static_cast<int>(code)) return NO_GROUP;
    switch (static_cast<int>(code)) {
    case 0: case 1: case 2: case 3: case 80: return MOTION;
    case 17: case 18: case 19: return PLANE;
    case 20: case 21: return UNIT;
    case 90: case 91: return DISTANCE;
    case 93: case 94: return FEED_MODE;
    case 54: case 55: case 56: case 57: case 58: case 59: return WORK;
    case 4: case 28: case 30: case 53: case 92: return ONCE;
    case 40: return RADIUS;
    case 49: return LENGTH;
    case 61: case 64: return PATH;
    default: return NO_GROUP;
    }
}

inline Group m_group(double code) {
    if (!(code >= 0 && code < 100) || code != static_cast<int>(code)) return NO_GROUP;
    switch (static_cast<int>(code)) {
    case 0: case 1: case 2: case 30: return PROGRAM;
    case 3: case 4: case 5: return SPINDLE;
    case 6: return TOOL;
    case 7: return MIST;
    case 8: return FLOOD;
    case 9: return COOLANT_OFF;
    default: return NO_GROUP;
    }
}

inline bool among(std::string_view letters, char letter) { return letters.find(letter) != std::string_view::npos; }

inline void add_code(Block &block, const Word &w) {
    const Group group = w.letter == 'G' ? g_group(w.value) : m_group(w.value);
    if (group == NO_GROUP) throw Stop{w.column, w.letter == 'G' ? "unsupported_g" : "unsupported_m", w.letter, w.value};
    if (block.codes[group]) throw Stop{w.column, "modal_conflict", w.letter, w.value};
    block.codes[group] = {w.value, w.column};
}

inline void add_value(Block &block, const Word &w) {
    if (!among("NXYZIJKRFSPTHD", w.letter)) throw Stop{w.column, "unsupported_word", w.letter};
    Slot &slot = block.values[static_cast<std::size_t>(w.letter - 'A')];
    if (slot) throw Stop{w.column, "repeated_word", w.letter};
    if (w.value < 0 && among("NFSPTHD", w.letter)) throw Stop{w.column, "negative", w.letter};
    if (among("NTHD", w.letter) && w.value != std::trunc(w.value)) throw Stop{w.column, "whole_number", w.letter};
    slot = {w.value, w.column};
}

inline Block make_block(const std::vector<Word> &words) {
    Block block;
    for (const Word &w : words) w.letter == 'G' || w.letter == 'M' ? add_code(block, w) : add_value(block, w);
    const Slot &once = block.codes[ONCE], &motion = block.codes[MOTION];
    if (once && (once.value == 28 || once.value == 30 || once.value == 92) && motion && motion.value != 80)
        throw Stop{once.column, "axis_conflict", 'G', once.value};
    return block;
}

}  // namespace rmos
