// Hands what happened in one tenant to everybody who listens: agents, gateways, watchers.
//
// stage() encodes, on the loop's thread and right after the command, for those who listen at that moment;
// release() gives it to their streams, which send it. Streams come and go by queries, on the same thread.

#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>

#include "router/grpc/agent_feed.h"
#include "router/grpc/edge_options.h"
#include "router/grpc/gateway_feed.h"
#include "router/grpc/quiet_list.h"
#include "router/grpc/watch_feed.h"
#include "router/loop/clock.h"
#include "router/loop/publisher.h"

namespace cordboard {

// A stream that does something when nothing happened for an interval.
class QuietMember {
 public:
  virtual ~QuietMember() = default;
  virtual void on_quiet(Time now) = 0;
};

class TenantPublisher final : public Publisher {
 public:
  // `revision` is that of the state the loop starts from.
  TenantPublisher(boost::asio::io_context& io, Clock& clock, const EdgeOptions& options,
                  std::uint64_t revision);
  ~TenantPublisher() override;

  void stage(std::uint64_t revision, Time at, const State& state, std::span<const Event> events) override;
  void release(std::uint64_t revision) override;

  // Everything up to here was handed out.
  std::uint64_t released() const { return released_; }

  AgentFeed& agents() { return agents_; }
  GatewayFeed& gateways() { return gateways_; }
  WatchFeed& watches() { return watches_; }

  // Calls on_quiet() a third of the heartbeat timeout after the last touch, again and again.
  void expect(QuietMember& member);
  void forget(QuietMember& member) { sessions_.remove(&member); }

 private:
  void on_ring();
  void rearm();

  const Clock& clock_;
  std::uint64_t released_;
  EventEncoder encoder_;
  AgentFeed agents_;
  GatewayFeed gateways_;
  WatchFeed watches_;
  QuietList<QuietMember> sessions_;
  Time armed_at_ = kNever;
  std::unique_ptr<Alarm> alarm_;
};

}  // namespace cordboard
