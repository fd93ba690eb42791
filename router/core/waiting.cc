#include "router/core/waiting.h"

#include <algorithm>

#include "router/core/contact_admission.h"
#include "router/core/escalation.h"
#include "router/core/matching.h"
#include "router/core/mutation.h"
#include "router/core/preference.h"

namespace cordboard::waiting {
namespace {

bool needs_plan(const Queue& queue) { return !queue.config.relax.empty() || !queue.config.escalate.empty(); }

std::uint8_t due_steps(const std::vector<RelaxStep>& steps, Duration waited) {
  const auto locked =
      std::find_if(steps.begin(), steps.end(), [&](const RelaxStep& step) { return step.after > waited; });
  return static_cast<std::uint8_t>(locked - steps.begin());
}

Time due_of(const std::vector<RelaxStep>& steps, std::uint8_t unlocked, Time queued_at) {
  return unlocked < steps.size() ? queued_at + steps[unlocked].after : kNever;
}

// What is due already comes in this instant, and is scheduled anew when it has come.
void schedule(State& state, const Contact& contact, Time now) {
  WaitPlan& plan = state[contact.plan];
  const Time due = next_due(state, contact, now);
  const Time scheduled = plan.deadline ? state.deadlines[plan.deadline].due : kNever;
  if (scheduled <= now || scheduled == due) return;
  state.deadlines.cancel(plan.deadline);
  if (due == kNever) return;
  plan.deadline = state.deadlines.schedule(due, DeadlineKind::WaitPlan, contact.plan.value);
}

void make_plan(State& state, ContactRef ref) {
  state[ref].plan = state.plans.insert();
  state[state[ref].plan].contact = ref;
}

void drop_plan(State& state, Contact& contact) {
  state.deadlines.cancel(state[contact.plan].deadline);
  state.plans.erase(contact.plan);
  contact.plan = PlanRef::none();
}

void unlock(Step& step, ContactRef ref, std::uint8_t& unlocked, std::uint8_t upto, bool own) {
  if (mutated("relaxation_takes_a_step_back") && unlocked > 0 && upto > unlocked) upto = --unlocked;
  while (unlocked < upto) {
    ++unlocked;
    step.emit(ContactRelaxed{ref, step.state[ref].queue, unlocked, own});
  }
}

void unlock_due(Step& step, ContactRef ref) {
  const Contact& contact = step.state[ref];
  WaitPlan& plan = step.state[contact.plan];
  const Duration waited = step.now - contact.queued_at;
  const auto& steps = step.state[contact.queue].config.relax;
  unlock(step, ref, plan.queue_steps, due_steps(steps, waited), false);
  unlock(step, ref, plan.own_steps, due_steps(plan.relax, waited), true);
}

// Something that is not the queue's and is still needed.
bool has_own(const State& state, const Contact& contact) {
  if (!contact.plan) return false;
  const WaitPlan& plan = state[contact.plan];
  return !plan.relax.empty() || !plan.fired.empty() || !plan.preferred.empty();
}

Requirement parsed(std::string_view canonical) { return std::get<Requirement>(parse_canonical(canonical)); }

// A contact's own, or one of its steps unlocked so far.
Requirement own_requirement(std::string_view canonical, const std::vector<RelaxStep>& steps,
                            std::size_t unlocked) {
  Requirement own = parsed(canonical);
  for (std::size_t i = 0; i < unlocked; ++i) own = any_of(own, parsed(steps[i].requirement));
  return own;
}

// The queue's, or one of its steps unlocked so far, or of a pool: one of the queue's, or made in
// `with_pools`.
const Requirement& queue_requirement(const State& state, const Contact& contact, Requirement& with_pools) {
  const Queue& queue = state[contact.queue];
  if (!contact.plan) return queue.requirement;
  const WaitPlan& plan = state[contact.plan];
  const Requirement& relaxed =
      plan.queue_steps > 0 ? queue.relaxed[plan.queue_steps - 1u] : queue.requirement;
  if (plan.pools.empty()) return relaxed;
  with_pools = relaxed;
  for (const QueueRef pool : plan.pools) with_pools = any_of(with_pools, state[pool].requirement);
  return with_pools;
}

// The same as a part of the class's key: the unlocked steps, and the pools in their order.
std::string widening_of(const State& state, const Contact& contact) {
  std::string widening;
  if (!contact.plan) return widening;
  const WaitPlan& plan = state[contact.plan];
  if (plan.queue_steps == 0 && plan.pools.empty()) return widening;
  widening += static_cast<char>(plan.queue_steps);
  for (const QueueRef pool : plan.pools) append_bytes(widening, pool.value);
  return widening;
}

}  // namespace

WaitPlan& plan_of(State& state, ContactRef ref) {
  if (!state[ref].plan) make_plan(state, ref);
  return state[state[ref].plan];
}

void reschedule(Step& step, const Contact& contact) { schedule(step.state, contact, step.now); }

void bring_relaxation(State& state, ContactRef ref, std::vector<RelaxStep> steps) {
  if (steps.empty()) return;
  make_plan(state, ref);
  state[state[ref].plan].relax = std::move(steps);
}

void replace_relaxation(Step& step, ContactRef ref, std::vector<RelaxStep> steps) {
  State& state = step.state;
  Contact& contact = state[ref];
  if (!contact.plan) {
    if (steps.empty()) return;
    make_plan(state, ref);
  }
  WaitPlan& plan = state[contact.plan];
  plan.relax = std::move(steps);
  if (contact.state == ContactState::Scheduled) {  // it does not wait yet
    if (!has_own(state, contact)) drop_plan(state, contact);
    return;
  }
  plan.own_steps = due_steps(plan.relax, step.now - contact.queued_at);
  if (!needs_plan(state[contact.queue]) && !has_own(state, contact)) return drop_plan(state, contact);
  schedule(state, contact, step.now);
}

void begin(Step& step, ContactRef ref) {
  State& state = step.state;
  Contact& contact = state[ref];
  preference::begin(step, ref);
  if (!contact.plan) {
    if (!needs_plan(state[contact.queue])) return;
    make_plan(state, ref);
  }
  schedule(state, contact, step.now);
}

void end(State& state, Contact& contact) {
  if (!contact.plan) return;
  WaitPlan& plan = state[contact.plan];
  if (plan.relax.empty()) return drop_plan(state, contact);
  state.deadlines.cancel(plan.deadline);
  plan = WaitPlan{.contact = plan.contact, .relax = std::move(plan.relax)};
}

void relax_now(Step& step, ContactRef ref) {
  const Contact& contact = step.state[ref];
  WaitPlan& plan = step.state[contact.plan];
  if (plan.queue_steps >= step.state[contact.queue].config.relax.size()) return;
  unlock(step, ref, plan.queue_steps, static_cast<std::uint8_t>(plan.queue_steps + 1), false);
  plan.queue_steps_by_rule = plan.queue_steps;
  rejoin(step.state, ref);
  schedule(step.state, contact, step.now);
}

void add_pool(Step& step, ContactRef ref, QueueRef pool) {
  State& state = step.state;
  const Contact& contact = state[ref];
  auto& pools = state[contact.plan].pools;
  const bool there = std::find(pools.begin(), pools.end(), pool) != pools.end();
  if (!pool || state[pool].removed || pool == contact.queue || there) return;
  pools.push_back(pool);
  rejoin(state, ref);
  step.emit(ContactPoolAdded{ref, contact.queue, pool});
}

std::vector<WaitPlan::Fired> take_fired(State& state, const Contact& contact) {
  return contact.plan ? std::move(state[contact.plan].fired) : std::vector<WaitPlan::Fired>{};
}

void give_fired(State& state, ContactRef ref, std::vector<WaitPlan::Fired> fired) {
  if (fired.empty()) return;
  if (!state[ref].plan) make_plan(state, ref);
  state[state[ref].plan].fired = std::move(fired);
}

void forget(State& state, Contact& contact) {
  if (contact.plan) drop_plan(state, contact);
}

std::vector<ContactRef> unanswered_in_order(const State& state) {
  std::vector<std::tuple<Time, std::uint64_t, ContactRef>> unanswered;
  state.contacts.for_each([&](ContactRef ref, const Contact& contact) {
    if (is_unanswered(contact.state)) unanswered.emplace_back(contact.queued_at, contact.sequence, ref);
  });
  std::sort(unanswered.begin(), unanswered.end());
  std::vector<ContactRef> order;
  order.reserve(unanswered.size());
  for (const auto& [queued_at, sequence, ref] : unanswered) order.push_back(ref);
  return order;
}

void on_deadline(Step& step, PlanRef ref) {
  State& state = step.state;
  state[ref].deadline = DeadlineRef::none();
  const ContactRef contact = state[ref].contact;
  if (state.match.contains(contact)) matching::withdraw(state, contact);
  preference::end_if_due(step, contact);
  unlock_due(step, contact);
  rejoin(state, contact);
  schedule(state, state[contact], step.now);
  if (escalation::run(step, contact, escalation::Instant::Deadline)) matching::place(step, contact);
}

void reconfigure(Step& step) {
  State& state = step.state;
  for (const ContactRef ref : unanswered_in_order(state)) {
    Contact& contact = state[ref];
    const Queue& queue = state[contact.queue];
    if (!needs_plan(queue) && !has_own(state, contact)) {
      forget(state, contact);
      continue;
    }
    if (!contact.plan) make_plan(state, ref);
    WaitPlan& plan = state[contact.plan];
    const auto steps = static_cast<std::uint8_t>(queue.config.relax.size());
    plan.queue_steps_by_rule = std::min(plan.queue_steps_by_rule, steps);
    plan.queue_steps =
        std::max(plan.queue_steps_by_rule,
                 std::min(plan.queue_steps, due_steps(queue.config.relax, step.now - contact.queued_at)));
    std::erase_if(plan.pools, [&](QueueRef pool) { return state[pool].removed; });
    unlock_due(step, ref);
    schedule(state, contact, step.now);
  }
}

RequirementClass join_class(State& state, const Contact& contact) {
  const WaitPlan* plan = contact.plan ? &state[contact.plan] : nullptr;
  const Requirement own = plan != nullptr ? own_requirement(contact.requirement, plan->relax, plan->own_steps)
                                          : parsed(contact.requirement);
  Requirement with_pools;
  const Requirement& of_queue = queue_requirement(state, contact, with_pools);
  return contacts::join_class(
      state, {contact.queue, contact.channel, own.canonical(), widening_of(state, contact)}, of_queue, own);
}

RequirementClass find_class(const State& state, const Contact& contact, std::string_view requirement,
                            const std::vector<RelaxStep>* relax, Time now) {
  static const WaitPlan kNothing;
  const WaitPlan& plan = contact.plan ? state[contact.plan] : kNothing;
  const Requirement own =
      relax == nullptr ? own_requirement(requirement, plan.relax, plan.own_steps)
                       : own_requirement(requirement, *relax, due_steps(*relax, now - contact.queued_at));
  return state.match.find_requirement(
      {contact.queue, contact.channel, own.canonical(), widening_of(state, contact)});
}

void rejoin(State& state, ContactRef ref) {
  Contact& contact = state[ref];
  const RequirementClass joined = join_class(state, contact);
  state.match.release_requirement(contact.requirement_class);
  contact.requirement_class = joined;
}

bool meets(const State& state, const Contact& contact, const std::vector<SkillLevel>& skills) {
  const auto any_meets = [&](const std::string& first, const std::vector<RelaxStep>& steps,
                             std::size_t count) {
    bool met = parsed(first).accepts(skills);
    for (std::size_t i = 0; i < count; ++i) met = met || parsed(steps[i].requirement).accepts(skills);
    return met;
  };
  static const WaitPlan kNothing;
  const WaitPlan& plan = contact.plan ? state[contact.plan] : kNothing;
  const QueueConfig& queue = state[contact.queue].config;
  const bool in_pool = std::any_of(plan.pools.begin(), plan.pools.end(), [&](QueueRef pool) {
    return parsed(state[pool].config.requirement).accepts(skills);
  });
  return (in_pool || any_meets(queue.requirement, queue.relax, plan.queue_steps)) &&
         any_meets(contact.requirement, plan.relax, plan.own_steps);
}

Time next_step_due(const State& state, const Contact& contact) {
  const WaitPlan& plan = state[contact.plan];
  return std::min(due_of(state[contact.queue].config.relax, plan.queue_steps, contact.queued_at),
                  due_of(plan.relax, plan.own_steps, contact.queued_at));
}

Time next_due(const State& state, const Contact& contact, Time now) {
  const Time for_all = preference::ends_at(state, contact);
  return std::min({next_step_due(state, contact), for_all > now ? for_all : kNever,
                   escalation::next_due(state, contact, now)});
}

}  // namespace cordboard::waiting
