// Which loose segments follow each other: the same steps in the same order as drawing/contours.py.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rmos {

// End 2k is the start of segment k, end 2k + 1 its end; both coordinates of all ends, and halfway along each segment, mm.
struct Segments {
    std::size_t count;
    const double *x, *y, *mid_x, *mid_y;
};

struct Joined {
    std::vector<std::int64_t> segment, chain_start, dropped, duplicate_of, bridge_a, bridge_b, branch_end, branch_degree;
    std::vector<std::uint8_t> reversed, closed, dropped_as;
    std::int64_t crowded_end = -1;
};

// Throws std::invalid_argument for what is no place and for a tolerance outside (1e-6, 1].
Joined join(const Segments &segments, double tolerance_mm);

}  // namespace rmos
