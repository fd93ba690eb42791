// How long something takes: handling, patience, wrap-up, time to answer. Sampled to whole microseconds.
//
// Plain data, read-only while a run is going, shared by all threads. Samples come from portable_math.h
// alone, so the same RandomStream gives the same durations on every machine.

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "agents-sim/base/random.h"
#include "router/core/types.h"

namespace cordboard::sim {

// Longer than any run; what Distribution::never() gives.
inline constexpr Duration kForever = Duration::max();
// Longest finite sample: 100 years. Longer draws are cut to it.
inline constexpr Duration kLongestSample = std::chrono::hours{24 * 36'500};

class Distribution {
 public:
  static Distribution never();
  static Distribution constant(Duration value);
  // REQUIRES: min <= max.
  static Distribution uniform(Duration min, Duration max);
  static Distribution exponential(Duration mean);
  // Sum of k exponential phases with the given mean in all. REQUIRES: k >= 1.
  static Distribution erlang(std::uint32_t k, Duration mean);
  // By its own mean and coefficient of variation, not by those of the logarithm. REQUIRES: mean > 0, cv >= 0.
  static Distribution lognormal(Duration mean, double cv);
  // One of the observed values, each equally likely. REQUIRES: not empty.
  static Distribution empirical(std::vector<Duration> values);

  Duration sample(RandomStream& random) const;

  bool operator==(const Distribution& other) const;

  bool is_never() const { return kind_ == Kind::Never; }
  bool is_zero() const { return kind_ == Kind::Constant && low_us_ == 0; }
  // The shortest value that is never exceeded; kForever when there is none.
  Duration upper_bound() const;

 private:
  enum class Kind : std::uint8_t { Never, Constant, Uniform, Exponential, Erlang, Lognormal, Empirical };

  double draw_us(RandomStream& random) const;

  Kind kind_ = Kind::Constant;
  std::uint32_t phases_ = 1;
  std::int64_t low_us_ = 0;  // constant: the value; uniform: the ends
  std::int64_t high_us_ = 0;
  double mean_us_ = 0;   // exponential; of one phase for erlang
  double log_mean_ = 0;  // lognormal: mean and deviation of the logarithm (of microseconds)
  double log_deviation_ = 0;
  std::shared_ptr<const std::vector<Duration>> values_;
};

}  // namespace cordboard::sim
