// Python in, Python out: one file a kernel. The interpreter is free while a kernel runs.
#include "arrays.h"

NB_MODULE(_native, m) {
    rmos::binding::bind_reader(m);
    rmos::binding::bind_measures(m);
    rmos::binding::bind_timing(m);
    rmos::binding::bind_engagement(m);
    rmos::binding::bind_contours(m);
    rmos::binding::bind_fit(m);
    rmos::binding::bind_heightmap(m);
    rmos::binding::bind_adaptive(m);
}
