#include "router/grpc/gateway_feed.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <utility>

#include "router/codec/api_events.h"
#include "router/grpc/edge_options.h"

namespace cordboard {

bool GatewayFeed::attach(GatewayRef gateway, std::shared_ptr<GatewaySink> sink, std::uint64_t resume_revision,
                         std::uint64_t revision, Fragments& missed) {
  if (gateway.value >= routes_.size()) routes_.resize(gateway.value + 1);
  Route& route = routes_[gateway.value];
  if (route.session) route.session->replaced();
  route.session = std::move(sink);
  if (!std::exchange(route.followed, true)) route.complete_from = revision;
  const std::uint64_t oldest = std::max(route.complete_from, forgotten_);
  if (resume_revision == 0 || resume_revision < oldest || resume_revision > revision) return false;
  const auto first = std::upper_bound(history_.begin(), history_.end(), resume_revision,
                                      [](std::uint64_t r, const Kept& kept) { return r < kept.revision; });
  for (auto kept = first; kept != history_.end(); ++kept) {
    if (kept->gateway == gateway) missed.add(kept->revision, kept->element);
  }
  return true;
}

void GatewayFeed::drop(const GatewaySink& sink, GatewayRef gateway) {
  if (gateway.value >= routes_.size()) return;
  Route& route = routes_[gateway.value];
  if (route.session.get() == &sink) route.session.reset();
}

void GatewayFeed::stage(std::uint64_t revision, Time at, const State& state, std::span<const Event> events) {
  if (routes_.empty()) return;
  alignas(8) char block[4096];
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = sizeof(block);
  google::protobuf::Arena arena(options);
  for (const Event& event : events) {
    const GatewayRef gateway = notified_gateway(event, state);
    if (!gateway || gateway.value >= routes_.size() || !routes_[gateway.value].followed) continue;
    auto& response = *google::protobuf::Arena::CreateMessage<v1::GatewayResponse>(&arena);
    fill_notice(event, state, revision, at, response.mutable_notice());
    element_.clear();
    append_element(element_, v1::GatewaySessionResponse::kResponsesFieldNumber, response);
    keep(revision, gateway, element_);
    const std::shared_ptr<GatewaySink>& session = routes_[gateway.value].session;
    if (!session) continue;
    session->stage(revision, element_);
    if (!std::exchange(session->dirty_, true)) dirty_.push_back(session);
  }
}

void GatewayFeed::keep(std::uint64_t revision, GatewayRef gateway, const std::string& element) {
  if (history_limit_ == 0) {
    forgotten_ = revision;
    return;
  }
  history_.push_back({revision, gateway, element});
  history_bytes_ += element.size();
  while (history_.size() > history_limit_ || history_bytes_ > kGatewayHistoryBytes) {
    forgotten_ = history_.front().revision;
    history_bytes_ -= history_.front().element.size();
    history_.pop_front();
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
