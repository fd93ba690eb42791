#include "router/server/server.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "router/access/authenticator.h"
#include "router/access/certificate.h"
#include "router/connect/connect_calls.h"
#include "router/connect/envelope.h"
#include "router/grpc/gate.h"
#include "router/grpc/grpc_server.h"
#include "router/http/http_server.h"
#include "router/metrics/exposition.h"
#include "router/metrics/loop_probe.h"
#include "router/server/listen.h"
#include "router/store/tenant_folders.h"

namespace cordboard {
namespace {

enum class Phase : std::uint8_t { Starting, Serving, Draining, Failed };

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::Starting:
      return "starting";
    case Phase::Serving:
      return "serving";
    case Phase::Draining:
      return "draining";
    case Phase::Failed:
      return "log failed";
  }
  return "";
}

constexpr auto to_ms(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

EdgeOptions edge_options(const ServerOptions& options) {
  EdgeOptions edge;
  edge.version = kVersion;
  edge.max_streams = options.server.max_streams;
  edge.stream_buffer_bytes = options.server.stream_buffer_bytes;
  edge.slow_reader_timeout = options.server.slow_reader_timeout;
  edge.watch_history = options.server.watch_history;
  edge.heartbeat_timeout = options.server.heartbeat_timeout;
  edge.watch_heartbeat = options.watch_heartbeat;
  return edge;
}

RouterLoopOptions loop_options(const ServerOptions& options) {
  RouterLoopOptions loop = options.loop;
  loop.inbox_limit = options.server.inbox_limit;
  loop.snapshot_every = options.server.snapshot_every;
  loop.keep_log = options.server.keep_log;
  loop.keep_history = options.server.keep_history;
  loop.disk_reserve = options.server.disk_reserve;
  loop.heartbeat_timeout = options.server.heartbeat_timeout;
  return loop;
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, Clock& clock)
      : options_(std::move(options)),
        clock_(clock),
        started_at_(clock.now()),
        edge_(edge_options(options_)),
        streams_(options_.server.max_streams) {}
  ~Impl();

  std::optional<StartError> start();
  ExitCode stop();
  Tenant* tenant(std::string_view name);
  const std::string& grpc_address() const { return grpc_->address(); }
  const std::string& http_address() const { return http_address_; }
  const std::string& metrics_address() const { return metrics_address_; }

 private:
  std::optional<StartError> prepare_access();
  std::optional<StartError> open_tenants();
  std::optional<StartError> listen();
  std::optional<StartError> listen_for_browsers();
  std::optional<StartError> listen_for_scrapes();
  std::variant<std::unique_ptr<HttpServer>, StartError> listen_http(const char* key,
                                                                    const std::string& address,
                                                                    HttpListen listen, HttpSite site) const;
  std::function<std::optional<Time>()> certificate_expiry_figure() const;
  HttpRoutes http_routes();
  HttpRoutes metrics_routes();
  void health(const std::shared_ptr<HttpReply>& reply);
  HttpResponse readiness() const;
  void on_failure(const std::string& tenant, const StoreError& error);
  bool drain();
  void stop_listeners();

  const ServerOptions options_;
  Clock& clock_;
  const Time started_at_;
  const EdgeOptions edge_;
  std::atomic<Phase> phase_{Phase::Starting};

  boost::asio::io_context io_{1};  // the loop's
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  OpenStreams streams_;
  std::vector<std::unique_ptr<Tenant>> tenants_;
  TenantDirectory directory_;
  std::unique_ptr<Authenticator> authenticator_;  // nullptr: nobody is asked who they are
  std::optional<Gate> gate_;
  std::optional<Exposition> exposition_;
  std::thread loop_thread_;
  std::unique_ptr<GrpcServer> grpc_;
  std::unique_ptr<HttpServer> http_;
  std::unique_ptr<HttpServer> metrics_;
  std::string http_address_;
  std::string metrics_address_;
};

// ---- Starting ----

