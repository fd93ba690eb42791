#include "router/core/config_impact.h"

#include <utility>
#include <variant>

#include "router/core/state.h"

namespace cordboard {
namespace {

// Unanswered contacts by queue that nobody logged in could serve. Who waits for one agent waits for one who
// is logged in.
std::vector<std::uint32_t> count_unservable(const State& state) {
  std::vector<std::uint32_t> counts(state.queues.size(), 0);
  state.contacts.for_each([&](ContactRef, const Contact& contact) {
    if (!is_unanswered(contact.state) || contact.target) return;
    if (!state.match.is_servable(contact.requirement_class)) ++counts[contact.queue.value];
  });
  return counts;
}

bool exists(const Queue& queue) { return !queue.removed; }

struct Tally {
  const State& state;
  std::vector<QueueImpact>& queues;

  QueueImpact& of(ContactRef contact) const { return queues[state[contact].queue.value]; }
  void operator()(const OfferCreated& e) const { ++of(e.contact).offers_made; }
  void operator()(const OfferEnded& e) const { ++of(e.contact).offers_rescinded; }
  void operator()(const ContactEnded& e) const { ++of(e.contact).contacts_ended; }
  template <class Other>
  void operator()(const Other&) const {}
};

bool matters(const QueueImpact& impact) {
  return impact.added || impact.removed || impact.draining || impact.unanswered_before > 0 ||
         impact.unanswered_after > 0;
}

}  // namespace

ConfigImpact preview_config(Engine engine, const TenantConfig& config, std::uint64_t if_version) {
  const State& state = engine.state();
  std::vector<Event> events;
  if (engine.next_deadline() <= engine.now()) engine.apply({engine.now(), {}, AdvanceTime{}}, events);
  const std::vector<std::uint32_t> unservable_before = count_unservable(state);
  std::vector<QueueImpact> queues(state.queues.size());
  for (std::size_t i = 0; i < queues.size(); ++i) {
    queues[i].unanswered_before = state.queues[i].waiting;
    queues[i].unservable_before = unservable_before[i];
    queues[i].removed = !exists(state.queues[i]);
  }

  events.clear();
  const Outcome outcome =
      engine.apply({engine.now(), {}, ApplyConfig{state.config_version + 1, config, if_version}}, events);
  if (outcome.rejection) return {outcome.rejection, {}};

  const std::vector<std::uint32_t> unservable_after = count_unservable(state);
  const std::size_t known = queues.size();
  queues.resize(state.queues.size());
  ConfigImpact impact;
  for (const Event& event : events) std::visit(Tally{state, queues}, event);
  for (std::size_t i = 0; i < queues.size(); ++i) {
    const Queue& queue = state.queues[i];
    QueueImpact& row = queues[i];
    const bool existed = i < known && !row.removed;
    row.queue = queue.config.name;
    row.added = !existed && exists(queue);
    row.removed = existed && !exists(queue);
    row.draining = queue.draining;
    row.unanswered_after = queue.waiting;
    row.unservable_after = unservable_after[i];
    if (matters(row)) impact.queues.push_back(std::move(row));
  }
  return impact;
}

}  // namespace cordboard
