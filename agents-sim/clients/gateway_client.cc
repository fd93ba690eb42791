#include "agents-sim/clients/gateway_client.h"

#include <algorithm>
#include <utility>

#include "agents-sim/clients/router_config.h"
#include "agents-sim/clients/wire_types.h"

namespace cordboard::sim {
namespace {

FoundPhase to_phase(v1::Contact::State state) {
  switch (state) {
    case v1::Contact::OFFERED:
      return FoundPhase::Offered;
    case v1::Contact::CONNECTED:
      return FoundPhase::Connected;
    case v1::Contact::WRAP_UP:
      return FoundPhase::WrapUp;
    default:
      return FoundPhase::Waiting;
  }
}

}  // namespace

GatewayClient::GatewayClient(Shared shared, std::string name, GatewayListener& listener)
    : shared_(std::move(shared)),
      name_(std::move(name)),
      listener_(listener),
      session_(shared_.loop,
               {[this](grpc::ClientContext& context, grpc::CompletionQueue& queue) {
                  shared_.connection.prepare(context);
                  const auto stub = v1::GatewayService::NewStub(shared_.connection.channel());
                  return stub->PrepareAsyncSession(&context, &queue);
                },
                [this] { say_hello(); },
                [this](const v1::GatewaySessionResponse& message) { on_message(message); },
                [this] { lost(); }, [this](const grpc::Status& status) { listener_.gateway_refused(status); },
                [this](v1::GatewaySessionRequest& message) { repeater_.look_at(message); }}),
      lookups_(shared_.loop, shared_.connection,
               [this](ContactNo contact, const grpc::Status& status, const v1::GetContactResponse& response) {
                 looked_up(contact, status, response);
               }),
      stream_audit_(shared_.audit.findings(), "the gateway"),
      repeater_(shared_.loop, shared_.repeat, 0,
                {[](const v1::GatewayRequest& r) { return to_tag(Verb::Repetition, contact_of(r.tag())); },
                 [this] { return ready_; }, [this] { return session_.breaks(); },
                 [this]() -> v1::GatewayRequest& { return *session_.next().add_requests(); },
                 [this] { ++requests_under_way_; }}) {}

void GatewayClient::reopen() {
  lookups_.cancel();
  session_.reopen();
}

void GatewayClient::finish() {
  ready_ = false;
  lookups_.cancel();
  session_.finish();
}

// ---- Requests ----

v1::GatewayRequest& GatewayClient::add_request(Verb verb, ContactNo contact) {
  v1::GatewayRequest& request = *session_.next().add_requests();
  request.set_tag(to_tag(verb, contact));
  ++requests_under_way_;
  return request;
}

void GatewayClient::submit(ContactNo contact) {
  shared_.audit.contacts().submitted(contact);
  unanswered_.push_back(contact);
  if (ready_) send_submit(contact);
}

void GatewayClient::send_submit(ContactNo contact) {
  v1::SubmitContactRequest& submit = *add_request(Verb::Submit, contact).mutable_submit();
  submit.set_contact_id(shared_.ids.id_of(contact));
  shared_.describe(contact, submit);
}

void GatewayClient::hang_up(ContactNo contact) {
  shared_.contacts[contact].hung_up = true;
  if (ready_) send_hang_up(contact);
}

void GatewayClient::send_hang_up(ContactNo contact) {
  shared_.audit.contacts().leave_asked(contact);
  add_request(Verb::HangUp, contact).mutable_end()->set_contact_id(shared_.ids.id_of(contact));
}

void GatewayClient::send_heartbeat() {
  if (session_.is_open()) add_request(Verb::Heartbeat, 0).mutable_heartbeat();
}

void GatewayClient::schedule_heartbeat(Duration interval) {
  heartbeat_ = shared_.loop.after(interval, [this, interval] {
    send_heartbeat();
    schedule_heartbeat(interval);
  });
}

// ---- The session begins and breaks ----

// The reply to the heartbeat behind the hello comes after the rows of live contacts.
void GatewayClient::say_hello() {
  v1::GatewayHello& hello = *session_.next().mutable_hello();
  hello.set_gateway(name_);
  hello.set_resume_revision(revision_);
  add_request(Verb::EndOfRows, 0).mutable_heartbeat();
}

void GatewayClient::lost() {
  if (!away_since_) away_since_ = shared_.loop.now();
  ready_ = false;
  reads_rows_ = false;
  requests_under_way_ = 0;
  lookups_.cancel();
  shared_.loop.cancel(heartbeat_);
  heartbeat_ = EventLoop::kNoTimer;
  line_up_again();
}

// The router may have noticed the break long before us: half its grace is enough to believe that it has
// passed.
void GatewayClient::note_absence() {
  if (!away_since_) return;
  const Duration absence = shared_.loop.now() - *std::exchange(away_since_, std::nullopt);
  if (absence >= shared_.router.gateway_grace / 2) shared_.audit.contacts().gateway_was_away();
}

void GatewayClient::on_welcome(const v1::GatewayWelcome& welcome) {
  note_absence();
  reads_rows_ = !welcome.resumed();
  stream_audit_.begins(reads_rows_ ? 0 : revision_);
  if (reads_rows_) shared_.audit.contacts().begin_rows(welcome.revision());
  schedule_heartbeat(to_duration(welcome.heartbeat_interval()));
}

void GatewayClient::on_rows_end() {
  ready_ = true;
  if (std::exchange(reads_rows_, false)) {
    for (const ContactNo contact : shared_.audit.contacts().end_rows()) look_up(contact);
  }
  repeat_requests();
}

void GatewayClient::repeat_requests() {
  forget_acknowledged();
  for (const ContactNo contact : unanswered_) {
    if (!shared_.contacts[contact].acknowledged) send_submit(contact);
  }
  for (ContactNo contact = 0; contact < shared_.contacts.size(); ++contact) {
    const LiveContact& c = shared_.contacts[contact];
    if (c.hung_up && c.phase < LiveContact::Phase::Ended) send_hang_up(contact);
  }
}

// ---- Answers ----

void GatewayClient::on_message(const v1::GatewaySessionResponse& message) {
  for (const v1::GatewayResponse& response : message.responses()) {
    switch (response.response_case()) {
      case v1::GatewayResponse::kWelcome:
        on_welcome(response.welcome());
        break;
      case v1::GatewayResponse::kReply:
        on_reply(response.reply());
        break;
      case v1::GatewayResponse::kNotice:
        on_notice(response.notice());
        break;
      case v1::GatewayResponse::RESPONSE_NOT_SET:
        break;
    }
  }
}

void GatewayClient::on_reply(const v1::GatewayReply& reply) {
  if (requests_under_way_ == 0) {
    shared_.audit.findings().add(Rule::Unexpected, "the gateway got a reply to no request");
  } else {
    --requests_under_way_;
  }
  const auto contact = contact_of(reply.tag());
  if (reply.has_ok() && !reply.ok().repeated()) stream_audit_.answered(reply.ok().revision());
  if (reply.has_rejection()) ++refusals_[v1::RejectionDetail::Reason_Name(reply.rejection().reason())];
  switch (verb_of<Verb>(reply.tag())) {
    case Verb::Submit:
      on_submit_reply(contact, reply);
      break;
    case Verb::HangUp:
      // Otherwise refused: it had ended meanwhile, and its end is on the way.
      if (reply.has_rejection() && is_for_now(reply.rejection()))
        try_later([=, this] { send_hang_up(contact); });
      break;
    case Verb::EndOfRows:
      on_rows_end();
      break;
    case Verb::Heartbeat:
    case Verb::Repetition:  // refused, or the same answer again
      break;
  }
}

void GatewayClient::on_submit_reply(ContactNo contact, const v1::GatewayReply& reply) {
  if (reply.has_rejection()) return on_submit_refused(contact, reply.rejection());
  overload_.reset();
  LiveContact& c = shared_.contacts[contact];
  const bool first = !std::exchange(c.acknowledged, true);
  forget_acknowledged();
  shared_.audit.contacts().acknowledged(contact);
  if (first) listener_.contact_acknowledged(contact);
  if (reply.ok().repeated() && shared_.audit.contacts().never_seen(contact)) look_up(contact);
}

void GatewayClient::on_submit_refused(ContactNo contact, const v1::RejectionDetail& why) {
  if (!is_for_now(why)) {
    shared_.audit.contacts().refused(contact);
    if (shared_.contacts.finish(contact, LiveContact::Phase::Refused))
      listener_.contact_refused(contact, why);
    forget_acknowledged();
    return;
  }
  if (overloaded_.empty()) {
    try_later([this] {
      for (const ContactNo again : line_up_again()) send_submit(again);
    });
  }
  overloaded_.push_back(contact);
}

void GatewayClient::try_later(EventLoop::Task task) {
  shared_.loop.after(overload_.next(), [this, task = std::move(task)] {
    if (ready_) task();
  });
}

// Behind those that were taken meanwhile.
std::vector<ContactNo> GatewayClient::line_up_again() {
  for (const ContactNo contact : overloaded_) {
    std::erase(unanswered_, contact);
    unanswered_.push_back(contact);
    shared_.audit.contacts().submitted_again(contact);
  }
  return std::exchange(overloaded_, {});
}

void GatewayClient::forget_acknowledged() {
  const auto is_answered = [&](ContactNo contact) {
    const LiveContact& c = shared_.contacts[contact];
    return c.acknowledged || c.phase >= LiveContact::Phase::Ended;
  };
  while (!unanswered_.empty() && is_answered(unanswered_.front())) unanswered_.pop_front();
}

// ---- Notices ----

void GatewayClient::on_notice(const v1::GatewayNotice& notice) {
  if (notice.has_contact()) return on_row(notice.contact());
  stream_audit_.told(notice.revision());
  if (notice.has_event()) on_event(notice.event(), notice.revision());
  revision_ = notice.revision();
}

bool GatewayClient::is_ours(ContactNo contact) {
  const bool ours = shared_.contacts.contains(contact);
  if (!ours) ++foreign_;
  return ours;
}

void GatewayClient::on_event(const v1::Event& event, Revision revision) {
  ContactAudit& audit = shared_.audit.contacts();
  const auto number = [&](const auto& e) { return shared_.ids.number_of(e.contact_id()); };
  switch (event.kind_case()) {
    case v1::Event::kContactQueued:
      if (const ContactNo contact = number(event.contact_queued()); is_ours(contact)) {
        const std::string& queue = event.contact_queued().queue();
        audit.queued(contact, class_of(contact, queue), revision, ring_of(shared_.router, queue));
      }
      break;
    case v1::Event::kContactRequeued:
      if (const ContactNo contact = number(event.contact_requeued()); is_ours(contact)) {
        audit.requeued(contact, class_of(contact, event.contact_requeued().queue()), revision);
      }
      break;
    case v1::Event::kOfferCreated:
      if (const ContactNo contact = number(event.offer_created()); is_ours(contact)) {
        const auto& offer = event.offer_created();
        audit.offer_created(contact, offer.offer_id(), shared_.agent_number(offer.agent_id()), revision);
      }
      break;
    case v1::Event::kOfferEnded:
      on_offer_ended(event.offer_ended(), revision);
      break;
    case v1::Event::kContactConnected:
      if (const ContactNo contact = number(event.contact_connected()); is_ours(contact)) {
        const auto& e = event.contact_connected();
        audit.connected(contact, e.offer_id(), shared_.agent_number(e.agent_id()), revision);
        listener_.contact_connected(contact, e.agent_id());
      }
      break;
    case v1::Event::kContactTransferred:
      if (const ContactNo contact = number(event.contact_transferred()); is_ours(contact)) {
        audit.transferred(contact, revision);
        listener_.contact_transferred(contact);
      }
      break;
    case v1::Event::kContactEnded:
      if (const ContactNo contact = number(event.contact_ended()); is_ours(contact)) {
        on_ended(contact, event.contact_ended(), revision);
      }
      break;
    case v1::Event::kContactMoved:
      if (const ContactNo contact = number(event.contact_moved()); is_ours(contact)) {
        audit.moved(contact, revision);
      }
      break;
    case v1::Event::kContactRelaxed:
      if (const ContactNo contact = number(event.contact_relaxed()); is_ours(contact))
        audit.favoured(contact);
      break;
    case v1::Event::kContactPoolAdded:
      if (const ContactNo contact = number(event.contact_pool_added()); is_ours(contact)) {
        audit.favoured(contact);
      }
      break;
    case v1::Event::kEscalationFired:
      if (const ContactNo contact = number(event.escalation_fired()); is_ours(contact)) {
        audit.favoured(contact);
      }
      break;
    default:  // nothing that the audit follows
      break;
  }
}

void GatewayClient::on_offer_ended(const v1::OfferEnded& ended, Revision revision) {
  const ContactNo contact = shared_.ids.number_of(ended.contact_id());
  if (!is_ours(contact)) return;
  shared_.audit.contacts().offer_ended(contact, ended.offer_id(), to_end(ended.state()), revision);
}

// Somebody else speaks for the agent.
bool GatewayClient::is_stranger(const std::string& agent) const {
  return !agent.empty() && shared_.agent_number(agent) == LiveAgents::kUnknown;
}

void GatewayClient::on_ended(ContactNo contact, const v1::ContactEnded& ended, Revision revision) {
  EndCause cause = to_cause(ended.cause());
  if (cause == EndCause::AgentEnded && is_stranger(ended.agent_id())) cause = EndCause::StrangerEnded;
  shared_.audit.contacts().ended(contact, {to_end(ended.state()), cause}, revision);
  tell_end(contact, ended.state());
}

void GatewayClient::tell_end(ContactNo contact, v1::Contact::State state) {
  if (shared_.contacts.finish(contact, LiveContact::Phase::Ended)) listener_.contact_ended(contact, state);
}

// ---- After a break ----

void GatewayClient::on_row(const v1::Contact& row) {
  const ContactNo contact = shared_.ids.number_of(row.contact_id());
  if (!is_ours(contact)) return;
  ContactAudit::Found found;
  found.phase = to_phase(row.state());
  if (row.offer_id() != 0) found.offers.push_back({row.offer_id(), shared_.agent_number(row.agent_id())});
  for (const v1::Contact::PendingOffer& offer : row.offers()) {
    found.offers.push_back({offer.offer_id(), shared_.agent_number(offer.agent_id())});
  }
  found.ring = ring_of(shared_.router, row.queue());
  found.sequence = row.sequence();
  found.order_class = row.target_agent_id().empty() ? class_of(contact, row.queue()) : OrderAudit::kNoClass;
  shared_.audit.contacts().found(contact, found);
  if (found.phase == FoundPhase::Connected) listener_.contact_connected(contact, row.agent_id());
}

void GatewayClient::look_up(ContactNo contact) { lookups_.ask(contact, shared_.ids.id_of(contact)); }

// A row does not say why a contact ended; its times tell whether a limit of the router explains it.
EndCause GatewayClient::cause_of(const v1::Contact& row) const {
  if (row.state() == v1::Contact::EXPIRED) {
    const auto& queues = shared_.router.queues;
    const auto queue = std::find_if(queues.begin(), queues.end(),
                                    [&](const QueueConfig& q) { return q.name == row.queue(); });
    const bool passed = queue != queues.end() && to_duration(row.wait()) >= queue->max_wait;
    return passed ? EndCause::MaxWait : EndCause::Unknown;
  }
  if (row.state() != v1::Contact::COMPLETED) return EndCause::Unknown;
  if (between(row.answered_at(), row.ended_at()) >= shared_.router.max_handling) return EndCause::MaxHandling;
  if (row.agent_id().empty()) return EndCause::Other;  // nobody can have answered it
  return is_stranger(row.agent_id()) ? EndCause::StrangerEnded : EndCause::Unknown;
}

void GatewayClient::looked_up(ContactNo contact, const grpc::Status& status,
                              const v1::GetContactResponse& response) {
  ContactAudit& audit = shared_.audit.contacts();
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) {
    shared_.contacts.finish(contact, LiveContact::Phase::Ended);  // lost; nothing more to wait for
  } else if (status.ok()) {
    const v1::Contact& row = response.contact();
    if (!is_final(row.state())) return audit.looked_up_live(contact);
    audit.looked_up_ended(contact, {to_end(row.state()), cause_of(row)});
    tell_end(contact, row.state());
  } else {
    // Not now. After a break all are asked for anew.
    try_later([this, contact, breaks = breaks()] {
      if (breaks == this->breaks()) look_up(contact);
    });
  }
}

}  // namespace cordboard::sim
