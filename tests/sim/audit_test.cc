// The audit itself: silent about histories that are right, and each rule catches its bug.

#include "agents-sim/audit/audit.h"

#include <gtest/gtest.h>

#include <ostream>

#include "agents-sim/audit/stream_audit.h"
#include "tests/sim/audit_history.h"

namespace cordboard::sim {
namespace {

constexpr int kSteps = 2'000;
constexpr std::uint64_t kSeeds = 200;

std::string first_finding(const Findings& findings) {
  return findings.first().empty()
             ? "nothing"
             : std::string(to_string(findings.first()[0].rule)) + ": " + findings.first()[0].text;
}

TEST(AuditTest, FindsNothingInHistoriesThatAreRight) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    AuditHistory history(seed, Fault::None);
    history.play(kSteps);
    ASSERT_EQ(history.audit().findings().total(), 0u)
        << "seed " << seed << ": " << first_finding(history.audit().findings());
    EXPECT_GT(history.audit().contacts().acknowledged_count(), 50u);
    EXPECT_EQ(history.audit().contacts().acknowledged_lost(), 0u);
  }
}

struct Case {
  const char* name;
  Fault fault;
  Rule rule;
};
void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

class AuditCatches : public testing::TestWithParam<Case> {};

TEST_P(AuditCatches, WhateverTheSeed) {
  std::uint64_t erred = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    AuditHistory history(seed, GetParam().fault);
    history.play(kSteps);
    if (!history.erred()) continue;
    ++erred;
    ASSERT_GT(history.audit().findings().count(GetParam().rule), 0u)
        << "seed " << seed << ", found " << first_finding(history.audit().findings());
  }
  EXPECT_GT(erred, kSeeds / 4) << "the fault hardly ever happens";
}

INSTANTIATE_TEST_SUITE_P(
    Bugs, AuditCatches,
    testing::Values(Case{"LostContact", Fault::LosesContact, Rule::Lost},
                    Case{"ContactLostOverRestart", Fault::LosesContactOverRestart, Rule::Lost},
                    Case{"SecondOfferWhileRinging", Fault::OffersTwice, Rule::DoubleOffered},
                    Case{"OfferOfConnectedContact", Fault::OffersConnected, Rule::DoubleOffered},
                    Case{"OfferShownToAnotherAgent", Fault::ShowsOtherAgent, Rule::DoubleOffered},
                    Case{"OfferOfEndedContact", Fault::OffersEnded, Rule::OfferAfterEnd},
                    Case{"OfferToPausingAgent", Fault::OffersToPausing, Rule::AgentNotReady},
                    Case{"OfferToBusyAgent", Fault::OffersToBusy, Rule::OverCapacity},
                    Case{"TwoAcceptsOfOneContact", Fault::TakesTwoAccepts, Rule::AcceptedTwice},
                    Case{"LaterContactFirst", Fault::BreaksOrder, Rule::OutOfOrder},
                    Case{"OrderMixedUpOverRestart", Fault::RenumbersOverRestart, Rule::OutOfOrder},
                    Case{"SecondEnd", Fault::EndsTwice, Rule::EndedTwice},
                    Case{"CancelledWhileWaiting", Fault::CancelsWaiting, Rule::UnaskedEnd},
                    Case{"AbandonedWithoutHangingUp", Fault::AbandonsWaiting, Rule::UnaskedEnd},
                    Case{"CompletedWithoutAnAnswer", Fault::CompletesWaiting, Rule::UnaskedEnd},
                    Case{"CompletedWhileTheyTalk", Fault::CompletesConnected, Rule::UnaskedEnd},
                    Case{"CancelledOverRestart", Fault::CancelsOverRestart, Rule::UnaskedEnd},
                    Case{"EndForgottenOverRestart", Fault::RevivesOverRestart, Rule::ForgotChange},
                    Case{"AnswerForgottenOverRestart", Fault::DisconnectsOverRestart, Rule::ForgotChange},
                    Case{"OfferEndsTwice", Fault::EndsOfferTwice, Rule::Unexpected},
                    Case{"OfferNumberUsedAgain", Fault::ReusesOfferNumber, Rule::Unexpected},
                    Case{"ConnectedWithoutOffer", Fault::ConnectsWithoutOffer, Rule::Unexpected}),
    [](const testing::TestParamInfo<Case>& test) { return std::string(test.param.name); });

