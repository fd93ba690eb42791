#include "router/core/wait_statistics.h"

#include <algorithm>

#include "router/core/expected_wait.h"
#include "router/core/mutation.h"
#include "router/core/preference.h"
#include "router/core/step.h"

namespace cordboard::wait_statistics {
namespace {

// A prediction looks at every queue, so many queues are sampled less often.
constexpr Duration kSampleInterval = std::chrono::seconds(1);
constexpr Duration kSampleIntervalPerQueue = std::chrono::milliseconds(10);
constexpr std::uint32_t kWaitingPerPrediction = 16;
constexpr std::uint32_t kLongestMs = 24 * 3600 * 1000;  // so that kScoreMemory squares fit

WaitStatistics::Mark mark_of(const Queue& queue) {
  const QueueCounters& counters = queue.counters;
  const WaitStatistics& wait = queue.wait;
  return {counters.handled,   wait.ringing_us + counters.connected_us + counters.wrap_up_us,
          counters.answered,  wait.ringing_us,
          counters.abandoned, wait.waited_us};
}

void move_marks(Queue& queue) {
  WaitStatistics& wait = queue.wait;
  if (queue.counters.handled - wait.newer.handled < WaitStatistics::kMark) return;
  wait.older = wait.newer;
  wait.newer = mark_of(queue);
}

// Does another one in the contact's queue wait to be offered? While the queue is open, nobody is held.
bool others_wait(const State& state, ContactRef ref) {
  const Contact& contact = state[ref];
  const Queue& queue = state[contact.queue];
  if (queue.open)
    return queue.waiting - queue.offered - queue.dialing > (contact.state == ContactState::Waiting ? 1u : 0u);
  for (ContactRef at = queue.oldest; at; at = state[at].queue_after) {
    if (at != ref && state[at].state == ContactState::Waiting && !state[at].held()) return true;
  }
  return false;
}

// Accounts the time in which somebody waited, up to now. `start`: it ends in one. `goes_on`: somebody waits
// from now on, those being offered or dialled apart.
void close_pace(Step& step, const Contact& contact, bool start, bool goes_on) {
  Queue& queue = step.state[contact.queue];
  WaitStatistics& wait = queue.wait;
  if (wait.paced_at != kNever) {
    const auto slots = step.state.match.staff_of(contact.requirement_class).slots;
    wait.slot_us += static_cast<std::uint64_t>(to_us(step.now - wait.paced_at)) * slots;
  }
  wait.paced_at = goes_on ? step.now : kNever;
  if (!start || ++wait.starts < 2 * WaitStatistics::kPaceMemory) return;
  wait.starts /= 2;
  wait.slot_us /= 2;
}

bool is_sampled(const State& state, const WaitStatistics& wait, std::uint32_t waiting, Time now) {
  const auto queues = static_cast<std::int64_t>(state.queues.size());
  const Duration interval = std::max(kSampleInterval, queues * kSampleIntervalPerQueue);
  return wait.unsampled > waiting / kWaitingPerPrediction && now - wait.sampled_at >= interval &&
         wait.predictions.size() < WaitStatistics::kOpenPredictions;
}

std::uint32_t ms_of(Duration wait) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(to_us(wait) / 1000, 0, kLongestMs));
}

void predict(Step& step, ContactRef ref) {
  Contact& contact = step.state[ref];
  WaitStatistics::Prediction prediction{ref, {}};
  const WaitEstimates estimates = wait_estimates(step.state, ref, step.now);
  for (std::size_t i = 0; i < kWaitEstimators; ++i) {
    prediction.wait_ms[i] = estimates[i] ? ms_of(*estimates[i]) : WaitStatistics::Prediction::kUnknown;
  }
  contact.wait_flags |= kPredicted;
  step.state[contact.queue].wait.predictions.push_back(prediction);
}

void score(WaitStatistics::Score& score, std::uint32_t predicted_ms, std::uint32_t actual_ms) {
  if (predicted_ms == WaitStatistics::Prediction::kUnknown) return;
  const std::int64_t error = std::int64_t{predicted_ms} - actual_ms;
  score.squared_ms2 += static_cast<std::uint64_t>(error * error);
  score.wait_ms += actual_ms;
  score.predicted_ms += predicted_ms;
  if (++score.count < 2 * WaitStatistics::kScoreMemory) return;
  score.count /= 2;
  score.squared_ms2 /= 2;
  score.wait_ms /= 2;
  score.predicted_ms /= 2;
}

