#include "router/codec/api_contact.h"

#include <utility>

#include "router/codec/api_enums.h"
#include "router/codec/api_time.h"
#include "router/core/assignments.h"
#include "router/core/destinations.h"
#include "router/core/personal.h"

namespace cordboard {
namespace {

bool is_answered(ContactState state) {
  return state == ContactState::Connected || state == ContactState::WrapUp ||
         state == ContactState::Completed;
}

void fill_times(const Contact& contact, Time now, v1::Contact* row) {
  const Time until = is_final(contact.state) ? contact.ended_at : now;
  fill_time(contact.created_at, row->mutable_created_at());
  if (contact.queued_at != kNever) fill_time(contact.queued_at, row->mutable_queued_at());
  fill_time(contact.place_at, row->mutable_place_at());
  if (is_final(contact.state)) fill_time(contact.ended_at, row->mutable_ended_at());
  fill_duration(until - contact.created_at, row->mutable_total_age());
  if (is_answered(contact.state)) {
    fill_time(contact.answered_at, row->mutable_answered_at());
    fill_duration(contact.answered_at - contact.queued_at, row->mutable_wait());
  } else {
    const bool was_queued = contact.state != ContactState::Scheduled && contact.queued_at != kNever;
    fill_duration(was_queued ? until - contact.queued_at : Duration::zero(), row->mutable_wait());
  }
}

void fill_offers(const State& state, ContactRef contact, v1::Contact* row) {
  for (const AssignmentRef ref : assignments::offers_of(state, contact)) {
    const Assignment& offer = state[ref];
    v1::Contact::PendingOffer* const pending = row->add_offers();
    pending->set_offer_id(offer.offer.value);
    pending->set_agent_id(state[offer.agent].id);
    fill_time(offer.expires_at, pending->mutable_expires_at());
  }
}

void fill_handling(const State& state, const Assignment& assignment, v1::Contact* row) {
  row->set_agent_id(state[assignment.agent].id);
  row->set_offer_id(assignment.offer.value);
  fill_time(assignment.expires_at, row->mutable_expires_at());
  row->set_interrupted(assignment.interrupted);
}

void fill_step(const State& state, ContactRef ref, Time now, v1::Contact* row) {
  const Contact& contact = state[ref];
  Duration age{0};
  if (contact.assignment) {
    const Assignment& assignment = state[contact.assignment];
    if (contact.state == ContactState::Offered) {
      fill_offers(state, ref, row);
    } else {
      fill_handling(state, assignment, row);
    }
    age = (assignment.interrupted ? assignment.interrupted_at : now) - assignment.since;
  } else if (contact.state == ContactState::Waiting) {
    if (contact.deadline) fill_time(state.deadlines[contact.deadline].due, row->mutable_expires_at());
    age = now - contact.queued_at;
  } else if (contact.state == ContactState::Scheduled) {
    fill_time(state.deadlines[contact.deadline].due, row->mutable_expires_at());
  }
  fill_duration(age, row->mutable_step_age());
}

void fill_callback(const Callback& callback, v1::Contact::Callback* row) {
  row->set_attempts(callback.attempts);
  if (callback.promise != kNever) fill_time(callback.promise, row->mutable_promise());
}

}  // namespace

void fill_contact(const State& state, ContactRef ref, Time now, CustomerData data, v1::Contact* row) {
  const Contact& contact = state[ref];
  row->set_contact_id(contact.id);
  if (contact.gateway) row->set_gateway(state[contact.gateway].id);
  row->set_queue(state[contact.queue].config.name);
  row->set_channel(state[contact.channel].config.name);
  row->set_state(to_api(contact.state));
  row->set_segment(contact.segment);
  row->set_priority(contact.own_priority);
  row->set_tier(contact.tier);
  row->set_requirement(contact.requirement);
  row->set_sequence(contact.sequence);
  if (contact.agent) row->set_agent_id(state[contact.agent].id);
  if (contact.target) row->set_target_agent_id(state[contact.target].id);
  if (const DestinationRef sent = destinations::of(state, ref)) row->set_destination(state[sent].text);
  if (contact.is_callback()) fill_callback(state.callbacks.at(ref), row->mutable_callback());
  fill_times(contact, now, row);
  fill_step(state, ref, now, row);
  if (data == CustomerData::With) {
    PersonalData person = personal_data(state, contact);
    row->set_customer(std::move(person.customer));
    row->set_attributes(std::move(person.attributes));
    row->set_customer_data_erased(person.erased);
  }
}

}  // namespace cordboard
