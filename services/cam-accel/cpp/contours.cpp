#include "contours.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "cell_table.h"

namespace rmos {

namespace {

using Int = std::int64_t;
constexpr double COINCIDENT_MM = 1e-6, FARTHEST_MM = 1e7;
constexpr std::uint8_t SHORT = 1, DUPLICATE = 2;
constexpr Int PAIRS_PER_END = 64, PAIRS_FREE = 10000;

Int cell_of(double value, double size) { return static_cast<Int>(std::floor(value / size)); }

struct Pair {
    double square;
    Int a, b;
    bool operator<(const Pair &o) const {
        if (square != o.square) return square < o.square;
        return a != o.a ? a < o.a : b < o.b;
    }
};

class Joiner {
  public:
    Joiner(const Segments &segments, double tolerance)
        : s_(segments), count_(static_cast<Int>(segments.count)), tolerance_(tolerance), alive_(segments.count, 1),
          pairs_left_(PAIRS_PER_END * 2 * count_ + PAIRS_FREE) {}

    Joined run() {
        find_nodes();
        drop(COINCIDENT_MM * 2);
        bridge();
        if (out_.crowded_end >= 0) {
            Joined crowded;
            crowded.crowded_end = out_.crowded_end;
            return crowded;
        }
        drop(tolerance_);
        walk();
        return std::move(out_);
    }

  private:
    struct Near {
        Int node;
        double square;
    };
    // Nodes by cell: the latest of each cell, and to each node the one before it. The order does not count for what is found.
    struct Buckets {
        CellTable first;
        std::vector<Int> next;
        Buckets(std::size_t most, std::size_t nodes) : first(most), next(nodes, -1) {}
        void add(const CellKey &key, Int n) {
            Int &head = first.at(key);
            next[static_cast<std::size_t>(n)] = head;
            head = n;
        }
    };

    const Segments s_;
    const Int count_;
    const double tolerance_;
    std::vector<Int> node_, loops_, degree_, end_of_;
    std::vector<double> node_x_, node_y_;
    std::vector<char> alive_;
    std::vector<Near> found_;
    Int pairs_left_;
    Joined out_;

    template <typename T> static T &of(std::vector<T> &column, Int n) { return column[static_cast<std::size_t>(n)]; }
    double square(Int node, double x, double y) {
        const double dx = of(node_x_, node) - x, dy = of(node_y_, node) - y;
        return dx * dx + dy * dy;
    }
    CellKey cell(Int n) { return {cell_of(of(node_x_, n), tolerance_), cell_of(of(node_y_, n), tolerance_), 0, 0}; }

    void find_nodes() {
        CellTable cells(2 * s_.count);
        node_.reserve(2 * s_.count);
        for (Int end = 0; end < 2 * count_; ++end) {
            const double x = s_.x[end], y = s_.y[end];
            const CellKey key{cell_of(x, COINCIDENT_MM), cell_of(y, COINCIDENT_MM), 0, 0};
            Int found = cells.get(key);
            if (found < 0) {
                found = beside(cells, key, x, y);
                if (found < 0) {
                    found = static_cast<Int>(node_x_.size());
                    node_x_.push_back(x);
                    node_y_.push_back(y);
                }
                cells.at(key) = found;
            }
            node_.push_back(found);
        }
    }

    Int beside(const CellTable &cells, const CellKey &key, double x, double y) {
        for (Int across = -1; across <= 1; ++across)
            for (Int up = -1; up <= 1; ++up) {
                const Int other = cells.get({key.a + across, key.b + up, 0, 0});
                if (other >= 0 && square(other, x, y) <= COINCIDENT_MM * COINCIDENT_MM) return other;
            }
        return -1;
    }

