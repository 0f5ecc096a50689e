// Which ways lead through what is cleared: the same steps in the same order as ground.py.
#pragma once
#include <cstdint>
#include <vector>

#include "cells.h"

namespace rmos {

inline constexpr std::int64_t LATTICE = 2 * NODE;
inline constexpr Place AROUND[] = {{1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}};

// Nodes seen from a place, and for each the one before it; begun anew without touching every node. There are fewer than 2^31 of them.
struct Flood {
    std::vector<std::int32_t> before, seen, queue;
    std::int32_t round = 0;
    std::size_t next = 0;

    explicit Flood(std::size_t nodes) : before(nodes), seen(nodes) {}
    void begin() {
        ++round;
        queue.clear();
        next = 0;
    }
    void add(std::int64_t node, std::int64_t from) {
        seen[static_cast<std::size_t>(node)] = round;
        before[static_cast<std::size_t>(node)] = static_cast<std::int32_t>(from);
        queue.push_back(static_cast<std::int32_t>(node));
    }
    bool has(std::int64_t node) const { return seen[static_cast<std::size_t>(node)] == round; }
    bool waiting() const { return next < queue.size(); }
    std::int64_t take() { return queue[next++]; }
};

// Straight ways, and ways from node to node of a lattice. As many cells of stock as `slack` still count as cleared.
class Ground {
  public:
    Ground(const CellStock &stock, const AxisArea &area, std::int64_t width, std::int64_t height, std::int64_t slack);
    std::int64_t slack() const { return slack_; }
    std::int64_t nodes() const { return columns_ * rows_; }
    void tighten(std::int64_t slack);
    Place at(std::int64_t node) const { return {node % columns_ * LATTICE, node / columns_ * LATTICE}; }
    // The node beside another that lies in the area, -1 where there is none.
    std::int64_t beside(std::int64_t node, Place by) const;
    bool is_free(std::int64_t node);
    // With the free nodes near a place to which a straight way is open.
    void begin(Flood &flood, Place from);
    // From one place to another; empty where there is no way.
    Places way(Place here, Place goal);

  private:
    bool is_open(Place a, Place b) const;
    std::int64_t least(std::int64_t node, Place goal) const;
    Places back(std::int64_t node) const;
    Places pulled(Place here, Places way, Place goal) const;

    const CellStock &stock_;
    const AxisArea &area_;
    std::int64_t columns_, rows_, slack_;
    std::vector<std::uint8_t> free_node_;
    Flood route_, goals_, closed_;
    std::vector<std::int32_t> cost_;
};

}  // namespace rmos
