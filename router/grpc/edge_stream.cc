#include "router/grpc/edge_stream.h"

#include <boost/asio/post.hpp>
#include <optional>

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
  if (!expiry_) expiry_ = make_alarm(&EdgeStream::watch_expiry);
  if (tenant_.clock.now() < caller_.expires_at()) return expiry_->set(caller_.expires_at());
  outbox_.cut(v1::StreamClosedDetail::TOKEN_EXPIRED, grpc::UNAUTHENTICATED,
              "TOKEN_EXPIRED: connect again with a new token");
}

std::unique_ptr<Alarm> EdgeStream::make_alarm(void (EdgeStream::*ring)()) {
  return tenant_.clock.make_alarm(tenant_.io, [stream = weak_from_this(), ring] {
    if (const auto self = stream.lock()) (*self.*ring)();
  });
}

void EdgeStream::write_begins(std::size_t bytes) {
  if (!write_watch_.began(tenant_.clock.now() + tenant_.options.patience(bytes))) return;
  boost::asio::post(tenant_.io, [self = shared_from_this()] { self->look_at_write(); });
}

void EdgeStream::look_at_write() {
  if (left_) return;
  std::optional<grpc::Status> told;
  const Time next = write_watch_.look(tenant_.clock.now(), [&](const auto& still_late) {
    told = outbox_.give_up(tenant_.options.slow_reader_timeout, still_late);
    return told.has_value();
  });
  if (told) return abort(*told);
  if (next == kNever) return;
  if (!write_alarm_) write_alarm_ = make_alarm(&EdgeStream::look_at_write);
  write_alarm_->set(next);
}

void EdgeStream::room() {
  boost::asio::post(tenant_.io, [self = shared_from_this()] {
    if (!self->gone()) self->on_room();
  });
}

void EdgeStream::closing() {
  gone_.store(true);
  if (!entered_) return;
  boost::asio::post(tenant_.io, [self = shared_from_this()] {
    self->expiry_.reset();
    self->on_loop_end();
    self->tenant_.publisher.forget(*self);
  });
}

void EdgeStream::on_quiet(Time now) {
  if (!gone()) on_idle(now);
}

void EdgeStream::leave() {
  if (!entered_) return;
  tenant_.streams.remove(*this);
  tenant_.counters.open[static_cast<std::size_t>(kind_)].fetch_sub(1, std::memory_order_relaxed);
  boost::asio::post(tenant_.io, [self = shared_from_this()] {
    self->left_ = true;
    self->write_alarm_.reset();
  });
}

}  // namespace cordboard
