#include "router/grpc/gateway_session.h"

#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "router/codec/api_contact.h"
#include "router/codec/api_time.h"
#include "router/core/ids.h"
#include "router/core/state.h"
#include "router/grpc/gateway_batch.h"
#include "router/grpc/tenant_publisher.h"

namespace cordboard {
namespace {

v1::GatewayResponse make_welcome(const EdgeOptions& options, bool resumed, std::uint64_t revision) {
  v1::GatewayResponse response;
  v1::GatewayWelcome& welcome = *response.mutable_welcome();
  welcome.set_resumed(resumed);
  welcome.set_revision(revision);
  fill_duration(options.heartbeat_interval(), welcome.mutable_heartbeat_interval());
  fill_duration(options.heartbeat_timeout, welcome.mutable_heartbeat_timeout());
  return response;
}

std::vector<ContactRef> live_contacts(const State& state, GatewayRef gateway) {
  std::vector<ContactRef> live;
  state.contacts.for_each([&](ContactRef ref, const Contact& contact) {
    if (contact.gateway == gateway && !is_final(contact.state)) live.push_back(ref);
  });
  return live;
}

// Only all rows together are the state at `revision`: until the last is sent there is nothing to resume from.
void add_rows(const State& state, const std::vector<ContactRef>& live, std::uint64_t revision,
              Fragments& out) {
  v1::GatewayResponse response;
  for (const ContactRef ref : live) {
    v1::GatewayNotice& notice = *response.mutable_notice();
    notice.Clear();
    fill_time(state.now, notice.mutable_at());
    fill_contact(state, ref, state.now, CustomerData::Without, notice.mutable_contact());
    out.add(ref == live.back() ? revision : 0, v1::GatewaySessionResponse::kResponsesFieldNumber, response);
  }
}

}  // namespace

bool GatewaySession::on_message(grpc::ByteBuffer& bytes) {
  heard_at_us_.store(to_us(tenant_.clock.now()), std::memory_order_relaxed);
  auto batch = std::make_shared<GatewayBatch>(std::static_pointer_cast<SessionStream>(shared_from_this()));
  v1::GatewaySessionRequest& message = batch->message();
  if (!parse(bytes, message)) {
    refuse(to_status(malformed("the message is not a GatewaySessionRequest")));
    return false;
  }
  if (message.requests_size() > kMaxRequestsPerMessage) {
    refuse(to_status(
        malformed("more than " + std::to_string(kMaxRequestsPerMessage) + " requests in a message")));
    return false;
  }
  if (gateway_.empty() && !begin_session(message.hello())) return false;
  if (gone()) return false;  // refused meanwhile, and what came with the hello is refused with it
  return message.requests_size() == 0 || submit(std::move(batch));
}

bool GatewaySession::begin_session(const v1::GatewayHello& hello) {
  if (!is_client_id(hello.gateway())) {
    refuse(to_status(malformed("the first message needs hello.gateway: " + std::string(kClientIdRule))));
    return false;
  }
  gateway_ = hello.gateway();
  const auto self = std::static_pointer_cast<GatewaySession>(shared_from_this());
  const Admission admission = tenant_.loop.gateway_opened(gateway_, [self](const Answer& answer) {
    if (answer.outcome.accepted()) return;
    self->count_ = Count::Over;
    self->refuse(to_status(*answer.outcome.rejection));
  });
  if (admission != Admission::Admitted) {
    refuse(to_status(to_refusal(admission)));
    return false;
  }
  Count before = Count::Before;
  count_.compare_exchange_strong(before, Count::Open);
  if (gone()) count_out();  // it ended meanwhile, and could not be counted out yet
  const std::uint64_t resume = hello.resume_revision();
  const Admission opening = tenant_.loop.query([self, resume](const Engine& engine, std::uint64_t revision) {
    return self->open(engine, revision, resume);
  });
  if (opening == Admission::Admitted) return true;
  refuse(to_status(to_refusal(opening)));
  return false;
}

// Once, when the session was counted in.
void GatewaySession::count_out() {
  Count open = Count::Open;
  if (count_.compare_exchange_strong(open, Count::Over)) tenant_.loop.gateway_closed(gateway_);
}

RouterLoop::Release GatewaySession::open(const Engine& engine, std::uint64_t revision,
                                         std::uint64_t resume_revision) {
  const State& state = engine.state();
  const GatewayRef gateway = state.find_gateway(gateway_);
  if (gone() || !gateway) return nullptr;
  ref_ = gateway;
  auto self = std::static_pointer_cast<GatewaySession>(shared_from_this());
  Fragments missed;
  const bool resumed = tenant_.publisher.gateways().attach(gateway, self, resume_revision, revision, missed);
  tenant_.publisher.expect(*this);
  carries(state[gateway].live_contacts);
  if (resumed) outbox().resume_from(resume_revision);
  auto beginning = std::make_unique<Fragments>();
  v1::GatewayResponse welcome = make_welcome(tenant_.options, resumed, revision);
  if (!resumed) {
    const std::vector<ContactRef> live = live_contacts(state, gateway);
    welcome.mutable_welcome()->set_live_contacts(live.size());
    add_rows(state, live, revision, missed);
  }
  beginning->add(0, v1::GatewaySessionResponse::kResponsesFieldNumber, welcome);
  return [self = std::move(self), beginning = std::move(beginning),
          rest = std::make_unique<Fragments>(std::move(missed))] {
    self->outbox().add(*beginning);
    self->outbox().add(*rest, Counted::No);
    self->opened_ = true;
    self->flush();
  };
}

bool GatewaySession::submit(std::shared_ptr<GatewayBatch> batch) {
  std::vector<Request> requests = batch->to_requests(gateway_, caller_);
  order().add(batch);
  if (requests.empty() && batch->is_refused()) {
    boost::asio::post(tenant_.io, [batch] { batch->answer_now(0, Time{}); });
    return true;
  }
  Admission admission = Admission::Admitted;
  if (requests.empty()) {
    admission = tenant_.loop.query([batch, &clock = tenant_.clock](const Engine&, std::uint64_t revision) {
      return [batch, revision, at = clock.now()] { batch->answer_now(revision, at); };
    });
  } else {
    admission = tenant_.loop.submit(std::move(requests));
  }
  if (admission != Admission::Admitted) {
    boost::asio::post(tenant_.io, [batch, admission] { batch->refuse_all(to_refusal(admission)); });
  }
  return true;
}

void GatewaySession::replaced() {
  outbox().cut(v1::StreamClosedDetail::REPLACED, grpc::ABORTED,
               "REPLACED: another session of this gateway was opened");
}

void GatewaySession::on_idle(Time now) {
  const Time heard = time_from_us(heard_at_us_.load(std::memory_order_relaxed));
  if (order().paused() || now - heard <= tenant_.options.heartbeat_timeout) return;
  outbox().cut(v1::StreamClosedDetail::HEARTBEAT_MISSED, grpc::DEADLINE_EXCEEDED,
               "HEARTBEAT_MISSED: nothing was heard from the gateway");
}

void GatewaySession::on_loop_end() {
  SessionStream::on_loop_end();
  if (ref_) tenant_.publisher.gateways().drop(*this, ref_);
  count_out();
}

}  // namespace cordboard
