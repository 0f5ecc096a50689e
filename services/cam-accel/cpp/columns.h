// The columns of a toolpath while it is made: one store for all, zeroed, so that only what is not zero need be written.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#define RMOS_PAGES 1
#endif

namespace rmos {

// Zeroed memory. A large store is made of pages that the system gives when they are first written, in big ones where it can:
// else most of a reader's time goes into page faults.
class Store {
  public:
    Store() = default;
    explicit Store(std::size_t bytes) : bytes_(bytes) {
#ifdef RMOS_PAGES
        if (bytes_ >= LARGE) {
            data_ = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (data_ == MAP_FAILED) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
            ::madvise(data_, bytes_, MADV_HUGEPAGE);
#endif
            return;
        }
#endif
        data_ = std::calloc(1, bytes_);
        if (data_ == nullptr) throw std::bad_alloc();
    }
    Store(Store &&other) noexcept { swap(other); }
    Store &operator=(Store &&other) noexcept {
        swap(other);
        return *this;
    }
    ~Store() {
#ifdef RMOS_PAGES
        if (bytes_ >= LARGE) {
            ::munmap(data_, bytes_);
            return;
        }
#endif
        std::free(data_);
    }

    char *data() const { return static_cast<char *>(data_); }

    // What stands in this range is no longer needed: its pages may go back.
    void forget(const void *from, std::size_t size) const {
#ifdef RMOS_PAGES
        constexpr std::uintptr_t PAGE = 1 << 16;  // whole pages on every system
        const std::uintptr_t first = (reinterpret_cast<std::uintptr_t>(from) + PAGE - 1) / PAGE * PAGE;
        const std::uintptr_t last = (reinterpret_cast<std::uintptr_t>(from) + size) / PAGE * PAGE;
        if (bytes_ >= LARGE && last > first) ::madvise(reinterpret_cast<void *>(first), last - first, MADV_DONTNEED);
#else
        (void)from, (void)size;
#endif
    }

  private:
    static constexpr std::size_t LARGE = std::size_t{4} << 20;
    void *data_ = nullptr;
    std::size_t bytes_ = 0;

    void swap(Store &other) noexcept { std::swap(data_, other.data_), std::swap(bytes_, other.bytes_); }
};

struct Columns {
    Store store;
    std::size_t count = 0, capacity = 0;
    double *x = nullptr, *y = nullptr, *z = nullptr, *i = nullptr, *j = nullptr, *k = nullptr, *feed = nullptr, *rpm = nullptr,
           *dwell = nullptr;
    std::uint32_t *line = nullptr;
    std::uint16_t *tool = nullptr;
    std::uint8_t *kind = nullptr, *plane = nullptr, *switches = nullptr;

    void make_room(std::size_t size) {
        Store more(81 * size + 1);
        char *next = more.data();
        each([&](auto *&column) {
            if (count != 0) std::memcpy(next, column, count * sizeof *column);
            if (count != 0) store.forget(column, count * sizeof *column);
            column = reinterpret_cast<std::remove_reference_t<decltype(column)>>(next);
            next += size * sizeof *column;
        });
        store = std::move(more);
        capacity = size;
    }
    void room_for_one_more() {
        if (count == capacity) make_room(2 * capacity + 64);
    }

  private:
    // Wide ones first, so that each stands at a multiple of its size.
    template <typename F> void each(F &&f) {
        f(x), f(y), f(z), f(i), f(j), f(k), f(feed), f(rpm), f(dwell), f(line), f(tool), f(kind), f(plane), f(switches);
    }
};

}  // namespace rmos
