// A whole router in the process of the test: real SQLite store in a temporary folder, real gRPC on a free
// loopback port, and a clock that stands still until the test moves it.

#pragma once

#include <google/protobuf/any.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "cordboard/v1/agent_service.grpc.pb.h"
#include "cordboard/v1/config_service.grpc.pb.h"
#include "cordboard/v1/error.pb.h"
#include "cordboard/v1/gateway_service.grpc.pb.h"
#include "cordboard/v1/supervisor_service.grpc.pb.h"
#include "router/server/server.h"
#include "tests/support/manual_clock.h"

namespace cordboard::testing {

// How long a test waits for something that should come at once.
inline constexpr std::chrono::seconds kLongLimit{60};

// Queues: `sales` requires english; `tiny` takes one contact and nobody can serve it; `chat` is a chat queue.
extern const char* const kTestConfig;

class ServerUnderTest {
 public:
  // Nothing is shed and no reader is slow unless the test asks for it: under a clock that is moved by seconds
  // any mail looks old, and any message on its way.
  static ServerConfig patient_server() {
    ServerConfig config;
    config.shed_after = Duration::zero();
    config.slow_reader_timeout = 24h;
    return config;
  }
  struct Options {
    std::map<std::string, std::string> tenants = {{"default", kTestConfig}};  // name -> configuration
    ServerConfig server = patient_server();
    std::string folder{};  // reuse the data of another server; empty = a new one
    std::shared_ptr<grpc::ChannelCredentials> credentials =
        grpc::InsecureChannelCredentials();  // of the stubs
    grpc::ChannelArguments channel{};        // of the stubs, too
    ExitCode ends_with = ExitCode::Ok;       // what a stop answers
  };
  explicit ServerUnderTest(Options options);
  ServerUnderTest();
  ~ServerUnderTest();

  Server& server() { return *server_; }
  ManualClock& clock() { return clock_; }
  const std::filesystem::path& folder() const { return folder_; }

  // As after a signal, and a new start on the same data.
  void restart();
  void restart(std::map<std::string, std::string> tenants);  // with other configurations

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  v1::GatewayService::Stub& gateway() { return *gateway_; }
  v1::AgentService::Stub& agent() { return *agent_; }
  v1::SupervisorService::Stub& supervisor() { return *supervisor_; }
  v1::ConfigService::Stub& config() { return *config_; }

  // The digest of a tenant's state.
  std::uint64_t digest(const std::string& tenant = "");
  std::uint64_t revision(const std::string& tenant = "");

 private:
  void start();
  void stop();

  Options options_;
  bool owns_folder_;
  std::filesystem::path folder_;
  ManualClock clock_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::GatewayService::Stub> gateway_;
  std::unique_ptr<v1::AgentService::Stub> agent_;
  std::unique_ptr<v1::SupervisorService::Stub> supervisor_;
  std::unique_ptr<v1::ConfigService::Stub> config_;
};

// A context with a long limit, for a tenant (empty = none named).
std::unique_ptr<grpc::ClientContext> context(const std::string& tenant = "");

// The details of a status; a default message when there are none.
v1::RejectionDetail rejection(const grpc::Status& status);
v1::StreamClosedDetail stream_closed(const grpc::Status& status);

// Calls a unary rpc: `call(&Stub::Method, stub, request, &response)`.
template <class Stub, class Request, class Response>
grpc::Status call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), Stub& stub,
                  const Request& request, Response* response, const std::string& tenant = "") {
  const auto with = context(tenant);
  return (stub.*method)(with.get(), request, response);
}

}  // namespace cordboard::testing
