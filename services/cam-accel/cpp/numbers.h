// Decimal text to the nearest double, as Python's float() reads it.
#pragma once
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace rmos {

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

inline double slow_number(std::string_view digits) {
#if defined(__cpp_lib_to_chars)
    double value = 0;
    const auto done = std::from_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
    // Python has an infinity where from_chars has only an error.
    return done.ec == std::errc::result_out_of_range ? (digits.find_first_of("123456789") < digits.find('.') ? HUGE_VAL : 0.0)
                                                      : value;
#else
    return std::strtod(std::string(digits).c_str(), nullptr);
#endif
}

struct Number {
    double value;
    bool pointed;
};

// Reads [+-]?(digits.?digits*|.digits) at `at`, in text that something other than a digit ends; false, with `at` unchanged,
// when none stands there. Up to 15 digits the quotient of two exact doubles is the nearest double (Clinger); beyond, the
// library reads.
inline bool read_number(const char *&at, Number &out) {
    static constexpr double POWERS[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char *p = at;
    const bool minus = *p == '-';
    if (minus || *p == '+') ++p;
    const char *const first = p;
    std::uint64_t mantissa = 0;
    for (; is_digit(*p); ++p) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p - '0');
    std::ptrdiff_t digits = p - first, decimals = 0;
    const bool pointed = *p == '.';
    if (pointed) {
        const char *const point = p;
        for (++p; is_digit(*p); ++p) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p - '0');
        decimals = p - point - 1;
        digits += decimals;
    }
    if (digits == 0) return false;
    const double value = digits <= 15 ? static_cast<double>(mantissa) / POWERS[decimals]
                                      : slow_number({first, static_cast<std::size_t>(p - first)});
    out = {minus ? -value : value, pointed};
    at = p;
    return true;
}

}  // namespace rmos
