// Explanations say what the engine does.

#include "router/core/explain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "router/core/explain_offer.h"
#include "router/core/matching.h"
#include "router/core/preference.h"
#include "tests/support/random_tape.h"

namespace cordboard::testing {
namespace {

using explain::Obstacle;
using explain::Reason;
using explain::Wait;

bool meets(const State& state, const Contact& contact, const Agent& agent) {
  return state.match.requirement_of(contact.requirement_class).accepts(agent.profile.skills);
}
bool could_serve(const State& state, const Contact& contact, AgentRef ref) {
  const Agent& agent = state[ref];
  const auto only = preference::targets_of(state, contact);
  const bool wanted = only.empty() || std::find(only.begin(), only.end(), ref) != only.end();
  return wanted && (contact.target || meets(state, contact, agent)) && agent.serves(contact.channel);
}
bool is_logged_in(const Agent& agent) { return agent.state != AgentState::LoggedOut; }

std::vector<ContactRef> waiting(const State& state) {
  std::vector<ContactRef> contacts;
  state.contacts.for_each([&](ContactRef ref, const Contact& contact) {
    if (contact.state == ContactState::Waiting) contacts.push_back(ref);
  });
  std::sort(contacts.begin(), contacts.end(), [&](ContactRef a, ContactRef b) {
    return precedes(matching::key_of(state, state[a]), matching::key_of(state, state[b]), state.now);
  });
  return contacts;
}

// Looked up pair by pair.
std::vector<ContactRef> ahead_of(const State& state, ContactRef ref) {
  std::vector<ContactRef> ahead;
  for (const ContactRef other : waiting(state)) {
    if (other == ref) break;
    if (state[other].held()) continue;
    for (std::uint32_t i = 0; i < state.agents.size(); ++i) {
      const AgentRef agent{i};
      if (!is_logged_in(state[agent]) || !could_serve(state, state[ref], agent)) continue;
      if (!could_serve(state, state[other], agent)) continue;
      ahead.push_back(other);
      break;
    }
  }
  return ahead;
}

std::string check_wait(const State& state, ContactRef ref) {
  const Contact& contact = state[ref];
  const Wait wait = explain::wait_of(state, state.now, ref);
  const std::vector<ContactRef> ahead = ahead_of(state, ref);
  if (wait.ahead != ahead.size()) return contact.id + ": ahead";
  const std::size_t shown = std::min(ahead.size(), explain::kFirstAhead);
  if (wait.first_ahead != std::vector<ContactRef>(ahead.begin(), ahead.begin() + static_cast<long>(shown)))
    return contact.id + ": the first ahead";

  std::uint32_t eligible = 0, told = 0, logged_in = 0;
  std::vector<std::uint32_t> fail(wait.clauses.size()), fail_only(wait.clauses.size());
  const auto clauses = state.match.requirement_of(contact.requirement_class).clauses();
  for (std::uint32_t i = 0; i < state.agents.size(); ++i) {
    const Agent& agent = state.agents[i];
    eligible += could_serve(state, contact, AgentRef{i}) ? 1 : 0;
    if (!is_logged_in(agent)) continue;
    ++logged_in;
    if (contact.target) continue;
    std::vector<std::size_t> failed;
    for (std::size_t c = 0; c < clauses.size(); ++c) {
      if (!clauses[c].accepts(agent.profile.skills)) failed.push_back(c);
    }
    if (!agent.serves(contact.channel)) failed.push_back(clauses.size());
    for (const std::size_t c : failed) ++fail[c];
    if (failed.size() == 1) ++fail_only[failed.front()];
    const bool able = meets(state, contact, agent) && agent.serves(contact.channel);
    if (failed.empty() != able) return contact.id + ": the clauses";
  }
  for (const std::uint32_t count : wait.eligible) told += count;
  if (told != eligible || wait.logged_in != logged_in) return contact.id + ": eligible agents";
  for (std::size_t c = 0; c < wait.clauses.size() && !contact.target; ++c) {
    if (wait.clauses[c].fail != fail[c] || wait.clauses[c].fail_only != fail_only[c])
      return contact.id + ": clause " + wait.clauses[c].text;
  }
  if (wait.next.empty()) return contact.id + ": nothing happens next";
  for (const auto& next : wait.next) {
    if (next.at <= state.now) return contact.id + ": what comes next is past";
  }
  return {};
}

// The command that takes a reason away, when there is one.
std::optional<CommandBody> remedy(const State& state, const Reason& reason, ContactRef contact,
                                  AgentRef agent) {
  const std::string& id = state[agent].id;
  switch (reason.obstacle) {
    case Obstacle::NotReady:
    case Obstacle::NotResponding:
      return SetReady{id};
    case Obstacle::Disconnected:
      return Login{id, std::nullopt, true};
    case Obstacle::LacksSkill:
      return UpdateContact{state[contact].id, std::nullopt, std::nullopt, std::string(), std::nullopt};
    case Obstacle::StillHasIt:
      return FinishWrapUp{id, state[contact].id};
    case Obstacle::BusyAlone:
    case Obstacle::NeedsToBeAlone:
    case Obstacle::NoCapacity:
      if (reason.count != 1) return std::nullopt;
      if (state[reason.holding.front()].phase != AssignmentPhase::WrapUp) return std::nullopt;
      return FinishWrapUp{id, state[state[reason.holding.front()].contact].id};
    default:
      return std::nullopt;
  }
}

// Takes the one reason away in a copy of the engine: the contact is offered, to this agent or to another.
// Counted when it is not refused. REQUIRES: no deadline is due.
std::string check_remedy(const Engine& engine, const CommandBody& body, ContactRef contact, int& counted) {
  Engine copy;
  if (copy.restore(engine.snapshot())) return "cannot copy";
  std::vector<Event> events;
  const Outcome outcome = copy.apply({copy.now(), "", body}, events);
  if (!outcome.accepted()) return {};
  ++counted;
  const bool offered = std::any_of(events.begin(), events.end(), [&](const Event& event) {
    const auto* created = std::get_if<OfferCreated>(&event);
    return created != nullptr && created->contact == contact;
  });
  return offered ? "" : copy.state()[contact].id + " is not offered by " + std::string(name_of(body));
}

struct Counted {
  int pairs = 0;
  int remedies = 0;
};

std::string check_pairs(const Engine& engine, ContactRef contact, bool remedies, Counted& counted) {
  const State& state = engine.state();
  for (std::uint32_t i = 0; i < state.agents.size(); ++i) {
    const AgentRef agent{i};
    const std::vector<Reason> reasons = explain::why_not(state, state.now, contact, agent);
    const std::string pair = state[contact].id + ", " + state[agent].id;
    ++counted.pairs;
    if (reasons.empty()) return pair + ": nothing prevents it";
    if (reasons.size() == 1 && reasons.front().obstacle == Obstacle::OthersPrecede)
      return pair + ": an agent with capacity waits for others";
    if (!remedies || reasons.size() != 1) continue;
    const auto command = remedy(state, reasons.front(), contact, agent);
    const bool skills_remain = command && std::holds_alternative<UpdateContact>(*command) &&
                               !state[state[contact].queue].requirement.accepts(state[agent].profile.skills);
    if (!command || skills_remain || engine.next_deadline() <= engine.now()) continue;
    const std::string wrong = check_remedy(engine, *command, contact, counted.remedies);
    if (!wrong.empty()) return pair + " (" + std::string(to_string(reasons.front().obstacle)) + "): " + wrong;
  }
  return {};
}

TEST(Explain, AgreesWithTheEngineOnRandomTapes) {
  Counted counted;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    TapeWriter writer(seed);
    CheckedEngine checked;
    ASSERT_EQ(checked.apply({time_from_us(0), "", ApplyConfig{1, writer.config()}}), std::nullopt);
    for (int i = 0; i < 250; ++i) {
      const Command command = writer.next(checked.engine());
      if (checked.engine().next_deadline() <= command.at) {
        ASSERT_EQ(checked.apply({command.at, "", AdvanceTime{}}), std::nullopt);
      }
      ASSERT_EQ(checked.apply(command), std::nullopt);
      const Engine& engine = checked.engine();
      for (const ContactRef contact : waiting(engine.state())) {
        ASSERT_EQ(check_wait(engine.state(), contact), "") << "seed " << seed << " command " << i;
        ASSERT_EQ(check_pairs(engine, contact, i % 5 == 0, counted), "")
            << "seed " << seed << " command " << i;
      }
    }
  }
  EXPECT_GT(counted.pairs, 10'000);
  EXPECT_GT(counted.remedies, 100);
}

// What a strategy compares agents by, worked out from their fields alone; the smallest goes first.
std::tuple<std::uint64_t, Time, std::uint64_t> rank_of(const Agent& agent, AgentStrategy strategy,
                                                       const Requirement& requirement) {
  std::uint64_t levels = 0;
  for (const std::string& skill : requirement.skills()) {
    for (const SkillLevel& own : agent.profile.skills) levels += own.skill == skill ? own.level : 0;
  }
  const std::map<AgentStrategy, std::uint64_t> primary = {
      {AgentStrategy::MostSkilled, ~levels},
      {AgentStrategy::LeastSkilled, levels << 32 | agent.profile.skills.size()},
      {AgentStrategy::FewestContacts, agent.contacts_since_login},
      {AgentStrategy::RoundRobin, agent.last_offer_sequence},
      {AgentStrategy::Random, agent.random_draw}};
  const auto found = primary.find(strategy);
  return {found == primary.end() ? 0 : found->second, agent.idle_since, agent.idle_sequence};
}

bool is_free(const Agent& agent, ChannelRef channel) {
  return agent.state == AgentState::Ready && agent.connected && !agent.not_responding &&
         agent.channels[channel.value].contacts < agent.channels[channel.value].max_contacts &&
         agent.held_units + agent.channels[channel.value].units <= kAgentCapacityUnits;
}

// A new contact that is offered at once: who was free for it before it came, by looking at everybody.
// Nothing else has happened in the step. "" also when the command is another one.
std::string check_new_offer(const State& before, const State& after, const std::vector<Event>& events) {
  if (events.size() < 2 || !std::holds_alternative<OfferCreated>(events[1])) return {};
  const auto& offer = std::get<OfferCreated>(events[1]);
  const Decision* const decision = explain::find_decision(after, offer.offer);
  if (decision == nullptr) return "the offer is not noted";
  const Contact& contact = after[offer.contact];
  if (decision->for_one_agent) {  // preferred, so that nobody else was considered
    const auto preferred = preference::targets_of(after, contact);
    const bool named = std::find(preferred.begin(), preferred.end(), offer.agent) != preferred.end();
    return named && decision->agents.size() == 1 ? "" : "for whom it waited";
  }
  std::vector<AgentRef> free;
  for (std::uint32_t i = 0; i < before.agents.size(); ++i) {
    if (is_free(before.agents[i], contact.channel) && meets(after, contact, before.agents[i]))
      free.push_back(AgentRef{i});
  }
  const Requirement& requirement = after.match.requirement_of(contact.requirement_class);
  const auto key = [&](AgentRef agent) {
    return rank_of(before[agent], after[contact.queue].config.strategy, requirement);
  };
  std::sort(free.begin(), free.end(), [&](AgentRef a, AgentRef b) { return key(a) < key(b); });
  if (decision->agents_free != free.size())
    return "agents_free of offer " + std::to_string(offer.offer.value);
  free.resize(std::min(free.size(), Decision::kShown));
  std::vector<AgentRef> noted;
  for (const Decision::ByAgent& agent : decision->agents) noted.push_back(agent.agent);
  if (noted != free) return "the agents of offer " + std::to_string(offer.offer.value);
  if (decision->contacts.front().contact != contact.id) return "the contact is not the first";
  return {};
}

// Occupancy and scarcity are derived by the engine; their own tests look at them.
bool is_naive(const QueueConfig& queue) {
  return queue.strategy != AgentStrategy::LeastOccupied && queue.strategy != AgentStrategy::ScarceFirst;
}

TEST(Explain, OffersAreNotedWithWhoWasFreeForThem) {
  int noted = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    TapeWriter writer(seed);
    Engine engine;
    std::vector<Event> events;
    TenantConfig config = writer.config();
    config.limits.explained_offers = 5;
    ASSERT_TRUE(engine.apply({time_from_us(0), "", ApplyConfig{1, config}}, events).accepted());
    for (int i = 0; i < 250; ++i) {
      const Command command = writer.next(engine);
      if (std::holds_alternative<ApplyConfig>(command.body)) continue;
      if (engine.next_deadline() <= command.at) engine.apply({command.at, "", AdvanceTime{}}, events);
      const auto* const submit = std::get_if<SubmitContact>(&command.body);
      Engine before;
      const auto copied = submit == nullptr ? std::nullopt : before.restore(engine.snapshot());
      ASSERT_EQ(copied, std::nullopt);
      events.clear();
      if (!engine.apply(command, events).accepted() || submit == nullptr) continue;
      ASSERT_LE(engine.state().decisions.size(), 5u);
      const ContactRef contact = engine.state().find_contact(submit->contact);
      if (!contact || !is_naive(engine.state()[engine.state()[contact].queue].config)) continue;
      ASSERT_EQ(check_new_offer(before.state(), engine.state(), events), "")
          << "seed " << seed << " command " << i;
      noted += events.size() > 1 && std::holds_alternative<OfferCreated>(events[1]) ? 1 : 0;
    }
  }
  EXPECT_GT(noted, 200);
}

}  // namespace
}  // namespace cordboard::testing
