// Customers' data in a router: who may read them, how long, and where they are not. On a real store, all of
// whose bytes are searched.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "router/core/personal.h"
#include "router/loop/verification.h"
#include "router/store/sqlite_store.h"
#include "tests/loop/loop_testing.h"
#include "tests/loop/temp_directory.h"

namespace cordboard::testing {
namespace {

constexpr const char* kCustomer = "+31-20-CANARY-CUSTOMER";
constexpr const char* kAttributes = "{\"name\":\"CANARY-ATTRIBUTES\"}";

SubmitContact personal(std::string id, std::string customer = kCustomer,
                       std::string attributes = kAttributes) {
  SubmitContact command = contact(std::move(id));
  command.customer = std::move(customer);
  command.attributes = std::move(attributes);
  return command;
}

class PersonalDataTest : public LoopTest {
 protected:
  void SetUp() override { start(); }

  void start() {
    auto store = open_sqlite_store({.directory = directory_.path()});
    ASSERT_TRUE(store.ok()) << store.error().message;
    auto outcome = recover(**store, clock_, start_config());
    if (const auto* error = std::get_if<RecoveryError>(&outcome)) FAIL() << error->message;
    loop_ = std::make_unique<RouterLoop>(io_, clock_, std::move(*store),
                                         std::get<Recovered>(std::move(outcome)), RouterLoopOptions{},
                                         [](const StoreError& error) { FAIL() << error.message; });
    loop_->start();
  }
  void restart() {
    ASSERT_TRUE(stop());
    loop_.reset();
    start();
  }
  void kill_and_start() {
    loop_.reset();
    start();
  }

  PersonalData read(const std::string& id) {
    return look([&](const Engine& engine) {
      const State& state = engine.state();
      return personal_data(state, state[state.find_contact(id)]);
    });
  }
  void expect_readable(const std::string& id, const std::string& customer, const std::string& attributes) {
    const PersonalData data = read(id);
    EXPECT_EQ(data.customer, customer);
    EXPECT_EQ(data.attributes, attributes);
    EXPECT_FALSE(data.erased);
  }
  void expect_erased(const std::string& id) {
    const PersonalData data = read(id);
    EXPECT_EQ(data.customer, "");
    EXPECT_EQ(data.attributes, "");
    EXPECT_TRUE(data.erased);
  }

  // The state at the end of the log, with the keys of the store.
  StoreReport verify() {
    auto store = open_sqlite_store({.directory = directory_.path(), .untouched = true});
    EXPECT_TRUE(store.ok());
    auto report = verify_store(**store);
    EXPECT_TRUE(report.ok());
    EXPECT_TRUE(report->damages.empty());
    return *report;
  }
  std::vector<KeySlot> stored_keys() {
    auto store = open_sqlite_store({.directory = directory_.path(), .untouched = true});
    EXPECT_TRUE(store.ok());
    return *(*store)->keys();
  }

  bool in_files(const std::string& text) const {
    for (const auto& file : std::filesystem::recursive_directory_iterator(directory_.path())) {
      std::ifstream in(file.path(), std::ios::binary);
      std::ostringstream bytes;
      bytes << in.rdbuf();
      if (bytes.str().find(text) != std::string::npos) return true;
    }
    return false;
  }

