// How good are the expected waits of the engine? Asks it about each measured contact that has to wait, in the
// moment in which it enters its queue, and compares the answers with what happens.
//
// Only contacts that are answered count: for those who give up nobody knows how long it would have been. That
// is how the literature measures (Ibrahim and Whitt, 2009). Asking changes nothing in the engine, so every
// formula is judged by the same contacts. Sums of whole milliseconds, so that the order in which runs are
// added does not matter.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "router/core/expected_wait.h"

namespace cordboard::sim {

// What the engine would have announced, then each of its estimators.
inline constexpr std::size_t kForecasts = 1 + kWaitEstimators;
std::string_view name_of_forecast(std::size_t index);

class ForecastErrors {
 public:
  void add(std::uint64_t predicted_ms, std::uint64_t actual_ms);
  void add(const ForecastErrors& other);

  std::uint64_t measured() const { return measured_; }
  double mean_wait_s() const;
  double relative_error() const;  // root of the average squared error / average wait
  double relative_bias() const;   // average error / average wait; positive: announced too long

 private:
  __extension__ using Wide = unsigned __int128;

  std::uint64_t measured_ = 0;
  std::uint64_t actual_ms_ = 0;
  std::int64_t error_ms_ = 0;
  Wide squared_ms2_ = 0;
};

class WaitForecasts {
 public:
  using ByForecast = std::array<ForecastErrors, kForecasts>;

  // `queues`: of the scenario's router.
  explicit WaitForecasts(std::size_t queues) : errors_(queues) {}

  void ask(const State& state, ContactRef contact, Time now);
  // The contact asked about was answered after `wait`. One that was not asked about is passed over.
  void answered(ContactRef contact, std::size_t queue, Duration wait);
  void ended(ContactRef contact);

  void add(const WaitForecasts& other);
  const std::vector<ByForecast>& errors() const { return errors_; }

 private:
  using Forecast = std::array<std::optional<std::uint64_t>, kForecasts>;  // ms

  std::vector<std::optional<Forecast>> open_;  // by ContactRef
  std::vector<ByForecast> errors_;
};

}  // namespace cordboard::sim
