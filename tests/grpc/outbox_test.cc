#include "router/grpc/outbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "cordboard/v1/gateway_session.pb.h"
#include "cordboard/v1/supervisor_service.pb.h"
#include "router/grpc/write_watch.h"
#include "tests/grpc/slow_wire.h"

namespace cordboard {
namespace {

using namespace std::chrono_literals;
using testing::resume_revision;
using testing::SlowWire;

constexpr auto late = [] { return true; };

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
  // All that comes at once.
  void flush(const Fragments& fragments) {
    outbox_.begin_flush();
    outbox_.add(fragments);
  }
  EdgeCounters counters_;
  SlowWire wire_;
  std::uint64_t unread() const { return counters_.unread_bytes[0]; }

  static constexpr std::size_t kLimit = 64u << 10;
  Outbox outbox_{wire_, StreamKind::Gateway, kLimit, counters_};
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
  flush(elements(7, 1));
  flush(elements(8, 20, 2'000));
  EXPECT_EQ(wire_.closings, 0);
  flush(elements(9, 1));
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
  outbox_.add(elements(2, 100, 10'000), Counted::No);
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

TEST_F(OutboxTest, WhatComesAtOnceIsNoBacklog) {
  flush(elements(1, 1));  // is on its way
  outbox_.begin_flush();
  for (int i = 0; i < 9; ++i) outbox_.add(elements(2, 1, kLimit));
  EXPECT_FALSE(outbox_.closing());
  outbox_.begin_flush();
  outbox_.add(elements(3, 1), Counted::No);
  EXPECT_FALSE(outbox_.closing()) << "nothing that is counted comes";
  outbox_.add(elements(3, 1));
  EXPECT_TRUE(outbox_.closing());
}

TEST_F(OutboxTest, WhoHasReadWhatCameAtOnceIsNotCut) {
  for (std::uint64_t revision = 1; revision < 10; ++revision) {
    flush(elements(revision, 100, 2'000));
    for (std::size_t before = 0; before < wire_.sent.size();) {
      before = wire_.sent.size();
      outbox_.written(true);
    }
  }
  EXPECT_FALSE(outbox_.closing());
}

TEST_F(OutboxTest, AnElementIsCountedAsItIsMarked) {
  Fragments fragments;
  fragments.add(1, 1, std::string(2 * kLimit, 'x'), Counted::No);
  fragments.add(1, 1, std::string(100, 'x'));
  flush(elements(1, 1));
  flush(fragments);
  flush(elements(2, 1));
  EXPECT_FALSE(outbox_.closing()) << "some hundred bytes are counted";
}

TEST_F(OutboxTest, WhatIsUnreadStaysBelowTheLimitAndIsCounted) {
  std::uint64_t most = 0;
  while (!outbox_.closing()) {
    flush(elements(1, 1, 500));
    most = std::max(most, unread());
  }
  EXPECT_LE(most, kLimit + 600) << "the limit, and what comes at once";
  EXPECT_GT(most, kMessageBytes);
  EXPECT_LE(unread(), kMessageBytes) << "what waited is dropped";
  outbox_.written(true);
  EXPECT_EQ(unread(), 0u);
}

TEST_F(OutboxTest, ASessionThatCarriesManyMayLeaveMoreUnread) {
  outbox_.allow(4 * kLimit);
  outbox_.allow(kLimit);  // never less again
  flush(elements(1, 1));
  flush(elements(2, 100, 2'000));
  flush(elements(3, 20, 2'000));
  EXPECT_FALSE(outbox_.closing());
  flush(elements(4, 1));
  EXPECT_TRUE(outbox_.closing());
}

TEST_F(OutboxTest, AMessageThatIsNeverReadIsGivenUpAndIsNotWhatToResumeFrom) {
  outbox_.add(elements(7, 1));
  outbox_.written(true);
  EXPECT_FALSE(outbox_.give_up(10s, late)) << "nothing is on its way";
  outbox_.add(elements(8, 1));
  outbox_.add(elements(9, 1));
  const auto told = outbox_.give_up(10s, late);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_EQ(told->error_message(), "SLOW_READER: nothing was read for 10000 ms; resume_revision 7");
  EXPECT_EQ(counters_.slow_readers[0], 1u);
  EXPECT_EQ(wire_.closings, 1);
  outbox_.written(false);
  EXPECT_EQ(wire_.sent.size(), 2u) << "the rest is dropped";
  EXPECT_EQ(wire_.ended.size(), 1u);
  EXPECT_EQ(unread(), 0u);
}

TEST_F(OutboxTest, AStreamThatWasClosingWhenItIsGivenUpKeepsItsReason) {
  outbox_.add(elements(1, 1));
  outbox_.close(v1::StreamClosedDetail::SHUTTING_DOWN, grpc::UNAVAILABLE, "SHUTTING_DOWN: reconnect");
  const auto told = outbox_.give_up(10s, late);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->error_code(), grpc::UNAVAILABLE);
  EXPECT_EQ(told->error_message(), "SHUTTING_DOWN: reconnect") << "nothing to resume from";
  EXPECT_EQ(counters_.slow_readers[0], 0u) << "it is not for this that it ends";
}

TEST_F(OutboxTest, AClientThatHasSaidEverythingAndDoesNotReadIsASlowReader) {
  outbox_.add(elements(1, 1));
  outbox_.close(grpc::Status::OK);
  const auto told = outbox_.give_up(10s, late);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->error_code(), grpc::RESOURCE_EXHAUSTED);
  EXPECT_EQ(told->error_message(), "SLOW_READER: nothing was read for 10000 ms");
  EXPECT_EQ(counters_.slow_readers[0], 1u);
}

TEST_F(OutboxTest, AResumedStreamThatIsCutEarlyGoesOnWhereItBegan) {
  outbox_.resume_from(41);
  outbox_.add(elements(0, 1));
  const auto told = outbox_.give_up(10s, late);
  ASSERT_TRUE(told);
  EXPECT_NE(told->error_message().find("; resume_revision 41"), std::string::npos) << told->error_message();
  outbox_.written(false);
  EXPECT_EQ(resume_revision(wire_), 41u);
}

TEST_F(OutboxTest, RepliesThatAreNotReadFillIt) {
  outbox_.add(elements(1, 1));
  EXPECT_FALSE(outbox_.is_full());
  outbox_.add(elements(2, 20, 2'000), Counted::No);
  EXPECT_TRUE(outbox_.is_full());
  EXPECT_FALSE(outbox_.closing());
  outbox_.written(true);
  EXPECT_EQ(wire_.rooms, 0) << "some still wait";
  outbox_.written(true);
  EXPECT_EQ(wire_.rooms, 1);
  EXPECT_FALSE(outbox_.is_full());
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
  EXPECT_TRUE(outbox_.add_wrapped(grpc::Slice(one.SerializeAsString()), 1));
  EXPECT_TRUE(outbox_.add_wrapped(grpc::Slice(one.SerializeAsString()), 1));
  EXPECT_TRUE(outbox_.add_wrapped(grpc::Slice(two.SerializeAsString()), 2));
  outbox_.written(true);
  v1::WatchResponse response;
  ASSERT_TRUE(response.ParseFromString(wire_.sent.at(1)));
  ASSERT_EQ(response.deltas().deltas_size(), 2);
  EXPECT_EQ(response.deltas().deltas(1).revision(), 2u);
}

TEST_F(OutboxTest, ContentThatHasNoRoomIsRefusedAndMayComeAgain) {
  const grpc::Slice large(std::string(kLimit, 'x'));
  EXPECT_TRUE(outbox_.add_wrapped(large, 1)) << "nothing is on its way";
  EXPECT_FALSE(outbox_.add_wrapped(large, 2));
  EXPECT_TRUE(outbox_.add_wrapped(grpc::Slice(std::string(1'000, 'x')), 2));
  EXPECT_FALSE(outbox_.closing());
  EXPECT_EQ(wire_.rooms, 0);
  outbox_.written(true);
  EXPECT_EQ(wire_.rooms, 1);
  EXPECT_FALSE(outbox_.add_wrapped(large, 3)) << "beside what is on its way now";
  outbox_.written(true);
  EXPECT_EQ(wire_.rooms, 2);
  EXPECT_TRUE(outbox_.add_wrapped(large, 3));
}

constexpr auto give_up_nothing = [](const auto&) { return false; };

TEST(WriteWatchTest, AsksForALookOnceAndSaysWhenTheMessageIsTooLate) {
  const Time start = time_from_us(1'000'000);
  WriteWatch watch(10s);
  EXPECT_TRUE(watch.began(start + 10s));
  watch.done();
  EXPECT_FALSE(watch.began(start + 13s)) << "a look is expected";
  EXPECT_EQ(watch.look(start + 10s, give_up_nothing), start + 13s);
  EXPECT_FALSE(watch.began(start + 14s));
  EXPECT_EQ(watch.look(start + 13s, give_up_nothing), start + 14s);
  watch.done();
  EXPECT_EQ(watch.look(start + 14s, give_up_nothing), kNever);
  EXPECT_TRUE(watch.began(start + 30s)) << "nobody is expected any more";
}

TEST(WriteWatchTest, AMessageThatHasMoreTimeDoesNotPutOffTheLookAtTheNextOne) {
  const Time start = time_from_us(1'000'000);
  WriteWatch watch(10s);
  EXPECT_TRUE(watch.began(start + 160s));
  EXPECT_EQ(watch.look(start, give_up_nothing), start + 10s);
  watch.done();
  EXPECT_FALSE(watch.began(start + 11s));
  EXPECT_EQ(watch.look(start + 10s, give_up_nothing), start + 11s);
}

TEST(WriteWatchTest, ALargeMessageHasMoreTime) {
  EdgeOptions options;
  options.slow_reader_timeout = 10s;
  EXPECT_EQ(options.patience(1), Duration{10s});
  EXPECT_EQ(options.patience(EdgeOptions::kPatienceBytes + 8'000), Duration{10s}) << "a chunk of a snapshot";
  EXPECT_EQ(options.patience(10 * EdgeOptions::kPatienceBytes), Duration{100s});
}

// A message that arrives just when it is found to be late.
class LateMessageTest : public OutboxTest {
 protected:
  LateMessageTest() {
    outbox_.add(elements(7, 1));
    EXPECT_TRUE(watch_.began(kStart + 10s));
  }
  void arrive() {
    watch_.done();
    outbox_.written(true);
  }
  // Looks when the first message is late; `meanwhile` happens between the look and the giving up.
  Time look(const std::function<void()>& meanwhile) {
    return watch_.look(kStart + 10s, [&](const auto& still_late) {
      meanwhile();
      return outbox_.give_up(10s, still_late).has_value();
    });
  }
  static constexpr Time kStart = time_from_us(1'000'000);
  WriteWatch watch_{10s};
};

TEST_F(LateMessageTest, IsGivenUp) {
  EXPECT_EQ(look([] {}), kNever);
  EXPECT_TRUE(outbox_.closing());
}

TEST_F(LateMessageTest, ArrivesMeanwhileAndTheNextOneIsWatchedAgain) {
  EXPECT_EQ(look([&] { arrive(); }), kNever);
  EXPECT_FALSE(outbox_.closing());
  outbox_.add(elements(8, 1));
  EXPECT_TRUE(watch_.began(kStart + 20s)) << "nobody is expected any more";
}

TEST_F(LateMessageTest, ArrivesMeanwhileAndTheOneThatBeganSinceHasItsTime) {
  const Time next = look([&] {
    arrive();
    outbox_.add(elements(8, 1));
    EXPECT_FALSE(watch_.began(kStart + 20s)) << "a look is under way";
  });
  EXPECT_EQ(next, kStart + 20s);
  EXPECT_FALSE(outbox_.closing());
  EXPECT_EQ(
      watch_.look(next, [&](const auto& still_late) { return outbox_.give_up(10s, still_late).has_value(); }),
      kNever);
  EXPECT_TRUE(outbox_.closing());
}

TEST_F(LateMessageTest, IsNotYetToldToTheOutboxThatItHasArrived) {
  EXPECT_EQ(look([&] { watch_.done(); }), kNever);
  EXPECT_FALSE(outbox_.closing());
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
