#include "router/core/expected_wait.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "router/core/matching.h"
#include "router/core/mutation.h"
#include "router/core/preference.h"

namespace cordboard {
namespace {

// For products that need more than 64 bits: rates times contacts times microseconds.
__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kMinHandled = 10;                   // before a mean handling time means something
constexpr std::uint64_t kMinStarts = 10;                    // before a pace does
constexpr std::uint64_t kRateUnit = 1'000'000'000'000'000;  // of a rate of one contact per microsecond
constexpr std::uint64_t kParts = 1024;          // a contact has, where fractions of contacts count
constexpr std::size_t kProfilesCompared = 256;  // with the requirement of a queue in which nobody waits
constexpr std::uint64_t kLongestUs = 24ull * 3600 * 1'000'000;

std::uint64_t capped(Wide us) { return static_cast<std::uint64_t>(std::min<Wide>(us, kLongestUs)); }
Duration duration(std::uint64_t us) { return Duration{static_cast<std::int64_t>(us)}; }

// How long one contact takes an agent, from the offer to the end of the wrap-up; 0 when too little is known.
std::uint64_t hold_us(const Queue& queue) {
  const WaitStatistics::Mark r = wait_statistics::recent(queue);
  return r.handled < kMinHandled ? 0 : std::max<std::uint64_t>(1, r.work_us / r.handled);
}

// How long it rings until an answer, offers in vain included.
std::uint64_t ring_us(const Queue& queue) {
  const WaitStatistics::Mark r = wait_statistics::recent(queue);
  return r.answered == 0 ? 0 : r.ringing_us / r.answered;
}

std::uint64_t rate_of(std::uint64_t count, std::uint64_t us) {
  if (us == 0) return 0;
  return static_cast<std::uint64_t>(std::min<Wide>(Wide{count} * kRateUnit / us, kRateUnit));
}

// At which one waiting contact gives up.
std::uint64_t abandonment_rate(const Queue& queue) {
  const WaitStatistics::Mark r = wait_statistics::recent(queue);
  return rate_of(r.abandoned, r.waited_us);
}

// The sum over i = 0, 1, ... of 1 / (service + i * abandonment), for `parts` / kParts terms, the last of them
// in part. Many terms are added as one, at the rate in their middle, where the rate changes by less than a
// sixteenth among them: within 0.05 % of the sum.
std::uint64_t time_until_served(std::uint64_t service, std::uint64_t abandonment, std::uint64_t parts) {
  Wide sum_us = 0;
  std::uint64_t done = 0;
  const std::uint64_t whole = parts / kParts;
  while (done < whole) {
    const std::uint64_t alike = abandonment == 0 ? whole : (done + service / abandonment) / 16;
    const std::uint64_t width = std::clamp<std::uint64_t>(alike, 1, whole - done);
    const Wide twice_rate = Wide{service} * 2 + Wide{abandonment} * (2 * done + width - 1);
    sum_us += Wide{width} * 2 * kRateUnit / twice_rate;
    done += width;
  }
  const Wide rate = service + Wide{abandonment} * whole;
  sum_us += Wide{parts % kParts} * kRateUnit / kParts / rate;
  return capped(sum_us);
}

// Where a contact stands: everything that the formulas look at.
struct Place {
  QueueRef queue;
  ChannelRef channel;
  RequirementClass line;  // none(): no contact of the class has been seen yet
  ContactKey key;
  Time waits_since;
  Bits profiles;  // of those who may serve it
  MatchIndex::Staff staff;
};

Place place_of(const State& state, const Contact& contact, Time waits_since) {
  const MatchIndex& match = state.match;
  const RequirementClass line = contact.requirement_class;
  return {contact.queue,           contact.channel,     line, matching::key_of(state, contact), waits_since,
          match.profiles_of(line), match.staff_of(line)};
}
Place place_of(const State& state, ContactRef ref) {
  return place_of(state, state[ref], wait_statistics::waits_since(state, ref));
}

Place place_of_next(const State& state, QueueRef ref, Time now) {
  const Queue& queue = state[ref];
  Contact next;
  next.queue = ref;
  next.channel = state.find_channel(queue.config.channel);
  next.place_at = next.queued_at = now;
  next.sequence = state.next_contact_sequence;
  next.requirement_class = state.match.find_requirement({ref, next.channel, ""});
  if (next.requirement_class) return place_of(state, next, now);
  Place place{ref, next.channel,
              {},  matching::key_of(state, next),
              now, state.match.profiles_meeting(queue.requirement),
              {}};
  place.staff = state.match.staff_of(place.profiles, place.channel);
  return place;
}

// Agents of the place among those who may serve the plain contacts of a queue, and how many those are.
struct Overlap {
  std::uint32_t shared = 0;
  std::uint32_t all = 0;
};
// Whether the index still knows a class that nobody waits in depends on what it has forgotten, so such a
// class is not asked.
Overlap overlap_of(const State& state, const Place& place, QueueRef ref) {
  const MatchIndex& match = state.match;
  const ChannelRef channel = state.find_channel(state[ref].config.channel);
  const RequirementClass line = match.find_requirement({ref, channel, ""});
  if (line && match.in_use(line)) {
    return {match.shared_agents(place.profiles, place.channel, match.profiles_of(line), channel),
            match.staff_of(line).agents};
  }
  if (match.profile_count() > kProfilesCompared) return {};
  const Bits profiles = match.profiles_meeting(state[ref].requirement);
  return {match.shared_agents(place.profiles, place.channel, profiles, channel),
          match.staff_of(profiles, channel).agents};
}

// How long a contact that the place's agents have in hand takes: the mean over their queues, each by how many
// they have in hand. Who waits, waits for those to end, whatever they are. 0 when nothing is known.
std::uint64_t mean_hold_us(const State& state, const Place& place) {
  const std::uint64_t own = hold_us(state[place.queue]);
  Wide in_hand = own != 0 ? kParts : 0;  // in 1 / kParts of a contact; one of the own kind for a start
  Wide rate = own != 0 ? kParts * kRateUnit / own : 0;
  for (std::uint32_t i = 0; i < state.queues.size(); ++i) {
    const Queue& queue = state.queues[i];
    const std::uint64_t count = std::uint64_t{queue.connected} + queue.wrap_up;
    const std::uint64_t hold = count == 0 ? 0 : hold_us(queue);
    if (hold == 0) continue;
    const Overlap overlap = overlap_of(state, place, QueueRef{i});
    if (overlap.shared == 0) continue;
    const std::uint64_t parts = count * kParts * std::min(overlap.shared, overlap.all) / overlap.all;
    in_hand += parts;
    rate += Wide{parts} * kRateUnit / hold;
  }
  return rate == 0 ? 0 : static_cast<std::uint64_t>(in_hand * kRateUnit / rate);
}

// Contacts of the same queue that go before.
std::uint64_t ahead_in_queue(const State& state, const Place& place) {
  std::uint64_t ahead = 0;
  state.match.for_each_line([&](RequirementClass line) {
    const bool counts = state.match.queue_of(line) == place.queue || mutated("position_counts_other_queues");
    if (counts) ahead += state.match.count_before(line, place.key);
  });
  return ahead;
}

// Work that goes before and that agents of the place might have to do, in microseconds of one agent.
struct Competitor {
  std::uint64_t work_us;
  std::uint32_t shared;  // agents who may serve both
  std::uint32_t others;  // agents who may serve the competitor only
};

std::vector<Competitor> competitors(const State& state, const Place& place, Time now, std::uint64_t hold_us) {
  const MatchIndex& match = state.match;
  std::vector<Competitor> found;
  match.for_each_line([&](RequirementClass line) {
    if (line == place.line) return;
    const QueueConfig& other = state[match.queue_of(line)].config;
    const std::uint64_t ahead = match.count_before(line, at_rate(place.key, other.ageing, now));
    if (ahead == 0) return;
    const std::uint32_t shared =
        match.shared_agents(place.profiles, place.channel, match.profiles_of(line), match.channel_of(line));
    if (shared == 0) return;
    const MatchIndex::Staff staff = match.staff_of(line);
    const Wide work = Wide{ahead} * hold_us * staff.agents / staff.slots;
    found.push_back({static_cast<std::uint64_t>(std::min(work, Wide{kRateUnit} * 1000)), shared,
                     std::max(staff.agents, shared) - shared});
  });
  return found;
}

// What the place's agents have done for competitors when they have worked for so long: at most what is left
// after those that the place does not share, and no more than the shared ones can do.
Wide done_for(const std::vector<Competitor>& all, std::uint64_t us) {
  Wide sum = 0;
  for (const Competitor& one : all) {
    const Wide elsewhere = Wide{one.others} * us;
    const Wide left = one.work_us > elsewhere ? one.work_us - elsewhere : 0;
    sum += std::min<Wide>(left, Wide{one.shared} * us);
  }
  return sum;
}

// How long the place's agents need until all before it and itself are served, if nobody gave up: the time T
// for which agents * T = own work + work done for competitors by then. Between halvings, to 0.02 %.
std::uint64_t clearing_us(const Place& place, Wide own_us, const std::vector<Competitor>& all) {
  Wide work = own_us;
  for (const Competitor& one : all) work += one.work_us;
  std::uint64_t low = capped(own_us / place.staff.agents);
  std::uint64_t high = capped(work / place.staff.agents);
  for (int i = 0; i < 24 && high - low > high / 4096; ++i) {
    const std::uint64_t middle = low + (high - low) / 2;
    const bool enough = Wide{place.staff.agents} * middle >= own_us + done_for(all, middle);
    (enough ? high : low) = middle;
  }
  return high;
}

using Estimate = std::optional<std::uint64_t>;  // microseconds from now

// Who came d later than the head will wait d longer from now on than the head, who is next.
Estimate by_head_of_line(const State& state, const Place& place) {
  const ContactRef head = place.line ? state.match.head(place.line) : ContactRef::none();
  if (!head) return 0;
  if (!(matching::key_of(state, state[head]) < place.key)) return 0;
  const std::int64_t later_us = to_us(place.waits_since - wait_statistics::waits_since(state, head));
  return static_cast<std::uint64_t>(std::max<std::int64_t>(later_us, 0)) + ring_us(state[place.queue]);
}

Estimate by_last_answered(const State& state, const Place& place, Time now) {
  const WaitStatistics& wait = state[place.queue].wait;
  if (wait.waits_answered == 0) return std::nullopt;
  const auto waited = static_cast<std::uint64_t>(to_us(now - place.waits_since));
  return wait.last_wait_us > waited ? wait.last_wait_us - waited : 0;
}

Estimate by_queue_length(const State& state, const Place& place, Time now) {
  const Queue& queue = state[place.queue];
  const std::uint64_t hold = mean_hold_us(state, place);
  if (hold == 0 || place.staff.slots == 0) return std::nullopt;
  const std::uint64_t ahead = place.line ? state.match.count_before(place.line, place.key) : 0;
  const Wide own = Wide{ahead + 1} * hold * place.staff.agents / place.staff.slots;
  const std::uint64_t clearing = clearing_us(place, own, competitors(state, place, now, hold));
  const std::uint64_t service = std::max<std::uint64_t>(1, rate_of(place.staff.slots, hold));
  const Wide parts = std::min<Wide>(Wide{clearing} * kParts * place.staff.slots / hold, kRateUnit);
  return time_until_served(service, abandonment_rate(queue), static_cast<std::uint64_t>(parts)) +
         ring_us(queue);
}

Estimate by_measured_pace(const State& state, const Place& place) {
  const Queue& queue = state[place.queue];
  const WaitStatistics& wait = queue.wait;
  if (wait.starts < kMinStarts || place.staff.slots == 0) return std::nullopt;
  const std::uint64_t slot_us = std::max<std::uint64_t>(1, wait.slot_us / wait.starts);
  const std::uint64_t service = std::max<std::uint64_t>(1, rate_of(place.staff.slots, slot_us));
  const std::uint64_t parts = (ahead_in_queue(state, place) + 1) * kParts;
  return time_until_served(service, abandonment_rate(queue), parts) + ring_us(queue);
}

Estimate by_corrected_length(const State& state, const Place& place, Time now) {
  const auto& score = state[place.queue].wait.scores[index_of(WaitFormula::QueueLength)];
  if (score.count < kMinScored || score.predicted_ms == 0) return std::nullopt;
  const Estimate us = by_queue_length(state, place, now);
  if (!us) return us;
  return capped(Wide{*us} * score.wait_ms / score.predicted_ms);
}

Estimate estimate(const State& state, const Place& place, Time now, WaitFormula formula) {
  switch (formula) {
    case WaitFormula::HeadOfLine:
      return by_head_of_line(state, place);
    case WaitFormula::LastToEnterService:
      return by_last_answered(state, place, now);
    case WaitFormula::QueueLength:
      return by_queue_length(state, place, now);
    case WaitFormula::MeasuredPace:
      return by_measured_pace(state, place);
    case WaitFormula::CorrectedLength:
      return by_corrected_length(state, place, now);
    case WaitFormula::None:
    case WaitFormula::AgentFree:
      break;
  }
  return std::nullopt;
}

// Knows the work ahead, so that it may be announced before its error is known.
bool is_by_length(WaitFormula formula) {
  return formula == WaitFormula::QueueLength || formula == WaitFormula::MeasuredPace;
}

// The one with the least average squared error; without enough measured ones, the one that has done best in
// general. None when nothing is known.
ExpectedWait best_estimate(const State& state, const Place& place, Time now) {
  if (place.staff.slots == 0) return {};
  const auto& scores = state[place.queue].wait.scores;
  std::array<std::size_t, kWaitEstimators> order = {
      index_of(WaitFormula::QueueLength), index_of(WaitFormula::CorrectedLength),
      index_of(WaitFormula::MeasuredPace), index_of(WaitFormula::HeadOfLine),
      index_of(WaitFormula::LastToEnterService)};
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const bool a_counts = scores[a].count >= kMinScored;
    const bool b_counts = scores[b].count >= kMinScored;
    if (!a_counts || !b_counts) return a_counts && !b_counts;
    return Wide{scores[a].squared_ms2} * scores[b].count < Wide{scores[b].squared_ms2} * scores[a].count;
  });
  for (const std::size_t i : order) {
    const Estimate us = estimate(state, place, now, estimator(i));
    if (!us) continue;
    const bool enough = is_by_length(estimator(i)) || scores[i].count >= kMinScored;
    return {duration(capped(*us)), estimator(i), enough};
  }
  return {};
}

