// The G-code reader: the same words, groups, order and faults as rmos.cam_accel.gcode.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "columns.h"
#include "dialects.h"
#include "faults.h"

namespace rmos {

inline constexpr std::size_t MAX_FAULTS = 100, MAX_REFUSED = 10'000;
inline constexpr int OFFSETS = 8;  // rows: G54 to G59, G28, G30

struct ReadLimits {
    std::size_t bytes, moves, steps;
};

struct Program {
    Columns columns;
    std::vector<std::int64_t> tools;
    bool states_units = false, states_distance = false;  // before the first move
    std::vector<Fault> faults;
};

// `text` is followed by a NUL. `offsets` holds OFFSETS rows of x, y, z in machine coordinates, NaN where not known.
Program read_gcode(std::string_view text, const double *offsets, const Dialect &dialect, const ReadLimits &limits);

}  // namespace rmos
