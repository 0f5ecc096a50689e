// Gives a target inputs where no libFuzzer is: fuzz_TARGET SECONDS SEED runs random and mutated ones, fuzz_TARGET FILE... runs
// the inputs that are kept in files. An input that breaks the target, or that takes longer than the bound, is left in crash-TARGET.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include "bytes.h"

namespace {

using Input = std::vector<std::uint8_t>;
constexpr time_t MOST_SECONDS = 20;  // of the processor, with sanitizers: a busy machine does not count
constexpr std::size_t KEPT = 64, LONGEST = 600;

Input now;
std::string crash_file;

// Only calls that are safe in a signal handler.
void leave_input() {
    const int file = ::open(crash_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0) return;
    const auto written = ::write(file, now.data(), now.size());
    (void)written;
    ::close(file);
}

void on_end(int signal) {
    leave_input();
    const char text[] = "an input broke the target or took too long: see crash-*\n";
    const auto written = ::write(2, text, sizeof text - 1);
    (void)written;
    ::_exit(signal == SIGPROF ? 3 : 2);
}

void bound(time_t seconds) {
    const itimerval timer{{0, 0}, {seconds, 0}};
    ::setitimer(ITIMER_PROF, &timer, nullptr);
}

void run(const Input &input) {
    now = Input(input.begin(), input.end());
    bound(MOST_SECONDS);
    LLVMFuzzerTestOneInput(now.data(), now.size());
    bound(0);
}

Input fresh(std::mt19937_64 &random) {
    Input input(random() % (random() % 4 ? 120 : LONGEST));
    for (std::uint8_t &byte : input) byte = static_cast<std::uint8_t>(random());
    return input;
}

void change(Input &input, const Input &other, std::mt19937_64 &random) {
    const std::size_t at = input.empty() ? 0 : random() % input.size();
    const auto place = input.begin() + static_cast<std::ptrdiff_t>(at);
    switch (random() % 5) {
    case 0:
        if (!input.empty()) *place = static_cast<std::uint8_t>(random());
        break;
    case 1:
        if (!input.empty()) *place = static_cast<std::uint8_t>(*place + 1 - 2 * (random() % 2));
        break;
    case 2:
        if (!input.empty()) input.erase(place);
        break;
    case 3:
        input.insert(place, static_cast<std::uint8_t>(random()));
        break;
    default:
        input.insert(place, other.begin(), other.begin() + static_cast<std::ptrdiff_t>(other.empty() ? 0 : random() % other.size()));
        break;
    }
    if (input.size() > LONGEST) input.resize(LONGEST);
}

int fuzz_for(double seconds, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<Input> kept;
    unsigned long tried = 0;
    const std::time_t end = std::time(nullptr) + static_cast<std::time_t>(seconds);
    for (; std::time(nullptr) < end; ++tried) {
        Input input = kept.size() < KEPT || random() % 2 ? fresh(random) : kept[random() % KEPT];
        for (std::size_t left = random() % 6; left > 0 && !kept.empty(); --left) change(input, kept[random() % kept.size()], random);
        run(input);
        if (kept.size() < KEPT) kept.push_back(input);
        else kept[random() % KEPT] = input;
    }
    std::printf("%lu inputs, none broke the target\n", tried);
    return 0;
}

}  // namespace

#if defined(__SANITIZE_ADDRESS__)
extern "C" void __sanitizer_set_death_callback(void (*)());
#endif

int main(int count, char **words) {
    const std::string name = words[0];
    crash_file = "crash-" + name.substr(name.find_last_of('/') + 1);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_set_death_callback(leave_input);
#endif
    for (const int signal : {SIGPROF, SIGABRT}) std::signal(signal, on_end);
    if (count > 1 && std::atof(words[1]) > 0) return fuzz_for(std::atof(words[1]), count > 2 ? std::strtoull(words[2], nullptr, 10) : 1);
    for (int n = 1; n < count; ++n) {
        std::ifstream file(words[n], std::ios::binary);
        run(Input(std::istreambuf_iterator<char>(file), {}));
    }
    std::printf("%d inputs kept in files, none broke the target\n", count - 1);
    return 0;
}
