#include "router/core/splits.h"

#include <algorithm>
#include <set>
#include <utility>

#include "router/core/ids.h"
#include "router/core/mutation.h"
#include "router/core/opening.h"
#include "router/core/reject_reason.h"

namespace cordboard::splits {
namespace {

// Closed ones take part only while none is open that can take the contact.
enum class Readiness : std::uint8_t { TakesNone, Closed, Open };

Readiness readiness_of(const State& state, QueueRef ref) {
  if (!opening::entrance(state, ref)) return Readiness::TakesNone;
  return state[ref].open ? Readiness::Open : Readiness::Closed;
}

// Of those that take part in the next contact.
Readiness best_readiness(const State& state, const Split& split) {
  Readiness best = Readiness::TakesNone;
  for (const Split::Target& target : split.targets) best = std::max(best, readiness_of(state, target.queue));
  return best;
}

// The target with most credit after its share of the next contact.
const Split::Target* best_target(const State& state, const Split& split) {
  const Readiness asked = best_readiness(state, split);
  const Split::Target* best = nullptr;
  for (const Split::Target& target : split.targets) {
    if (readiness_of(state, target.queue) != asked) continue;
    if (best == nullptr || target.credit + target.percent > best->credit + best->percent) best = &target;
  }
  return best;
}

Rejection wrong(const SplitConfig& split, const std::string& what) {
  return {RejectReason::InvalidId, "split '" + split.name + "': " + what};
}

std::optional<Rejection> check_targets(const TenantConfig& config, const SplitConfig& split) {
  if (split.to.size() < 2 || split.to.size() > kMaxSplitTargets) {
    return wrong(split, "from 2 to " + std::to_string(kMaxSplitTargets) + " queues are needed");
  }
  std::set<std::string> queues;
  std::uint32_t sum = 0;
  for (const SplitShare& share : split.to) {
    const bool known = std::any_of(config.queues.begin(), config.queues.end(),
                                   [&](const QueueConfig& queue) { return queue.name == share.queue; });
    if (!known) return wrong(split, "no queue '" + share.queue + "'");
    if (!queues.insert(share.queue).second) return wrong(split, "queue '" + share.queue + "' comes twice");
    if (share.percent < 1 || share.percent > 100) return wrong(split, "percent must be from 1 to 100");
    sum += share.percent;
  }
  if (sum != 100) return wrong(split, "the percentages add up to " + std::to_string(sum) + ", not to 100");
  return std::nullopt;
}

}  // namespace

SplitRef find(const State& state, std::string_view name) {
  for (std::uint32_t i = 0; i < state.splits.size(); ++i) {
    if (state.splits[i].name == name) return SplitRef{i};
  }
  return SplitRef::none();
}

QueueRef next_queue(const State& state, SplitRef ref) {
  return best_target(state, state.splits[ref.value])->queue;
}

void take(State& state, SplitRef ref) {
  Split& split = state.splits[ref.value];
  const QueueRef taken = next_queue(state, ref);
  const Readiness asked = best_readiness(state, split);
  std::int64_t paid = 0;
  for (Split::Target& target : split.targets) {
    if (readiness_of(state, target.queue) != asked) continue;
    target.credit += target.percent;
    paid += target.percent;
  }
  for (Split::Target& target : split.targets) {
    if (target.queue != taken) continue;
    if (!mutated("share_is_not_paid")) target.credit -= paid;
    ++target.contacts;
  }
}

std::optional<Rejection> check(const TenantConfig& config) {
  if (config.splits.size() > kMaxSplits) {
    return Rejection{RejectReason::InvalidId, "more than " + std::to_string(kMaxSplits) + " splits"};
  }
  std::set<std::string> names;
  for (const QueueConfig& queue : config.queues) names.insert(queue.name);
  for (const SplitConfig& split : config.splits) {
    if (!is_config_name(split.name) || !names.insert(split.name).second) {
      return wrong(split, "the name is malformed, or a queue or split has it already");
    }
    if (auto refused = check_targets(config, split)) return refused;
  }
  return std::nullopt;
}

void configure(State& state) {
  std::vector<Split> before = std::exchange(state.splits, {});
  for (const SplitConfig& config : state.config.splits) {
    Split& split = state.splits.emplace_back();
    split.name = config.name;
    for (const SplitShare& share : config.to) {
      split.targets.push_back(
          {state.find_queue(share.queue), static_cast<std::int64_t>(share.percent), 0, 0});
    }
    const auto known = std::find_if(before.begin(), before.end(),
                                    [&](const Split& other) { return other.name == split.name; });
    if (known == before.end()) continue;
    const auto same_share = [](const Split::Target& a, const Split::Target& b) {
      return a.queue == b.queue && a.percent == b.percent;
    };
    const bool same = std::equal(split.targets.begin(), split.targets.end(), known->targets.begin(),
                                 known->targets.end(), same_share);
    for (Split::Target& target : split.targets) {
      for (const Split::Target& old : known->targets) {
        if (old.queue != target.queue) continue;
        target.contacts = old.contacts;
        if (same) target.credit = old.credit;
      }
    }
  }
}

}  // namespace cordboard::splits
