// What lies in a cell of a plane without bounds? A hash table: the spatial index of joining.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rmos {

struct CellKey {
    std::int64_t a, b, c, d;
    bool operator==(const CellKey &o) const { return a == o.a && b == o.b && c == o.c && d == o.d; }
};

// From a cell to what is first in it, or -1: open addressing, never more than half full.
class CellTable {
  public:
    explicit CellTable(std::size_t most) {
        std::size_t size = 16;
        while (size < 2 * most) size *= 2;
        keys_.resize(size);
        values_.assign(size, -1);
    }
    std::int64_t get(const CellKey &key) const { return values_[slot(key)]; }
    std::int64_t &at(const CellKey &key) {
        const std::size_t n = slot(key);
        keys_[n] = key;
        return values_[n];
    }

  private:
    std::vector<CellKey> keys_;
    std::vector<std::int64_t> values_;

    static std::uint64_t mixed(std::uint64_t h, std::int64_t part) {
        h = (h ^ static_cast<std::uint64_t>(part)) * 0x9E3779B97F4A7C15ULL;
        return h ^ (h >> 29);
    }
    std::size_t slot(const CellKey &key) const {
        const std::uint64_t h = mixed(mixed(mixed(mixed(0x2545F4914F6CDD1DULL, key.a), key.b), key.c), key.d);
        const std::size_t mask = values_.size() - 1;
        std::size_t n = static_cast<std::size_t>(h ^ (h >> 32)) & mask;
        while (values_[n] >= 0 && !(keys_[n] == key)) n = (n + 1) & mask;
        return n;
    }
};

}  // namespace rmos