TEST(AuditTest, RowsThatComeLateDoNotContradictALaterAccept) {
  Audit audit(1);
  ContactAudit& contacts = audit.contacts();
  contacts.submitted(0);
  contacts.acknowledged(0);
  contacts.queued(0, 0, 1);
  contacts.offer_created(0, 1, 0, 2);
  contacts.accept_answered(0, 1, 0, 5);
  contacts.begin_rows(4);
  contacts.found(0, {FoundPhase::Offered, {{1, 0}}});
  EXPECT_EQ(audit.findings().total(), 0u);
  contacts.begin_rows(5);
  contacts.found(0, {FoundPhase::Offered, {{1, 0}}});
  EXPECT_EQ(audit.findings().count(Rule::ForgotChange), 1u);
}

class Stream : public testing::Test {
 protected:
  std::uint64_t found() const { return findings_.count(Rule::StreamOrder); }

  Findings findings_;
  StreamAudit stream_{findings_, "the gateway"};
};

TEST_F(Stream, TellsInTheOrderOfTheLog) {
  stream_.begins(0);
  for (const Revision revision : {3u, 3u, 4u, 9u}) stream_.told(revision);
  for (const Revision revision : {2u, 4u, 4u}) stream_.answered(revision);
  EXPECT_EQ(found(), 0u) << "answers may be ahead or behind";
  stream_.told(8);
  EXPECT_EQ(found(), 1u);
  stream_.answered(3);
  EXPECT_EQ(found(), 2u);
}

TEST_F(Stream, GoesOnBehindWhatWasTold) {
  stream_.begins(0);
  stream_.told(5);
  stream_.begins(5);
  stream_.told(6);
  EXPECT_EQ(found(), 0u);
  stream_.begins(6);
  stream_.told(6);
  EXPECT_EQ(found(), 1u);
}

TEST(ContactEndTest, EachEndNeedsWhoeverCanAskForIt) {
  EXPECT_TRUE(
      may_end({EndState::Completed, EndCause::AgentEnded}, {.may_be_answered = true, .agent_ended = true}));
  EXPECT_FALSE(
      may_end({EndState::Completed, EndCause::AgentEnded}, {.may_be_answered = true, .customer_left = true}));
  EXPECT_TRUE(may_end({EndState::Completed, EndCause::StrangerEnded}, {.may_be_answered = true}));
  EXPECT_TRUE(may_end({EndState::Abandoned, EndCause::CustomerLeft},
                      {.may_be_unanswered = true, .customer_left = true}));
  EXPECT_FALSE(may_end({EndState::Abandoned, EndCause::CustomerLeft},
                       {.may_be_answered = true, .customer_left = true}))
      << "it was answered";
}

TEST(ContactEndTest, LimitsOfTheRouterNeedNobodyToAsk) {
  const EndCircumstances answered{.may_be_answered = true};
  const EndCircumstances waiting{.may_be_unanswered = true};
  EXPECT_TRUE(may_end({EndState::Completed, EndCause::MaxHandling}, answered));
  EXPECT_FALSE(may_end({EndState::Completed, EndCause::MaxHandling}, waiting));
  EXPECT_TRUE(may_end({EndState::Expired, EndCause::MaxWait}, waiting));
  EXPECT_FALSE(may_end({EndState::Expired, EndCause::Unknown}, waiting));
  EXPECT_FALSE(may_end({EndState::Cancelled, EndCause::GatewayLost}, waiting)) << "the gateway was there";
  EXPECT_TRUE(may_end({EndState::Cancelled, EndCause::GatewayLost},
                      {.may_be_unanswered = true, .gateway_was_away = true}));
}

