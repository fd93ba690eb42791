#include "router/config/tenant_schema.h"

#include <variant>

#include "router/config/calendar_schema.h"
#include "router/config/config.h"
#include "router/config/escalation_schema.h"
#include "router/config/names.h"
#include "router/core/match_index.h"
#include "router/core/requirement.h"

namespace cordboard {
namespace {

constexpr Duration kWeek = 7 * 24h;

// ---- queues ----

// What people write for the key words and symbols of a requirement, and what to write.
constexpr std::pair<std::string_view, std::string_view> kForeignSymbols[] = {
    {"AND", "and"}, {"And", "and"}, {"&", "and"},   {",", "and"}, {"OR", "or"}, {"Or", "or"},
    {"|", "or"},    {"NOT", "not"}, {"Not", "not"}, {"!", "not"}, {"=", "=="},  {":", ">="}};

std::string symbol_suggestion(std::string_view rest) {
  for (const auto& [foreign, own] : kForeignSymbols) {
    if (rest.starts_with(foreign)) return "did you mean " + std::string(own) + "?";
  }
  return {};
}

void read_requirement(const Reader& reader, std::string& requirement) {
  const auto text = reader.is_null() ? std::string{} : reader.text();
  if (!text) return;
  const auto parsed = parse_requirement(*text);
  const auto* const error = std::get_if<RequirementError>(&parsed);
  if (error == nullptr) {
    requirement = *text;
    return;
  }
  std::string rest = text->substr(std::min(error->position, text->size()));
  while (rest.ends_with('\n') || rest.ends_with(' ')) rest.pop_back();
  const std::string found = rest.empty() ? "the end" : "\"" + printable(rest) + "\"";
  reader.error_at(error->position,
                  "character " + std::to_string(error->position + 1) + " of the requirement: expected " +
                      error->expected + ", found " + found,
                  symbol_suggestion(rest));
}

void read_relaxation(const Reader& reader, QueueConfig& queue) {
  for (const Reader& item : reader.items()) relax_schema().read(item, queue.relax.emplace_back());
  if (queue.relax.size() <= kMaxRelaxSteps) return;
  reader.error("more than " + std::to_string(kMaxRelaxSteps) + " steps");
}

void read_queues(const Reader& reader, TenantDraft& tenant) {
  for (const Reader& item : reader.items()) queue_schema().read(item, tenant.queues.emplace_back());
}

void read_calendars(const Reader& reader, TenantDraft& tenant) {
  for (const Reader& item : reader.items()) read_calendar(item, tenant.calendars.emplace_back());
  if (tenant.calendars.size() > kMaxCalendars) {
    reader.error("more than " + std::to_string(kMaxCalendars) + " calendars");
  }
}

// ---- channels ----

// A built-in channel keeps what is not said about it.
ChannelConfig channel_to_start_from(const std::string& name) {
  for (const ChannelConfig& built_in : TenantConfig{}.channels) {
    if (built_in.name == name) return built_in;
  }
  return {name};
}

void read_channels(const Reader& reader, TenantDraft& tenant) {
  tenant.channels.clear();
  if (reader.node().size() > MatchIndex::kMaxChannels) {
    reader.error("more than " + std::to_string(MatchIndex::kMaxChannels) + " channels");
    return;
  }
  const std::vector<Field> fields = reader.fields();
  if (reader.is_mapping() && fields.empty()) reader.error("at least one channel is needed");
  for (const Field& field : fields) {
    if (!check_key(field, name_rule())) continue;
    ChannelConfig channel = channel_to_start_from(field.name);
    if (!field.value.is_null()) channel_schema().read(field.value, channel);
    tenant.channels.push_back(std::move(channel));
  }
}

std::string default_channels() {
  std::string names;
  for (const ChannelConfig& channel : TenantConfig{}.channels) {
    names += (names.empty() ? "" : ", ") + channel.name;
  }
  return names;
}

}  // namespace

const Schema<TenantDraft>& tenant_schema() {
  using T = TenantDraft;
  static const Schema<T> schema({
      custom_key<T>(
          {"queues", "list of queues", "[]", "", "The queues, in the order in which reports show them."},
          read_queues),
      custom_key<T>({"agents", "list of agents", "[]", "", "The agents that the configuration declares."},
                    [](const Reader& reader, T& tenant) {
                      for (const Reader& item : reader.items()) {
                        agent_schema().read(item, tenant.groups.emplace_back());
                      }
                    }),
      custom_key<T>({"splits", "list of splits", "[]", "at most " + std::to_string(kMaxSplits),
                     "Names under which contacts are spread over several queues by percentage."},
                    [](const Reader& reader, T& tenant) {
                      for (const Reader& item : reader.items()) {
                        split_schema().read(item, tenant.splits.emplace_back());
                      }
                    }),
      custom_key<T>({"calendars", "list of calendars", "[]", "at most " + std::to_string(kMaxCalendars),
                     "Opening hours that queues may name."},
                    read_calendars),
      custom_key<T>({"channels", "mapping of channels", default_channels(),
                     "at most " + std::to_string(MatchIndex::kMaxChannels),
                     "All channels there are; when given, it replaces the built-in ones."},
                    read_channels),
      choice_key<T, RemovedQueues>("removed_queues", &T::removed_queues,
                                   {RemovedQueues::Refuse, RemovedQueues::Drain},
                                   "What becomes of a queue with contacts that this file no longer has: the "
                                   "file is refused, or the queue serves the contacts it has and takes no "
                                   "new ones."),
      duration_key<T>(
          "priority_point", &T::priority_point, {0s, kMaxPriorityPoint},
          "The waiting time that one priority point is worth. With 0, priorities have no effect."),
      bool_key<T>("undeclared_agents", &T::undeclared_agents,
                  "Whether an agent that `agents` does not list may log in with a profile of its own."),
      duration_key<T>("decline_cooldown", &T::decline_cooldown, {0s, kWeek},
                      "A contact is not offered again to an agent that declined it for this long."),
      duration_key<T>("not_responding_return", &T::not_responding_return, {0s, kWeek},
                      "An agent that let an offer expire is back to work after this; 0: only by hand."),
      duration_key<T>("disconnect_grace", &T::disconnect_grace, {0s, kWeek},
                      "An agent whose connection is gone is logged out after this, unless it comes back."),
      duration_key<T>("gateway_grace", &T::gateway_grace, {0s, kWeek},
                      "The contacts of a gateway that is gone end after this, unless it comes back."),
      duration_key<T>("max_handling", &T::max_handling, {1s, kMaxDuration},
                      "A connected contact that nobody ended is ended after this."),
      duration_key<T>("remember_ended", &T::remember_ended, {0s, kMaxDuration},
                      "An ended contact can still be asked for, and its id not reused, for this long."),
      integer_key<T, std::uint64_t>("random_seed", &T::random_seed, {0, highest_integer<std::uint64_t>()},
                                    "Seed of the draws of the strategy `random`."),
      custom_key<T>({"limits", "mapping", "see below", "", "Bounds of the tenant's memory."},
                    [](const Reader& reader, T& tenant) { limits_schema().read(reader, tenant.limits); }),
  });
  return schema;
}

const Schema<QueueConfig>& queue_schema() {
  using T = QueueConfig;
  using S = AgentStrategy;
  static const Schema<T> schema({
      text_key<T>("name", &T::name, name_rule(), "Unique among the queues.").require(),
      text_key<T>("renamed_from", &T::renamed_from, optional_name_rule(),
                  "The name the queue had in an earlier configuration: it goes on with its contacts, "
                  "counters and place in the order, and gateways may still use the old name."),
      custom_key<T>({"requires", "requirement", "\"\"", "at most 1024 characters",
                     "Which agents may serve. Empty: every agent."},
                    [](const Reader& reader, T& queue) { read_requirement(reader, queue.requirement); }),
      text_key<T>("channel", &T::channel, name_rule(), "The channel of contacts that name none."),
      choice_key<T, S>("strategy", &T::strategy,
                       {S::LongestIdle, S::MostSkilled, S::LeastSkilled, S::LeastOccupied, S::FewestContacts,
                        S::RoundRobin, S::Random, S::ScarceFirst},
                       "Which of the eligible free agents is chosen."),
      integer_key<T>("priority", &T::priority, {-1000, 1000}, "Added to the priority of each contact."),
      thousandths_key<T>("ageing", &T::ageing, {kMinAgeing, kMaxAgeing},
                         "How fast the claim of its contacts grows while they wait; 1 as time does."),
      custom_key<T>(
          {"service_level", "mapping", "see below", "", "The target that reports compare with."},
          [](const Reader& reader, T& queue) { service_level_schema().read(reader, queue.service_level); }),
      duration_key<T>("short_abandon", &T::short_abandon, {0s, kWeek},
                      "A customer who leaves after at most this wait counts as a short abandon."),
      integer_key<T>("max_waiting", &T::max_waiting, {0, 100 * kMillion},
                     "Contacts waiting or offered at once; beyond it new ones are refused. 0: unlimited."),
      duration_key<T>("offer_timeout", &T::offer_timeout, {1ms, kWeek},
                      "An offer that is not answered in this time expires, and the next agent is tried."),
      duration_key<T>("wrap_up_timeout", &T::wrap_up_timeout, {0s, kWeek},
                      "The time for after-call work, unless the agent finishes earlier; 0: none."),
      integer_key<T>("ring", &T::ring, {1, kMaxRing},
                     "Agents that are asked at once; the first to accept gets the contact."),
      duration_key<T>("max_wait", &T::max_wait, {1ms, kMaxDuration},
                      "A contact that waits longer ends as expired."),
      custom_key<T>({"hours", "name", "always open", "a calendar", "When the queue is open."},
                    [](const Reader& reader, T& queue) {
                      queue.hours.calendar = reader.text().value_or(queue.hours.calendar);
                    }),
      custom_key<T>({"when_closed", "rule", "refuse",
                     "refuse, wait, offer_callback, {deflect: DESTINATION}, {move_to_queue: QUEUE}",
                     "What a new contact meets while the queue is closed."},
                    [](const Reader& reader, T& queue) {
                      read_closed_rule(reader, kWhenClosed, queue.hours.when_closed);
                    }),
      custom_key<T>({"at_closing", "rule", "keep",
                     "keep, wait, offer_callback, {deflect: DESTINATION}, {move_to_queue: QUEUE}",
                     "What becomes of contacts that wait when the queue closes."},
                    [](const Reader& reader, T& queue) {
                      read_closed_rule(reader, kAtClosing, queue.hours.at_closing);
                    }),
      custom_key<T>({"relax", "list of steps", "[]", "at most " + std::to_string(kMaxRelaxSteps),
                     "How the requirement widens while a contact waits."},
                    read_relaxation),
      custom_key<T>(
          {"last_agent", "mapping", "off", "", "Who served the customer last is asked first."},
          [](const Reader& reader, T& queue) { last_agent_schema().read(reader, queue.last_agent); }),
      custom_key<T>({"escalate", "list of rules", "[]", "at most " + std::to_string(kMaxEscalationRules),
                     "What is done about contacts that wait too long."},
                    read_escalation),
      duration_key<T>("scheduled_spacing", &T::scheduled_spacing, {0s, kWeek},
                      "Between the places of two contacts that come in at a scheduled time; 0: none."),
      custom_key<T>({"redial", "mapping", "see below", "", "Who abandoned and calls again soon."},
                    [](const Reader& reader, T& queue) { redial_schema().read(reader, queue); }),
      custom_key<T>({"callback", "mapping", "see below", "",
                     "Customers who hang up and are called when it is their turn."},
                    [](const Reader& reader, T& queue) { callback_schema().read(reader, queue.callback); }),
  });
  return schema;
}

const Schema<LastAgentRule>& last_agent_schema() {
  using T = LastAgentRule;
  static const Schema<T> schema({
      duration_key<T>("within", &T::within, {1s, kMaxLastAgentWithin},
                      "How long ago the agent was connected with the customer at most.")
          .require(),
      duration_key<T>(
          "wait", &T::wait, {0s, kMaxPreferredFor},
          "How long the contact waits for them, busy or not; then for everybody. 0: they are asked first, if "
          "they are free."),
      bool_key<T>("first", &T::first,
                  "Whether the contact goes ahead of its tier for that agent while it waits for them."),
  });
  return schema;
}

const Schema<RelaxStep>& relax_schema() {
  using T = RelaxStep;
  static const Schema<T> schema({
      duration_key<T>("after", &T::after, {1ms, kMaxDuration},
                      "How long a contact has waited when the step counts; not less than `offer_timeout`.")
          .require(),
      custom_key<T>({"requires", "requirement", "", "at most 1024 characters",
                     "From then on, who meets this may serve, too. Empty: every agent."},
                    [](const Reader& reader, T& step) { read_requirement(reader, step.requirement); })
          .require(),
  });
  return schema;
}

const Schema<SplitConfig>& split_schema() {
  using T = SplitConfig;
  static const Schema<T> schema({
      text_key<T>("name", &T::name, name_rule(), "What contacts are submitted to; no queue has this name.")
          .require(),
      custom_key<T>({"to", "list of shares", "", "2.." + std::to_string(kMaxSplitTargets),
                     "The queues; their percentages add up to 100."},
                    [](const Reader& reader, T& split) {
                      for (const Reader& item : reader.items()) {
                        split_share_schema().read(item, split.to.emplace_back());
                      }
                    })
          .require(),
  });
  return schema;
}

const Schema<QueueConfig>& redial_schema() {
  using T = QueueConfig;
  static const Schema<T> schema({
      duration_key<T>("within", &T::redial_within, {0s, kWeek},
                      "A customer who abandoned and calls again within this gets the place back; 0: nobody."),
  });
  return schema;
}

const Schema<SplitShare>& split_share_schema() {
  using T = SplitShare;
  static const Schema<T> schema({
      text_key<T>("queue", &T::queue, name_rule(), "One of `queues`.").require(),
      integer_key<T>("percent", &T::percent, {1, 100}, "Its share of the contacts.").require(),
  });
  return schema;
}

const Schema<CallbackConfig>& callback_schema() {
  using T = CallbackConfig;
  static const Schema<T> schema({
      text_key<T>("channel", &T::channel, name_rule(),
                  "The channel of contacts that become callbacks. Empty: they keep theirs."),
      integer_key<T>("attempts", &T::attempts, {1, 100}, "Dials before the callback ends as expired."),
      duration_key<T>("retry_delay", &T::retry_delay, {0s, kWeek},
                      "From a dial that failed until the contact is in the queue again, at its place."),
      duration_key<T>(
          "promise", &T::promise, {0s, kMaxDuration},
          "The customer is to be called within this from when the callback is due; 0: no promise."),
      duration_key<T>("dial_timeout", &T::dial_timeout, {1s, kWeek},
                      "The gateway says in this time whether the customer answered, or the dial has failed."),
  });
  return schema;
}

const Schema<ServiceLevelTarget>& service_level_schema() {
  using T = ServiceLevelTarget;
  static const Schema<T> schema({
      custom_key<T>({"percent", "integer", std::to_string(T{}.percent), "1..100",
                     "Share of contacts that should be answered in time."},
                    [](const Reader& reader, T& target) {
                      target.percent = reader.percent().value_or(target.percent);
                    }),
      duration_key<T>("within", &T::within, {0s, kWeek}, "What is in time, counted from entering the queue."),
  });
  return schema;
}

const Schema<ChannelConfig>& channel_schema() {
  using T = ChannelConfig;
  static const Schema<T> schema({
      integer_key<T>("units", &T::units, {1, kAgentCapacityUnits},
                     "What one contact takes of the 100 capacity units of an agent."),
      integer_key<T>("max_contacts", &T::max_contacts, {1, kAgentCapacityUnits},
                     "Contacts of this channel that one agent has at most at once."),
      custom_key<T>(
          {"interruptible_by", "list of channels", "[]", "names from `channels`, no circle",
           "Contacts of these may be offered to an agent who is busy with this channel, which is then "
           "set aside."},
          [](const Reader& reader, T& channel) {
            for (const Reader& item : reader.items()) {
              if (const auto name = item.text()) channel.interruptible_by.push_back(*name);
            }
          }),
      bool_key<T>("exclusive", &T::exclusive,
                  "An agent who has one of these has nothing else. Its `max_contacts` is 1, and nothing "
                  "interrupts it."),
  });
  return schema;
}

const Schema<Limits>& limits_schema() {
  using T = Limits;
  static const Schema<T> schema({
      integer_key<T>("live_contacts", &T::live_contacts, {1, 100 * kMillion},
                     "Contacts that have not ended."),
      integer_key<T>("agents", &T::agents, {1, 10 * kMillion}, "Agents known, logged in or not."),
      integer_key<T>("gateways", &T::gateways, {1, kMillion}, "Gateways known, connected or not."),
      integer_key<T>("requirement_classes", &T::requirement_classes, {1, kMillion},
                     "Distinct combinations of requirement, queue and channel among live contacts."),
      integer_key<T>("profile_classes", &T::profile_classes, {1, kMillion},
                     "Distinct combinations of skills and channel costs among known agents."),
      integer_key<T>("ended_contacts", &T::ended_contacts, {0, 100 * kMillion},
                     "Ended contacts remembered; the oldest is forgotten first."),
      integer_key<T>("request_ids", &T::request_ids, {0, 100 * kMillion},
                     "Request ids remembered; the oldest is forgotten first."),
      integer_key<T>("attributes_bytes", &T::attributes_bytes, {0, kMillion},
                     "Length of the attributes of one contact, in bytes."),
      integer_key<T>("explained_offers", &T::explained_offers, {0, 10'000},
                     "Offers that keep who was considered for them, for `Explain`; the newest. It makes each "
                     "offer dearer."),
      integer_key<T>("scheduled_contacts", &T::scheduled_contacts, {0, 100 * kMillion},
                     "Contacts that start later. Callbacks that are tried again come on top."),
      integer_key<T>("redials", &T::redials, {0, 100 * kMillion},
                     "Places remembered for who calls again; the oldest is forgotten first."),
      integer_key<T>("last_agents", &T::last_agents, {0, 100 * kMillion},
                     "Customers remembered for `last_agent`; who was served longest ago is forgotten first."),
  });
  return schema;
}

}  // namespace cordboard
