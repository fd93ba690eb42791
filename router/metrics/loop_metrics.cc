#include "router/metrics/loop_metrics.h"

#include <chrono>

#include "router/core/reject_reason.h"

namespace cordboard {
namespace {

void add_commands(const LoopStats& stats, const Labels& labels, FamilySet& families) {
  for (std::size_t i = 0; i < kCommandCount; ++i) {
    const Labels command = with(labels, "command", std::string(command_name(i)));
    families.add("commands_total", with(command, "outcome", "accepted"), stats.accepted[i]);
    families.add("commands_total", with(command, "outcome", "rejected"), stats.rejected[i]);
    families.add("commands_total", with(command, "outcome", "repeated"), stats.repeated[i]);
  }
  for (std::size_t i = 0; i < kRejectReasonCount; ++i) {
    const std::string_view reason = to_string(static_cast<RejectReason>(i));
    families.add("rejections_total", with(labels, "reason", std::string(reason)), stats.rejections[i]);
  }
  families.add("events_total", labels, stats.events);
  families.add("queries_total", labels, stats.queries);
}

void add_log(const LoopStats& stats, const Labels& labels, FamilySet& families) {
  const LogWriterStats& writer = stats.writer;
  families.add("commit_seconds", labels, stats.commit_us, kSecondsPerUs);
  families.add("sync_seconds", labels, writer.sync_us, kSecondsPerUs);
  families.add("sync_records", labels, writer.sync_records, 1);
  families.add("snapshot_build_seconds", labels, writer.snapshot_build_us, kSecondsPerUs);
  families.add("snapshot_write_seconds", labels, writer.snapshot_us, kSecondsPerUs);
  families.add("snapshot_bytes", labels, writer.last_snapshot_bytes);
  families.add("log_sequence", labels, stats.last_sequence);
  families.add("log_durable_sequence", labels, stats.durable_sequence);
  families.add("log_snapshot_sequence", labels, writer.snapshot_sequence);
  families.add("log_records_written_total", labels, writer.records);
  families.add("log_bytes_written_total", labels, writer.bytes);
  families.add("store_bytes", labels, writer.store_bytes);
  families.add("store_free_bytes", labels, writer.free_bytes);
}

void add_limit(const char* name, std::uint64_t used, std::uint64_t max, const Labels& labels,
               FamilySet& families) {
  families.add("limit_used", with(labels, "limit", name), used);
  families.add("limit_max", with(labels, "limit", name), max);
}

}  // namespace

void add_loop_metrics(const LoopStats& stats, const Labels& labels, FamilySet& families) {
  add_commands(stats, labels, families);
  families.add("inbox_seconds", labels, stats.inbox_us, kSecondsPerUs);
  families.add("apply_seconds", labels, stats.apply_us, kSecondsPerUs);
  families.add("batch_commands", labels, stats.batch_commands, 1);
  add_log(stats, labels, families);
}

void add_loop_gauges(const LoopGauges& gauges, const Labels& labels, FamilySet& families) {
  families.add("inbox_depth", labels, gauges.inbox_depth);
  families.add("inbox_delay_seconds", labels, std::chrono::duration<double>(gauges.inbox_delay).count());
  families.add("inbox_overloaded_total", labels, gauges.overloaded);
  families.add("unsynced_records", labels, gauges.unsynced_records);
  families.add("unsynced_bytes", labels, gauges.unsynced_bytes);
  families.add("held_answers", labels, gauges.held_answers);
  families.add("short_of_space", labels, std::uint64_t{gauges.short_of_space});
  add_limit("inbox", gauges.inbox_depth, gauges.inbox_limit, labels, families);
  add_limit("unsynced_records", gauges.unsynced_records, gauges.unsynced_records_limit, labels, families);
  add_limit("unsynced_bytes", gauges.unsynced_bytes, gauges.unsynced_bytes_limit, labels, families);
  add_limit("held_answers", gauges.held_answers, gauges.held_answers_limit, labels, families);
}

void add_stream_metrics(const EdgeCounters& edge, const Labels& labels, FamilySet& families) {
  for (std::size_t i = 0; i < kRequestClasses; ++i) {
    const Labels named = with(labels, "class", kRequestClassNames[i]);
    for (std::size_t why = 0; why < kRefusedBy; ++why) {
      families.add("requests_refused_total", with(named, "reason", kRefusedByNames[why]),
                   edge.refused[i][why].load());
    }
  }
  for (std::size_t i = 0; i < kStreamKinds; ++i) {
    const Labels kind = with(labels, "kind", kStreamKindNames[i]);
    families.add("streams", kind, edge.open[i].load());
    families.add("stream_slow_readers_total", kind, edge.slow_readers[i].load());
    families.add("stream_unread_bytes", kind, edge.unread_bytes[i].load());
    families.add("stream_messages_sent_total", kind, edge.messages_sent[i].load());
    families.add("stream_bytes_sent_total", kind, edge.bytes_sent[i].load());
  }
}

}  // namespace cordboard
