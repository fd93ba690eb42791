#include "router/config/tenant_checks.h"

#include <algorithm>
#include <map>
#include <optional>

#include "router/config/escalation_schema.h"
#include "router/config/named.h"
#include "router/config/names.h"

namespace cordboard {
namespace {

// The readers of a list's items; empty when there is no such list. Never reports.
std::vector<Reader> items_of(const Reader& root, std::string_view key) {
  const auto list = root.find(key);
  return list && list->is_list() ? list->items() : std::vector<Reader>{};
}

// A key of an item when it is there, else the item.
Reader at_key(const Reader& item, std::string_view key) { return item.find(key).value_or(item); }

void report_unknown_channel(const Reader& at, const std::string& name, const TenantConfig& tenant) {
  std::vector<std::string_view> names;
  std::string known;
  for (const ChannelConfig& channel : tenant.channels) {
    names.push_back(channel.name);
    known += (known.empty() ? "" : ", ") + channel.name;
  }
  at.error("there is no channel " + printable(name) + " (known: " + known + ")", did_you_mean(name, names));
}

// ---- channels ----

// Over others, perhaps.
bool interrupts_itself(const TenantConfig& tenant, const ChannelConfig& channel) {
  std::vector<std::string> reached = channel.interruptible_by;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (reached[i] == channel.name) return true;
    const ChannelConfig* const next = find_named(tenant.channels, reached[i]);
    if (next == nullptr) continue;  // reported
    for (const std::string& by : next->interruptible_by) {
      if (std::find(reached.begin(), reached.end(), by) == reached.end()) reached.push_back(by);
    }
  }
  return false;
}

void check_interruptions(const Reader& item, const ChannelConfig& channel, const TenantDraft& tenant) {
  const std::vector<Reader> names = items_of(item, "interruptible_by");
  for (std::size_t i = 0; i < names.size() && i < channel.interruptible_by.size(); ++i) {
    const std::string& by = channel.interruptible_by[i];
    if (find_named(tenant.channels, by) == nullptr) report_unknown_channel(names[i], by, tenant);
  }
  const Reader at = at_key(item, "interruptible_by");
  if (interrupts_itself(tenant, channel)) {
    at.error("a circle: " + channel.name + " would be interrupted by itself, over others perhaps");
  }
  if (!channel.exclusive) return;
  if (!channel.interruptible_by.empty())
    at.error("nothing interrupts an exclusive channel", "remove one of the keys");
  if (channel.max_contacts > 1) {
    at_key(item, "exclusive")
        .error("max_contacts is " + std::to_string(channel.max_contacts) +
               ", but an agent has one exclusive contact at most");
  }
}

void check_channels(const Reader& root, const TenantDraft& tenant) {
  const auto channels = root.find("channels");
  if (!channels || !channels->is_mapping()) return;
  for (const ChannelConfig& channel : tenant.channels) {
    const auto item = channels->find(channel.name);
    if (item && item->is_mapping()) check_interruptions(*item, channel, tenant);
  }
}

// ---- queues ----

// A step that comes too early would take the contact from whom it rings at; the time to answer comes first.
void check_relaxation(const Reader& item, const QueueConfig& queue) {
  const std::vector<Reader> steps = items_of(item, "relax");
  Duration before{0};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Duration after = queue.relax[i].after;
    const Reader at = at_key(steps[i], "after");
    if (after == Duration::zero()) continue;  // reported already
    if (after < queue.offer_timeout) {
      at.error("shorter than the offer_timeout of " + format_duration(queue.offer_timeout) +
               ": the first offer could not end before it");
    } else if (after <= before) {
      at.error("not later than the step before, which is after " + format_duration(before));
    }
    before = std::max(before, after);
  }
}

void check_queues(const Reader& root, const TenantDraft& tenant) {
  const std::vector<Reader> items = items_of(root, "queues");
  std::map<std::string, int> lines;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const QueueConfig& queue = tenant.queues[i];
    if (find_named(tenant.channels, queue.channel) == nullptr) {
      report_unknown_channel(at_key(items[i], "channel"), queue.channel, tenant);
    }
    check_relaxation(items[i], queue);
    check_escalation(items[i], queue, tenant);
    const std::string& of_callbacks = queue.callback.channel;
    if (!of_callbacks.empty() && find_named(tenant.channels, of_callbacks) == nullptr) {
      report_unknown_channel(at_key(at_key(items[i], "callback"), "channel"), of_callbacks, tenant);
    }
    const Reader name = at_key(items[i], "name");
    if (queue.name.empty()) continue;
    const auto [first, is_new] = lines.emplace(queue.name, name.line());
    if (is_new) continue;
    name.error("the queue " + queue.name + " is already defined in line " + std::to_string(first->second));
  }
}

