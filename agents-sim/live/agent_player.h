// Behaves as agents do: answers offers or does not, wraps up, takes a pause now and then.
//
// Belongs to the loop's thread. Events that it plans carry the offer as their stamp, so that one which no
// longer makes sense when it comes is seen as such.

#pragma once

#include "agents-sim/base/future_events.h"
#include "agents-sim/base/random.h"
#include "agents-sim/clients/agent_desk.h"
#include "agents-sim/clients/live_contacts.h"
#include "agents-sim/live/live_plan.h"
#include "agents-sim/live/live_tally.h"

namespace cordboard::sim {

class AgentPlayer final : public AgentListener {
 public:
  // What it plays with; must outlive it.
  struct Stage {
    EventLoop& loop;
    FutureEvents& future;
    LiveAgents& agents;
    LiveContacts& contacts;
    LiveTally& tally;
    const LivePlan& plan;
  };

  explicit AgentPlayer(const Stage& stage);
  void set_desk(AgentDesk& desk) { desk_ = &desk; }

  // Accepts, Declines, WrapUpEnds, AgentNotices, AgentReturns; HandlingEnds of contacts of others.
  void handle(const FutureEvent& event);

  // Agents that have logged in at least once.
  std::size_t settled() const { return settled_; }
  // From now on, those that have logged in again are counted.
  void expect_all_back();
  std::size_t back() const { return back_; }
  // Why a session or a login was refused for good; empty while all is well.
  const std::string& failure() const { return failure_; }

  void agent_logged_in(AgentNo agent) override;
  void agent_offered(AgentNo agent, const HeldContact& offer) override;
  void accept_answered(AgentNo agent, ContactNo contact, bool accepted) override;
  void agent_connected(AgentNo agent, const HeldContact& contact) override;
  void agent_in_wrap_up(AgentNo agent, const HeldContact& contact) override;
  void agent_released(AgentNo agent) override;
  void agent_not_responding(AgentNo agent) override;
  void agents_refused(const grpc::Status& status) override;
  void login_refused(AgentNo agent, const v1::RejectionDetail& why) override;

 private:
  // A draw, in real time.
  Duration draw(const Distribution& distribution);
  void plan(Duration after, FutureKind kind, AgentNo agent, const HeldContact& contact = {});
  void note_offer(const HeldContact& offer);

  Stage stage_;
  AgentDesk* desk_ = nullptr;
  RandomStream random_;
  std::vector<bool> known_;  // by agent: has logged in once
  std::size_t settled_ = 0;
  std::vector<bool> is_back_;  // by agent
  std::size_t back_ = 0;
  std::string failure_;
};

}  // namespace cordboard::sim
