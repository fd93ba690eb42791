#include "tests/sim/audit_history.h"

#include <algorithm>

namespace cordboard::sim {
namespace {

constexpr OrderAudit::ClassNo kClass = 0;
constexpr ContactEnd kLeft{EndState::Abandoned, EndCause::CustomerLeft};
constexpr ContactEnd kDone{EndState::Completed, EndCause::AgentEnded};
constexpr ContactEnd kCancelled{EndState::Cancelled, EndCause::Other};

}  // namespace

std::optional<AgentNo> AuditHistory::find(bool Agent::*what) const {
  for (AgentNo no = 0; no < kAgents; ++no) {
    if (agents_[no].contact && agents_[no].*what) return no;
  }
  return std::nullopt;
}

void AuditHistory::play(int steps) {
  for (AgentNo no = 0; no < kAgents; ++no) audit_.agents().logged_in(no, {{100, 1}}, true, {});
  for (int i = 0; i < steps; ++i) {
    armed_ = i >= steps / 2;
    step();
    if (can_err()) err();
  }
  for (AgentNo no = 0; no < kAgents; ++no) {
    if (agents_[no].pausing) pause(no);
  }
  const auto busy = [&] {
    return std::any_of(agents_.begin(), agents_.end(), [](const Agent& a) { return a.contact.has_value(); });
  };
  while (!waiting_.empty() || busy()) {
    for (AgentNo no = 0; no < kAgents; ++no) answer(no);
    for (AgentNo no = 0; no < kAgents; ++no) finish(no);
    for (AgentNo no = 0; no < kAgents; ++no) finish_wrap_up(no);
    declines_.clear();
    match();
  }
  audit_.finish();
}

void AuditHistory::step() {
  const auto agent = static_cast<AgentNo>(draw(kAgents));
  switch (draw(14)) {
    case 0:
      if (draw(5) > 0) break;
      for (int burst = 0; burst < 4; ++burst) arrive();
      break;
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      answer(agent);
      break;
    case 6:
      if (agents_[agent].contact && !agents_[agent].connected && !agents_[agent].wrap_up) {
        end_offer(agent, OfferEnd::Declined);
      }
      break;
    case 7:
    case 8:
      finish(agent);
      break;
    case 9:
    case 10:
      finish_wrap_up(agent);
      break;
    case 11:
      pause(agent);
      break;
    case 12:
      hang_up();
      break;
    default:
      if (draw(10) == 0 && !erred_) restart();  // an error may go unnoticed where nobody looks
  }
  match();
}

void AuditHistory::arrive() {
  const ContactNo contact = next_contact_++;
  audit_.contacts().submitted(contact);
  ++revision_;
  audit_.contacts().acknowledged(contact);
  audit_.contacts().queued(contact, kClass, revision_);
  waiting_.push_back(contact);
}

void AuditHistory::match() {
  for (AgentNo no = 0; no < kAgents; ++no) {
    if (!agents_[no].is_free()) continue;
    const auto first = std::find_if(waiting_.begin(), waiting_.end(), [&](ContactNo contact) {
      return !declines_.contains({contact, no});
    });
    if (first == waiting_.end()) continue;
    const ContactNo contact = *first;
    waiting_.erase(first);
    offer(contact, no);
  }
}

void AuditHistory::offer(ContactNo contact, AgentNo agent) {
  ++revision_;
  const OfferNo number = next_offer_++;
  audit_.contacts().offer_created(contact, number, agent, revision_);
  audit_.offered(agent, {contact, number, 0, FoundPhase::Offered}, revision_);
  agents_[agent].contact = contact;
  agents_[agent].offer = number;
}

void AuditHistory::answer(AgentNo no) {
  Agent& agent = agents_[no];
  if (!agent.contact || agent.connected || agent.wrap_up) return;
  ++revision_;
  audit_.contacts().accept_answered(*agent.contact, agent.offer, no);
  audit_.contacts().offer_ended(*agent.contact, agent.offer, OfferEnd::Accepted, revision_);
  audit_.contacts().connected(*agent.contact, agent.offer, no, revision_);
  audit_.agents().offer_ended(no, agent.offer, OfferEnd::Accepted, revision_);
  agent.connected = true;
}

void AuditHistory::end_offer(AgentNo no, OfferEnd end) {
  Agent& agent = agents_[no];
  ++revision_;
  const ContactNo contact = *agent.contact;
  audit_.contacts().offer_ended(contact, agent.offer, end, revision_);
  audit_.agents().offer_ended(no, agent.offer, end, revision_);
  audit_.contacts().requeued(contact, kClass, revision_);
  if (end == OfferEnd::Declined) declines_.insert({contact, no});
  agent.contact.reset();
  waiting_.insert(std::upper_bound(waiting_.begin(), waiting_.end(), contact), contact);
}

void AuditHistory::hang_up() {
  if (waiting_.empty()) return;
  const auto leaver = waiting_.begin() + static_cast<std::ptrdiff_t>(draw(waiting_.size()));
  audit_.contacts().leave_asked(*leaver);
  audit_.contacts().ended(*leaver, kLeft, ++revision_);
  ended_.push_back(*leaver);
  waiting_.erase(leaver);
}

void AuditHistory::finish(AgentNo no) {
  Agent& agent = agents_[no];
  if (!agent.connected) return;
  ++revision_;
  audit_.contacts().end_asked(*agent.contact);
  audit_.agents().wrap_up_started(no, *agent.contact);
  agent.connected = false;
  agent.wrap_up = true;
}

void AuditHistory::finish_wrap_up(AgentNo no) {
  Agent& agent = agents_[no];
  if (!agent.wrap_up) return;
  audit_.contacts().ended(*agent.contact, kDone, ++revision_);
  audit_.agents().released(no, *agent.contact);
  audit_.agents().left(no, *agent.contact);
  ended_.push_back(*agent.contact);
  agent.contact.reset();
  agent.wrap_up = false;
}

void AuditHistory::pause(AgentNo no) {
  Agent& agent = agents_[no];
  if (agent.pausing) {
    audit_.agents().asked_for_offers(no);
    agent.pausing = false;
  } else if (!agent.contact) {
    audit_.agents().refuses_offers(no, ++revision_);
    agent.pausing = true;
  }
}

// Offers are taken back while nobody looks; everything else is as it was.
void AuditHistory::restart() {
  ++revision_;
  for (AgentNo no = 0; no < kAgents; ++no) {
    Agent& agent = agents_[no];
    audit_.agents().lost(no);
    if (!agent.contact || agent.connected || agent.wrap_up) continue;
    waiting_.insert(std::upper_bound(waiting_.begin(), waiting_.end(), *agent.contact), *agent.contact);
    agent.contact.reset();
  }
  audit_.contacts().begin_rows();
  const bool errs = can_err();
  const bool cancels = errs && fault_ == Fault::CancelsOverRestart;
  if (((errs && fault_ == Fault::LosesContactOverRestart) || cancels) && !waiting_.empty()) {
    waiting_.pop_front();
    erred_ = true;
  }
  std::optional<ContactNo> left;  // while nobody looks
  if (draw(2) == 0 && !waiting_.empty()) {
    left = waiting_.back();
    audit_.contacts().leave_asked(*left);
    waiting_.pop_back();
  }
  const bool renumbers = errs && fault_ == Fault::RenumbersOverRestart && waiting_.size() > 1;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    const std::size_t number = renumbers ? waiting_.size() - 1 - i : i;
    audit_.contacts().found(waiting_[i], {FoundPhase::Waiting, {}, waiting_[number], kClass});
  }
  erred_ = erred_ || renumbers;
  for (AgentNo no = 0; no < kAgents; ++no) {
    const Agent& agent = agents_[no];
    if (!agent.contact) continue;
    const bool forgets = can_err() && fault_ == Fault::DisconnectsOverRestart && agent.connected;
    const FoundPhase phase = forgets ? FoundPhase::Waiting : FoundPhase::Connected;
    audit_.contacts().found(*agent.contact, {phase, {{agent.offer, no}}, *agent.contact, kClass});
    erred_ = erred_ || forgets;
  }
  if (errs && fault_ == Fault::RevivesOverRestart && !ended_.empty()) {
    audit_.contacts().found(ended_.back(), {FoundPhase::Waiting, {}, ended_.back(), kClass});
    audit_.contacts().ended(ended_.back(), kLeft, ++revision_);
    erred_ = true;
  }
  for (const ContactNo gone : audit_.contacts().end_rows()) {
    if (gone == left) {
      audit_.contacts().looked_up_ended(gone, {EndState::Abandoned, EndCause::Unknown});
    } else if (cancels) {
      audit_.contacts().looked_up_ended(gone, {EndState::Cancelled, EndCause::Unknown});
    }
  }
  for (AgentNo no = 0; no < kAgents; ++no) {
    const Agent& agent = agents_[no];
    std::vector<HeldContact> held;
    const FoundPhase phase = agent.wrap_up ? FoundPhase::WrapUp : FoundPhase::Connected;
    if (agent.contact) held.push_back({*agent.contact, agent.offer, 0, phase});
    audit_.agents().logged_in(no, {{100, 1}}, !agent.pausing, held);
  }
}

