#include "router/loop/snapshot_builder.h"

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
    for (const std::uint64_t base : bases()) {
      Engine engine;
      const Wrong wrong = follow(base, engine);
      if (!wrong) {
        built.snapshot = snapshot_of(engine, sequence_);
        break;
      }
      if (!built.warning.empty()) built.warning += "; ";
      built.warning += *wrong;
    }
    built.took = std::chrono::steady_clock::now() - begun;
    return built;
  }

 private:
  using Wrong = std::optional<std::string>;
  static constexpr const char* kNoStore = "the store was closed";

  // Sequences of snapshots that the log leads on from, newest first; 0 is the beginning.
  std::vector<std::uint64_t> bases() {
    std::vector<std::uint64_t> found;
    builder_.ask_store_([&](Store& store) {
      if (auto there = store.snapshots(); there.ok()) found = std::move(*there);
      found.push_back(0);
      std::erase_if(found, [&](std::uint64_t base) { return base + 1 < store.first_sequence(); });
    });
    return found;
  }

  Wrong follow(std::uint64_t base, Engine& engine) {
    if (base > 0) {
      if (const Wrong wrong = restore_from(base, engine)) {
        return "snapshot at record " + std::to_string(base) + ": " + *wrong;
      }
    }
    Replay replay(engine);
    for (next_ = base + 1; next_ <= sequence_;) {
      if (!builder_.is_wanted(sequence_)) return "given up";
      if (const Wrong wrong = read_piece()) return wrong;
      if (const Wrong wrong = apply_piece(replay)) {
        return "log record " + std::to_string(next_) + ": " + *wrong;
      }
    }
    return std::nullopt;
  }

  Wrong restore_from(std::uint64_t base, Engine& engine) {
    Snapshot snapshot{base, {}};
    for (std::uint64_t part = 0;; ++part) {
      if (!builder_.is_wanted(sequence_)) return "given up";
      Result<bool> more(false);
      if (!builder_.ask_store_(
              [&](Store& store) { more = store.read_snapshot_part(base, part, snapshot.payload); })) {
        return kNoStore;
      }
      if (!more.ok()) return more.error().message;
      if (!more.value()) break;
    }
    return restore(snapshot, engine);
  }

  Wrong read_piece() {
    piece_.clear();
    ends_.clear();
    Result<void> read;
    if (!builder_.ask_store_([&](Store& store) {
          read = store.read_from(next_, [this](auto records) { return add(records); });
        })) {
      return kNoStore;
    }
    if (!read.ok()) return read.error().message;
    CB_ASSERT(!ends_.empty(), "record %llu is not durable", static_cast<unsigned long long>(next_));
    return std::nullopt;
  }

  // False when that is a piece.
  bool add(std::span<const LogRecord> records) {
    for (const LogRecord& record : records) {
      if (record.sequence > sequence_) return false;
      piece_ += record.payload;
      ends_.push_back(piece_.size());
    }
    return piece_.size() < kPieceBytes;
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
    lock.lock();
    if (wanted_ != sequence) continue;
    built_ = std::move(built);
    lock.unlock();
    on_built_();
    lock.lock();
  }
}

}  // namespace cordboard
