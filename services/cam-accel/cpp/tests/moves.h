// A toolpath that a test writes down move by move.
#pragma once
#include <vector>

#include "../geometry.h"

struct Moves {
    std::vector<std::uint8_t> kind, plane, switches;
    std::vector<std::uint16_t> tool;
    std::vector<double> x, y, z, i, j, k, feed, dwell, rpm;
    rmos::Point3 start{};

    void add(rmos::Kind a_kind, rmos::Point3 end, rmos::Point3 centre = {}, double feed_mm_min = 600) {
        kind.push_back(a_kind);
        plane.push_back(0);
        x.push_back(end[0]), y.push_back(end[1]), z.push_back(end[2]);
        i.push_back(centre[0]), j.push_back(centre[1]), k.push_back(centre[2]);
        feed.push_back(feed_mm_min), dwell.push_back(0), rpm.push_back(12000), tool.push_back(1), switches.push_back(0);
    }
    rmos::Path path() const {
        return {kind.size(), kind.data(), plane.data(), x.data(), y.data(), z.data(),
                i.data(),    j.data(),    k.data(),     feed.data(), dwell.data(), start};
    }
};
