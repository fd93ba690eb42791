// Watches a router as a supervisor's screen does: the rows of all queues, and what every agent is doing,
// always as of the last change that the router sent.
//
// After a break it watches again from a fresh snapshot. Belongs to the loop's thread.

#pragma once

#include <grpcpp/support/async_stream.h>

#include <array>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agents-sim/clients/connection.h"
#include "agents-sim/clients/event_loop.h"
#include "cordboard/v1/supervisor_service.grpc.pb.h"

namespace cordboard::sim {

class WatchClient {
 public:
  // How many agents are logged in, by v1::Agent::Activity; those not ready and without work apart.
  struct Activities {
    std::array<std::size_t, v1::Agent::Activity_ARRAYSIZE> by_activity{};
    std::size_t not_ready = 0;
    std::size_t logged_in = 0;
  };

  // Both must outlive it.
  WatchClient(EventLoop& loop, const Connection& connection) : loop_(loop), connection_(connection) {}

  void open();
  // The router has moved.
  void reopen();
  // Over when is_closed().
  void finish();

  bool is_closed() const { return call_ == nullptr; }
  // In the order of the configuration; empty until the first snapshot is complete.
  const std::vector<v1::Queue>& queues() const { return queues_; }
  Activities activities() const;

 private:
  struct Call {
    grpc::ClientContext context;
    v1::WatchResponse response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncReader<v1::WatchResponse>> reader;
  };
  class Step final : public Completion {
   public:
    using Method = void (WatchClient::*)(bool);
    Step(WatchClient& owner, Method method) : owner_(owner), method_(method) {}
    void complete(bool ok) override { (owner_.*method_)(ok); }
    void* tag() { return static_cast<Completion*>(this); }

   private:
    WatchClient& owner_;
    Method method_;
  };

  void started(bool ok);
  void have_read(bool ok);
  void finished(bool ok);
  void on_snapshot(const v1::Snapshot& snapshot);
  void on_delta(const v1::Delta& delta);
  void keep(const v1::Queue& queue);
  void keep(const v1::Agent& agent) { agents_[agent.agent_id()] = {agent.state(), agent.activity()}; }

  EventLoop& loop_;
  const Connection& connection_;
  std::unique_ptr<Call> call_;
  bool in_snapshot_ = false;
  bool finishing_ = false;
  bool at_once_ = false;
  Backoff backoff_;
  EventLoop::TimerId retry_ = EventLoop::kNoTimer;
  std::vector<v1::Queue> queues_;
  std::unordered_map<std::string, std::pair<v1::Agent::State, v1::Agent::Activity>> agents_;  // only counted
  Step start_done_{*this, &WatchClient::started};
  Step read_done_{*this, &WatchClient::have_read};
  Step finish_done_{*this, &WatchClient::finished};
};

}  // namespace cordboard::sim
