// The G-code reader: the same words, groups, order and faults as rmos.cam_accel.gcode.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace rmos {

inline constexpr std::size_t MAX_FAULTS = 100;
inline constexpr int OFFSETS = 8;  // rows: G54 to G59, G28, G30

struct Fault {
    std::uint32_t line, column;
    const char *code;
    char letter;
    double a, b;
};

struct Columns {
    std::vector<std::uint8_t> kind, plane;
    std::vector<double> x, y, z, i, j, k, feed, rpm, dwell;
    std::vector<std::uint32_t> line;
};

struct Program {
    Columns columns;
    std::vector<std::int64_t> tools;
    bool states_units = false, states_distance = false;  // before the first move
    std::vector<Fault> faults;
};

// `offsets` holds OFFSETS rows of x, y, z in machine coordinates, NaN where not known.
Program read_gcode(std::string_view text, const double *offsets, std::size_t max_bytes, std::size_t max_moves);

}  // namespace rmos
