#include "router/metrics/family_set.h"

#include <limits>

#include "router/core/assert.h"
#include "router/metrics/metric_catalog.h"

namespace cordboard {
namespace {

constexpr std::string_view kPrefix = "cordboard_";

}  // namespace

Labels with(const Labels& base, std::string name, std::string value) {
  Labels labels = base;
  labels.push_back({std::move(name), std::move(value)});
  return labels;
}

FamilySet::FamilySet() {
  for (const MetricInfo& info : metric_catalog()) {
    places_.emplace(info.name.substr(kPrefix.size()), families_.size());
    families_.push_back({std::string(info.name), std::string(info.help), info.type, {}});
  }
}

prometheus::MetricFamily& FamilySet::family(std::string_view name) {
  const auto place = places_.find(name);
  CB_ASSERT(place != places_.end(), "no metric %.*s", static_cast<int>(name.size()), name.data());
  return families_[place->second];
}

void FamilySet::add(std::string_view name, const Labels& labels, double value) {
  prometheus::MetricFamily& to = family(name);
  prometheus::ClientMetric& metric = to.metric.emplace_back();
  metric.label = labels;
  if (to.type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
}

void FamilySet::add(std::string_view name, const Labels& labels, const std::vector<Bucket>& buckets,
                    std::uint64_t count, double sum) {
  prometheus::ClientMetric& metric = family(name).metric.emplace_back();
  metric.label = labels;
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = sum;
  for (const Bucket& bucket : buckets) {
    metric.histogram.bucket.push_back({bucket.cumulative_count, bucket.upper_bound});
  }
  metric.histogram.bucket.push_back({count, std::numeric_limits<double>::infinity()});
}

void FamilySet::add(std::string_view name, const Labels& labels, const Log2Histogram& histogram,
                    double scale) {
  std::vector<Bucket> buckets;
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i + 1 < Log2Histogram::kBuckets; ++i) {
    cumulative += histogram.buckets[i];
    buckets.push_back({static_cast<double>(Log2Histogram::upper_bound(i)) * scale, cumulative});
  }
  add(name, labels, buckets, histogram.count, static_cast<double>(histogram.sum) * scale);
}

std::vector<prometheus::MetricFamily> FamilySet::take() {
  std::vector<prometheus::MetricFamily> filled;
  for (prometheus::MetricFamily& candidate : families_) {
    if (!candidate.metric.empty()) filled.push_back(std::move(candidate));
  }
  return filled;
}

}  // namespace cordboard
