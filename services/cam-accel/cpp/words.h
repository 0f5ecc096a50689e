// Which words stand in a line of G-code? The same as gcode/words.py.
#pragma once
#include "blocks.h"
#include "flow.h"
#include "formulas.h"
#include "numbers.h"

namespace rmos {

inline constexpr double LARGEST_NUMBER = 1e7;

inline std::uint32_t column_of(const char *line, const char *p) { return static_cast<std::uint32_t>(p - line) + 1; }

inline bool is_letter(char c) { return static_cast<unsigned>((c | 0x20) - 'a') < 26; }

// Behind blanks and whole comments.
inline const char *skip(const char *p, bool round_comments) {
    for (;;) {
        p = blanks(p);
        if (*p != '(' || !round_comments) return p;
        const char *close = p + 1;
        while (!ends_line(*close) && *close != '(' && *close != ')') ++close;
        if (*close != ')') return p;
        p = close + 1;
    }
}

[[noreturn]] inline void comment_fault(const char *line, const char *p, const Dialect &dialect) {
    if (!dialect.round_comments) throw Stop{column_of(line, p), "comment_form", *p};
    if (*p == ')') throw Stop{column_of(line, p), "comment"};
    for (const char *nested = p + 1; !ends_line(*nested); ++nested)
        if (*nested == '(') throw Stop{column_of(line, nested), "nested_comment"};
    throw Stop{column_of(line, p), "unclosed_comment"};
}

// The line's number after its `*` is the exclusive-or of the bytes before it.
inline void check_sum(const char *line) {
    unsigned char found = 0;
    const char *p = line;
    for (const char *first = blanks(line); !ends_line(*p) && *p != ';' && *p != '*'; ++p)
        if (p >= first) found = static_cast<unsigned char>(found ^ static_cast<unsigned char>(*p));
    if (*p != '*') return;
    const char *at = blanks(p + 1);
    double stated = 0;
    int digits = 0;
    for (; is_digit(*at); ++at, ++digits) stated = stated * 10 + (*at - '0');
    at = blanks(at);
    const bool number = digits >= 1 && digits <= 9 && (ends_line(*at) || *at == ';');
    if (!number || stated != found) throw Stop{column_of(line, p), "checksum", 0, number ? stated : -1.0, static_cast<double>(found)};
}

[[noreturn]] inline void not_a_word(const char *line, const char *p, const Dialect &dialect) {
    const char sign = *p == 'o' ? 'O' : *p;
    if (sign == '(' || sign == ')') comment_fault(line, p, dialect);
    const bool formula = sign == '#' || sign == '[' || sign == ']' || sign == '=' || sign == 'O';
    if (formula && !dialect.formulas) throw Stop{column_of(line, p), "parameter"};
    throw Stop{column_of(line, p), sign == 'O' ? "flow" : "bad_word"};
}

// The number of the word at `word`, which is none in digits; `p` stands behind the letter.
inline double formula(const char *line, const char *word, const char *&p, const Dialect &dialect, Memory &memory) {
    if (!dialect.formulas && (*p == '#' || *p == '[')) throw Stop{column_of(line, p), "parameter"};
    const bool begins = *p == '#' || *p == '[' || *p == '+' || *p == '-' || (is_letter(p[0]) && is_letter(p[1]));
    if (!dialect.formulas || !begins)
        throw Stop{column_of(line, word), "no_number", static_cast<char>(*word & ~0x20)};
    return real(line, p, memory);
}

// Hands each word of the line to `take` and returns where the words end: at the line's end, `;` or a checksum.
template <typename Take>
const char *read_words(const char *line, const char *p, const Dialect &dialect, Memory &memory, Take &&take) {
    p = skip(p, dialect.round_comments);
    if (*p == '/') throw Stop{column_of(line, p), "block_delete"};
    for (;; p = *p == ' ' || *p == '\t' || *p == '(' ? skip(p, dialect.round_comments) : p) {
        const unsigned index = static_cast<unsigned>((*p | 0x20) - 'a');
        if (index >= 26 || index == 'o' - 'a') {
            if (ends_line(*p) || *p == ';') break;
            if (*p == '*' && dialect.checksums) return p;
            if (*p != '#' || !dialect.formulas) not_a_word(line, p, dialect);
            assignment(line, p, memory);
            continue;
        }
        const char *const word = p++;
        if (*p == ' ' || *p == '\t' || *p == '(') p = skip(p, dialect.round_comments);
        Number number{0.0, true};
        if (!read_number(p, number)) number.value = formula(line, word, p, dialect, memory);
        const char letter = static_cast<char>('A' + index);
        if (!(std::fabs(number.value) <= LARGEST_NUMBER)) throw Stop{column_of(line, word), "out_of_range", letter};
        take(Word{letter, number.value, column_of(line, word), number.pointed});
    }
    if (*p == ';' && !dialect.semicolons) throw Stop{column_of(line, p), "comment_form", ';'};
    return p;
}

// A line that holds `%` alone.
inline bool is_percent(const char *line) {
    const char *p = blanks(line);
    return *p == '%' && ends_line(*blanks(p + 1));
}

}  // namespace rmos
