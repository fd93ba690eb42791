#include "agents-sim/scenario/arrival_source.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace cordboard::sim {
namespace {

ContactStream stream_with(std::vector<RatePiece> pieces, Duration repeat = kForever) {
  ContactStream stream;
  stream.name = "sales";
  stream.arrivals.pieces = std::move(pieces);
  stream.arrivals.repeat = repeat;
  stream.handle_time = Distribution::exponential(60s);
  stream.patience = Distribution::exponential(30s);
  return stream;
}

TEST(ArrivalSource, APoissonStreamHasItsRateAndExponentialGaps) {
  const ContactStream stream = stream_with({{0s, 3600}});
  ArrivalSource source(stream, 1, 0);
  double last = 0;
  double squares = 0;
  constexpr int kArrivals = 100'000;
  for (int i = 0; i < kArrivals; ++i) {
    const double at = static_cast<double>(source.next_at().count()) * 1e-6;
    squares += (at - last) * (at - last);
    last = at;
  }
  EXPECT_NEAR(last / kArrivals, 1, 4 / std::sqrt(kArrivals));
  EXPECT_NEAR(squares / kArrivals, 2, 4 * std::sqrt(20.0 / kArrivals));
}

TEST(ArrivalSource, IntervalsHaveTheirOwnRatesAndRepeat) {
  const ContactStream stream = stream_with({{0h, 1000}, {8h, 0}, {16h, 3000}}, 24h);
  ArrivalSource source(stream, 1, 0);
  std::array<double, 3> counts{};
  constexpr int kDays = 20;
  for (Duration at = source.next_at(); at < kDays * Duration(24h); at = source.next_at()) {
    ++counts[static_cast<std::size_t>(at % Duration(24h) / Duration(8h))];
  }
  EXPECT_NEAR(counts[0], 8000 * kDays, 4 * std::sqrt(8000.0 * kDays));
  EXPECT_EQ(counts[1], 0);
  EXPECT_NEAR(counts[2], 24000 * kDays, 4 * std::sqrt(24000.0 * kDays));
}

// From 0 to 1000 an hour in 6 hours, on to 400 in 6 more, and back to 0 at midnight.
TEST(ArrivalSource, AProfileHasTheMeanOfItsStraightLines) {
  const ContactStream stream = stream_with({{0h, 0, 1000}, {6h, 1000, 400}, {12h, 400, 0}}, 24h);
  ArrivalSource source(stream, 1, 0);
  std::array<double, 24> hours{};
  constexpr int kDays = 40;
  for (Duration at = source.next_at(); at < kDays * Duration(24h); at = source.next_at()) {
    ++hours[static_cast<std::size_t>(at % Duration(24h) / Duration(1h))];
  }
  const auto rate = [](double hour) {
    if (hour < 6) return 1000 * hour / 6;
    return hour < 12 ? 1000 - 100 * (hour - 6) : 400 - 400 * (hour - 12) / 12;
  };
  for (std::size_t hour = 0; hour < 24; ++hour) {
    const double mean = kDays * rate(static_cast<double>(hour) + 0.5);
    EXPECT_NEAR(hours[hour], mean, 4 * std::sqrt(mean)) << hour;
  }
}

TEST(ArrivalSource, ARateOfZeroForEverEnds) {
  const ContactStream silent = stream_with({{0h, 0}});
  EXPECT_EQ(ArrivalSource(silent, 1, 0).next_at(), kForever);
  const ContactStream silent_days = stream_with({{0h, 0}, {1h, 0}}, 24h);
  EXPECT_EQ(ArrivalSource(silent_days, 1, 0).next_at(), kForever);
}

TEST(ArrivalSource, AnotherPatienceLeavesArrivalsAndHandlingAsTheyWere) {
  const ContactStream usual = stream_with({{0s, 3600}});
  ContactStream patient = usual;
  patient.patience = Distribution::never();
  ArrivalSource a(usual, 1, 0);
  ArrivalSource b(patient, 1, 0);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(a.next_at(), b.next_at());
    EXPECT_EQ(a.take().handle, b.take().handle);
  }
}

TEST(ArrivalSource, RecordedValuesGoBeforeDrawnOnes) {
  ArrivalFile file{{""}, {}};
  file.records.push_back({.at = 5s, .priority = {}, .handle = 42s, .patience = {}});
  file.records.push_back({.at = 6s, .priority = {}, .handle = {}, .patience = 7s});
  ContactStream stream = stream_with({});
  stream.handle_time = Distribution::constant(1s);
  stream.patience = Distribution::never();
  stream.arrivals.recorded = std::make_shared<const ArrivalFile>(file);
  ArrivalSource source(stream, 1, 0);
  EXPECT_EQ(source.next_at(), Duration(5s));
  const Arrival first = source.take();
  EXPECT_EQ(first.handle, Duration(42s));
  EXPECT_EQ(first.patience, kForever);
  EXPECT_EQ(source.next_at(), Duration(6s));
  const Arrival second = source.take();
  EXPECT_EQ(second.handle, Duration(1s));
  EXPECT_EQ(second.patience, Duration(7s));
  EXPECT_EQ(source.next_at(), kForever);
}

}  // namespace
}  // namespace cordboard::sim