    void drop(double reach) {
        CellTable cells(s_.count);
        for (Int k = 0; k < count_; ++k) {
            if (!of(alive_, k)) continue;
            const Int a = of(node_, 2 * k), b = of(node_, 2 * k + 1);
            if (a == b) {
                of(alive_, k) = 0;
                if (square(a, s_.mid_x[k], s_.mid_y[k]) <= reach * reach) note(k, SHORT, k);
                else loops_.push_back(k);
                continue;
            }
            const CellKey key{std::min(a, b), std::max(a, b), cell_of(s_.mid_x[k], tolerance_), cell_of(s_.mid_y[k], tolerance_)};
            const Int first = twin(cells, key, k);
            if (first >= 0) {
                of(alive_, k) = 0;
                note(k, DUPLICATE, first);
                continue;
            }
            Int &holder = cells.at(key);
            if (holder < 0) holder = k;
        }
    }

    Int twin(const CellTable &cells, const CellKey &key, Int k) {
        for (Int across = -1; across <= 1; ++across)
            for (Int up = -1; up <= 1; ++up) {
                const Int other = cells.get({key.a, key.b, key.c + across, key.d + up});
                if (other < 0) continue;
                const double dx = s_.mid_x[other] - s_.mid_x[k], dy = s_.mid_y[other] - s_.mid_y[k];
                if (dx * dx + dy * dy <= tolerance_ * tolerance_) return other;
            }
        return -1;
    }

    void note(Int k, std::uint8_t why, Int first) {
        out_.dropped.push_back(k);
        out_.dropped_as.push_back(why);
        out_.duplicate_of.push_back(first);
    }

    void find_degrees() {
        degree_.assign(node_x_.size(), 0);
        end_of_.assign(node_x_.size(), -1);
        for (Int end = 0; end < 2 * count_; ++end) {
            if (!of(alive_, end / 2)) continue;
            const Int at = of(node_, end);
            ++of(degree_, at);
            if (of(end_of_, at) < 0) of(end_of_, at) = end;
        }
    }

    void bridge() {
        find_degrees();
        const Int nodes = static_cast<Int>(degree_.size());
        std::vector<Int> loose, to(degree_.size()), rest, joined;
        std::vector<char> taken(degree_.size(), 0);
        for (Int n = 0; n < nodes; ++n) {
            of(to, n) = n;
            if (of(degree_, n) == 1) loose.push_back(n);
        }
        std::vector<Pair> pairs = near_pairs(loose);
        std::sort(pairs.begin(), pairs.end());
        for (const Pair &p : pairs) {
            if (of(taken, p.a) || of(taken, p.b)) continue;
            of(taken, p.a) = of(taken, p.b) = 1;
            of(to, p.b) = p.a;
            bridged(of(end_of_, p.a), of(end_of_, p.b));
        }
        for (Int n : loose)
            if (!of(taken, n)) rest.push_back(n);
        for (Int n = 0; n < nodes; ++n)
            if (of(degree_, n) > 1 || of(taken, n)) joined.push_back(n);
        attach(rest, joined, to);
        for (Int &n : node_) n = of(to, n);
    }

    void bridged(Int a, Int b) {
        out_.bridge_a.push_back(a);
        out_.bridge_b.push_back(b);
    }

    std::vector<Pair> near_pairs(const std::vector<Int> &loose) {
        Buckets buckets(loose.size(), degree_.size());
        std::vector<Pair> pairs;
        for (Int n : loose) {
            const Int end = of(end_of_, n);
            look_around(buckets, n, end);
            for (const Near &other : found_)
                if (end / 2 != of(end_of_, other.node) / 2 || !tiny(n, end / 2)) pairs.push_back({other.square, other.node, n});
            buckets.add(cell(n), n);
        }
        return pairs;
    }

    bool tiny(Int n, Int k) { return square(n, s_.mid_x[k], s_.mid_y[k]) <= tolerance_ * tolerance_; }

    void look_around(const Buckets &buckets, Int n, Int end) {
        const CellKey key = cell(n);
        found_.clear();
        for (Int across = -1; across <= 1; ++across)
            for (Int up = -1; up <= 1; ++up)
                for (Int other = buckets.first.get({key.a + across, key.b + up, 0, 0}); other >= 0;
                     other = buckets.next[static_cast<std::size_t>(other)]) {
                    if (pairs_left_ == 0) {
                        if (out_.crowded_end < 0) out_.crowded_end = end;
                        return;
                    }
                    --pairs_left_;
                    const double far = square(other, of(node_x_, n), of(node_y_, n));
                    if (far <= tolerance_ * tolerance_) found_.push_back({other, far});
                }
    }

