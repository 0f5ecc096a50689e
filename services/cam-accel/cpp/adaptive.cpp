#include "adaptive.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <queue>
#include <stdexcept>
#include <tuple>

#include "cells.h"

namespace rmos {

namespace {

constexpr std::int64_t STEP = 320, HEADINGS = 1024, LATTICE = 2 * NODE, FIRST_TURN = 8, RIGHTMOST = -128, LEFTMOST = 400;
constexpr std::int64_t LONGEST_AIR = 8, SPARE_STEPS = 20000, WALKS = 40, FEWEST_CELLS = 3;
constexpr std::int64_t WINDOW = 4;
constexpr int ROUNDS = 3;
constexpr std::int64_t STRAIGHT = 5, DIAGONAL = 7;
using Waiting = std::tuple<std::int64_t, std::int64_t, std::int64_t>;  // cost at least, number, node
constexpr std::int64_t NONE = LEFTMOST + 1;
constexpr std::int64_t NEAR[] = {0, 1, -1, 2};
constexpr Place AROUND[] = {{1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}};
constexpr double FULL = 3.141592653589793;

// Nodes seen from a place, and for each the one before it; begun anew without touching every node.
struct Flood {
    std::vector<std::int64_t> before;
    std::vector<std::int32_t> seen;
    std::int32_t round = 0;
    std::vector<std::int64_t> queue;
    std::size_t next = 0;

    explicit Flood(std::size_t nodes) : before(nodes), seen(nodes) {}
    void begin() {
        ++round;
        queue.clear();
        next = 0;
    }
    void add(std::int64_t node, std::int64_t from) {
        seen[static_cast<std::size_t>(node)] = round;
        before[static_cast<std::size_t>(node)] = from;
        queue.push_back(node);
    }
    bool has(std::int64_t node) const { return seen[static_cast<std::size_t>(node)] == round; }
    bool waiting() const { return next < queue.size(); }
    std::int64_t take() { return queue[next++]; }
};

struct Frame {
    double scale, low_x, low_y;
    std::int64_t width, height;
    Place place(double x, double y) const { return {whole((x - low_x) * scale + 0.5), whole((y - low_y) * scale + 0.5)}; }
    static std::int64_t whole(double v) { return static_cast<std::int64_t>(std::floor(v)); }
};

Frame frame_of(const ClearingTask &task) {
    const double border = 1.25 * task.radius;
    double low_x = task.area.points[0], low_y = task.area.points[1], high_x = low_x, high_y = low_y;
    for (std::size_t n = 0; n < task.area.points_count; ++n) {
        low_x = std::min(low_x, task.area.points[2 * n]);
        high_x = std::max(high_x, task.area.points[2 * n]);
        low_y = std::min(low_y, task.area.points[2 * n + 1]);
        high_y = std::max(high_y, task.area.points[2 * n + 1]);
    }
    Frame f{static_cast<double>(TOOL) / task.radius, low_x - border, low_y - border, 0, 0};
    f.width = Frame::whole((high_x + border - f.low_x) * f.scale);
    f.height = Frame::whole((high_y + border - f.low_y) * f.scale);
    return f;
}

std::vector<Places> rings_of(const RingsIn &in, const Frame &frame) {
    std::vector<Places> out;
    std::size_t at = 0;
    for (std::size_t n = 0; n < in.ends_count; ++n) {
        Places ring;
        for (; at < static_cast<std::size_t>(in.ends[n]); ++at) ring.push_back(frame.place(in.points[2 * at], in.points[2 * at + 1]));
        out.push_back(std::move(ring));
    }
    return out;
}

std::int64_t required_cells(const Frame &frame) {
    const std::int64_t per_radius = cells_per_radius(frame.width, frame.height);
    if (per_radius == 0) throw std::length_error("the area has too many cells for this tool");
    return per_radius;
}

class Clearer {
  public:
    explicit Clearer(const ClearingTask &task)
        : frame_(frame_of(task)), rings_(rings_of(task.area, frame_)), stock_(frame_.width, frame_.height, required_cells(frame_)),
          area_(rings_, frame_.width, frame_.height), columns_(frame_.width / LATTICE + 1), rows_(frame_.height / LATTICE + 1),
          nodes_(static_cast<std::size_t>(columns_ * rows_)), free_node_(nodes_), tried_(nodes_), search_(nodes_), route_(nodes_), goals_(nodes_),
          closed_(nodes_), cost_(nodes_) {
        stock_.clear_inside(rings_of(task.cleared, frame_));
        const std::int64_t width = Frame::whole(task.width * frame_.scale);
        most_ = width * STEP / (stock_.cell() * stock_.cell());
        slack_ = most_ / 3;
        for (const Places &ring : rings_) borders_.push_back(spaced_places(ring, STEP));
        for (const Places &border : borders_) free_border_.emplace_back(border.size());
        for (std::int64_t k = 0; k < HEADINGS; ++k) {
            const double angle = static_cast<double>(k) * 2 * FULL / static_cast<double>(HEADINGS);
            turns_.push_back({Frame::whole(STEP * std::cos(angle) + 0.5), Frame::whole(STEP * std::sin(angle) + 0.5)});
        }
        steps_ = SPARE_STEPS + WALKS * (frame_.width / STEP + 1) * (frame_.height / STEP + 1) * STEP / std::max<std::int64_t>(1, width);
        here_ = frame_.place(task.start_x, task.start_y);
        bore(Frame::whole(task.hole * frame_.scale));
    }