// Whether one who may serve it has capacity now. Before the first contact of a channel the index does not
// know.
bool somebody_is_free(const State& state, const Place& place) {
  if (state.match.is_open(place.channel)) return state.match.has_available(place.profiles, place.channel);
  const MatchIndex::ChannelMask channel = MatchIndex::ChannelMask{1} << place.channel.value;
  for (const Agent& agent : state.agents) {
    if ((agent.available_channels & channel) != 0 && place.profiles.test(agent.profile_class.value))
      return true;
  }
  return false;
}

std::uint32_t position_for_target(const State& state, ContactRef ref, AgentRef target, Time now) {
  const std::vector<ContactRef> line = state.match.targeted_at(target, now);
  return static_cast<std::uint32_t>(std::find(line.begin(), line.end(), ref) - line.begin()) + 1;
}

}  // namespace

ExpectedWait expected_wait(const State& state, ContactRef ref, Time now) {
  const Contact& contact = state[ref];
  if (!is_unanswered(contact.state)) return {};
  if (contact.state != ContactState::Waiting) {
    const std::uint64_t rings = ring_us(state[contact.queue]);
    const auto rung = static_cast<std::uint64_t>(to_us(now - state[contact.assignment].since));
    return {duration(capped(rings > rung ? rings - rung : 0)), WaitFormula::AgentFree, true};
  }
  if (contact.target || contact.held()) return {};
  Place place = place_of(state, ref);
  if (!preference::lasts(state, contact)) return best_estimate(state, place, now);
  // As if none of its preferred agents became free: it is for everybody then, at its usual place.
  place.key.tier = matching::key_tier(contact.tier);
  ExpectedWait answer = best_estimate(state, place, now);
  const Duration left = std::min(preference::ends_at(state, contact) - now, duration(kLongestUs));
  if (answer.enough_data) answer.wait = std::max(answer.wait, left);
  return answer;
}