std::optional<StartError> Server::Impl::start() {
  if (auto wrong = check_listeners(options_.server, options_.insecure_listen)) {
    return StartError{ExitCode::BadConfig, *wrong};
  }
  if (auto error = prepare_access()) return error;
  if (auto error = open_tenants()) return error;
  for (const auto& tenant : tenants_) tenant->loop().start();
  loop_thread_ = std::thread([this] { io_.run(); });
  if (auto error = listen()) return error;
  Phase starting = Phase::Starting;
  if (phase_.compare_exchange_strong(starting, Phase::Serving)) grpc_->set_serving(true);
  if (phase_ != Phase::Serving) grpc_->set_serving(false);  // the log failed meanwhile
  return std::nullopt;
}

std::optional<StartError> Server::Impl::prepare_access() {
  const ServerConfig& server = options_.server;
  if (server.tls.enabled()) {
    if (auto wrong = check_tls_files(server.tls)) return StartError{ExitCode::BadConfig, *wrong};
  }
  if (server.access.enabled()) {
    auto created = Authenticator::create(server.access, [](const std::string& problem) {
      spdlog::error("event=access_problem text=\"{}\"", problem);
    });
    if (auto* wrong = std::get_if<std::string>(&created)) return StartError{ExitCode::BadConfig, *wrong};
    authenticator_ = std::move(std::get<std::unique_ptr<Authenticator>>(created));
  }
  gate_.emplace(directory_, clock_, authenticator_.get());
  if (gate_->missing_rows().empty()) return std::nullopt;
  return StartError{ExitCode::BadConfig,
                    "no role may call " + gate_->missing_rows() + ": see access_table.cc"};
}

std::optional<StartError> Server::Impl::open_tenants() {
  const Tenant::Shared shared{.io = io_,
                              .clock = clock_,
                              .options = edge_,
                              .intake = {options_.server.shed_after, options_.server.rates},
                              .streams = streams_,
                              .loop = loop_options(options_),
                              .started_at = started_at_,
                              .on_failure = [this](const std::string& tenant, const StoreError& error) {
                                on_failure(tenant, error);
                              }};
  for (const TenantSource& source : options_.tenants) {
    if (!is_tenant_name(source.name) || directory_.find(source.name) != nullptr) {
      return StartError{ExitCode::BadConfig,
                        "tenant " + source.name + ": a name of letters, digits, '_' and '-', used once"};
    }
    auto opened = Tenant::open({source.name, source.config, options_.data_dir / source.name}, shared);
    if (auto* error = std::get_if<StartError>(&opened)) return *error;
    tenants_.push_back(std::move(std::get<std::unique_ptr<Tenant>>(opened)));
    directory_.add(tenants_.back()->edge());
  }
  std::vector<MeteredTenant> metered;
  for (const auto& tenant : tenants_) metered.push_back({tenant->name(), tenant->loop(), tenant->counters()});
  exposition_.emplace(std::move(metered), ProcessFigures{.version = kVersion,
                                                         .clock = clock_,
                                                         .started_at = started_at_,
                                                         .max_streams = edge_.max_streams,
                                                         .ready = [this] { return phase_ == Phase::Serving; },
                                                         .certificate_expiry = certificate_expiry_figure()});
  return std::nullopt;
}

std::optional<StartError> Server::Impl::listen() {
  const ServerConfig& server = options_.server;
  grpc_ = GrpcServer::start(*gate_, {.listen = server.grpc_listen,
                                     .max_message_bytes = server.max_message_bytes,
                                     .reflection = is_loopback(server.grpc_listen),
                                     .tls = server.tls});
  if (!grpc_)
    return StartError{ExitCode::AddressInUse,
                      "server.grpc_listen " + server.grpc_listen + ": cannot listen there; is it in use?"};
  if (auto error = listen_for_browsers()) return error;
  return listen_for_scrapes();
}