    Clearing run() {
        add(here_, 1);
        while (steps_ > 0 && (from_border() || from_inside())) {
        }
        window_ = WINDOW;
        for (int round = 0; round < ROUNDS; ++round) {
            const bool is_round = round_borders();
            slack_ = std::min(slack_, FEWEST_CELLS);
            tried_.assign(nodes_, 0);
            free_node_.assign(nodes_, 0);
            while (steps_ > 0 && from_inside()) {
            }
            if (is_round) break;
        }
        tell_left();
        return std::move(out_);
    }

  private:
    void bore(std::int64_t hole) {
        if (hole <= 0) return;
        for (std::int64_t reach = hole - TOOL; reach > 0; reach -= TOOL / 4)
            for (const Place &p : turns_) stock_.clear({here_.x + floor_div(p.x * reach, STEP), here_.y + floor_div(p.y * reach, STEP)});
        stock_.clear(here_);
    }

    void add(Place p, std::uint8_t link) {
        out_.x.push_back(static_cast<double>(p.x) / frame_.scale + frame_.low_x);
        out_.y.push_back(static_cast<double>(p.y) / frame_.scale + frame_.low_y);
        out_.link.push_back(link);
    }

    void tell_left() {
        for (std::int64_t node = 0; node < columns_ * rows_; ++node)
            if (area_.holds(at(node))) tell_if_left(at(node));
        for (const Places &border : borders_)
            for (const Place &p : border) tell_if_left(p);
    }

    void tell_if_left(Place p) {
        if (stock_.count(p, most_ / 3) <= most_ / 3) return;
        out_.left.push_back(static_cast<double>(p.x) / frame_.scale + frame_.low_x);
        out_.left.push_back(static_cast<double>(p.y) / frame_.scale + frame_.low_y);
    }

    // Where a run begins.

    bool from_border() {
        for (const auto &[n, m] : border_order()) {
            const Places &border = borders_[n];
            for (std::size_t k = 0; k < border.size(); ++k) {
                const std::size_t from = (m + k) % border.size(), after = (m + k + 1) % border.size();
                if (!is_free_border(n, from) || is_free_border(n, after)) continue;
                if (attempt(border[from], {border[after].x - border[from].x, border[after].y - border[from].y})) return true;
            }
        }
        return false;
    }

    std::vector<std::pair<std::size_t, std::size_t>> border_order() const {
        std::vector<std::tuple<std::int64_t, std::size_t, std::size_t>> order;
        for (std::size_t n = 0; n < borders_.size(); ++n) {
            std::int64_t best = -1;
            std::size_t where = 0;
            for (std::size_t m = 0; m < borders_[n].size(); ++m) {
                const std::int64_t x = borders_[n][m].x - here_.x, y = borders_[n][m].y - here_.y, away = x * x + y * y;
                if (best >= 0 && away >= best) continue;
                best = away;
                where = m;
            }
            order.emplace_back(best, n, where);
        }
        std::sort(order.begin(), order.end());
        std::vector<std::pair<std::size_t, std::size_t>> out;
        for (const auto &[_, n, where] : order) out.emplace_back(n, where);
        return out;
    }

    bool is_free_border(std::size_t n, std::size_t m) {
        if (!free_border_[n][m]) free_border_[n][m] = stock_.count(borders_[n][m], slack_) <= slack_;
        return free_border_[n][m] != 0;
    }

    bool from_inside() {
        Flood &flood = search_;
        begin(flood, here_);
        while (flood.waiting()) {
            const std::int64_t node = flood.take();
            for (const Place &by : AROUND) {
                const std::int64_t other = beside(node, by);
                if (other < 0 || flood.has(other)) continue;
                if (is_free(other)) {
                    flood.add(other, node);
                } else if (!tried_[static_cast<std::size_t>(other)]) {
                    tried_[static_cast<std::size_t>(other)] = 1;
                    if (attempt(at(node), {-by.y, by.x})) return true;
                }
            }
        }
        return false;
    }

