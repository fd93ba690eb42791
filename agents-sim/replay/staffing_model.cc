#include "agents-sim/replay/staffing_model.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "agents-sim/scenario/weekday.h"

namespace cordboard::sim {
namespace {

struct Span {
  Duration from{};
  Duration to{};
};

using Calls = std::vector<const RecordedCall*>;
// By queue, when callers waited: in the order of their arrival.
using Waits = std::vector<std::vector<Span>>;

// By day and agent, in the order in which they were served.
std::map<std::pair<std::uint32_t, std::uint32_t>, Calls> served_by(const Recording& recording) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, Calls> served;
  for (const RecordedCall& call : recording.calls) {
    if (!call.answered || call.agent == RecordedCall::kNobody) continue;
    served[{static_cast<std::uint32_t>(call.at / kDay), call.agent}].push_back(&call);
  }
  for (auto& [who, calls] : served) {
    std::stable_sort(calls.begin(), calls.end(), [](const RecordedCall* a, const RecordedCall* b) {
      return a->served_from() < b->served_from();
    });
  }
  return served;
}

Waits waits_of(const Recording& recording) {
  Waits waits(recording.queues.size());
  for (const RecordedCall& call : recording.calls) {
    if (call.waited()) waits[call.queue].push_back({call.at, call.at + call.wait});
  }
  return waits;
}

// Calls by agent and queue over all days, and which queues are so rare that a day says little about them.
struct Habits {
  explicit Habits(const Recording& recording)
      : counts(recording.agents.size(), std::vector<std::size_t>(recording.queues.size())),
        rare(recording.queues.size()) {
    std::vector<std::size_t> calls(recording.queues.size());
    for (const RecordedCall& call : recording.calls) {
      ++calls[call.queue];
      if (call.answered && call.agent != RecordedCall::kNobody) ++counts[call.agent][call.queue];
    }
    for (std::size_t queue = 0; queue < rare.size(); ++queue) {
      rare[queue] = calls[queue] * 20 < recording.calls.size();
    }
  }

  std::vector<std::vector<std::size_t>> counts;
  std::vector<bool> rare;
};

std::vector<std::uint32_t> queues_of(const Calls& calls, const Habits& habits) {
  const std::size_t queues = habits.rare.size();
  std::vector<std::size_t> counts(queues);
  for (const RecordedCall* call : calls) ++counts[call->queue];
  std::vector<std::uint32_t> served;
  for (std::uint32_t queue = 0; queue < queues; ++queue) {
    const bool today = counts[queue] >= 2 && counts[queue] * 50 >= calls.size();
    const bool usually = habits.rare[queue] && habits.counts[calls.front()->agent][queue] >= 5;
    if (today || usually) served.push_back(queue);
  }
  // A day of few calls.
  for (std::uint32_t queue = 0; served.empty() && queue < queues; ++queue) {
    if (counts[queue] > 0) served.push_back(queue);
  }
  return served;
}

// From the first to the last moment within the gap at which somebody waited in one of the queues.
std::optional<Span> waiting_within(const Waits& waits, const std::vector<std::uint32_t>& queues, Span gap) {
  constexpr Duration kLongestWait = std::chrono::hours{2};
  std::optional<Span> found;
  for (const std::uint32_t queue : queues) {
    const auto& spans = waits[queue];
    auto wait = std::lower_bound(spans.begin(), spans.end(), gap.from - kLongestWait,
                                 [](const Span& span, Duration at) { return span.from < at; });
    for (; wait != spans.end() && wait->from < gap.to; ++wait) {
      if (wait->to <= gap.from) continue;
      const Span part{std::max(wait->from, gap.from), std::min(wait->to, gap.to)};
      if (!found) found = part;
      found->from = std::min(found->from, part.from);
      found->to = std::max(found->to, part.to);
    }
  }
  return found;
}

std::vector<DutySpan> duty_of(const Calls& calls, const std::vector<std::uint32_t>& queues,
                              const Waits& waits) {
  std::vector<DutySpan> duty;
  Duration begin = calls.front()->at + calls.front()->wait;
  Duration end = begin + calls.front()->handle;
  for (const RecordedCall* call : calls) {
    const Duration from = call->at + call->wait;
    if (from - end > kShortestAbsence) {
      const auto missed = waiting_within(waits, queues, {end, from});
      if (missed && missed->to - missed->from > kShortestAbsence) {
        // Whoever hangs up keeps nobody waiting: one microsecond keeps the span from being empty.
        duty.push_back({begin, std::max(missed->from, begin + Duration{1}), 0, 1});
        begin = missed->to;
      }
    }
    end = std::max(end, from + call->handle);
  }
  duty.push_back({begin, std::max(end, begin + Duration{1}), 0, 1});
  return duty;
}

// Adds how long after a call the agent took the next one, where somebody was waiting when the first ended.
void add_gaps(const Calls& calls, const std::vector<std::uint32_t>& queues, const Waits& waits,
              std::vector<Duration>& gaps) {
  for (std::size_t i = 1; i < calls.size(); ++i) {
    const Duration end = calls[i - 1]->at + calls[i - 1]->wait + calls[i - 1]->handle;
    const Duration gap = calls[i]->at + calls[i]->wait - end;
    if (gap < Duration::zero() || gap > kShortestAbsence) continue;
    if (waiting_within(waits, queues, {end, end + Duration{1}})) gaps.push_back(gap);
  }
}

}  // namespace

StaffingModel estimate_staffing(const Recording& recording) {
  StaffingModel model;
  const auto served = served_by(recording);
  const Waits waits = waits_of(recording);
  const Habits habits(recording);
  std::vector<Duration> gaps;
  for (const auto& [who, calls] : served) {
    AgentGroup group;
    group.name = recording.agents[who.second] + "-day" + std::to_string(who.first + 1);
    const std::vector<std::uint32_t> queues = queues_of(calls, habits);
    for (const std::uint32_t queue : queues) group.profile.skills.push_back({recording.queues[queue], 1});
    group.duty.spans = duty_of(calls, queues, waits);
    add_gaps(calls, queues, waits, gaps);
    for (const DutySpan& span : group.duty.spans) model.on_duty += span.to - span.from;
    for (const RecordedCall* call : calls) model.handling += call->handle;
    model.agents.push_back(std::move(group));
  }
  if (!gaps.empty()) model.wrap_up = Distribution::empirical(std::move(gaps));
  for (AgentGroup& group : model.agents) group.wrap_up = model.wrap_up;
  return model;
}

}  // namespace cordboard::sim
