#include "ground.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <queue>
#include <tuple>

namespace rmos {

static constexpr std::int64_t STRAIGHT = 5, DIAGONAL = 7;
static constexpr std::int64_t NEAR[] = {0, 1, -1, 2};
using Waiting = std::tuple<std::int32_t, std::uint32_t, std::int32_t>;  // cost at least, number, node

Ground::Ground(const CellStock &stock, const AxisArea &area, std::int64_t width, std::int64_t height, std::int64_t slack)
    : stock_(stock), area_(area), columns_(width / LATTICE + 1), rows_(height / LATTICE + 1), slack_(slack),
      free_node_(static_cast<std::size_t>(nodes())), route_(free_node_.size()), goals_(free_node_.size()), closed_(free_node_.size()),
      cost_(free_node_.size()) {}

void Ground::tighten(std::int64_t slack) {
    slack_ = slack;
    free_node_.assign(free_node_.size(), 0);
}

std::int64_t Ground::beside(std::int64_t node, Place by) const {
    const std::int64_t i = node % columns_ + by.x, j = node / columns_ + by.y;
    if (i < 0 || i >= columns_ || j < 0 || j >= rows_ || !area_.holds({i * LATTICE, j * LATTICE})) return -1;
    return j * columns_ + i;
}

bool Ground::is_free(std::int64_t node) {
    std::uint8_t &known = free_node_[static_cast<std::size_t>(node)];
    if (!known) known = stock_.count(at(node), slack_) <= slack_;
    return known != 0;
}

void Ground::begin(Flood &flood, Place from) {
    flood.begin();
    const std::int64_t i = floor_div(from.x, LATTICE), j = floor_div(from.y, LATTICE);
    for (const std::int64_t v : NEAR)
        for (const std::int64_t u : NEAR) {
            if (i + u < 0 || i + u >= columns_ || j + v < 0 || j + v >= rows_) continue;
            const std::int64_t node = (j + v) * columns_ + i + u;
            if (area_.holds(at(node)) && is_free(node) && is_open(from, at(node))) flood.add(node, node);
        }
}

bool Ground::is_open(Place a, Place b) const {
    const std::int64_t dx = b.x - a.x, dy = b.y - a.y, pieces = std::max(std::abs(dx), std::abs(dy)) / NODE + 1;
    for (std::int64_t n = 1; n < pieces; ++n) {
        const Place p{a.x + floor_div(dx * n, pieces), a.y + floor_div(dy * n, pieces)};
        if (!area_.holds(p) || stock_.count(p, slack_) > slack_) return false;
    }
    return true;
}

Places Ground::way(Place here, Place goal) {
    if (is_open(here, goal)) return {goal};
    begin(goals_, goal);
    begin(route_, here);
    closed_.begin();
    std::priority_queue<Waiting, std::vector<Waiting>, std::greater<Waiting>> waiting;
    std::uint32_t number = 0;
    const auto wait = [&](std::int64_t cost, std::int64_t node) {
        waiting.emplace(static_cast<std::int32_t>(cost), number++, static_cast<std::int32_t>(node));
    };
    for (const std::int64_t node : route_.queue) {
        cost_[static_cast<std::size_t>(node)] = 0;
        wait(least(node, goal), node);
    }
    while (!waiting.empty() && !goals_.queue.empty()) {
        const std::int64_t node = std::get<2>(waiting.top());
        waiting.pop();
        if (closed_.has(node)) continue;
        closed_.add(node, node);
        if (goals_.has(node)) return pulled(here, back(node), goal);
        for (const Place &by : AROUND) {
            const std::int64_t other = beside(node, by);
            if (other < 0 || !is_free(other)) continue;
            const std::int64_t cost = std::int64_t{cost_[static_cast<std::size_t>(node)]} + (by.x != 0 && by.y != 0 ? DIAGONAL : STRAIGHT);
            if (route_.has(other) && cost_[static_cast<std::size_t>(other)] <= cost) continue;
            route_.add(other, node);
            cost_[static_cast<std::size_t>(other)] = static_cast<std::int32_t>(cost);
            wait(cost + least(other, goal), other);
        }
    }
    return {};
}

std::int64_t Ground::least(std::int64_t node, Place goal) const {
    const std::int64_t x = std::abs(node % columns_ - floor_div(goal.x, LATTICE)), y = std::abs(node / columns_ - floor_div(goal.y, LATTICE));
    return STRAIGHT * std::max(x, y) + (DIAGONAL - STRAIGHT) * std::min(x, y);
}

Places Ground::back(std::int64_t node) const {
    Places way{at(node)};
    for (std::int64_t before = route_.before[static_cast<std::size_t>(node)]; before != node;
         before = route_.before[static_cast<std::size_t>(node)]) {
        node = before;
        way.push_back(at(node));
    }
    std::reverse(way.begin(), way.end());
    return way;
}

Places Ground::pulled(Place here, Places way, Place goal) const {
    way.push_back(goal);
    Places out;
    Place from = here;
    std::size_t n = 0;
    while (n < way.size()) {
        std::size_t near = 0, far = 1;
        while (n + far < way.size() && is_open(from, way[n + far])) {
            near = far;
            far = 2 * far;
        }
        far = std::min(far, way.size() - n);
        while (far - near > 1) {
            const std::size_t middle = (near + far) / 2;
            (is_open(from, way[n + middle]) ? near : far) = middle;
        }
        out.push_back(way[n + near]);
        from = way[n + near];
        n = n + near + 1;
    }
    return out;
}

}  // namespace rmos
