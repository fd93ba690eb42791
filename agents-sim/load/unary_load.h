// Simple clients: each submits one contact with a call of its own, waits for the answer, and submits the
// next.
//
// The contacts stay in the router; play it against one that is thrown away.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agents-sim/base/latency.h"
#include "agents-sim/clients/connection.h"
#include "agents-sim/clients/event_loop.h"
#include "cordboard/v1/gateway_service.grpc.pb.h"

namespace cordboard::sim {

struct UnaryLoadOptions {
  std::string target;
  std::string tenant;
  std::string queue;
  Duration duration{10'000'000};
  std::uint32_t clients = 64;
  std::uint32_t connections = 2;  // that the clients share
};

// Belongs to the loop's thread; the loop must outlive it and run until `on_over`.
class UnaryLoad {
 public:
  UnaryLoad(EventLoop& loop, const UnaryLoadOptions& options, std::function<void()> on_over);
  ~UnaryLoad();

  void start();

  std::uint64_t accepted() const { return accepted_; }
  std::uint64_t refused() const { return refused_; }
  // Of the first refusal; empty when there was none.
  const std::string& first_refusal() const { return first_refusal_; }
  // From the call to its answer.
  const Latency& latency() const { return latency_; }
  Duration took() const { return ended_at_ - started_at_; }

 private:
  class Client;

  bool is_time_up() const { return loop_.now() >= ends_at_; }
  void answered(const grpc::Status& status, Duration took);
  void client_is_done();

  EventLoop& loop_;
  const UnaryLoadOptions options_;
  const std::function<void()> on_over_;
  const std::string prefix_;  // of the contacts' ids
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::size_t active_ = 0;
  std::uint64_t submitted_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t refused_ = 0;
  std::string first_refusal_;
  Latency latency_;
  Time started_at_{};
  Time ends_at_{};
  Time ended_at_{};
};

}  // namespace cordboard::sim
