// Any bit of a store may turn, and any file of it may be cut at any byte: the start is refused and says
// where, or nothing that was acknowledged is lost. Of the audit trail a start looks at the end only; the rest
// is told by who reads it.
//
// Every damage is tried on a store with a log of 256 KiB, as a stop leaves it (all in the database) and as a
// kill leaves it (all in the write-ahead log), and on a smaller one with snapshots. The store is opened as a
// start opens it, untouched, so that the next damage can be tried at once; the real engine replays what is
// left.
//
// By default one bit of every 256 and one byte of every 256 are tried, not always the same one.
// CORDBOARD_FLIP_STEP=1 tries all. CORDBOARD_FLIP_SEED chooses others: the seeds from 0 to below the step try
// each once, so that processes can share a whole sweep.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "router/loop/recovery.h"
#include "router/loop/snapshot_saver.h"
#include "router/store/sqlite_store.h"
#include "tests/durability/script.h"
#include "tests/store/store_testing.h"

namespace cordboard::testing {
namespace {

constexpr std::uint64_t kLogBytes = 256 << 10;
// Of the stores whose records are all as they were written, one in so many is replayed by the engine as well.
constexpr std::uint64_t kRebuildEvery = 256;

#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kDefaultStep = 256;
#else
constexpr std::uint64_t kDefaultStep = 8192;  // some thirty times slower
#endif

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

// One file whose bytes are changed in place.
class Victim {
 public:
  explicit Victim(const std::filesystem::path& path)
      : whole_(read_file(path)), descriptor_(::open(path.c_str(), O_RDWR | O_CLOEXEC)) {}
  ~Victim() { ::close(descriptor_); }
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;

  std::uint64_t size() const { return whole_.size(); }
  void flip(std::uint64_t bit) { put(bit / 8, static_cast<char>(whole_[bit / 8] ^ (1 << bit % 8))); }
  void restore(std::uint64_t bit) { put(bit / 8, whole_[bit / 8]); }
  void cut(std::uint64_t bytes) { ASSERT_EQ(::ftruncate(descriptor_, static_cast<off_t>(bytes)), 0); }

 private:
  void put(std::uint64_t at, char byte) {
    ASSERT_EQ(::pwrite(descriptor_, &byte, 1, static_cast<off_t>(at)), 1);
  }

  const std::string whole_;
  const int descriptor_;
};

class BitFlip : public ::testing::Test {
 protected:
  enum class Verdict { Detected, Harmless, Wrong };

  // Writes the script in groups; `killed`: the files as they are while the store is open.
  void write_store(const Script& script, std::uint64_t group, bool killed) {
    expected_sequence_ = script.size();
    expected_digest_ = script.digest_at(script.size());
    script_ = &script;
    history_ = script.history_at(script.size());
    ASSERT_FALSE(history_.empty());
    const TempDirectory written(memory_directory());
    auto store = open_sqlite_store({.directory = written.path()});
    ASSERT_OK(store);
    SnapshotSaver saver(**store, 0, SnapshotSaver::kKeepAll);
    for (std::uint64_t at = 0; at < script.size(); at += group) {
      ASSERT_OK(write_steps(**store, script, at + 1, std::min(script.size(), at + group)));
    }
    for (const StoredSnapshot& snapshot : script.snapshots) saver.add(StoredSnapshot(snapshot));
    while (!saver.idle()) ASSERT_OK(saver.step());
    if (!killed) store->reset();
    std::filesystem::copy(written.path(), directory_.path(), std::filesystem::copy_options::recursive);
    ASSERT_EQ(judge(), Verdict::Harmless) << "the whole store: " << last_other_;
  }

