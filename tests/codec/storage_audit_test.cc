// A row of the audit trail comes back as it was written, from bytes that never change their meaning.

#include "router/codec/storage_audit.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cordboard/storage/v1/audit.pb.h"
#include "router/core/command.h"
#include "router/core/state.h"

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
                                             "c1\x60\x07"));
}

TEST(StorageAudit, WhatIsUnknownIsRefused) {
  AuditEntry read;
  const auto damaged = decode_audit("no record", read);
  ASSERT_TRUE(damaged);
  EXPECT_FALSE(damaged->newer);
  const auto newer = decode_audit(encode_audit(full()) + "\x98\x06\x01", read);
  ASSERT_TRUE(newer);
  EXPECT_TRUE(newer->newer);
  EXPECT_NE(newer->what.find("field 99"), std::string::npos) << newer->what;
}

TEST(StorageAudit, EachFieldOfTheMessageIsWritten) {
  storage::v1::AuditRecord record;
  ASSERT_TRUE(record.ParseFromString(encode_audit(full())));
  std::vector<const google::protobuf::FieldDescriptor*> set;
  record.GetReflection()->ListFields(record, &set);
  EXPECT_EQ(set.size(), static_cast<std::size_t>(storage::v1::AuditRecord::descriptor()->field_count()));
}

// An erased customer's pseudonym would tell, beside a text that somebody guesses, that they were one.
TEST(StorageAudit, AForgottenCustomerIsNotInTheRow) {
  const std::string pseudonym = "fifteen bytes..";
  Command command{time_from_us(7), "r1", ForgetCustomer{}};
  auto& forget = std::get<ForgetCustomer>(command.body);
  forget.customer = pseudonym;
  forget.supervisor = "mona";
  forget.reason = "asked for it";
  State state;
  state.acts.emplace_back();
  state.acts.back().at = command.at;
  state.acts.back().supervisor = "mona";
  state.acts.back().verb = SupervisorVerb::ForgetCustomer;
  state.acts.back().reason = "asked for it";
  const auto entry = audit_entry(command, state, 9, "admin");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->action, "forget_customer");
  EXPECT_EQ(entry->who, "mona");
  EXPECT_EQ(encode_audit(*entry).find(pseudonym), std::string::npos);
}

// A row of somebody else's act would be worse than none.
TEST(StorageAuditDeathTest, AnActThatIsNotTheCommandsIsABug) {
  Command command{time_from_us(7), "r1", SetQueueMode{}};
  std::get<SetQueueMode>(command.body).supervisor = "mona";
  State state;
  const auto entry = [&] { return audit_entry(command, state, 9, "admin"); };
  EXPECT_DEATH(entry(), "an act is not remembered");
  SupervisorAct& newest = state.acts.emplace_back();
  EXPECT_DEATH(entry(), "of another time");
  newest.at = command.at;
  newest.verb = SupervisorVerb::Cancel;
  EXPECT_DEATH(entry(), "another one");
  newest.verb = SupervisorVerb::SetQueueMode;
  EXPECT_DEATH(entry(), "somebody else's");
  newest.supervisor = "mona";
  EXPECT_TRUE(entry());
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
