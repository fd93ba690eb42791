// One tenant of the process: its store, its loop, and what the edges need of it.

#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "router/config/config.h"
#include "router/grpc/intake.h"
#include "router/grpc/open_streams.h"
#include "router/grpc/tenant_edge.h"
#include "router/grpc/tenant_publisher.h"
#include "router/loop/recovery.h"
#include "router/loop/router_loop.h"
#include "router/store/exit_code.h"

namespace cordboard {

// Why something did not start.
struct StartError {
  ExitCode code = ExitCode::StoreFailed;
  std::string message;  // one line, for people
};

struct TenantStart {
  std::string name;
  StartConfig config;
  std::filesystem::path directory;  // its own
};

class Tenant {
 public:
  // What all tenants of a process share; outlives them.
  struct Shared {
    boost::asio::io_context& io;
    Clock& clock;
    const EdgeOptions& options;
    IntakeOptions intake;
    OpenStreams& streams;
    RouterLoopOptions loop;
    Time started_at;
    std::function<void(const std::string& tenant, const StoreError&)> on_failure;
  };

  // Opens the store and recovers. The loop is not started yet.
  static std::variant<std::unique_ptr<Tenant>, StartError> open(const TenantStart& start,
                                                                const Shared& shared);
  Tenant(const Tenant&) = delete;
  Tenant& operator=(const Tenant&) = delete;

  const std::string& name() const { return edge_.name; }
  RouterLoop& loop() { return loop_; }
  TenantEdge& edge() { return edge_; }
  const EdgeCounters& counters() const { return counters_; }

 private:
  Tenant(const TenantStart& start, const Shared& shared, std::unique_ptr<Store> store, Recovered recovered,
         std::vector<ConfigVersion> configs);

  EdgeCounters counters_;
  Intake intake_;
  ConfigHistory configs_;
  TenantPublisher publisher_;
  RouterLoop loop_;
  TenantEdge edge_;
};

}  // namespace cordboard
