#include "router/kpi/queue_kpis.h"

namespace cordboard {

// The order is that of the fields; docs/METRICS.md has the same in letters.
QueueKpis queue_kpis(const QueueCounters& c, std::uint64_t waiting_late) {
  const std::uint64_t decided = c.answered + c.abandoned;
  return {
      .service_level_strict = {c.answered_within, decided + waiting_late},
      .service_level_ignore_within = {c.answered_within, decided - c.abandoned_within},
      .service_level_ignore_short = {c.answered_within, decided - c.abandoned_short},
      .service_level_positive = {c.answered_within + c.abandoned_within, decided},
      .service_level_positive_short = {c.answered_within + c.abandoned_short, decided},
      .service_level_answered_only = {c.answered_within, c.answered},

      .abandonment_rate = {c.abandoned, c.offered},
      .abandonment_rate_without_short = {c.abandoned - c.abandoned_short, c.offered - c.abandoned_short},

      .asa = {c.wait_answered_us, c.answered},
      .aht = {c.connected_us + c.wrap_up_us, c.handled},
      .acw = {c.wrap_up_us, c.handled},

      .answer_rate = {c.offers_accepted, c.offers},
      .decline_rate = {c.offers_declined, c.offers},
      .rona_rate = {c.offers_expired, c.offers},
      .rescind_rate = {c.offers_rescinded, c.offers},

      .transfer_rate = {c.transferred_out, c.handled},
  };
}

}  // namespace cordboard
