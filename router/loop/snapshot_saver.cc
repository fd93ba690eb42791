#include "router/loop/snapshot_saver.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace cordboard {

void SnapshotSaver::add(StoredSnapshot&& snapshot) {
  if (snapshot.sequence <= added_) return;
  added_ = snapshot.sequence;
  waiting_.push_back(std::move(snapshot));
}

Result<std::optional<SnapshotSaver::Saved>> SnapshotSaver::step() {
  if (!waiting_.empty()) return save_piece(waiting_.front());
  const auto more = store_.trim_log_before(trim_before_);
  if (!more.ok()) return more.error();
  if (!more.value()) trim_before_ = 0;
  return std::optional<Saved>();
}

Result<std::optional<SnapshotSaver::Saved>> SnapshotSaver::save_piece(const StoredSnapshot& snapshot) {
  if (!begun_) {
    began_at_ = std::chrono::steady_clock::now();
    if (const auto begun = store_.begin_snapshot(snapshot.sequence); !begun.ok()) return begun.error();
    const std::string head = snapshot_head(snapshot);
    if (const auto added = store_.add_to_snapshot(head); !added.ok()) return added.error();
    begun_ = true;
    head_bytes_ = head.size();
    saved_bytes_ = 0;
  }
  const auto piece = std::string_view(snapshot.engine_state).substr(saved_bytes_, kPieceBytes);
  if (const auto added = store_.add_to_snapshot(piece); !added.ok()) return added.error();
  saved_bytes_ += piece.size();
  if (saved_bytes_ == snapshot.engine_state.size()) return finish(snapshot);
  // The piece is paid for now, and not by the next commands.
  if (const auto synced = store_.sync(); !synced.ok()) return synced.error();
  return std::optional<Saved>();
}

Result<std::optional<SnapshotSaver::Saved>> SnapshotSaver::finish(const StoredSnapshot& snapshot) {
  if (const auto finished = store_.finish_snapshot(); !finished.ok()) return finished.error();
  const Saved saved{head_bytes_ + saved_bytes_, std::chrono::steady_clock::now() - began_at_};
  const std::uint64_t previous = std::exchange(newest_, snapshot.sequence);
  if (previous > 0 && keep_log_ < snapshot.sequence) {
    trim_before_ = std::min(previous, snapshot.sequence - keep_log_) + 1;
  }
  waiting_.pop_front();
  begun_ = false;
  return std::optional<Saved>(saved);
}

}  // namespace cordboard