  TempDirectory directory_;
};

TEST_F(PersonalDataTest, IsReadableInTheStateAndInNoFile) {
  ASSERT_TRUE(ask(personal("c1")).outcome.accepted());
  ASSERT_TRUE(ask(personal("c2", "", "only CANARY attributes")).outcome.accepted());
  ASSERT_TRUE(ask(contact("c3")).outcome.accepted());
  expect_readable("c1", kCustomer, kAttributes);
  expect_readable("c2", "", "only CANARY attributes");
  expect_readable("c3", "", "");
  EXPECT_FALSE(in_files("CANARY"));
  EXPECT_TRUE(in_files("c1"));
  kill_and_start();
  expect_readable("c1", kCustomer, kAttributes);
  restart();  // from a snapshot
  expect_readable("c1", kCustomer, kAttributes);
  expect_readable("c2", "", "only CANARY attributes");
  ASSERT_TRUE(stop());
  EXPECT_FALSE(in_files("CANARY"));
}

TEST_F(PersonalDataTest, AForgottenCustomersKeysAreInNoFileAndTheDigestIsTheSame) {
  for (const char* id : {"c1", "c2"}) ASSERT_TRUE(ask(personal(id)).outcome.accepted());
  ASSERT_TRUE(ask(personal("c3", "somebody else")).outcome.accepted());
  ASSERT_TRUE(ask(CancelContact{"c2"}).outcome.accepted());  // ended, and still remembered
  restart();
  crash();
  const std::vector<KeySlot> before = stored_keys();
  ASSERT_EQ(before.size(), 4u);  // and the secret
  start();
  ASSERT_TRUE(
      ask(ForgetCustomer{.customer = kCustomer, .supervisor = "sue", .reason = "asked"}).outcome.accepted());
  // Gone from the files as soon as it is answered, before any stop.
  const auto text_of = [](const KeyBytes& key) { return std::string(key.begin(), key.end()); };
  EXPECT_TRUE(in_files(text_of(before[0].key)));
  EXPECT_FALSE(in_files(text_of(before[1].key)));
  EXPECT_FALSE(in_files(text_of(before[2].key)));
  EXPECT_TRUE(in_files(text_of(before[3].key)));
  expect_erased("c1");
  expect_erased("c2");
  expect_readable("c3", "somebody else", kAttributes);
  const std::uint64_t digest = this->digest();
  crash();
  EXPECT_EQ(verify().digest, digest);
  start();
  expect_erased("c1");
  expect_readable("c3", "somebody else", kAttributes);
  ASSERT_TRUE(stop());
  EXPECT_FALSE(in_files("CANARY"));
}

TEST_F(PersonalDataTest, ForgettingKnowsTheSubmittedIdOnly) {
  ASSERT_TRUE(ask(personal("c1")).outcome.accepted());
  ASSERT_TRUE(
      ask(ForgetCustomer{.customer = "another", .supervisor = "sue", .reason = ""}).outcome.accepted());
  expect_readable("c1", kCustomer, kAttributes);
  const Answer refused = ask(ForgetCustomer{.customer = "", .supervisor = "sue", .reason = ""});
  EXPECT_EQ(refused.outcome.rejection->reason, RejectReason::InvalidId);
}

TEST_F(PersonalDataTest, AnUpdateKeepsTheCustomerAndErasesTheOldAttributes) {
  ASSERT_TRUE(ask(personal("c1")).outcome.accepted());
  ASSERT_TRUE(stop());
  loop_.reset();
  const KeyBytes before = stored_keys().at(1).key;
  start();
  ASSERT_TRUE(ask(UpdateContact{.contact = "c1", .attributes = "newer CANARY"}, "r1").outcome.accepted());
  EXPECT_TRUE(ask(UpdateContact{.contact = "c1", .attributes = "newer CANARY"}, "r1").outcome.repeated);
  EXPECT_EQ(ask(UpdateContact{.contact = "c1", .attributes = "other CANARY"}, "r1").outcome.rejection->reason,
            RejectReason::RequestIdReused);
  EXPECT_EQ(ask(UpdateContact{.contact = "c9", .attributes = "CANARY"}).outcome.rejection->reason,
            RejectReason::UnknownContact);
  expect_readable("c1", kCustomer, "newer CANARY");
  restart();
  expect_readable("c1", kCustomer, "newer CANARY");
  ASSERT_TRUE(
      ask(ForgetCustomer{.customer = kCustomer, .supervisor = "sue", .reason = ""}).outcome.accepted());
  expect_erased("c1");
  EXPECT_FALSE(in_files(std::string(before.begin(), before.end())));
  EXPECT_FALSE(in_files("CANARY"));
  ASSERT_TRUE(ask(UpdateContact{.contact = "c1", .attributes = "after"}).outcome.accepted());
  expect_readable("c1", "", "after");
}

TEST_F(PersonalDataTest, ARepeatedSubmissionIsKnownByItsTextAlsoAfterARestart) {
  ASSERT_TRUE(ask(personal("c1")).outcome.accepted());
  for (int life = 0; life < 3; ++life) {
    EXPECT_TRUE(ask(personal("c1")).outcome.repeated);
    EXPECT_EQ(ask(personal("c1", kCustomer, "other")).outcome.rejection->reason, RejectReason::ContactExists);
    EXPECT_EQ(ask(personal("c1", "other")).outcome.rejection->reason, RejectReason::ContactExists);
    expect_readable("c1", kCustomer, kAttributes);
    if (life == 0) kill_and_start();
    if (life == 1) restart();
  }
}

TEST_F(PersonalDataTest, LimitsAreThoseOfTheSubmittedText) {
  EXPECT_TRUE(ask(personal("c1", std::string(128, 'c'), std::string(4096, 'a'))).outcome.accepted());
  EXPECT_EQ(ask(personal("c2", "", std::string(4097, 'a'))).outcome.rejection->reason,
            RejectReason::AttributesTooLarge);
  EXPECT_EQ(ask(personal("c3", std::string(129, 'c'))).outcome.rejection->reason, RejectReason::InvalidId);
  EXPECT_EQ(
      ask(UpdateContact{.contact = "c1", .attributes = std::string(4097, 'a')}).outcome.rejection->reason,
      RejectReason::AttributesTooLarge);
  EXPECT_TRUE(ask(UpdateContact{.contact = "c1", .attributes = std::string(4096, 'b')}).outcome.accepted());
  expect_readable("c1", std::string(128, 'c'), std::string(4096, 'b'));
}

TEST_F(PersonalDataTest, KeysEndWithTheMemoryOfTheirContacts) {
  ASSERT_TRUE(ask(personal("c1")).outcome.accepted());
  ASSERT_TRUE(ask(personal("c2")).outcome.accepted());
  ASSERT_TRUE(ask(CancelContact{"c1"}).outcome.accepted());
  const Duration remembered = look([](const Engine& engine) { return engine.state().config.remember_ended; });
  clock_.advance(remembered - 1s);
  run_ready();
  expect_readable("c1", kCustomer, kAttributes);
  clock_.advance(1s);  // the alarm rings, nobody asks
  run_ready();
  ASSERT_TRUE(stop());
  loop_.reset();
  EXPECT_EQ(stored_keys().size(), 2u);
  start();
  expect_readable("c2", kCustomer, kAttributes);
}

TEST_F(PersonalDataTest, KeysWhoseContactIsNotKnownAreErasedAtAStart) {
  ASSERT_TRUE(ask(personal("c1")).outcome.accepted());
  ASSERT_TRUE(ask(personal("c2")).outcome.accepted());
  ASSERT_TRUE(ask(CancelContact{"c1"}).outcome.accepted());
  ASSERT_TRUE(stop());
  loop_.reset();
  clock_.advance(std::chrono::hours(48));
  start();  // what was due while nobody served is done, and c1 is forgotten
  ASSERT_TRUE(ask(personal("c3")).outcome.accepted());
  ASSERT_TRUE(stop());
  loop_.reset();
  EXPECT_LE(stored_keys().size(), 3u);
}

}  // namespace
}  // namespace cordboard::testing
