// What the gRPC edge may use, and what it counts about itself.

#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "router/core/types.h"

namespace cordboard {

// Requests in one message of a session. One more ends the session.
inline constexpr int kMaxRequestsPerMessage = 1'024;
// Agents that one heartbeat may name.
inline constexpr int kMaxHeartbeatAgents = 1'024;
// Messages of a session that are not replied to. While there are so many, no more are read from the client.
inline constexpr std::size_t kMaxUnansweredMessages = 256;
// A message to a client is filled up to about this size when there is more to send than one can carry.
inline constexpr std::size_t kMessageBytes = 32u << 10;
// A session may leave so much more unread for each agent or live contact that it has carried at a time, up to
// kMaxSessionBuffer: a moment's notices of thousands are no backlog.
inline constexpr std::size_t kBufferOfEach = 4u << 10;
inline constexpr std::size_t kMaxSessionBuffer = 4u << 20;
// What all kept deltas of one watch filter may weigh, whatever their number.
inline constexpr std::size_t kWatchHistoryBytes = 64u << 20;
// Deltas of about this size in all are merged into one update of a watch, whatever its interval: a client
// that receives no more than gRPC's 4 MiB gets them in several.
inline constexpr std::size_t kMergedBytes = 1u << 20;
// Watchers with an interval that are given an update in one go.
inline constexpr std::size_t kSinksOfATurn = 16;
// Distinct filters of a tenant's watches. One more watch with a filter of its own is refused.
inline constexpr std::size_t kMaxWatchFilters = 256;
// What the kept notices of all gateways of a tenant may weigh.
inline constexpr std::size_t kGatewayHistoryBytes = 64u << 20;
// Distinct watch filters of a tenant whose deltas are kept while nobody watches.
inline constexpr std::size_t kIdleWatchFilters = 16;
inline constexpr Duration kIdleWatchFilterKept{120'000'000};
// Questions of history of a tenant that are not answered yet. One more is Overloaded.
inline constexpr std::uint32_t kMaxOpenHistories = 16;
// How long a client that is told Overloaded should wait before it tries again.
inline constexpr int kRetryDelayMs = 100;

struct EdgeOptions {
  std::string version;
  std::uint32_t max_streams = 10'000;            // open streams in all
  std::size_t stream_buffer_bytes = 64u << 10;   // not yet sent to one reader; see Outbox
  Duration slow_reader_timeout{10'000'000};      // see patience()
  std::size_t watch_history = 100'000;           // deltas kept per watch filter; notices kept for gateways
  std::size_t watch_history_bytes = 256u << 20;  // what the kept deltas of all filters of a tenant may weigh
  Duration heartbeat_timeout{30'000'000};        // silence that ends a session
  Duration watch_heartbeat{5'000'000};           // a quiet watch gets a heartbeat this often

  // For how long a message may be on its way. A client is asked to take kPatienceBytes in
  // slow_reader_timeout.
  static constexpr std::size_t kPatienceBytes = 64u << 10;
  Duration patience(std::size_t bytes) const {
    return slow_reader_timeout * std::max<std::int64_t>(1, static_cast<std::int64_t>(bytes / kPatienceBytes));
  }

  // What clients are asked to keep to; three chances before the timeout.
  Duration heartbeat_interval() const { return heartbeat_timeout / 3; }
};

enum class StreamKind : std::uint8_t { Gateway, Agent, Listen, Watch };
inline constexpr std::size_t kStreamKinds = 4;
inline constexpr std::array<const char*, kStreamKinds> kStreamKindNames = {"gateway", "agent", "listen",
                                                                           "watch"};

// By RequestClass and RefusedBy (intake.h).
inline constexpr std::size_t kRequestClasses = 4;
inline constexpr std::array<const char*, kRequestClasses> kRequestClassNames = {"look", "submit",
                                                                                "agent_state", "progress"};
enum class RefusedBy : std::uint8_t { Overload, ClientRate, TenantRate };
inline constexpr std::size_t kRefusedBy = 3;
inline constexpr std::array<const char*, kRefusedBy> kRefusedByNames = {"overload", "client_rate",
                                                                        "tenant_rate"};

// Of one tenant; any thread.
struct EdgeCounters {
  std::array<std::array<std::atomic<std::uint64_t>, kRefusedBy>, kRequestClasses> refused{};
  std::atomic<std::uint32_t> open_histories{0};
  std::array<std::atomic<std::uint64_t>, kStreamKinds> open{};
  std::array<std::atomic<std::uint64_t>, kStreamKinds> slow_readers{};  // cut because they read too slowly
  std::array<std::atomic<std::uint64_t>, kStreamKinds> unread_bytes{};  // in outboxes, or on their way
  std::array<std::atomic<std::uint64_t>, kStreamKinds> messages_sent{};
  std::array<std::atomic<std::uint64_t>, kStreamKinds> bytes_sent{};
};

}  // namespace cordboard
