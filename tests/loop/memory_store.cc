#include "tests/loop/memory_store.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace cordboard::testing {

// Works on a copy of the disk's content, which becomes the disk's at a sync.
class MemoryStore final : public Store {
 public:
  MemoryStore(MemoryDisk& disk, MemoryDisk::Content content, std::uint64_t epoch)
      : disk_(disk),
        content_(std::move(content)),
        epoch_(epoch),
        durable_(last_sequence()),
        durable_rows_(content_.audit.size()) {}

  Result<void> append(uint64_t first, std::span<const std::string_view> payloads, uint64_t epoch) override {
    if (failed_) return *failed_;
    if (epoch != epoch_) return fail({StoreErrorKind::Fenced, "epoch", epoch_});
    if (first != last_sequence() + 1)
      return fail({StoreErrorKind::OutOfSequence, "append", last_sequence() + 1});
    content_.records.insert(content_.records.end(), payloads.begin(), payloads.end());
    return {};
  }

  Result<void> sync() override {
    if (failed_) return *failed_;
    if (auto committed = disk_.commit(content_); !committed.ok()) return fail(committed.error());
    durable_ = last_sequence();
    durable_rows_ = content_.audit.size();
    return {};
  }

  Result<void> read_from(uint64_t sequence, const LogVisitor& visit) override {
    if (sequence < first_sequence()) return StoreError{StoreErrorKind::Trimmed, "read", first_sequence()};
    for (; sequence <= durable_; ++sequence) {
      const LogRecord record{sequence, content_.records[sequence - content_.trimmed - 1]};
      if (!visit({&record, 1})) break;
    }
    return {};
  }

  uint64_t first_sequence() const override { return content_.trimmed + 1; }
  uint64_t last_sequence() const override { return content_.trimmed + content_.records.size(); }
  uint64_t durable_sequence() const override { return durable_; }
  uint64_t open_epoch() const override { return epoch_; }

  Result<void> begin_snapshot(uint64_t sequence) override {
    if (failed_) return *failed_;
    const uint64_t newest = content_.snapshots.empty() ? 0 : content_.snapshots.back().sequence;
    if (sequence > last_sequence() || sequence <= newest) {
      return fail({StoreErrorKind::OutOfSequence, "snapshot", newest + 1});
    }
    begun_ = Snapshot{sequence, {}};
    return {};
  }
  Result<void> add_to_snapshot(std::string_view bytes) override {
    if (!begun_) return fail({StoreErrorKind::OutOfSequence, "no snapshot was begun", 0});
    begun_->payload += bytes;
    return {};
  }
  Result<void> finish_snapshot() override {
    if (!begun_) return fail({StoreErrorKind::OutOfSequence, "no snapshot was begun", 0});
    content_.snapshots.push_back(*std::exchange(begun_, std::nullopt));
    if (content_.snapshots.size() > kSnapshotsKept) content_.snapshots.erase(content_.snapshots.begin());
    return sync();
  }
  Result<RecoveryPoint> newest_valid_snapshot() override {
    RecoveryPoint point;
    if (!content_.snapshots.empty()) point.snapshot = content_.snapshots.back();
    return point;
  }
  Result<std::vector<uint64_t>> snapshots() override {
    std::vector<uint64_t> found;
    for (auto it = content_.snapshots.rbegin(); it != content_.snapshots.rend(); ++it) {
      found.push_back(it->sequence);
    }
    return found;
  }
  Result<std::optional<Snapshot>> load_snapshot(uint64_t sequence) override {
    for (const Snapshot& snapshot : content_.snapshots) {
      if (snapshot.sequence == sequence) return std::optional(snapshot);
    }
    return std::optional<Snapshot>();
  }
  // Parts of 1,000 bytes.
  Result<bool> read_snapshot(SnapshotCursor& cursor, std::string& bytes) override {
    constexpr uint64_t kPart = 1000;
    const auto snapshot = load_snapshot(cursor.sequence);
    if (disk_.snapshots_are_unreadable() || !snapshot->has_value()) {
      return StoreError{StoreErrorKind::Damaged, "snapshot", cursor.sequence};
    }
    if (cursor.part * kPart >= (*snapshot)->payload.size()) return false;
    bytes += (*snapshot)->payload.substr(kPart * cursor.part++, kPart);
    return true;
  }

