// A row of the audit trail comes back as it was written, from bytes that never change their meaning.

#include "router/codec/storage_audit.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cordboard/storage/v1/audit.pb.h"

namespace cordboard {
namespace {

AuditEntry full() {
  return {.at = time_from_us(1'700'000'000'000'001),
          .who = "mona",
          .roles = "supervisor admin",
          .action = "move",
          .contact = "c1",
          .agent = "ana",
          .queue = "sales",
          .customer = std::string("\x00\xff", 2),
          .what = "queue=support",
          .reason = "because",
          .refusal = "no",
          .attempts = 3,
          .sequence = 41};
}

TEST(StorageAudit, AnEntryComesBackAsItWas) {
  for (const AuditEntry& entry : {full(), AuditEntry{}}) {
    AuditEntry read;
    EXPECT_EQ(decode_audit(encode_audit(entry), read), std::nullopt);
    EXPECT_EQ(read, entry);
  }
}

// The hash of a row covers these bytes: they may not change.
TEST(StorageAudit, TheBytesAreThese) {
  AuditEntry entry;
  entry.at = time_from_us(300);
  entry.who = "sue";
  entry.action = "cancel";
  entry.contact = "c1";
  entry.sequence = 7;
  EXPECT_EQ(encode_audit(entry), std::string("\x08\xac\x02\x12\x03sue\x22\x06"
                                             "cancel\x2a\x02"
                                             "c1\x68\x07"));
}

TEST(StorageAudit, WhatIsUnknownIsRefused) {
  AuditEntry read;
  EXPECT_TRUE(decode_audit("no record", read));
  const auto newer = decode_audit(encode_audit(full()) + "\x98\x06\x01", read);
  ASSERT_TRUE(newer);
  EXPECT_NE(newer->find("field 99"), std::string::npos) << *newer;
}

TEST(StorageAudit, EachFieldOfTheMessageIsWritten) {
  storage::v1::AuditRecord record;
  ASSERT_TRUE(record.ParseFromString(encode_audit(full())));
  std::vector<const google::protobuf::FieldDescriptor*> set;
  record.GetReflection()->ListFields(record, &set);
  EXPECT_EQ(set.size(), static_cast<std::size_t>(storage::v1::AuditRecord::descriptor()->field_count()));
}

TEST(StorageAudit, ActsAndConfigurationsAreAudited) {
  EXPECT_TRUE(is_audited(Supervise{}));
  EXPECT_TRUE(is_audited(SetQueueMode{}));
  EXPECT_TRUE(is_audited(ForgetCustomer{}));
  EXPECT_TRUE(is_audited(ApplyConfig{}));
  EXPECT_FALSE(is_audited(CancelContact{}));
  EXPECT_FALSE(is_audited(Login{}));
  EXPECT_FALSE(is_audited(AdvanceTime{}));
}

}  // namespace
}  // namespace cordboard
