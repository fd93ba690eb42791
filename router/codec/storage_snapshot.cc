#include "router/codec/storage_snapshot.h"

#include <limits>
#include <utility>

#include "cordboard/storage/v1/snapshot.pb.h"
#include "router/codec/storage_reader.h"
#include "router/codec/wire_writer.h"
#include "router/core/assert.h"

namespace cordboard {
namespace {

constexpr std::uint32_t kFormatVersion = 1;

}  // namespace

std::string snapshot_head(const StoredSnapshot& snapshot) {
  storage::v1::SnapshotRecord record;
  record.set_format_version(kFormatVersion);
  record.set_sequence(snapshot.sequence);
  record.set_config_version(snapshot.config_version);
  record.set_at_us(to_us(snapshot.at));
  record.set_digest(snapshot.digest);
  std::string head = record.SerializeAsString();
  WireWriter(head).header(storage::v1::SnapshotRecord::kEngineStateFieldNumber, snapshot.engine_state.size());
  CB_ASSERT(head.size() + snapshot.engine_state.size() <= std::numeric_limits<int>::max(),
            "a state of %zu bytes", snapshot.engine_state.size());
  return head;
}

std::optional<std::string> decode_snapshot(std::string_view bytes, StoredSnapshot& snapshot) {
  storage::v1::SnapshotRecord record;
  const bool fits = bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (!fits || !record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return "the bytes are no snapshot record";
  }
  if (record.format_version() != kFormatVersion) {
    return "snapshot format " + std::to_string(record.format_version()) + ", this router reads " +
           std::to_string(kFormatVersion);
  }
  StorageReader reader;
  reader.known(record);
  snapshot.sequence = record.sequence();
  snapshot.config_version = record.config_version();
  snapshot.at = time_from_us(record.at_us());
  snapshot.engine_state = std::move(*record.mutable_engine_state());
  snapshot.digest = record.digest();
  return reader.take_error();
}

}  // namespace cordboard
