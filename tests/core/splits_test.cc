// How near the counts of a percentage split stay to its shares.

#include <gtest/gtest.h>

#include <string>

#include "router/core/engine.h"
#include "router/core/rng.h"
#include "router/core/splits.h"

namespace cordboard {
namespace {

class Center {
 public:
  explicit Center(const std::vector<std::uint32_t>& percent, std::uint32_t max_waiting = 0) {
    SplitConfig split{"all", {}};
    for (std::size_t i = 0; i < percent.size(); ++i) {
      QueueConfig queue;
      queue.name = "q" + std::to_string(i);
      queue.max_waiting = max_waiting;
      config.queues.push_back(queue);
      split.to.push_back({queue.name, percent[i]});
    }
    config.splits = {split};
    apply(ApplyConfig{1, config});
  }

  bool apply(CommandBody body) {
    now_ += Duration{1};
    return engine.apply({now_, "", std::move(body)}, events_).accepted();
  }
  bool submit(const std::string& queue = "all") {
    SubmitContact submit;
    submit.contact = "c" + std::to_string(++submitted);
    submit.queue = queue;
    return apply(submit);
  }
  std::vector<std::uint64_t> counts() const {
    std::vector<std::uint64_t> counts;
    for (const Split::Target& target : engine.state().splits[0].targets) counts.push_back(target.contacts);
    return counts;
  }

  TenantConfig config;
  Engine engine;
  int submitted = 0;

 private:
  Time now_;
  std::vector<Event> events_;
};

TEST(Splits, StayWithinTheirBoundsAfterEveryContact) {
  Rng rng{7};
  for (int round = 0; round < 60; ++round) {
    const std::size_t k = 2 + rng.next() % 5;
    std::vector<std::uint32_t> percent(k, 1);
    for (std::size_t left = 100 - k; left > 0; --left) ++percent[rng.next() % k * (rng.next() % 2)];
    Center center(percent);
    double below = 0;
    for (std::size_t i = 2; i <= k; ++i) below += 1.0 / static_cast<double>(i);
    for (int n = 1; n <= 300; ++n) {
      ASSERT_TRUE(center.submit());
      for (std::size_t i = 0; i < k; ++i) {
        const double off = static_cast<double>(center.counts()[i]) - n * percent[i] / 100.0;
        ASSERT_LE(off, 1 - 1.0 / static_cast<double>(k) + 1e-9) << k << " targets, " << n << " contacts";
        ASSERT_GE(off, -below - 1e-9) << k << " targets, " << n << " contacts";
      }
    }
  }
}

TEST(Splits, PassOverAFullQueueAndOweItNothingAfterwards) {
  Center center({70, 30}, 5);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(center.submit()) << i;
  EXPECT_EQ(center.counts(), (std::vector<std::uint64_t>{5, 5}));
  EXPECT_FALSE(center.submit()) << "both are full";
  for (int i = 1; i <= 10; ++i) EXPECT_TRUE(center.apply(CancelContact{"c" + std::to_string(i)}));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(center.submit());
  EXPECT_GE(center.counts()[0], 8u);
  EXPECT_LE(center.counts()[0], 9u);
}

TEST(Splits, KeepTheirCountsWhenTheConfigurationChanges) {
  Center center({50, 50});
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(center.submit());
  center.config.splits[0].to = {{"q1", 60}, {"q0", 40}};
  ASSERT_TRUE(center.apply(ApplyConfig{2, center.config}));
  EXPECT_EQ(center.counts(), (std::vector<std::uint64_t>{3, 4}));
}

TEST(Splits, AreRefusedWhenTheyMakeNoSense) {
  TenantConfig config;
  config.queues.resize(2);
  config.queues[0].name = "a";
  config.queues[1].name = "b";
  const auto refused = [&](SplitConfig split) {
    config.splits = {std::move(split)};
    return splits::check(config).has_value();
  };
  EXPECT_FALSE(refused({"s", {{"a", 1}, {"b", 99}}}));
  EXPECT_TRUE(refused({"a", {{"a", 1}, {"b", 99}}})) << "a queue's name";
  EXPECT_TRUE(refused({"s", {{"a", 100}}}));
  EXPECT_TRUE(refused({"s", {{"a", 50}, {"b", 49}}}));
  EXPECT_TRUE(refused({"s", {{"a", 50}, {"a", 50}}}));
  EXPECT_TRUE(refused({"s", {{"a", 50}, {"c", 50}}}));
  EXPECT_TRUE(refused({"s", {{"a", 0}, {"b", 100}}}));
}

}  // namespace
}  // namespace cordboard
