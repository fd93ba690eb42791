#include "agents-sim/base/distribution.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "agents-sim/base/portable_math.h"

namespace cordboard::sim {
namespace {

Duration to_duration(double us) {
  constexpr double kLongest = static_cast<double>(kLongestSample.count());
  return Duration{static_cast<std::int64_t>(std::clamp(us, 0.0, kLongest) + 0.5)};
}

// Which of n equally likely cases. REQUIRES: n < 2^52.
std::uint64_t pick(RandomStream& random, std::uint64_t n) {
  return std::min(static_cast<std::uint64_t>(random.uniform() * static_cast<double>(n)), n - 1);
}

}  // namespace

Distribution Distribution::never() {
  Distribution d;
  d.kind_ = Kind::Never;
  return d;
}

Distribution Distribution::constant(Duration value) {
  Distribution d;
  d.low_us_ = d.high_us_ = value.count();
  return d;
}

Distribution Distribution::uniform(Duration min, Duration max) {
  Distribution d;
  d.kind_ = Kind::Uniform;
  d.low_us_ = min.count();
  d.high_us_ = max.count();
  return d;
}

Distribution Distribution::exponential(Duration mean) {
  Distribution d;
  d.kind_ = Kind::Exponential;
  d.mean_us_ = static_cast<double>(mean.count());
  return d;
}

Distribution Distribution::erlang(std::uint32_t k, Duration mean) {
  Distribution d;
  d.kind_ = Kind::Erlang;
  d.phases_ = k;
  d.mean_us_ = static_cast<double>(mean.count()) / k;
  return d;
}

Distribution Distribution::lognormal(Duration mean, double cv) {
  Distribution d;
  d.kind_ = Kind::Lognormal;
  const double variance = portable_log(1 + cv * cv);
  d.log_mean_ = portable_log(static_cast<double>(mean.count())) - variance / 2;
  d.log_deviation_ = std::sqrt(variance);
  return d;
}

Distribution Distribution::empirical(std::vector<Duration> values) {
  Distribution d;
  d.kind_ = Kind::Empirical;
  d.values_ = std::make_shared<const std::vector<Duration>>(std::move(values));
  return d;
}

double Distribution::draw_us(RandomStream& random) const {
  if (kind_ == Kind::Exponential) return -mean_us_ * portable_log(random.uniform());
  if (kind_ == Kind::Lognormal) {
    return portable_exp(std::min(log_mean_ + log_deviation_ * normal_quantile(random.uniform()), 700.0));
  }
  double sum = 0;
  for (std::uint32_t i = 0; i < phases_; ++i) sum -= portable_log(random.uniform());
  return sum * mean_us_;
}

Duration Distribution::sample(RandomStream& random) const {
  switch (kind_) {
    case Kind::Never:
      return kForever;
    case Kind::Constant:
      return Duration{low_us_};
    case Kind::Uniform:
      return Duration{low_us_ + static_cast<std::int64_t>(
                                    random.uniform() * static_cast<double>(high_us_ - low_us_) + 0.5)};
    case Kind::Empirical:
      return (*values_)[pick(random, values_->size())];
    case Kind::Exponential:
    case Kind::Erlang:
    case Kind::Lognormal:
      return to_duration(draw_us(random));
  }
  return Duration::zero();
}

bool Distribution::operator==(const Distribution& other) const {
  const auto own = std::tie(kind_, phases_, low_us_, high_us_, mean_us_, log_mean_, log_deviation_);
  const auto others = std::tie(other.kind_, other.phases_, other.low_us_, other.high_us_, other.mean_us_,
                               other.log_mean_, other.log_deviation_);
  if (own != others) return false;
  return values_ == other.values_ || (values_ && other.values_ && *values_ == *other.values_);
}

Duration Distribution::upper_bound() const {
  switch (kind_) {
    case Kind::Constant:
    case Kind::Uniform:
      return Duration{high_us_};
    case Kind::Empirical:
      return *std::max_element(values_->begin(), values_->end());
    default:
      return kForever;
  }
}

}  // namespace cordboard::sim
