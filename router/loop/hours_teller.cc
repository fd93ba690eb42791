#include "router/loop/hours_teller.h"

#include <utility>

#include "router/calendar/opening_hours.h"
#include "router/core/assert.h"
#include "router/core/opening.h"
#include "router/core/state.h"

namespace cordboard {

void HoursTeller::tell(Applier& applier) {
  const State& state = applier.engine().state();
  if (state.calendars.empty()) return;
  const bool due = opening::times_due(state) <= applier.at();
  if (!due && std::exchange(checked_, true)) return;
  checked_ = true;
  SetOpeningTimes times = opening_times(state.config, applier.at());
  if (!due && opening::knows(state, times)) return;
  const Outcome outcome = applier.apply({.body = std::move(times)}).outcome;
  CB_ASSERT(outcome.accepted(), "opening times at %lld are refused",
            static_cast<long long>(to_us(applier.at())));
}

}  // namespace cordboard
