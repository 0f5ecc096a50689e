// Where the axis of a tool may stand, and what stock is left under it: the same whole numbers as cells.py.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

namespace rmos {

struct Place {
    std::int64_t x, y;
};
using Places = std::vector<Place>;

inline constexpr std::int64_t TOOL_RADIUS = 4096, NODE = 256, BAND = 512, CELL_PARTS = 8, LONGEST_PIECE = 2048, GIVE = 16;

inline std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    const std::int64_t q = a / b;
    return q * b != a && ((a < 0) != (b < 0)) ? q - 1 : q;
}

inline std::int64_t floor_mod(std::int64_t a, std::int64_t b) { return a - floor_div(a, b) * b; }

// The finest grid within the bound of memory; 0 where there is none.
std::int64_t cells_per_radius(std::int64_t width, std::int64_t height);

// One bit a cell, set where stock stands; all of it at first.
class CellStock {
  public:
    CellStock(std::int64_t width, std::int64_t height, std::int64_t per_radius);
    std::int64_t cell() const { return cell_; }
    // Cells of stock under the tool; stops counting with the row that goes beyond the limit.
    std::int64_t count(Place at, std::int64_t limit) const;
    void clear(Place at);
    void clear_inside(const std::vector<Places> &rings);

  private:
    struct Run {
        std::int32_t first, size;
    };
    struct Under {
        std::int64_t column, row;
        const Run *runs;
    };
    Under under(Place at) const;
    std::uint64_t *row(std::int64_t n) { return bits_.data() + static_cast<std::size_t>(n * words_); }
    const std::uint64_t *row(std::int64_t n) const { return bits_.data() + static_cast<std::size_t>(n * words_); }

    std::int64_t cell_, part_, half_, columns_, rows_, words_;
    std::vector<std::uint64_t> bits_;
    std::vector<Run> runs_;
};

// The area of the tool's axis: distances to its border at nodes, positive inside, and between them by interpolation.
class AxisArea {
  public:
    AxisArea(const std::vector<Places> &rings, std::int64_t width, std::int64_t height);
    bool holds(Place at) const {
        if (at.x < 0 || at.y < 0 || at.x >= (columns_ - 1) * NODE || at.y >= (rows_ - 1) * NODE) return false;
        const std::int32_t *near = near_.data() + static_cast<std::size_t>(at.y / NODE * columns_ + at.x / NODE);
        const std::int64_t u = at.x % NODE, v = at.y % NODE;
        const std::int64_t lower = near[0] * (NODE - u) + near[1] * u;
        const std::int64_t upper = near[columns_] * (NODE - u) + near[columns_ + 1] * u;
        return lower * (NODE - v) + upper * v >= -GIVE * NODE * NODE;
    }

  private:
    void measure(Place a, Place b);
    void measure_piece(Place a, Place b);
    void sign(const std::vector<Places> &rings);

    std::int64_t columns_, rows_;
    std::vector<std::int32_t> near_;
};

// The ring's corners, and places between them at most `step` apart.
Places spaced_places(const Places &ring, std::int64_t step);
// How many places that gives of all rings.
std::int64_t count_spaced(const std::vector<Places> &rings, std::int64_t step);

}  // namespace rmos
