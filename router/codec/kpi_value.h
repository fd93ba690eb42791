// What the two numbers of a KPI come to, for clients.

#pragma once

#include "cordboard/v1/kpi.pb.h"

namespace cordboard {

// 0..1. REQUIRES for both: it was sent, as what is absent has no value.
inline double value_of(const v1::Ratio& ratio) {
  return static_cast<double>(ratio.part()) / static_cast<double>(ratio.whole());
}

// In seconds.
inline double value_of(const v1::Mean& mean) {
  const double sum_s = static_cast<double>(mean.sum().seconds()) + mean.sum().nanos() * 1e-9;
  return sum_s / static_cast<double>(mean.count());
}

}  // namespace cordboard
