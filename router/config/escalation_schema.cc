// `escalate: [{when: {waited: 60s}, do: [{raise_priority: 5}]}]`

#include "router/config/escalation_schema.h"

#include <algorithm>
#include <utility>

#include "router/config/choice.h"
#include "router/config/named.h"
#include "router/config/names.h"
#include "router/core/event.h"

namespace cordboard {
namespace {

using Trigger = EscalationTrigger;
using Kind = EscalationKind;

constexpr Trigger kTriggers[] = {Trigger::Waited,       Trigger::QueueLength,
                                 Trigger::ExpectedWait, Trigger::ServiceLevelAtRisk,
                                 Trigger::Unservable,   Trigger::DeclinedTimes};
constexpr Kind kKinds[] = {Kind::RaisePriority, Kind::SetTier,     Kind::Relax,
                           Kind::AlsoQueue,     Kind::MoveToQueue, Kind::OfferCallback,
                           Kind::Deflect,       Kind::Notify,      Kind::Cancel};

constexpr bool takes_value(Trigger trigger) {
  return trigger != Trigger::ServiceLevelAtRisk && trigger != Trigger::Unservable;
}
constexpr bool takes_value(Kind kind) {
  return kind != Kind::Relax && kind != Kind::OfferCallback && kind != Kind::Cancel;
}

template <class Enum, std::size_t N>
std::vector<ChoiceWord> words_of(const Enum (&values)[N]) {
  std::vector<ChoiceWord> words;
  words.reserve(N);
  for (const Enum value : values) words.push_back({to_string(value), takes_value(value)});
  return words;
}

template <class Enum, std::size_t N>
Enum value_of(const Enum (&values)[N], const std::string& name) {
  return *std::find_if(std::begin(values), std::end(values),
                       [&](Enum value) { return to_string(value) == name; });
}

void read_count(const Reader& reader, std::int64_t most, std::uint32_t& count) {
  if (const auto value = reader.integer({1, most})) count = static_cast<std::uint32_t>(*value);
}

void read_when(const Reader& reader, EscalationRule& rule) {
  const auto choice = read_choice(reader, words_of(kTriggers));
  if (!choice) return;
  const Reader& value = choice->value;
  rule.trigger = value_of(kTriggers, choice->name);
  switch (rule.trigger) {
    case Trigger::Waited:
    case Trigger::ExpectedWait:
      rule.time = value.duration({1ms, kMaxDuration}).value_or(rule.time);
      return;
    case Trigger::QueueLength:
      return read_count(value, 100'000'000, rule.count);
    case Trigger::DeclinedTimes:
      return read_count(value, 1000, rule.count);
    case Trigger::ServiceLevelAtRisk:
    case Trigger::Unservable:
      return;
  }
}

void read_number(const Reader& reader, IntegerRange range, std::int32_t& number) {
  if (const auto value = reader.integer(range)) number = static_cast<std::int32_t>(*value);
}

void read_words(const Reader& reader, std::string& text) {
  const auto words = reader.text();
  if (!words) return;
  if (words->empty() || words->size() > kMaxNoticeLength) {
    return reader.error("allowed: 1 to " + std::to_string(kMaxNoticeLength) + " bytes");
  }
  text = *words;
}

void read_queue_name(const Reader& reader, std::string& text) {
  const auto name = reader.text();
  if (!name) return;
  auto [problem, suggestion] = name_rule().check(*name);
  if (!problem.empty()) return reader.error(std::move(problem), std::move(suggestion));
  text = *name;
}

void read_action(const Reader& reader, EscalationAction& action) {
  const auto choice = read_choice(reader, words_of(kKinds));
  if (!choice) return;
  const Reader& value = choice->value;
  action.kind = value_of(kKinds, choice->name);
  switch (action.kind) {
    case Kind::RaisePriority:
      return read_number(value, {1, 1000}, action.number);
    case Kind::SetTier:
      return read_number(value, {-1000, 1000}, action.number);
    case Kind::AlsoQueue:
    case Kind::MoveToQueue:
      return read_queue_name(value, action.text);
    case Kind::Deflect:
      action.text = read_destination(value).value_or("");
      return;
    case Kind::Notify:
      return read_words(value, action.text);
    case Kind::Relax:
    case Kind::OfferCallback:
    case Kind::Cancel:
      return;
  }
}

void read_actions(const Reader& reader, EscalationRule& rule) {
  for (const Reader& item : reader.items()) read_action(item, rule.actions.emplace_back());
  if (reader.is_list() && rule.actions.empty()) reader.error("at least one action is needed");
  if (rule.actions.size() > kMaxEscalationActions) {
    reader.error("more than " + std::to_string(kMaxEscalationActions) + " actions");
  }
}

bool is_end(Kind kind) { return kind == Kind::Deflect || kind == Kind::Cancel; }

void check_queue_name(const Reader& at, const QueueConfig& queue, const std::string& name,
                      const TenantDraft& tenant) {
  if (name == queue.name) return at.error("the contact is in this queue already");
  if (find_named(tenant.queues, name) == nullptr) report_unknown(at, "queue", name, tenant.queues);
}

// Calls function(reader of the action, rule, action) for all that were read.
template <class Function>
void each_action(const Reader& item, const QueueConfig& queue, Function&& function) {
  const auto list = item.find("escalate");
  if (!list || !list->is_list()) return;
  const std::vector<Reader> rules = list->items();
  for (std::size_t i = 0; i < rules.size() && i < queue.escalate.size(); ++i) {
    const auto actions = rules[i].find("do");
    if (!actions || !actions->is_list()) continue;
    const std::vector<Reader> readers = actions->items();
    for (std::size_t j = 0; j < readers.size() && j < queue.escalate[i].actions.size(); ++j) {
      function(readers[j], queue.escalate[i], j);
    }
  }
}

// The queues that a contact would come through by moves alone, back to where it began; empty when it does
// not.
std::string cycle_from(const TenantDraft& tenant, const QueueConfig& start) {
  std::vector<std::vector<const QueueConfig*>> paths = {{&start}};
  std::vector<const QueueConfig*> seen;
  for (std::size_t at = 0; at < paths.size(); ++at) {
    const std::vector<const QueueConfig*> path = paths[at];
    for (const EscalationRule& rule : path.back()->escalate) {
      for (const EscalationAction& action : rule.actions) {
        const QueueConfig* next =
            action.kind == Kind::MoveToQueue ? find_named(tenant.queues, action.text) : nullptr;
        if (next == &start) {
          std::string text;
          for (const QueueConfig* queue : path) text += queue->name + " -> ";
          return text + start.name;
        }
        if (next == nullptr || std::find(seen.begin(), seen.end(), next) != seen.end()) continue;
        seen.push_back(next);
        paths.push_back(path);
        paths.back().push_back(next);
      }
    }
  }
  return {};
}

}  // namespace

const Schema<EscalationRule>& escalation_schema() {
  using T = EscalationRule;
  static const Schema<T> schema({
      custom_key<T>({"when", "one trigger", "", to_text(words_of(kTriggers)), "What makes the rule fire."},
                    read_when)
          .require(),
      custom_key<T>({"do", "list of actions", "",
                     "1.." + std::to_string(kMaxEscalationActions) + " of " + to_text(words_of(kKinds)),
                     "What is done then, in this order."},
                    read_actions)
          .require(),
  });
  return schema;
}

void read_escalation(const Reader& reader, QueueConfig& queue) {
  for (const Reader& item : reader.items()) escalation_schema().read(item, queue.escalate.emplace_back());
  if (queue.escalate.size() <= kMaxEscalationRules) return;
  reader.error("more than " + std::to_string(kMaxEscalationRules) + " rules");
}

void check_escalation(const Reader& item, const QueueConfig& queue, const TenantDraft& tenant) {
  each_action(item, queue, [&](const Reader& at, const EscalationRule& rule, std::size_t index) {
    const EscalationAction& action = rule.actions[index];
    if ((action.kind == Kind::AlsoQueue || action.kind == Kind::MoveToQueue) && !action.text.empty()) {
      check_queue_name(at.find(to_string(action.kind)).value_or(at), queue, action.text, tenant);
    }
    if (is_end(action.kind) && index + 1 < rule.actions.size()) {
      at.error("nothing can follow " + std::string(to_string(action.kind)) + ": the contact is gone",
               "make it the last action");
    }
  });
}

void warn_about_escalation(const Reader& item, const QueueConfig& queue, const TenantDraft& tenant) {
  const auto list = item.find("escalate");
  if (!list) return;
  const std::vector<Reader> rules = list->items();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const EscalationRule& rule = queue.escalate[i];
    if (rule.trigger == Trigger::Waited && rule.time >= queue.max_wait) {
      rules[i].warning("never fires: contacts wait at most " + format_duration(queue.max_wait) +
                       " (max_wait)");
    }
  }
  each_action(item, queue, [&](const Reader& at, const EscalationRule& rule, std::size_t index) {
    if (rule.actions[index].kind == Kind::Relax && queue.relax.empty()) {
      at.warning("changes nothing: the queue has no steps of relaxation (relax)");
    }
  });
  const std::string cycle = cycle_from(tenant, queue);
  if (!cycle.empty()) {
    list->warning("rules send contacts around: " + cycle + "; a contact goes to each of them once");
  }
}

}  // namespace cordboard