    // The node beside another that lies in the area, -1 where there is none.
    std::int64_t beside(std::int64_t node, Place by) const {
        const std::int64_t i = node % columns_ + by.x, j = node / columns_ + by.y;
        if (i < 0 || i >= columns_ || j < 0 || j >= rows_ || !area_.holds({i * LATTICE, j * LATTICE})) return -1;
        return j * columns_ + i;
    }

    bool is_free(std::int64_t node) {
        std::uint8_t &known = free_node_[static_cast<std::size_t>(node)];
        if (!known) known = stock_.count(at(node), slack_) <= slack_;
        return known != 0;
    }

    void begin(Flood &flood, Place from) {
        flood.begin();
        const std::int64_t i = floor_div(from.x, LATTICE), j = floor_div(from.y, LATTICE);
        for (const std::int64_t v : NEAR)
            for (const std::int64_t u : NEAR) {
                if (i + u < 0 || i + u >= columns_ || j + v < 0 || j + v >= rows_) continue;
                const std::int64_t node = (j + v) * columns_ + i + u;
                if (area_.holds(at(node)) && is_free(node) && is_open(from, at(node))) flood.add(node, node);
            }
    }

    Place at(std::int64_t node) const { return {node % columns_ * LATTICE, node / columns_ * LATTICE}; }

    // Ways through what is cleared.

    bool is_open(Place a, Place b) const {
        const std::int64_t dx = b.x - a.x, dy = b.y - a.y, pieces = std::max(std::abs(dx), std::abs(dy)) / NODE + 1;
        for (std::int64_t n = 1; n < pieces; ++n) {
            const Place p{a.x + floor_div(dx * n, pieces), a.y + floor_div(dy * n, pieces)};
            if (!area_.holds(p) || stock_.count(p, slack_) > slack_) return false;
        }
        return true;
    }

    // Empty where there is no way.
    Places link(Place goal) {
        if (is_open(here_, goal)) return {goal};
        begin(goals_, goal);
        begin(route_, here_);
        closed_.begin();
        std::priority_queue<Waiting, std::vector<Waiting>, std::greater<Waiting>> waiting;
        std::int64_t number = 0;
        for (const std::int64_t node : route_.queue) {
            cost_[static_cast<std::size_t>(node)] = 0;
            waiting.emplace(least(node, goal), number++, node);
        }
        while (!waiting.empty() && !goals_.queue.empty()) {
            const std::int64_t node = std::get<2>(waiting.top());
            waiting.pop();
            if (closed_.has(node)) continue;
            closed_.add(node, node);
            if (goals_.has(node)) return pulled(back(node), goal);
            for (const Place &by : AROUND) {
                const std::int64_t other = beside(node, by);
                if (other < 0 || !is_free(other)) continue;
                const std::int64_t cost = cost_[static_cast<std::size_t>(node)] + (by.x != 0 && by.y != 0 ? DIAGONAL : STRAIGHT);
                if (route_.has(other) && cost_[static_cast<std::size_t>(other)] <= cost) continue;
                route_.add(other, node);
                cost_[static_cast<std::size_t>(other)] = cost;
                waiting.emplace(cost + least(other, goal), number++, other);
            }
        }
        return {};
    }

    std::int64_t least(std::int64_t node, Place goal) const {
        const std::int64_t x = std::abs(node % columns_ - floor_div(goal.x, LATTICE)), y = std::abs(node / columns_ - floor_div(goal.y, LATTICE));
        return STRAIGHT * std::max(x, y) + (DIAGONAL - STRAIGHT) * std::min(x, y);
    }

    Places back(std::int64_t node) const {
        Places way{at(node)};
        for (std::int64_t before = route_.before[static_cast<std::size_t>(node)]; before != node;
             before = route_.before[static_cast<std::size_t>(node)]) {
            node = before;
            way.push_back(at(node));
        }
        std::reverse(way.begin(), way.end());
        return way;
    }