// ---- Faults ----

void AuditHistory::err() { erred_ = try_to_err(); }

bool AuditHistory::try_to_err() { return err_by_offer() || err_by_contact(); }

bool AuditHistory::err_by_offer() {
  const auto ringing = std::find_if(agents_.begin(), agents_.end(),
                                    [](const Agent& a) { return a.contact && !a.connected && !a.wrap_up; });
  const auto ringing_no = static_cast<AgentNo>(ringing - agents_.begin());
  const auto other = static_cast<AgentNo>((ringing_no + 1) % kAgents);
  const auto connected = find(&Agent::connected);
  const auto show = [&](ContactNo contact, AgentNo agent) {
    ++revision_;
    audit_.contacts().offer_created(contact, next_offer_, agent, revision_);
    audit_.offered(agent, {contact, next_offer_, 0, FoundPhase::Offered}, revision_);
    ++next_offer_;
    return true;
  };
  switch (fault_) {
    case Fault::OffersTwice:
      if (ringing == agents_.end()) return false;
      ++revision_;  // seen by the agents alone
      audit_.offered(other, {*ringing->contact, next_offer_++, 0, FoundPhase::Offered}, revision_);
      return true;
    case Fault::OffersConnected:
      return connected && show(*agents_[*connected].contact, (*connected + 1) % kAgents);
    case Fault::OffersEnded:
      return !ended_.empty() && show(ended_.front(), 0);
    case Fault::OffersToBusy:
      return connected && !waiting_.empty() && show(waiting_.front(), *connected);
    case Fault::EndsOfferTwice:
      if (!connected) return false;
      audit_.contacts().offer_ended(*agents_[*connected].contact, agents_[*connected].offer,
                                    OfferEnd::Expired, ++revision_);
      return true;
    case Fault::ShowsOtherAgent:
      if (ringing == agents_.end()) return false;
      audit_.offered(other, {*ringing->contact, ringing->offer, 0, FoundPhase::Offered}, revision_);
      return true;
    case Fault::TakesTwoAccepts:
      if (!connected) return false;
      audit_.contacts().accept_answered(*agents_[*connected].contact, next_offer_++, 0);
      return true;
    case Fault::OffersToPausing:
      for (AgentNo no = 0; no < kAgents; ++no) {
        if (!agents_[no].pausing) continue;
        if (waiting_.empty()) arrive();
        return show(waiting_.front(), no);
      }
      return false;
    default:
      return false;
  }
}

