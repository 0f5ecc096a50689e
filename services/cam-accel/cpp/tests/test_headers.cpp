// Do all kernels fit into one program, so that no two of them give one name to two things?
#include "../adaptive_task.h"
#include "../baseline/heightmap.h"
#include "../blocks.h"
#include "../cell_table.h"
#include "../contours.h"
#include "../edges.h"
#include "../engagement.h"
#include "../fit.h"
#include "../flow.h"
#include "../gcode.h"
#include "../ground.h"
#include "../heightmap.h"
#include "../machine.h"
#include "../stock.h"
#include "../timing_jerk.h"
#include "../words.h"
#include "check.h"
#include "moves.h"

int main() {
    Moves moves;
    moves.start = {{0, 0, -1}};
    moves.add(rmos::LINEAR, {{2, 0, -1}});
    std::vector<double> heights(100, 0.0);
    rmos::baseline::stamps(moves.path(), 1, 0, -1, -5, 1, 10, 10, heights.data());
    CHECK(heights[5 * 10 + 1] == -1 && heights[0] == 0);
}
