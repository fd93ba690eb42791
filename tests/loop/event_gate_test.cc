#include "router/loop/event_gate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "router/core/state.h"

namespace cordboard {
namespace {

class EventGateTest : public ::testing::Test, public Publisher {
 protected:
  void stage(std::uint64_t revision, Time, const State&, std::span<const Event>) override {
    seen_.push_back("stage " + std::to_string(revision));
  }
  void release(std::uint64_t revision) override { seen_.push_back("release " + std::to_string(revision)); }

  void stage_in_gate(std::uint64_t revision) { gate_.stage(revision, Time{}, state_, {}); }
  void hold_reply(std::uint64_t revision) {
    gate_.hold(Answer{{}, revision, Time{}},
               [this](const Answer& answer) { seen_.push_back("reply " + std::to_string(answer.revision)); });
  }
  void hold_query(std::uint64_t revision) {
    gate_.hold(revision, [this, revision] { seen_.push_back("query " + std::to_string(revision)); });
  }
  std::vector<std::string> take_seen() { return std::exchange(seen_, {}); }

  State state_;
  EventGate gate_;
  std::vector<std::string> seen_;
};

using Lines = std::vector<std::string>;

TEST_F(EventGateTest, LetsOutRepliesAndQueriesInOrderAndThenTheEvents) {
  gate_.add_publisher(*this);
  stage_in_gate(1);
  hold_reply(1);
  hold_query(1);
  stage_in_gate(2);
  hold_reply(2);
  EXPECT_EQ(take_seen(), (Lines{"stage 1", "stage 2"}));
  gate_.release(0);
  EXPECT_EQ(take_seen(), Lines{});
  gate_.release(1);
  EXPECT_EQ(take_seen(), (Lines{"reply 1", "query 1", "release 1"}));
  gate_.release(2);
  EXPECT_EQ(take_seen(), (Lines{"reply 2", "release 2"}));
  EXPECT_EQ(gate_.held(), 0u);
}

TEST_F(EventGateTest, PublishersAreToldNothingTwice) {
  gate_.add_publisher(*this);
  stage_in_gate(1);
  gate_.release(1);
  take_seen();
  hold_query(1);
  gate_.release(1);
  EXPECT_EQ(take_seen(), (Lines{"query 1"}));
}

TEST_F(EventGateTest, ARemovedPublisherHearsNoMore) {
  gate_.add_publisher(*this);
  gate_.remove_publisher(*this);
  stage_in_gate(1);
  gate_.release(1);
  EXPECT_EQ(take_seen(), Lines{});
}

TEST_F(EventGateTest, WhatIsDroppedIsNeverSeen) {
  hold_reply(1);
  gate_.drop();
  gate_.release(5);
  EXPECT_EQ(take_seen(), Lines{});
}

using EventGateDeathTest = EventGateTest;
TEST_F(EventGateDeathTest, ARevisionThatGoesBackIsABug) {
  hold_reply(2);
  EXPECT_DEATH(hold_reply(1), "revision 1 after 2");
}

}  // namespace
}  // namespace cordboard