// A queue cannot go on as another one while it is configured itself, nor as two.
void check_renames(const Reader& root, const TenantDraft& tenant) {
  const std::vector<Reader> items = items_of(root, "queues");
  std::map<std::string, int> lines;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string& former = tenant.queues[i].renamed_from;
    if (former.empty()) continue;
    const Reader at = at_key(items[i], "renamed_from");
    if (find_named(tenant.queues, former) != nullptr) {
      at.error("the queue " + printable(former) + " is in this file itself",
               "remove that queue, or this key");
    } else if (const auto [first, is_new] = lines.emplace(former, at.line()); !is_new) {
      at.error("the queue in line " + std::to_string(first->second) + " is renamed from " +
               printable(former) + ", too");
    }
  }
}

// ---- splits ----

void check_splits(const Reader& root, const TenantDraft& tenant) {
  const std::vector<Reader> items = items_of(root, "splits");
  std::vector<std::string_view> names;
  for (const QueueConfig& queue : tenant.queues) names.push_back(queue.name);
  if (items.size() > kMaxSplits) items.back().error("more than " + std::to_string(kMaxSplits) + " splits");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const SplitConfig& split = tenant.splits[i];
    if (split.name.empty() || split.to.empty()) continue;  // reported already
    if (std::find(names.begin(), names.end(), split.name) != names.end()) {
      at_key(items[i], "name").error("the name " + split.name + " is a queue's or another split's already");
    }
    names.push_back(split.name);
    const std::vector<Reader> shares = items_of(items[i], "to");
    std::uint32_t sum = 0;
    std::vector<std::string_view> seen;
    for (std::size_t k = 0; k < shares.size(); ++k) {
      const SplitShare& share = split.to[k];
      sum += share.percent;
      if (share.queue.empty()) continue;
      const Reader at = at_key(shares[k], "queue");
      if (find_named(tenant.queues, share.queue) == nullptr) {
        report_unknown(at, "queue", share.queue, tenant.queues);
      } else if (std::find(seen.begin(), seen.end(), share.queue) != seen.end()) {
        at.error("the queue " + share.queue + " comes twice");
      }
      seen.push_back(share.queue);
    }
    if (shares.size() < 2 || shares.size() > kMaxSplitTargets) {
      at_key(items[i], "to").error("a split has from 2 to " + std::to_string(kMaxSplitTargets) + " queues");
    } else if (sum != 100) {
      at_key(items[i], "to").error("the percentages add up to " + std::to_string(sum) + ", not to 100");
    }
  }
}

// ---- Opening hours ----

void check_calendars(const Reader& root, const TenantDraft& tenant) {
  const std::vector<Reader> items = items_of(root, "calendars");
  std::map<std::string, int> lines;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string& calendar = tenant.calendars[i].name;
    if (calendar.empty()) continue;
    const Reader name = at_key(items[i], "name");
    const auto [first, is_new] = lines.emplace(calendar, name.line());
    if (is_new) continue;
    name.error("the calendar " + calendar + " is already defined in line " + std::to_string(first->second));
  }
}

// Where new contacts of closed queues end, or whether they never do.
void check_circle(const Reader& at, const TenantDraft& tenant, const QueueConfig& queue) {
  const QueueConfig* next = &queue;
  for (std::size_t steps = 0; steps <= tenant.queues.size(); ++steps) {
    if (next == nullptr || next->hours.when_closed.action != ClosedAction::MoveToQueue) return;
    next = find_named(tenant.queues, next->hours.when_closed.to);
    if (next == &queue) return at.error("moves contacts in a circle, back to " + queue.name);
  }
}

void check_hours(const Reader& root, const TenantDraft& tenant) {
  const std::vector<Reader> items = items_of(root, "queues");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const QueueConfig& queue = tenant.queues[i];
    const QueueHours& hours = queue.hours;
    if (!hours.calendar.empty() && find_named(tenant.calendars, hours.calendar) == nullptr) {
      report_unknown(at_key(items[i], "hours"), "calendar", hours.calendar, tenant.calendars);
    }
    const auto check_rule = [&](std::string_view key, const ClosedRule& rule) {
      if (rule.action != ClosedAction::MoveToQueue) return;
      const Reader at = at_key(items[i], key);
      if (find_named(tenant.queues, rule.to) == nullptr) {
        report_unknown(at, "queue", rule.to, tenant.queues);
      } else if (rule.to == queue.name) {
        at.error("moves contacts to the queue itself");
      }
    };
    check_rule("when_closed", hours.when_closed);
    check_rule("at_closing", hours.at_closing);
    if (hours.when_closed.to != queue.name) check_circle(at_key(items[i], "when_closed"), tenant, queue);
  }
}

