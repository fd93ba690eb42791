// Every metric there is: its name, type, unit, labels and meaning. docs/METRICS.md says the same; a test
// compares.

#pragma once

#include <prometheus/metric_type.h>

#include <span>
#include <string_view>

namespace cordboard {

struct MetricInfo {
  std::string_view name;
  prometheus::MetricType type;
  std::string_view labels;  // separated by ", "
  std::string_view help;
};

// In the order of the exposition.
std::span<const MetricInfo> metric_catalog();

}  // namespace cordboard
