#include "engagement.h"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>

#include "stock.h"

namespace rmos {

namespace {

constexpr double FARTHEST_MM = 1e5, STEPS_PER_RADIAN = 4, STEEP = 4, NARROWEST_CELLS = 1.5, SHORTEST_CELLS = 4;

bool moves(const Path &path, std::size_t n, double length) { return path.kind[n] < DWELL && length > 0; }

struct Extent {
    double low[3], high[3];
    bool dips() const { return micrometres(low[2]) < -FRESH_UM; }
};

Extent extent_of(const Path &path, std::size_t n, const Point3 &start, const Point3 &end) {
    Extent e;
    for (int axis = 0; axis < 3; ++axis) {
        e.low[axis] = std::min(start[axis], end[axis]);
        e.high[axis] = std::max(start[axis], end[axis]);
    }
    if (path.is_arc(n)) widen_by_arc(path, n, start, end, e.low, e.high);
    return e;
}

void add(Reach &reach, const Extent &e, bool first) {
    for (int axis = 0; axis < 2; ++axis) {
        reach.low[axis] = first ? e.low[axis] : std::min(reach.low[axis], e.low[axis]);
        reach.high[axis] = first ? e.high[axis] : std::max(reach.high[axis], e.high[axis]);
    }
}

Reach reach_of(const Path &path) {
    Reach reach{};
    bool any_dips = false;
    Point3 start = path.start;
    for (std::size_t n = 0; n < path.count; ++n) {
        const Point3 end = path.end(n), from = start;
        start = end;
        const double length = length_mm(path, n, from, end);
        if (!moves(path, n, length)) continue;
        if (path.kind[n] != RAPID && !(path.feed[n] > 0)) throw std::invalid_argument("move " + std::to_string(n) + " has no feed");
        const Extent e = extent_of(path, n, from, end);
        if (!e.dips()) continue;
        reach.length = reach.length + length;
        add(reach, e, !any_dips);
        reach.low_z = any_dips ? std::min(reach.low_z, e.low[2]) : e.low[2];
        any_dips = true;
    }
    return reach;
}

// What was cut along half a window. `side`: what was cut by travelling; volumes in cells times micrometres.
struct Block {
    double length = 0, travel = 0, minutes = 0;
    std::int64_t volume = 0, side = 0;
    double feed_per_turn = 0;
    std::vector<std::int32_t> depths_um;

    void clear() {
        length = travel = minutes = feed_per_turn = 0;
        volume = side = 0;
        depths_um.clear();
    }
};

struct Step {
    double length, travel, drop, minutes, feed_per_turn;
};

// Judges windows of two blocks, each block in two of them; a short rest at the end of a run joins the last window. A run
// begins with its first bite and ends with a block without any, or where `stop` says so.
class Meter {
  public:
    Meter(const Frame &frame, Engagement &found)
        : found_(found), cell_(frame.cell), half_(frame.cell * (frame.across / 4.0)), widest_(frame.cell * frame.across) {}

    void plunge(double plunge_mm_min, double feed_per_turn) {
        found_.plunge_mm_min = std::max(found_.plunge_mm_min, plunge_mm_min);
        found_.feed_per_turn_mm = std::max(found_.feed_per_turn_mm, feed_per_turn);
    }

    void add(const Step &step, const std::vector<std::int32_t> &taken, const std::vector<std::int32_t> &contacts) {
        Block &now = blocks_[2];
        std::int64_t volume = 0;
        for (const std::int32_t depth : taken) volume += depth;
        if (volume == 0 && filled_ == 0 && now.length == 0) return;
        now.length = now.length + step.length;
        now.travel = now.travel + step.travel;
        now.minutes = now.minutes + step.minutes;
        now.volume += volume;
        if (volume > 0 && step.travel * STEEP >= step.drop) {
            now.side += volume;
            now.depths_um.insert(now.depths_um.end(), contacts.begin(), contacts.end());
            now.feed_per_turn = std::max(now.feed_per_turn, step.feed_per_turn);
        }
        if (now.length >= half_) close();
    }

