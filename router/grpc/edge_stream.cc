#include "router/grpc/edge_stream.h"

#include <boost/asio/post.hpp>

#include "router/grpc/open_streams.h"

namespace cordboard {

bool EdgeStream::enter() {
  if (!tenant_.streams.add(shared_from_this())) {
    const Refusal refusal = tenant_.streams.closed()
                                ? to_refusal(Admission::Unavailable)
                                : Refusal{v1::RejectionDetail::TOO_MANY_STREAMS,
                                          "server.max_streams is " + std::to_string(tenant_.streams.limit())};
    outbox_.close(to_status(refusal));
    return false;
  }
  entered_ = true;
  tenant_.counters.open[static_cast<std::size_t>(kind_)].fetch_add(1, std::memory_order_relaxed);
  if (caller_.expires_at() != kNever) {
    boost::asio::post(tenant_.io, [self = shared_from_this()] {
      if (!self->gone()) self->watch_expiry();
    });
  }
  return true;
}

void EdgeStream::watch_expiry() {
  expiry_ = tenant_.clock.make_alarm(tenant_.io, [stream = weak_from_this()] {
    const auto self = stream.lock();
    if (self == nullptr || self->gone()) return;
    if (self->tenant_.clock.now() < self->caller_.expires_at())
      return self->expiry_->set(self->caller_.expires_at());
    self->outbox_.cut(v1::StreamClosedDetail::TOKEN_EXPIRED, grpc::UNAUTHENTICATED,
                      "TOKEN_EXPIRED: connect again with a new token");
  });
  expiry_->set(caller_.expires_at());
}

void EdgeStream::closing() {
  gone_.store(true);
  if (!entered_) return;
  boost::asio::post(tenant_.io, [self = shared_from_this()] {
    self->expiry_.reset();
    self->on_loop_end();
    self->tenant_.publisher.forget(*self);
    // When the last message goes out at this moment, leave() may have been here before.
    if (!self->left_) self->tenant_.publisher.expect(*self);
  });
}

void EdgeStream::on_quiet(Time now) {
  if (gone()) return abort();
  on_idle(now);
}

void EdgeStream::leave() {
  if (!entered_) return;
  tenant_.streams.remove(*this);
  tenant_.counters.open[static_cast<std::size_t>(kind_)].fetch_sub(1, std::memory_order_relaxed);
  boost::asio::post(tenant_.io, [self = shared_from_this()] {
    self->left_ = true;
    self->tenant_.publisher.forget(*self);
  });
}

}  // namespace cordboard