// ---- agents ----

// Exactly one of id and id_prefix, and the keys that go with it.
bool check_identity(const Reader& item, AgentGroup& group) {
  const auto id = item.find("id");
  const auto prefix = item.find("id_prefix");
  if (!id && !prefix) {
    if (item.is_mapping()) item.error("one of the keys id and id_prefix is missing");
    return false;
  }
  if (id && prefix) {
    prefix->error("id and id_prefix exclude each other", "remove one of them");
    return false;
  }
  if (prefix) return !group.id_prefix.empty();
  group.count = 1;
  for (const std::string_view key : {"count", "first"}) {
    if (const auto value = item.find(key)) value->error("goes with id_prefix, not with id");
  }
  return !group.id.empty();
}

// Where an agent's `channels`, a list or a mapping, names this one.
Reader at_channel(const Reader& agent, const std::string& name) {
  Reader channels = at_key(agent, "channels");
  if (const auto costs = channels.find(name)) return *costs;
  if (!channels.is_list()) return channels;
  for (const Reader& item : channels.items()) {
    if (item.is_scalar() && item.node().Scalar() == name) return item;
  }
  return channels;
}

void resolve_costs(const Reader& item, const TenantConfig& tenant, AgentGroup& group) {
  for (ChannelConfig& own : group.profile.channels) {
    const ChannelConfig* const channel = find_named(tenant.channels, own.name);
    if (channel == nullptr) {
      report_unknown_channel(at_channel(item, own.name), own.name, tenant);
      continue;
    }
    if (own.units == 0) own.units = channel->units;
    if (own.max_contacts == 0) own.max_contacts = channel->max_contacts;
  }
}

std::string id_of(const AgentGroup& group, std::uint32_t index) {
  return group.id.empty() ? group.id_prefix + std::to_string(group.first + index) : group.id;
}

// Gives every agent of the groups an entry, each id once.
class AgentExpansion {
 public:
  explicit AgentExpansion(TenantDraft& tenant)
      : tenant_(tenant), most_(std::min<std::size_t>(tenant.limits.agents, kMaxDeclaredAgents)) {}

  // Reports the first id of the group that is taken or too long, then leaves the rest out.
  void add(const Reader& item, const AgentGroup& group) {
    declared_ += group.count;
    declared_skills_ += group.count * group.profile.skills.size();
    if (too_many()) return;
    const Reader at = at_key(item, group.id.empty() ? "id_prefix" : "id");
    for (std::uint32_t i = 0; i < group.count; ++i) {
      std::string id = id_of(group, i);
      if (id.size() > kMaxNameLength) {
        at.error("the id " + id + " has more than " + std::to_string(kMaxNameLength) + " characters");
        return;
      }
      const auto [first, is_new] = lines_.emplace(id, item.line());
      if (!is_new) {
        at.error("the agent " + id + " is already declared in line " + std::to_string(first->second));
        return;
      }
      tenant_.agents.push_back({std::move(id), group.profile});
    }
  }

  void check_total(const Reader& root) const {
    if (!too_many()) return;
    at_key(root, "agents")
        .error(declared_ > most_
                   ? std::to_string(declared_) + " agents are declared, but limits.agents allows " +
                         std::to_string(most_)
                   : "the agents have more than " + std::to_string(kMaxDeclaredSkills) + " skills in all");
  }

 private:
  bool too_many() const { return declared_ > most_ || declared_skills_ > kMaxDeclaredSkills; }

  TenantDraft& tenant_;
  std::size_t most_;
  std::size_t declared_ = 0;
  std::size_t declared_skills_ = 0;
  std::map<std::string, int> lines_;
};

void resolve_agents(const Reader& root, TenantDraft& tenant) {
  const std::vector<Reader> items = items_of(root, "agents");
  AgentExpansion expansion(tenant);
  for (std::size_t i = 0; i < items.size(); ++i) {
    AgentGroup& group = tenant.groups[i];
    resolve_costs(items[i], tenant, group);
    if (check_identity(items[i], group)) expansion.add(items[i], group);
  }
  expansion.check_total(root);
}

}  // namespace

void resolve_tenant(const Reader& root, TenantDraft& tenant) {
  check_channels(root, tenant);
  check_queues(root, tenant);
  check_calendars(root, tenant);
  check_hours(root, tenant);
  check_renames(root, tenant);
  check_splits(root, tenant);
  resolve_agents(root, tenant);
}

}  // namespace cordboard
