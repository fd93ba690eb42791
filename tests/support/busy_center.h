// A center for measurements of the engine: 20 queues that need one skill each, agents who have two.

#pragma once

#include <string>
#include <vector>

#include "router/core/engine.h"
#include "router/core/state.h"

namespace cordboard::testing {

class BusyCenter {
 public:
  explicit BusyCenter(std::uint32_t agents) {
    TenantConfig config;
    for (int i = 0; i < 20; ++i) {
      QueueConfig& queue = config.queues.emplace_back();
      queue.name = "q" + std::to_string(i);
      queue.requirement = "s" + std::to_string(i);
    }
    config.limits.ended_contacts = 1'000;
    apply(ApplyConfig{1, config});
    for (std::uint32_t i = 0; i < agents; ++i) log_in(i);
  }

  const State& state() const { return engine_.state(); }

  void log_in(std::uint32_t agent) {
    AgentProfile profile;
    profile.skills = {{"s" + std::to_string(agent % 20), 50}, {"s" + std::to_string((agent + 7) % 20), 50}};
    apply(Login{"a" + std::to_string(agent), profile, true});
  }

  void submit_one_contact() {
    submit_.contact = "c" + std::to_string(++contacts_);
    submit_.queue = "q" + std::to_string(contacts_ % 20);
    apply(submit_);
  }

  void serve_one_contact() {
    submit_one_contact();
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const auto* offer = std::get_if<OfferCreated>(&events_[i]);
      if (offer == nullptr) continue;
      const std::string agent = engine_.state()[offer->agent].id;
      apply(AcceptOffer{agent, offer->offer});
      apply(EndContact{submit_.contact, agent});
      apply(FinishWrapUp{agent, submit_.contact});
      return;
    }
  }

 private:
  void apply(CommandBody body) {
    events_.clear();
    now_ += Duration{1};
    if (engine_.next_deadline() <= now_) engine_.apply({now_, "", AdvanceTime{}}, events_);
    engine_.apply({now_, "", std::move(body)}, events_);
  }

  Engine engine_;
  std::vector<Event> events_;
  SubmitContact submit_;
  std::uint64_t contacts_ = 0;
  Time now_;
};

}  // namespace cordboard::testing
