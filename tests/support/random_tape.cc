#include "tests/support/random_tape.h"

#include <algorithm>
#include <set>

#include "router/core/assignments.h"
#include "router/core/matching.h"
#include "router/core/preference.h"
#include "router/core/state.h"
#include "router/core/waiting.h"
#include "tests/support/act_check.h"
#include "tests/support/event_fold.h"
#include "tests/support/interruption_check.h"

namespace cordboard::testing {

std::optional<std::string> CheckedEngine::check_unchanged(std::uint64_t digest,
                                                          const Outcome& outcome) const {
  if (!events_.empty()) return "a refused command told events";
  if (engine_.digest() != digest) {
    return "a refused command changed the state: " +
           (outcome.rejection ? std::string(to_string(outcome.rejection->reason)) : "repeated");
  }
  return std::nullopt;
}

std::set<CheckedEngine::Pair> CheckedEngine::kept_apart() const {
  std::set<Pair> pairs;
  engine_.state().assignments.for_each([&](AssignmentRef, const Assignment& a) {
    if (a.phase == AssignmentPhase::WrapUp) pairs.emplace(a.contact, a.agent);
  });
  engine_.state().cooldowns.for_each(
      [&](CooldownRef, const Cooldown& c) { pairs.emplace(c.contact, c.agent); });
  return pairs;
}

namespace {

// The value of contact_key.h in thousandths of a microsecond, as the documentation has it.
__int128 value_of(const State& state, const Contact& contact) {
  const QueueConfig& queue = state[contact.queue].config;
  const __int128 waited = to_us(state.now - contact.place_at);
  const __int128 priority = contact.own_priority + queue.priority;
  return waited * queue.ageing + priority * to_us(state.config.priority_point) * kAgeingOne;
}

// By more than the microsecond to which the engine keeps head starts.
bool has_clearly_more(const State& state, const Contact& a, const Contact& b) {
  if (a.tier != b.tier) return a.tier > b.tier;
  const __int128 rounding = state[a.queue].config.ageing + state[b.queue].config.ageing;
  return value_of(state, a) > value_of(state, b) + rounding;
}

// What came of one that was rescinded since cannot be judged by how things are now: its contact may be in
// another queue.
bool is_live(const State& state, const OfferCreated& offer) {
  const AssignmentRef live = assignments::offer_to(state, offer.contact, offer.agent);
  return live && state[live].offer == offer.offer;
}

}  // namespace

// I10: nobody who still waits, untouched since by this command, precedes a contact that was offered to an
// agent who could have served them; nor is anybody passed over by a contact that rings elsewhere already. A
// cool-down or a wrap-up that ended during the command excuses: it may have ended after the offer. Of a
// command that comes after its deadlines nothing can be said: the state of each of their instants is gone.
std::optional<std::string> CheckedEngine::check_order(const std::set<Pair>& apart,
                                                      const PreferenceCheck& preferences) const {
  const State& state = engine_.state();
  std::set<QueueRef> closed;
  for (const Event& event : events_) {
    const auto* change = std::get_if<QueueOpenChanged>(&event);
    if (change != nullptr && !change->open) closed.insert(change->queue);
  }
  // A contact that should have moved when its queue closed was held until the other queue was found full.
  const auto was_refused = [&](const Contact& waiting) {
    return closed.contains(waiting.queue) &&
           state[waiting.queue].config.hours.at_closing.action == ClosedAction::MoveToQueue;
  };
  const auto goes_first = [&](const Contact& a, const Contact& b) {
    return precedes(matching::key_of(state, a), matching::key_of(state, b), state.now);
  };
  std::optional<std::string> wrong;
  // By what came after the offer; a queue may open or close at the instant of another deadline.
  std::set<ContactRef> touched;
  std::set<QueueRef> turned;
  for (auto event = events_.rbegin(); event != events_.rend(); ++event) {
    std::visit(
        [&](const auto& e) {
          if constexpr (requires { e.contact; }) touched.insert(e.contact);
        },
        *event);
    if (const auto* change = std::get_if<QueueOpenChanged>(&*event)) turned.insert(change->queue);
    const auto* offer = std::get_if<OfferCreated>(&*event);
    if (offer == nullptr || wrong || !is_live(state, *offer)) continue;
    const Contact& taken = state[offer->contact];
    const Agent& agent = state[offer->agent];
    state.contacts.for_each([&](ContactRef ref, const Contact& waiting) {
      if (waiting.state != ContactState::Waiting || waiting.held() || touched.contains(ref) ||
          turned.contains(waiting.queue) || was_refused(waiting) || waiting.channel != taken.channel)
        return;
      const auto targets = preference::targets_of(state, waiting);
      const bool fits = targets.empty()
                            ? waiting::meets(state, waiting, agent.profile.skills)
                            : std::find(targets.begin(), targets.end(), offer->agent) != targets.end();
      // A preference that ended during the command may have ended after the offer.
      const bool went_first = waiting.tier <= taken.tier && preferences.went_first(offer->contact);
      if (!fits || went_first || apart.contains({ref, offer->agent})) return;
      const bool further = state[taken.assignment].offer != offer->offer;
      if (further || goes_first(waiting, taken) || has_clearly_more(state, waiting, taken)) {
        wrong = "contact " + taken.id + " was offered ahead of " + waiting.id;
      }
    });
  }
  return wrong;
}

std::vector<CheckedEngine::Widening> CheckedEngine::widenings() const {
  std::vector<Widening> all;
  engine_.state().plans.for_each([&](PlanRef, const WaitPlan& plan) {
    const Contact& contact = engine_.state()[plan.contact];
    all.push_back(
        {contact.sequence, plan.contact, contact.segment, plan.queue_steps, plan.own_steps, plan.pools});
  });
  return all;
}

// I14: whatever was unlocked stays so while the segment lasts, unless the steps themselves were replaced: of
// all contacts by a configuration, of one by an update.
std::optional<std::string> CheckedEngine::check_widening(const std::vector<Widening>& before,
                                                         const Command& command) const {
  if (std::holds_alternative<ApplyConfig>(command.body)) return std::nullopt;
  const auto* update = std::get_if<UpdateContact>(&command.body);
  const State& state = engine_.state();
  for (const Widening& old : before) {
    if (!state.contacts.contains(old.contact)) continue;
    const Contact& contact = state[old.contact];
    const bool same = contact.sequence == old.sequence && contact.segment == old.segment;
    const bool updated = update != nullptr && update->contact == contact.id;
    if (!same || updated || !is_unanswered(contact.state)) continue;
    if (!contact.plan || !includes(state[contact.plan], old)) {
      return "the requirement of contact " + contact.id + " became narrower";
    }
  }
  return std::nullopt;
}

bool CheckedEngine::includes(const WaitPlan& plan, const Widening& old) {
  return plan.queue_steps >= old.queue_steps && plan.own_steps >= old.own_steps &&
         std::all_of(old.pools.begin(), old.pools.end(), [&](QueueRef pool) {
           return std::find(plan.pools.begin(), plan.pools.end(), pool) != plan.pools.end();
         });
}

// I8: the id of every offer is higher than all before it.
std::optional<std::string> CheckedEngine::check_offer_ids() {
  for (const Event& event : events_) {
    const auto* offer = std::get_if<OfferCreated>(&event);
    if (offer == nullptr) continue;
    if (offer->offer <= last_offer_) return "offer id " + std::to_string(offer->offer.value) + " came again";
    last_offer_ = offer->offer;
  }
  return std::nullopt;
}

// I4: whoever is offered a contact by this command meets its requirement, unless it was sent to them.
std::optional<std::string> CheckedEngine::check_skills() const {
  const State& state = engine_.state();
  for (const Event& event : events_) {
    const auto* offer = std::get_if<OfferCreated>(&event);
    if (offer == nullptr || !is_live(state, *offer)) continue;
    const Contact& contact = state[offer->contact];
    if (contact.target || waiting::meets(state, contact, state[offer->agent].profile.skills)) continue;
    return "contact " + contact.id + " was offered to an agent without the skills";
  }
  return std::nullopt;
}

// I2: whose accept is answered with a yes has won the contact.
std::optional<std::string> CheckedEngine::check_answer(const Command& command) const {
  const auto* accept = std::get_if<AcceptOffer>(&command.body);
  if (accept == nullptr) return std::nullopt;
  const AgentRef agent = engine_.state().find_agent(accept->agent);
  const bool won = std::any_of(events_.begin(), events_.end(), [&](const Event& event) {
    const auto* end = std::get_if<OfferEnded>(&event);
    return end != nullptr && end->offer == accept->offer && end->agent == agent &&
           end->state == OfferState::Accepted;
  });
  if (won) return std::nullopt;
  return "an accept was answered with a yes and did not win: offer " + std::to_string(accept->offer.value);
}

std::optional<std::string> CheckedEngine::apply(const Command& command) {
  events_.clear();
  const std::vector<Widening> widenings_before = widenings();
  std::set<Pair> apart = kept_apart();
  const PreferenceCheck preferences(engine_.state());
  const std::uint64_t before = engine_.digest();
  const bool late = engine_.next_deadline() < command.at;
  const std::uint64_t next_act = engine_.state().next_act;
  outcome_ = engine_.apply(command, events_);
  if (!outcome_.accepted() || outcome_.repeated) return check_unchanged(before, outcome_);
  log_.push_back(command);
  if (engine_.now() != command.at) return "the engine's time is not that of its last command";
  if (auto reused = check_offer_ids()) return reused;
  std::vector<std::string> wrong = engine_.check_invariants();
  const auto add = [&](std::optional<std::string> found) {
    if (found) wrong.push_back(std::move(*found));
  };
  add(check_widening(widenings_before, command));
  add(check_skills());
  add(check_answer(command));
  add(check_act(engine_.state(), events_, command, next_act));
  add(preferences.look(engine_.state(), command, events_));
  apart.merge(kept_apart());
  if (!late && !std::holds_alternative<ApplyConfig>(command.body)) {
    add(needless_interruption(engine_.state(), events_, apart));
  }
  if (!late) add(check_order(apart, preferences));
  if (wrong.empty()) return std::nullopt;
  std::string all;
  for (const std::string& one : wrong) all += (all.empty() ? "" : "\n") + one;
  return all;
}

namespace {

std::optional<std::string> apply(CheckedEngine& checked, EventFold& fold, const Command& command) {
  if (auto wrong = checked.apply(command)) return wrong;
  fold.add(checked.events());
  return fold.difference(checked.engine().state());
}

// At each deadline on the way; `leaps`: over all of them at once.
std::optional<std::string> apply_in_time(CheckedEngine& checked, EventFold& fold, const Command& command,
                                         bool leaps) {
  const bool late_allowed = std::holds_alternative<RouterRestarted>(command.body);
  while (!late_allowed && checked.engine().next_deadline() <= command.at) {
    const Time due = leaps ? command.at : std::max(checked.engine().next_deadline(), checked.engine().now());
    if (auto wrong = apply(checked, fold, {due, "", AdvanceTime{}})) return wrong;
  }
  return apply(checked, fold, command);
}

// Goes on with an engine that was restored from a snapshot, as after a stop.
std::optional<std::string> restart(CheckedEngine& checked) {
  Engine restored;
  if (auto error = restored.restore(checked.engine().snapshot())) return "restore: " + *error;
  if (restored.digest() != checked.engine().digest()) return "a restored engine has another digest";
  checked.engine() = std::move(restored);
  return std::nullopt;
}

std::optional<std::string> check_replay(CheckedEngine& checked) {
  Engine replayed;
  std::vector<Event> events;
  for (const Command& command : checked.log()) {
    if (!replayed.apply(command, events).accepted()) return "replay refuses a command of the log";
  }
  if (replayed.digest() != checked.engine().digest()) return "replay ends with another digest";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> play_tape(std::uint64_t seed, int commands) {
  const bool leaps = seed % 8 == 0;
  TapeWriter writer(seed);
  CheckedEngine checked;
  EventFold fold;
  auto wrong = apply(checked, fold, {time_from_us(0), "", ApplyConfig{1, writer.config()}});
  for (int i = 0; i < commands && !wrong; ++i) {
    const Command command = writer.next(checked.engine());
    wrong = apply_in_time(checked, fold, command, leaps);
    const bool configured = std::holds_alternative<ApplyConfig>(command.body);
    if (!wrong && (configured || i == commands / 2)) wrong = restart(checked);
    if (wrong) return "command " + std::to_string(i) + ": " + *wrong;
  }
  return wrong ? wrong : check_replay(checked);
}

}  // namespace cordboard::testing
