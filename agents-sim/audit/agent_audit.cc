#include "agents-sim/audit/agent_audit.h"

#include <algorithm>
#include <utility>

namespace cordboard::sim {
namespace {

constexpr std::uint32_t kUnitsPerAgent = 100;

auto find_contact(std::vector<HeldContact>& held, ContactNo contact) {
  return std::find_if(held.begin(), held.end(), [&](const HeldContact& h) { return h.contact == contact; });
}

}  // namespace

void AgentAudit::report(Rule rule, AgentNo agent, Revision revision, const std::string& text) {
  findings_.add(rule,
                "agent " + names_.agent(agent) + " at revision " + std::to_string(revision) + ": " + text);
}

void AgentAudit::logged_in(AgentNo no, std::vector<ChannelCost> costs, bool wants_offers,
                           std::vector<HeldContact> held) {
  Agent& agent = agents_[no];
  agent.connected = true;
  agent.refuses_since = wants_offers ? kWantsOffers : 0;
  agent.costs = std::move(costs);
  agent.held = std::move(held);
}

void AgentAudit::lost(AgentNo no) {
  Agent& agent = agents_[no];
  for (const HeldContact& held : agent.held) close(held);
  agent.held.clear();
  agent.connected = false;
}

// The contact's offer to this agent is not live any more, as far as is known.
void AgentAudit::close(const HeldContact& held) {
  if (const auto together = ringing_.find(held.contact); together != ringing_.end()) {
    std::erase_if(together->second.offers, [&](const Ringing& r) { return r.shown.offer == held.offer; });
  }
  if (held.contact < shown_.size() && shown_[held.contact].offer == held.offer) shown_[held.contact] = {};
  std::erase_if(suspicions_, [&](const Suspicion& s) { return s.first.offer == held.offer; });
}

void AgentAudit::check_capacity(AgentNo no, const HeldContact& offer, Revision revision) {
  const Agent& agent = agents_[no];
  const ChannelCost cost = offer.channel < agent.costs.size() ? agent.costs[offer.channel] : ChannelCost{};
  std::uint32_t units = cost.units;
  std::uint32_t contacts = 1;
  for (const HeldContact& held : agent.held) {
    units += held.channel < agent.costs.size() ? agent.costs[held.channel].units : 0;
    contacts += held.channel == offer.channel ? 1 : 0;
  }
  if (units <= kUnitsPerAgent && contacts <= cost.max_contacts) return;
  const std::string already =
      agent.held.empty() ? " without serving its channel"
                         : " and holds contact " + names_.contact(agent.held.front().contact) + " already";
  report(Rule::OverCapacity, no, revision,
         "offered contact " + names_.contact(offer.contact) + already + " (" + std::to_string(units) +
             " units, " + std::to_string(contacts) + " of the channel)");
}

// Two streams may tell of two offers in either order; revisions tell which one was first.
void AgentAudit::check_single(AgentNo agent, const HeldContact& offer, Revision revision) {
  if (offer.contact >= kForeignContacts) return;
  if (offer.ring > 1) {
    RingingTogether& together = ringing_[offer.contact];
    together.ring = offer.ring;
    together.offers.push_back({{offer.offer, agent, revision}});
    return;
  }
  if (offer.contact >= shown_.size()) shown_.resize(offer.contact + 1);
  Shown& shown = shown_[offer.contact];
  const Shown now{offer.offer, agent, revision};
  if (shown.offer == offer.offer && shown.agent != agent) {
    report(Rule::DoubleOffered, agent, revision,
           "offer " + std::to_string(offer.offer) + " was shown to " + names_.agent(shown.agent) + " too");
  } else if (shown.offer != 0 && shown.offer != offer.offer) {
    const auto [first, second] =
        std::minmax(shown, now, [](const Shown& a, const Shown& b) { return a.at < b.at; });
    suspicions_.push_back({offer.contact, first, second});
  }
  if (now.at >= shown.at) shown = now;
}

void AgentAudit::offered(AgentNo no, const HeldContact& offer, Revision revision) {
  Agent& agent = agents_[no];
  const bool repeated = std::any_of(agent.held.begin(), agent.held.end(),
                                    [&](const HeldContact& h) { return h.offer == offer.offer; });
  if (repeated) return;  // known from the answer to the login
  if (!agent.connected || revision > agent.refuses_since) {
    report(Rule::AgentNotReady, no, revision,
           "offered contact " + names_.contact(offer.contact) +
               (agent.connected ? ", not ready since revision " + std::to_string(agent.refuses_since)
                                : " without a login"));
  }
  if (!offer.eligible) {
    report(
        Rule::NotEligible, no, revision,
        "offered contact " + names_.contact(offer.contact) + " without the skills that its queue requires");
  }
  check_capacity(no, offer, revision);
  check_single(no, offer, revision);
  agent.held.push_back(offer);
}

void AgentAudit::report_double(const Suspicion& suspicion) {
  report(Rule::DoubleOffered, suspicion.second.agent, suspicion.second.at,
         "contact " + names_.contact(suspicion.contact) + " was still offered to " +
             names_.agent(suspicion.first.agent));
}

void AgentAudit::settle(OfferNo offer, Revision ended_at) {
  std::erase_if(suspicions_, [&](const Suspicion& suspicion) {
    if (suspicion.first.offer != offer) return false;
    if (ended_at > suspicion.second.at) report_double(suspicion);
    return true;
  });
}

void AgentAudit::settle_ringing(ContactNo contact, OfferNo offer, Revision ended_at) {
  const auto found = ringing_.find(contact);
  if (found == ringing_.end()) return;
  bool all_ended = true;
  for (Ringing& r : found->second.offers) {
    if (r.shown.offer == offer) {
      r.ended_at = ended_at;
      r.has_ended = true;
    }
    all_ended = all_ended && r.has_ended;
  }
  if (!all_ended) return;
  check_ringing(contact);
  ringing_.erase(found);
}

// Were more offers live at once than may be? One that ended at the revision at which another one was made had
// ended before it.
void AgentAudit::check_ringing(ContactNo contact) const {
  const RingingTogether& together = ringing_.at(contact);
  for (const Ringing& last : together.offers) {
    const auto live = std::count_if(together.offers.begin(), together.offers.end(), [&](const Ringing& r) {
      return r.shown.at <= last.shown.at && r.ended_at > last.shown.at;
    });
    if (live <= static_cast<std::ptrdiff_t>(together.ring)) continue;
    findings_.add(Rule::DoubleOffered, "contact " + names_.contact(contact) + " at revision " +
                                           std::to_string(last.shown.at) + ": offered to " +
                                           std::to_string(live) + " agents at once, and its queue asks " +
                                           std::to_string(together.ring));
    return;
  }
}

void AgentAudit::offer_ended(AgentNo no, OfferNo offer, OfferEnd end, Revision revision) {
  Agent& agent = agents_[no];
  const auto held = std::find_if(agent.held.begin(), agent.held.end(),
                                 [&](const HeldContact& h) { return h.offer == offer; });
  settle(offer, revision);
  if (held == agent.held.end()) return;
  settle_ringing(held->contact, offer, revision);
  if (held->contact < shown_.size() && shown_[held->contact].offer == offer) shown_[held->contact] = {};
  if (end == OfferEnd::Accepted) {
    held->phase = FoundPhase::Connected;
  } else {
    agent.held.erase(held);
  }
}

void AgentAudit::wrap_up_started(AgentNo no, ContactNo contact) {
  auto& held = agents_[no].held;
  if (const auto found = find_contact(held, contact); found != held.end()) found->phase = FoundPhase::WrapUp;
}

void AgentAudit::released(AgentNo no, ContactNo contact) {
  auto& held = agents_[no].held;
  if (const auto found = find_contact(held, contact); found != held.end()) held.erase(found);
}

void AgentAudit::left(AgentNo no, ContactNo contact) {
  auto& held = agents_[no].held;
  const auto found = find_contact(held, contact);
  if (found != held.end() && found->phase == FoundPhase::Connected) held.erase(found);
}

void AgentAudit::finish() {
  for (const Suspicion& suspicion : suspicions_) report_double(suspicion);
  suspicions_.clear();
  for (const auto& [contact, together] : ringing_) check_ringing(contact);
  ringing_.clear();
}

}  // namespace cordboard::sim
