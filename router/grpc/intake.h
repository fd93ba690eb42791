// Which requests come in while there are too many of them?
//
// Two questions, asked before the loop is:
// - Does the client, or its tenant, ask for more in a second than server.rates allows? (RATE_LIMITED)
// - Is the loop behind? Then what is less urgent is refused, so that what brings contacts to their end finds
//   it in time (OVERLOADED). The order, and from which load on, is kShedRules.
//
// One for each tenant. Thread-safe; a refusal takes no turn of the loop.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>

#include "router/codec/api_requests.h"
#include "router/config/server_config.h"
#include "router/core/command.h"
#include "router/grpc/edge_options.h"
#include "router/grpc/token_buckets.h"
#include "router/loop/clock.h"
#include "router/loop/stats.h"

namespace cordboard {

// In the order in which they are refused.
enum class RequestClass : std::uint8_t {
  Look,        // reads only: watches, lists, explanations
  Submit,      // a new contact, or a change of one that waits
  AgentState,  // log in and out, ready, not ready
  Progress,    // accept, decline, end, cancel, transfer, wrap-up, callbacks, supervisors' acts, configuration
};
RequestClass class_of(const CommandBody& body);

struct ShedRule {
  RequestClass refused;
  std::uint32_t
      share_percent;  // of the inbox's limit that waits; 100 = never by this, the inbox itself refuses
  std::uint32_t delay_percent;  // of shed_after that the oldest has waited; 0 = never
};
inline constexpr std::array<ShedRule, kRequestClasses> kShedRules = {{
    {RequestClass::Look, 25, 50},
    {RequestClass::Submit, 50, 100},
    {RequestClass::AgentState, 75, 500},
    {RequestClass::Progress, 100, 0},
}};

// Clients of a tenant whose rates are counted one by one.
inline constexpr std::size_t kMaxCountedClients = 10'000;

struct IntakeOptions {
  Duration shed_after{};  // 0 = nothing is shed
  RateLimits rates;
};

class Intake {
 public:
  // `load` is called on any thread. All must outlive it.
  Intake(const IntakeOptions& options, const Clock& clock, std::function<LoopLoad()> load,
         EdgeCounters& counters);

  // Whether admit() looks at the client's name.
  bool counts_clients() const {
    return options_.rates.client_submits > 0 || options_.rates.client_requests > 0;
  }
  // Why one more request may not come in; when it may, it is counted.
  Refused admit(RequestClass what, std::string_view client);

 private:
  bool is_shed(RequestClass what) const;
  Refused count(RequestClass what, std::string_view client);
  void note(RequestClass what, RefusedBy why);

  const IntakeOptions options_;
  const Clock& clock_;
  const std::function<LoopLoad()> load_;
  EdgeCounters& counters_;
  const bool counts_;  // some rate is bounded
  std::mutex mutex_;
  // Guarded by mutex_.
  TokenBucket tenant_submits_;
  TokenBucket tenant_requests_;
  ClientBuckets clients_;
};

}  // namespace cordboard
