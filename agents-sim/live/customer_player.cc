#include "agents-sim/live/customer_player.h"

#include <algorithm>
#include <utility>

namespace cordboard::sim {
namespace {

constexpr std::int32_t kNoTier = 0;

}  // namespace

CustomerPlayer::CustomerPlayer(const Stage& stage, OrderClasses& classes)
    : stage_(stage), classes_(classes), random_(stage.plan.seed, 0, "live/customers") {
  for (const ContactStream& stream : stage_.plan.streams) {
    sources_.push_back(std::make_unique<ArrivalSource>(stream, stage_.plan.seed, 0));
  }
}

Duration CustomerPlayer::real(Duration planned) const {
  if (planned == kForever) return kForever;
  return Duration{static_cast<std::int64_t>(static_cast<double>(planned.count()) / stage_.plan.speed)};
}

Duration CustomerPlayer::planned(Duration real) const {
  return Duration{static_cast<std::int64_t>(static_cast<double>(real.count()) * stage_.plan.speed)};
}

// ---- Arrivals ----

void CustomerPlayer::begin() {
  begin_ = stage_.loop.now();
  open_sources_ = sources_.size();
  for (std::uint32_t stream = 0; stream < sources_.size(); ++stream) plan_arrival(stream);
}

void CustomerPlayer::plan_arrival(std::uint32_t stream) {
  const Duration at = sources_[stream]->next_at();
  if (at >= stage_.plan.duration) {
    --open_sources_;
    return;
  }
  stage_.future.push({begin_ + real(at), FutureKind::Arrival, stream, 0, 0});
}

void CustomerPlayer::arrive(std::uint32_t stream_no, Time due) {
  if (stopped_) return;
  const ContactStream& stream = stage_.plan.streams[stream_no];
  const Arrival arrival = sources_[stream_no]->take();
  LiveContact contact;
  contact.submitted_at = stage_.loop.now();
  contact.handle = real(arrival.handle);
  contact.record = arrival.record;
  contact.stream = stream_no;
  contact.agent_ends = random_.chance(stage_.plan.behaviour.agent_ends);
  contact.transfers = arrival.transfers;
  const std::int32_t priority =
      arrival.record ? arrival.record->priority.value_or(stream.priority) : stream.priority;
  const std::uint32_t text = arrival.record ? arrival.record->requirement : ArrivalRecord::kNoText;
  contact.attributes = classes_.attributes(
      channel_of(contact), priority, stream.tier,
      text == ArrivalRecord::kNoText ? stream.requirement : stream.arrivals.recorded->text(text));
  const ContactNo number = stage_.contacts.add(contact);
  ++stage_.tally.submitted;
  ++tally_of(contact).submitted;
  stage_.tally.arrival_lag.add(stage_.loop.now() - due);
  gateway_->submit(number);
  if (const Duration patience = real(arrival.patience); patience != kForever) {
    stage_.future.push({stage_.loop.now() + patience, FutureKind::PatienceEnds, number, 0, 0});
  }
  plan_arrival(stream_no);
}

// Without a word about it, a contact comes by the channel of the first queue it is in, and keeps it.
const std::string& CustomerPlayer::channel_of(const LiveContact& c) const {
  const std::string& own = stage_.plan.streams[c.stream].channel;
  if (!own.empty()) return own;
  const auto& queues = stage_.plan.router.queues;
  const auto queue =
      std::find_if(queues.begin(), queues.end(), [&](const QueueConfig& q) { return q.name == queue_of(c); });
  return queue == queues.end() ? own : queue->channel;
}

void CustomerPlayer::describe(ContactNo contact, v1::SubmitContactRequest& request) const {
  const LiveContact& c = stage_.contacts[contact];
  const ContactStream& stream = stage_.plan.streams[c.stream];
  request.set_queue(queue_of(c));
  if (!stream.channel.empty()) request.set_channel(stream.channel);
  if (stream.tier != kNoTier) request.set_tier(stream.tier);
  request.set_priority(stream.priority);
  request.set_requirement(stream.requirement);
  if (c.record == nullptr) return;
  const ArrivalFile& file = *stream.arrivals.recorded;
  if (c.record->priority) request.set_priority(*c.record->priority);
  if (c.record->requirement != ArrivalRecord::kNoText)
    request.set_requirement(file.text(c.record->requirement));
  if (c.record->customer != ArrivalRecord::kNoText) request.set_customer(file.text(c.record->customer));
}

const std::string& CustomerPlayer::queue_of(const LiveContact& contact) const {
  const ContactStream& stream = stage_.plan.streams[contact.stream];
  const bool recorded = contact.record != nullptr && contact.record->queue != ArrivalRecord::kNoText;
  return recorded ? stream.arrivals.recorded->text(contact.record->queue) : stream.queue;
}

QueueTally& CustomerPlayer::tally_of(const LiveContact& contact) {
  return stage_.tally.queues[queue_of(contact)];
}

// ---- What comes due ----

void CustomerPlayer::handle(const FutureEvent& event) {
  switch (event.kind) {
    case FutureKind::Arrival:
      arrive(event.subject, event.at);
      break;
    case FutureKind::PatienceEnds: {
      const LiveContact& c = stage_.contacts[event.subject];
      if (c.phase == LiveContact::Phase::Unanswered && c.stay == 0) gateway_->hang_up(event.subject);
      break;
    }
    case FutureKind::HandlingEnds: {
      const LiveContact& c = stage_.contacts[event.subject];
      if (c.phase == LiveContact::Phase::Connected && c.stay == event.stamp) end_handling(event.subject);
      break;
    }
    default:
      break;
  }
}

// Who cannot speak to the router right now leaves the end to the customer.
void CustomerPlayer::end_handling(ContactNo contact) {
  const LiveContact& c = stage_.contacts[contact];
  const bool agent_can = c.agent != LiveAgents::kUnknown && stage_.agents[c.agent].logged_in;
  if (agent_can && c.transfers && c.stay == 1) {
    desk_->of(c.agent).transfer(c.agent, contact, stage_.plan.streams[c.stream].transfer.queue);
  } else if (agent_can && c.agent_ends) {
    desk_->of(c.agent).end(c.agent, contact);
  } else {
    gateway_->hang_up(contact);
  }
}

// ---- What the gateway hears ----

void CustomerPlayer::contact_acknowledged(ContactNo contact) {
  ++stage_.tally.acknowledged;
  stage_.tally.submit_to_ack.add(stage_.loop.now() - stage_.contacts[contact].submitted_at);
}

void CustomerPlayer::contact_refused(ContactNo contact, const v1::RejectionDetail&) {
  ++stage_.tally.refused;
  ++tally_of(stage_.contacts[contact]).other;
}

void CustomerPlayer::contact_connected(ContactNo contact, const std::string& agent) {
  LiveContact& c = stage_.contacts[contact];
  const Time now = stage_.loop.now();
  c.agent = stage_.agents.number_of(agent);
  if (c.phase == LiveContact::Phase::Connected) {  // told again after a break
    if (c.handling_ends <= now) stage_.future.push({now, FutureKind::HandlingEnds, contact, c.agent, c.stay});
    return;
  }
  c.phase = LiveContact::Phase::Connected;
  c.handling_ends = now + c.handle;
  stage_.future.push({c.handling_ends, FutureKind::HandlingEnds, contact, c.agent, ++c.stay});
  if (c.stay > 1) return;
  ++stage_.tally.connected;
  stage_.tally.submit_to_connect.add(now - c.submitted_at);
  QueueTally& queue = tally_of(c);
  const Duration wait = planned(now - c.submitted_at);
  ++queue.answered;
  queue.wait_answered += wait;
  queue.add_wait(wait);
}

void CustomerPlayer::contact_transferred(ContactNo contact) {
  LiveContact& c = stage_.contacts[contact];
  ++stage_.tally.transfers;
  c.phase = LiveContact::Phase::Unanswered;
  Arrival arrival;
  arrival.number = contact;
  c.handle = real(sources_[c.stream]->handle_later(arrival, c.stay));
}

void CustomerPlayer::contact_ended(ContactNo contact, v1::Contact::State state) {
  const LiveContact& c = stage_.contacts[contact];
  LiveTally& tally = stage_.tally;
  switch (state) {
    case v1::Contact::COMPLETED:
      ++tally.completed;
      break;
    case v1::Contact::ABANDONED:
      ++tally.abandoned;
      break;
    case v1::Contact::CANCELLED:
      ++tally.cancelled;
      break;
    case v1::Contact::EXPIRED:
      ++tally.expired;
      break;
    default:
      ++tally.overflowed;
      break;
  }
  const bool answered_unseen = c.stay == 0 && state == v1::Contact::COMPLETED;  // while the router was away
  if (answered_unseen) {
    ++tally.connected;
    ++tally_of(c).answered;
    ++tally_of(c).answered_unseen;
  } else if (c.stay == 0) {
    count_unanswered(tally_of(c), c, state);
  }
}

void CustomerPlayer::count_unanswered(QueueTally& queue, const LiveContact& contact,
                                      v1::Contact::State state) {
  const Duration wait = planned(stage_.loop.now() - contact.submitted_at);
  queue.add_wait(wait);
  if (state != v1::Contact::ABANDONED) {
    ++queue.other;
    return;
  }
  ++queue.abandoned;
  queue.wait_abandoned += wait;
}

void CustomerPlayer::gateway_refused(const grpc::Status& status) {
  failure_ = "the gateway's session was refused: " + status.error_message();
}

}  // namespace cordboard::sim
