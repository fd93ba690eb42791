#include "router/grpc/grpc_server.h"

#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>

#include <mutex>

#include "router/grpc/credentials.h"

namespace cordboard {
namespace {

constexpr int kKeepaliveMs = 10'000;         // a connection that is silent for so long is asked for a sign
constexpr int kKeepaliveTimeoutMs = 5'000;   // and closed when none comes
constexpr int kLeastPingIntervalMs = 5'000;  // clients may ask as often themselves

// Both are switches of the process, read when a server is built; no two servers may be built at a time.
std::mutex plugins;

void enable_reflection() {
  static const bool enabled = (grpc::reflection::InitProtoReflectionServerBuilderPlugin(), true);
  (void)enabled;
}

void (*error_log)(const std::string& text) = nullptr;

void set_keepalive(grpc::ServerBuilder& builder) {
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kLeastPingIntervalMs);
  // Without it two routers could share a port, and clients would meet one or the other.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

}  // namespace

void forward_grpc_errors(void (*log)(const std::string& text)) {
  error_log = log;
  gpr_set_log_function([](gpr_log_func_args* entry) {
    if (entry->severity == GPR_LOG_SEVERITY_ERROR) error_log(entry->message);
  });
}

GrpcServer::GrpcServer(const Gate& gate) : gateway_(gate), agent_(gate), supervisor_(gate), config_(gate) {}

std::unique_ptr<GrpcServer> GrpcServer::start(const Gate& gate, const GrpcServerOptions& options) {
  const std::lock_guard lock(plugins);
  grpc::EnableDefaultHealthCheckService(true);
  if (options.reflection) enable_reflection();
  std::unique_ptr<GrpcServer> made(new GrpcServer(gate));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.listen, server_credentials(options.tls), &port);
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes));
  set_keepalive(builder);
  builder.RegisterService(&made->gateway_);
  builder.RegisterService(&made->agent_);
  builder.RegisterService(&made->supervisor_);
  builder.RegisterService(&made->config_);
  made->server_ = builder.BuildAndStart();
  if (made->server_ == nullptr || port == 0) return nullptr;
  made->address_ = options.listen.substr(0, options.listen.rfind(':') + 1) + std::to_string(port);
  made->set_serving(false);
  return made;
}

GrpcServer::~GrpcServer() { stop(std::chrono::milliseconds(0)); }

std::shared_ptr<grpc::Channel> GrpcServer::in_process_channel() const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return server_->InProcessChannel(arguments);
}

void GrpcServer::set_serving(bool serving) {
  grpc::HealthCheckServiceInterface* const health = server_->GetHealthCheckService();
  if (health == nullptr) return;
  health->SetServingStatus(serving);
  for (const std::string& service : kServices) health->SetServingStatus(service, serving);
}

void GrpcServer::stop(std::chrono::milliseconds limit) {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now() + limit);
  server_->Wait();
}

}  // namespace cordboard
