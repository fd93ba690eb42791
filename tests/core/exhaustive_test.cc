// Bounded exhaustive search: every order of commands over 3 agents, 3 contacts and 2 skills, breadth first,
// until the states run out or the bound is reached. States that differ only in clock readings, ids and
// counters are one.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <unordered_set>

#include "router/core/hash.h"
#include "router/core/matching.h"
#include "router/core/state.h"
#include "tests/support/random_tape.h"

namespace cordboard::testing {
namespace {

// What decides the future: states, who holds what, and the orders (not the values) of times and sequences.
class Abstract {
 public:
  static std::uint64_t of(const State& state) {
    Abstract abstract(state);
    return abstract.hash();
  }

 private:
  explicit Abstract(const State& state) : state_(state) {}

  std::uint64_t hash() {
    for (const Agent& agent : state_.agents) add_agent(agent);
    std::vector<std::pair<std::string, ContactRef>> contacts;
    state_.contacts.for_each([&](ContactRef ref, const Contact& c) { contacts.emplace_back(c.id, ref); });
    std::sort(contacts.begin(), contacts.end());
    for (const auto& [id, ref] : contacts) add_contact(state_[ref]);
    add_orders();
    return hasher_.result();
  }

  void number(std::uint64_t value) { hasher_.add(value); }
  void text(const std::string& value) { hasher_.add(std::string_view(value)); }

  void add_agent(const Agent& agent) {
    text(agent.id);
    number(static_cast<std::uint64_t>(agent.state) << 8 | (agent.connected ? 2u : 0u) |
           (agent.not_responding ? 1u : 0u));
    for (const AssignmentRef held : agent.assignments) {
      text(state_[state_[held].contact].id);
      number(static_cast<std::uint64_t>(state_[held].phase));
    }
    for (const CooldownRef cooldown : agent.cooldowns) text(state_[state_[cooldown].contact].id);
  }

  void add_contact(const Contact& contact) {
    text(contact.id);
    number(static_cast<std::uint64_t>(contact.state));
    number(contact.queue.value);
    number(contact.target.value);
  }

  void add_orders() {
    std::vector<std::pair<ContactKey, std::string>> waiting;
    state_.contacts.for_each([&](ContactRef, const Contact& c) {
      if (is_unanswered(c.state)) waiting.emplace_back(matching::key_of(state_, c), c.id);
    });
    std::sort(waiting.begin(), waiting.end(),
              [this](const auto& a, const auto& b) { return precedes(a.first, b.first, state_.now); });
    for (const auto& [key, id] : waiting) text(id);
    std::vector<std::tuple<Time, std::uint64_t, std::string>> idle;
    for (const Agent& agent : state_.agents)
      idle.emplace_back(agent.idle_since, agent.idle_sequence, agent.id);
    std::sort(idle.begin(), idle.end());
    for (const auto& [since, sequence, id] : idle) text(id);
    std::vector<Deadline> deadlines;
    state_.deadlines.for_each([&](const Deadline& deadline) { deadlines.push_back(deadline); });
    std::sort(deadlines.begin(), deadlines.end(), [](const Deadline& a, const Deadline& b) {
      return std::tie(a.due, a.sequence) < std::tie(b.due, b.sequence);
    });
    for (const Deadline& deadline : deadlines)
      number(static_cast<std::uint64_t>(deadline.kind) << 32 | deadline.owner);
  }