std::optional<StartError> Server::Impl::listen_for_browsers() {
  const ServerConfig& server = options_.server;
  HttpSite site{.routes = http_routes()};
  if (!server.dashboard.empty()) {
    auto loaded = StaticFiles::load(server.dashboard);
    if (auto* wrong = std::get_if<std::string>(&loaded)) {
      return StartError{ExitCode::BadConfig, "server.dashboard: " + *wrong};
    }
    site.files = std::make_shared<const StaticFiles>(std::move(std::get<StaticFiles>(loaded)));
  }
  const HostRule hosts{.any = server.access.enabled(),
                       .listened_on = parse_listen_address(server.http_listen)->host};
  site.calls = std::make_shared<ConnectCalls>(grpc_->in_process_channel(), *gate_, hosts);
  HttpListen listen;
  listen.max_body_bytes = server.max_message_bytes + kEnvelopeHeaderBytes;
  listen.max_connections = server.http_connections;
  listen.piece_timeout = to_ms(server.slow_reader_timeout);
  auto started = listen_http("http_listen", server.http_listen, listen, std::move(site));
  if (auto* error = std::get_if<StartError>(&started)) return *error;
  http_ = std::move(std::get<0>(started));
  http_address_ = with_port(server.http_listen, http_->port());
  return std::nullopt;
}

std::optional<StartError> Server::Impl::listen_for_scrapes() {
  const std::string& address = options_.server.metrics_listen;
  auto started = listen_http("metrics_listen", address, {}, {.routes = metrics_routes()});
  if (auto* error = std::get_if<StartError>(&started)) return *error;
  metrics_ = std::move(std::get<0>(started));
  metrics_address_ = with_port(address, metrics_->port());
  return std::nullopt;
}

std::variant<std::unique_ptr<HttpServer>, StartError> Server::Impl::listen_http(const char* key,
                                                                                const std::string& address,
                                                                                HttpListen listen,
                                                                                HttpSite site) const {
  const ListenAddress parsed = *parse_listen_address(address);
  listen.host = parsed.host;
  listen.port = parsed.port;
  listen.tls = options_.server.tls;
  auto started = HttpServer::start(listen, std::move(site));
  if (auto* wrong = std::get_if<std::string>(&started)) {
    return StartError{ExitCode::AddressInUse,
                      std::string("server.") + key + ' ' + address + ": cannot listen there: " + *wrong};
  }
  return std::move(std::get<0>(started));
}

std::function<std::optional<Time>()> Server::Impl::certificate_expiry_figure() const {
  if (!options_.server.tls.enabled()) return nullptr;
  return [file = options_.server.tls.certificate] { return certificate_expiry(file); };
}

// ---- Probes ----

HttpRoutes Server::Impl::http_routes() {
  HttpRoutes routes = {
      {"/healthz", [this](const std::shared_ptr<HttpReply>& reply) { health(reply); }},
      {"/readyz", at_once([this] { return readiness(); })},
  };
  if (options_.server.dashboard.empty()) {
    routes.emplace(
        "/", at_once([] {
          return HttpResponse{
              .body = "cordboard-router " + std::string(kVersion) +
                      "\n/healthz  is the process alive\n/readyz   does it serve\n"
                      "POST /SERVICE/METHOD  the API, by the Connect protocol\n"
                      "No page is served here: server.dashboard, or --dashboard, names its folder.\n"};
        }));
  }
  return routes;
}

HttpRoutes Server::Impl::metrics_routes() {
  return {{"/metrics", at_once([this] {
             return HttpResponse{200, "text/plain; version=0.0.4; charset=utf-8", exposition_->text(), {}};
           })}};
}

// The loop's thread answers; whether the log does is a matter of readiness.
void Server::Impl::health(const std::shared_ptr<HttpReply>& reply) {
  reply->send_after(kProbeTimeout, {.status = 503, .body = "the routing thread does not answer\n"});
  boost::asio::post(io_, [reply] { reply->send({.body = "ok\n"}); });
}

