#include "router/core/interruptions.h"

#include <algorithm>
#include <string>
#include <vector>

#include "router/core/assignments.h"
#include "router/core/mutation.h"
#include "router/core/named.h"

namespace cordboard::interruptions {
namespace {

constexpr MatchIndex::ChannelMask bit(ChannelRef channel) {
  return MatchIndex::ChannelMask{1} << channel.value;
}

std::optional<Rejection> wrong(const ChannelConfig& channel, const std::string& why) {
  return Rejection{RejectReason::InvalidId, "channel '" + channel.name + "' " + why};
}

std::optional<Rejection> check(const TenantConfig& config, const ChannelConfig& channel) {
  for (const std::string& by : channel.interruptible_by) {
    if (find_named(config.channels, by) != nullptr) continue;
    return Rejection{RejectReason::UnknownChannel,
                     "channel '" + channel.name + "' is interruptible by '" + by + "', which is no channel"};
  }
  if (!channel.exclusive) return std::nullopt;
  if (channel.max_contacts > 1) return wrong(channel, "is exclusive: its max_contacts must be 1");
  if (!channel.interruptible_by.empty()) return wrong(channel, "is exclusive, so nothing interrupts it");
  return std::nullopt;
}

// Over others, perhaps. REQUIRES: every name is that of a channel.
bool interrupts_itself(const TenantConfig& config, const ChannelConfig& channel) {
  std::vector<std::string> reached = channel.interruptible_by;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (reached[i] == channel.name) return true;
    for (const std::string& by : find_named(config.channels, reached[i])->interruptible_by) {
      if (std::find(reached.begin(), reached.end(), by) == reached.end()) reached.push_back(by);
    }
  }
  return false;
}

// What an agent has, in the order in which it goes on: the shallow before the deep, the old before the new.
class Hands {
 public:
  Hands(const State& state, const Agent& agent) : state_(state) {
    items_.reserve(agent.assignments.size());
    for (const AssignmentRef ref : agent.assignments) {
      items_.push_back({ref, true});
      load_ += state[ref].units;
      exclusive_ |= state[ref].exclusive;
    }
    std::stable_sort(items_.begin(), items_.end(),
                     [&](const Item& a, const Item& b) { return depth_of(a) < depth_of(b); });
    for (std::size_t i = items_.size(); i-- > 0 && too_much();) {
      if (may_give_way(items_[i])) turn(items_[i], false);
    }
    for (Item& item : items_) {
      if (!item.goes_on && !exclusive_ && load_ + state[item.ref].units <= kAgentCapacityUnits) {
        turn(item, true);
      }
    }
  }

  // function(assignment) for each that is to change.
  template <class Interrupt, class Resume>
  void for_each_change(Interrupt&& interrupt, Resume&& resume) const {
    for (std::size_t i = items_.size(); i-- > 0;) {
      if (!items_[i].goes_on && !state_[items_[i].ref].interrupted) interrupt(items_[i].ref);
    }
    for (const Item& item : items_) {
      if (item.goes_on && state_[item.ref].interrupted) resume(item.ref);
    }
  }

 private:
  struct Item {
    AssignmentRef ref;
    bool goes_on;
  };

  std::uint8_t depth_of(const Item& item) const { return state_[state_[item.ref].channel].depth; }
  // Beside an exclusive contact, everything is.
  bool too_much() const { return exclusive_ || load_ > kAgentCapacityUnits; }

  // What is interrupted already may stay so, even if a new configuration says otherwise.
  bool may_give_way(const Item& item) const {
    const Assignment& assignment = state_[item.ref];
    if (assignment.exclusive) return false;
    return assignment.interrupted || std::any_of(items_.begin(), items_.end(), [&](const Item& other) {
             return other.goes_on && gives_way(state_, assignment, state_[other.ref].channel);
           });
  }

