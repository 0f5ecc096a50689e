// A fuzzer's bytes as numbers, so that what it changes in them changes one thing of the input.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace fuzz {

class Bytes {
  public:
    Bytes(const std::uint8_t *data, std::size_t size) : at_(data), left_(size) {}
    std::size_t left() const { return left_; }

    // 0 once all are used.
    std::uint8_t next() {
        if (left_ == 0) return 0;
        --left_;
        return *at_++;
    }
    std::size_t below(std::size_t bound) { return (next() + 256u * (bound > 256 ? next() : 0u)) % bound; }
    double share() { return (next() + 256.0 * next()) / 65535; }

    // Mostly a place of a small job on whole steps, so that places meet; now and then what no machine has.
    double place() {
        const std::uint8_t how = next();
        if (how < 160) return (next() - 128) * 0.25;
        if (how < 240) return (share() - 0.5) * 60;
        static constexpr double ODD[] = {0.0, -0.0, 1e-9, -1e-300, 1e5, -1e5, 1e6, 1e7, -1e9, 1e19, -1e300,
                                         std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()};
        return ODD[next() % (sizeof ODD / sizeof *ODD)];
    }
    double size() {
        const double value = std::fabs(place());
        return value > 0 || next() % 8 == 0 ? value : 1.0;
    }

  private:
    const std::uint8_t *at_;
    std::size_t left_;
};

// As long as its values to the byte, so that a step beyond is seen.
template <typename T> std::vector<T> exact(const std::vector<T> &values) { return std::vector<T>(values.begin(), values.end()); }

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);
