#include "router/config/server_schema.h"

#include "router/config/access_schema.h"
#include "router/config/config.h"
#include "router/config/names.h"

namespace cordboard {
namespace {

constexpr std::int64_t kKiB = 1 << 10;
constexpr std::int64_t kMiB = 1 << 20;

}  // namespace

const Schema<ServerConfig>& server_schema() {
  using T = ServerConfig;
  using L = LogLevel;
  static const Schema<T> schema({
      text_key<T>("grpc_listen", &T::grpc_listen, listen_address_rule(),
                  "Where gRPC clients connect. Port 0 takes a free one."),
      text_key<T>("http_listen", &T::http_listen, listen_address_rule(),
                  "Browsers (the dashboard and the API) and health checks: /healthz and /readyz."),
      text_key<T>("metrics_listen", &T::metrics_listen, listen_address_rule(), "`/metrics` for Prometheus."),
      text_key<T>("dashboard", &T::dashboard, foreign_text_rule(),
                  "The folder of the supervisors' page, which `http_listen` serves. Empty: no page."),
      integer_key<T>("http_connections", &T::http_connections, {16, 100'000},
                     "Connections to `http_listen`; three quarters of them may be streams of browsers."),
      duration_key<T>("heartbeat_timeout", &T::heartbeat_timeout, {1s, 24h},
                      "A session that is silent for longer counts as disconnected."),
      duration_key<T>("drain_timeout", &T::drain_timeout, {0s, 1h},
                      "After SIGTERM, requests in hand have this long to finish."),
      choice_key<T, L>("log_level", &T::log_level,
                       {L::Trace, L::Debug, L::Info, L::Warn, L::Error, L::Critical, L::Off},
                       "What is logged: this level and the more serious ones."),
      custom_key<T>({"tls", "mapping", "none", "", "Encrypts all listeners; see below."},
                    [](const Reader& reader, T& server) { tls_schema().read(reader, server.tls); }),
      custom_key<T>({"access", "mapping", "none", "",
                     "Who may call; see below. Without it everybody may do everything, on loopback."},
                    [](const Reader& reader, T& server) { access_schema().read(reader, server.access); }),
      bool_key<T>(
          "core_dumps", &T::core_dumps,
          "Whether a crash may leave an image of the memory, which has customers' data in it; also whether "
          "a debugger of the same user may attach."),
      integer_key<T>("snapshot_every", &T::snapshot_every, {1'000, 1'000'000'000},
                     "Commands between two snapshots; a restart replays at most about that many."),
      integer_key<T>("keep_log", &T::keep_log, {0, 100'000 * kMillion},
                     "Commands that stay in the log, for replays and reports, when a restart does not need "
                     "them any more. Older ones go after each snapshot."),
      duration_key<T>("keep_history", &T::keep_history, {24h, kMaxDuration},
                      "How far back the figures of queues by quarters of an hour are kept."),
      bytes_key<T>(
          "disk_reserve", &T::disk_reserve, {0, kMiB * kMiB},
          "While the disk of the data directory has less left, new contacts are refused, and those that "
          "are there are served to their end. 0 turns it off."),
      integer_key<T>("inbox_limit", &T::inbox_limit, {1'024, 16 * kMillion},  // one message of a session fits
                     "Commands that wait to be applied; beyond it clients are told to come back later."),
      duration_key<T>(
          "shed_after", &T::shed_after, {0s, 1min},
          "When requests wait longer than this to be applied, what is less urgent is refused; see "
          "below. 0 turns it off."),
      custom_key<T>(
          {"rates", "mapping", "see below", "", "What a client and a tenant may ask for in a second."},
          [](const Reader& reader, T& server) { rates_schema().read(reader, server.rates); }),
      bytes_key<T>("max_message_bytes", &T::max_message_bytes, {4 * kKiB, 64 * kMiB},
                   "Size of one incoming request or stream message."),
      integer_key<T>("max_streams", &T::max_streams, {1, kMillion}, "Open sessions and watches in all."),
      bytes_key<T>("stream_buffer_bytes", &T::stream_buffer_bytes, {64 * kKiB, 1024 * kMiB},
                   "What may wait to be sent to one reader; see below."),
      duration_key<T>("slow_reader_timeout", &T::slow_reader_timeout, {1s, 24h},
                      "A stream whose client takes longer to read what is on its way is cut."),
      integer_key<T>("watch_history", &T::watch_history, {0, 100 * kMillion},
                     "State changes kept, so that a watch can resume where it stopped."),
  });
  return schema;
}

const Schema<RateLimits>& rates_schema() {
  using T = RateLimits;
  constexpr IntegerRange kRange{0, kMillion};
  static const Schema<T> schema({
      integer_key<T>("client_submits", &T::client_submits, kRange,
                     "New contacts of one client in a second. 0: no bound."),
      integer_key<T>("client_requests", &T::client_requests, kRange,
                     "Other requests of one client in a second. 0: no bound."),
      integer_key<T>("tenant_submits", &T::tenant_submits, kRange,
                     "New contacts of a tenant in a second. 0: no bound."),
      integer_key<T>(
          "tenant_requests", &T::tenant_requests, kRange,
          "Other requests of a tenant in a second, without those that bring contacts to their end. "
          "0: no bound."),
      duration_key<T>("burst", &T::burst, {1s, 1h},
                      "What was not asked for in this time may be asked for at once."),
  });
  return schema;
}

}  // namespace cordboard