ExpectedWait expected_wait(const State& state, QueueRef ref, Time now) {
  const Queue& queue = state[ref];
  if (queue.removed || !queue.open) return {};
  const Place place = place_of_next(state, ref, now);
  const bool nobody_before = ahead_in_queue(state, place) == 0;
  if (nobody_before && somebody_is_free(state, place)) {
    return {duration(capped(ring_us(queue))), WaitFormula::AgentFree, true};
  }
  return best_estimate(state, place, now);
}

std::uint32_t position_of(const State& state, ContactRef ref, Time now) {
  const Contact& contact = state[ref];
  if (contact.state != ContactState::Waiting || contact.held()) return 0;
  if (contact.target) return position_for_target(state, ref, contact.target, now);
  return static_cast<std::uint32_t>(ahead_in_queue(state, place_of(state, ref))) + 1;
}

bool may_forecast(const State& state) {
  if (state.queues.size() <= kMaxForecastQueues) return true;
  const auto live = std::count_if(state.queues.begin(), state.queues.end(),
                                  [](const Queue& queue) { return !queue.removed; });
  return static_cast<std::size_t>(live) <= kMaxForecastQueues;
}

WaitEstimates wait_estimates(const State& state, ContactRef ref, Time now) {
  const Place place = place_of(state, ref);
  WaitEstimates all;
  for (std::size_t i = 0; i < kWaitEstimators; ++i) {
    const Estimate us = estimate(state, place, now, estimator(i));
    if (us) all[i] = duration(capped(*us));
  }
  return all;
}

std::optional<std::uint32_t> wait_error_permille(const WaitStatistics& statistics, WaitFormula formula) {
  const WaitStatistics::Score& score = statistics.scores[index_of(formula)];
  if (score.count < kMinScored || score.wait_ms == 0) return std::nullopt;
  // Newton's steps to the whole square root of the mean square.
  const std::uint64_t mean_square = score.squared_ms2 / score.count;
  std::uint64_t root = mean_square;
  for (std::uint64_t next = (root + 1) / 2; next < root; next = (root + mean_square / root) / 2) root = next;
  return static_cast<std::uint32_t>(std::min<Wide>(Wide{root} * score.count * 1000 / score.wait_ms,
                                                   std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace cordboard
