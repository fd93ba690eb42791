// cordboardctl audit: what it prints, and how it ends.

#include <gmock/gmock.h>
#include <jansson.h>

#include <sstream>
#include <string>
#include <vector>

#include "ctl/command_line.h"
#include "router/codec/storage_audit.h"
#include "tests/store/sqlite_store_testing.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::int64_t kDay = 1'700'000'000'000'000;  // 2023-11-14T22:13:20Z

class AuditCommand : public ::testing::Test {
 protected:
  struct Said {
    ExitCode code;
    std::string out;
    std::string err;
  };

  // `audit WORDS... --data-dir DIRECTORY`
  Said audit(std::vector<std::string> words) {
    words.insert(words.begin(), {"cordboardctl", "audit"});
    words.insert(words.end(), {"--data-dir", directory_.path().string()});
    return run(words);
  }
  static Said run(const std::vector<std::string>& words) {
    std::vector<const char*> arguments;
    for (const std::string& word : words) arguments.push_back(word.c_str());
    std::ostringstream out;
    std::ostringstream err;
    const ExitCode code = ctl::run(static_cast<int>(arguments.size()), arguments.data(), out, err);
    return {code, out.str(), err.str()};
  }

  static AuditEntry entry(std::uint64_t number) {
    AuditEntry made;
    made.at = time_from_us(kDay + static_cast<std::int64_t>(number) * 1'000'000);
    made.who = "sue";
    made.roles = "supervisor";
    made.action = "cancel";
    made.contact = "c" + std::to_string(number);
    made.reason = "because, \"really\"\x1b[2J";
    made.sequence = 10 + number;
    return made;
  }

  std::filesystem::path folder(const std::string& tenant) const { return directory_.path() / tenant; }
  void write(const std::string& tenant, std::uint64_t rows) const {
    auto store = open_sqlite_store({.directory = folder(tenant)});
    ASSERT_OK(store);
    for (std::uint64_t number = 1; number <= rows; ++number)
      ASSERT_OK((*store)->append_audit(encode_audit(entry(number))));
    ASSERT_OK((*store)->sync());
  }
  void edit(const std::string& tenant, const std::string& sql) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder(tenant) / "cordboard.db").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sql;
    sqlite3_close(database);
  }
  std::string head(const std::string& tenant) {
    const std::string out = audit({"verify", "--tenant", tenant}).out;
    const std::size_t at = out.find("head ");
    return at == std::string::npos ? "" : out.substr(at + 5, 64);
  }

  TempDirectory directory_{memory_directory()};
};

TEST_F(AuditCommand, VerifyCountsTheRowsAndPrintsTheHead) {
  write("default", 3);
  AuditLink link;
  for (std::uint64_t number = 1; number <= 3; ++number) link = next_link(link, encode_audit(entry(number)));
  const Said said = audit({"verify"});
  EXPECT_EQ(said.code, ExitCode::Ok) << said.err;
  EXPECT_EQ(said.out, "tenant default: 3 rows, chain whole\n  head " + to_hex(link.hash) + "\n");
  EXPECT_THAT(said.err, IsEmpty());
}

TEST_F(AuditCommand, VerifyNamesTheFirstRowThatIsWrong) {
  write("default", 5);
  edit("default", "UPDATE audit SET entry = x'00' WHERE number IN (3, 4)");
  const Said said = audit({"verify"});
  EXPECT_EQ(said.code, ExitCode::StoreDamaged);
  EXPECT_THAT(said.err, HasSubstr("tenant default: "));
  EXPECT_THAT(said.err, HasSubstr("row 3 of its audit trail is not the one that was written there"));
  EXPECT_THAT(said.out, IsEmpty());
}

TEST_F(AuditCommand, AKeptHeadShowsATrailThatWasMadeAnew) {
  write("default", 3);
  const std::string kept = head("default");
  write("default", 2);  // two more
  Said said = audit({"verify", "--tenant", "default", "--from-hash", kept});
  EXPECT_EQ(said.code, ExitCode::Ok) << said.err;
  EXPECT_THAT(said.out, HasSubstr("5 rows"));
  EXPECT_THAT(said.out, HasSubstr("the kept hash is that of row 3\n"));

  // Somebody who can write the file makes the whole chain anew, without the first row.
  std::filesystem::remove_all(folder("default"));
  write("default", 2);
  EXPECT_EQ(audit({"verify"}).code, ExitCode::Ok) << "the chain alone does not show it";
  said = audit({"verify", "--tenant", "default", "--from-hash", kept});
  EXPECT_EQ(said.code, ExitCode::StoreDamaged);
  EXPECT_THAT(said.err, HasSubstr("no row has the hash " + kept));
}

TEST_F(AuditCommand, TheHeadOfAnEmptyTrailIsTheBeginningOfEveryOne) {
  write("default", 0);
  const std::string kept = head("default");
  EXPECT_EQ(kept, std::string(64, '0'));
  write("default", 1);
  const Said said = audit({"verify", "--tenant", "default", "--from-hash", kept});
  EXPECT_EQ(said.code, ExitCode::Ok) << said.err;
  EXPECT_THAT(said.out, HasSubstr("of row 0"));
}

