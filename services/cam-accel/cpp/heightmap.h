// What stock is left after the moves, and what each of them took: the same steps in the same order as heightmap.py.
#pragma once
#include <cstdint>
#include <vector>

#include "geometry.h"
#include "profile.h"

namespace rmos {

struct Grid {
    double low_x, low_y, cell;
    std::int64_t columns, rows;
    std::size_t size() const { return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows); }
};

// As `Heightmap` in heightmap.py.
struct Heightmap {
    std::vector<std::int32_t> heights, cutters;
    std::vector<std::int64_t> volume, cells;
    std::vector<std::int32_t> depth;
    std::vector<std::int64_t> place;
    std::vector<std::uint8_t> holder;
    std::vector<std::int64_t> holder_place;
};

struct Tools {
    Profile tool, inner;  // `inner`: the tool a little smaller all round
    std::vector<Profile> holder;
};

// Throws std::invalid_argument for numbers out of which no height would come: require_workable in heightmap.py tells which.
Heightmap heightmap(const Path &path, const Tools &tools, const Grid &grid, const std::int32_t *heights, std::int32_t bottom);

}  // namespace rmos