bool AuditHistory::err_by_contact() {
  const auto connected = find(&Agent::connected);
  switch (fault_) {
    case Fault::LosesContact:
      if (waiting_.empty()) return false;
      waiting_.pop_back();
      return true;
    case Fault::BreaksOrder:
      for (AgentNo no = 0; no < kAgents; ++no) {
        if (waiting_.size() < 2 || declines_.contains({waiting_[0], no})) continue;
        audit_.contacts().offer_created(waiting_[1], next_offer_++, no, ++revision_);
        return true;
      }
      return false;
    case Fault::EndsTwice:
      if (ended_.empty()) return false;
      audit_.contacts().ended(ended_.back(), kLeft, ++revision_);
      return true;
    case Fault::CancelsWaiting:
      if (waiting_.empty()) return false;
      audit_.contacts().ended(waiting_.back(), kCancelled, ++revision_);
      waiting_.pop_back();
      return true;
    case Fault::AbandonsWaiting:
      if (waiting_.empty()) return false;
      audit_.contacts().ended(waiting_.back(), kLeft, ++revision_);
      waiting_.pop_back();
      return true;
    case Fault::CompletesWaiting:
      if (waiting_.empty()) return false;
      audit_.contacts().leave_asked(waiting_.back());
      audit_.contacts().ended(waiting_.back(), {EndState::Completed, EndCause::CustomerLeft}, ++revision_);
      waiting_.pop_back();
      return true;
    case Fault::CompletesConnected:
      if (!connected) return false;
      audit_.contacts().ended(*agents_[*connected].contact, kDone, ++revision_);
      audit_.agents().left(*connected, *agents_[*connected].contact);
      agents_[*connected].contact.reset();
      agents_[*connected].connected = false;
      return true;
    case Fault::ReusesOfferNumber:
      if (waiting_.empty() || next_offer_ < 3) return false;
      audit_.contacts().offer_created(waiting_.front(), next_offer_ - 2, 0, ++revision_);
      return true;
    case Fault::ConnectsWithoutOffer:
      if (waiting_.empty() || connected) return false;
      audit_.contacts().connected(waiting_.front(), next_offer_, 0, ++revision_);
      return true;
    default:
      return false;
  }
}

}  // namespace cordboard::sim