  Result<void> append_config_version(const ConfigVersion& version) override {
    if (failed_) return *failed_;
    const uint64_t next = newest_config_version() + 1;
    if (version.version != next) return fail({StoreErrorKind::OutOfSequence, "configuration version", next});
    content_.configs.push_back(version);
    return {};
  }
  uint64_t newest_config_version() const override {
    return content_.configs.empty() ? 0 : content_.configs.back().version;
  }
  Result<std::vector<ConfigVersion>> config_versions(uint64_t most_bytes) override {
    std::vector<ConfigVersion> found;
    for (auto it = content_.configs.rbegin(); it != content_.configs.rend(); ++it) {
      if (!found.empty() && it->text.size() > most_bytes) break;
      most_bytes -= std::min<uint64_t>(most_bytes, it->text.size());
      found.insert(found.begin(), *it);
    }
    return found;
  }
  Result<void> set_start_file(uint64_t checksum_of_text) override {
    if (failed_) return *failed_;
    content_.start_file = checksum_of_text;
    return {};
  }
  Result<uint64_t> start_file() override { return content_.start_file; }

  Result<void> write_keys(std::span<const KeySlot> slots) override {
    if (failed_) return *failed_;
    for (const KeySlot& slot : slots) {
      if (slot.id == 0) {
        content_.keys.erase(slot.slot);
      } else {
        content_.keys[slot.slot] = slot;
      }
    }
    return {};
  }
  Result<std::vector<KeySlot>> keys() override {
    std::vector<KeySlot> found;
    for (const auto& [number, slot] : content_.keys) found.push_back(slot);
    return found;
  }
  Result<void> scrub() override { return sync(); }

  Result<void> append_audit(std::string_view entry) override {
    if (failed_) return *failed_;
    if (entry.size() > kMaxAuditBytes) return fail({StoreErrorKind::TooLarge, "audit row", 0});
    content_.audit.emplace_back(entry);
    return {};
  }
  Result<AuditLink> read_audit(const AuditVisitor& visit) override {
    AuditLink link;
    while (link.number < durable_rows_) {
      const std::string& entry = content_.audit[link.number];
      link = next_link(link, entry);
      visit({link.number, link.hash, entry});
    }
    return link;
  }

  Result<void> append_history(std::span<const HistoryRow> rows) override {
    if (failed_) return *failed_;
    for (const HistoryRow& row : rows) {
      const bool added = content_.history.emplace(std::pair(row.queue, row.boundary_us), row.sums).second;
      if (!added) return fail({StoreErrorKind::Damaged, "a row of history is there already", 0});
    }
    return {};
  }
  Result<std::vector<HistoryRow>> newest_history() override {
    std::vector<HistoryRow> newest;
    for (const auto& [place, sums] : content_.history) {
      if (newest.empty() || newest.back().queue != place.first) newest.emplace_back();
      newest.back() = {place.first, place.second, sums};
    }
    return newest;
  }
  Result<HistoryAnswer> read_history(uint32_t queue, std::span<const int64_t> instants_us) override {
    if (disk_.old_history_is_damaged()) return StoreError{StoreErrorKind::Damaged, "an old page", 0};
    HistoryAnswer answer{content_.history_since, {}};
    for (const int64_t instant : instants_us) {
      auto& into = answer.rows.emplace_back();
      auto after = content_.history.upper_bound({queue, instant});
      if (instant < content_.history_since || after == content_.history.begin()) continue;
      const auto& [place, sums] = *--after;
      if (place.first == queue) into = HistoryRow{queue, place.second, sums};
    }
    return answer;
  }
  Result<void> visit_history(const HistoryVisitor& visit) override {
    for (const auto& [place, sums] : content_.history) visit({place.first, place.second, sums});
    return {};
  }
  // At most one row a call.
  Result<bool> prune_history(int64_t before_us) override {
    if (auto synced = sync(); !synced.ok()) return synced.error();
    if (disk_.old_history_is_damaged()) return StoreError{StoreErrorKind::Damaged, "an old page", 0};
    for (auto row = content_.history.begin(); row != content_.history.end(); ++row) {
      const auto next = std::next(row);
      const bool replaced = next != content_.history.end() && next->first.first == row->first.first &&
                            next->first.second <= before_us;
      if (!replaced) continue;
      content_.history.erase(row);
      content_.history_since = std::max(content_.history_since, before_us);
      if (auto synced = sync(); !synced.ok()) return synced.error();
      return true;
    }
    return false;
  }

  // At most ten records a call.
  Result<bool> trim_log_before(uint64_t sequence) override {
    if (failed_) return *failed_;
    const uint64_t wanted = sequence > first_sequence() ? sequence - first_sequence() : 0;
    const uint64_t dropped = std::min<uint64_t>(wanted, 10);
    content_.records.erase(content_.records.begin(),
                           content_.records.begin() + static_cast<std::ptrdiff_t>(dropped));
    content_.trimmed += dropped;
    if (auto committed = sync(); !committed.ok()) return committed.error();
    return dropped < wanted;
  }
  uint64_t size_bytes() const override { return content_.records.size(); }
  uint64_t free_bytes() const override { return disk_.free_bytes(); }

