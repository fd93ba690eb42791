// The gRPC listener: the four services, health and reflection.

#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/server.h>

#include <chrono>
#include <memory>
#include <string>

#include "router/access/access_config.h"
#include "router/grpc/agent_service.h"
#include "router/grpc/config_service.h"
#include "router/grpc/gate.h"
#include "router/grpc/gateway_service.h"
#include "router/grpc/supervisor_service.h"

namespace cordboard {

struct GrpcServerOptions {
  std::string listen = "127.0.0.1:7070";       // port 0 takes a free one
  std::uint32_t max_message_bytes = 1u << 20;  // of one incoming message; a larger one is RESOURCE_EXHAUSTED
  bool reflection = false;
  TlsConfig tls;  // files that check_tls_files() has nothing against
};

// Gives the errors that gRPC itself reports to `log`, from any thread, instead of printing them. For the
// process.
void forward_grpc_errors(void (*log)(const std::string& text));

class GrpcServer {
 public:
  // Begins to listen; calls are taken at once and health says NOT_SERVING. nullptr when the address cannot
  // be used. `gate` outlives the server.
  static std::unique_ptr<GrpcServer> start(const Gate& gate, const GrpcServerOptions& options);
  ~GrpcServer();
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  // HOST:PORT with the port that is listened on.
  const std::string& address() const { return address_; }

  // Leads to this server without a network; messages of any size come back on it.
  std::shared_ptr<grpc::Channel> in_process_channel() const;

  // What grpc.health.v1 answers for the server and for each service.
  void set_serving(bool serving);

  // Takes no new calls, and returns when those in progress are done; they are cut off after `limit`.
  void stop(std::chrono::milliseconds limit);

 private:
  explicit GrpcServer(const Gate& gate);

  GatewayServiceEdge gateway_;
  AgentServiceEdge agent_;
  SupervisorServiceEdge supervisor_;
  ConfigServiceEdge config_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;  // last: it is stopped before the services go
};

}  // namespace cordboard
