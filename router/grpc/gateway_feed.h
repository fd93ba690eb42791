// Which session brings a gateway the events of its contacts, and what did it miss while it had none?
//
// The events of the contacts of every gateway that had a session in this process are kept for a while, so
// that a session that comes back goes on where the last one stopped. Bounded in number and bytes: when full,
// the oldest are forgotten, and a gateway that has not seen them starts from its live contacts instead.
//
// Belongs to the loop's thread.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "router/codec/api_events.h"
#include "router/core/event.h"
#include "router/core/state.h"
#include "router/grpc/edge_options.h"
#include "router/grpc/fragments.h"
#include "router/grpc/notice_history.h"

namespace cordboard {

// A session of a gateway.
class GatewaySink {
 public:
  virtual ~GatewaySink() = default;
  // An encoded element of GatewaySessionResponse.responses.
  // `live`: contacts of the gateway.
  virtual void stage(std::uint64_t revision, std::uint32_t live, std::string_view element) = 0;
  // Another session of the same gateway was opened.
  virtual void replaced() = 0;
  virtual bool flush(std::uint64_t released) = 0;

 private:
  friend class GatewayFeed;
  bool dirty_ = false;
};

class GatewayFeed {
 public:
  // `history`: notices kept in all.
  explicit GatewayFeed(std::size_t history) : history_(history, kGatewayHistoryBytes) {}

  // From the revision after `revision` on the gateway's notices go to `sink`; what was there is replaced.
  // True when the session can go on after `resume_revision`; then the notices since are in `missed`.
  bool attach(GatewayRef gateway, std::shared_ptr<GatewaySink> sink, std::uint64_t resume_revision,
              std::uint64_t revision, Fragments& missed);
  void drop(const GatewaySink& sink, GatewayRef gateway);

  // No gateway had a session yet.
  bool idle() const { return routes_.empty(); }
  void stage(std::uint64_t revision, Time at, const State& state, std::span<const EncodedEvent> events);
  void release(std::uint64_t revision);

 private:
  struct Route {
    std::shared_ptr<GatewaySink> session;
    bool followed = false;            // had a session in this process
    std::uint64_t complete_from = 0;  // its notices after this revision were kept
  };
  std::vector<Route> routes_;  // by GatewayRef
  NoticeHistory history_;
  std::vector<std::shared_ptr<GatewaySink>> dirty_;
  std::string element_;  // kept for its memory
};

}  // namespace cordboard
