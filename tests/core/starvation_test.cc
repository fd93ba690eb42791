// Callbacks do not starve callers, nor callers callbacks: the bound of docs/routing/callbacks.md, counted
// naively on random tapes.
//
// From the moment a contact waits and its place has come, the agents answer at most `turns` times for others
// before it is offered: for each contact ahead of it, and each remembered place ahead of it, at most
// `attempts` times, less the dials already begun.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "router/core/engine.h"
#include "router/core/rng.h"
#include "router/core/state.h"

namespace cordboard::testing {
namespace {

constexpr std::uint32_t kAttempts = 2;

class Center {
 public:
  explicit Center(std::uint64_t seed) : rng_{seed * 2 + 1} {
    TenantConfig config;
    QueueConfig queue{.name = "q", .wrap_up_timeout = 0s};
    queue.scheduled_spacing = chance(50) ? 5s : 0s;
    queue.redial_within = chance(50) ? 60s : 0s;
    queue.callback.attempts = kAttempts;
    queue.callback.retry_delay = 10s;
    queue.callback.dial_timeout = 15s;
    queue.offer_timeout = 1000s;  // every agent answers
    config.queues.push_back(queue);
    apply(ApplyConfig{1, config});
    apply(GatewayConnected{"g"});
    apply(Login{"a0", AgentProfile{}, true});
    apply(Login{"a1", AgentProfile{}, true});
  }

  void step() {
    now_ += Duration{static_cast<std::int64_t>(draw(2'000'000))};
    while (engine_.next_deadline() <= now_) apply(AdvanceTime{});
    apply(something());
  }

  std::uint64_t most_turns() const { return most_turns_; }
  std::uint64_t bounds_reached() const { return bounds_reached_; }

 private:
  struct Watched {
    std::uint64_t turns = 0;  // that others may take
    OfferId first_offer{};    // offers made since
    std::uint64_t taken = 0;
  };

  std::uint64_t draw(std::uint64_t below) { return rng_.next() % below; }
  bool chance(std::uint64_t percent) { return draw(100) < percent; }

  CommandBody something() {
    if (chance(50)) return work();
    const std::string any = "c" + std::to_string(draw(next_contact_ + 1));
    switch (draw(6)) {
      case 0:
        return EndContact{any, ""};
      case 1:
        return RequestCallback{any, chance(50) ? std::optional(now_ + 20s) : std::nullopt, std::nullopt};
      default:
        break;
    }
    if (state().live_contacts >= 12) return work();
    SubmitContact submit{.contact = "c" + std::to_string(next_contact_++), .gateway = "g", .queue = "q"};
    submit.customer = "k" + std::to_string(draw(6));
    if (chance(30)) submit.not_before = now_ + Duration{static_cast<std::int64_t>(draw(20'000'000))};
    submit.callback = chance(30);
    return submit;
  }

  // What the agents and the gateway do.
  CommandBody work() {
    std::vector<Assignment> held;
    state().assignments.for_each([&](AssignmentRef, const Assignment& a) { held.push_back(a); });
    if (held.empty()) return AdvanceTime{};
    const Assignment& pick = held[draw(held.size())];
    const std::string& contact = state()[pick.contact].id;
    if (pick.phase == AssignmentPhase::Offered) return AcceptOffer{state()[pick.agent].id, pick.offer};
    if (pick.phase == AssignmentPhase::Connected) return EndContact{contact, ""};
    if (chance(50)) return ConnectCallback{contact, 0};
    return FailCallback{contact, 0, DialFailure::Busy};
  }

  void apply(CommandBody body) {
    const Time at =
        std::holds_alternative<AdvanceTime>(body) ? std::min(now_, engine_.next_deadline()) : now_;
    events_.clear();
    engine_.apply({std::max(at, engine_.now()), "", std::move(body)}, events_);
    for (const Event& event : events_) follow(event);
    watch_those_whose_place_has_come();
    keep_places();
  }

  void follow(const Event& event) {
    if (const auto* ended = std::get_if<OfferEnded>(&event)) {
      if (ended->state != OfferState::Accepted) return;
      for (auto& [ref, watched] : watched_) watched.taken += ended->offer >= watched.first_offer ? 1 : 0;
    } else if (const auto* offer = std::get_if<OfferCreated>(&event)) {
      const auto found = watched_.find(offer->contact);
      if (found == watched_.end()) return;
      const Watched& watched = found->second;
      EXPECT_LE(watched.taken, watched.turns) << state()[offer->contact].id;
      most_turns_ = std::max(most_turns_, watched.taken);
      bounds_reached_ += watched.taken > 0 && watched.taken == watched.turns ? 1 : 0;
      watched_.erase(found);
    } else if (const auto* later = std::get_if<ContactScheduled>(&event)) {
      watched_.erase(later->contact);
    } else if (const auto* gone = std::get_if<ContactEnded>(&event)) {
      watched_.erase(gone->contact);
      places_.erase(state()[gone->contact].id);
    }
  }

  bool is_ahead(const Contact& a, const Contact& b) const {
    return a.place_at != b.place_at ? a.place_at < b.place_at : a.sequence < b.sequence;
  }

  std::uint64_t turns_before(ContactRef ref, const Contact& contact) const {
    std::uint64_t turns = 0;
    state().contacts.for_each([&](ContactRef other, const Contact& c) {
      const bool to_come =
          is_unanswered(c.state) || (c.state == ContactState::Scheduled && c.queued_at != kNever);
      if (other == ref || !to_come || !is_ahead(c, contact)) return;
      turns += kAttempts - std::min(kAttempts, c.is_callback() ? state().callbacks.at(other).attempts : 0);
    });
    for (const auto& [number, place] : state().places)
      turns += place.place_at <= contact.place_at ? kAttempts : 0;
    return turns;
  }

  void watch_those_whose_place_has_come() {
    state().contacts.for_each([&](ContactRef ref, const Contact& contact) {
      if (contact.state != ContactState::Waiting || contact.place_at > engine_.now()) return;
      if (!watched_.contains(ref))
        watched_[ref] = {turns_before(ref, contact), OfferId{state().next_offer}, 0};
    });
  }

  // Whatever happens to a contact that was in the queue, its place stays.
  void keep_places() {
    state().contacts.for_each([&](ContactRef, const Contact& contact) {
      if (is_final(contact.state) || contact.queued_at == kNever) return;
      const auto [known, is_new] = places_.emplace(contact.id, contact.place_at);
      EXPECT_EQ(known->second, contact.place_at) << contact.id;
    });
  }

  const State& state() const { return engine_.state(); }

  Rng rng_;
  Engine engine_;
  std::vector<Event> events_;
  Time now_ = time_from_us(1'000'000'000);
  std::uint64_t next_contact_ = 0;
  std::map<ContactRef, Watched> watched_;
  std::map<std::string, Time> places_;
  std::uint64_t most_turns_ = 0;
  std::uint64_t bounds_reached_ = 0;
};

TEST(Callbacks, DoNotStarveCallersNorCallersCallbacks) {
  std::uint64_t most = 0;
  std::uint64_t reached = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Center center(seed);
    for (int i = 0; i < 400 && !::testing::Test::HasFailure(); ++i) center.step();
    ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed;
    most = std::max(most, center.most_turns());
    reached += center.bounds_reached();
  }
  EXPECT_GE(most, 5u);  // the tapes have queues, and the bound is not far from what happens
  EXPECT_GE(reached, 1u);
}

}  // namespace
}  // namespace cordboard::testing
