#include "router/loop/snapshot_schedule.h"

#include "router/loop/replay.h"

namespace cordboard {

void SnapshotSchedule::add_to(LogBatch& batch, const Applier& applier, const LogWriter& writer,
                              bool stopping) {
  const std::uint64_t sequence = applier.last_sequence();
  if (!is_due(sequence - newest_, writer, stopping)) return;
  newest_ = sequence;
  if (stopping || writer.needs_state()) {
    batch.snapshot = snapshot_of(applier.engine(), sequence);
  } else {
    batch.due_snapshot = sequence;
  }
}

bool SnapshotSchedule::is_due(std::uint64_t commands, const LogWriter& writer, bool stopping) const {
  if (writer.short_of_space()) return false;
  const bool is_missing = writer.saving_snapshot() || writer.needs_state();
  if (stopping) return at_stop_ && (commands > 0 || is_missing);
  if (writer.saving_snapshot() || every_ == 0 || commands == 0) return false;
  return commands >= every_ || writer.needs_state();
}

}  // namespace cordboard