  // What a start would find.
  Verdict judge() {
    auto store = open_sqlite_store({.directory = directory_.path(), .untouched = true});
    if (!store.ok()) return detected(store.error());
    // Whether the newest configuration is the one that the log applied is for the engine to say.
    const bool same_newest = (*store)->newest_config_version() == script_->versions.size();
    if (same_records(**store) && same_snapshot(**store) && same_newest && ++same_ % kRebuildEvery != 0)
      return judge_configurations(**store);
    auto rebuilt = rebuild(**store);
    if (const auto* error = std::get_if<RecoveryError>(&rebuilt)) {
      return detected(error->store ? *error->store
                                   : StoreError{StoreErrorKind::Damaged, error->message, error->position});
    }
    const Recovered& recovered = std::get<Recovered>(rebuilt);
    const bool same =
        recovered.last_sequence == expected_sequence_ && recovered.engine.digest() == expected_digest_;
    return same ? judge_configurations(**store) : Verdict::Wrong;
  }

  Verdict judge_configurations(Store& store) {
    const auto versions = store.config_versions(kAnyBytes);
    if (!versions.ok()) return detected(versions.error());
    return versions->size() == script_->versions.size() ? judge_audit(store) : Verdict::Wrong;
  }

  Verdict judge_audit(Store& store) {
    std::uint64_t rows = 0;
    const auto end = store.read_audit([&](const AuditRow&) { ++rows; });
    if (!end.ok()) return detected(end.error());
    return rows == script_->audited() ? judge_history(store) : Verdict::Wrong;
  }

  // That a row is missing may not be noticed (docs/adr/0011); one that is there is the one that was written.
  Verdict judge_history(Store& store) {
    bool known = true;
    const auto read = store.visit_history([&](const HistoryRow& row) {
      const auto place = [](const HistoryRow& at) { return std::pair(at.queue, at.boundary_us); };
      const auto written = std::ranges::lower_bound(history_, place(row), {}, place);
      known = known && written != history_.end() && *written == row;
    });
    if (!read.ok()) return detected(read.error());
    return known ? Verdict::Harmless : Verdict::Wrong;
  }

  // The engine is deterministic: from equal records comes the same state.
  bool same_records(Store& store) const {
    std::uint64_t equal = 0;
    const auto read = store.read_from(1, [&](std::span<const LogRecord> run) {
      for (const LogRecord& record : run) {
        if (record.sequence > script_->size() || record.payload != script_->steps[record.sequence - 1].record)
          return false;
        ++equal;
      }
      return true;
    });
    return read.ok() && equal == script_->size() && store.last_sequence() == equal;
  }

  bool same_snapshot(Store& store) const {
    if (script_->snapshots.empty()) return true;
    const auto point = store.newest_valid_snapshot();
    return point.ok() && point->warnings.empty() && point->snapshot &&
           point->snapshot->sequence == script_->snapshots.back().sequence;
  }

  void flip_bits(const char* name, const char* file) {
    if (HasFatalFailure()) return;
    Victim victim(directory_.path() / file);
    for (std::uint64_t first = 0; first < victim.size() * 8; first += step_) {
      const std::uint64_t bit = first + offset(first);
      if (bit >= victim.size() * 8) break;
      victim.flip(bit);
      count(judge(), "bit", bit);
      victim.restore(bit);
      if (HasFailure()) return;
    }
    print(name, "bits flipped");
  }

  void cut_everywhere(const char* name, const char* file) {
    if (HasFatalFailure()) return;
    Victim victim(directory_.path() / file);
    for (std::uint64_t first = victim.size() / step_ * step_ + step_; first > 0; first -= step_) {
      const std::uint64_t bytes = first - step_ + offset(first);
      if (bytes >= victim.size()) continue;
      victim.cut(bytes);
      count(judge(), "cut at byte", bytes);
      if (HasFailure()) return;
    }
    print(name, "cuts");
  }

  const TempDirectory directory_{memory_directory()};

 private:
  std::uint64_t offset(std::uint64_t first) const { return (seed_ + first / step_ * 29) % step_; }

