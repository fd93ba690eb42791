#include "router/grpc/reply_order.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cordboard/v1/gateway_session.pb.h"

namespace cordboard {
namespace {

class Wire : public Outbox::Wire {
 public:
  void start_write(const grpc::ByteBuffer* message) override {
    std::vector<grpc::Slice> slices;
    ASSERT_TRUE(message->Dump(&slices).ok());
    for (const grpc::Slice& slice : slices)
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  void finish(const grpc::Status&) override {}
  void closing() override {}
  void room() override { ++rooms; }
  std::string bytes;
  int rooms = 0;
};

// Replies are capital letters, notices small ones.
class Batch : public ReplyBatch {
 public:
  explicit Batch(std::string text) : text_(std::move(text)) {}
  void encode(std::uint64_t revision, Fragments& out) override { out.add(revision, text_); }
  void answered(std::uint64_t revision) { mark_revision(revision); }
  void done() { mark_complete(); }
  void taken_in_part() { mark_taken(false); }
  void taken_whole() { mark_taken(true); }
  void go_on() override { ++times_to_go_on; }

  int times_to_go_on = 0;

 private:
  const std::string text_;
};

class ReplyOrderTest : public ::testing::Test {
 protected:
  std::shared_ptr<Batch> add(const std::string& text) {
    auto batch = std::make_shared<Batch>(text);
    order_.add(batch);
    return batch;
  }
  // What has been sent so far.
  std::string flush(std::uint64_t released) {
    order_.flush(released, outbox_);
    outbox_.written(true);
    return wire_.bytes;
  }

  EdgeCounters counters_;
  Wire wire_;
  Outbox outbox_{wire_, StreamKind::Gateway, 64u << 10, counters_};
  ReplyOrder order_;
};

TEST_F(ReplyOrderTest, NoticesWaitUntilTheyAreReleased) {
  order_.stage(1, std::string_view("a"));
  order_.stage(2, std::string_view("b"));
  EXPECT_EQ(flush(1), "a");
  EXPECT_EQ(flush(2), "ab");
}

TEST_F(ReplyOrderTest, ANoticeWaitsForTheReplyThatExplainsIt) {
  const auto batch = add("R");
  batch->answered(5);  // and something of the batch is still open
  order_.stage(4, std::string_view("a"));
  order_.stage(5, std::string_view("b"));
  EXPECT_EQ(flush(5), "a");
  batch->done();
  EXPECT_EQ(flush(5), "aRb");
}

TEST_F(ReplyOrderTest, ABatchWaitsForTheOneBeforeIt) {
  const auto first = add("1");
  const auto second = add("2");
  second->answered(2);
  second->done();
  order_.stage(2, std::string_view("b"));
  first->answered(1);
  EXPECT_EQ(flush(2), "");
  first->done();
  EXPECT_EQ(flush(2), "12b");
  EXPECT_TRUE(order_.idle());
}

TEST_F(ReplyOrderTest, ABatchThatChangedNothingLetsNoNoticePassTheOneBehindIt) {
  const auto first = add("1");
  const auto second = add("2");
  const auto third = add("3");
  second->done();
  third->answered(5);
  third->done();
  order_.stage(4, std::string_view("a"));
  order_.stage(5, std::string_view("b"));
  EXPECT_EQ(flush(5), "a");
  first->done();
  EXPECT_EQ(flush(5), "a123b");
}

TEST_F(ReplyOrderTest, ABatchThatChangedNothingHoldsNothingUp) {
  add("R");
  order_.stage(1, std::string_view("a"));
  EXPECT_EQ(flush(1), "a");
}

TEST_F(ReplyOrderTest, ReadingPausesWhenTooMuchIsUnanswered) {
  std::vector<std::shared_ptr<Batch>> batches;
  while (!order_.pause_if_full(outbox_)) batches.push_back(add("x"));
  EXPECT_EQ(batches.size(), kMaxUnansweredMessages);
  EXPECT_FALSE(order_.take_room(outbox_));
  for (std::size_t i = 0; i < kMaxUnansweredMessages / 2; ++i) batches[i]->done();
  flush(1);
  EXPECT_TRUE(order_.take_room(outbox_));
  EXPECT_FALSE(order_.take_room(outbox_)) << "only once";
}

TEST_F(ReplyOrderTest, ReadingPausesWhileTheRepliesAreUnread) {
  for (int i = 0; i < 2; ++i) add(std::string(40u << 10, 'x'))->done();
  order_.flush(1, outbox_);
  EXPECT_TRUE(order_.pause_if_full(outbox_)) << "one is on its way, one waits";
  EXPECT_FALSE(order_.take_room(outbox_));
  EXPECT_EQ(wire_.rooms, 0);
  outbox_.written(true);
  EXPECT_EQ(wire_.rooms, 1);
  EXPECT_TRUE(order_.take_room(outbox_));
}

TEST_F(ReplyOrderTest, ABatchInPartsGoesOnWhenItIsNextAndPausesTheReading) {
  const auto first = add("A");
  const auto second = add("B");
  second->taken_in_part();
  EXPECT_TRUE(order_.pause_if_full(outbox_));
  order_.flush(1, outbox_);
  EXPECT_EQ(second->times_to_go_on, 0);
  first->done();
  order_.flush(1, outbox_);
  EXPECT_EQ(second->times_to_go_on, 1);
  EXPECT_FALSE(order_.take_room(outbox_));
  second->taken_whole();
  EXPECT_TRUE(order_.take_room(outbox_));
}

TEST_F(ReplyOrderTest, ABatchThatComesAfterTheEndIsNotKept) {
  order_.clear();
  const std::weak_ptr<Batch> batch = add("A");
  EXPECT_TRUE(batch.expired());
}

}  // namespace
}  // namespace cordboard
