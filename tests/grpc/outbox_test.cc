#include "router/grpc/outbox.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cordboard/v1/gateway_session.pb.h"
#include "cordboard/v1/supervisor_service.pb.h"
#include "tests/grpc/slow_wire.h"

namespace cordboard {
namespace {

using testing::resume_revision;
using testing::SlowWire;

class OutboxTest : public ::testing::Test {
 protected:
  static Fragments elements(std::uint64_t revision, int count, std::size_t size = 0) {
    Fragments fragments;
    for (int i = 0; i < count; ++i) {
      v1::GatewayResponse response;
      response.mutable_notice()->set_revision(revision);
      response.mutable_notice()->mutable_contact()->set_attributes(std::string(size, 'x'));
      fragments.add(revision, 1, response);
    }
    return fragments;
  }
  int count(const std::string& bytes) {
    v1::GatewaySessionResponse message;
    EXPECT_TRUE(message.ParseFromString(bytes));
    return message.responses_size();
  }
  EdgeCounters counters_;
  SlowWire wire_;
  Outbox outbox_{wire_, StreamKind::Gateway, 1'000, counters_};
};

TEST_F(OutboxTest, WhatComesWhileAMessageIsOnItsWayGoesTogether) {
  outbox_.add(elements(1, 1));
  outbox_.add(elements(2, 2));
  outbox_.add(elements(3, 3));
  ASSERT_EQ(wire_.sent.size(), 1u);
  outbox_.written(true);
  ASSERT_EQ(wire_.sent.size(), 2u);
  EXPECT_EQ(count(wire_.sent[0]), 1);
  EXPECT_EQ(count(wire_.sent[1]), 5);
}

TEST_F(OutboxTest, AReaderThatIsTooSlowIsCutWithTheRevisionToResumeFrom) {
  outbox_.add(elements(7, 1));
  outbox_.add(elements(8, 10, 200));
  EXPECT_EQ(wire_.closings, 1);
  EXPECT_TRUE(wire_.ended.empty()) << "a message is still on its way";
  outbox_.written(true);
  ASSERT_EQ(wire_.ended.size(), 1u);
  EXPECT_EQ(wire_.ended[0].error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_EQ(resume_revision(wire_), 7u);
  EXPECT_EQ(counters_.slow_readers[0], 1u);
}

TEST_F(OutboxTest, WhatIsNotCountedMayBeLarge) {
  outbox_.add(elements(1, 1));
  outbox_.add(elements(2, 100, 10'000), Outbox::Counted::No);
  int received = 0;
  for (std::size_t i = 0; i < wire_.sent.size(); ++i) {
    received += count(wire_.sent[i]);
    EXPECT_LE(wire_.sent[i].size(), 2 * kMessageBytes);
    outbox_.written(true);
  }
  EXPECT_EQ(received, 101);
  EXPECT_FALSE(outbox_.closing());
}

TEST_F(OutboxTest, ARevisionCountsAsSentWhenItsLastElementIs) {
  Outbox large(wire_, StreamKind::Gateway, 100u << 20, counters_);
  large.add(elements(5, 1));
  large.add(elements(6, 100, 10'000));  // several messages
  large.written(true);                  // of 5; the first of 6 goes
  large.cut(v1::StreamClosedDetail::SHUTTING_DOWN, grpc::UNAVAILABLE, "");
  large.written(true);
  EXPECT_EQ(resume_revision(wire_), 5u);
}

TEST_F(OutboxTest, ClosingSendsWhatWasAddedBefore) {
  outbox_.add(elements(1, 1));
  outbox_.add(elements(2, 1));
  outbox_.close(grpc::Status::OK);
  outbox_.add(elements(3, 1));
  outbox_.written(true);
  EXPECT_TRUE(wire_.ended.empty());
  outbox_.written(true);
  ASSERT_EQ(wire_.ended.size(), 1u);
  EXPECT_TRUE(wire_.ended[0].ok());
  EXPECT_EQ(wire_.sent.size(), 2u);
  EXPECT_EQ(wire_.closings, 1);
}

TEST_F(OutboxTest, WhatLeavesAtOnceDoesNotCountAsUnread) {
  outbox_.add(elements(1, 10, 200));  // more than the limit, and nothing is on its way
  EXPECT_FALSE(outbox_.closing());
  EXPECT_EQ(count(wire_.sent.at(0)), 10);
  outbox_.add(elements(2, 10, 200));
  EXPECT_TRUE(outbox_.closing());
}

TEST_F(OutboxTest, ClosingForAReasonSendsTheRestAndSaysWhereToResume) {
  outbox_.add(elements(1, 1));
  outbox_.add(elements(2, 1));
  outbox_.close(v1::StreamClosedDetail::SHUTTING_DOWN, grpc::UNAVAILABLE, "");
  outbox_.written(true);
  outbox_.written(true);
  EXPECT_EQ(wire_.sent.size(), 2u);
  ASSERT_EQ(wire_.ended.size(), 1u);
  EXPECT_EQ(wire_.ended[0].error_code(), grpc::UNAVAILABLE);
  EXPECT_EQ(resume_revision(wire_), 2u);
}

TEST_F(OutboxTest, AFailedWriteEndsTheStream) {
  outbox_.add(elements(1, 1));
  outbox_.add(elements(2, 1));
  outbox_.written(false);
  ASSERT_EQ(wire_.ended.size(), 1u);
  EXPECT_EQ(wire_.ended[0].error_code(), grpc::CANCELLED);
}

TEST_F(OutboxTest, ContentsAreWrappedTogether) {
  v1::DeltaBatch one;
  one.add_deltas()->set_revision(1);
  v1::DeltaBatch two;
  two.add_deltas()->set_revision(2);
  outbox_.add_wrapped(grpc::Slice(one.SerializeAsString()), 1);
  outbox_.add_wrapped(grpc::Slice(one.SerializeAsString()), 1);
  outbox_.add_wrapped(grpc::Slice(two.SerializeAsString()), 2);
  outbox_.written(true);
  v1::WatchResponse response;
  ASSERT_TRUE(response.ParseFromString(wire_.sent.at(1)));
  ASSERT_EQ(response.deltas().deltas_size(), 2);
  EXPECT_EQ(response.deltas().deltas(1).revision(), 2u);
}

TEST(FragmentsTest, TakesRevisionsInOrder) {
  Fragments all;
  for (std::uint64_t revision = 1; revision <= 5; ++revision) all.add(revision, std::string_view("xx"));
  Fragments some;
  all.take_until(3, some);
  EXPECT_EQ(some.bytes().size(), 6u);
  EXPECT_EQ(all.bytes().size(), 4u);
  EXPECT_EQ(all.marks().front().revision, 4u);
  EXPECT_EQ(all.marks().front().end, 2u);
  some.clear();
  all.take_until(3, some);
  EXPECT_TRUE(some.empty());
  all.take_until(9, some);
  EXPECT_TRUE(all.empty());
}

}  // namespace
}  // namespace cordboard