TEST(ContactEndTest, RulesEndOnlyWhatNobodyAnswered) {
  const EndCircumstances answered{.may_be_answered = true};
  const EndCircumstances waiting{.may_be_unanswered = true};
  for (const EndState state : {EndState::Overflowed, EndState::Cancelled}) {
    EXPECT_TRUE(may_end({state, EndCause::Rule}, waiting));
    EXPECT_FALSE(may_end({state, EndCause::Rule}, answered));
    EXPECT_FALSE(may_end({state, EndCause::Other}, waiting));
  }
  EXPECT_TRUE(may_end({EndState::Overflowed, EndCause::Unknown}, waiting)) << "a row does not tell why";
  EXPECT_FALSE(may_end({EndState::Expired, EndCause::Rule}, waiting));
}

TEST(AuditTest, OverlappingOffersOnTwoStreamsAreJudgedByRevision) {
  Audit audit(2);
  for (const AgentNo agent : {0u, 1u}) audit.agents().logged_in(agent, {{100, 1}}, true, {});
  // The end of the first offer (revision 5) is read after the second offer (revision 6): that is fine.
  audit.agents().offered(0, {7, 1, 0, FoundPhase::Offered}, 4);
  audit.agents().offered(1, {7, 2, 0, FoundPhase::Offered}, 6);
  audit.agents().offer_ended(0, 1, OfferEnd::Expired, 5);
  EXPECT_EQ(audit.findings().total(), 0u);
  // It ended later: both were ringing.
  audit.agents().offered(0, {7, 3, 0, FoundPhase::Offered}, 8);
  audit.agents().offer_ended(1, 2, OfferEnd::Expired, 9);
  EXPECT_EQ(audit.findings().count(Rule::DoubleOffered), 1u);
}

TEST(AuditTest, TheLaterOfferMayBeReadFirst) {
  Audit audit(2);
  for (const AgentNo agent : {0u, 1u}) audit.agents().logged_in(agent, {{100, 1}}, true, {});
  audit.agents().offered(1, {7, 2, 0, FoundPhase::Offered}, 6);
  audit.agents().offered(0, {7, 1, 0, FoundPhase::Offered}, 4);
  audit.agents().offer_ended(0, 1, OfferEnd::Expired, 5);
  audit.agents().offer_ended(1, 2, OfferEnd::Expired, 7);
  EXPECT_EQ(audit.findings().total(), 0u) << "the first one had ended when the second one was made";
  // The same, but the first one ended later: both were ringing.
  audit.agents().offered(1, {7, 4, 0, FoundPhase::Offered}, 10);
  audit.agents().offered(0, {7, 3, 0, FoundPhase::Offered}, 8);
  audit.agents().offer_ended(0, 3, OfferEnd::Expired, 11);
  EXPECT_EQ(audit.findings().count(Rule::DoubleOffered), 1u);
}

HeldContact ringing_at(ContactNo contact, OfferNo offer, std::uint32_t ring) {
  HeldContact held{contact, offer, 0, FoundPhase::Offered};
  held.ring = ring;
  return held;
}

