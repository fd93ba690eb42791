// Plays the server that speaks for many agents: logs them in on one session, brings their offers and events
// to the listener, and sends what the listener wants them to do.
//
// Survives the router: after a break every agent logs in again, and the answer tells what is in its hands: a
// pending offer, a connected contact, wrap-up. The listener hears of each as if it happened then.
//
// Everything sent and received goes to the audit first. Verbs for an agent that is not logged in right now
// are dropped; the login tells how things stand. Belongs to the loop's thread.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agents-sim/audit/audit.h"
#include "agents-sim/audit/stream_audit.h"
#include "agents-sim/clients/connection.h"
#include "agents-sim/clients/contact_ids.h"
#include "agents-sim/clients/event_loop.h"
#include "agents-sim/clients/lasting_session.h"
#include "agents-sim/clients/live_agents.h"
#include "agents-sim/clients/repeater.h"
#include "cordboard/v1/agent_service.grpc.pb.h"

namespace cordboard::sim {

class AgentListener {
 public:
  virtual void agent_logged_in(AgentNo agent) = 0;
  // Ring: accept, decline, or let it expire.
  virtual void agent_offered(AgentNo agent, const HeldContact& offer) = 0;
  virtual void accept_answered(AgentNo agent, ContactNo contact, bool accepted) = 0;
  // Also when it is found in the agent's hands after a break.
  virtual void agent_connected(AgentNo agent, const HeldContact& contact) = 0;
  virtual void agent_in_wrap_up(AgentNo agent, const HeldContact& contact) = 0;
  // Done with a contact.
  virtual void agent_released(AgentNo agent) = 0;
  virtual void agent_not_responding(AgentNo agent) = 0;
  virtual void agents_refused(const grpc::Status& status) = 0;
  virtual void login_refused(AgentNo agent, const v1::RejectionDetail& why) = 0;

 protected:
  ~AgentListener() = default;
};

class AgentClient {
 public:
  // What everybody works with; must outlive the client.
  struct Shared {
    EventLoop& loop;
    Connection& connection;
    ContactIds& ids;
    LiveAgents& agents;
    Audit& audit;
    const std::vector<std::string>& channels;  // by ChannelNo
    const TenantConfig& router;
    RepetitionPlan repeat = {};
  };

  // Speaks for the agents [first, end).
  AgentClient(Shared shared, AgentNo first, AgentNo end, AgentListener& listener);

  void open() { session_.open(); }
  void reopen() { session_.reopen(); }
  // Logs everybody out; finish() when that is answered.
  void log_out();
  void finish() { session_.finish(); }
  void flush() { session_.flush(); }

  bool speaks_for(AgentNo agent) const { return first_ <= agent && agent < end_; }
  std::uint64_t outstanding() const { return requests_under_way_; }
  bool is_closed() const { return session_.is_idle(); }
  std::uint64_t breaks() const { return session_.breaks(); }
  // Notices about agents of others, and contacts of others in the hands of our agents.
  std::uint64_t foreign() const { return foreign_; }
  const std::map<std::string, std::uint64_t>& refusals() const { return refusals_; }
  std::uint64_t repeated() const { return repeater_.repeated(); }

  // ---- Verbs ----
  void accept(AgentNo agent, const HeldContact& offer);
  void decline(AgentNo agent, const HeldContact& offer);
  void end(AgentNo agent, ContactNo contact);
  void transfer(AgentNo agent, ContactNo contact, const std::string& queue);
  void finish_wrap_up(AgentNo agent, ContactNo contact);
  void set_ready(AgentNo agent);
  void set_not_ready(AgentNo agent, const std::string& reason);

 private:
  enum class Verb : std::uint64_t {
    Login,
    Accept,
    Decline,
    End,
    Transfer,
    FinishWrapUp,
    SetReady,
    SetNotReady,
    Logout,
    Heartbeat,
    Repetition
  };

  // nullptr when the agent is not logged in.
  v1::AgentRequest* request(Verb verb, AgentNo agent, ContactNo contact = 0);
  v1::AgentRequest& add_request(Verb verb, ContactNo contact);
  void log_in(AgentNo agent);
  void schedule_heartbeat(Duration interval);

  void started();
  void lost();
  void on_message(const v1::AgentSessionResponse& message);
  void on_reply(const v1::AgentReply& reply);
  void try_later(Verb verb, AgentNo agent, ContactNo contact);
  void on_login(AgentNo agent, const v1::LoginResponse& login);
  void on_accept(AgentNo agent, ContactNo contact, const v1::AgentReply& reply);
  void on_notice(const v1::AgentNotice& notice);
  void on_offer(AgentNo agent, const v1::Offer& offer, Revision revision);
  void on_event(AgentNo agent, const v1::Event& event, Revision revision);
  void on_offer_ended(AgentNo agent, const v1::OfferEnded& ended, Revision revision);
  void on_left(AgentNo agent, ContactNo contact);
  void on_released(AgentNo agent, ContactNo contact);
  void on_detached(AgentNo agent, const v1::AgentDetached& detached);
  ChannelNo channel_number(const std::string& channel) const;
  std::vector<ChannelCost> costs_of(const v1::Agent& agent) const;
  static std::vector<SkillLevel> skills_of(const v1::Agent& agent);

  Shared shared_;
  const AgentNo first_;
  const AgentNo end_;
  AgentListener& listener_;
  LastingSession<v1::AgentSessionRequest, v1::AgentSessionResponse> session_;
  StreamAudit stream_audit_;
  Repeater<v1::AgentSessionRequest, v1::AgentRequest> repeater_;
  std::uint64_t requests_under_way_ = 0;
  bool logging_out_ = false;
  std::uint64_t foreign_ = 0;
  std::map<std::string, std::uint64_t> refusals_;  // by reason
  EventLoop::TimerId heartbeat_ = EventLoop::kNoTimer;
  Backoff overload_;
};

}  // namespace cordboard::sim
