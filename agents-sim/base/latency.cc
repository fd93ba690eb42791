#include "agents-sim/base/latency.h"

#include "agents-sim/base/json.h"

namespace cordboard::sim {

std::string Latency::json() const {
  return JsonObject()
      .add("count", count())
      .add("mean", mean_ms())
      .add("p50", quantile_ms(0.5))
      .add("p99", quantile_ms(0.99))
      .add("p999", quantile_ms(0.999))
      .add("max", max_ms())
      .text();
}

}  // namespace cordboard::sim
