#include "adaptive.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "adaptive_task.h"
#include "ground.h"

namespace rmos {

namespace {

constexpr std::int64_t HEADINGS = 1024, FIRST_TURN = 8, RIGHTMOST = -128, LEFTMOST = 400;
constexpr std::int64_t LONGEST_AIR = 8, SPARE_STEPS = 20000, WALKS = 40, FEWEST_CELLS = 3;
constexpr std::int64_t WINDOW = 4;
constexpr int ROUNDS = 3;
constexpr std::int64_t NONE = LEFTMOST + 1;
constexpr double FULL = 3.141592653589793;

class Clearer {
  public:
    explicit Clearer(const ClearingTask &task)
        : frame_(frame_of(task)), width_(TaskFrame::whole(task.width * frame_.scale)), rings_(rings_of(task.area, frame_)),
          stock_(frame_.width, frame_.height, required_cells(task, frame_, rings_)), area_(rings_, frame_.width, frame_.height),
          most_(width_ * STEP / (stock_.cell() * stock_.cell())), ground_(stock_, area_, frame_.width, frame_.height, most_ / 3),
          search_(static_cast<std::size_t>(ground_.nodes())), tried_(search_.seen.size()) {
        stock_.clear_inside(rings_of(task.cleared, frame_));
        for (const Places &ring : rings_) borders_.push_back(spaced_places(ring, STEP));
        for (const Places &border : borders_) free_border_.emplace_back(border.size());
        for (std::int64_t k = 0; k < HEADINGS; ++k) {
            const double angle = static_cast<double>(k) * 2 * FULL / static_cast<double>(HEADINGS);
            turns_.push_back({TaskFrame::whole(STEP * std::cos(angle) + 0.5), TaskFrame::whole(STEP * std::sin(angle) + 0.5)});
        }
        const std::int64_t walks =
            SPARE_STEPS + WALKS * (frame_.width / STEP + 1) * (frame_.height / STEP + 1) * STEP / std::max<std::int64_t>(1, width_);
        steps_ = std::min(walks, 2 * MOST_STEPS);
        here_ = frame_.place(task.start_x, task.start_y);
        bore(TaskFrame::whole(task.hole * frame_.scale));
    }

    Clearing run() {
        add(here_, 1);
        while (steps_ > 0 && (from_border() || from_inside())) {
        }
        window_ = WINDOW;
        for (int round = 0; round < ROUNDS; ++round) {
            const bool is_round = round_borders();
            ground_.tighten(std::min(ground_.slack(), FEWEST_CELLS));
            tried_.assign(tried_.size(), 0);
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
        for (std::int64_t reach = hole - TOOL_RADIUS; reach > 0; reach -= TOOL_RADIUS / 4)
            for (const Place &p : turns_) stock_.clear({here_.x + floor_div(p.x * reach, STEP), here_.y + floor_div(p.y * reach, STEP)});
        stock_.clear(here_);
    }

    void add(Place p, std::uint8_t link) {
        out_.x.push_back(static_cast<double>(p.x) / frame_.scale + frame_.low_x);
        out_.y.push_back(static_cast<double>(p.y) / frame_.scale + frame_.low_y);
        out_.link.push_back(link);
    }

    void tell_left() {
        for (std::int64_t node = 0; node < ground_.nodes(); ++node)
            if (area_.holds(ground_.at(node))) tell_if_left(ground_.at(node));
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
        if (!free_border_[n][m]) free_border_[n][m] = stock_.count(borders_[n][m], ground_.slack()) <= ground_.slack();
        return free_border_[n][m] != 0;
    }

    bool from_inside() {
        Flood &flood = search_;
        ground_.begin(flood, here_);
        while (flood.waiting()) {
            const std::int64_t node = flood.take();
            for (const Place &by : AROUND) {
                const std::int64_t other = ground_.beside(node, by);
                if (other < 0 || flood.has(other)) continue;
                if (ground_.is_free(other)) {
                    flood.add(other, node);
                } else if (!tried_[static_cast<std::size_t>(other)]) {
                    tried_[static_cast<std::size_t>(other)] = 1;
                    if (attempt(ground_.at(node), {-by.y, by.x})) return true;
                }
            }
        }
        return false;
    }

    // Runs.

    bool attempt(Place start, Place towards) {
        const Places way = ground_.way(here_, start);
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
            const Places way = ground_.way(here_, ring[0]);
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

    TaskFrame frame_;
    std::int64_t width_;
    std::vector<Places> rings_;
    CellStock stock_;
    AxisArea area_;
    std::int64_t most_;
    Ground ground_;
    Flood search_;
    std::vector<std::uint8_t> tried_;
    std::vector<Places> borders_;
    std::vector<std::vector<std::uint8_t>> free_border_;
    Places turns_;
    std::int64_t steps_ = 0, window_ = 1, bites_[WINDOW - 1] = {};
    Place here_{};
    Clearing out_;
};

}  // namespace

Clearing clear_area(const ClearingTask &task) {
    require_workable(task);
    return Clearer(task).run();
}

}  // namespace rmos
