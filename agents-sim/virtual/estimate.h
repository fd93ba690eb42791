// From several independent units (replications, or batches of one long run) to a value with its precision.
//
// ci95 is the half width of the 95 % confidence interval, by Student's t over the units. Ratios are pooled,
// sum over sum, and their deviation is that of the residuals (the classical ratio estimator), so that a unit
// with few contacts does not count like one with many.

#pragma once

#include <cstddef>
#include <span>

namespace cordboard::sim {

// Both are NaN when there is nothing to estimate from; ci95 alone when it comes from one unit.
struct Estimate {
  double mean = 0;
  double ci95 = 0;
};

struct Ratio {
  double numerator = 0;
  double denominator = 0;
};

Estimate estimate_ratio(std::span<const Ratio> units);

// The mean of the units, both numbers multiplied by `scale` (the number of batches, for a total).
Estimate estimate_mean(std::span<const double> units, double scale = 1);

// How much larger the ratio of `b` is than that of `a`, from units in pairs that have seen the same
// customers: what both share cancels out. Exactly 0 +- 0 when they are equal. REQUIRES: as many of each.
Estimate estimate_ratio_difference(std::span<const Ratio> a, std::span<const Ratio> b);

// The 0.975 quantile of Student's t. REQUIRES: degrees >= 1.
double student_t_975(std::size_t degrees);

}  // namespace cordboard::sim
