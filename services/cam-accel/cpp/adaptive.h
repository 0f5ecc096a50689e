// An area cleared so that the tool never bites wider than it may: the same steps in the same order as adaptive.py.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rmos {

// Points as x, y, x, y ...; `ends`: after how many points each ring ends.
struct RingsIn {
    const double *points;
    std::size_t points_count;
    const std::int64_t *ends;
    std::size_t ends_count;
};

struct ClearingTask {
    RingsIn area, cleared;
    double start_x, start_y, hole, radius, width;
};

struct Clearing {
    std::vector<double> x, y;
    std::vector<std::uint8_t> link;
    std::vector<double> left;  // x, y, x, y ...
};

// Throws std::length_error where the area is too large for the tool, std::invalid_argument as require_workable of adaptive.py.
Clearing clear_area(const ClearingTask &task);

}  // namespace rmos
