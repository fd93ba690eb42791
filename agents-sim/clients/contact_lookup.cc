#include "agents-sim/clients/contact_lookup.h"

#include <utility>

namespace cordboard::sim {

void ContactLookup::ask(ContactNo contact, std::string id) {
  waiting_.emplace_back(contact, std::move(id));
  start_next();
}

void ContactLookup::start_next() {
  if (waiting_.empty() || calls_.size() >= kAtOnce) return;
  auto [contact, id] = std::move(waiting_.front());
  waiting_.pop_front();
  auto call = std::make_unique<Call>(*this, contact);
  connection_.prepare(call->context);
  v1::GetContactRequest request;
  request.set_contact_id(std::move(id));
  const auto stub = v1::GatewayService::NewStub(connection_.channel());
  call->reader = stub->AsyncGetContact(&call->context, request, &loop_.queue());
  call->reader->Finish(&call->response, &call->status, static_cast<Completion*>(call.get()));
  const Call* const key = call.get();
  calls_.emplace(key, std::move(call));
}

void ContactLookup::cancel() {
  waiting_.clear();
  for (auto& [key, call] : calls_) {
    call->cancelled = true;
    call->context.TryCancel();
  }
}

void ContactLookup::done(Call& call) {
  const auto node = calls_.extract(&call);
  start_next();
  if (!call.cancelled) answer_(call.contact, call.status, call.response);
}

}  // namespace cordboard::sim
