// cordboardctl events: what it prints, and how it ends.

#include <gmock/gmock.h>

#include <sstream>
#include <string>
#include <vector>

#include "ctl/command_line.h"
#include "router/codec/storage_codec.h"
#include "tests/store/sqlite_store_testing.h"

namespace cordboard::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class EventsCommand : public ::testing::Test {
 protected:
  struct Told {
    ExitCode code;
    std::string out;
    std::string err;
  };

  Told events(const std::string& tenant = "default") {
    const std::string data_dir = directory_.path().string();
    const char* arguments[] = {"cordboardctl",   "events",   "--data-dir",
                               data_dir.c_str(), "--tenant", tenant.c_str()};
    std::ostringstream out;
    std::ostringstream err;
    const ExitCode code = ctl::run(6, arguments, out, err);
    return {code, out.str(), err.str()};
  }

  Result<std::unique_ptr<Store>> open() {
    return open_sqlite_store({.directory = directory_.path() / "default"});
  }

  // A second apart.
  void write(const std::vector<CommandBody>& bodies) {
    auto store = open();
    ASSERT_OK(store);
    for (const CommandBody& body : bodies) {
      std::string record;
      const std::uint64_t sequence = (*store)->last_sequence() + 1;
      encode_command({Time{std::chrono::seconds(1'700'000'000 + sequence)}, {}, body}, record);
      const std::string_view view = record;
      ASSERT_OK((*store)->append(sequence, {&view, 1}, (*store)->open_epoch()));
      ASSERT_OK((*store)->sync());  // so that each can be trimmed by itself
    }
  }

  static std::vector<std::string> lines(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> result;
    for (std::string line; std::getline(in, line);) result.push_back(line);
    return result;
  }

  // A contact that comes and leaves.
  static std::vector<CommandBody> a_call() {
    ApplyConfig config{.version = 1};
    config.config.queues.push_back({.name = "sales"});
    SubmitContact submit{.contact = "c\"1", .queue = "sales"};
    submit.customer = "+49 30 1234";
    submit.attributes = "secret";
    return {config, submit, EndContact{.contact = "c\"1"}};
  }

  TempDirectory directory_{std::filesystem::temp_directory_path()};
};

TEST_F(EventsCommand, TellsEachEventOnALineWithItsRevisionAndTime) {
  write(a_call());
  const Told told = events();
  EXPECT_EQ(told.code, ExitCode::Ok) << told.err;
  const std::string second = R"({"tenant":"default","revision":"2","at":"2023-11-14T22:13:22Z","event":)";
  const std::string third = R"({"tenant":"default","revision":"3","at":"2023-11-14T22:13:23Z","event":)";
  EXPECT_THAT(
      lines(told.out),
      ElementsAre(
          R"({"tenant":"default","revision":"1","at":"2023-11-14T22:13:21Z","event":{"configApplied":{"version":"1"}}})",
          second +
              R"({"contactQueued":{"contactId":"c\"1","queue":"sales","waiting":1,"servability":"NOBODY_KNOWN"}}})",
          StartsWith(second + R"({"contactsUnservable":{"alarm":"1",)"),
          third +
              R"({"contactEnded":{"contactId":"c\"1","queue":"sales","state":"ABANDONED","cause":"CUSTOMER_LEFT","wait":"1s"}}})",
          StartsWith(third + R"({"contactsServable":{"alarm":"1",)")));
}

TEST_F(EventsCommand, TellsNothingOfCustomers) {
  write(a_call());
  const std::string out = events().out;
  EXPECT_EQ(out.find("1234"), std::string::npos);
  EXPECT_EQ(out.find("secret"), std::string::npos);
}

TEST_F(EventsCommand, ALogThatBeginsLaterIsRefusedWithWhereItBegins) {
  write(a_call());
  {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_OK((*store)->save_snapshot(3, "what it holds is not looked at"));
    ASSERT_OK((*store)->trim_log_before(3));
    ASSERT_EQ((*store)->first_sequence(), 3u);
  }
  const Told told = events();
  EXPECT_EQ(told.code, ExitCode::BadConfig);
  EXPECT_THAT(told.out, IsEmpty());
  EXPECT_THAT(told.err,
              StartsWith("cordboardctl: tenant default: the log begins with record 3: what was before"));
  EXPECT_THAT(told.err, HasSubstr("server.keep_log"));
}

TEST_F(EventsCommand, ARecordThatCannotBeFollowedEndsItWithItsPosition) {
  auto commands = a_call();
  commands.push_back(EndContact{.contact = "nobody"});
  write(commands);
  const Told told = events();
  EXPECT_EQ(told.code, ExitCode::StoreDamaged);
  EXPECT_THAT(told.err, HasSubstr("log record 4: end_contact was accepted once and is rejected now"));
  EXPECT_THAT(told.out, HasSubstr(R"("revision":"3")"));  // what was before it did happen
}

TEST_F(EventsCommand, AStoreThatIsServedIsLeftAlone) {
  write(a_call());
  auto served = open();
  ASSERT_OK(served);
  const Told told = events();
  EXPECT_EQ(told.code, ExitCode::StoreInUse);
  EXPECT_THAT(told.out, IsEmpty());
}

TEST_F(EventsCommand, ATenantThatIsNotThereIsNamed) {
  write(a_call());
  const Told told = events("other");
  EXPECT_EQ(told.code, ExitCode::StoreFailed);
  EXPECT_THAT(told.err, HasSubstr("no tenant 'other' has a store here"));
}

}  // namespace
}  // namespace cordboard::testing
