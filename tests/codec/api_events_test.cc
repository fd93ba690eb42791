#include "router/codec/api_events.h"

#include <gtest/gtest.h>

#include "router/codec/api_time.h"
#include "router/codec/event_subjects.h"
#include "router/core/assignments.h"
#include "router/core/engine.h"
#include "tests/codec/expected_messages.h"
#include "tests/codec/played_tape.h"

namespace cordboard::testing {
namespace {

TEST(ApiEvents, EveryEventHasItsKind) {
  EXPECT_EQ(v1::Event::descriptor()->FindOneofByName("kind")->field_count(),
            static_cast<int>(std::variant_size_v<Event>));
}

v1::AgentNotice told_agent(const Event& event, const State& state, std::uint64_t revision, Time at) {
  EventEncoder encoder;
  std::string bytes;
  append_agent_notice(encoder.encode(state, {&event, 1}).front(), state, revision, at, bytes);
  v1::AgentNotice notice;
  EXPECT_TRUE(notice.ParseFromString(bytes));
  return notice;
}

class OneCall : public ::testing::Test {
 protected:
  OneCall() {
    TenantConfig config;
    config.queues.push_back({.name = "sales"});
    apply(ApplyConfig{1, config});
    apply(Login{"ana", {}, true});
  }

  const std::vector<Event>& apply(CommandBody body) {
    now_ += 1s;
    events_.clear();
    const Outcome outcome = engine_.apply({now_, {}, std::move(body)}, events_);
    EXPECT_TRUE(outcome.accepted());
    return events_;
  }

  // The event of this type; it must be there.
  template <class T>
  const Event& event() {
    for (const Event& event : events_) {
      if (std::holds_alternative<T>(event)) return event;
    }
    ADD_FAILURE() << "no such event";
    return events_.front();
  }

  const State& state() const { return engine_.state(); }

  v1::AgentNotice agent_notice(const Event& event, std::uint64_t revision) {
    return told_agent(event, state(), revision, now_);
  }
  GatewayRef gateway_of(const Event& event) const {
    const ContactRef contact = subjects_of(event, state()).contact;
    return contact ? state()[contact].gateway : GatewayRef::none();
  }

