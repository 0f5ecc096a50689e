// The floor that the heightmap is measured against: the loop that one writes first. No product code calls it.
#pragma once
#include <cstdint>

#include "../geometry.h"

namespace rmos::baseline {

// Every half cell of way, every cell of the tool's bounding square: distance test, minimum. `heights`: rows x columns, mm.
// Arcs by their way too; `corner` 0 for a flat tool, its radius for a ball.
void stamps(const Path &path, double radius, double corner, double low_x, double low_y, double cell, std::int64_t columns,
            std::int64_t rows, double *heights);

}  // namespace rmos::baseline
