#include "formulas.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

#include "geometry.h"
#include "numbers.h"

namespace rmos {

namespace {

constexpr double EQUAL = 0.0001, HALF_TURN_DEG = 180.0;

std::size_t column(const char *line, const char *p) { return static_cast<std::size_t>(p - line) + 1; }

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool is_letter(char c) { return upper(c) >= 'A' && upper(c) <= 'Z'; }

std::string letters(const char *&p) {
    std::string out;
    for (; is_letter(*p); ++p) out += upper(*p);
    return out;
}

double finite(double value, const char *line, const char *p) {
    if (!std::isfinite(value)) throw Stop{column(line, p), "formula_value"};
    return value;
}

Key name_of(const char *line, const char *&p, const char *start) {
    Key out;
    for (++p; *p != '>'; ++p) {
        if (ends_line(*p) || std::strchr("<[]#()=", *p)) throw Stop{column(line, start), "formula"};
        if (*p != ' ' && *p != '\t') out += *p >= 'A' && *p <= 'Z' ? static_cast<char>(*p - 'A' + 'a') : *p;
    }
    ++p;
    return out;
}

Key parameter_key(const char *line, const char *&p, Memory &memory, int depth) {
    const char *const start = p;
    p = blanks(p + 1);
    if (*p == '<') return name_of(line, p, start);
    const double number = real(line, p, memory, depth + 1);
    if (number != std::floor(number) || !(number >= 1 && number <= 9999)) throw Stop{column(line, start), "parameter_number"};
    return "#" + std::to_string(static_cast<int>(number));
}

double parameter(const char *line, const char *&p, Memory &memory, int depth) {
    const char *const start = p;
    const double *found = memory.read(parameter_key(line, p, memory, depth));
    if (!found) throw Stop{column(line, start), "unset_parameter"};
    return *found;
}

int strength(const std::string &op) {
    if (op == "**") return 5;
    if (op == "*" || op == "/" || op == "MOD") return 4;
    if (op == "+" || op == "-") return 3;
    for (const char *each : {"EQ", "NE", "GT", "GE", "LT", "LE"})
        if (op == each) return 2;
    return op == "AND" || op == "OR" || op == "XOR" ? 1 : 0;
}

std::string operator_at(const char *&p) {
    if (is_letter(*p)) return letters(p);
    if (ends_line(*p)) return "";
    const std::size_t size = p[0] == '*' && p[1] == '*' ? 2 : 1;
    const std::string out(p, size);
    p += size;
    return out;
}

double modulo(double a, double b) {
    const double rest = std::fmod(a, b);
    return rest < 0 ? rest + std::fabs(b) : rest;
}

// Not finite where there is no value.
double combine(const std::string &op, double a, double b) {
    if (op == "/") return b != 0 ? a / b : NAN;
    if (op == "MOD") return b == 0 ? NAN : modulo(a, b);
    if (op == "**") return std::pow(a, b);
    if (op == "*") return a * b;
    if (op == "+") return a + b;
    if (op == "-") return a - b;
    if (op == "EQ") return std::fabs(a - b) < EQUAL;
    if (op == "NE") return !(std::fabs(a - b) < EQUAL);
    if (op == "GT") return a > b;
    if (op == "GE") return a >= b;
    if (op == "LT") return a < b;
    if (op == "LE") return a <= b;
    if (op == "AND") return a != 0 && b != 0;
    if (op == "OR") return a != 0 || b != 0;
    return (a != 0) != (b != 0);
}

double chain(const char *line, const char *&p, Memory &memory, int depth, int least) {
    double left = real(line, p, memory, depth);
    for (;;) {
        const char *const start = blanks(p);
        const char *behind = start;
        const std::string op = operator_at(behind);
        const int strong = strength(op);
        if (strong < least) return left;
        p = behind;
        const double right = chain(line, p, memory, depth, strong + 1);
        left = finite(combine(op, left, right), line, start);
    }
}

double applied(const std::string &name, double x) {
    if (name == "ABS") return std::fabs(x);
    if (name == "ACOS") return std::acos(x) * HALF_TURN_DEG / PI;
    if (name == "ASIN") return std::asin(x) * HALF_TURN_DEG / PI;
    if (name == "COS") return std::cos(x * PI / HALF_TURN_DEG);
    if (name == "EXP") return std::exp(x);
    if (name == "FIX") return std::floor(x) + 0.0;
    if (name == "FUP") return std::ceil(x) + 0.0;
    if (name == "LN") return x > 0 ? std::log(x) : NAN;
    if (name == "ROUND") return (x >= 0 ? std::floor(x + 0.5) : std::ceil(x - 0.5)) + 0.0;
    if (name == "SIN") return std::sin(x * PI / HALF_TURN_DEG);
    if (name == "SQRT") return std::sqrt(x);
    return std::tan(x * PI / HALF_TURN_DEG);
}

double exists(const char *line, const char *&p, Memory &memory, int depth) {
    const char *const start = blanks(p);
    const char *inner = *start == '[' ? blanks(start + 1) : start;
    if (*start != '[' || *inner != '#') throw Stop{column(line, start), "formula"};
    const bool found = memory.read(parameter_key(line, inner, memory, depth)) != nullptr;
    inner = blanks(inner);
    if (*inner != ']') throw Stop{column(line, inner), "formula"};
    p = inner + 1;
    return found ? 1.0 : 0.0;
}

bool is_function(const std::string &name) {
    for (const char *each : {"ABS", "ACOS", "ASIN", "ATAN", "COS", "EXISTS", "EXP", "FIX", "FUP", "LN", "ROUND", "SIN", "SQRT", "TAN"})
        if (name == each) return true;
    return false;
}

double function(const char *line, const char *&p, Memory &memory, int depth) {
    const char *const start = p;
    const std::string name = letters(p);
    if (!is_function(name)) throw Stop{column(line, start), "formula"};
    if (name == "EXISTS") return exists(line, p, memory, depth);
    const double x = bracketed(line, p, memory, depth);
    if (name != "ATAN") return finite(applied(name, x), line, start);
    p = blanks(p);
    if (*p != '/') throw Stop{column(line, p), "formula"};
    const double over = bracketed(line, ++p, memory, depth);
    return std::atan2(x, over) * HALF_TURN_DEG / PI;
}

}  // namespace

Locals &Memory::place(const Key &key) {
    const bool numbered = !key.empty() && key[0] == '#';
    const bool local = numbered ? std::atoi(key.c_str() + 1) <= 30 : key.empty() || key[0] != '_';
    return local ? frames.back() : shared;
}

const double *Memory::read(const Key &key) {
    Locals &from = place(key);
    const auto found = from.find(key);
    return found == from.end() ? nullptr : &found->second;
}

void Memory::commit() {
    for (const auto &[key, number] : pending) place(key)[key] = number;
    pending.clear();
}

double real(const char *line, const char *&p, Memory &memory, int depth) {
    p = blanks(p);
    Number number;
    if (read_number(p, number)) return number.value;
    if (depth >= DEEPEST) throw Stop{column(line, p), "too_deep", 0, static_cast<double>(DEEPEST)};
    if (*p == '[') return bracketed(line, p, memory, depth);
    if (*p == '#') return parameter(line, p, memory, depth);
    if (*p != '+' && *p != '-') return function(line, p, memory, depth);
    const bool minus = *p == '-';
    const double found = real(line, ++p, memory, depth + 1);
    return minus ? -found : found;
}

double bracketed(const char *line, const char *&p, Memory &memory, int depth) {
    p = blanks(p);
    if (*p != '[') throw Stop{column(line, p), "formula"};
    const double found = chain(line, ++p, memory, depth + 1, 1);
    p = blanks(p);
    if (*p != ']') throw Stop{column(line, p), "formula"};
    ++p;
    return found;
}

void assignment(const char *line, const char *&p, Memory &memory) {
    const char *const start = p;
    Key key = parameter_key(line, p, memory, 0);
    p = blanks(p);
    if (*p != '=') throw Stop{column(line, start), "formula"};
    if (key[0] == '#' && std::atoi(key.c_str() + 1) > LAST_PARAMETER) throw Stop{column(line, start), "parameter_number"};
    const double value = real(line, ++p, memory);
    memory.pending.emplace_back(std::move(key), value);
}

}  // namespace rmos
