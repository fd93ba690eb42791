#include "agents-sim/virtual/wait_forecasts.h"

#include <cmath>
#include <limits>

namespace cordboard::sim {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

std::uint64_t ms(Duration duration) { return static_cast<std::uint64_t>(to_us(duration) / 1000); }

}  // namespace

std::string_view name_of_forecast(std::size_t index) {
  return index == 0 ? "announced" : to_string(estimator(index - 1));
}

void ForecastErrors::add(std::uint64_t predicted_ms, std::uint64_t actual_ms) {
  const auto error = static_cast<std::int64_t>(predicted_ms) - static_cast<std::int64_t>(actual_ms);
  const auto size = static_cast<std::uint64_t>(error < 0 ? -error : error);
  ++measured_;
  actual_ms_ += actual_ms;
  error_ms_ += error;
  squared_ms2_ += Wide{size} * size;
}

void ForecastErrors::add(const ForecastErrors& other) {
  measured_ += other.measured_;
  actual_ms_ += other.actual_ms_;
  error_ms_ += other.error_ms_;
  squared_ms2_ += other.squared_ms2_;
}

double ForecastErrors::mean_wait_s() const {
  return measured_ == 0 ? kUnknown : static_cast<double>(actual_ms_) / 1000 / static_cast<double>(measured_);
}

double ForecastErrors::relative_error() const {
  if (actual_ms_ == 0) return kUnknown;
  const auto count = static_cast<double>(measured_);
  return std::sqrt(static_cast<double>(squared_ms2_) / count) / (static_cast<double>(actual_ms_) / count);
}

double ForecastErrors::relative_bias() const {
  return actual_ms_ == 0 ? kUnknown : static_cast<double>(error_ms_) / static_cast<double>(actual_ms_);
}

void WaitForecasts::ask(const State& state, ContactRef contact, Time now) {
  if (contact.value >= open_.size()) open_.resize(contact.value + 1);
  Forecast forecast;
  const ExpectedWait announced = expected_wait(state, contact, now);
  if (announced.enough_data) forecast[0] = ms(announced.wait);
  const WaitEstimates estimates = wait_estimates(state, contact, now);
  for (std::size_t i = 0; i < kWaitEstimators; ++i) {
    if (estimates[i]) forecast[1 + i] = ms(*estimates[i]);
  }
  open_[contact.value] = forecast;
}

void WaitForecasts::answered(ContactRef contact, std::size_t queue, Duration wait) {
  if (contact.value >= open_.size() || !open_[contact.value]) return;
  const Forecast& forecast = *open_[contact.value];
  for (std::size_t i = 0; i < kForecasts; ++i) {
    if (forecast[i]) errors_[queue][i].add(*forecast[i], ms(wait));
  }
  ended(contact);
}

void WaitForecasts::ended(ContactRef contact) {
  if (contact.value < open_.size()) open_[contact.value].reset();
}

void WaitForecasts::add(const WaitForecasts& other) {
  for (std::size_t queue = 0; queue < errors_.size(); ++queue) {
    for (std::size_t i = 0; i < kForecasts; ++i) errors_[queue][i].add(other.errors_[queue][i]);
  }
}

}  // namespace cordboard::sim
