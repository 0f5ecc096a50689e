// The least that a test needs: say what was false and where, and end as failed.
#pragma once
#include <cmath>
#include <cstdio>
#include <cstdlib>

#define CHECK(condition)                                                                       \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            std::fprintf(stderr, "%s:%d: %s is false\n", __FILE__, __LINE__, #condition);      \
            std::exit(1);                                                                      \
        }                                                                                      \
    } while (false)

inline bool near(double a, double b, double tolerance = 1e-9) { return std::fabs(a - b) <= tolerance; }
