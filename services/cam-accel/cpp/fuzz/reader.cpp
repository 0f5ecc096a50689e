// Does the reader stay within its memory and its word for any text? Programs of good lines, of pieces, and of damaged bytes, in
// every dialect.
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "../gcode.h"
#include "bytes.h"

namespace {

constexpr const char *LINES[] = {
    "G0 X1. Y2.\n", "G1 X2. Y3. F9\n", "G2 X5. Y5. R9.\n", "G3 X1. Y1. I1. J1. P3\n", "X3.\n", "G80\n", "G90\n", "G91\n", "G20\n",
    "G17\n", "G18\n", "G54\n", "G55\n", "G10 L20 P2 X0 Y0 Z0\n", "G92 X0\n", "G92.1\n", "G28 Z0.\n", "G43 H1\n", "G49\n", "T1 M6\n",
    "M3 S9\n", "M0\n", "G4 P1.\n", "G4 U1.\n", "G93 G1 X1. F2\n", "G94 F9\n", "G81 X1. Y1. Z-1. R1.\n", "G84 X1. Y1. Z-1. R2.\n",
    "G99 G83 X1. Y1. Z-2. R1. Q.5\n", "#2=[#1*2]\n", "G0 X[#1+2]\n", "o2 repeat [3]\nG0 X1.\no2 endrepeat\n",
    "o3 if [#1 GT 0]\nG0 X1.\no3 else\nG0 X2.\no3 endif\n", "o4 sub\nG0 X#1\no4 endsub\no4 call [5]\n",
    "#1=0\no1 while [#1 LT 3]\n#1=[#1+1]\no1 endwhile\n", "N3 T0*57\n", "O1234\n", "%\n",
};
constexpr const char *PIECES[] = {
    "G0", "G1", "G2", "G3", "X1", "Y2", "Z-3", "F100", "R1", "Q0.5", "P1", "L2", "I1", "J-1", "K0", "\n", "\n", "\n", "\r\n", "\r", " ",
    "(c)", "(", ")", ";", "%", "#1", "#<a>", "=", "[", "]", "1", "2.5", "+", "-", "*", "/", "**", "MOD", " EQ ", "SIN", "ATAN", "EXISTS",
    "o1 ", "O", "while", "endwhile", "if", "elseif", "else", "endif", "repeat", "endrepeat", "sub", "endsub", "call", "return", "do",
    "break", "continue", "G81", "G83", "G73", "G84", "G89", "G98", "G99", "G90", "G91", "G92", "G10", "L20", "G28", "G53", "G54",
    "G59.1", "G43", "H1", "M6", "T1", "M3", "S9", "M30", "N1", "*57", "G4", "U1.", "X1.", "G17", "G18", "G19", "G20", "G90.1", "G93",
    "99999999999999999999", "1e9", "\x01", "\xc3", "~", "!", "<b>", "?", "G92.3",
};
constexpr const char *DIALECT_NAMES[] = {"grbl", "grblhal", "linuxcnc", "mach", "marlin", "fanuc"};
constexpr rmos::ReadLimits LIMITS{1'000'000, 3000, 2000};

template <std::size_t N> const char *any(const char *const (&of)[N], fuzz::Bytes &bytes) { return of[bytes.below(N)]; }

// Good lines, pieces, and bytes as they come.
std::string program(fuzz::Bytes &bytes) {
    std::string text = bytes.next() % 4 ? "G0 X1. Y1. Z9. F9\nM3 S9\n" : "";
    while (bytes.left() > 0) {
        const std::uint8_t how = bytes.next();
        if (how < 110) text += any(LINES, bytes);
        else if (how < 235) text += any(PIECES, bytes);
        else if (how < 245) text += static_cast<char>(bytes.next());
        else if (!text.empty()) text.erase(bytes.next() * text.size() / 256, bytes.next() % 5);
    }
    return text;
}

// Columns beyond the reach of a machine, or more faults than are told, break the reader's word.
bool keeps_its_word(const rmos::Program &read) {
    if (!read.faults.empty()) return read.faults.size() <= rmos::MAX_FAULTS;
    for (std::size_t n = 0; n < read.columns.count; ++n)
        if (!(std::fabs(read.columns.x[n]) <= 1e5 && std::fabs(read.columns.y[n]) <= 1e5 && std::fabs(read.columns.z[n]) <= 1e5)) return false;
    return read.columns.count > 0 && read.columns.count <= LIMITS.moves;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    fuzz::Bytes bytes(data, size);
    const std::vector<double> offsets(24, bytes.next() % 2 ? NAN : 1.0);
    const rmos::Dialect &dialect = *rmos::dialect_named(any(DIALECT_NAMES, bytes));
    const std::string text = program(bytes);
    // As long as the text and its NUL to the byte, so that a step beyond is seen.
    const std::vector<char> exact(text.c_str(), text.c_str() + text.size() + 1);
    if (!keeps_its_word(rmos::read_gcode({exact.data(), text.size()}, offsets.data(), dialect, LIMITS))) std::abort();
    return 0;
}
