// The commands of the log, read and decoded on a thread of its own, a little ahead of whoever applies them.
//
//   DecodeAhead log(store, first);
//   while (const DecodeAhead::Batch* batch = log.next()) { ... }
//   if (!log.result().ok()) ...
//
// Nobody else uses the store until next() has returned nullptr or the object is gone.

#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <semaphore>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "router/core/command.h"
#include "router/store/store.h"

namespace cordboard {

class DecodeAhead {
 public:
  struct Batch {
    std::uint64_t first_sequence = 0;
    std::span<const Command> commands;
    // Why the record after `commands` cannot be read; nothing follows it.
    std::optional<std::string> undecodable;
  };

  DecodeAhead(Store& store, std::uint64_t first_sequence);
  ~DecodeAhead();
  DecodeAhead(const DecodeAhead&) = delete;
  DecodeAhead& operator=(const DecodeAhead&) = delete;

  // One thread calls it. Valid until the next call; nullptr at the end of what can be read, and from then on.
  const Batch* next();

  // How the reading ended. REQUIRES: next() has returned nullptr.
  const Result<void>& result() const { return result_; }

 private:
  static constexpr std::ptrdiff_t kBatches = 4;
  static constexpr std::size_t kCommands = 256;  // of a batch

  struct Slot {
    Batch batch;
    std::vector<Command> commands;  // kCommands of them, kept for their memory
    std::size_t filled = 0;
  };

  bool is_over() const { return ended_ && taken_ == written_; }

  // The reading thread.
  void read();
  bool take(const LogRecord& record);
  bool hand_over();  // false when nobody wants more

  Store& store_;
  const std::uint64_t first_;
  std::array<Slot, kBatches> slots_;
  // Each is acquired by one thread only, which is all that the semaphores of libstdc++ 12 can bear.
  std::counting_semaphore<kBatches + 1> free_{kBatches};
  std::counting_semaphore<kBatches + 1> ready_{0};  // the end counts too
  std::size_t written_ = 0;                         // batches handed over; the reading thread's
  std::size_t taken_ = 0;                           // batches taken; the caller's
  Result<void> result_;                             // written before the end is ready
  std::atomic<bool> ended_ = false;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

}  // namespace cordboard
