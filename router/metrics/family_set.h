// Metric families in the making: samples are added by name, names come from the catalog.

#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "router/loop/stats.h"

namespace cordboard {

using Labels = std::vector<prometheus::ClientMetric::Label>;
// `base` and one label more.
Labels with(const Labels& base, std::string name, std::string value);

// Times are counted in microseconds; metrics have seconds.
inline constexpr double kSecondsPerUs = 1e-6;

class FamilySet {
 public:
  FamilySet();

  // Of a counter or a gauge. REQUIRES, of all: the catalog has `name`, without "cordboard_", of that type.
  void add(std::string_view name, const Labels& labels, double value);
  void add(std::string_view name, const Labels& labels, std::uint64_t value) {
    add(name, labels, static_cast<double>(value));
  }

  struct Bucket {
    double upper_bound;
    std::uint64_t cumulative_count;
  };
  void add(std::string_view name, const Labels& labels, const std::vector<Bucket>& buckets,
           std::uint64_t count, double sum);
  // `scale`: what one unit of the histogram is in the metric's.
  void add(std::string_view name, const Labels& labels, const Log2Histogram& histogram, double scale);

  // Those that have a sample, in the order of the catalog.
  std::vector<prometheus::MetricFamily> take();

 private:
  prometheus::MetricFamily& family(std::string_view name);

  std::vector<prometheus::MetricFamily> families_;
  std::map<std::string_view, std::size_t> places_;  // by name without the prefix
};

}  // namespace cordboard
