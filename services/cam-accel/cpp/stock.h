// What stock is left under the tool: the same whole micrometres and eighths of a cell as stock.py.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "geometry.h"
#include "profile.h"

namespace rmos {

inline constexpr std::int32_t PARTS = 8, UM_PER_MM = 1000, FRESH_UM = 3, SPARE = 2;

struct Reach {
    double low[2], high[2], length, low_z;
};

// First column and row of the disc's square, eighths of a cell beyond, and the tip's height.
struct Spot {
    std::int32_t column, row, part_x, part_y, tip_um;
};

struct Frame {
    double low_x, low_y, cell;
    std::int32_t across;
    double widest_x, widest_y;  // whole numbers: parts of a cell

    std::int32_t columns() const { return static_cast<std::int32_t>(widest_x) / PARTS + across + 2 * SPARE + 1; }
    std::int32_t rows() const { return static_cast<std::int32_t>(widest_y) / PARTS + across + 2 * SPARE + 1; }
    Spot spot(const Point3 &p) const;
};

inline std::int32_t micrometres(double mm) { return static_cast<std::int32_t>(std::floor(mm * UM_PER_MM + 0.5)); }

double width_mm(const Profile &profile, double low_z_mm);
std::optional<Frame> frame_of(const Reach &reach, double tool_diameter_mm);

// Columns of one row of the disc's square, from `from` up to but not `to`.
struct Span {
    std::int32_t from, to;
};

class Disc {
  public:
    // As in stock.py: `inset` cells of the edge lie inside.
    Disc(std::int32_t across, std::int32_t less, const Profile &profile, double cell, std::int32_t inset);
    std::int32_t size() const { return size_; }
    bool is_level() const { return lifts_um_.empty(); }
    // Of one row of the disc's square, how high the edge stands above the tip over each cell.
    const std::int32_t *lifts_um(const Spot &at, std::int32_t row) const {
        return &lifts_um_[static_cast<std::size_t>(((at.part_y * PARTS + at.part_x) * size_ + row) * size_)];
    }
    const Span *rows(const Spot &at) const { return &spans_[static_cast<std::size_t>((at.part_y * PARTS + at.part_x) * size_)]; }

  private:
    std::int32_t size_;
    std::vector<Span> spans_;
    std::vector<std::int32_t> lifts_um_;
};

class Stock {
  public:
    // Full up to Z 0, or to `tops_um`, which has as many rows and columns, where it is not null.
    Stock(const Frame &frame, const std::int32_t *tops_um)
        : columns_(frame.columns()), heights_um_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(frame.rows())) {
        if (tops_um != nullptr) std::copy(tops_um, tops_um + heights_um_.size(), heights_um_.begin());
    }

    // Takes what stands above the tip of a level disc; `taken` becomes its heights, cell by cell.
    void cut(const Disc &disc, const Spot &at, std::vector<std::int32_t> &taken);
    // The same of a shaped one; `contacts` becomes how high above the tip each cell stood before.
    void bite(const Disc &disc, const Spot &at, std::vector<std::int32_t> &taken, std::vector<std::int32_t> &contacts);
    bool meets(const Disc &disc, const Spot &at) const;

  private:
    std::int32_t columns_;
    std::vector<std::int32_t> heights_um_;
    const Disc *last_disc_ = nullptr;
    Spot last_{};

    std::size_t index(std::int32_t row) const { return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_); }
    const std::int32_t *row(std::int32_t n) const { return heights_um_.data() + index(n); }
    std::int32_t *row(std::int32_t n) { return heights_um_.data() + index(n); }
};

}  // namespace rmos
