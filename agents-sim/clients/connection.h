// The way to one router: where it is, and under which tenant its clients speak.

#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "router/core/types.h"

namespace cordboard::sim {

class Connection {
 public:
  enum class Kind : std::uint8_t {
    Shared,
    Separate,  // every call opens a connection of its own
    Narrow,    // shared, and gRPC reads ahead 64 KiB of a stream that nobody reads, not megabytes
  };
  Connection(const std::string& target, std::string tenant, Kind kind = Kind::Shared);

  // The router is somewhere else from now on (it was restarted). Calls that exist are not affected.
  void retarget(const std::string& target);

  // No calls any more. A router that ends waits for connections that nobody reads from.
  void close() { channel_.reset(); }

  std::shared_ptr<grpc::Channel> channel() const;

  // Names the tenant; the call waits for the router to be there.
  void prepare(grpc::ClientContext& context) const;

 private:
  const std::string tenant_;
  std::string target_;
  const Kind kind_;
  std::shared_ptr<grpc::Channel> channel_;
};

// How long to wait before the next try: doubles from 50 ms to 2 s, until something worked.
class Backoff {
 public:
  Duration next() {
    const Duration wait = next_;
    next_ = std::min(2 * next_, Duration{2'000'000});
    return wait;
  }
  void reset() { next_ = kFirst; }

 private:
  static constexpr Duration kFirst{50'000};
  Duration next_ = kFirst;
};

}  // namespace cordboard::sim
