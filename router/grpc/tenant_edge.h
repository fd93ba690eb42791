// One tenant as the gRPC edge sees it.

#pragma once

#include <boost/asio/io_context.hpp>
#include <string>

#include "router/grpc/config_history.h"
#include "router/grpc/edge_options.h"
#include "router/loop/clock.h"
#include "router/loop/router_loop.h"

namespace cordboard {

class Intake;
class OpenStreams;
class TenantPublisher;

// Referred to by every call and stream of the tenant; outlives them. Nothing in it changes but the counters
// and the configurations.
struct TenantEdge {
  std::string name;
  const EdgeOptions& options;
  boost::asio::io_context& io;  // of the loop's thread
  Clock& clock;
  Time started_at;
  ConfigHistory& configs;
  RouterLoop& loop;
  TenantPublisher& publisher;
  OpenStreams& streams;
  EdgeCounters& counters;
  Intake& intake;
};

}  // namespace cordboard
