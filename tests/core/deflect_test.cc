#include <gtest/gtest.h>

#include "router/core/destinations.h"
#include "router/core/engine.h"
#include "router/core/state.h"

namespace cordboard::testing {
namespace {

// A queue that sends whoever waits elsewhere when a supervisor closes it.
class Deflect : public ::testing::Test {
 protected:
  void open_queue(const std::string& destination) {
    TenantConfig config;
    config.queues.push_back({.name = "sales"});
    config.queues.front().hours.at_closing = {ClosedAction::Deflect, destination};
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
  void close_queue() {
    apply(SetQueueMode{.queue = "sales", .mode = QueueMode::Closed, .supervisor = "eva"});
  }
  // The one event of this kind.
  template <class Kind>
  Kind only() const {
    std::vector<Kind> found;
    for (const Event& event : events_) {
      if (const auto* kind = std::get_if<Kind>(&event)) found.push_back(*kind);
    }
    EXPECT_EQ(found.size(), 1u);
    return found.empty() ? Kind{} : found.front();
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
  open_queue("voicemail of sales");
  submit("c1");
  close_queue();
  const auto ended = only<ContactEnded>();
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
  open_queue("+33 1 23 45 67 89");
  submit("c1");
  submit("c2");
  close_queue();
  EXPECT_EQ(destination_of("c1"), "+33 1 23 45 67 89");
  EXPECT_EQ(destination_of("c2"), "+33 1 23 45 67 89");
  EXPECT_EQ(engine_.state().destinations.size(), 1u);
  now_ += 60s;
  apply(RouterRestarted{});
  EXPECT_EQ(engine_.state().destinations.size(), 0u);
  EXPECT_TRUE(engine_.state().deflected.empty());
}

TEST_F(Deflect, APendingOfferIsRescinded) {
  open_queue("voicemail");
  apply(Login{"ana", {}, true});
  submit("c1");
  close_queue();
  EXPECT_EQ(only<OfferEnded>().state, OfferState::Rescinded);
  EXPECT_EQ(only<ContactEnded>().state, ContactState::Overflowed);
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