 private:
  StoreError fail(StoreError error) {
    failed_ = error;
    return error;
  }

  MemoryDisk& disk_;
  MemoryDisk::Content content_;
  const uint64_t epoch_;
  uint64_t durable_;
  uint64_t durable_rows_;
  std::optional<Snapshot> begun_;
  std::optional<StoreError> failed_;
};

std::unique_ptr<Store> MemoryDisk::open() {
  const std::lock_guard lock(mutex_);
  return std::make_unique<MemoryStore>(*this, durable_, ++epoch_);
}

void MemoryDisk::hold_syncs() {
  const std::lock_guard lock(mutex_);
  holding_ = true;
}

void MemoryDisk::let_syncs_pass() {
  const std::lock_guard lock(mutex_);
  holding_ = false;
  changed_.notify_all();
}

bool MemoryDisk::await_held_sync() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return held_; });
}

bool MemoryDisk::await_snapshots(std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(30),
                           [&] { return durable_.snapshots.size() >= count; });
}

void MemoryDisk::fail_next_sync(StoreError error) {
  const std::lock_guard lock(mutex_);
  failure_ = std::move(error);
}

Result<void> MemoryDisk::commit(const Content& staged) {
  std::unique_lock lock(mutex_);
  held_ = holding_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return !holding_; });
  held_ = false;
  if (failure_) return *std::exchange(failure_, std::nullopt);
  const std::uint64_t before = durable_.trimmed + durable_.records.size();
  if (staged.trimmed + staged.records.size() > before) ++syncs_;
  durable_ = staged;
  changed_.notify_all();
  return {};
}

std::uint64_t MemoryDisk::syncs() const {
  const std::lock_guard lock(mutex_);
  return syncs_;
}

std::vector<std::string> MemoryDisk::records() const {
  const std::lock_guard lock(mutex_);
  return durable_.records;
}

std::vector<Snapshot> MemoryDisk::snapshots() const {
  const std::lock_guard lock(mutex_);
  return durable_.snapshots;
}

std::vector<ConfigVersion> MemoryDisk::configs() const {
  const std::lock_guard lock(mutex_);
  return durable_.configs;
}

std::vector<std::string> MemoryDisk::audit() const {
  const std::lock_guard lock(mutex_);
  return durable_.audit;
}

std::vector<HistoryRow> MemoryDisk::history() const {
  const std::lock_guard lock(mutex_);
  std::vector<HistoryRow> rows;
  for (const auto& [place, sums] : durable_.history) rows.push_back({place.first, place.second, sums});
  return rows;
}

std::uint64_t MemoryDisk::first_sequence() const {
  const std::lock_guard lock(mutex_);
  return durable_.trimmed + 1;
}

std::uint64_t MemoryDisk::durable_sequence() const {
  const std::lock_guard lock(mutex_);
  return durable_.trimmed + durable_.records.size();
}

void MemoryDisk::damage_old_history() {
  const std::lock_guard lock(mutex_);
  damaged_history_ = true;
}

bool MemoryDisk::old_history_is_damaged() const {
  const std::lock_guard lock(mutex_);
  return damaged_history_;
}

void MemoryDisk::set_free_bytes(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  free_bytes_ = bytes;
}

std::uint64_t MemoryDisk::free_bytes() const {
  const std::lock_guard lock(mutex_);
  return free_bytes_;
}

void MemoryDisk::make_snapshots_unreadable(bool unreadable) {
  const std::lock_guard lock(mutex_);
  unreadable_snapshots_ = unreadable;
}

bool MemoryDisk::snapshots_are_unreadable() const {
  const std::lock_guard lock(mutex_);
  return unreadable_snapshots_;
}

void MemoryDisk::forget_history() {
  const std::lock_guard lock(mutex_);
  durable_.history.clear();
}

void MemoryDisk::forget_snapshots() {
  const std::lock_guard lock(mutex_);
  durable_.snapshots.clear();
}

void MemoryDisk::replace_snapshot(std::string payload) {
  const std::lock_guard lock(mutex_);
  durable_.snapshots.back().payload = std::move(payload);
}

void MemoryDisk::replace_configs(std::vector<ConfigVersion> configs) {
  const std::lock_guard lock(mutex_);
  durable_.configs = std::move(configs);
}

void MemoryDisk::replace_record(std::uint64_t sequence, std::string payload) {
  const std::lock_guard lock(mutex_);
  durable_.records[sequence - durable_.trimmed - 1] = std::move(payload);
}

}  // namespace cordboard::testing
