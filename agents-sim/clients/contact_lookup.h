// Asks the router for single contacts (GetContact), a few at a time.
//
// An answer that fails is an answer: whoever asked decides whether to ask again.

#pragma once

#include <grpcpp/support/async_unary_call.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "agents-sim/audit/audit_types.h"
#include "agents-sim/clients/connection.h"
#include "agents-sim/clients/event_loop.h"
#include "cordboard/v1/gateway_service.grpc.pb.h"

namespace cordboard::sim {

class ContactLookup {
 public:
  using Answer = std::function<void(ContactNo, const grpc::Status&, const v1::GetContactResponse&)>;

  // Both must outlive it; it must be empty() when it is destroyed, or the loop run no more.
  ContactLookup(EventLoop& loop, const Connection& connection, Answer answer)
      : loop_(loop), connection_(connection), answer_(std::move(answer)) {}

  void ask(ContactNo contact, std::string id);
  // Nobody waits for these answers any more.
  void cancel();

  bool empty() const { return calls_.empty() && waiting_.empty(); }
  std::size_t size() const { return calls_.size() + waiting_.size(); }

 private:
  static constexpr std::size_t kAtOnce = 64;

  struct Call final : Completion {
    Call(ContactLookup& lookup, ContactNo number) : owner(lookup), contact(number) {}
    void complete(bool) override { owner.done(*this); }

    ContactLookup& owner;
    const ContactNo contact;
    bool cancelled = false;
    grpc::ClientContext context;
    grpc::Status status;
    v1::GetContactResponse response;
    std::unique_ptr<grpc::ClientAsyncResponseReader<v1::GetContactResponse>> reader;
  };

  void start_next();
  void done(Call& call);

  EventLoop& loop_;
  const Connection& connection_;
  const Answer answer_;
  std::deque<std::pair<ContactNo, std::string>> waiting_;
  std::map<const Call*, std::unique_ptr<Call>> calls_;
};

}  // namespace cordboard::sim