TEST_F(AuditCommand, AllTenantsAreLookedAtAndTheFirstErrorDecides) {
  write("acme", 1);
  write("beta", 2);
  write("corp", 3);
  edit("beta", "DELETE FROM audit WHERE number = 1");
  edit("corp", "UPDATE meta SET value = 99 WHERE key = 'format_version'");
  Said said = audit({"verify"});
  EXPECT_EQ(said.code, ExitCode::StoreDamaged);
  EXPECT_THAT(said.out, HasSubstr("tenant acme: 1 rows"));
  EXPECT_THAT(said.err, HasSubstr("tenant beta: "));
  EXPECT_THAT(said.err, HasSubstr("row 1 of its audit trail is missing"));
  EXPECT_THAT(said.err, HasSubstr("tenant corp: "));
  EXPECT_EQ(audit({"verify", "--tenant", "corp"}).code, ExitCode::StoreNewer);
  EXPECT_EQ(audit({"verify", "--tenant", "acme"}).code, ExitCode::Ok);
}

TEST_F(AuditCommand, JsonHasAllMembers) {
  write("default", 2);
  const Said said = audit({"list", "-o", "json"});
  EXPECT_EQ(said.code, ExitCode::Ok) << said.err;
  json_t* const all = json_loads(said.out.c_str(), JSON_REJECT_DUPLICATES, nullptr);
  ASSERT_EQ(json_array_size(all), 2u) << said.out;
  const json_t* const second = json_array_get(all, 1);
  const auto text = [&](const char* name) {
    return std::string(json_string_value(json_object_get(second, name)));
  };
  EXPECT_EQ(text("tenant"), "default");
  EXPECT_EQ(json_integer_value(json_object_get(second, "number")), 2);
  EXPECT_EQ(text("time"), "2023-11-14T22:13:22.000000Z");
  EXPECT_EQ(text("who"), "sue");
  EXPECT_EQ(text("roles"), "supervisor");
  EXPECT_EQ(text("action"), "cancel");
  EXPECT_EQ(text("contact"), "c2");
  EXPECT_EQ(text("agent"), "");
  EXPECT_EQ(text("reason"), "because, \"really\"?[2J") << "nothing for a terminal in it";
  EXPECT_EQ(text("outcome"), "done");
  EXPECT_EQ(json_integer_value(json_object_get(second, "sequence")), 12);
  EXPECT_EQ(text("hash"), head("default"));
  json_decref(all);
}

TEST_F(AuditCommand, AnEmptyTrailIsAnEmptyList) {
  write("default", 0);
  EXPECT_EQ(audit({"list", "-o", "json"}).out, "[]\n");
  EXPECT_THAT(audit({"list", "-o", "csv"}).out, StartsWith("tenant,number,time,who,"));
  EXPECT_THAT(audit({"list"}).out, StartsWith("TENANT"));
}

TEST_F(AuditCommand, CsvQuotesWhatNeedsIt) {
  write("default", 1);
  const Said said = audit({"list", "--output", "csv"});
  EXPECT_THAT(said.out, HasSubstr("default,1,2023-11-14T22:13:21.000000Z,sue,supervisor,cancel,c1,,,,,"
                                  "\"because, \"\"really\"\"?[2J\",done,,0,11,"));
}

TEST_F(AuditCommand, TheTableTellsWhoDidWhatToWhat) {
  write("default", 1);
  {
    auto store = open_sqlite_store({.directory = folder("default")});
    ASSERT_OK(store);
    AuditEntry refused;
    refused.at = time_from_us(kDay);
    refused.who = "eve";
    refused.action = "forget_customer";
    refused.customer = "\x01\xff";
    refused.refusal = "needs the role admin";
    refused.attempts = 7;
    ASSERT_OK((*store)->append_audit(encode_audit(refused)));
    ASSERT_OK((*store)->sync());
  }
  const std::string out = audit({"list"}).out;
  EXPECT_THAT(out, HasSubstr("contact=c1"));
  EXPECT_THAT(out, HasSubstr("customer=01ff"));
  EXPECT_THAT(out, HasSubstr("refused x7    needs the role admin\n"));
  EXPECT_THAT(out, Not(HasSubstr("\x1b")));
}

TEST_F(AuditCommand, ListTakesATimeFromAndUntil) {
  write("default", 4);
  const auto listed = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"list", "-o", "csv"});
    const std::string out = audit(words).out;
    std::string ids;
    for (char id = '1'; id <= '4'; ++id) {
      if (out.find(std::string(",c") + id + ",") != std::string::npos) ids += id;
    }
    return ids;
  };
  EXPECT_EQ(listed({}), "1234");
  EXPECT_EQ(listed({"--since", "2023-11-14T22:13:22Z"}), "234");
  EXPECT_EQ(listed({"--until", "2023-11-14T22:13:22Z"}), "1");
  EXPECT_EQ(listed({"--since", "2023-11-14T22:13:22Z", "--until", "2023-11-14T22:13:23.5Z"}), "23");
  EXPECT_EQ(listed({"--since", "2023-11-15"}), "");
}