// The contact's prediction, which is no longer kept.
std::optional<WaitStatistics::Prediction> take_prediction(State& state, ContactRef ref) {
  Contact& contact = state[ref];
  if ((contact.wait_flags & kPredicted) == 0) return std::nullopt;
  contact.wait_flags &= static_cast<std::uint8_t>(~kPredicted);
  auto& open = state[contact.queue].wait.predictions;
  const auto found = std::find_if(open.begin(), open.end(), [&](const auto& p) { return p.contact == ref; });
  CB_ASSERT(found != open.end(), "contact %u has no prediction", ref.value);
  const WaitStatistics::Prediction prediction = *found;
  if (!mutated("prediction_outlives_the_wait")) open.erase(found);
  return prediction;
}

void answered(Step& step, ContactRef ref, Duration wait) {
  WaitStatistics& statistics = step.state[step.state[ref].queue].wait;
  statistics.last_wait_us = static_cast<std::uint64_t>(to_us(wait));
  ++statistics.waits_answered;
  const auto prediction = take_prediction(step.state, ref);
  if (!prediction) return;
  for (std::size_t i = 0; i < kWaitEstimators; ++i) {
    score(statistics.scores[i], prediction->wait_ms[i], ms_of(wait));
  }
}

void left(Step& step, ContactRef ref) {
  const Contact& contact = step.state[ref];
  take_prediction(step.state, ref);
  if ((contact.wait_flags & kStarted) == 0) close_pace(step, contact, false, others_wait(step.state, ref));
}

// What is not about the wait stays.
void begin_anew(Contact& contact, std::uint8_t flags) {
  contact.wait_flags = static_cast<std::uint8_t>((contact.wait_flags & kIsCallback) | flags);
}

void forget_release(State& state, ContactRef ref) {
  if ((state[ref].wait_flags & kReleased) != 0) state.released.erase(ref);
}

}  // namespace

WaitStatistics::Mark recent(const Queue& queue) {
  const WaitStatistics::Mark now = mark_of(queue);
  const WaitStatistics::Mark& then = queue.wait.older;
  return {now.handled - then.handled,       now.work_us - then.work_us,     now.answered - then.answered,
          now.ringing_us - then.ringing_us, now.abandoned - then.abandoned, now.waited_us - then.waited_us};
}

void begin(Step& step, ContactRef ref) {
  Contact& contact = step.state[ref];
  Queue& queue = step.state[contact.queue];
  WaitStatistics& wait = queue.wait;
  contact.wait_flags |= kHadToWait;
  move_marks(queue);
  const bool is_only_one = queue.waiting - queue.offered - queue.dialing == 1;
  if (is_only_one || wait.paced_at == kNever) wait.paced_at = step.now;
  ++wait.unsampled;
  const bool for_certain_agents = !preference::targets_of(step.state, contact).empty();
  if (for_certain_agents || !is_sampled(step.state, wait, queue.waiting, step.now)) return;
  wait.unsampled = 0;
  wait.sampled_at = step.now;
  predict(step, ref);
}

void start(Step& step, ContactRef ref) {
  Contact& contact = step.state[ref];
  if ((contact.wait_flags & kStarted) != 0) return;
  contact.wait_flags |= kStarted;
  close_pace(step, contact, true, others_wait(step.state, ref));
}

void end(Step& step, ContactRef ref) {
  State& state = step.state;
  Contact& contact = state[ref];
  if (!contact.held()) {
    const Duration wait = step.now - waits_since(state, ref);
    state[contact.queue].wait.waited_us += static_cast<std::uint64_t>(to_us(wait));
    if ((contact.wait_flags & kHadToWait) != 0) {
      contact.state == ContactState::Connected ? answered(step, ref, wait) : left(step, ref);
    }
  }
  forget_release(state, ref);
  begin_anew(contact, 0);
}

void pause(Step& step, QueueRef ref) {
  const ContactRef oldest = step.state[ref].oldest;
  if (oldest && !mutated("night_counts")) close_pace(step, step.state[oldest], false, false);
}

void hold(Step& step, ContactRef ref) {
  State& state = step.state;
  Contact& contact = state[ref];
  if (contact.held()) return;
  const Duration wait = step.now - waits_since(state, ref);
  state[contact.queue].wait.waited_us += static_cast<std::uint64_t>(to_us(wait));
  take_prediction(state, ref);
  forget_release(state, ref);
  begin_anew(contact, kHeld);
}

void release(Step& step, ContactRef ref) {
  begin_anew(step.state[ref], kReleased);
  step.state.released.emplace(ref, step.now);
}

Time waits_since(const State& state, ContactRef ref) {
  const Contact& contact = state[ref];
  return (contact.wait_flags & kReleased) != 0 ? state.released.at(ref) : contact.queued_at;
}

}  // namespace cordboard::wait_statistics
