// When a snapshot is due, and where its state comes from.

#pragma once

#include <cstdint>

#include "router/loop/applier.h"
#include "router/loop/log_writer.h"

namespace cordboard {

class SnapshotSchedule {
 public:
  // `every`: commands between two; 0 = only at a stop. `at_stop`: one then. `newest`: in the store, 0 for
  // none.
  SnapshotSchedule(std::uint64_t every, bool at_stop, std::uint64_t newest)
      : every_(every), at_stop_(at_stop), newest_(newest) {}

  // Adds one to the batch that ends with the applier's last command, when it is due. From the engine, where
  // everything stands still meanwhile, only when nothing waits or the store does not lead there.
  void add_to(LogBatch& batch, const Applier& applier, const LogWriter& writer, bool stopping);

 private:
  bool is_due(std::uint64_t commands, const LogWriter& writer, bool stopping) const;

  const std::uint64_t every_;
  const bool at_stop_;
  std::uint64_t newest_;  // the command after which one was due or taken
};

}  // namespace cordboard
