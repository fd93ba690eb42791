#include "router/store/log_batch.h"

#include <gtest/gtest.h>

namespace cordboard {
namespace {

struct OwnedRow {
  std::string records;
  LogRow row;
};

OwnedRow make_row(uint64_t first, uint64_t epoch, const std::vector<std::string>& payloads,
                  uint64_t previous) {
  OwnedRow made;
  for (const std::string& payload : payloads) add_record(made.records, payload);
  made.row = {first, payloads.size(), epoch, 0, made.records};
  made.row.checksum = chained_checksum(previous, made.row);
  return made;
}

TEST(LogBatch, RecordsComeBackAsTheyWentIn) {
  std::vector<std::string> payloads = {"", "a", std::string(70'000, 'b'), std::string("\0\0", 2)};
  OwnedRow made = make_row(41, 1, payloads, 0);
  made.row.records = made.records;
  std::vector<LogRecord> records;
  ASSERT_TRUE(split_records(made.row, records));
  ASSERT_EQ(records.size(), payloads.size());
  for (size_t i = 0; i < payloads.size(); ++i) {
    EXPECT_EQ(records[i].sequence, 41 + i);
    EXPECT_EQ(records[i].payload, payloads[i]);
  }
}

TEST(LogBatch, LengthsThatDoNotAddUpAreRefused) {
  std::string records;
  add_record(records, "first");
  add_record(records, "second");
  std::vector<LogRecord> out;
  for (size_t size = 0; size < records.size(); ++size) {
    EXPECT_FALSE(split_records({1, 2, 1, 0, std::string_view(records).substr(0, size)}, out)) << size;
  }
  EXPECT_FALSE(split_records({1, 1, 1, 0, records}, out));
  EXPECT_FALSE(split_records({1, 3, 1, 0, records}, out));
  EXPECT_TRUE(split_records({1, 2, 1, 0, records}, out));
}

TEST(LogBatch, ARowFollowsOnlyTheOneItWasMadeFor) {
  OwnedRow made = make_row(8, 3, {"a", "b"}, 77);
  made.row.records = made.records;
  ChainLink link{7, 3, 77};
  ASSERT_TRUE(follow(link, made.row));
  EXPECT_EQ(link.last_sequence, 9u);
  EXPECT_EQ(link.epoch, 3u);
  EXPECT_EQ(link.checksum, made.row.checksum);

  for (ChainLink wrong :
       {ChainLink{6, 3, 77}, ChainLink{8, 3, 77}, ChainLink{7, 4, 77}, ChainLink{7, 3, 78}}) {
    ChainLink before = wrong;
    EXPECT_FALSE(follow(wrong, made.row));
    EXPECT_EQ(wrong.last_sequence, before.last_sequence);
  }
}

TEST(LogBatch, EveryFlippedBitOfARowBreaksTheChain) {
  OwnedRow made = make_row(1, 1, {"hello", "", "world"}, 0);
  for (size_t bit = 0; bit < made.records.size() * 8; ++bit) {
    std::string flipped = made.records;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    LogRow row = made.row;
    row.records = flipped;
    ChainLink link;
    EXPECT_FALSE(follow(link, row));
  }
  for (int bit = 0; bit < 64; ++bit) {
    uint64_t mask = uint64_t{1} << bit;
    for (uint64_t LogRow::*field :
         {&LogRow::first_sequence, &LogRow::count, &LogRow::epoch, &LogRow::checksum}) {
      LogRow row = made.row;
      row.records = made.records;
      row.*field ^= mask;
      ChainLink link;
      EXPECT_FALSE(follow(link, row));
    }
  }
}

}  // namespace
}  // namespace cordboard
