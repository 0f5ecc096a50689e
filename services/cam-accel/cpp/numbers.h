// Decimal text to the nearest double, as Python's float() reads it.
#pragma once
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace rmos {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

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

// Reads [+-]?(digits.?digits*|.digits) at `at`; false, with `at` unchanged, when none stands there. Up to 15 digits and 22
// decimals the quotient of two exact doubles is the nearest double (Clinger); beyond, the library reads.
inline bool read_number(std::string_view line, std::size_t &at, double &out) {
    static constexpr double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    std::size_t n = at;
    const bool minus = n < line.size() && line[n] == '-';
    if (n < line.size() && (line[n] == '-' || line[n] == '+')) ++n;
    const std::size_t first = n;
    std::uint64_t mantissa = 0;
    int digits = 0, decimals = 0;
    for (; n < line.size() && is_digit(line[n]); ++n, ++digits)
        if (digits < 18) mantissa = mantissa * 10 + static_cast<std::uint64_t>(line[n] - '0');
    if (n < line.size() && line[n] == '.')
        for (++n; n < line.size() && is_digit(line[n]); ++n, ++digits, ++decimals)
            if (digits < 18) mantissa = mantissa * 10 + static_cast<std::uint64_t>(line[n] - '0');
    if (digits == 0) return false;
    const double value = digits <= 15 ? static_cast<double>(mantissa) / POWERS[decimals] : slow_number(line.substr(first, n - first));
    out = minus ? -value : value;
    at = n;
    return true;
}

}  // namespace rmos
