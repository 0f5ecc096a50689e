// What is wrong, and where: the codes of gcode/faults.py.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rmos {

// A line is refused at a column, from 1. Thrown on the bad path alone.
struct Stop {
    std::size_t column;
    const char *code;
    char letter = 0;
    double a = 0, b = 0;
};

struct Fault {
    std::uint32_t line, column;
    const char *code;
    char letter;
    double a, b;
};

}  // namespace rmos