  void turn(Item& item, bool goes_on) {
    item.goes_on = goes_on;
    const std::uint32_t units = state_[item.ref].units;
    goes_on ? load_ += units : load_ -= units;
  }

  const State& state_;
  std::vector<Item> items_;
  std::uint32_t load_ = 0;
  bool exclusive_ = false;
};

}  // namespace

std::optional<Rejection> check(const TenantConfig& config) {
  for (const ChannelConfig& channel : config.channels) {
    if (auto refused = check(config, channel)) return refused;
  }
  for (const ChannelConfig& channel : config.channels) {
    if (interrupts_itself(config, channel)) {
      return wrong(channel, "would be interruptible by itself, over others perhaps");
    }
  }
  return std::nullopt;
}

bool gives_way(const State& state, const Assignment& assignment, ChannelRef channel) {
  return assignment.is_answered() && (state[channel].interrupts & bit(assignment.channel)) != 0;
}

AssignmentRef exclusive_of(const State& state, const Agent& agent) {
  for (const AssignmentRef ref : agent.assignments) {
    if (state[ref].exclusive && !mutated("exclusive_contact_shares")) return ref;
  }
  return AssignmentRef::none();
}

Room room_of(const State& state, const Agent& agent) {
  Room room;
  if (exclusive_of(state, agent)) return room;
  for (std::size_t i = 0; i < agent.channels.size(); ++i) {
    const AgentChannel& mine = agent.channels[i];
    if (mine.contacts >= mine.max_contacts) continue;
    const ChannelRef channel{static_cast<std::uint8_t>(i)};
    // An exclusive contact takes all there is.
    const std::uint32_t most = state[channel].config.exclusive ? mine.units : kAgentCapacityUnits;
    std::uint32_t all = mine.units;
    std::uint32_t staying = mine.units;
    for (const AssignmentRef ref : agent.assignments) {
      all += state[ref].units;
      if (!gives_way(state, state[ref], channel)) staying += state[ref].units;
    }
    if (staying > most) continue;
    room.open |= bit(channel);
    if (all > most) room.interrupting |= bit(channel);
  }
  return room;
}

void settle(Step& step, AgentRef ref) {
  State& state = step.state;
  const Agent& agent = state[ref];
  const bool concerned =
      std::any_of(agent.assignments.begin(), agent.assignments.end(),
                  [&](AssignmentRef held) { return state[held].interrupted || state[held].exclusive; });
  if (!concerned && agent.held_units <= kAgentCapacityUnits) return;
  Hands(state, agent)
      .for_each_change(
          [&](AssignmentRef held) {
            if (!mutated("nothing_gives_way")) assignments::interrupt(step, held);
          },
          [&](AssignmentRef held) {
            if (!mutated("interrupted_contact_is_forgotten")) assignments::resume(step, held);
          });
}

void resolve(State& state) {
  state.channels_interfere = false;
  for (Channel& channel : state.channels) channel.interrupts = channel.depth = 0;
  // A chain has at most as many links as there are channels.
  for (std::size_t round = 0; round < state.channels.size(); ++round) {
    for (std::size_t i = 0; i < state.channels.size(); ++i) {
      Channel& channel = state.channels[i];
      if (channel.removed) continue;
      state.channels_interfere |= channel.config.exclusive || !channel.config.interruptible_by.empty();
      for (const std::string& name : channel.config.interruptible_by) {
        const ChannelRef by = state.find_channel(name);
        if (!by || state[by].removed) continue;
        state[by].interrupts |= bit(ChannelRef{static_cast<std::uint8_t>(i)});
        channel.depth = std::max(channel.depth, static_cast<std::uint8_t>(state[by].depth + 1));
      }
    }
  }
  // What a former configuration has left behind goes on by the same rules.
  state.assignments.for_each([&](AssignmentRef, const Assignment& held) {
    state.channels_interfere |= held.interrupted || held.exclusive;
  });
}

}  // namespace cordboard::interruptions