TEST(AuditTest, AQueueMayAskAsManyAgentsAtOnceAsItSays) {
  Audit audit(3);
  for (const AgentNo agent : {0u, 1u, 2u}) audit.agents().logged_in(agent, {{100, 1}}, true, {});
  // The third offer took the place of the first one; the streams tell of it before that one's end.
  audit.agents().offered(0, ringing_at(7, 1, 2), 4);
  audit.agents().offered(1, ringing_at(7, 2, 2), 4);
  audit.agents().offered(2, ringing_at(7, 3, 2), 6);
  audit.agents().offer_ended(0, 1, OfferEnd::Declined, 6);
  audit.agents().offer_ended(1, 2, OfferEnd::Accepted, 7);
  audit.agents().offer_ended(2, 3, OfferEnd::Rescinded, 7);
  EXPECT_EQ(audit.findings().total(), 0u);
  // It was made while the first two were live.
  audit.agents().released(1, 7);
  audit.agents().offered(0, ringing_at(7, 4, 2), 14);
  audit.agents().offered(1, ringing_at(7, 5, 2), 14);
  audit.agents().offered(2, ringing_at(7, 6, 2), 16);
  audit.agents().offer_ended(0, 4, OfferEnd::Declined, 17);
  audit.agents().offer_ended(1, 5, OfferEnd::Accepted, 18);
  audit.agents().offer_ended(2, 6, OfferEnd::Rescinded, 18);
  EXPECT_EQ(audit.findings().count(Rule::DoubleOffered), 1u);
}

class RingingContact : public testing::Test {
 protected:
  void SetUp() override {
    for (const ContactNo contact : {0u, 1u}) {
      contacts_.submitted(contact);
      contacts_.acknowledged(contact);
    }
    contacts_.queued(0, 0, 1, 2);
    contacts_.offer_created(0, 1, 0, 1);
    contacts_.offer_created(0, 2, 1, 1);
  }
  std::size_t found() const { return audit_.findings().total(); }

  Audit audit_{4};
  ContactAudit& contacts_ = audit_.contacts();
};

TEST_F(RingingContact, IsAnsweredByOneAndTakenBackFromTheOther) {
  contacts_.offer_ended(0, 2, OfferEnd::Accepted, 2);
  contacts_.connected(0, 2, 1, 2);
  contacts_.offer_ended(0, 1, OfferEnd::Rescinded, 2);
  contacts_.end_asked(0);
  contacts_.ended(0, {EndState::Completed, EndCause::AgentEnded}, 3);
  EXPECT_EQ(found(), 0u);
}

TEST_F(RingingContact, RingsOnWhileOneOfferIsLeft) {
  contacts_.offer_ended(0, 1, OfferEnd::Declined, 2);
  contacts_.offer_created(0, 3, 2, 2);
  contacts_.offer_ended(0, 2, OfferEnd::Expired, 3);
  contacts_.offer_ended(0, 3, OfferEnd::Expired, 4);
  contacts_.requeued(0, 0, 4);
  EXPECT_EQ(found(), 0u);
}

TEST_F(RingingContact, IsNotOfferedToMoreThanItsQueueAsks) {
  contacts_.offer_created(0, 3, 2, 2);
  EXPECT_EQ(audit_.findings().count(Rule::DoubleOffered), 1u);
}

TEST_F(RingingContact, IsNotConnectedTwice) {
  contacts_.offer_ended(0, 2, OfferEnd::Accepted, 2);
  contacts_.connected(0, 2, 1, 2);
  contacts_.offer_ended(0, 1, OfferEnd::Accepted, 2);
  EXPECT_EQ(audit_.findings().count(Rule::Unexpected), 1u);
}

TEST_F(RingingContact, DoesNotGoBackToTheQueueWhileItRings) {
  contacts_.offer_ended(0, 1, OfferEnd::Declined, 2);
  contacts_.requeued(0, 0, 2);
  EXPECT_EQ(audit_.findings().count(Rule::Unexpected), 1u);
}

TEST_F(RingingContact, EndsWithEveryOffer) {
  contacts_.offer_ended(0, 1, OfferEnd::Rescinded, 2);
  contacts_.leave_asked(0);
  contacts_.ended(0, {EndState::Abandoned, EndCause::CustomerLeft}, 2);
  EXPECT_EQ(audit_.findings().count(Rule::Unexpected), 1u);
}

