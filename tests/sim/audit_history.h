// A small router in a box that tells an audit everything its clients would see, and can be made to err once.
//
// One queue, contacts in the order of arrival, agents with room for one contact. A seed decides what happens:
// contacts come and hang up, agents answer, decline, let it ring, take pauses; sometimes it is restarted.

#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "agents-sim/audit/audit.h"
#include "agents-sim/base/random.h"

namespace cordboard::sim {

// What it does wrong, once.
enum class Fault : std::uint8_t {
  None,
  LosesContact,             // forgets a waiting contact
  LosesContactOverRestart,  // forgets it while nobody looks
  OffersTwice,              // to a second agent while the first one is ringing
  OffersConnected,          // a contact that somebody handles
  OffersEnded,
  OffersToPausing,  // to an agent who wants no offers
  OffersToBusy,     // to an agent who has a contact
  TakesTwoAccepts,  // of two agents for the same contact
  BreaksOrder,      // the second one in the queue goes first
  RenumbersOverRestart,
  EndsTwice,
  CancelsWaiting,  // these five: an end that nobody asked for
  AbandonsWaiting,
  CompletesWaiting,  // never answered
  CompletesConnected,
  CancelsOverRestart,      // while nobody looks
  RevivesOverRestart,      // a contact that ended is live again
  DisconnectsOverRestart,  // an answered contact waits again
  ReusesOfferNumber,
  EndsOfferTwice,
  ConnectsWithoutOffer,
  ShowsOtherAgent,  // the offer of one agent is shown to another one
};

class AuditHistory {
 public:
  AuditHistory(std::uint64_t seed, Fault fault) : random_(seed), fault_(fault) {}

  // Plays `steps`, with the fault as soon as it is possible after half of them; then lets everything end.
  void play(int steps);

  bool erred() const { return erred_; }
  Audit& audit() { return audit_; }

 private:
  static constexpr AgentNo kAgents = 4;

  struct Agent {
    bool pausing = false;
    std::optional<ContactNo> contact;
    OfferNo offer = 0;
    bool connected = false;
    bool wrap_up = false;
    bool is_free() const { return !pausing && !contact; }
  };

  std::size_t draw(std::size_t below) { return static_cast<std::size_t>(random_.next() % below); }
  bool can_err() const { return armed_ && !erred_; }
  std::optional<AgentNo> find(bool Agent::*what) const;

  void step();
  void arrive();
  void match();
  void offer(ContactNo contact, AgentNo agent);
  void answer(AgentNo agent);
  void end_offer(AgentNo agent, OfferEnd end);
  void hang_up();
  void finish(AgentNo agent);
  void finish_wrap_up(AgentNo agent);
  void pause(AgentNo agent);
  void restart();
  void err();
  bool try_to_err();
  bool err_by_offer();
  bool err_by_contact();

  RandomStream random_;
  const Fault fault_;
  Audit audit_{kAgents};
  std::vector<Agent> agents_{kAgents};
  std::deque<ContactNo> waiting_;
  std::vector<ContactNo> ended_;
  std::set<std::pair<ContactNo, AgentNo>> declines_;
  ContactNo next_contact_ = 0;
  OfferNo next_offer_ = 1;
  Revision revision_ = 1;
  bool armed_ = false;
  bool erred_ = false;
};

}  // namespace cordboard::sim
