// Fewer moves within a tolerance: long lines, arcs and helices instead of runs of short lines. As fit/ in Python, step by step.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "geometry.h"

namespace rmos {

// What must be the same along a run, besides the feed; each `path.count` long.
struct States {
    const double *rpm;
    const std::uint16_t *tool;
    const std::uint8_t *switches;
};

// Of each move made: the move of the path at whose end it ends, its kind, and an arc's centre from its start.
struct Fitted {
    std::vector<std::int64_t> last;
    std::vector<std::uint8_t> kind;
    std::vector<double> i, j;
};

Fitted fit(const Path &path, const States &states, double tolerance_mm, bool arcs);

}  // namespace rmos
