#include "router/grpc/gateway_feed.h"

#include <algorithm>
#include <utility>

#include "router/grpc/edge_options.h"

namespace cordboard {

bool GatewayFeed::attach(GatewayRef gateway, std::shared_ptr<GatewaySink> sink, std::uint64_t resume_revision,
                         std::uint64_t revision, Fragments& missed) {
  if (gateway.value >= routes_.size()) routes_.resize(gateway.value + 1);
  Route& route = routes_[gateway.value];
  if (route.session) route.session->replaced();
  route.session = std::move(sink);
  if (!std::exchange(route.followed, true)) route.complete_from = revision;
  const std::uint64_t oldest = std::max(route.complete_from, history_.forgotten());
  if (resume_revision == 0 || resume_revision < oldest || resume_revision > revision) return false;
  history_.copy_after(resume_revision, gateway, missed);
  return true;
}

void GatewayFeed::drop(const GatewaySink& sink, GatewayRef gateway) {
  if (gateway.value >= routes_.size()) return;
  Route& route = routes_[gateway.value];
  if (route.session.get() == &sink) route.session.reset();
}

void GatewayFeed::stage(std::uint64_t revision, Time at, const State& state,
                        std::span<const EncodedEvent> events) {
  for (const EncodedEvent& event : events) {
    const ContactRef contact = event.subjects.contact;
    const GatewayRef gateway = contact ? state[contact].gateway : GatewayRef::none();
    if (!gateway || gateway.value >= routes_.size() || !routes_[gateway.value].followed) continue;
    element_.clear();
    WireWriter element(element_);
    element.message(v1::GatewaySessionResponse::kResponsesFieldNumber, [&] {
      element.message(v1::GatewayResponse::kNoticeFieldNumber,
                      [&] { append_gateway_notice(event, revision, at, element_); });
    });
    history_.keep(revision, gateway, element_);
    const std::shared_ptr<GatewaySink>& session = routes_[gateway.value].session;
    if (!session) continue;
    session->stage(revision, state[gateway].live_contacts, element_);
    if (!std::exchange(session->dirty_, true)) dirty_.push_back(session);
  }
}

void GatewayFeed::release(std::uint64_t revision) {
  std::vector<std::shared_ptr<GatewaySink>> dirty = std::exchange(dirty_, {});
  for (auto& sink : dirty) {
    sink->dirty_ = !sink->flush(revision);
    if (sink->dirty_) dirty_.push_back(std::move(sink));
  }
}

}  // namespace cordboard
