// Plays a gateway: submits contacts, tells the router when a customer hangs up, and hears how they fare.
//
// Survives the router: after a break it says hello again. Either the router goes on where it stopped, or it
// sends the live contacts as they are now; what the client knows and does not find there is asked for one by
// one. Submits that were not acknowledged are repeated, in their order and with the same ids.
//
// Everything sent and received goes to the audit first, then to the listener. Belongs to the loop's thread.

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents-sim/audit/audit.h"
#include "agents-sim/audit/order_classes.h"
#include "agents-sim/audit/stream_audit.h"
#include "agents-sim/clients/connection.h"
#include "agents-sim/clients/contact_ids.h"
#include "agents-sim/clients/contact_lookup.h"
#include "agents-sim/clients/event_loop.h"
#include "agents-sim/clients/lasting_session.h"
#include "agents-sim/clients/live_agents.h"
#include "agents-sim/clients/live_contacts.h"
#include "agents-sim/clients/repeater.h"
#include "cordboard/v1/gateway_service.grpc.pb.h"
#include "router/core/config.h"

namespace cordboard::sim {

class GatewayListener {
 public:
  virtual void contact_acknowledged(ContactNo contact) = 0;
  virtual void contact_refused(ContactNo contact, const v1::RejectionDetail& why) = 0;
  // Answered by `agent`; also after a break, when it is connected (still, or unseen).
  virtual void contact_connected(ContactNo contact, const std::string& agent) = 0;
  virtual void contact_transferred(ContactNo contact) = 0;
  virtual void contact_ended(ContactNo contact, v1::Contact::State state) = 0;
  virtual void gateway_refused(const grpc::Status& status) = 0;

 protected:
  ~GatewayListener() = default;
};

class GatewayClient {
 public:
  // What everybody works with; must outlive the client.
  struct Shared {
    EventLoop& loop;
    Connection& connection;
    ContactIds& ids;
    LiveContacts& contacts;
    OrderClasses& classes;
    Audit& audit;
    const TenantConfig& router;  // its limits explain some ends
    std::function<AgentNo(const std::string&)> agent_number;
    // Fills in queue, priority, requirement and so on; the id is there already.
    std::function<void(ContactNo, v1::SubmitContactRequest&)> describe;
    RepetitionPlan repeat = {};
  };

  GatewayClient(Shared shared, std::string name, GatewayListener& listener);

  void open() { session_.open(); }
  void reopen();
  void finish();
  void flush() { session_.flush(); }

  // For the first time; goes out now, or as soon as the gateway is ready.
  void submit(ContactNo contact);
  // The customer leaves. Repeated after a break when it was not answered.
  void hang_up(ContactNo contact);

  bool is_ready() const { return ready_; }
  bool is_closed() const { return session_.is_idle() && lookups_.empty(); }
  // Requests that were not answered yet, and contacts that are being looked up.
  std::uint64_t outstanding() const { return requests_under_way_ + lookups_.size(); }
  std::uint64_t breaks() const { return session_.breaks(); }
  // Notices about contacts of others: those of an earlier run, or a mistake of the router.
  std::uint64_t foreign() const { return foreign_; }
  const std::map<std::string, std::uint64_t>& refusals() const { return refusals_; }
  std::uint64_t repeated() const { return repeater_.repeated(); }

 private:
  enum class Verb : std::uint64_t { Submit, HangUp, Heartbeat, EndOfRows, Repetition };

  v1::GatewayRequest& add_request(Verb verb, ContactNo contact);
  void send_submit(ContactNo contact);
  void send_hang_up(ContactNo contact);
  void send_heartbeat();
  void schedule_heartbeat(Duration interval);

  void say_hello();
  void note_absence();
  void lost();
  void on_message(const v1::GatewaySessionResponse& message);
  void on_welcome(const v1::GatewayWelcome& welcome);
  void on_reply(const v1::GatewayReply& reply);
  void on_submit_reply(ContactNo contact, const v1::GatewayReply& reply);
  void on_submit_refused(ContactNo contact, const v1::RejectionDetail& why);
  void try_later(EventLoop::Task task);
  std::vector<ContactNo> line_up_again();
  void forget_acknowledged();
  void on_notice(const v1::GatewayNotice& notice);
  void on_event(const v1::Event& event, Revision revision);
  void on_offer_ended(const v1::OfferEnded& ended, Revision revision);
  void on_ended(ContactNo contact, const v1::ContactEnded& ended, Revision revision);
  bool is_stranger(const std::string& agent) const;
  EndCause cause_of(const v1::Contact& row) const;
  void tell_end(ContactNo contact, v1::Contact::State state);
  void on_row(const v1::Contact& row);
  void on_rows_end();
  void repeat_requests();
  void look_up(ContactNo contact);
  void looked_up(ContactNo contact, const grpc::Status& status, const v1::GetContactResponse& response);

  // Submitted by us; contacts of others are counted.
  bool is_ours(ContactNo contact);
  OrderAudit::ClassNo class_of(ContactNo contact, const std::string& queue) const {
    return shared_.classes.of(queue, shared_.contacts[contact].attributes);
  }

  Shared shared_;
  const std::string name_;
  GatewayListener& listener_;
  LastingSession<v1::GatewaySessionRequest, v1::GatewaySessionResponse> session_;
  ContactLookup lookups_;
  StreamAudit stream_audit_;
  Repeater<v1::GatewaySessionRequest, v1::GatewayRequest> repeater_;
  bool ready_ = false;
  bool reads_rows_ = false;
  std::optional<Time> away_since_;    // the break; until the next welcome
  Revision revision_ = 0;             // everything up to it was processed
  std::deque<ContactNo> unanswered_;  // submits, in order; those that were answered leave lazily
  std::uint64_t requests_under_way_ = 0;
  std::uint64_t foreign_ = 0;
  std::map<std::string, std::uint64_t> refusals_;  // by reason
  EventLoop::TimerId heartbeat_ = EventLoop::kNoTimer;
  std::vector<ContactNo> overloaded_;  // submits that the router could not take; to be sent again
  Backoff overload_;
};

}  // namespace cordboard::sim
