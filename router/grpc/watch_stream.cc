#include "router/grpc/watch_stream.h"

#include <utility>

namespace cordboard {

void WatchStream::begin() {
  if (const Refused refused = caller_.intake(RequestClass::Look)) return outbox().close(to_status(*refused));
  const auto self = std::static_pointer_cast<WatchStream>(shared_from_this());
  const Admission admission = tenant_.loop.query(
      [self](const Engine& engine, std::uint64_t revision) { return self->open(engine.state(), revision); });
  if (admission != Admission::Admitted) outbox().close(to_status(to_refusal(admission)));
}

RouterLoop::Release WatchStream::open(const State& state, std::uint64_t revision) {
  if (gone()) return nullptr;
  auto self = std::static_pointer_cast<WatchStream>(shared_from_this());
  WatchFilter filter;
  if (const auto refused = to_filter(request_, state, filter)) {
    return [self, status = to_status(*refused)] { self->outbox().close(status); };
  }
  auto begun = tenant_.publisher.watches().attach(self, filter, request_.resume_revision(), revision, state);
  if (!begun) {
    const Refusal refusal{
        v1::RejectionDetail::TOO_MANY_STREAMS,
        std::to_string(kMaxWatchFilters) + " filters are watched; watch with one of them, or everything"};
    return [self, status = to_status(refusal)] { self->outbox().close(status); };
  }
  auto beginning = std::make_unique<WatchFeed::Beginning>(std::move(*begun));
  return [self, beginning = std::move(beginning)] {
    if (self->gone()) return;
    self->tenant_.publisher.watches().start(*self, std::move(*beginning), self->tenant_.clock.now());
  };
}

void WatchStream::on_loop_end() { tenant_.publisher.watches().drop(*this, tenant_.clock.now()); }

}  // namespace cordboard
