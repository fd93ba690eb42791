// Follows every agent by what was sent for it and what it was told: is it ready, what does it hold, and does
// each offer fit?
//
// An agent's notices come in the order of the router's log, those of two agents on different streams do not:
// where both matter, revisions decide. Not thread-safe. `findings` and `names` must outlive it.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agents-sim/audit/audit_types.h"
#include "agents-sim/audit/findings.h"
#include "router/core/types.h"

namespace cordboard::sim {

// What one contact of a channel costs an agent, of 100 units.
struct ChannelCost {
  std::uint32_t units = 100;
  std::uint32_t max_contacts = 1;
};

// A contact that the agent holds capacity for.
struct HeldContact {
  ContactNo contact = 0;
  OfferNo offer = 0;
  ChannelNo channel = 0;
  FoundPhase phase = FoundPhase::Offered;
  Time offered_at{};       // by the router's clock
  std::uint32_t ring = 1;  // how many agents may be offered the contact at once
  bool eligible = true;    // the agent meets what the queue requires, as far as that is known
};

class AgentAudit {
 public:
  AgentAudit(Findings& findings, const AuditNames& names, std::size_t agent_count)
      : findings_(findings), names_(names), agents_(agent_count) {}

  // Logged in, or reconnected; `costs` by channel, `held` as the answer to the login says.
  void logged_in(AgentNo agent, std::vector<ChannelCost> costs, bool wants_offers,
                 std::vector<HeldContact> held);
  // The stream is gone: what happens to the agent until the next login is not seen.
  void lost(AgentNo agent);
  // A request for offers was sent.
  void asked_for_offers(AgentNo agent) { agents_[agent].refuses_since = kWantsOffers; }
  // A request for no more offers was answered with yes.
  void refuses_offers(AgentNo agent, Revision revision) { agents_[agent].refuses_since = revision; }

  void offered(AgentNo agent, const HeldContact& offer, Revision revision);
  void offer_ended(AgentNo agent, OfferNo offer, OfferEnd end, Revision revision);
  void wrap_up_started(AgentNo agent, ContactNo contact);
  // The agent is done with the contact: wrap-up is over, or there was none.
  void released(AgentNo agent, ContactNo contact);
  // Ended or transferred while connected: done with, unless there is wrap-up.
  void left(AgentNo agent, ContactNo contact);

  // Checks what could not be decided before.
  void finish();

 private:
  static constexpr Revision kWantsOffers = ~Revision{0};

  struct Agent {
    bool connected = false;
    Revision refuses_since = kWantsOffers;
    std::vector<ChannelCost> costs;
    std::vector<HeldContact> held;
  };
  // The latest offer that an agent has been shown, until its end.
  struct Shown {
    OfferNo offer = 0;
    AgentNo agent = 0;
    Revision at = 0;
  };
  // An offer of a contact that may be offered to several agents at once.
  struct Ringing {
    Shown shown;
    Revision ended_at = kWantsOffers;
    bool has_ended = false;
  };
  // Two offers of a contact, in the order of the log, seen before the end of the first: fine if that ended
  // before the second was made.
  struct Suspicion {
    ContactNo contact;
    Shown first;
    Shown second;
  };

  void report(Rule rule, AgentNo agent, Revision revision, const std::string& text);
  void check_capacity(AgentNo agent, const HeldContact& offer, Revision revision);
  void check_single(AgentNo agent, const HeldContact& offer, Revision revision);
  void settle(OfferNo offer, Revision ended_at);
  void settle_ringing(ContactNo contact, OfferNo offer, Revision ended_at);
  void check_ringing(ContactNo contact) const;
  void report_double(const Suspicion& suspicion);
  void close(const HeldContact& held);

  Findings& findings_;
  const AuditNames& names_;
  std::vector<Agent> agents_;
  std::vector<Shown> shown_;  // by contact; offer 0 = none is live
  std::vector<Suspicion> suspicions_;
  // By contact, until all of them have ended: only then is it known which of them were live together.
  struct RingingTogether {
    std::uint32_t ring = 1;
    std::vector<Ringing> offers;
  };
  std::map<ContactNo, RingingTogether> ringing_;
};

}  // namespace cordboard::sim
