#include "router/codec/api_kpi.h"

#include "router/codec/api_time.h"

namespace cordboard {
namespace {

void fill(const Ratio& from, v1::Ratio* to) {
  to->set_part(from.part);
  to->set_whole(from.whole);
}

void fill(const Mean& from, v1::Mean* to) {
  fill_duration_us(from.sum_us, to->mutable_sum());
  to->set_count(from.count);
}

bool has_value(const Ratio& ratio) { return ratio.whole > 0; }
bool has_value(const Mean& mean) { return mean.count > 0; }

}  // namespace

void fill_kpis(const QueueKpis& from, v1::QueueKpis* to) {
  const auto put = [&](const auto& kpi, auto make) {
    if (has_value(kpi)) fill(kpi, (to->*make)());
  };
  using To = v1::QueueKpis;
  put(from.service_level_strict, &To::mutable_service_level_strict);
  put(from.service_level_ignore_within, &To::mutable_service_level_ignore_within);
  put(from.service_level_ignore_short, &To::mutable_service_level_ignore_short);
  put(from.service_level_positive, &To::mutable_service_level_positive);
  put(from.service_level_positive_short, &To::mutable_service_level_positive_short);
  put(from.service_level_answered_only, &To::mutable_service_level_answered_only);
  put(from.abandonment_rate, &To::mutable_abandonment_rate);
  put(from.abandonment_rate_without_short, &To::mutable_abandonment_rate_without_short);
  put(from.asa, &To::mutable_asa);
  put(from.aht, &To::mutable_aht);
  put(from.acw, &To::mutable_acw);
  put(from.answer_rate, &To::mutable_answer_rate);
  put(from.decline_rate, &To::mutable_decline_rate);
  put(from.rona_rate, &To::mutable_rona_rate);
  put(from.rescind_rate, &To::mutable_rescind_rate);
  put(from.transfer_rate, &To::mutable_transfer_rate);
}

}  // namespace cordboard
