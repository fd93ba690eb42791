#include "router/grpc/tenant_publisher.h"

#include <algorithm>

namespace cordboard {

TenantPublisher::TenantPublisher(boost::asio::io_context& io, Clock& clock, const EdgeOptions& options,
                                 std::uint64_t revision)
    : clock_(clock),
      released_(revision),
      gateways_(options.watch_history),
      watches_(options, revision, [this] { rearm(); }),
      sessions_(options.heartbeat_interval()),
      alarm_(clock.make_alarm(io, [this] { on_ring(); })) {}

TenantPublisher::~TenantPublisher() = default;

void TenantPublisher::stage(std::uint64_t revision, Time at, const State& state,
                            std::span<const Event> events) {
  if (!agents_.idle() || !gateways_.idle()) {
    const std::span<const EncodedEvent> encoded = encoder_.encode(state, events);
    if (!agents_.idle()) agents_.stage(revision, at, state, encoded);
    if (!gateways_.idle()) gateways_.stage(revision, at, state, encoded);
  }
  watches_.stage(revision, at, state, events);
}

void TenantPublisher::release(std::uint64_t revision) {
  released_ = revision;
  agents_.release(revision);
  gateways_.release(revision);
  watches_.release(revision, clock_.now());
}

void TenantPublisher::expect(QuietMember& member) {
  sessions_.touch(&member, clock_.now());
  rearm();
}

void TenantPublisher::rearm() {
  const Time due = std::min(sessions_.next_due(), watches_.next_due());
  if (due >= armed_at_) return;
  armed_at_ = due;
  alarm_->set(due);
}

void TenantPublisher::on_ring() {
  armed_at_ = kNever;
  const Time now = clock_.now();
  while (QuietMember* member = sessions_.take_due(now)) member->on_quiet(now);
  watches_.send_due(now);
  rearm();
}

}  // namespace cordboard
