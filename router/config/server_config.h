// The settings of one router process, whatever tenants it hosts: the `server:` block of the file.
//
// Flags of cordboard-router override them. None of them changes what an Engine decides, so they are not
// part of the log.

#pragma once

#include <cstdint>
#include <string>

#include "router/access/access_config.h"
#include "router/core/types.h"

namespace cordboard {

using namespace std::chrono_literals;

// Names as spdlog knows them.
enum class LogLevel : std::uint8_t { Trace, Debug, Info, Warn, Error, Critical, Off };

// What may be asked for in a second; 0 = no bound. A client is who has proved their name, or else everybody
// at one address. `submits` are new contacts, `requests` everything else.
struct RateLimits {
  std::uint32_t client_submits = 0;
  std::uint32_t client_requests = 0;
  std::uint32_t tenant_submits = 0;
  std::uint32_t tenant_requests = 0;
  Duration burst = 5s;  // what was not asked for in this time may be made up for at once
};

struct ServerConfig {
  // HOST:PORT with an IPv4 address, [IPv6 address] or host name; port 0 takes a free one.
  std::string grpc_listen = "127.0.0.1:7070";
  std::string http_listen = "127.0.0.1:7080";     // health, browsers
  std::string metrics_listen = "127.0.0.1:7090";  // Prometheus

  std::string dashboard;                 // the folder of the page; empty = none is served
  std::uint32_t http_connections = 512;  // of the HTTP listener; three quarters may be streams

  Duration heartbeat_timeout = 30s;  // a session silent for longer counts as disconnected
  Duration drain_timeout = 10s;      // after SIGTERM, requests in hand get this long
  LogLevel log_level = LogLevel::Info;

  TlsConfig tls;            // of all three listeners
  AccessConfig access;      // of gRPC and browsers
  bool core_dumps = false;  // an image of the process has customers' data in it

  std::uint64_t snapshot_every = 2'000'000;  // commands between snapshots
  std::uint64_t keep_log = 0;                // newest commands that stay in the log in any case
  Duration keep_history = 400 * 24h;         // of the queues' sums, a row at most every quarter of an hour
  std::uint64_t disk_reserve = 256u << 20;   // while the disk has less left: no new contacts; 0 = off
  std::uint32_t inbox_limit = 65'536;        // commands waiting to be applied; beyond it: unavailable
  Duration shed_after = 500ms;               // waiting for the loop; then the less urgent is refused; 0 = off
  RateLimits rates;
  std::uint32_t max_message_bytes = 1u << 20;     // of one incoming request or stream message
  std::uint32_t max_streams = 10'000;             // open sessions and watches in all
  std::uint32_t stream_buffer_bytes = 64u << 10;  // not yet sent to one reader
  Duration slow_reader_timeout = 10s;             // a message that is not read for longer ends its stream
  std::uint32_t watch_history = 100'000;          // deltas kept for a watch that resumes
};

}  // namespace cordboard
