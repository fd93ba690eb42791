#include <gtest/gtest.h>

#include "router/core/contacts.h"
#include "router/core/destinations.h"
#include "router/core/engine.h"
#include "router/core/servability.h"

namespace cordboard::testing {
namespace {

// What the rules of a queue do when they send a contact elsewhere, without such a rule.
class Deflect : public ::testing::Test {
 protected:
  Deflect() {
    TenantConfig config;
    config.queues.push_back({.name = "sales"});
    config.remember_ended = 60s;
    apply(ApplyConfig{1, config});
  }

  void apply(CommandBody body) {
    now_ += 1s;
    events_.clear();
    ASSERT_TRUE(engine_.apply({now_, "", std::move(body)}, events_).accepted());
    EXPECT_EQ(engine_.check_invariants(), std::vector<std::string>{});
  }
  void submit(const std::string& id) { apply(SubmitContact{.contact = id, .queue = "sales"}); }
  void deflect(const std::string& id, const std::string& destination) {
    events_.clear();
    Step step{const_cast<State&>(engine_.state()), now_, events_};
    contacts::deflect(step, step.state.find_contact(id), destination, Cause::QueueClosed);
    std::vector<Event> end_of_step;
    Step end{step.state, now_, end_of_step};
    servability::settle(end);
    EXPECT_EQ(engine_.check_invariants(), std::vector<std::string>{});
  }
  std::string destination_of(const std::string& id) const {
    const State& state = engine_.state();
    const DestinationRef ref = destinations::of(state, state.find_contact(id));
    return ref ? state[ref].text : "";
  }

  Time now_;
  Engine engine_;
  std::vector<Event> events_;
};

TEST_F(Deflect, TheEndNamesTheDestinationAndSoDoesTheContactAfterARestart) {
  submit("c1");
  deflect("c1", "voicemail of sales");
  const auto& ended = std::get<ContactEnded>(events_.back());
  EXPECT_EQ(ended.state, ContactState::Overflowed);
  EXPECT_EQ(ended.cause, Cause::QueueClosed);
  EXPECT_EQ(engine_.state()[ended.destination].text, "voicemail of sales");
  EXPECT_EQ(engine_.state().queues.front().counters.overflowed, 1u);

  Engine restored;
  ASSERT_EQ(restored.restore(engine_.snapshot()), std::nullopt);
  EXPECT_EQ(restored.digest(), engine_.digest());
  engine_ = std::move(restored);
  EXPECT_EQ(engine_.check_invariants(), std::vector<std::string>{});
  EXPECT_EQ(destination_of("c1"), "voicemail of sales");
}

TEST_F(Deflect, ADestinationIsKeptOnceAndForgottenWithItsLastContact) {
  submit("c1");
  submit("c2");
  deflect("c1", "+33 1 23 45 67 89");
  deflect("c2", "+33 1 23 45 67 89");
  EXPECT_EQ(engine_.state().destinations.size(), 1u);
  now_ += 60s;
  apply(RouterRestarted{});
  EXPECT_EQ(engine_.state().destinations.size(), 0u);
  EXPECT_TRUE(engine_.state().deflected.empty());
}

TEST_F(Deflect, APendingOfferIsRescinded) {
  apply(Login{"ana", {}, true});
  submit("c1");
  deflect("c1", "voicemail");
  EXPECT_EQ(std::get<OfferEnded>(events_.front()).state, OfferState::Rescinded);
}

TEST(Destination, IsPrintableAndShort) {
  EXPECT_TRUE(destinations::is_destination("+33 1 23"));
  EXPECT_TRUE(destinations::is_destination(std::string(128, 'x')));
  for (const std::string& wrong : {std::string(), std::string(129, 'x'), std::string(" x"), std::string("x "),
                                   std::string("a\nb"), std::string("\xc3\xa9")}) {
    EXPECT_FALSE(destinations::is_destination(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace cordboard::testing