  const State& state_;
  Hasher hasher_;
};

TenantConfig small_centre() {
  TenantConfig config;
  QueueConfig x;
  x.name = "x";
  x.requirement = "x";
  QueueConfig any;
  any.name = "any";
  any.ageing = 2 * kAgeingOne;
  config.queues = {x, any};
  config.not_responding_return = 30s;
  return config;
}

// Every command that makes sense in the state; nonsense is what the random tapes are for.
std::vector<CommandBody> choices(const State& state) {
  std::vector<CommandBody> all;
  const std::pair<const char*, std::vector<SkillLevel>> agents[] = {
      {"a", {{"x", 1}}}, {"b", {{"y", 1}}}, {"c", {{"x", 1}, {"y", 1}}}};
  for (const auto& [id, skills] : agents) {
    const AgentRef agent = state.find_agent(id);
    const bool logged_in = agent && state[agent].state != AgentState::LoggedOut;
    if (!logged_in || !state[agent].connected) all.push_back(Login{id, AgentProfile{skills, {}}, true});
    if (!logged_in) continue;
    all.push_back(SetNotReady{id, ""});
    all.push_back(SetReady{id});
    all.push_back(Logout{id});
    all.push_back(AgentDisconnected{id});
    all.push_back(ReleaseAgent{id, true});
    for (const AssignmentRef held : state[agent].assignments) {
      all.push_back(AcceptOffer{id, state[held].offer});
      all.push_back(DeclineOffer{id, state[held].offer});
      all.push_back(FinishWrapUp{id, state[state[held].contact].id});
    }
  }
  const std::pair<const char*, const char*> contacts[] = {{"1", "x"}, {"2", "any"}, {"3", "x"}};
  for (const auto& [id, queue] : contacts) {
    if (!state.find_contact(id)) {
      SubmitContact submit;
      submit.contact = id;
      submit.queue = queue;
      submit.requirement = std::string(id) == "3" ? "y" : "";
      all.push_back(submit);
      continue;
    }
    all.push_back(EndContact{id, ""});
    all.push_back(TransferContact{id, "", "any", "", false});
    all.push_back(TransferContact{id, "", "", "c", false});
  }
  all.push_back(AdvanceTime{});
  all.push_back(RouterRestarted{});
  return all;
}

struct Node {
  std::uint32_t parent = 0;
  std::uint16_t choice = 0;
};

// The engine after the path to a node.
class Explorer {
 public:
  explicit Explorer(std::size_t bound) : bound_(bound) { nodes_.push_back({}); }

  std::optional<std::string> explore() {
    seen_.insert(0);
    for (std::uint32_t current = 0; current < nodes_.size() && nodes_.size() < bound_; ++current) {
      CheckedEngine start;
      if (auto wrong = walk_to(current, start)) return wrong;
      const std::string snapshot = start.engine().snapshot();
      const std::vector<CommandBody> next = choices(start.engine().state());
      for (std::uint16_t i = 0; i < next.size(); ++i) {
        CheckedEngine branch;
        if (auto error = branch.engine().restore(snapshot)) return error;
        if (auto wrong = take(branch, next[i])) return "state " + std::to_string(current) + ": " + *wrong;
        ++transitions_;
        if (seen_.insert(Abstract::of(branch.engine().state())).second) nodes_.push_back({current, i});
      }
    }
    return std::nullopt;
  }

  std::size_t states() const { return nodes_.size(); }
  std::size_t transitions() const { return transitions_; }

 private:
  // Time passes only by AdvanceTime, to the next deadline; a small step for each other command.
  static std::optional<std::string> take(CheckedEngine& checked, const CommandBody& body) {
    Engine& engine = checked.engine();
    const bool advance = std::holds_alternative<AdvanceTime>(body);
    const Time due = engine.next_deadline();
    const Time at = advance && due != kNever ? due : engine.now() + Duration{1};
    if (!advance && due <= at) return std::nullopt;
    return checked.apply({at, "", body});
  }

  std::optional<std::string> walk_to(std::uint32_t node, CheckedEngine& checked) const {
    std::vector<std::uint16_t> path;
    for (; node != 0; node = nodes_[node].parent) path.push_back(nodes_[node].choice);
    auto wrong = checked.apply({time_from_us(0), "", ApplyConfig{1, small_centre()}});
    for (auto choice = path.rbegin(); choice != path.rend() && !wrong; ++choice) {
      wrong = take(checked, choices(checked.engine().state())[*choice]);
    }
    return wrong;
  }

  std::size_t bound_;
  std::size_t transitions_ = 0;
  std::deque<Node> nodes_;
  std::unordered_set<std::uint64_t> seen_;
};

TEST(Exhaustive, EveryOrderOfCommandsKeepsEveryInvariant) {
  const char* bound = std::getenv("CORDBOARD_STATES");
  Explorer explorer(bound == nullptr ? 40'000 / CORDBOARD_SEARCH_DIVISOR : std::strtoull(bound, nullptr, 10));
  const auto wrong = explorer.explore();
  EXPECT_FALSE(wrong) << *wrong;
  EXPECT_GE(explorer.states(), 1'000u) << "the search found too little to mean anything";
  RecordProperty("states", std::to_string(explorer.states()));
  RecordProperty("transitions", std::to_string(explorer.transitions()));
}

}  // namespace
}  // namespace cordboard::testing
