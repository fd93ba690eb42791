// What happens to a contact because it waits: for a time it may wait for preferred agents only
// (preference.h), its requirement widens step by step, and the rules of the queue's ladder fire
// (escalation.h).
//
// The requirement of an unanswered contact is (queue's, or one of the queue's steps unlocked so far, or the
// requirement of a queue that a rule has added) and (its
// own, or one of its own steps unlocked so far). Steps count from queued_at of the segment, are unlocked in
// order, and stay unlocked until the segment ends. A pending offer is never disturbed by one; a
// contact that is to be offered to several agents may get further ones.
//
// A contact has a WaitPlan only when it, or its queue, asks for something; one deadline stands for whatever
// comes next.

#pragma once

#include "router/core/step.h"

namespace cordboard::waiting {

// A contact comes in with steps of its own, in canonical spelling. REQUIRES: begin() follows.
void bring_relaxation(State& state, ContactRef contact, std::vector<RelaxStep> steps);
// Replaces the steps of an unanswered contact's own; those that are due are unlocked. REQUIRES: rejoin()
// follows.
void replace_relaxation(Step& step, ContactRef contact, std::vector<RelaxStep> steps);

// The contact's plan, made when it has none. REQUIRES: begin() follows.
WaitPlan& plan_of(State& state, ContactRef contact);
// The next thing is another than before. REQUIRES: it has a plan.
void reschedule(Step& step, const Contact& contact);

// A segment begins. REQUIRES: queue and queued_at are set.
void begin(Step& step, ContactRef contact);
// The segment is over.
void end(State& state, Contact& contact);
// The contact has ended: nothing of its plan is needed any more.
void forget(State& state, Contact& contact);

// By a rule: the queue's next step now, if there is one; agents of another queue may serve, too.
// REQUIRES: the contact is Waiting and not in the match index.
void relax_now(Step& step, ContactRef contact);
void add_pool(Step& step, ContactRef contact, QueueRef pool);

// What has fired, for a contact that is moved to another queue: taken before it leaves, given before it
// enters.
std::vector<WaitPlan::Fired> take_fired(State& state, const Contact& contact);
void give_fired(State& state, ContactRef contact, std::vector<WaitPlan::Fired> fired);

// The next thing is due.
void on_deadline(Step& step, PlanRef plan);

// After a configuration: steps as they are now configured, for everybody who is unanswered. Indexes are
// rebuilt afterwards.
void reconfigure(Step& step);

// The requirement class of an unanswered contact as things are now, one reference more.
RequirementClass join_class(State& state, const Contact& contact);
// The class that it would be in with this requirement of its own, canonical, and with these steps (nullptr:
// those that it has) instead; none() when the index knows none.
RequirementClass find_class(const State& state, const Contact& contact, std::string_view requirement,
                            const std::vector<RelaxStep>* relax, Time now);
// Puts it there from the class it is in. REQUIRES: it is not in the match index.
void rejoin(State& state, ContactRef contact);

// Whether an agent with these skills, sorted by name, may serve the contact; for audits, without any index.
bool meets(const State& state, const Contact& contact, const std::vector<SkillLevel>& skills);
// When the next step of relaxation of an unanswered contact with a plan is due; kNever when none is left.
Time next_step_due(const State& state, const Contact& contact);
// When the next thing happens to an unanswered contact with a plan, as of `now`; kNever when nothing does.
Time next_due(const State& state, const Contact& contact, Time now);
// Those of all queues, in the order in which each queue lists its own: by queued_at, then by submission.
std::vector<ContactRef> unanswered_in_order(const State& state);

}  // namespace cordboard::waiting
