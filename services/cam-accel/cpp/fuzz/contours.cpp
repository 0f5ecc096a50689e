// Does joining stay within its memory and use every segment once, for any segments and any tolerance?
#include "../contours.h"

#include <cstdlib>
#include <stdexcept>

#include "bytes.h"

namespace {

void require(bool kept) {
    if (!kept) std::abort();
}

void require_each_once(const rmos::Joined &joined, std::size_t count) {
    std::vector<int> used(count, 0);
    for (const auto &column : {joined.segment, joined.dropped})
        for (const std::int64_t k : column) ++used.at(static_cast<std::size_t>(k));
    for (const int times : used) require(times == 1);
    require(joined.chain_start.back() == static_cast<std::int64_t>(joined.segment.size()));
    require(joined.closed.size() + 1 == joined.chain_start.size());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    fuzz::Bytes bytes(data, size);
    static constexpr double TOLERANCES[] = {0.01, 0.3, 1, 1.1e-6, 1e-6, 0, -1, NAN, 2};
    const double tolerance = TOLERANCES[bytes.next() % 9];
    std::vector<double> x, y, mid_x, mid_y;
    while (bytes.left() > 0) {
        for (int end = 0; end < 2; ++end) x.push_back(bytes.place()), y.push_back(bytes.place());
        const bool bulges = bytes.next() % 4 == 0;
        mid_x.push_back(bulges ? bytes.place() : (x[x.size() - 2] + x.back()) / 2);
        mid_y.push_back(bulges ? bytes.place() : (y[y.size() - 2] + y.back()) / 2);
    }
    x = fuzz::exact(x), y = fuzz::exact(y), mid_x = fuzz::exact(mid_x), mid_y = fuzz::exact(mid_y);
    try {
        const rmos::Joined joined = rmos::join({mid_x.size(), x.data(), y.data(), mid_x.data(), mid_y.data()}, tolerance);
        if (joined.crowded_end < 0) require_each_once(joined, mid_x.size());
    } catch (const std::invalid_argument &) {
    }
    return 0;
}
