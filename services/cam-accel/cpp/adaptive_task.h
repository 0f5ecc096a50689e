// What is to be cleared, in whole parts of the tool's radius, and whether it can be: the beginning of adaptive.py.
#pragma once
#include <cmath>

#include "adaptive.h"
#include "cells.h"

namespace rmos {

inline constexpr std::int64_t STEP = 320, MOST_STEPS = 1 << 24;

// Places from the low corner of all that a tool within the area can touch.
struct TaskFrame {
    double scale, low_x, low_y;
    std::int64_t width, height;
    Place place(double x, double y) const { return {whole((x - low_x) * scale + 0.5), whole((y - low_y) * scale + 0.5)}; }
    static std::int64_t whole(double v) { return static_cast<std::int64_t>(std::floor(v)); }
};

// Throws as clear_area.
void require_workable(const ClearingTask &task);
TaskFrame frame_of(const ClearingTask &task);
std::vector<Places> rings_of(const RingsIn &in, const TaskFrame &frame);
std::int64_t required_cells(const ClearingTask &task, const TaskFrame &frame, const std::vector<Places> &rings);

}  // namespace rmos
