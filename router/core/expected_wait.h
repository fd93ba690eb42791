// Answers two questions about a contact that waits, or one that might: how long until an agent answers, and
// how many go before it?
//
// Several formulas answer the first one; each queue uses the one whose predictions have been nearest to what
// happened (wait_statistics.h). Pure questions over a State: nothing changes. Whole numbers only: times in
// microseconds, rates in billionths of a contact per second, quotients rounded down, so that every machine
// gives the same answer and the engine itself may use it.
//
// O(lines x profile classes of the requirement), where a line is a class in which somebody waits; never a
// walk over contacts.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "router/core/state.h"

namespace cordboard {

struct ExpectedWait {
  Duration wait{};  // from the moment of the question until an answer, ringing included
  WaitFormula formula = WaitFormula::None;
  // False: too little has been seen, or nobody at work may take it. `wait` is a guess or 0; do not announce
  // it.
  bool enough_data = false;
};

// Of a waiting or offered contact. Here and below, `now` is not before state.now. One that waits for
// preferred agents is answered as if none of them became free: no less than the time until it is for
// everybody.
ExpectedWait expected_wait(const State& state, ContactRef contact, Time now);
// Of a contact without further requirement, priority or tier that would enter the queue now.
ExpectedWait expected_wait(const State& state, QueueRef queue, Time now);

// With more queues, rows and metrics do without the expected wait of the next contact: each would look at all
// queues. Queues that were removed do not count.
inline constexpr std::size_t kMaxForecastQueues = 200;
bool may_forecast(const State& state);

// One more than the contacts that wait in its queue and go before it, whatever they require; so 1 is next. 0
// for a contact that is being offered, or held because its queue is closed. Those who wait for preferred
// agents are not counted, as they go to others. Of a contact that waits for one agent only: among those who
// wait for that agent.
std::uint32_t position_of(const State& state, ContactRef contact, Time now);

// What each estimator says about a waiting contact, in the order of WaitFormula; absent: too little is known.
using WaitEstimates = std::array<std::optional<Duration>, kWaitEstimators>;
WaitEstimates wait_estimates(const State& state, ContactRef contact, Time now);

// Root of the average squared error of a queue's predictions by one estimator, over the average wait, in
// thousandths. nullopt while fewer than kMinScored contacts were measured.
inline constexpr std::uint64_t kMinScored = 30;
std::optional<std::uint32_t> wait_error_permille(const WaitStatistics& statistics, WaitFormula formula);

}  // namespace cordboard
