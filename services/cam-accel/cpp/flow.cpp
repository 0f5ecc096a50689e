#include "flow.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "numbers.h"

namespace rmos {

namespace {

constexpr std::size_t DEEPEST_CALL = 10, MOST_ARGUMENTS = 30, DEEPEST_BLOCK = 100;

// Behind the O of an O-word, or null where the line begins with something else.
const char *behind_o(const char *p) {
    p = blanks(p);
    if (*p == 'N' || *p == 'n') {
        const char *digits = blanks(p + 1);
        if (!is_digit(*digits)) return nullptr;
        while (is_digit(*digits)) ++digits;
        p = blanks(digits);
    }
    return *p == 'O' || *p == 'o' ? p + 1 : nullptr;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool read_label(const char *&p, std::string &out) {
    p = blanks(p);
    if (*p == '<') {
        for (out += *p++; *p != '>'; ++p) {
            if (ends_line(*p) || std::strchr("<()[]#", *p)) return false;
            if (*p != ' ' && *p != '\t') out += lower(*p);
        }
        out += *p++;
        return true;
    }
    int digits = 0;
    for (; is_digit(*p); ++p, ++digits)
        if (!(out.empty() && *p == '0')) out += *p;
    return digits >= 1 && digits <= 9;
}

bool is_open(const std::string &word) { return word == "if" || word == "while" || word == "do" || word == "repeat" || word == "sub"; }

const char *opener_of(const std::string &word) {
    if (word == "endif") return "if";
    if (word == "endwhile") return "while";
    if (word == "while") return "do";
    if (word == "endrepeat") return "repeat";
    return word == "endsub" ? "sub" : "";
}

}  // namespace

void Flow::find_controls() {
    std::vector<Fault> faults;
    std::vector<std::uint32_t> opened;
    std::uint32_t number = 0;
    for (const char *p = text_.data();; p = behind_line_end(p)) {
        ++number;
        if (const char *at = behind_o(p)) {
            Control made{number, static_cast<std::size_t>(at - p), "", "", at, 0, {}};
            if (read_label(at, made.label)) {
                for (at = blanks(at); lower(*at) >= 'a' && lower(*at) <= 'z'; ++at) made.word += lower(*at);
                made.at = at;
            }
            Control &control = controls_[number] = made;
            if (!fits(control, opened)) faults.push_back({number, static_cast<std::uint32_t>(made.column), "flow", 0, 0, 0});
        }
        p = line_end(p);
        if (*p == '\0') break;
    }
    lines_ = number;
    if (!controls_.empty()) find_starts();
    for (std::uint32_t open : opened)
        faults.push_back({open, static_cast<std::uint32_t>(controls_[open].column), "flow_open", 0, 0, 0});
    std::sort(faults.begin(), faults.end(), [](const Fault &a, const Fault &b) { return a.line < b.line; });
    if (!faults.empty()) throw Broken{faults};
}

void Flow::find_starts() {
    starts_.reserve(lines_);
    for (const char *p = text_.data(); starts_.size() < lines_; p = behind_line_end(line_end(p))) starts_.push_back(p);
}

bool Flow::closes(Control &control, std::vector<std::uint32_t> &opened) {
    if (opened.empty()) return false;
    Control &top = controls_[opened.back()];
    if (top.label != control.label || top.word != opener_of(control.word)) return false;
    top.marks.push_back(control.number);
    control.opening = top.number;
    opened.pop_back();
    return true;
}

bool Flow::fits(Control &control, std::vector<std::uint32_t> &opened) {
    const std::string &word = control.word;
    if (closes(control, opened)) return true;
    Control *top = opened.empty() ? nullptr : &controls_[opened.back()];
    if (word == "elseif" || word == "else") {
        if (!top || top->label != control.label || top->word != "if" || controls_[top->marks.back()].word == "else") return false;
        top->marks.push_back(control.number);
        control.opening = top->number;
        return true;
    }
    if (word == "break" || word == "continue") {
        for (std::size_t n = opened.size(); n-- > 0;) {
            const Control &loop = controls_[opened[n]];
            if (loop.label == control.label && (loop.word == "while" || loop.word == "do" || loop.word == "repeat")) {
                control.opening = loop.number;
                return true;
            }
        }
        return false;
    }
    if (word == "return") return !opened.empty() && controls_[opened[0]].word == "sub";
    if (is_open(word) && opened.size() < DEEPEST_BLOCK && !(word == "sub" && (!opened.empty() || subs_.count(control.label)))) {
        control.opening = control.number;
        control.marks = {control.number};
        opened.push_back(control.number);
        if (word == "sub") subs_[control.label] = control.number;
        return true;
    }
    return word == "call";
}

std::uint32_t Flow::follow(std::uint32_t number) {
    const auto found = controls_.find(number);
    if (found == controls_.end()) return 0;
    try {
        return next(found->second);
    } catch (const Stop &stop) {
        throw Broken{{{number, static_cast<std::uint32_t>(stop.column), stop.code, stop.letter, stop.a, stop.b}}};
    }
}

std::uint32_t Flow::next(const Control &c) {
    if (c.word == "call") return call(c);
    if (c.word == "if" || c.word == "while" || c.word == "repeat") return open_or_test(c);
    if (c.word == "elseif") return marks(c).back() + 1;
    end_of_line(c, c.at);
    if (c.word == "endsub" || c.word == "return") {
        memory_.frames.pop_back();
        left_.pop_back();
        const std::uint32_t from = returns_.back();
        returns_.pop_back();
        return from + 1;
    }
    if (c.word == "else" || c.word == "break") return marks(c).back() + 1;
    if (c.word == "continue") return marks(c).back();
    if (c.word == "endwhile") return marks(c)[0];
    if (c.word == "endrepeat") return again(c);
    return c.word == "sub" ? marks(c).back() + 1 : c.number + 1;
}

std::uint32_t Flow::open_or_test(const Control &c) {
    const double found = value(c);
    if (c.word == "if") return branch(c, found);
    if (c.word == "repeat") {
        left_.back()[c.number] = std::floor(found);
        return found >= 1 ? c.number + 1 : marks(c).back() + 1;
    }
    if (c.number == marks(c)[0]) return found != 0 ? c.number + 1 : marks(c).back() + 1;
    return found != 0 ? marks(c)[0] + 1 : c.number + 1;
}

std::uint32_t Flow::branch(const Control &c, double found) {
    std::uint32_t last = c.number;
    const Marks &all = marks(c);
    for (std::size_t n = 1; n < all.size() && found == 0; ++n) {
        const Control &mark = controls_.at(all[n]);
        if (mark.word != "elseif") return mark.number + 1;
        found = value(mark);
        last = mark.number;
    }
    return last + 1;
}

std::uint32_t Flow::again(const Control &c) {
    double &left = left_.back()[marks(c)[0]];
    left -= 1;
    return left >= 1 ? marks(c)[0] + 1 : c.number + 1;
}

std::uint32_t Flow::call(const Control &c) {
    Locals frame;
    const char *p = blanks(c.at);
    std::size_t count = 0;
    while (*p == '[') {
        frame["#" + std::to_string(++count)] = bracketed(start(c.number), p, memory_);
        p = blanks(p);
    }
    end_of_line(c, p);
    const auto sub = subs_.find(c.label);
    if (sub == subs_.end()) throw Stop{c.column, "no_sub"};
    if (returns_.size() >= DEEPEST_CALL || count > MOST_ARGUMENTS) throw Stop{c.column, "flow_deep", 0, static_cast<double>(DEEPEST_CALL)};
    memory_.frames.push_back(std::move(frame));
    left_.emplace_back();
    returns_.push_back(c.number);
    return sub->second + 1;
}

double Flow::value(const Control &c) {
    const char *p = c.at;
    const double found = bracketed(start(c.number), p, memory_);
    end_of_line(c, p);
    return found;
}

void Flow::end_of_line(const Control &c, const char *p) const {
    for (p = blanks(p); *p == '('; p = blanks(p)) {
        const char *close = p + 1;
        while (!ends_line(*close) && *close != '(' && *close != ')') ++close;
        if (*close != ')') break;
        p = close + 1;
    }
    if (!ends_line(*p) && *p != ';') throw Stop{static_cast<std::size_t>(p - start(c.number)) + 1, "flow"};
}

}  // namespace rmos
