// Who served whom is bounded, and can be forgotten.

#include "router/core/last_agents.h"

#include <gtest/gtest.h>

#include "router/core/engine.h"
#include "router/core/rng.h"
#include "router/core/state.h"

namespace cordboard::testing {
namespace {

using namespace std::chrono_literals;

constexpr Time at(int seconds) { return Time{} + std::chrono::seconds(seconds); }

TEST(LastAgents, KeepsTheLatestOfEachCustomerAndForgetsTheOldestCustomer) {
  LastAgents last;
  last.remember({1, AgentRef{7}, at(1)}, 2);
  last.remember({2, AgentRef{8}, at(2)}, 2);
  last.remember({1, AgentRef{9}, at(3)}, 2);
  EXPECT_EQ(last.find(1, at(0)), AgentRef{9});
  last.remember({3, AgentRef{7}, at(4)}, 2);
  EXPECT_EQ(last.size(), 2u);
  EXPECT_FALSE(last.find(2, at(0)));  // served longest ago
  EXPECT_EQ(last.find(1, at(3)), AgentRef{9});
  EXPECT_FALSE(last.find(1, at(4)));  // longer ago than asked for
}

TEST(LastAgents, AgreesWithASearchOnARandomTape) {
  Rng rng{5};
  LastAgents last;
  std::vector<LastAgent> model;  // oldest first
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t customer = rng.next() % 12;
    const std::size_t limit = 1 + rng.next() % 8;
    std::erase_if(model, [&](const LastAgent& l) { return l.customer == customer; });
    if (rng.next() % 4 == 0) {
      last.forget(customer);
    } else {
      const LastAgent entry{customer, AgentRef{static_cast<std::uint32_t>(rng.next() % 5)}, at(i)};
      last.remember(entry, limit);
      while (model.size() >= limit) model.erase(model.begin());
      model.push_back(entry);
    }
    if (i % 50 == 0) {
      last.forget_before(at(i - 9), 2);
      for (int n = 0; n < 2 && !model.empty() && model.front().at < at(i - 9); ++n)
        model.erase(model.begin());
    }
    ASSERT_EQ(last.size(), model.size());
    for (const LastAgent& l : model) ASSERT_EQ(last.find(l.customer, l.at), l.agent);
  }
}

class ServedCustomers : public ::testing::Test {
 protected:
  ServedCustomers() {
    TenantConfig config;
    config.queues = {{.name = "sales", .wrap_up_timeout = 0s, .last_agent = {24h, 60s, false}}};
    apply(ApplyConfig{1, config});
    apply(Login{"ana", std::nullopt, true});
  }
  Outcome apply(CommandBody body) {
    events_.clear();
    return engine_.apply({at(0), "", std::move(body)}, events_);
  }
  void serve(const std::string& contact, const std::string& customer) {
    SubmitContact submit{.contact = contact, .queue = "sales"};
    submit.customer = customer;
    apply(submit);
    apply(AcceptOffer{"ana", OfferId{engine_.state().next_offer - 1}});
    apply(EndContact{contact, "ana"});
  }
  AgentRef last_of(const Engine& engine, const std::string& customer) const {
    return engine.state().last_agents.find(LastAgents::fingerprint(customer), at(0));
  }

  Engine engine_;
  std::vector<Event> events_;
};

TEST_F(ServedCustomers, AreInTheSnapshotUntilTheyAreForgotten) {
  serve("c1", "anna.miller@example.org");
  Engine restored;
  ASSERT_EQ(restored.restore(engine_.snapshot()), std::nullopt);
  EXPECT_EQ(last_of(restored, "anna.miller@example.org"), AgentRef{0});
  EXPECT_EQ(restored.digest(), engine_.digest());
  EXPECT_EQ(restored.snapshot(), engine_.snapshot());

  EXPECT_TRUE(apply(ForgetCustomer{"anna.miller@example.org", "eva", "asked by letter"}).accepted());
  EXPECT_FALSE(last_of(engine_, "anna.miller@example.org"));
  EXPECT_EQ(engine_.state().last_agents.size(), 0u);
  EXPECT_TRUE(apply(ForgetCustomer{"anna.miller@example.org", "eva", ""}).accepted());  // nothing to forget
}

// Two histories that differ in the customer's name only: the same digest, as erased texts must not change it.
TEST_F(ServedCustomers, HaveNoNameInTheDigest) {
  Engine other;
  ASSERT_EQ(other.restore(engine_.snapshot()), std::nullopt);
  serve("c1", "anna.miller@example.org");
  std::swap(engine_, other);
  serve("c1", "u1");
  const auto forget_contact = [](Engine& engine) {  // whose payload has a fingerprint
    std::vector<Event> events;
    engine.apply({at(7200), "", AdvanceTime{}}, events);
  };
  forget_contact(engine_);
  forget_contact(other);
  EXPECT_NE(last_of(engine_, "u1"), last_of(other, "u1"));
  EXPECT_EQ(engine_.digest(), other.digest());
}

TEST_F(ServedCustomers, AreForgottenByASupervisorOnly) {
  const std::uint64_t before = engine_.digest();
  EXPECT_EQ(apply(ForgetCustomer{"", "eva", ""}).rejection->reason, RejectReason::InvalidId);
  EXPECT_EQ(apply(ForgetCustomer{"u1", "", ""}).rejection->reason, RejectReason::InvalidId);
  EXPECT_EQ(engine_.digest(), before);
}

}  // namespace
}  // namespace cordboard::testing
