// The whole router in one object: what main.cc starts, and what tests start in their own process.
//
//   start(): stores -> recovery -> loops -> listeners -> serving
//   stop():  not ready -> loops drain and sync -> streams end -> listeners close
//
// Its threads are in docs/ARCHITECTURE.md.

#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "router/config/config.h"
#include "router/loop/clock.h"
#include "router/loop/recovery.h"
#include "router/server/tenant.h"
#include "router/store/exit_code.h"
#include "router/store/store.h"

namespace cordboard {

inline constexpr const char* kVersion = CORDBOARD_VERSION;

struct TenantSource {
  std::string name;
  StartConfig config;
};

struct ServerOptions {
  std::vector<TenantSource> tenants;  // at least one, names differ
  std::filesystem::path data_dir;     // each tenant has a folder of its name in it
  ServerConfig server;
  bool insecure_listen = false;         // may listen elsewhere than on loopback, without TLS
  Duration watch_heartbeat{5'000'000};  // see EdgeOptions
  RouterLoopOptions loop;               // inbox, snapshots and heartbeats are taken from `server`
  // A log failed while serving: the process should end with LogFailed. Called once, on the loop's thread.
  std::function<void()> on_log_failure;
};

class Server {
 public:
  // Serves when it returns. `clock` outlives the server.
  static std::variant<std::unique_ptr<Server>, StartError> start(ServerOptions options, Clock& clock);
  // Without a stop() before: like a crash.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // HOST:PORT, with the ports that were taken.
  const std::string& grpc_address() const;
  const std::string& http_address() const;
  const std::string& metrics_address() const;
  // "ready grpc=A:P http=A:P metrics=A:P"
  std::string ready_line() const;

  // Refuses what is new, finishes what was taken, makes it durable, and ends. Not on a thread of the server.
  // Unless it is Ok, a write may still hang, and so would the destructor: end the process with _Exit.
  ExitCode stop();

  // nullptr when there is none of this name.
  Tenant* tenant(std::string_view name);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cordboard
