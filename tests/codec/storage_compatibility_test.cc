// What the rules at the top of proto/cordboard/storage/v1/command.proto promise.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>

#include "cordboard/storage/v1/command.pb.h"
#include "cordboard/storage/v1/snapshot.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "router/codec/storage_codec.h"
#include "router/codec/storage_snapshot.h"
#include "tests/codec/any_command.h"

namespace cordboard::testing {
namespace {

using storage::v1::CommandRecord;

constexpr int kUnknownField = 1000;
constexpr char kRecordsFile[] = CORDBOARD_SOURCE_DIR "/tests/codec/records_v1.txt";

CommandRecord record_of(const Command& command) {
  std::string bytes;
  encode_command(command, bytes);
  CommandRecord record;
  EXPECT_TRUE(record.ParseFromString(bytes));
  return record;
}

std::optional<std::string> decode(const google::protobuf::Message& record) {
  Command command;
  return decode_command(record.SerializeAsString(), command);
}

// Every message inside `message`, itself included.
void collect(google::protobuf::Message* message, std::vector<google::protobuf::Message*>& all) {
  all.push_back(message);
  const auto* reflection = message->GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(*message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      collect(reflection->MutableMessage(message, field), all);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(*message, field); ++i) {
      collect(reflection->MutableRepeatedMessage(message, field, i), all);
    }
  }
}

TEST(StorageCompatibility, ACommandOfANewerRouterIsRefused) {
  CommandRecord record;
  record.set_at_us(5);
  record.GetReflection()->MutableUnknownFields(&record)->AddLengthDelimited(kUnknownField, "\x0a\x01x");
  const auto error = decode(record);
  ASSERT_TRUE(error);
  EXPECT_EQ(*error, "field 1000 of cordboard.storage.v1.CommandRecord is unknown: written by a newer router");
}

TEST(StorageCompatibility, AnUnknownFieldAtAnyDepthOfAnyCommandIsRefused) {
  for (std::size_t kind = 0; kind < std::variant_size_v<CommandBody>; ++kind) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      CommandRecord record = record_of(AnyCommand(seed).of_kind(kind));
      ASSERT_FALSE(decode(record));
      std::vector<google::protobuf::Message*> messages;
      collect(&record, messages);
      for (auto* message : messages) {
        auto* unknown = message->GetReflection()->MutableUnknownFields(message);
        unknown->AddVarint(kUnknownField, 1);
        const auto error = decode(record);
        ASSERT_TRUE(error) << message->GetTypeName() << " of kind " << kind << ", seed " << seed;
        EXPECT_NE(error->find("field 1000 of " + message->GetTypeName()), std::string::npos) << *error;
        unknown->Clear();
      }
    }
  }
}

TEST(StorageCompatibility, AnEnumValueOfANewerRouterIsRefused) {
  TenantConfig config;
  config.queues.emplace_back();
  CommandRecord record = record_of({time_from_us(1), {}, ApplyConfig{1, config}});
  auto* queue = record.mutable_apply_config()->mutable_config()->mutable_queues(0);
  for (const int unknown : {0, 9, 99}) {
    queue->set_strategy(static_cast<storage::v1::AgentStrategy>(unknown));
    EXPECT_EQ(decode(record),
              "agent strategy " + std::to_string(unknown) + " is unknown: written by a newer router");
  }
}

TEST(StorageCompatibility, ASkillLevelThatDoesNotFitIsRefused) {
  CommandRecord record =
      record_of({time_from_us(1), {}, Login{"ana", AgentProfile{{{"english", 80}}, {}}, true}});
  record.mutable_login()->mutable_profile()->mutable_skills(0)->set_level(256);
  EXPECT_EQ(decode(record), "skill level 256 is out of range");
}

TEST(StorageCompatibility, EveryCommandHasItsFieldInTheRecord) {
  const auto* body = CommandRecord::descriptor()->FindOneofByName("body");
  ASSERT_EQ(body->field_count(), static_cast<int>(std::variant_size_v<CommandBody>));
  for (std::size_t kind = 0; kind < std::variant_size_v<CommandBody>; ++kind) {
    const Command command = AnyCommand(1).of_kind(kind);
    const CommandRecord record = record_of(command);
    const auto* field = record.GetReflection()->GetOneofFieldDescriptor(record, body);
    ASSERT_NE(field, nullptr);
    EXPECT_EQ(field->name(), name_of(command.body));
  }
}

