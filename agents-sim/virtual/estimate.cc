#include "agents-sim/virtual/estimate.h"

#include <array>
#include <cmath>
#include <limits>

namespace cordboard::sim {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// Half width from the sum of squared deviations of n units.
double half_width(double squares, std::size_t n) {
  if (n < 2) return kUnknown;
  const auto units = static_cast<double>(n);
  return student_t_975(n - 1) * std::sqrt(squares / (units - 1) / units);
}

}  // namespace

Estimate estimate_ratio(std::span<const Ratio> units) {
  Ratio sum;
  for (const Ratio& unit : units) {
    sum.numerator += unit.numerator;
    sum.denominator += unit.denominator;
  }
  if (sum.denominator == 0) return {kUnknown, kUnknown};
  const double ratio = sum.numerator / sum.denominator;
  double squares = 0;
  std::size_t filled = 0;
  for (const Ratio& unit : units) {
    const double residual = unit.numerator - ratio * unit.denominator;
    squares += residual * residual;
    if (unit.denominator > 0) ++filled;
  }
  if (filled < 2) return {ratio, kUnknown};
  const double mean_denominator = sum.denominator / static_cast<double>(units.size());
  return {ratio, half_width(squares, units.size()) / mean_denominator};
}

Estimate estimate_mean(std::span<const double> units, double scale) {
  if (units.empty()) return {kUnknown, kUnknown};
  double sum = 0;
  for (const double unit : units) sum += unit;
  const double mean = sum / static_cast<double>(units.size());
  double squares = 0;
  for (const double unit : units) squares += (unit - mean) * (unit - mean);
  return {scale * mean, scale * half_width(squares, units.size())};
}

Estimate estimate_ratio_difference(std::span<const Ratio> a, std::span<const Ratio> b) {
  const Estimate of_a = estimate_ratio(a);
  const Estimate of_b = estimate_ratio(b);
  const double difference = of_b.mean - of_a.mean;
  if (!std::isfinite(of_a.ci95) || !std::isfinite(of_b.ci95)) return {difference, kUnknown};
  double sum_a = 0;
  double sum_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum_a += a[i].denominator;
    sum_b += b[i].denominator;
  }
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double residual_a = (a[i].numerator - of_a.mean * a[i].denominator) / sum_a;
    const double residual_b = (b[i].numerator - of_b.mean * b[i].denominator) / sum_b;
    squares += (residual_b - residual_a) * (residual_b - residual_a);
  }
  return {difference, half_width(squares, a.size()) * static_cast<double>(a.size())};
}

double student_t_975(std::size_t degrees) {
  constexpr std::array<double, 31> kTable = {
      kUnknown, 12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.30600, 2.26216, 2.22814,
      2.20099,  2.17881, 2.16037, 2.14479, 2.13145, 2.11991, 2.10982, 2.10092, 2.09302, 2.08596, 2.07961,
      2.07387,  2.06866, 2.06390, 2.05954, 2.05553, 2.05183, 2.04841, 2.04523, 2.04227};
  if (degrees < kTable.size()) return kTable[degrees];
  // Cornish-Fisher expansion around the normal quantile; right to five digits from here on.
  constexpr double z = 1.959964;
  const auto n = static_cast<double>(degrees);
  return z + (z * z * z + z) / (4 * n) + (5 * z * z * z * z * z + 16 * z * z * z + 3 * z) / (96 * n * n);
}

}  // namespace cordboard::sim
