// Which words stand in a line of G-code? The same as gcode/words.py.
#pragma once
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include "numbers.h"

namespace rmos {

inline constexpr double LARGEST_NUMBER = 1e7;

// A line is refused at a column, from 1.
struct Stop {
    std::size_t column;
    const char *code;
    char letter = 0;
    double a = 0, b = 0;
};

struct Word {
    char letter;
    double value;
    std::uint32_t column;
};

inline std::size_t skip(std::string_view line, std::size_t at) {
    while (at < line.size()) {
        if (line[at] == ' ' || line[at] == '\t') {
            ++at;
        } else if (line[at] == '(') {
            const std::size_t close = line.find_first_of("()", at + 1);
            if (close == std::string_view::npos || line[close] == '(') return at;
            at = close + 1;
        } else {
            return at;
        }
    }
    return at;
}

inline char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

[[noreturn]] inline void comment_fault(std::string_view line, std::size_t at) {
    if (line[at] == ')') throw Stop{at + 1, "comment"};
    const std::size_t nested = line.find('(', at + 1);
    if (nested != std::string_view::npos) throw Stop{nested + 1, "nested_comment"};
    throw Stop{at + 1, "unclosed_comment"};
}

inline Word word(std::string_view line, std::size_t &at) {
    const char letter = upper(line[at]);
    if (letter == '(' || letter == ')') comment_fault(line, at);
    if (letter == '#' || letter == '[' || letter == ']' || letter == '=' || letter == 'O') throw Stop{at + 1, "parameter"};
    std::size_t number = skip(line, at + 1);
    double value = 0;
    if (letter < 'A' || letter > 'Z' || !read_number(line, number, value)) {
        if (number < line.size() && (line[number] == '#' || line[number] == '[')) throw Stop{number + 1, "parameter"};
        throw Stop{at + 1, "bad_word"};
    }
    if (!(std::fabs(value) <= LARGEST_NUMBER)) throw Stop{at + 1, "out_of_range", letter};
    const Word found{letter, value, static_cast<std::uint32_t>(at + 1)};
    at = number;
    return found;
}

inline void read_words(std::string_view line, std::vector<Word> &found) {
    found.clear();
    std::size_t at = skip(line, 0);
    if (at < line.size() && line[at] == '/') throw Stop{at + 1, "block_delete"};
    while (at < line.size() && line[at] != ';') {
        found.push_back(word(line, at));
        at = skip(line, at);
    }
}

inline bool is_percent(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t"), last = line.find_last_not_of(" \t");
    return first != std::string_view::npos && first == last && line[first] == '%';
}

}  // namespace rmos
