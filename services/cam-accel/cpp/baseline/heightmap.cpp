#include "heightmap.h"

#include <algorithm>

namespace rmos::baseline {

void stamps(const Path &path, double radius, double corner, double low_x, double low_y, double cell, std::int64_t columns,
            std::int64_t rows, double *heights) {
    const double flat = radius - corner;
    Point3 start = path.start;
    for (std::size_t n = 0; n < path.count; ++n) {
        const Point3 end = path.end(n);
        const double length = length_mm(path, n, start, end);
        const auto count = static_cast<std::size_t>(std::max(1.0, std::ceil(length / (cell / 2))));
        const Way way(path, n, start, end, count);
        for (std::size_t m = 1; m <= count && path.kind[n] < DWELL; ++m) {
            const Point3 p = way.at(m);
            const auto first_row = std::max<std::int64_t>(0, static_cast<std::int64_t>((p[1] - radius - low_y) / cell));
            const auto last_row = std::min<std::int64_t>(rows - 1, static_cast<std::int64_t>((p[1] + radius - low_y) / cell));
            const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>((p[0] - radius - low_x) / cell));
            const auto last = std::min<std::int64_t>(columns - 1, static_cast<std::int64_t>((p[0] + radius - low_x) / cell));
            for (std::int64_t row = first_row; row <= last_row; ++row) {
                const double y = low_y + (static_cast<double>(row) + 0.5) * cell - p[1];
                for (std::int64_t column = first; column <= last; ++column) {
                    const double x = low_x + (static_cast<double>(column) + 0.5) * cell - p[0], square = x * x + y * y;
                    if (square > radius * radius) continue;
                    double height = p[2];
                    if (corner > 0) {
                        const double beyond = std::max(0.0, std::sqrt(square) - flat);
                        height = height + corner - std::sqrt(std::max(0.0, corner * corner - beyond * beyond));
                    }
                    double &kept = heights[row * columns + column];
                    kept = std::min(kept, height);
                }
            }
        }
        start = end;
    }
}

}  // namespace rmos::baseline
