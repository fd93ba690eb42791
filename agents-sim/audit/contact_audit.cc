#include "agents-sim/audit/contact_audit.h"

#include <algorithm>
#include <utility>

namespace cordboard::sim {

namespace {

constexpr OrderAudit::Place kAfterAll = ~OrderAudit::Place{0};

}  // namespace

std::string_view ContactAudit::name_of(Phase phase) {
  switch (phase) {
    case Phase::Submitted:
      return "submitted";
    case Phase::Waiting:
      return "waiting";
    case Phase::Offered:
      return "offered";
    case Phase::Answered:
      return "answered";
    case Phase::Missed:
      return "missed";
    case Phase::Connected:
      return "connected";
    case Phase::Moving:
      return "on its way to a queue";
    case Phase::Ended:
      return "ended";
    case Phase::Refused:
      return "refused";
  }
  return "unknown";
}

void ContactAudit::report(Rule rule, ContactNo contact, Revision revision, const std::string& text) {
  findings_.add(
      rule, "contact " + names_.contact(contact) + " at revision " + std::to_string(revision) + ": " + text);
}

void ContactAudit::unexpected(ContactNo contact, Revision revision, const char* event) {
  report(Rule::Unexpected, contact, revision,
         std::string(event) + " while " + std::string(name_of(entries_[contact].phase)));
}

// ---- What the gateway sent ----

void ContactAudit::submitted(ContactNo contact) {
  if (contact >= entries_.size()) entries_.resize(contact + 1);
  entries_[contact].place = next_place_++;
}

void ContactAudit::submitted_again(ContactNo contact) { entries_[contact].place = next_place_++; }

void ContactAudit::acknowledged(ContactNo contact) {
  Entry& entry = entries_[contact];
  if (!entry.acknowledged) ++acknowledged_;
  entry.acknowledged = true;
}

void ContactAudit::refused(ContactNo contact) {
  Entry& entry = entries_[contact];
  if (entry.phase == Phase::Submitted && !entry.acknowledged) {
    entry.phase = Phase::Refused;
  } else {
    report(Rule::ForgotChange, contact, 0, "refused after it was acknowledged");
  }
}

void ContactAudit::transfer_asked(ContactNo contact) { ++entries_[contact].transfers_asked; }

// ---- What it was told ----

void ContactAudit::wait(ContactNo contact, ClassNo order_class) {
  Entry& entry = entries_[contact];
  entry.phase = Phase::Waiting;
  entry.order_class = entry.favoured ? OrderAudit::kNoClass : order_class;
  order_.waits(contact, entry.order_class, entry.place);
}

void ContactAudit::queued(ContactNo contact, ClassNo order_class, Revision revision, std::uint32_t ring) {
  entries_[contact].ring = ring;
  const Phase phase = entries_[contact].phase;
  if (phase != Phase::Submitted && phase != Phase::Moving) unexpected(contact, revision, "queued");
  wait(contact, order_class);
}

void ContactAudit::requeued(ContactNo contact, ClassNo order_class, Revision revision) {
  if (entries_[contact].phase != Phase::Missed) unexpected(contact, revision, "requeued");
  wait(contact, order_class);
}

void ContactAudit::check_order(ContactNo contact, OrderAudit::Place place, AgentNo agent, Revision revision) {
  const Entry& entry = entries_[contact];
  const auto first = order_.overtaken(entry.order_class, place, agent);
  if (!first) return;
  report(Rule::OutOfOrder, contact, revision,
         "offered to " + names_.agent(agent) + " before contact " + names_.contact(*first) +
             ", which is its equal and was there first");
}

// A contact that rings already is offered to one more agent: only if its queue says so, and nobody waits for
// that.
void ContactAudit::add_offer(ContactNo contact, OfferNo offer, AgentNo agent, Revision revision) {
  Entry& entry = entries_[contact];
  if (entry.further.size() + 1 >= entry.ring) {
    report(Rule::DoubleOffered, contact, revision,
           "offer " + std::to_string(offer) + " to " + names_.agent(agent) + " while offer " +
               std::to_string(entry.offer) + " and " + std::to_string(entry.further.size()) +
               " others are live");
  }
  check_order(contact, kAfterAll, agent, revision);
  entry.further.push_back({offer, agent});
}

void ContactAudit::offer_created(ContactNo contact, OfferNo offer, AgentNo agent, Revision revision) {
  Entry& entry = entries_[contact];
  order_.leaves(contact, entry.order_class, entry.place);
  const auto what = [&] {
    return "offer " + std::to_string(offer) + " to " + names_.agent(agent) + " while " +
           std::string(name_of(entry.phase));
  };
  if (offer <= last_offer_)
    report(Rule::Unexpected, contact, revision, what() + ": the number was used before");
  last_offer_ = std::max(last_offer_, offer);
  switch (entry.phase) {
    case Phase::Waiting:
      check_order(contact, entry.place, agent, revision);
      break;
    case Phase::Offered:
      return add_offer(contact, offer, agent, revision);
    case Phase::Answered:
    case Phase::Connected:
      report(Rule::DoubleOffered, contact, revision, what() + " (offer " + std::to_string(entry.offer) + ")");
      break;
    case Phase::Ended:
      report(Rule::OfferAfterEnd, contact, revision, what());
      return;
    default:
      unexpected(contact, revision, "offer_created");
  }
  entry.phase = Phase::Offered;
  entry.offer = offer;
  entry.agent = agent;
}

void ContactAudit::offer_ended(ContactNo contact, OfferNo offer, OfferEnd end, Revision revision) {
  Entry& entry = entries_[contact];
  // The oldest goes to the others, so that there is one case.
  std::vector<LiveOffer>& live = entry.further;
  if (entry.phase == Phase::Offered) live.insert(live.begin(), {entry.offer, entry.agent});
  const auto ended =
      std::find_if(live.begin(), live.end(), [&](const LiveOffer& l) { return l.offer == offer; });
  const bool known = ended != live.end();
  const LiveOffer was = known ? *ended : LiveOffer{};
  if (known) live.erase(ended);
  const bool accepted = end == OfferEnd::Accepted;
  if (!known || (accepted && entry.phase != Phase::Offered)) unexpected(contact, revision, "offer_ended");
  if (known && end == OfferEnd::Declined) order_.declined(contact, was.agent);
  if (entry.phase != Phase::Offered) return;
  if (known && accepted) {
    entry.phase = Phase::Answered;
  } else if (live.empty()) {
    entry.phase = Phase::Missed;
    return;
  }
  const LiveOffer now = entry.phase == Phase::Answered ? was : live.front();
  if (entry.phase == Phase::Offered) live.erase(live.begin());
  entry.offer = now.offer;
  entry.agent = now.agent;
}

void ContactAudit::connected(ContactNo contact, OfferNo offer, AgentNo agent, Revision revision) {
  Entry& entry = entries_[contact];
  if (entry.phase != Phase::Answered || entry.offer != offer || entry.agent != agent) {
    unexpected(contact, revision, "connected");
  }
  entry.phase = Phase::Connected;
  entry.agent = agent;
}

void ContactAudit::transferred(ContactNo contact, Revision revision) {
  Entry& entry = entries_[contact];
  if (entry.phase != Phase::Connected) unexpected(contact, revision, "transferred");
  entry.phase = Phase::Moving;
  ++entry.transfers;
}

void ContactAudit::moved(ContactNo contact, Revision revision) {
  Entry& entry = entries_[contact];
  if (entry.phase != Phase::Waiting && entry.phase != Phase::Missed) unexpected(contact, revision, "moved");
  favoured(contact);
  entry.phase = Phase::Moving;
}

void ContactAudit::favoured(ContactNo contact) {
  Entry& entry = entries_[contact];
  order_.leaves(contact, entry.order_class, entry.place);
  entry.order_class = OrderAudit::kNoClass;
  entry.favoured = true;
}

void ContactAudit::check_end(ContactNo contact, ContactEnd end, Revision revision, bool may_be_answered,
                             bool may_be_unanswered) {
  const Entry& entry = entries_[contact];
  if (may_end(end, {may_be_answered, may_be_unanswered, entry.leave_asked, entry.end_asked,
                    entry.gateway_was_away}))
    return;
  report(Rule::UnaskedEnd, contact, revision,
         describe(end) + " while " + std::string(name_of(entry.phase)) + ", and nobody asked for that");
}

void ContactAudit::ended(ContactNo contact, ContactEnd end, Revision revision) {
  Entry& entry = entries_[contact];
  if (entry.phase == Phase::Ended) {
    report(Rule::EndedTwice, contact, revision,
           "ended again, after revision " + std::to_string(entry.ended_at));
    return;
  }
  const bool rings = entry.phase == Phase::Offered || !entry.further.empty();
  if (rings || entry.phase == Phase::Answered) unexpected(contact, revision, "ended");
  const bool answered = entry.phase == Phase::Connected;
  check_end(contact, end, revision, answered, !answered);
  if (entry.shown_at > revision) {
    report(Rule::OfferAfterEnd, contact, entry.shown_at, "offered, but it ended before that");
  }
  order_.leaves(contact, entry.order_class, entry.place);
  entry.phase = Phase::Ended;
  entry.ended_at = revision;
}

// ---- What agents were told about it ----

void ContactAudit::accept_answered(ContactNo contact, OfferNo offer, AgentNo agent, Revision revision) {
  Entry& entry = entries_[contact];
  entry.accepted_at = revision;
  const bool same = entry.accepted_offer == offer;
  entry.accepted_offer = offer;
  if (!same) ++entry.accepts;
  if (same || entry.accepts > entry.transfers_asked + 1) {
    report(Rule::AcceptedTwice, contact, 0,
           "the accept of offer " + std::to_string(offer) + " by " + names_.agent(agent) +
               " was answered with yes, after another one");
  }
}

void ContactAudit::shown_to_agent(ContactNo contact, OfferNo offer, AgentNo agent, Revision revision) {
  Entry& entry = entries_[contact];
  entry.shown_at = std::max(entry.shown_at, revision);
  if (entry.phase == Phase::Ended && entry.ended_at != 0 && entry.ended_at < revision) {
    report(Rule::OfferAfterEnd, contact, revision,
           "offered to " + names_.agent(agent) + ", ended at revision " + std::to_string(entry.ended_at));
  }
  AgentNo offered_to = entry.offer == offer ? entry.agent : agent;
  for (const LiveOffer& further : entry.further) {
    if (further.offer == offer) offered_to = further.agent;
  }
  if (offered_to != agent) {
    report(Rule::DoubleOffered, contact, revision,
           "offer " + std::to_string(offer) + " is for " + names_.agent(offered_to) + " and was shown to " +
               names_.agent(agent));
  }
}

// ---- After a break ----

void ContactAudit::gateway_was_away() {
  for (Entry& entry : entries_) entry.gateway_was_away = true;  // those that have ended do not matter
}

void ContactAudit::begin_rows(Revision revision) {
  rows_revision_ = revision;
  order_.clear();
  for (Entry& entry : entries_) entry.found = false;
}

// Nothing but an end can have come after it.
bool ContactAudit::was_answered(const Entry& entry) const {
  const bool answered = entry.phase == Phase::Answered || entry.phase == Phase::Connected ||
                        (entry.accepts > entry.transfers && entry.accepted_at <= rows_revision_);
  return answered && entry.transfers_asked == entry.transfers;
}

// What had been seen or promised before the break must still be so.
void ContactAudit::check_kept(ContactNo contact, const Found& row) {
  const Entry& entry = entries_[contact];
  if (entry.phase == Phase::Ended || entry.phase == Phase::Refused) {
    report(Rule::ForgotChange, contact, 0, "was " + std::string(name_of(entry.phase)) + " and is live again");
  }
  const bool unanswered = row.phase == FoundPhase::Waiting || row.phase == FoundPhase::Offered;
  if (unanswered && was_answered(entry)) {
    report(Rule::ForgotChange, contact, 0, "was answered before the break and is not any more");
  }
}

void ContactAudit::found(ContactNo contact, const Found& row) {
  check_kept(contact, row);
  Entry& entry = entries_[contact];
  entry.found = true;
  entry.sequence = row.sequence;
  entry.further = row.offers;
  const LiveOffer first = row.offers.empty() ? LiveOffer{} : row.offers.front();
  if (!row.offers.empty()) entry.further.erase(entry.further.begin());
  entry.offer = first.offer;
  entry.agent = first.agent;
  entry.ring = row.ring;
  entry.order_class = entry.favoured ? OrderAudit::kNoClass : row.order_class;
  for (const LiveOffer& live : row.offers) last_offer_ = std::max(last_offer_, live.offer);
  switch (row.phase) {
    case FoundPhase::Waiting:
    case FoundPhase::Offered:
      entry.transfers = entry.transfers_asked;
      if (row.phase == FoundPhase::Waiting)
        wait(contact, row.order_class);
      else
        entry.phase = Phase::Offered;
      break;
    case FoundPhase::Connected:
    case FoundPhase::WrapUp:
      entry.phase = Phase::Connected;
      break;
  }
}

// The router numbers submits in their order, and must not mix them up over a break.
void ContactAudit::check_sequences() {
  std::vector<std::pair<OrderAudit::Place, ContactNo>> live;
  for (ContactNo no = 0; no < entries_.size(); ++no) {
    if (entries_[no].found) live.emplace_back(entries_[no].place, no);
  }
  std::sort(live.begin(), live.end());
  for (std::size_t i = 1; i < live.size(); ++i) {
    const ContactNo before = live[i - 1].second;
    const ContactNo after = live[i].second;
    if (entries_[before].sequence < entries_[after].sequence) continue;
    report(Rule::OutOfOrder, after, 0,
           "was submitted after contact " + names_.contact(before) + " and is numbered before it");
  }
}

std::vector<ContactNo> ContactAudit::end_rows() {
  check_sequences();
  std::vector<ContactNo> gone;
  for (ContactNo no = 0; no < entries_.size(); ++no) {
    const Entry& entry = entries_[no];
    if (entry.acknowledged && !entry.found && entry.phase != Phase::Ended) gone.push_back(no);
  }
  return gone;
}

bool ContactAudit::never_seen(ContactNo contact) const {
  const Entry& entry = entries_[contact];
  return entry.acknowledged && !entry.found && entry.phase == Phase::Submitted;
}

void ContactAudit::looked_up_live(ContactNo contact) {
  if (entries_[contact].phase == Phase::Ended) return;
  report(Rule::ForgotChange, contact, 0, "is live and was not among the live contacts after the break");
}

// What happened before the end was not seen: it may have been answered meanwhile.
void ContactAudit::looked_up_ended(ContactNo contact, ContactEnd end) {
  Entry& entry = entries_[contact];
  if (entry.phase == Phase::Ended) return;
  check_end(contact, end, 0, true, !was_answered(entry));
  entry.phase = Phase::Ended;
  entry.ended_at = 0;  // unknown
}

void ContactAudit::finish() {
  for (ContactNo no = 0; no < entries_.size(); ++no) {
    const Entry& entry = entries_[no];
    if (entry.phase == Phase::Ended || entry.phase == Phase::Refused) continue;
    if (entry.acknowledged) ++acknowledged_lost_;
    findings_.add(Rule::Lost, "contact " + names_.contact(no) + ": " +
                                  (entry.acknowledged ? "acknowledged" : "never acknowledged") +
                                  ", last seen as " + std::string(name_of(entry.phase)));
  }
}

}  // namespace cordboard::sim
