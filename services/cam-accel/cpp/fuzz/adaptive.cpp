// Does adaptive clearing stay within its memory and its area, and end, for any rings? Areas of at most twelve tools across, whose
// lines may touch and cross, and now and then coordinates that no job has.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

#include "../adaptive.h"
#include "bytes.h"

namespace {

struct Rings {
    std::vector<double> points;
    std::vector<std::int64_t> ends;

    rmos::RingsIn in() const { return {points.data(), points.size() / 2, ends.data(), ends.size()}; }
};

Rings rings(fuzz::Bytes &bytes, std::size_t count, bool any_place) {
    Rings made;
    for (; count > 0; --count) {
        for (std::size_t left = 1 + bytes.below(9); left > 0; --left)
            for (int axis = 0; axis < 2; ++axis) {
                const std::uint8_t how = bytes.next();
                made.points.push_back(any_place && how > 253 ? bytes.place() : how / 8.0);
            }
        made.ends.push_back(static_cast<std::int64_t>(made.points.size() / 2));
    }
    made.points = fuzz::exact(made.points), made.ends = fuzz::exact(made.ends);
    return made;
}

// The axis stays within the rectangle of the area, but for what interpolation gives.
void require_inside(const Rings &area, const rmos::Clearing &found, double radius) {
    for (int axis = 0; axis < 2; ++axis) {
        double low = INFINITY, high = -INFINITY;
        for (std::size_t n = static_cast<std::size_t>(axis); n < area.points.size(); n += 2)
            low = std::min(low, area.points[n]), high = std::max(high, area.points[n]);
        for (const double v : axis == 0 ? found.x : found.y)
            if (!(v >= low - radius / 4 && v <= high + radius / 4)) std::abort();
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    fuzz::Bytes bytes(data, size);
    const bool odd = bytes.next() % 4 == 0;
    const double radius = odd ? bytes.size() : 2.5 + bytes.share() * 4, width = odd ? bytes.size() : radius * (0.1 + 1.2 * bytes.share());
    const double hole = bytes.next() % 3 ? radius * (1 + bytes.share()) : odd ? bytes.place() : 0;
    const Rings area = rings(bytes, 1 + bytes.below(3), odd), cleared = rings(bytes, bytes.below(3), odd);
    const double x = bytes.next() / 8.0, y = bytes.next() / 8.0;
    if (odd && !(radius > 1)) return 0;  // a few hundred million steps, within its word
    try {
        const rmos::Clearing found = rmos::clear_area({area.in(), cleared.in(), x, y, hole, radius, width});
        if (found.x.size() != found.y.size() || found.x.size() != found.link.size()) std::abort();
        require_inside(area, found, radius);
    } catch (const std::invalid_argument &) {
    } catch (const std::length_error &) {
    }
    return 0;
}