  // Each kind has its exit code; see exit_code_of.
  Verdict detected(const StoreError& error) {
    const bool own = error.kind == StoreErrorKind::Damaged || error.kind == StoreErrorKind::NewerFormat;
    if (!own) {
      ++other_codes_;
      last_other_ = error.message;
    }
    if (error.position > expected_sequence_ + 1 && error.kind == StoreErrorKind::Damaged)
      return Verdict::Wrong;
    if (error.position > 0) ++positions_;
    return Verdict::Detected;
  }

  void count(Verdict verdict, const char* what, std::uint64_t where) {
    ++tried_;
    if (verdict == Verdict::Detected) ++detected_;
    if (verdict == Verdict::Harmless) ++harmless_;
    if (verdict == Verdict::Wrong)
      ADD_FAILURE() << what << " " << where << " is neither noticed nor harmless";
  }

  void print(const char* name, const char* what) {
    std::printf(
        "%s: %s %llu, detected %llu, harmless %llu, wrong 0 (a record named %llu, exit code 7 %llu)\n", name,
        what, static_cast<unsigned long long>(tried_), static_cast<unsigned long long>(detected_),
        static_cast<unsigned long long>(harmless_), static_cast<unsigned long long>(positions_),
        static_cast<unsigned long long>(other_codes_));
    if (other_codes_ > 0) std::printf("  for example: %s\n", last_other_.c_str());
  }

  const std::uint64_t step_ = std::max<std::uint64_t>(1, number_from("CORDBOARD_FLIP_STEP", kDefaultStep));
  const std::uint64_t seed_ = number_from("CORDBOARD_FLIP_SEED", 0);
  const Script* script_ = nullptr;
  std::vector<HistoryRow> history_;
  std::uint64_t expected_sequence_ = 0;
  std::uint64_t expected_digest_ = 0;
  std::uint64_t same_ = 0;
  std::uint64_t tried_ = 0;
  std::uint64_t detected_ = 0;
  std::uint64_t harmless_ = 0;
  std::uint64_t positions_ = 0;
  std::uint64_t other_codes_ = 0;
  std::string last_other_;
};

const Script& quarter_mebibyte() {
  static const Script made = [] {
    Script script;
    std::uint64_t bytes = 0;
    for (std::uint64_t commands = 9'000; bytes < kLogBytes; commands += 200) {
      script = make_script(5, commands, 0, false);
      bytes = 0;
      for (const auto& step : script.steps) bytes += step.record.size();
    }
    std::printf("log: %llu records, %llu bytes\n", static_cast<unsigned long long>(script.size()),
                static_cast<unsigned long long>(bytes));
    return script;
  }();
  return made;
}

const Script& small_script() {
  static const Script made = make_script(6, 120, 50);
  return made;
}

TEST_F(BitFlip, AnyBitOfADatabase) {
  write_store(quarter_mebibyte(), 25, false);
  flip_bits("database", "cordboard.db");
}

TEST_F(BitFlip, ADatabaseCutAtAnyByte) {
  write_store(quarter_mebibyte(), 25, false);
  cut_everywhere("database", "cordboard.db");
}

TEST_F(BitFlip, AnyBitOfAWriteAheadLog) {
  write_store(quarter_mebibyte(), 1000, true);
  flip_bits("write-ahead log", "cordboard.db-wal");
}

TEST_F(BitFlip, AWriteAheadLogCutAtAnyByte) {
  write_store(quarter_mebibyte(), 1000, true);
  cut_everywhere("write-ahead log", "cordboard.db-wal");
}

TEST_F(BitFlip, AnyBitOfADatabaseWithSnapshots) {
  write_store(small_script(), 20, false);
  flip_bits("database with snapshots", "cordboard.db");
}

TEST_F(BitFlip, ADatabaseWithSnapshotsCutAtAnyByte) {
  write_store(small_script(), 20, false);
  cut_everywhere("database with snapshots", "cordboard.db");
}

TEST_F(BitFlip, AnyBitOfTheMark) {
  write_store(small_script(), 20, true);
  flip_bits("mark", "cordboard.mark");
}

}  // namespace
}  // namespace cordboard::testing