    void attach(const std::vector<Int> &rest, const std::vector<Int> &joined, std::vector<Int> &to) {
        if (rest.empty()) return;
        Buckets buckets(joined.size(), degree_.size());
        for (Int n : joined) buckets.add(cell(n), n);
        for (Int n : rest) {
            Int best = -1;
            double least = std::numeric_limits<double>::infinity();
            const Int end = of(end_of_, n), own = of(node_, end ^ 1);
            look_around(buckets, n, end);
            for (const Near &other : found_)
                if (other.node != own && (other.square < least || (other.square == least && other.node < best))) {
                    best = other.node;
                    least = other.square;
                }
            if (best < 0) continue;
            of(to, n) = of(to, best);
            bridged(end, of(end_of_, best));
        }
    }

    // Ends by node, in the order of ends: those of node n from first[n] to first[n + 1].
    struct Ends {
        std::vector<Int> first, end;
    };

    Ends ends_by_node() {
        Ends ends{std::vector<Int>(degree_.size() + 1, 0), {}};
        for (std::size_t n = 0; n < degree_.size(); ++n) ends.first[n + 1] = ends.first[n] + degree_[n];
        ends.end.resize(static_cast<std::size_t>(ends.first.back()));
        std::vector<Int> at(ends.first.begin(), ends.first.end() - 1);
        for (Int end = 0; end < 2 * count_; ++end)
            if (of(alive_, end / 2)) of(ends.end, of(at, of(node_, end))++) = end;
        return ends;
    }

    void walk() {
        find_degrees();
        Ends ends = ends_by_node();
        out_.chain_start.push_back(0);
        for (Int n = 0; n < static_cast<Int>(degree_.size()); ++n) {
            const Int many = of(degree_, n);
            if (many > 2) {
                out_.branch_end.push_back(of(end_of_, n));
                out_.branch_degree.push_back(many);
            }
            if (many != 2)
                for (Int m = of(ends.first, n); m < of(ends.first, n + 1); ++m) chain(of(ends.end, m), ends);
        }
        for (Int k = 0; k < count_; ++k) chain(2 * k, ends);
        for (Int k : loops_) {
            step(2 * k);
            close(true);
        }
    }

    void chain(Int end, Ends &ends) {
        if (!of(alive_, end / 2)) return;
        const Int first = of(node_, end);
        Int at;
        while (true) {
            of(alive_, end / 2) = 0;
            step(end);
            at = of(node_, end ^ 1);
            if (at == first || of(degree_, at) != 2) break;
            const Int from = of(ends.first, at), one = of(ends.end, from);
            end = one == (end ^ 1) ? of(ends.end, from + 1) : one;
        }
        close(at == first);
    }

    void step(Int end) {
        out_.segment.push_back(end / 2);
        out_.reversed.push_back(static_cast<std::uint8_t>(end & 1));
    }

    void close(bool closed) {
        out_.closed.push_back(closed ? 1 : 0);
        out_.chain_start.push_back(static_cast<Int>(out_.segment.size()));
    }
};

void check(const double *column, std::size_t count) {
    for (std::size_t n = 0; n < count; ++n)
        if (!(-FARTHEST_MM <= column[n] && column[n] <= FARTHEST_MM)) throw std::invalid_argument("a segment lies beyond 1e+07 mm");
}

}  // namespace

Joined join(const Segments &segments, double tolerance_mm) {
    if (!(COINCIDENT_MM < tolerance_mm && tolerance_mm <= 1))
        throw std::invalid_argument("the tolerance must be above 1e-06 mm and at most 1 mm");
    check(segments.x, 2 * segments.count);
    check(segments.y, 2 * segments.count);
    check(segments.mid_x, segments.count);
    check(segments.mid_y, segments.count);
    return Joiner(segments, tolerance_mm).run();
}

}  // namespace rmos
