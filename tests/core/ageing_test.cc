// What an ageing rate promises to those of a slow queue (I13), and the arithmetic of the order.

#include <gtest/gtest.h>

#include <string>

#include "router/core/contact_key.h"
#include "router/core/engine.h"
#include "router/core/state.h"

namespace cordboard {
namespace {

constexpr Time at(Duration since_start) { return Time{since_start}; }

ContactKey key(AgeingRate rate, Duration place_at, std::int64_t priority, std::uint64_t sequence) {
  return {0, rate, rank_of(at(place_at), priority, 10s, rate), sequence};
}

TEST(ContactOrder, IsByTheValueThatTheDocumentationDefines) {
  const ContactKey slow = key(1000, 0s, 0, 1);
  const ContactKey fast = key(3000, 40s, 0, 2);
  EXPECT_TRUE(precedes(slow, fast, at(59s))) << "59 against 3 * 19 = 57";
  EXPECT_TRUE(precedes(slow, fast, at(60s))) << "60 against 60: the earlier submit";
  EXPECT_TRUE(precedes(fast, slow, at(60s + 1us)));
  // A priority point is worth 10 s at the rate 1, whatever the rate of the queue: 3 * 19 + 10 = 67.
  const ContactKey important = key(3000, 40s, 1, 3);
  EXPECT_TRUE(precedes(important, slow, at(59s)));
  EXPECT_TRUE(precedes(slow, important, at(54s))) << "54 against 3 * 14 + 10 = 52";
  EXPECT_TRUE(precedes(important, fast, at(41s)));
}

TEST(ContactOrder, ComparesNegativeValuesAndLongWaitsExactly) {
  const ContactKey low = key(10'000, 0s, -1000, 1);  // -10,000 s to begin with, ten seconds a second
  const ContactKey plain = key(1000, 0s, 0, 2);
  EXPECT_TRUE(precedes(plain, low, at(1'111s)));
  EXPECT_TRUE(precedes(low, plain, at(1'112s)));
  const Duration years = 29 * 365 * 24h;
  EXPECT_TRUE(precedes(key(10'000, 1us, 0, 3), key(9'999, 0us, 0, 4), at(years)));
  EXPECT_TRUE(precedes(key(9'999, 0us, 0, 4), key(10'000, years - 1us, 0, 3), at(years)));
  EXPECT_TRUE(precedes(key(10'000, 1us, 0, 3), key(10'000, 0us, 0, 4), at(2 * years)))
      << "out of the exact range: by sequence";
}

TEST(ContactOrder, KeepsHeadStartsToTheMicrosecond) {
  // A third of 10 s at the rate 3: the rank is rounded toward the place, so the value is short by less than
  // the rate times a microsecond.
  const ContactKey third = key(3000, 0s, 1, 1);
  EXPECT_EQ(to_us(third.rank), -3'333'333);
  EXPECT_EQ(to_us(key(3000, 0s, -1, 1).rank), 3'333'333);
}

// One agent, each conversation a second long. One contact of a slow queue among many of a fast one.
class Flood {
 public:
  Flood(AgeingRate slow, AgeingRate fast, int slow_tier, int fast_tier, Duration between_fast)
      : slow_tier_(slow_tier), fast_tier_(fast_tier), between_(between_fast) {
    TenantConfig config;
    for (const auto& [name, rate] : {std::pair("slow", slow), std::pair("fast", fast)}) {
      QueueConfig queue;
      queue.name = name;
      queue.ageing = rate;
      queue.wrap_up_timeout = 0s;
      config.queues.push_back(queue);
    }
    apply(ApplyConfig{1, config});
    apply(Login{"ana", AgentProfile{}, true});
    for (int i = 0; i < kBacklog; ++i) submit("fast", fast_tier_);
    submit("slow", slow_tier_);
  }

  // How long the slow contact waits; at most `give_up`.
  Duration wait(Duration give_up) {
    const State& state = engine_.state();
    const ContactRef slow = state.find_contact("slow" + std::to_string(kBacklog));
    Duration next_fast = between_;
    for (Duration now = 0s; now < give_up; now += 1s) {
      for (; next_fast <= now; next_fast += between_) {
        now_ = at(next_fast);
        submit("fast", fast_tier_);
      }
      now_ = at(now);
      serve();
      if (state[slow].state == ContactState::Connected) return now;
    }
    return give_up;
  }

  static constexpr int kBacklog = 20;

 private:
  void apply(CommandBody body) {
    if (engine_.next_deadline() <= now_) engine_.apply({now_, "", AdvanceTime{}}, events_);
    const Outcome outcome = engine_.apply({now_, "", std::move(body)}, events_);
    ASSERT_TRUE(outcome.accepted()) << outcome.rejection->detail;
  }

  void submit(const std::string& queue, int tier) {
    SubmitContact submit;
    submit.contact = queue + std::to_string(next_++);
    submit.queue = queue;
    submit.tier = tier;
    apply(submit);
  }

  // Ends what ana does, and lets her accept what she is offered next.
  void serve() {
    const State& state = engine_.state();
    for (int i = 0; i < 2; ++i) {
      const auto& held = state.agents[0].assignments;
      if (held.empty()) return;
      const Assignment& assignment = state[held.front()];
      if (assignment.phase == AssignmentPhase::Offered) return apply(AcceptOffer{"ana", assignment.offer});
      apply(EndContact{state[assignment.contact].id, "ana"});
    }
  }

  int slow_tier_;
  int fast_tier_;
  Duration between_;
  Time now_;
  int next_ = 0;
  Engine engine_;
  std::vector<Event> events_;
};

// I13. After a wait of w only those can have gone ahead of a contact of the rate s who came before
// w * (1 - s/f) of it, f the highest rate. The slow contact waits for the backlog B, for the conversation
// that was going on and for those, lambda a second: w <= (B + 2) / (1 - lambda * (1 - s/f)).
TEST(Ageing, BoundsTheWaitUnderAFloodThatAgesFaster) {
  struct Case {
    AgeingRate slow;
    AgeingRate fast;
    Duration between;
  };
  for (const Case& c : {Case{1000, 10'000, 1000ms}, Case{1000, 10'000, 910ms}, Case{1000, 2000, 600ms},
                        Case{100, 200, 510ms}, Case{1000, 1000, 100ms}, Case{2000, 1000, 10ms}}) {
    const double lambda = 1e6 / static_cast<double>(to_us(c.between));
    const double passing = std::max(0.0, 1 - static_cast<double>(c.slow) / c.fast);
    const double bound = (Flood::kBacklog + 2) / (1 - lambda * passing);
    Flood flood(c.slow, c.fast, 0, 0, c.between);
    const auto seconds = std::chrono::duration<double>(flood.wait(10'000s)).count();
    EXPECT_LE(seconds, bound) << c.slow << " among " << c.fast << " every " << to_us(c.between) << " us";
  }
}

TEST(Ageing, IsWhatBoundsIt) {
  Flood strict(1000, 1000, 0, 1, 1000ms);
  EXPECT_EQ(strict.wait(5'000s), 5'000s) << "a flood in a higher tier goes ahead for ever";
}

}  // namespace
}  // namespace cordboard
