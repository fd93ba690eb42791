// A watcher that keeps the rows it was sent, as a supervisor's display does.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/grpc/server_under_test.h"

namespace cordboard::testing {

// Of clients whose gRPC reads ahead 64 KiB, not some 4 MiB.
grpc::ChannelArguments reads_ahead_little();

// Everything, customers' data included.
v1::WatchRequest watch_with_data();

// Rows by name, without what changes by time alone.
struct Rows {
  std::map<std::string, std::string> queues;
  std::map<std::string, std::string> agents;
  std::map<std::string, std::string> contacts;
  friend bool operator==(const Rows&, const Rows&) = default;
};

// The same from the lists.
Rows list_rows(ServerUnderTest& server, const std::string& tenant = "");

class WatchClient {
 public:
  WatchClient(ServerUnderTest& server, v1::WatchRequest request, const std::string& tenant = "");
  ~WatchClient();

  // The next message, applied to the rows; nothing when the stream has ended.
  std::optional<v1::WatchResponse> read();
  // Reads until the rows are as of `revision` or later.
  void read_until(std::uint64_t revision);
  grpc::Status finish();

  const Rows& rows() const { return rows_; }
  std::uint64_t revision() const { return revision_; }
  const std::vector<v1::Event>& events() const { return events_; }

 private:
  void apply(const v1::Snapshot& snapshot);
  void apply(const v1::DeltaBatch& batch);

  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> stream_;
  Rows rows_;
  Rows building_;  // a snapshot whose last chunk has not come
  std::uint64_t revision_ = 0;
  std::vector<v1::Event> events_;
};

}  // namespace cordboard::testing
