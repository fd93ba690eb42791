#include "router/loop/snapshot_builder.h"

#include <malloc.h>

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "router/codec/storage_codec.h"
#include "router/core/assert.h"
#include "router/core/engine.h"
#include "router/loop/replay.h"

namespace cordboard {

// One attempt, on the builder's thread.
class SnapshotBuilder::Build {
 public:
  Build(SnapshotBuilder& builder, std::uint64_t sequence) : builder_(builder), sequence_(sequence) {}

  // From the newest snapshot that is of use; from the first record when there is none and it is still there.
  Built run() {
    Built built;
    const auto begun = std::chrono::steady_clock::now();
    std::vector<std::string> wrong;
    for (const std::uint64_t base : bases(wrong)) {
      Engine engine;
      Wrong with_base = follow(base, engine);
      if (!with_base) {
        built.snapshot = snapshot_of(engine, sequence_);
        break;
      }
      wrong.push_back(std::move(*with_base));
    }
    for (const std::string& text : wrong) built.warning += (built.warning.empty() ? "" : "; ") + text;
    built.took = std::chrono::steady_clock::now() - begun;
    return built;
  }

 private:
  using Wrong = std::optional<std::string>;

  // Sequences of snapshots that the log leads on from, newest first; 0 is the beginning.
  std::vector<std::uint64_t> bases(std::vector<std::string>& wrong) {
    std::vector<std::uint64_t> found;
    const Wrong failed = ask([&](Store& store, std::size_t) -> Wrong {
      auto there = store.snapshots();
      if (!there.ok()) return there.error().message;
      found = std::move(*there);
      found.push_back(0);
      std::erase_if(found, [&](std::uint64_t base) { return base + 1 < store.first_sequence(); });
      if (found.empty()) return "the log begins behind all snapshots";
      return std::nullopt;
    });
    if (failed) wrong.push_back(*failed);
    return found;
  }

  Wrong follow(std::uint64_t base, Engine& engine) {
    if (base > 0) {
      if (Wrong wrong = restore_from(base, engine)) {
        return "snapshot at record " + std::to_string(base) + ": " + *wrong;
      }
    }
    Replay replay(engine);
    for (next_ = base + 1; next_ <= sequence_;) {
      Wrong wrong = read_piece();
      if (!wrong) wrong = apply_piece(replay);
      if (wrong) return "log record " + std::to_string(next_) + ": " + *wrong;
    }
    return std::nullopt;
  }

  Wrong restore_from(std::uint64_t base, Engine& engine) {
    Snapshot snapshot{base, {}};
    SnapshotCursor cursor{.sequence = base};
    for (bool more = true; more;) {
      Wrong wrong = ask([&](Store& store, std::size_t) -> Wrong {
        const auto read = store.read_snapshot(cursor, snapshot.payload);
        if (!read.ok()) return read.error().message;
        more = read.value();
        return std::nullopt;
      });
      if (wrong) return wrong;
    }
    return restore(snapshot, engine);
  }

  Wrong read_piece() {
    piece_.clear();
    ends_.clear();
    Wrong wrong = ask([this](Store& store, std::size_t bytes) -> Wrong {
      const auto read = store.read_from(next_, [&](auto records) { return add(records, bytes); });
      if (!read.ok()) return read.error().message;
      return std::nullopt;
    });
    CB_ASSERT(wrong || !ends_.empty(), "record %llu is not durable", static_cast<unsigned long long>(next_));
    return wrong;
  }

  // False when that is a piece.
  bool add(std::span<const LogRecord> records, std::size_t bytes) {
    for (const LogRecord& record : records) {
      if (record.sequence > sequence_) return false;
      piece_ += record.payload;
      ends_.push_back(piece_.size());
    }
    return piece_.size() < bytes;
  }

  // Stops at the record that is wrong.
  Wrong apply_piece(Replay& replay) {
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
      if (auto wrong = decode_command(std::string_view(piece_).substr(begin, end - begin), command_)) {
        return wrong;
      }
      if (auto wrong = replay.apply(command_)) return wrong;
      begin = end;
      ++next_;
    }
    return std::nullopt;
  }

  template <class Task>
  Wrong ask(Task task) {
    if (!builder_.is_wanted(sequence_)) return "given up";
    Wrong wrong;
    const bool asked =
        builder_.ask_store_([&](Store& store, std::size_t bytes) { wrong = task(store, bytes); });
    return asked ? wrong : "the store was closed";
  }

  SnapshotBuilder& builder_;
  const std::uint64_t sequence_;
  std::uint64_t next_ = 1;
  // Of the piece that is being applied; kept for their memory.
  std::string piece_;
  std::vector<std::size_t> ends_;
  Command command_;
};

SnapshotBuilder::SnapshotBuilder(AskStore ask_store, std::function<void()> on_built)
    : ask_store_(std::move(ask_store)), on_built_(std::move(on_built)) {
  thread_ = std::thread([this] { run(); });
}

SnapshotBuilder::~SnapshotBuilder() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    wanted_.reset();
  }
  started_or_end_.notify_one();
  thread_.join();
}

void SnapshotBuilder::start(std::uint64_t sequence) {
  {
    const std::lock_guard lock(mutex_);
    CB_ASSERT(!wanted_, "a snapshot is being built already");
    wanted_ = sequence;
    begun_ = false;
  }
  started_or_end_.notify_one();
}

bool SnapshotBuilder::busy() const {
  const std::lock_guard lock(mutex_);
  return wanted_.has_value();
}

std::optional<SnapshotBuilder::Built> SnapshotBuilder::take() {
  const std::lock_guard lock(mutex_);
  if (built_) wanted_.reset();
  return std::exchange(built_, std::nullopt);
}

void SnapshotBuilder::give_up() {
  const std::lock_guard lock(mutex_);
  wanted_.reset();
  built_.reset();
}

bool SnapshotBuilder::is_wanted(std::uint64_t sequence) const {
  const std::lock_guard lock(mutex_);
  return wanted_ == sequence;
}

void SnapshotBuilder::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    started_or_end_.wait(lock, [&] { return ending_ || (wanted_ && !begun_); });
    if (ending_) return;
    begun_ = true;
    const std::uint64_t sequence = *wanted_;
    lock.unlock();
    Built built = Build(*this, sequence).run();
    malloc_trim(0);  // a whole engine's memory goes back to the system, and is not kept for the next one
    lock.lock();
    if (wanted_ != sequence) continue;
    built_ = std::move(built);
    lock.unlock();
    on_built_();
    lock.lock();
  }
}

}  // namespace cordboard
