#include "router/loop/decode_ahead.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "router/codec/storage_codec.h"
#include "tests/loop/memory_store.h"

namespace cordboard {
namespace {

using testing::MemoryDisk;

constexpr std::uint64_t kMany = 5'000;  // more than fits what is decoded ahead

class DecodeAheadTest : public ::testing::Test {
 protected:
  DecodeAheadTest() {
    std::vector<std::string> records(kMany);
    for (std::uint64_t i = 0; i < kMany; ++i) {
      encode_command({Time{Duration{1}}, "", Logout{"agent-" + std::to_string(i + 1)}}, records[i]);
    }
    const std::vector<std::string_view> views(records.begin(), records.end());
    EXPECT_TRUE(store_->append(1, views, store_->open_epoch()).ok());
    EXPECT_TRUE(store_->sync().ok());
  }

  // Every command names its own sequence.
  static void expect_in_order(const DecodeAhead::Batch& batch, std::uint64_t& sequence) {
    EXPECT_EQ(batch.first_sequence, sequence);
    for (const Command& command : batch.commands) {
      EXPECT_EQ(std::get<Logout>(command.body).agent, "agent-" + std::to_string(sequence++));
    }
  }

  MemoryDisk disk_;
  std::unique_ptr<Store> store_ = disk_.open();
};

TEST_F(DecodeAheadTest, GivesEveryCommandOnceAndInOrder) {
  for (const std::uint64_t first : {std::uint64_t{1}, std::uint64_t{4'000}, kMany, kMany + 1}) {
    DecodeAhead log(*store_, first);
    std::uint64_t sequence = first;
    while (const DecodeAhead::Batch* batch = log.next()) {
      expect_in_order(*batch, sequence);
      EXPECT_EQ(batch->undecodable, std::nullopt);
    }
    EXPECT_TRUE(log.result().ok());
    EXPECT_EQ(sequence, kMany + 1);
  }
}

TEST_F(DecodeAheadTest, SaysWhichRecordItCannotDecodeAndGivesNothingAfterIt) {
  for (const std::uint64_t damaged : {std::uint64_t{3'000}, std::uint64_t{257}, std::uint64_t{1}}) {
    disk_.replace_record(damaged, "\xff");
    store_ = disk_.open();
    DecodeAhead log(*store_, 1);
    std::uint64_t sequence = 1;
    std::uint64_t reported = 0;
    while (const DecodeAhead::Batch* batch = log.next()) {
      EXPECT_EQ(reported, 0u) << "something follows what cannot be read";
      expect_in_order(*batch, sequence);
      if (batch->undecodable) reported = sequence;
    }
    EXPECT_EQ(reported, damaged);
  }
}

TEST_F(DecodeAheadTest, MayBeLeftAtAnyTime) {
  for (int batches = 0; batches < 8; ++batches) {
    DecodeAhead log(*store_, 1);
    for (int i = 0; i < batches; ++i) ASSERT_NE(log.next(), nullptr);
  }
}

TEST_F(DecodeAheadTest, TellsHowTheReadingEnded) {
  ASSERT_TRUE(disk_.open()->trim_log_before(2).ok());
  DecodeAhead log(*store_, 0);
  EXPECT_EQ(log.next(), nullptr);
  ASSERT_FALSE(log.result().ok());
  EXPECT_EQ(log.result().error().kind, StoreErrorKind::Trimmed);
}

}  // namespace
}  // namespace cordboard
