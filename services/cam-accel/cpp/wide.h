// For loops without branches over columns, which compilers turn into vector instructions.
#pragma once

// Several versions of a loop for several widths of vectors, one of which the loader picks: all give the same bits, since nothing is
// contracted or reordered.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__)
#define RMOS_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define RMOS_WIDE
#endif

namespace rmos::lanes {

// As Python's max and min, also for what is no number.
inline double larger(double a, double b) { return a < b ? b : a; }
inline double lesser(double a, double b) { return b < a ? b : a; }

}  // namespace rmos::lanes