    void stop() {
        const bool long_enough = filled_ > 0 && blocks_[2].length * 2 >= half_;
        judge(long_enough ? 1 : 2 - filled_);
        begin();
    }

  private:
    Engagement &found_;
    const double cell_, half_, widest_;
    Block blocks_[3];  // the oldest first
    int filled_ = 0;   // of the two before the last
    std::vector<std::int32_t> depths_um_;

    void begin() {
        filled_ = 0;
        for (Block &block : blocks_) block.clear();
    }

    void close() {
        if (filled_ > 0) judge(1);
        if (blocks_[2].volume == 0) return begin();
        std::swap(blocks_[0], blocks_[1]);
        std::swap(blocks_[1], blocks_[2]);
        blocks_[2].clear();
        filled_ = std::min(filled_ + 1, 2);
    }

    // The blocks from `first` on as one window.
    void judge(int first) {
        const double area = cell_ * cell_, shortest = SHORTEST_CELLS * cell_;
        double length = 0, travel = 0, minutes = 0, feed_per_turn = 0;
        std::int64_t volume = 0, side = 0;
        for (int n = first; n < 3; ++n) {
            const Block &b = blocks_[n];
            length = length + b.length;
            travel = travel + b.travel;
            minutes = minutes + b.minutes;
            volume += b.volume;
            side += b.side;
            feed_per_turn = std::max(feed_per_turn, b.feed_per_turn);
        }
        if (travel > 0 && length < shortest) minutes = minutes * (shortest / length);
        if (minutes > 0)
            found_.removal_mm3_min = std::max(found_.removal_mm3_min, static_cast<double>(volume) * area / UM_PER_MM / minutes);
        travel = std::max(travel, shortest);
        const auto least = static_cast<std::size_t>(std::ceil(NARROWEST_CELLS * travel / cell_));
        const std::int32_t axial_um = nth_highest(first, least);
        if (axial_um <= 0) return;
        const double width = static_cast<double>(side) * area / (axial_um * travel);
        found_.axial_mm = std::max(found_.axial_mm, static_cast<double>(axial_um) / UM_PER_MM);
        found_.radial_mm = std::max(found_.radial_mm, std::min(width, widest_));
        found_.feed_per_turn_mm = std::max(found_.feed_per_turn_mm, feed_per_turn);
    }

    // 0 where there are fewer.
    std::int32_t nth_highest(int first, std::size_t nth) {
        depths_um_.clear();
        for (int n = first; n < 3; ++n) depths_um_.insert(depths_um_.end(), blocks_[n].depths_um.begin(), blocks_[n].depths_um.end());
        if (depths_um_.size() < nth) return 0;
        const auto at = depths_um_.begin() + static_cast<std::ptrdiff_t>(nth - 1);
        std::nth_element(depths_um_.begin(), at, depths_um_.end(), std::greater<>());
        return *at;
    }
};

class Walk {
  public:
    Walk(const Path &path, const double *spindle_rpm, const Frame &frame, const Profile &profile, const Tops &tops,
         Engagement &found)
        : path_(path), rpm_(spindle_rpm), frame_(frame), found_(found), stock_(frame, tops.um), meter_(frame, found),
          wide_(frame.across, 0, profile, frame.cell, 0), narrow_(frame.across, 1, profile, frame.cell, 1),
          under_(frame.across, 1, profile, frame.cell, 0) {}

    void run() {
        Point3 start = path_.start;
        for (std::size_t n = 0; n < path_.count; ++n) {
            const Point3 end = path_.end(n);
            const double length = length_mm(path_, n, start, end);
            if (moves(path_, n, length)) move(n, start, end, length);
            start = end;
        }
        meter_.stop();
    }

