// Follows every contact by what its gateway sent and was told, and knows what may come next.
//
//   submitted --> queued --> offer_created --> offer_ended --> connected --> ended
//                   ^             |                 |              |
//                   +-- requeued -+-----------------+  transferred +--> queued
//
// A rule of the configuration may move a contact that waits to another queue (moved --> queued), or treat it
// better than its equals; from then on its order among them is not judged any more.
//
// In a queue that asks several agents at once there may be as many live offers; the first that is accepted
// wins, and the others end after it.
//
// One gateway's events come in the order of the router's log, so each rule is decided at the event that
// breaks it. After a break that lost events (a restart of the router), rows of live contacts say how things
// stand, and what is not among them has to be looked up: begin_rows, found..., end_rows, looked_up...
//
// Not thread-safe. `findings` and `names` must outlive it.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agents-sim/audit/audit_types.h"
#include "agents-sim/audit/contact_end.h"
#include "agents-sim/audit/findings.h"
#include "agents-sim/audit/order_audit.h"

namespace cordboard::sim {

class ContactAudit {
 public:
  using ClassNo = OrderAudit::ClassNo;

  // A live contact as a row of the router shows it.
  struct Found {
    FoundPhase phase = FoundPhase::Waiting;
    std::vector<LiveOffer> offers = {};  // those that are live, oldest first; or the accepted one
    std::uint64_t sequence = 0;          // order of submission, by the router
    ClassNo order_class = 0;
    std::uint32_t ring = 1;
  };

  ContactAudit(Findings& findings, const AuditNames& names) : findings_(findings), names_(names) {}

  // ---- What the gateway sent ----

  // REQUIRES: contacts are submitted for the first time in the order of their numbers.
  void submitted(ContactNo contact);
  // The submit was refused for now (overload) and is sent again: the place is a new one.
  void submitted_again(ContactNo contact);
  void acknowledged(ContactNo contact);
  void refused(ContactNo contact);
  // Somebody has asked for a transfer; it may wait again from now on.
  void transfer_asked(ContactNo contact);
  // The customer leaves; an agent ends it: from now on it may end for that reason.
  void leave_asked(ContactNo contact) { entries_[contact].leave_asked = true; }
  void end_asked(ContactNo contact) { entries_[contact].end_asked = true; }
  // An agent declines: others may be offered to this agent first, even if the answer is lost in a break.
  void decline_asked(ContactNo contact, AgentNo agent) { order_.declined(contact, agent); }

  // ---- What it was told ----

  // `ring`: how many agents its queue asks at once.
  void queued(ContactNo contact, ClassNo order_class, Revision revision, std::uint32_t ring = 1);
  void offer_created(ContactNo contact, OfferNo offer, AgentNo agent, Revision revision);
  void offer_ended(ContactNo contact, OfferNo offer, OfferEnd end, Revision revision);
  void requeued(ContactNo contact, ClassNo order_class, Revision revision);
  void connected(ContactNo contact, OfferNo offer, AgentNo agent, Revision revision);
  void transferred(ContactNo contact, Revision revision);
  void moved(ContactNo contact, Revision revision);
  // A rule changed its priority, its tier or who may serve it.
  void favoured(ContactNo contact);
  void ended(ContactNo contact, ContactEnd end, Revision revision);

  // ---- What agents were told about it ----

  void accept_answered(ContactNo contact, OfferNo offer, AgentNo agent, Revision revision = 0);
  void shown_to_agent(ContactNo contact, OfferNo offer, AgentNo agent, Revision revision);

  // ---- After a break ----

  // The rows show how things stood at `revision`; they may come late.
  void begin_rows(Revision revision = ~Revision{0});
  void found(ContactNo contact, const Found& row);
  // Those that must have ended meanwhile: acknowledged, not known to have ended, and not found.
  std::vector<ContactNo> end_rows();
  // Acknowledged without any event: when that was a repetition, it may have come and gone unseen.
  bool never_seen(ContactNo contact) const;
  // What the router answers when it is asked for one of them. One that it does not know is lost.
  void looked_up_live(ContactNo contact);
  void looked_up_ended(ContactNo contact, ContactEnd end);
  // The gateway was gone for so long that the router may have ended its contacts.
  void gateway_was_away();

  // Everybody had time to end: what has not is lost.
  void finish();

  std::uint64_t acknowledged_count() const { return acknowledged_; }
  // Acknowledged and never ended.
  std::uint64_t acknowledged_lost() const { return acknowledged_lost_; }

 private:
  enum class Phase : std::uint8_t {
    Submitted,
    Waiting,
    Offered,
    Answered,  // the offer was accepted; `connected` follows
    Missed,    // the offer ended otherwise; `requeued` or `ended` follows
    Connected,
    Moving,  // transferred or moved; `queued` follows
    Ended,
    Refused,
  };
  struct Entry {
    OrderAudit::Place place = 0;
    OfferNo offer = 0;           // the oldest live one, or the last
    OfferNo accepted_offer = 0;  // the last accept that was answered with yes
    Revision accepted_at = 0;
    Revision ended_at = 0;
    Revision shown_at = 0;  // last seen by an agent
    std::uint64_t sequence = 0;
    std::vector<LiveOffer> further;  // live offers besides
    AgentNo agent = 0;
    std::uint32_t ring = 1;
    ClassNo order_class = OrderAudit::kNoClass;
    Phase phase = Phase::Submitted;
    bool acknowledged = false;
    bool found = false;
    bool leave_asked = false;
    bool end_asked = false;
    bool gateway_was_away = false;
    bool favoured = false;
    std::uint8_t accepts = 0;
    std::uint8_t transfers_asked = 0;
    std::uint8_t transfers = 0;
  };

  static std::string_view name_of(Phase phase);
  void report(Rule rule, ContactNo contact, Revision revision, const std::string& text);
  void unexpected(ContactNo contact, Revision revision, const char* event);
  void wait(ContactNo contact, ClassNo order_class);
  void check_order(ContactNo contact, OrderAudit::Place place, AgentNo agent, Revision revision);
  void add_offer(ContactNo contact, OfferNo offer, AgentNo agent, Revision revision);
  bool was_answered(const Entry& entry) const;
  void check_end(ContactNo contact, ContactEnd end, Revision revision, bool may_be_answered,
                 bool may_be_unanswered);
  void check_kept(ContactNo contact, const Found& row);
  void check_sequences();

  Findings& findings_;
  const AuditNames& names_;
  OrderAudit order_;
  std::vector<Entry> entries_;
  OrderAudit::Place next_place_ = 0;
  OfferNo last_offer_ = 0;
  Revision rows_revision_ = ~Revision{0};
  std::uint64_t acknowledged_ = 0;
  std::uint64_t acknowledged_lost_ = 0;
};

}  // namespace cordboard::sim