TEST(StorageCompatibility, ASnapshotOfANewerRouterIsRefused) {
  storage::v1::SnapshotRecord record;
  record.set_format_version(2);
  StoredSnapshot snapshot;
  EXPECT_EQ(decode_snapshot(record.SerializeAsString(), snapshot), "snapshot format 2, this router reads 1");
  record.set_format_version(1);
  EXPECT_FALSE(decode_snapshot(record.SerializeAsString(), snapshot));
  record.GetReflection()->MutableUnknownFields(&record)->AddVarint(kUnknownField, 1);
  EXPECT_TRUE(decode_snapshot(record.SerializeAsString(), snapshot));
}

std::string to_hex(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return hex;
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

// records_v1.txt was written by the first version; a line is a command, its meaning (a Dump in hex) and its
// record. Records are added, never changed; a meaning may only gain the default of a new member:
// CORDBOARD_UPDATE_GOLDEN=1 rewrites the meanings; review the difference. CORDBOARD_PRINT_RECORDS=1 prints
// complete lines as this version writes them.
TEST(StorageCompatibility, RecordsOfTheFirstVersionKeepTheirMeaning) {
  if (std::getenv("CORDBOARD_PRINT_RECORDS") != nullptr) {
    for (std::size_t kind = 0; kind < std::variant_size_v<CommandBody>; ++kind) {
      const Command command = AnyCommand(kind + 1, AnyCommand::Contents::Complete).of_kind(kind);
      std::string bytes;
      encode_command(command, bytes);
      std::cout << name_of(command.body) << ' ' << to_hex(Dump::of(command)) << ' ' << to_hex(bytes) << '\n';
    }
  }
  const bool update = std::getenv("CORDBOARD_UPDATE_GOLDEN") != nullptr;
  std::string updated;
  std::ifstream file(kRecordsFile);
  std::string name;
  std::string meaning;
  std::string hex;
  int records = 0;
  for (; file >> name >> meaning >> hex; ++records) {
    Command command;
    const auto error = decode_command(from_hex(hex), command);
    ASSERT_FALSE(error) << name << ": " << *error;
    EXPECT_EQ(name_of(command.body), name);
    if (!update) {
      EXPECT_EQ(to_hex(Dump::of(command)), meaning) << name;
    }
    updated += name + ' ' + to_hex(Dump::of(command)) + ' ' + hex + '\n';
  }
  if (update) std::ofstream(kRecordsFile) << updated;
  EXPECT_GE(records, 19);
}

// Of a message and all that can be in it.
void collect_fields(const google::protobuf::Descriptor* message, std::set<std::string>& fields) {
  for (int i = 0; i < message->field_count(); ++i) {
    const auto* field = message->field(i);
    const bool is_new = fields.insert(field->full_name()).second;
    if (is_new && field->message_type() != nullptr) collect_fields(field->message_type(), fields);
  }
}

// A new field needs a record in which it is set: CORDBOARD_PRINT_RECORDS=1 prints one.
TEST(StorageCompatibility, TheRecordsOfTheFirstVersionHaveEveryField) {
  std::set<std::string> missing;
  collect_fields(CommandRecord::descriptor(), missing);
  std::ifstream file(kRecordsFile);
  std::string name;
  std::string meaning;
  std::string hex;
  while (file >> name >> meaning >> hex) {
    CommandRecord record;
    ASSERT_TRUE(record.ParseFromString(from_hex(hex)));
    std::vector<google::protobuf::Message*> messages;
    collect(&record, messages);
    for (const auto* message : messages) {
      std::vector<const google::protobuf::FieldDescriptor*> fields;
      message->GetReflection()->ListFields(*message, &fields);
      for (const auto* field : fields) missing.erase(field->full_name());
    }
  }
  EXPECT_THAT(missing, ::testing::IsEmpty());
}

TEST(StorageCompatibility, TheFieldsOfASubmitAreWhereTheyWere) {
  const Command command{time_from_us(5), "r1",
                        SubmitContact{.contact = "c1",
                                      .gateway = "g1",
                                      .queue = "sales",
                                      .channel = "chat",
                                      .priority = -1,
                                      .tier = 2,
                                      .requirement = "english",
                                      .customer = "u1",
                                      .attributes = "{}"}};
  std::string bytes;
  encode_command(command, bytes);
  EXPECT_EQ(to_hex(bytes),
            "080512027231522a0a02633112026731"
            "1a0573616c65732204636861742801300"
            "43a07656e676c697368420275314a027b7d");
}

}  // namespace
}  // namespace cordboard::testing