HttpResponse Server::Impl::readiness() const {
  const Phase phase = phase_;
  return {.status = phase == Phase::Serving ? 200u : 503u, .body = std::string(to_string(phase)) + "\n"};
}

// ---- The end ----

// On the loop's thread; stop() follows, and tells the health service.
void Server::Impl::on_failure(const std::string& tenant, const StoreError& error) {
  spdlog::critical("event=log_failed tenant={} error=\"{}\"", tenant, error.message);
  const Phase before = phase_.exchange(Phase::Failed);
  streams_.close_all();
  if (before != Phase::Failed && options_.on_log_failure) options_.on_log_failure();
}

ExitCode Server::Impl::stop() {
  Phase serving = Phase::Serving;
  phase_.compare_exchange_strong(serving, Phase::Draining);
  if (grpc_) grpc_->set_serving(false);
  // What hangs would hang the listeners and the destructor, too: the process has to end without them.
  if (!drain()) return phase_ == Phase::Failed ? ExitCode::LogFailed : ExitCode::DrainTimeout;
  streams_.close_all();
  stop_listeners();
  return phase_ == Phase::Failed ? ExitCode::LogFailed : ExitCode::Ok;
}

// Browsers' calls go through the gRPC server, which cuts those within the process as soon as it is told to
// stop, and must not be called any more: it comes after them. Both have the same time, in which streams end.
void Server::Impl::stop_listeners() {
  using std::chrono::steady_clock;
  const auto limit = steady_clock::now() + to_ms(options_.server.drain_timeout);
  const auto left = [&] {
    const auto time = std::chrono::ceil<std::chrono::milliseconds>(limit - steady_clock::now());
    return std::max(time, std::chrono::milliseconds(0));
  };
  if (http_) http_->drain(left());
  http_.reset();
  if (grpc_) grpc_->stop(left());
  metrics_.reset();
}

// Everything that was taken is durable and answered. False when the disk did not make it in time.
bool Server::Impl::drain() {
  std::vector<std::future<void>> stopped;
  for (const auto& tenant : tenants_) {
    auto promise = std::make_shared<std::promise<void>>();
    stopped.push_back(promise->get_future());
    tenant->loop().stop([promise](const std::optional<StoreError>&) { promise->set_value(); });
  }
  const auto limit = std::chrono::steady_clock::now() + to_ms(options_.server.drain_timeout);
  bool all = true;
  for (const auto& future : stopped) all = future.wait_until(limit) == std::future_status::ready && all;
  return all;
}

// The listeners go first: nothing of theirs may reach the tenants any more. Streams end on the loop's thread,
// which therefore runs until everything posted to it is done.
Server::Impl::~Impl() {
  streams_.close_all();
  http_.reset();
  metrics_.reset();
  grpc_.reset();
  work_.reset();
  io_.stop();
  if (loop_thread_.joinable()) loop_thread_.join();
  io_.restart();
  io_.poll();
  exposition_.reset();
  tenants_.clear();
}

Tenant* Server::Impl::tenant(std::string_view name) {
  for (const auto& tenant : tenants_) {
    if (tenant->name() == name) return tenant.get();
  }
  return nullptr;
}

// ---- The public face ----

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

std::variant<std::unique_ptr<Server>, StartError> Server::start(ServerOptions options, Clock& clock) {
  auto impl = std::make_unique<Impl>(std::move(options), clock);
  if (auto error = impl->start()) return *error;
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

const std::string& Server::grpc_address() const { return impl_->grpc_address(); }
const std::string& Server::http_address() const { return impl_->http_address(); }
const std::string& Server::metrics_address() const { return impl_->metrics_address(); }
std::string Server::ready_line() const {
  return "ready grpc=" + grpc_address() + " http=" + http_address() + " metrics=" + metrics_address();
}
ExitCode Server::stop() { return impl_->stop(); }
Tenant* Server::tenant(std::string_view name) { return impl_->tenant(name); }

}  // namespace cordboard