    Places pulled(Places way, Place goal) const {
        way.push_back(goal);
        Places out;
        Place from = here_;
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

    // Runs.

    bool attempt(Place start, Place towards) {
        const Places way = link(start);
        if (way.empty()) return false;
        const Places cut = run_from(start, heading(towards));
        if (cut.empty()) return false;
        for (const Place &p : way) add(p, 1);
        for (const Place &p : cut) add(p, 0);
        here_ = cut.back();
        return true;
    }

    // Cells that the next step may bite: the bound, and at last, in corners, what the steps before left of theirs.
    std::int64_t limit() const { return window_ == 1 ? most_ : window_ * most_ - bites_[0] - bites_[1] - bites_[2]; }

    std::int64_t bite(Place p) {
        const std::int64_t cells = stock_.count(p, limit());
        stock_.clear(p);
        bites_[0] = bites_[1];
        bites_[1] = bites_[2];
        bites_[2] = cells;
        return cells;
    }

    std::int64_t heading(Place towards) const {
        std::int64_t best = 0, found = 0;
        for (std::int64_t k = 0; k < HEADINGS; ++k) {
            const Place &p = turns_[static_cast<std::size_t>(k)];
            const std::int64_t along = towards.x * p.x + towards.y * p.y;
            if (k != 0 && along <= best) continue;
            best = along;
            found = k;
        }
        return found;
    }

    Places run_from(Place start, std::int64_t heading) {
        Places run;
        Place from = start;
        std::int64_t turn = 0, air = 0;
        std::size_t useful = 0;
        while (air < LONGEST_AIR && steps_ > 0) {
            --steps_;
            const std::int64_t k = best_turn(from, heading, turn);
            if (k == NONE) break;
            heading = floor_mod(heading + k, HEADINGS);
            turn = std::max(-FIRST_TURN, std::min(FIRST_TURN, k));
            from = after(from, heading, 0);
            const std::int64_t cells = bite(from);
            run.push_back(from);
            air = cells > FEWEST_CELLS ? 0 : air + 1;
            if (cells > 0) useful = run.size();
        }
        run.resize(useful);
        return run;
    }

    std::int64_t best_turn(Place from, std::int64_t heading, std::int64_t first) const {
        std::int64_t good = first, wrong = first, by = FIRST_TURN;
        if (may(from, heading, first)) {
            for (;;) {
                wrong = std::max(RIGHTMOST, good - by);
                if (!may(from, heading, wrong)) break;
                if (wrong == RIGHTMOST) return RIGHTMOST;
                good = wrong;
                by = 2 * by;
            }
        } else {
            for (;;) {
                if (wrong >= LEFTMOST) return NONE;
                good = std::min(LEFTMOST, wrong + by);
                if (may(from, heading, good)) break;
                wrong = good;
                by = std::min(2 * by, 4 * FIRST_TURN);
            }
        }
        while (good - wrong > 1) {
            const std::int64_t middle = floor_div(good + wrong, 2);
            (may(from, heading, middle) ? good : wrong) = middle;
        }
        return good;
    }

    Place after(Place from, std::int64_t heading, std::int64_t turn) const {
        const Place &by = turns_[static_cast<std::size_t>(floor_mod(heading + turn, HEADINGS))];
        return {from.x + by.x, from.y + by.y};
    }

    bool may(Place from, std::int64_t heading, std::int64_t turn) const {
        const Place p = after(from, heading, turn);
        return area_.holds(p) && stock_.count(p, limit()) <= limit();
    }

    bool round_borders() {
        bool is_round = true;
        for (const auto &[n, m] : border_order()) {
            Places ring;
            bool any = false;
            for (std::size_t k = 0; k <= borders_[n].size(); ++k) {
                ring.push_back(borders_[n][(m + k) % borders_[n].size()]);
                any = any || stock_.count(ring.back(), 0) > 0;
            }
            if (!any) continue;
            const Places way = link(ring[0]);
            if (way.empty()) {
                is_round = false;
                continue;
            }
            for (const Place &p : way) add(p, 1);
            is_round = follow(ring) && is_round;
        }
        return is_round;
    }

    bool follow(const Places &ring) {
        for (const Place &p : ring) {
            if (stock_.count(p, limit()) > limit()) return false;
            bite(p);
            add(p, 0);
            here_ = p;
        }
        return true;
    }

    Frame frame_;
    std::vector<Places> rings_;
    CellStock stock_;
    AxisArea area_;
    std::int64_t columns_, rows_;
    std::size_t nodes_;
    std::vector<std::uint8_t> free_node_, tried_;
    Flood search_, route_, goals_, closed_;
    std::vector<std::int64_t> cost_;
    std::vector<Places> borders_;
    std::vector<std::vector<std::uint8_t>> free_border_;
    Places turns_;
    std::int64_t most_ = 0, slack_ = 0, steps_ = 0, window_ = 1, bites_[WINDOW - 1] = {};
    Place here_{};
    Clearing out_;
};

}  // namespace

Clearing clear_area(const ClearingTask &task) { return Clearer(task).run(); }

}  // namespace rmos
