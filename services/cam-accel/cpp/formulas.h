// What is the value of a parameter or an expression? The same steps as gcode/formulas.py.
//
// Text is read by pointers up to its line's end: '\n', '\r' or the NUL behind the program. `line` is the line's start.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "faults.h"

namespace rmos {

inline constexpr int DEEPEST = 20, LAST_PARAMETER = 5000;

inline bool ends_line(char c) { return c == '\n' || c == '\r' || c == '\0'; }

inline const char *blanks(const char *p) {
    while (*p == ' ' || *p == '\t') ++p;
    return p;
}

// Named parameters by name, numbered ones by '#' and the number.
using Key = std::string;
using Locals = std::map<Key, double>;

struct Memory {
    Locals shared;
    std::vector<Locals> frames{1};
    std::vector<std::pair<Key, double>> pending;

    const double *read(const Key &key);
    void commit();

  private:
    Locals &place(const Key &key);
};

double real(const char *line, const char *&p, Memory &memory, int depth = 0);
double bracketed(const char *line, const char *&p, Memory &memory, int depth = 0);
void assignment(const char *line, const char *&p, Memory &memory);

}  // namespace rmos
