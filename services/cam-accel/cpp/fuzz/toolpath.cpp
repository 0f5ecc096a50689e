// Do the kernels that take a toolpath stay within their memory, and end, for any columns? Lengths, extents, times, engagement,
// heights on small grids, and fitting; what is refused is refused by an exception or a fault.
#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "../engagement.h"
#include "../fit.h"
#include "../heightmap.h"
#include "../timing.h"
#include "bytes.h"

namespace {

struct Moves {
    std::vector<std::uint8_t> kind, plane, switches;
    std::vector<std::uint16_t> tool;
    std::vector<double> x, y, z, i, j, k, feed, dwell, rpm;
    rmos::Point3 start{};

    void add(fuzz::Bytes &bytes) {
        const std::uint8_t how = bytes.next();
        kind.push_back(how < 250 ? static_cast<std::uint8_t>(how % 7) : how);
        plane.push_back(static_cast<std::uint8_t>(bytes.next() % 8 ? 0 : bytes.next() % 4));
        x.push_back(bytes.place()), y.push_back(bytes.place()), z.push_back(-bytes.place() / 8);
        i.push_back(bytes.place()), j.push_back(bytes.place()), k.push_back(bytes.place());
        const bool same = bytes.next() % 4 != 0;
        feed.push_back(same && !feed.empty() ? feed.back() : bytes.size() * 40);
        rpm.push_back(same && !rpm.empty() ? rpm.back() : bytes.size() * 400);
        dwell.push_back(bytes.next() % 3), tool.push_back(bytes.next() % 2), switches.push_back(bytes.next() % 2);
    }
    void fit_to_the_byte() {
        for (auto *column : {&kind, &plane, &switches}) *column = fuzz::exact(*column);
        for (auto *column : {&x, &y, &z, &i, &j, &k, &feed, &dwell, &rpm}) *column = fuzz::exact(*column);
        tool = fuzz::exact(tool);
    }
    rmos::Path path() const {
        return {kind.size(), kind.data(), plane.data(), x.data(), y.data(), z.data(),
                i.data(),    j.data(),    k.data(),     feed.data(), dwell.data(), start};
    }
};

rmos::Profile profile(fuzz::Bytes &bytes) {
    const double radius = std::min(bytes.size(), 8.0);
    switch (bytes.next() % 5) {
    case 0: return {rmos::ROUND, radius, 0, radius, 0, 0};
    case 1: return {rmos::ROUND, radius, radius / 2, radius / 2, 0, 0};
    case 2: return {rmos::CONE, radius, radius / 4, 0, bytes.size(), 0};
    case 3: return {rmos::ROUND, bytes.place(), bytes.place(), bytes.place(), bytes.place(), bytes.place()};
    default: return {rmos::ROUND, radius, radius, 0, 0, 0};
    }
}

rmos::MachineLimits limits(fuzz::Bytes &bytes) {
    std::vector<double> n(rmos::MachineLimits::NUMBERS);
    for (std::size_t at = 0; at < 12; ++at) n[at] = 1 / (bytes.size() * (at < 8 ? 40 : 10));
    n[12] = bytes.size() / 50, n[13] = 1, n[14] = 1;
    n[15] = bytes.next() % 2 ? 0.002 : 0, n[16] = bytes.next() % 3, n[17] = bytes.next() % 2 ? 0 : bytes.size() * 100;
    n[18] = bytes.next() % 4 ? bytes.next() % 20 : 0;
    for (std::size_t at = 19; at < 23; ++at) n[at] = bytes.next() % 2;
    n[23] = bytes.next(), n[24] = bytes.next();
    return rmos::MachineLimits::of(n.data());
}

void time(const rmos::Path &path, const Moves &moves, fuzz::Bytes &bytes) {
    const rmos::MachineLimits machine = limits(bytes);
    const rmos::Spindle spindle{moves.rpm.data(), moves.switches.data()};
    std::vector<double> seconds(path.count), totals(2);
    const double factors[] = {0.5, 2.0};
    const bool timed = !*rmos::move_times_s(path, spindle, machine, seconds.data()).reason;
    const bool totalled = !*rmos::move_times_total_s(path, spindle, machine, factors, 2, totals.data()).reason;
    if (timed != totalled) std::abort();
    for (const double s : seconds)
        if (timed && !(s >= 0)) std::abort();
}

bool is_small(const rmos::Path &path) {
    std::vector<double> lengths(path.count);
    rmos::lengths_mm(path, lengths.data());
    double sum = 0;
    for (const double length : lengths) sum += length;
    return sum < 3000;
}

void cut(const rmos::Path &path, fuzz::Bytes &bytes) {
    const rmos::Profile tool = profile(bytes), inner = bytes.next() % 8 ? tool : profile(bytes);
    rmos::Tools tools{tool, inner, {}};
    if (bytes.next() % 2) tools.holder.push_back({rmos::ROUND, 12, 12, 0, 0, bytes.size()});
    const rmos::Grid grid{-20, -20, bytes.next() % 8 ? 1.0 : bytes.size(), static_cast<std::int64_t>(1 + bytes.below(40)),
                          static_cast<std::int64_t>(1 + bytes.below(40))};
    const std::vector<std::int32_t> heights(grid.size(), bytes.next() % 8 ? 0 : static_cast<std::int32_t>(bytes.next() << 23));
    const std::int32_t bottom = bytes.next() % 2 ? -(2147483647) : -30000;
    const rmos::Heightmap found = rmos::heightmap(path, tools, grid, heights.data(), bottom);
    for (std::size_t n = 0; n < grid.size(); ++n)
        if (found.heights[n] > heights[n] || (found.cutters[n] < 0 && found.heights[n] != heights[n])) std::abort();
}

void fit(const rmos::Path &path, const Moves &moves, fuzz::Bytes &bytes) {
    const rmos::Fitted made = rmos::fit(path, {moves.rpm.data(), moves.tool.data(), moves.switches.data()}, bytes.size() / 20, true);
    std::int64_t last = -1;
    for (const std::int64_t end : made.last) {
        if (end <= last) std::abort();
        last = end;
    }
    if (last != static_cast<std::int64_t>(path.count) - 1) std::abort();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    fuzz::Bytes bytes(data, size);
    const std::uint8_t which = bytes.next();
    Moves moves;
    for (std::size_t left = bytes.below(24); left > 0; --left) moves.add(bytes);
    moves.start = {{bytes.place(), bytes.place(), 5}};
    moves.fit_to_the_byte();
    const rmos::Path path = moves.path();
    double low[3], high[3];
    rmos::extent(path, low, high);
    try {
        if (which % 4 == 0) time(path, moves, bytes);
        if (which % 4 == 1 && (is_small(path) || bytes.next() % 32 == 0))
            (void)rmos::engagement(path, moves.rpm.data(), std::min(bytes.size(), 1e4), profile(bytes));
        if (which % 4 == 2 && is_small(path)) cut(path, bytes);
        if (which % 4 == 3) fit(path, moves, bytes);
    } catch (const std::invalid_argument &) {
    }
    return 0;
}
