#include "router/codec/storage_codec.h"

#include <gtest/gtest.h>

#include <set>

#include "router/codec/storage_snapshot.h"
#include "tests/codec/any_command.h"

namespace cordboard::testing {
namespace {

std::string encoded(const Command& command) {
  std::string bytes;
  encode_command(command, bytes);
  return bytes;
}

TEST(StorageCodec, EveryCommandSurvivesTheRoundTrip) {
  constexpr std::uint64_t kTapes = 3'000;
  constexpr int kCommandsPerTape = 20;
  std::set<std::size_t> seen;
  for (std::uint64_t seed = 1; seed <= kTapes; ++seed) {
    AnyCommand any(seed);
    for (int i = 0; i < kCommandsPerTape; ++i) {
      const Command command = any.next();
      seen.insert(command.body.index());
      Command decoded;
      const auto error = decode_command(encoded(command), decoded);
      ASSERT_FALSE(error) << "seed " << seed << ", command " << i << ": " << *error;
      ASSERT_EQ(Dump::of(decoded), Dump::of(command)) << "seed " << seed << ", command " << i;
    }
  }
  EXPECT_EQ(seen.size(), std::variant_size_v<CommandBody>);
}

TEST(StorageCodec, TheSameCommandGivesTheSameBytes) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const std::string bytes = encoded(AnyCommand(seed).next());
    Command decoded;
    ASSERT_FALSE(decode_command(bytes, decoded));
    ASSERT_EQ(encoded(decoded), bytes) << "seed " << seed;
  }
}

TEST(StorageCodec, EncodingAppends) {
  const Command command = AnyCommand(7).next();
  std::string bytes = "before";
  encode_command(command, bytes);
  EXPECT_EQ(bytes, "before" + encoded(command));
}

TEST(StorageCodec, DecodingForgetsWhatWasThereBefore) {
  Command reused = AnyCommand(3).of_kind(0);
  const Command next{time_from_us(5), {}, SubmitContact{.contact = "c1", .queue = "sales"}};
  ASSERT_FALSE(decode_command(encoded(next), reused));
  EXPECT_EQ(Dump::of(reused), Dump::of(next));
}

TEST(StorageCodec, DamagedBytesGiveAnErrorOrACommandButNeverMore) {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    AnyCommand any(seed);
    std::string bytes = encoded(any.next());
    Rng rng{seed};
    bytes.resize(rng.next() % (bytes.size() + 1));
    for (int i = 0; i < 3 && !bytes.empty(); ++i) {
      bytes[rng.next() % bytes.size()] = static_cast<char>(rng.next());
    }
    Command decoded;
    const auto error = decode_command(bytes, decoded);
    if (error) {
      EXPECT_FALSE(error->empty());
    }
  }
}

TEST(StorageCodec, AnEmptyRecordIsAnError) {
  Command decoded;
  const auto error = decode_command("", decoded);
  ASSERT_TRUE(error);
  EXPECT_EQ(*error, "the record holds no command");
}

TEST(StorageSnapshot, SurvivesTheRoundTrip) {
  const StoredSnapshot snapshot{42, 3, time_from_us(-7), std::string("\0\xff state", 8), 0xfedcba9876543210};
  const std::string bytes = snapshot_head(snapshot) + snapshot.engine_state;
  StoredSnapshot decoded;
  ASSERT_FALSE(decode_snapshot(bytes, decoded));
  EXPECT_EQ(decoded.sequence, snapshot.sequence);
  EXPECT_EQ(decoded.config_version, snapshot.config_version);
  EXPECT_EQ(decoded.at, snapshot.at);
  EXPECT_EQ(decoded.engine_state, snapshot.engine_state);
  EXPECT_EQ(decoded.digest, snapshot.digest);
}

TEST(StorageSnapshot, WithoutAFormatVersionIsAnError) {
  StoredSnapshot decoded;
  const auto error = decode_snapshot("", decoded);
  ASSERT_TRUE(error);
  EXPECT_EQ(*error, "snapshot format 0, this router reads 1");
}

}  // namespace
}  // namespace cordboard::testing
