// Which codes, words and signs does each controller take? The same table as gcode/dialects.py.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace rmos {

enum Group : std::uint8_t { NO_GROUP, MOTION, PLANE, UNIT, DISTANCE, FEED_MODE, WORK, ONCE, RADIUS, LENGTH, ARC, PATH, RETRACT,
                            SPINDLE_MODE, TRANSFORM, PROGRAM, SPINDLE, COOLANT, TOOL, OVERRIDE, GROUPS };

enum class Dwell : std::uint8_t { P_SECONDS, P_MS_OR_S_SECONDS, X_OR_U_SECONDS_OR_P_MS };
enum class Turns : std::uint8_t { NONE, IN_ALL, BESIDES };

constexpr std::uint32_t bit(char letter) { return std::uint32_t{1} << (letter - 'A'); }

constexpr std::uint32_t bits(std::string_view letters) {
    std::uint32_t found = 0;
    for (char letter : letters) found |= bit(letter);
    return found;
}

struct Dialect {
    std::string_view name;
    std::array<Group, 1000> g{}, m{};  // by ten times the code's number
    std::uint32_t letters = 0;
    Dwell dwell = Dwell::P_SECONDS;
    Turns turns = Turns::NONE;
    std::uint32_t repeats = bit('L');
    bool real_time = false, round_comments = true, semicolons = true, checksums = false, one_command = false;
    bool states_point = false, program_number = false, own_offsets = true, lifts_at_feed = true, formulas = false;
};

constexpr int DIALECTS = 6;

inline Group group_named(std::string_view name) {
    constexpr std::string_view NAMES[] = {"", "motion", "plane", "unit", "distance", "feed_mode", "work", "once", "radius", "length",
                                          "arc", "path", "retract", "spindle_mode", "transform", "program", "spindle", "coolant",
                                          "tool", "override"};
    for (int n = 1; n < GROUPS; ++n)
        if (NAMES[n] == name) return static_cast<Group>(n);
    std::abort();  // the table below is wrong
}

inline void add_groups(std::array<Group, 1000> &codes, const std::string &text) {
    Group group = NO_GROUP;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find_first_of(" |", at), text.size());
        const std::string word = text.substr(at, end - at);
        if (word[0] >= 'a')
            group = group_named(word);
        else
            codes[static_cast<std::size_t>(std::lround(std::strtod(word.c_str(), nullptr) * 10))] = group;
        at = end + 1;
    }
}

inline Dialect made(std::string_view name, const std::string &g, const std::string &m, std::string_view letters) {
    Dialect out;
    out.name = name;
    out.letters = bits(letters);
    add_groups(out.g, g);
    add_groups(out.m, m);
    return out;
}

inline std::array<Dialect, DIALECTS> made_dialects() {
    const std::string base = "motion 0 1 2 3 80|plane 17 18 19|unit 20 21|distance 90 91|work 54 55 56 57 58 59|once 4 92";
    const std::string grbl = base + "|once 53|feed_mode 93 94|once 10 28 30 92.1|radius 40|length 49|arc 91.1|path 61";
    const std::string mill = base + "|feed_mode 93 94|once 53 10 28 30|radius 40|length 43 49|path 61|retract 98 99"
                                    "|motion 73 81 82 83 85 89";
    const std::string grblhal = mill + "|once 92.1 92.2 92.3|work 59.1 59.2 59.3|arc 91.1|spindle_mode 97";
    const std::string base_m = "program 0 1|spindle 3 4 5|coolant 7 8 9", grbl_m = base_m + "|program 2 30";
    const std::string mill_m = grbl_m + "|tool 6|override 48 49";
    const std::string_view letters = "DFHIJKLNPQRSTXYZ";
    std::array<Dialect, DIALECTS> all = {
        made("grbl", grbl, grbl_m, "FIJKLNPRSTXYZ"),
        made("grblhal", grblhal, mill_m, letters),
        made("linuxcnc", grblhal + "|arc 90.1|path 61.1 64|motion 84", mill_m, letters),
        made("mach", mill + "|once 92.1 92.2 92.3|arc 90.1 91.1|path 64|motion 84|transform 15 50 69", mill_m, letters),
        made("marlin", base, base_m, "FIJKNPRSTXYZ"),
        made("fanuc", mill + "|path 64|motion 84|spindle_mode 97|transform 15 50 69", mill_m, "DFHIJKLNPQRSTUXYZ"),
    };
    all[0].real_time = all[1].real_time = true;
    all[2].turns = Turns::IN_ALL;
    all[2].formulas = true;
    all[4].dwell = Dwell::P_MS_OR_S_SECONDS;
    all[4].turns = Turns::BESIDES;
    all[4].round_comments = false;
    all[4].checksums = all[4].one_command = true;
    all[5].dwell = Dwell::X_OR_U_SECONDS_OR_P_MS;
    all[5].repeats = bits("KL");
    all[5].semicolons = all[5].own_offsets = all[5].lifts_at_feed = false;
    all[5].states_point = all[5].program_number = true;
    return all;
}

// Null where the name is not known.
inline const Dialect *dialect_named(std::string_view name) {
    static const std::array<Dialect, DIALECTS> all = made_dialects();
    for (const Dialect &each : all)
        if (each.name == name) return &each;
    return nullptr;
}

inline bool is_cycle(int motion) { return motion >= 73 && motion <= 89 && motion != 80; }

}  // namespace rmos
