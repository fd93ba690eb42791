// Judges a router by what its clients sent and were told, and by nothing else.
//
//   Audit audit(agent_count, names);
//   ... every request sent, every answer and event received, in the order of each stream ...
//   audit.finish();
//   if (audit.findings().total() > 0) ...
//
// ContactAudit follows the contacts by their gateway's stream, AgentAudit the agents by theirs; what concerns
// both goes through here. The rules are those of findings.h. Works on numbers, so that it costs little at
// thousands of contacts a second. Not thread-safe.

#pragma once

#include <cstddef>
#include <utility>

#include "agents-sim/audit/agent_audit.h"
#include "agents-sim/audit/contact_audit.h"
#include "agents-sim/audit/findings.h"

namespace cordboard::sim {

class Audit {
 public:
  explicit Audit(std::size_t agent_count, AuditNames names = {})
      : names_(std::move(names)), contacts_(findings_, names_), agents_(findings_, names_, agent_count) {}
  Audit(const Audit&) = delete;
  Audit& operator=(const Audit&) = delete;

  ContactAudit& contacts() { return contacts_; }
  const ContactAudit& contacts() const { return contacts_; }
  AgentAudit& agents() { return agents_; }
  Findings& findings() { return findings_; }
  const Findings& findings() const { return findings_; }

  // An agent was told of an offer.
  void offered(AgentNo agent, const HeldContact& offer, Revision revision) {
    agents_.offered(agent, offer, revision);
    if (offer.contact < kForeignContacts) {
      contacts_.shown_to_agent(offer.contact, offer.offer, agent, revision);
    }
  }

  // Everything had time to end.
  void finish() {
    contacts_.finish();
    agents_.finish();
  }

 private:
  AuditNames names_;
  Findings findings_;
  ContactAudit contacts_;
  AgentAudit agents_;
};

}  // namespace cordboard::sim