// It keeps its place or gets another one, as its queues say; its equals are served in order all the same.
TEST_F(RingingContact, IsMovedToAnotherQueueWhenItRingsNoMore) {
  contacts_.queued(1, 0, 2);
  contacts_.offer_ended(0, 1, OfferEnd::Rescinded, 3);
  contacts_.offer_ended(0, 2, OfferEnd::Rescinded, 3);
  contacts_.moved(0, 3);
  contacts_.queued(0, 0, 3);
  contacts_.offer_created(1, 3, 0, 4);
  contacts_.moved(0, 5);
  contacts_.queued(0, 1, 5);
  contacts_.ended(0, {EndState::Overflowed, EndCause::Rule}, 6);
  EXPECT_EQ(found(), 0u);
}

TEST_F(RingingContact, IsNotMovedWhileItRings) {
  contacts_.moved(0, 2);
  EXPECT_EQ(audit_.findings().count(Rule::Unexpected), 1u);
}

TEST_F(RingingContact, DoesNotTakeAnAgentForWhomAnEqualWaits) {
  contacts_.offer_ended(0, 1, OfferEnd::Expired, 2);
  contacts_.queued(1, 0, 3, 2);
  contacts_.offer_created(0, 3, 2, 4);
  EXPECT_EQ(audit_.findings().count(Rule::OutOfOrder), 1u);
}

TEST(AuditTest, OneOfferMayBeShownToOneAgentOnly) {
  Audit audit(2);
  for (const AgentNo agent : {0u, 1u}) audit.agents().logged_in(agent, {{100, 1}}, true, {});
  audit.agents().offered(0, {7, 1, 0, FoundPhase::Offered}, 4);
  audit.agents().offered(1, {7, 1, 0, FoundPhase::Offered}, 4);
  EXPECT_EQ(audit.findings().count(Rule::DoubleOffered), 1u);
}

TEST(AuditTest, AnAgentIsOfferedNothingOfAChannelThatItDoesNotServe) {
  Audit audit(1);
  audit.agents().logged_in(0, {{100, 1}, {100, 0}}, true, {});
  audit.agents().offered(0, {7, 1, 1, FoundPhase::Offered}, 4);
  EXPECT_EQ(audit.findings().count(Rule::OverCapacity), 1u);
}

TEST(AuditTest, AnAbsenceOfTheGatewayExcusesTheContactsOfThatTimeOnly) {
  Audit audit(1);
  const ContactEnd gateway_lost{EndState::Cancelled, EndCause::GatewayLost};
  for (const ContactNo contact : {0u, 1u}) {
    audit.contacts().submitted(contact);
    audit.contacts().acknowledged(contact);
    audit.contacts().queued(contact, 0, contact + 1);
    if (contact == 0) audit.contacts().gateway_was_away();
  }
  audit.contacts().ended(0, gateway_lost, 3);
  EXPECT_EQ(audit.findings().total(), 0u);
  audit.contacts().ended(1, gateway_lost, 4);
  EXPECT_EQ(audit.findings().count(Rule::UnaskedEnd), 1u);
}

TEST(AuditTest, AgentsWithRoomForSeveralContactsMayHoldThem) {
  Audit audit(1);
  audit.agents().logged_in(0, {{100, 1}, {25, 3}}, true, {});
  for (ContactNo contact = 0; contact < 3; ++contact) {
    audit.agents().offered(0, {contact, contact + 1, 1, FoundPhase::Offered}, contact + 1);
  }
  EXPECT_EQ(audit.findings().total(), 0u);
  audit.agents().offered(0, {3, 4, 1, FoundPhase::Offered}, 4);
  EXPECT_EQ(audit.findings().count(Rule::OverCapacity), 1u) << "a fourth chat";
  audit.agents().offered(0, {4, 5, 0, FoundPhase::Offered}, 5);
  EXPECT_EQ(audit.findings().count(Rule::OverCapacity), 2u) << "a call besides chats";
}

}  // namespace
}  // namespace cordboard::sim
