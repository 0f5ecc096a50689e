// In which order do the lines of a program run? LinuxCNC's O-words: the same steps as gcode/flow.py.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "formulas.h"

namespace rmos {

// Where the line that starts at `p` ends: at '\n', '\r' or the NUL behind the program.
inline const char *line_end(const char *p) {
    while (!ends_line(*p)) ++p;
    return p;
}

// The start of the line after the one that ends at `p`; `p` is not the program's end.
inline const char *behind_line_end(const char *p) { return p[0] == '\r' && p[1] == '\n' ? p + 2 : p + 1; }

// The program's order is broken, `faults` say where.
struct Broken {
    std::vector<Fault> faults;
};

class Flow {
  public:
    Flow(std::string_view text, Memory &memory) : text_(text), memory_(memory) { find_controls(); }

    bool any() const { return !controls_.empty(); }
    std::uint32_t lines() const { return lines_; }
    const char *start(std::uint32_t number) const { return starts_[number - 1]; }
    // The line to go on with, where `number` is an O-word's, or 0 where it is not. Throws Broken.
    std::uint32_t follow(std::uint32_t number);

  private:
    using Marks = std::vector<std::uint32_t>;
    struct Control {
        std::uint32_t number;
        std::size_t column;
        std::string label, word;
        const char *at;
        std::uint32_t opening;
        Marks marks;  // of an opening O-word: lines of all O-words of its block, from this to the closing one
    };

    std::string_view text_;
    Memory &memory_;
    std::uint32_t lines_ = 0;
    std::vector<const char *> starts_;  // of lines, where there are O-words
    std::map<std::uint32_t, Control> controls_;
    std::map<std::string, std::uint32_t> subs_;
    std::vector<std::uint32_t> returns_;
    std::vector<std::map<std::uint32_t, double>> left_{1};

    const Marks &marks(const Control &c) const { return controls_.at(c.opening).marks; }
    void find_controls();
    void find_starts();
    bool fits(Control &control, std::vector<std::uint32_t> &opened);
    bool closes(Control &control, std::vector<std::uint32_t> &opened);
    std::uint32_t next(const Control &c);
    std::uint32_t open_or_test(const Control &c);
    std::uint32_t branch(const Control &c, double value);
    std::uint32_t again(const Control &c);
    std::uint32_t call(const Control &c);
    double value(const Control &c);
    void end_of_line(const Control &c, const char *p) const;
};

}  // namespace rmos
