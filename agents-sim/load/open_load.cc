#include "agents-sim/load/open_load.h"

#include <grpcpp/support/status.h>

#include <memory>
#include <utility>

#include "agents-sim/base/json.h"
#include "agents-sim/clients/contact_ids.h"
#include "cordboard/v1/agent_service.grpc.pb.h"
#include "cordboard/v1/gateway_service.grpc.pb.h"

namespace cordboard::sim {
namespace {

constexpr Duration kPause{100'000};  // before a login that was shed is tried again
constexpr Duration kHeartbeat{5'000'000};
constexpr Duration kLastOffers{500'000};      // that may still come when the time is up
constexpr Duration kLastAnswers{30'000'000};  // later than this none is waited for

bool is_shed(const v1::RejectionDetail& why) {
  return why.reason() == v1::RejectionDetail::OVERLOADED || why.reason() == v1::RejectionDetail::RATE_LIMITED;
}

template <class Reply>
const v1::RejectionDetail* refusal_of(const Reply& reply) {
  return reply.has_rejection() ? &reply.rejection() : nullptr;
}

}  // namespace

void AnswerTally::add(const v1::RejectionDetail* why, Duration took) {
  if (why == nullptr) {
    ++done;
    return done_after.add(took);
  }
  if (!is_shed(*why)) {
    ++refused[v1::RejectionDetail::Reason_Name(why->reason())];
    return;
  }
  ++shed;
  if (why->code() != grpc::RESOURCE_EXHAUSTED || !why->has_retry_delay()) ++without_wait;
  shed_after.add(took);
}

std::string AnswerTally::json() const {
  JsonObject others;
  for (const auto& [reason, count] : refused) others.add(reason, count);
  return JsonObject()
      .add("done", done)
      .add("shed", shed)
      .add("without_wait", without_wait)
      .add("refused", others.text())
      .add("done_ms", done_after.json())
      .add("shed_ms", shed_after.json())
      .text();
}

OpenLoad::OpenLoad(EventLoop& loop, const OpenLoadOptions& options, std::function<void()> on_over)
    : loop_(loop),
      options_(options),
      on_over_(std::move(on_over)),
      prefix_(ContactIds::fresh_prefix()),
      connection_(options_.target, options_.tenant),
      agents_(loop, {[this] { log_in_all(); }, [this](const v1::AgentSessionResponse& m) { on_agents(m); },
                     [this](const grpc::Status& status) { closed("agents'", status); }}),
      gateway_(loop, {[this] { gateway_.next().mutable_hello()->set_gateway(prefix_ + "gateway"); },
                      [this](const v1::GatewaySessionResponse& m) { on_gateway(m); },
                      [this](const grpc::Status& status) { closed("gateway's", status); }}) {
  loop_.add_source(*this);
  loop_.add_flusher([this] {
    gateway_.flush();
    agents_.flush();
  });
}

bool OpenLoad::is_clean() const {
  return failure_.empty() && submits_.refused.empty() && accepts_.refused.empty() && ends_.refused.empty();
}

// ---- The beginning ----

void OpenLoad::start() {
  agents_.open([this](grpc::ClientContext& context, grpc::CompletionQueue& queue) {
    connection_.prepare(context);
    return v1::AgentService::NewStub(connection_.channel())->PrepareAsyncSession(&context, &queue);
  });
}

void OpenLoad::log_in_all() {
  for (std::uint32_t i = 0; i < options_.agents; ++i) log_in(prefix_ + "agent-" + std::to_string(i));
}

void OpenLoad::log_in(const std::string& agent) {
  v1::AgentRequest& request = *agents_.next().add_requests();
  request.set_tag(static_cast<std::uint64_t>(Verb::Login));
  v1::LoginRequest& login = *request.mutable_login();
  login.set_agent_id(agent);
  login.set_ready(true);
  login.mutable_profile();
}

void OpenLoad::open_gateway() {
  gateway_.open([this](grpc::ClientContext& context, grpc::CompletionQueue& queue) {
    connection_.prepare(context);
    return v1::GatewayService::NewStub(connection_.channel())->PrepareAsyncSession(&context, &queue);
  });
}

void OpenLoad::begin() {
  started_at_ = loop_.clock_now();
  counted_from_ = started_at_ + options_.warm_up;
  ends_at_ = counted_from_ + options_.duration;
  loop_.after(kHeartbeat, [this] { heartbeat(); });
  loop_.at(ends_at_ + kLastOffers, [this] { close_when_done(); });
  loop_.at(ends_at_ + kLastAnswers, [this] { give_up("requests are not answered"); });
}

void OpenLoad::heartbeat() {
  if (closing_) return;
  agents_.next().add_requests()->mutable_heartbeat();
  gateway_.next().add_requests()->mutable_heartbeat();
  loop_.after(kHeartbeat, [this] { heartbeat(); });
}

// ---- Requests ----

Time OpenLoad::next_at() const {
  if (started_at_ == kNever || closing_) return kNever;
  const double after_us = static_cast<double>(submitted_) * 1e6 / options_.rate;
  const Time due = started_at_ + Duration{static_cast<std::int64_t>(after_us)};
  return due < ends_at_ ? due : kNever;
}

void OpenLoad::run_due(Time now) {
  for (Time due = next_at(); due <= now; due = next_at()) {
    if (counts(due)) lag_.add(now - due);
    submit(due);
  }
}

void OpenLoad::submit(Time due) {
  v1::GatewayRequest& request = *gateway_.next().add_requests();
  request.set_tag(static_cast<std::uint64_t>(Verb::Submit));
  request.mutable_submit()->set_contact_id(prefix_ + std::to_string(submitted_++));
  request.mutable_submit()->set_queue(options_.queue);
  submitting_.push_back({due, {}, {}});
  if (counts(loop_.now())) ++asked_in_time_;
}

void OpenLoad::accept(const v1::AgentNotice& notice) {
  v1::AgentRequest& request = *agents_.next().add_requests();
  request.set_tag(static_cast<std::uint64_t>(Verb::Accept));
  request.mutable_accept()->set_agent_id(notice.agent_id());
  request.mutable_accept()->set_offer_id(notice.offer_created().offer_id());
  accepting_.push_back({loop_.now(), notice.agent_id(), notice.offer_created().contact_id()});
}

void OpenLoad::end(const Asked& accepted) {
  v1::AgentRequest& request = *agents_.next().add_requests();
  request.set_tag(static_cast<std::uint64_t>(Verb::End));
  request.mutable_end()->set_agent_id(accepted.agent);
  request.mutable_end()->set_contact_id(accepted.contact);
  ending_.push_back({loop_.now(), {}, {}});
}

// ---- Answers ----

OpenLoad::Asked OpenLoad::answered(Unanswered& asked, AnswerTally& tally, const v1::RejectionDetail* why) {
  Asked oldest = std::move(asked.front());
  asked.pop_front();
  if (counts(oldest.at)) tally.add(why, loop_.now() - oldest.at);
  return oldest;
}

void OpenLoad::on_agents(const v1::AgentSessionResponse& message) {
  for (const v1::AgentResponse& response : message.responses()) {
    if (response.has_reply()) on_agent_reply(response.reply());
    if (response.notice().has_offer_created()) accept(response.notice());
  }
  close_when_done();
}

void OpenLoad::on_agent_reply(const v1::AgentReply& reply) {
  const v1::RejectionDetail* const why = refusal_of(reply);
  if (reply.tag() == static_cast<std::uint64_t>(Verb::Login)) {
    if (why != nullptr && is_shed(*why)) {
      loop_.after(kPause, [this, agent = reply.agent_id()] { log_in(agent); });
      return;
    }
    if (why != nullptr) return give_up("a login was refused: " + why->detail());
    if (++logged_in_ == options_.agents) open_gateway();
  } else if (reply.tag() == static_cast<std::uint64_t>(Verb::Accept)) {
    const Asked accepted = answered(accepting_, accepts_, why);
    if (why == nullptr) end(accepted);
  } else if (reply.tag() == static_cast<std::uint64_t>(Verb::End)) {
    answered(ending_, ends_, why);
    if (why == nullptr && counts(loop_.now())) ++ended_in_time_;
  }
}

void OpenLoad::on_gateway(const v1::GatewaySessionResponse& message) {
  for (const v1::GatewayResponse& response : message.responses()) {
    if (response.has_welcome()) begin();
    if (response.reply().tag() == static_cast<std::uint64_t>(Verb::Submit)) {
      answered(submitting_, submits_, refusal_of(response.reply()));
    }
  }
  close_when_done();
}

// ---- The end ----

void OpenLoad::close_when_done() {
  if (started_at_ == kNever || loop_.now() < ends_at_ + kLastOffers) return;
  if (submitting_.empty() && accepting_.empty() && ending_.empty()) close();
}

void OpenLoad::give_up(const std::string& why) {
  if (closing_) return;
  failure_ = why;
  closing_ = true;
  gateway_.cancel();
  agents_.cancel();
}

void OpenLoad::close() {
  if (std::exchange(closing_, true)) return;
  gateway_.half_close();
  agents_.half_close();
}

void OpenLoad::closed(const char* whose, const grpc::Status& status) {
  if (!closing_) {
    give_up(std::string("the ") + whose + " session ended: " + status.error_message());
  }
  if (agents_.is_idle() && gateway_.is_idle()) on_over_();
}

}  // namespace cordboard::sim
