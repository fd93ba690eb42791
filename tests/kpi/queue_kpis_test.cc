#include "router/kpi/queue_kpis.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <string>

#include "router/codec/api_kpi.h"

namespace cordboard {
namespace {

// The example of docs/METRICS.md.
QueueCounters example() {
  QueueCounters sums;
  sums.offered = 1060;
  sums.answered = 1000;
  sums.answered_within = 860;
  sums.abandoned = 60;
  sums.abandoned_within = 20;
  sums.abandoned_short = 10;
  return sums;
}

std::string percent(const Ratio& ratio) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f",
                100.0 * static_cast<double>(ratio.part) / static_cast<double>(ratio.whole));
  return text;
}

std::string numbers(std::uint64_t one, std::uint64_t other) {
  return std::to_string(one) + "/" + std::to_string(other);
}

// By id: "860/1060"; for means in microseconds.
std::map<std::string, std::string> sent(const QueueCounters& sums, std::uint64_t waiting_late = 0) {
  v1::QueueKpis kpis;
  fill_kpis(queue_kpis(sums, waiting_late), &kpis);
  std::map<std::string, std::string> result;
  const auto* const descriptor = kpis.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* const field = descriptor->field(i);
    if (!kpis.GetReflection()->HasField(kpis, field)) continue;
    const auto& kpi = kpis.GetReflection()->GetMessage(kpis, field);
    if (const auto* const ratio = dynamic_cast<const v1::Ratio*>(&kpi)) {
      result[field->name()] = numbers(ratio->part(), ratio->whole());
    } else {
      const auto& mean = dynamic_cast<const v1::Mean&>(kpi);
      const auto us = static_cast<std::uint64_t>(mean.sum().seconds()) * 1'000'000 +
                      static_cast<std::uint64_t>(mean.sum().nanos()) / 1'000;
      result[field->name()] = numbers(us, mean.count());
    }
  }
  return result;
}

TEST(QueueKpis, EveryServiceLevelOfTheExampleIsTheOneOfItsDefinition) {
  const QueueKpis kpis = queue_kpis(example(), 0);
  EXPECT_EQ(percent(kpis.service_level_strict), "81.1");
  EXPECT_EQ(percent(kpis.service_level_ignore_within), "82.7");
  EXPECT_EQ(percent(kpis.service_level_ignore_short), "81.9");
  EXPECT_EQ(percent(kpis.service_level_positive), "83.0");
  EXPECT_EQ(percent(kpis.service_level_positive_short), "82.1");
  EXPECT_EQ(percent(kpis.service_level_answered_only), "86.0");
}

TEST(QueueKpis, WhoIsLateAlreadyIsMissedInTheStrictServiceLevelOnly) {
  const QueueKpis on_time = queue_kpis(example(), 0);
  const QueueKpis late = queue_kpis(example(), 40);
  EXPECT_EQ(late.service_level_strict.whole, on_time.service_level_strict.whole + 40);
  EXPECT_EQ(late.service_level_strict.part, on_time.service_level_strict.part);
  EXPECT_EQ(percent(late.service_level_answered_only), "86.0");
  EXPECT_EQ(percent(late.service_level_positive), "83.0");
}

// Each sum is another number, so that a formula that takes another one, or one too many, is seen.
TEST(QueueKpis, EachIsSentByItsIdAsTheNumbersOfItsFormula) {
  QueueCounters sums;
  sums.offered = 1'000'000;
  sums.answered = 200'000;
  sums.answered_within = 30'000;
  sums.abandoned = 4'000;
  sums.abandoned_within = 500;
  sums.abandoned_short = 60;
  sums.wait_answered_us = 7'000'000'007;
  sums.connected_us = 20'000'000;
  sums.wrap_up_us = 1'000'001;
  sums.handled = 17;
  sums.transferred_out = 3;
  sums.offers = 1'000;
  sums.offers_accepted = 501;
  sums.offers_declined = 102;
  sums.offers_expired = 53;
  sums.offers_rescinded = 204;
  const std::map<std::string, std::string> expected = {
      {"service_level_strict", "30000/204007"},
      {"service_level_ignore_within", "30000/203500"},
      {"service_level_ignore_short", "30000/203940"},
      {"service_level_positive", "30500/204000"},
      {"service_level_positive_short", "30060/204000"},
      {"service_level_answered_only", "30000/200000"},
      {"abandonment_rate", "4000/1000000"},
      {"abandonment_rate_without_short", "3940/999940"},
      {"asa", "7000000007/200000"},
      {"aht", "21000001/17"},
      {"acw", "1000001/17"},
      {"answer_rate", "501/1000"},
      {"decline_rate", "102/1000"},
      {"rona_rate", "53/1000"},
      {"rescind_rate", "204/1000"},
      {"transfer_rate", "3/17"},
  };
  EXPECT_EQ(sent(sums, 7), expected);
}

TEST(QueueKpis, WhatHasNoValueYetIsAbsent) {
  EXPECT_EQ(sent(QueueCounters{}), (std::map<std::string, std::string>{}));
  EXPECT_EQ(sent(QueueCounters{}, 1), (std::map<std::string, std::string>{{"service_level_strict", "0/1"}}));
  QueueCounters sums;
  sums.offered = sums.abandoned = sums.abandoned_within = sums.abandoned_short = 1;
  const auto told = sent(sums);
  EXPECT_FALSE(told.contains("service_level_ignore_short"));  // the only one who came does not count in it
  EXPECT_FALSE(told.contains("abandonment_rate_without_short"));
  EXPECT_EQ(told.at("service_level_strict"), "0/1");
  EXPECT_EQ(told.at("service_level_positive"), "1/1");
}

}  // namespace
}  // namespace cordboard
