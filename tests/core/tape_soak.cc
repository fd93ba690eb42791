// Plays random tapes until so many commands were applied, every rule checked after every one of them.
//
//   tape_soak COMMANDS [FIRST_SEED] [JOBS]
//
// Prints the seeds it has played and what it found; exit code 1 at the first violation, with the command that
// repeats it. `./dev soak` runs it.

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/random_tape.h"

namespace {

using cordboard::testing::kCommandsPerTape;

struct Soak {
  std::uint64_t tapes;
  std::uint64_t first_seed;
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> played{0};
  std::atomic<bool> failed{false};
  std::mutex printing;

  void play() {
    for (std::uint64_t tape = next++; tape < tapes && !failed; tape = next++) {
      const std::uint64_t seed = first_seed + tape;
      const auto wrong = cordboard::testing::play_tape(seed, kCommandsPerTape);
      if (wrong) return report(seed, *wrong);
      if (++played % (tapes / 20 + 1) == 0) progress();
    }
  }

  void report(std::uint64_t seed, const std::string& wrong) {
    failed = true;
    const std::lock_guard lock(printing);
    std::printf("seed %llu: %s\nrepeat: CORDBOARD_TAPE_SEED=%llu core_test --gtest_filter='*Tapes*'\n",
                static_cast<unsigned long long>(seed), wrong.c_str(), static_cast<unsigned long long>(seed));
  }

  void progress() {
    const std::lock_guard lock(printing);
    std::printf("%llu commands, 0 violations\n",
                static_cast<unsigned long long>(played * std::uint64_t{kCommandsPerTape}));
    std::fflush(stdout);
  }
};

std::uint64_t number(int argc, char** argv, int index, std::uint64_t otherwise) {
  if (index >= argc) return otherwise;
  std::uint64_t value = 0;
  const char* const end = argv[index] + std::strlen(argv[index]);
  const auto [rest, error] = std::from_chars(argv[index], end, value);
  if (error == std::errc{} && rest == end && value > 0) return value;
  std::fprintf(stderr, "tape_soak: '%s' is not a number above 0\n", argv[index]);
  std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t commands = number(argc, argv, 1, 1'000'000);
  Soak soak{.tapes = (commands + kCommandsPerTape - 1) / kCommandsPerTape,
            .first_seed = number(argc, argv, 2, 1)};
  const std::uint64_t jobs = number(argc, argv, 3, std::max(1u, std::thread::hardware_concurrency()));
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < jobs; ++i) threads.emplace_back([&] { soak.play(); });
  for (std::thread& thread : threads) thread.join();
  if (soak.failed) return 1;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("commands %llu, tapes %llu (seeds %llu to %llu), violations 0, %.0f s\n",
              static_cast<unsigned long long>(soak.tapes * kCommandsPerTape),
              static_cast<unsigned long long>(soak.tapes), static_cast<unsigned long long>(soak.first_seed),
              static_cast<unsigned long long>(soak.first_seed + soak.tapes - 1), took.count());
  return 0;
}
