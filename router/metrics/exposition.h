// What /metrics says. A text in the Prometheus exposition format, made anew for each scrape.
//
// Reads every tenant through its routing thread, which only copies; everything else happens on the thread
// that scrapes. A tenant that does not answer in time is shown by what can be read at any time and by
// cordboard_tenant_up 0. One scrape at a time.

#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "router/core/types.h"
#include "router/grpc/edge_options.h"
#include "router/loop/clock.h"
#include "router/loop/router_loop.h"

namespace cordboard {

// Above this many pairs of a queue and a group of agents with equal skills, cordboard_queue_agents is left
// out.
inline constexpr std::size_t kMaxEligibilityPairs = 1'000'000;

struct MeteredTenant {
  std::string name;
  RouterLoop& loop;
  const EdgeCounters& edge;
};

struct ProcessFigures {
  std::string version;
  const Clock& clock;
  Time started_at;
  std::uint64_t max_streams = 0;
  std::function<bool()> ready;
  std::function<std::optional<Time>()> certificate_expiry;  // empty without TLS
};

class Exposition final : public prometheus::Collectable {
 public:
  // What it refers to outlives it.
  Exposition(std::vector<MeteredTenant> tenants, ProcessFigures process);

  std::vector<prometheus::MetricFamily> Collect() const override;
  std::string text() const;

 private:
  const std::vector<MeteredTenant> tenants_;
  const ProcessFigures process_;
};

}  // namespace cordboard