  Engine engine_;
  std::vector<Event> events_;
  Time now_ = time_from_us(1'700'000'000'000'000);
};

TEST_F(OneCall, AnOfferReachesTheAgentWithEverythingTheDesktopShows) {
  apply(SubmitContact{
      .contact = "c1", .gateway = "pbx", .queue = "sales", .customer = "cust", .attributes = "{}"});
  const Event& created = event<OfferCreated>();
  const v1::AgentNotice notice = agent_notice(created, 3);
  EXPECT_EQ(notice.agent_id(), "ana");
  EXPECT_EQ(notice.revision(), 3u);
  EXPECT_EQ(notice.at().seconds(), 1'700'000'003);
  const v1::Offer& offer = notice.offer_created();
  EXPECT_EQ(offer.offer_id(), 1u);
  EXPECT_EQ(offer.contact_id(), "c1");
  EXPECT_EQ(offer.agent_id(), "ana");
  EXPECT_EQ(offer.queue(), "sales");
  EXPECT_EQ(offer.channel(), "voice");
  EXPECT_EQ(offer.customer(), "cust");
  EXPECT_EQ(offer.attributes(), "{}");
  EXPECT_EQ(offer.expires_at().seconds() - offer.created_at().seconds(), 15);
}

TEST_F(OneCall, TheGatewayOfTheContactIsToldAndNoOther) {
  apply(SubmitContact{.contact = "c1", .gateway = "pbx", .queue = "sales"});
  const GatewayRef gateway = gateway_of(event<OfferCreated>());
  ASSERT_TRUE(gateway);
  EXPECT_EQ(state()[gateway].id, "pbx");
  EXPECT_FALSE(gateway_of(event<AgentActivityChanged>()));
  apply(CancelContact{"c1"});
  apply(SubmitContact{.contact = "c2", .queue = "sales"});
  EXPECT_FALSE(gateway_of(event<OfferCreated>()));
}

// Who watches the queue in which it rang is told that it rings no more.
TEST_F(OneCall, AnOfferOfAContactThatIsMovedEndedInTheQueueInWhichItRang) {
  TenantConfig config;
  config.queues = {{.name = "sales"}, {.name = "night", .requirement = "nobody"}};
  apply(ApplyConfig{2, config});
  apply(SubmitContact{.contact = "c1", .queue = "sales"});
  const QueueRef sales = state().find_queue("sales");
  EXPECT_EQ(subjects_of(event<OfferCreated>(), state()).queue, sales);
  apply(Supervise{.verb = SupervisorVerb::Move,
                  .supervisor = "eva",
                  .reason = {},
                  .contact = "c1",
                  .agent = {},
                  .queue = "night"});
  EXPECT_NE(state()[subjects_of(event<OfferEnded>(), state()).contact].queue, sales);
  EXPECT_EQ(subjects_of(event<OfferEnded>(), state()).queue, sales);
}

TEST_F(OneCall, NewAttributesReachTheAgentWhoseOfferIsPending) {
  apply(SubmitContact{.contact = "c1", .queue = "sales", .attributes = "old"});
  apply(UpdateContact{.contact = "c1", .attributes = "new"});
  const v1::AgentNotice notice = agent_notice(event<ContactUpdated>(), 4);
  EXPECT_EQ(notice.offer_updated().attributes(), "new");
}

TEST_F(OneCall, AnAnswerTellsTheGatewayWhom) {
  apply(SubmitContact{.contact = "c1", .gateway = "pbx", .queue = "sales"});
  apply(AcceptOffer{"ana", OfferId{1}});
  EventEncoder encoder;
  std::string bytes;
  append_gateway_notice(encoder.encode(state(), {&event<ContactConnected>(), 1}).front(), 4, now_, bytes);
  v1::GatewayNotice notice;
  ASSERT_TRUE(notice.ParseFromString(bytes));
  EXPECT_EQ(notice.revision(), 4u);
  EXPECT_EQ(notice.event().contact_connected().agent_id(), "ana");
  EXPECT_EQ(notice.event().contact_connected().wait().seconds(), 1);
}

TEST(ApiTime, IsExactAlsoBeforeTheEpoch) {
  google::protobuf::Timestamp time;
  fill_time(time_from_us(-1), &time);
  EXPECT_EQ(time.seconds(), -1);
  EXPECT_EQ(time.nanos(), 999'999'000);
  google::protobuf::Duration duration;
  fill_duration(Duration{-1'500'001}, &duration);
  EXPECT_EQ(duration.seconds(), -1);
  EXPECT_EQ(duration.nanos(), -500'001'000);
}

// Whatever happens, an event names what it is about, and its kind is in the order of the engine's variant.
TEST(ApiEvents, NoEventOfATapeIsWithoutItsNames) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    PlayedTape tape(seed);
    for (int i = 0; i < 100; ++i) {
      tape.next();
      const State& state = tape.state();
      for (const Event& event : tape.events()) {
        const v1::Event row = expected_event(event, state);
        std::string bytes;
        append_event(event, state, bytes);
        ASSERT_EQ(bytes, row.SerializeAsString()) << row.ShortDebugString();
        ASSERT_EQ(row.kind_case(), static_cast<int>(event.index()) + 1);
        const std::string text = row.ShortDebugString();
        ASSERT_EQ(text.find("contact_id: \"\""), std::string::npos) << text;
        if (subjects_of(event, state).contact) {
          ASSERT_NE(text.find("contact_id: "), std::string::npos) << "seed " << seed << ": " << text;
        }
        if (subjects_of(event, state).agent) {
          const v1::AgentNotice notice = told_agent(event, state, 1, time_from_us(1));
          if (notice.has_offer_created()) {
            const EventSubjects subjects = subjects_of(event, state);
            const AssignmentRef offer = assignments::offer_to(state, subjects.contact, subjects.agent);
            ASSERT_EQ(notice.offer_created().SerializeAsString(),
                      expected_offer(state, offer).SerializeAsString());
          }
          ASSERT_NE(notice.notice_case(), v1::AgentNotice::NOTICE_NOT_SET);
          if (notice.has_event()) {
            ASSERT_EQ(notice.event().SerializeAsString(), bytes);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace cordboard::testing