  private:
    const Path &path_;
    const double *rpm_;
    const Frame &frame_;
    Engagement &found_;
    Stock stock_;
    Meter meter_;
    const Disc wide_, narrow_, under_;
    std::vector<std::int32_t> taken_, contacts_;

    void cut(const Disc &disc, const Spot &spot) {
        if (disc.is_level())
            stock_.cut(disc, spot, taken_);
        else
            stock_.bite(disc, spot, taken_, contacts_);
    }

    void move(std::size_t n, const Point3 &start, const Point3 &end, double length) {
        if (!extent_of(path_, n, start, end).dips())
            meter_.stop();
        else if (path_.kind[n] == RAPID)
            found_.rapid_cuts += touches(n, start, end, length);
        else if (!(rpm_[n] > 0))
            found_.spindle_off_cuts += touches(n, start, end, length);
        else
            feed(n, start, end, length);
    }

    std::size_t steps(std::size_t n, const Point3 &start, const Point3 &end, double length) const {
        double count = std::max(1.0, std::ceil(length / frame_.cell));
        if (path_.is_arc(n)) {
            const Sweep arc = arc_sweep(path_.plane[n], path_.kind[n] == ARC_CCW, start, end, path_.centre(n));
            count = std::max(count, std::ceil(std::fabs(arc.turn) * STEPS_PER_RADIAN));
        }
        return static_cast<std::size_t>(count);
    }

    bool touches(std::size_t n, const Point3 &start, const Point3 &end, double length) {
        meter_.stop();
        bool any = false;
        const std::size_t count = steps(n, start, end, length);
        const Way way(path_, n, start, end, count);
        for (std::size_t m = 1; m <= count; ++m) {
            cut(narrow_, frame_.spot(way.at(m)));
            any = any || !taken_.empty();
        }
        return any;
    }

    void feed(std::size_t n, const Point3 &start, const Point3 &end, double length) {
        const std::size_t count = steps(n, start, end, length);
        const Way way(path_, n, start, end, count);
        const double feed = path_.feed[n], per_turn = feed / rpm_[n], step = length / static_cast<double>(count);
        double share = path_.is_arc(n) ? 0.0 : (start[2] - end[2]) / length;
        Point3 last = start;
        for (std::size_t m = 1; m <= count; ++m) {
            const Point3 p = way.at(m);
            const double x = p[0] - last[0], y = p[1] - last[1], drop = last[2] - p[2];
            if (path_.is_arc(n)) share = std::min(drop / step, 1.0);
            const Spot spot = frame_.spot(p);
            last = p;
            if (drop > 0 && stock_.meets(under_, spot)) meter_.plunge(feed * share, per_turn);
            cut(wide_, spot);
            meter_.add({step, std::sqrt(x * x + y * y), drop, step / feed, per_turn}, taken_,
                       wide_.is_level() ? taken_ : contacts_);
        }
    }
};

}  // namespace

std::optional<Engagement> engagement(const Path &path, const double *spindle_rpm, double tool_diameter_mm, const Profile &profile,
                                     const Tops &tops) {
    if (!profile.is_sound()) throw std::invalid_argument("the profile is that of no tool");
    if (!lies_within(path, FARTHEST_MM) || !(tool_diameter_mm > 0 && tool_diameter_mm <= FARTHEST_MM)) return std::nullopt;
    const Reach reach = reach_of(path);
    const std::optional<Frame> frame = frame_of(reach, width_mm(profile, reach.low_z));
    if (!frame) return std::nullopt;
    const auto rows = static_cast<std::size_t>(frame->rows()), columns = static_cast<std::size_t>(frame->columns());
    if (tops.um != nullptr && (tops.rows != rows || tops.columns != columns)) throw std::invalid_argument("tops are on another grid");
    Engagement found;
    found.cell_mm = frame->cell;
    Walk(path, spindle_rpm, *frame, profile, tops, found).run();
    return found;
}

}  // namespace rmos
