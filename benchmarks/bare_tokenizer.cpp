// The floor under any reader of G-code: letters and numbers are taken apart, and nothing is made of them.
#include <cstddef>
#include <cstdint>

extern "C" {

// Words of the text, and in `sum` the sum of their numbers, so that no compiler leaves the reading out.
std::size_t words_of(const char *p, std::size_t size, double *sum) {
    static constexpr double POWERS[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char *const end = p + size;
    std::size_t words = 0;
    double total = 0;
    while (p < end) {
        const char c = *p++;
        if ((c | 0x20) < 'a' || (c | 0x20) > 'z') continue;
        const bool minus = p < end && *p == '-';
        p += minus;
        std::int64_t mantissa = 0;
        int decimals = 0;
        for (; p < end && *p >= '0' && *p <= '9'; ++p) mantissa = mantissa * 10 + (*p - '0');
        if (p < end && *p == '.')
            for (++p; p < end && *p >= '0' && *p <= '9'; ++p, ++decimals) mantissa = mantissa * 10 + (*p - '0');
        const double value = static_cast<double>(mantissa) / POWERS[decimals & 15];
        total += minus ? -value : value;
        ++words;
    }
    *sum = total;
    return words;
}

}