TEST_F(AuditCommand, ListStopsAtTheFirstRowThatIsWrong) {
  write("default", 4);
  edit("default", "DELETE FROM audit WHERE number = 3");
  const Said said = audit({"list", "-o", "json"});
  EXPECT_EQ(said.code, ExitCode::StoreDamaged);
  EXPECT_THAT(said.out, HasSubstr("\"contact\":\"c2\""));
  EXPECT_THAT(said.out, Not(HasSubstr("\"contact\":\"c4\"")));
  EXPECT_THAT(said.out, ::testing::EndsWith("]\n"));
  EXPECT_THAT(said.err, HasSubstr("row 3 of its audit trail is missing"));
}

TEST_F(AuditCommand, ARowOfANewerReleaseIsSaidToBeOne) {
  write("default", 1);
  {
    auto store = open_sqlite_store({.directory = folder("default")});
    ASSERT_OK(store);
    ASSERT_OK((*store)->append_audit(encode_audit(entry(2)) + "\x98\x06\x01"));
    ASSERT_OK((*store)->sync());
  }
  EXPECT_EQ(audit({"verify"}).code, ExitCode::Ok) << "the chain is whole";
  const Said said = audit({"list"});
  EXPECT_EQ(said.code, ExitCode::StoreDamaged);
  EXPECT_THAT(said.err, HasSubstr("row 2: field 99"));
  EXPECT_THAT(said.out, HasSubstr("contact=c1"));
}

TEST_F(AuditCommand, WhereThereIsNothingItSaysSo) {
  const Said missing = run({"cordboardctl", "audit", "verify", "--data-dir", "/nowhere/at/all"});
  EXPECT_EQ(missing.code, ExitCode::StoreFailed);
  EXPECT_THAT(missing.err, HasSubstr("/nowhere/at/all: No such file or directory"));
  EXPECT_THAT(audit({"verify"}).err, HasSubstr("no tenant has a store here"));
  write("default", 1);
  const Said tenant = audit({"list", "--tenant", "acme"});
  EXPECT_EQ(tenant.code, ExitCode::StoreFailed);
  EXPECT_THAT(tenant.err, HasSubstr("no tenant 'acme' has a store here"));
  std::filesystem::create_directory(folder("empty"));
  const Said empty = audit({"list", "--tenant", "empty"});
  EXPECT_EQ(empty.code, ExitCode::StoreFailed);
  EXPECT_THAT(empty.err, HasSubstr("empty has no store"));
}

TEST_F(AuditCommand, AStoreThatIsServedIsInUse) {
  write("default", 1);
  const auto serving = open_sqlite_store({.directory = folder("default")});
  ASSERT_OK(serving);
  const Said said = audit({"verify"});
  EXPECT_EQ(said.code, ExitCode::StoreInUse);
  EXPECT_THAT(said.err, HasSubstr("another process has this data directory open"));
}

TEST_F(AuditCommand, ReadingChangesNoByte) {
  write("default", 3);
  const std::string before = read_file(folder("default") / "cordboard.db");
  EXPECT_EQ(audit({"verify"}).code, ExitCode::Ok);
  EXPECT_EQ(audit({"list"}).code, ExitCode::Ok);
  EXPECT_EQ(read_file(folder("default") / "cordboard.db"), before);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(folder("default"))) ++files;
  EXPECT_EQ(files, 2u) << "the database and the mark";
}

TEST_F(AuditCommand, WrongFlagsAreSaidToBeWrong) {
  write("default", 1);
  const auto expect_bad = [&](const std::vector<std::string>& words, const std::string& what) {
    const Said said = audit(words);
    EXPECT_EQ(said.code, ExitCode::BadConfig) << what;
    EXPECT_THAT(said.err, HasSubstr(what));
  };
  expect_bad({"list", "-o", "xml"}, "xml");
  expect_bad({"list", "--since", "yesterday"}, "yesterday: expected 2026-11-23");
  expect_bad({"verify", "--tenant", "default", "--from-hash", "abc"}, "abc: expected 64 hexadecimal digits");
  expect_bad({"verify", "--from-hash", std::string(64, '0')}, "--tenant");
  EXPECT_EQ(run({"cordboardctl"}).code, ExitCode::BadConfig);
  EXPECT_EQ(run({"cordboardctl", "audit"}).code, ExitCode::BadConfig);
  EXPECT_EQ(run({"cordboardctl", "audit", "verify"}).code, ExitCode::BadConfig) << "--data-dir is missing";
  EXPECT_EQ(run({"cordboardctl", "sing"}).code, ExitCode::BadConfig);
  const Said help = run({"cordboardctl", "audit", "--help"});
  EXPECT_EQ(help.code, ExitCode::Ok);
  EXPECT_THAT(help.out, HasSubstr("verify"));
  EXPECT_THAT(run({"cordboardctl", "--version"}).out, StartsWith("cordboardctl "));
}

}  // namespace
}  // namespace cordboard::testing
