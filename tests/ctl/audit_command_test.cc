// cordboardctl audit: what it prints, and how it ends.

#include <gmock/gmock.h>
#include <jansson.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "ctl/command_line.h"
#include "router/codec/storage_audit.h"
#include "tests/ctl/said.h"
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
  // `audit WORDS... --data-dir DIRECTORY`
  Said audit(std::vector<std::string> words) {
    words.insert(words.begin(), "audit");
    words.insert(words.end(), {"--data-dir", directory_.path().string()});
    return run_ctl(words);
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

// Who is told "in use" tries again; who is told "damaged" looks.
TEST_F(AuditCommand, DamageDecidesWhicheverStoreItIsIn) {
  write("acme", 1);
  write("beta", 1);
  write("corp", 1);
  const auto serving = open_sqlite_store({.directory = folder("acme")});
  ASSERT_OK(serving);
  edit("corp", "UPDATE meta SET value = 99 WHERE key = 'format_version'");
  EXPECT_EQ(audit({"verify"}).code, ExitCode::StoreInUse) << "the first one";
  edit("beta", "DELETE FROM audit WHERE number = 1");
  EXPECT_EQ(audit({"verify"}).code, ExitCode::StoreDamaged);
  EXPECT_EQ(audit({"list"}).code, ExitCode::StoreDamaged);
}

TEST_F(AuditCommand, ALostWriteAheadLogIsDamage) {
  {
    const auto killed = open_sqlite_store({.directory = folder("killed")});
    ASSERT_OK(killed);
    ASSERT_OK((*killed)->append_audit(encode_audit(entry(1))));
    ASSERT_OK((*killed)->sync());
    std::filesystem::copy(folder("killed"), folder("default"));
  }
  std::filesystem::remove_all(folder("killed"));
  EXPECT_THAT(audit({"verify"}).out, HasSubstr("1 rows, chain whole"));
  std::filesystem::remove(folder("default") / "cordboard.db-wal");
  const Said said = audit({"verify"});
  EXPECT_EQ(said.code, ExitCode::StoreDamaged) << said.out;
  EXPECT_THAT(said.err, HasSubstr("row 1 of its audit trail is missing: 1 were durable"));
}

TEST_F(AuditCommand, OutputThatIsLostIsAnError) {
  write("default", 3);
  const std::string data_dir = directory_.path().string();
  for (const char* const command : {"list", "verify"}) {
    const char* const arguments[] = {"cordboardctl", "audit", command, "--data-dir", data_dir.c_str()};
    std::ofstream full("/dev/full");
    std::ostringstream err;
    EXPECT_EQ(ctl::run(5, arguments, full, err), ExitCode::StoreFailed);
    EXPECT_THAT(err.str(), HasSubstr("the output could not be written"));
  }
}

// Takes the store of a tenant whenever something is printed, as a router would that is started meanwhile.
class RouterStarts : public std::stringbuf {
 public:
  explicit RouterStarts(std::filesystem::path store) : store_(std::move(store)) {}
  bool all() const { return all_; }

 private:
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    all_ = open_sqlite_store({.directory = store_}).ok() && all_;
    return std::stringbuf::xsputn(text, size);
  }

  std::filesystem::path store_;
  bool all_ = true;
};

TEST_F(AuditCommand, NothingIsPrintedWhileTheStoreIsHeld) {
  write("default", 50);
  const std::string data_dir = directory_.path().string();
  for (const char* const format : {"table", "json", "yaml", "csv"}) {
    const char* const arguments[] = {"cordboardctl",   "audit", "list", "--data-dir",
                                     data_dir.c_str(), "-o",    format};
    RouterStarts out(folder("default"));
    std::ostream stream(&out);
    std::ostringstream err;
    EXPECT_EQ(ctl::run(7, arguments, stream, err), ExitCode::Ok) << err.str();
    EXPECT_TRUE(out.all()) << format;
    EXPECT_THAT(out.str(), HasSubstr("c50"));
  }
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

TEST_F(AuditCommand, YamlHasWhatJsonHas) {
  write("default", 2);
  const Said said = audit({"list", "-o", "yaml"});
  EXPECT_EQ(said.code, ExitCode::Ok) << said.err;
  EXPECT_THAT(said.out,
              StartsWith("- tenant: \"default\"\n  number: 1\n  time: \"2023-11-14T22:13:21.000000Z\"\n"));
  EXPECT_THAT(said.out, HasSubstr("\n- tenant: \"default\"\n  number: 2\n"));
}

TEST_F(AuditCommand, AnEmptyTrailIsAnEmptyList) {
  write("default", 0);
  EXPECT_EQ(audit({"list", "-o", "yaml"}).out, "[]\n");
  EXPECT_EQ(audit({"list", "-o", "json"}).out, "[]\n");
  EXPECT_THAT(audit({"list", "-o", "csv"}).out, StartsWith("tenant,number,time,who,"));
  EXPECT_THAT(audit({"list"}).out, StartsWith("TENANT"));
}

TEST_F(AuditCommand, CsvQuotesWhatNeedsIt) {
  write("default", 1);
  const Said said = audit({"list", "--output", "csv"});
  EXPECT_THAT(said.out, HasSubstr("default,1,2023-11-14T22:13:21.000000Z,sue,supervisor,cancel,c1,,,,"
                                  "\"because, \"\"really\"\"?[2J\",done,,0,11,"));
}

TEST_F(AuditCommand, CsvHasNoFormulas) {
  {
    auto store = open_sqlite_store({.directory = folder("default")});
    ASSERT_OK(store);
    AuditEntry made = entry(1);
    made.contact = "+31";
    made.reason = "=HYPERLINK(\"http://example.org\",1)";
    ASSERT_OK((*store)->append_audit(encode_audit(made)));
    ASSERT_OK((*store)->sync());
  }
  EXPECT_THAT(audit({"list", "-o", "csv"}).out,
              HasSubstr(",'+31,,,,\"'=HYPERLINK(\"\"http://example.org\"\",1)\",done,"));
  EXPECT_THAT(audit({"list", "-o", "json"}).out, HasSubstr("\"contact\":\"+31\""));
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
    refused.refusal = "needs the role admin";
    refused.attempts = 7;
    ASSERT_OK((*store)->append_audit(encode_audit(refused)));
    ASSERT_OK((*store)->sync());
  }
  const std::string out = audit({"list"}).out;
  EXPECT_THAT(out, HasSubstr("contact=c1"));
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
  EXPECT_EQ(said.code, ExitCode::StoreNewer);
  EXPECT_THAT(said.err, HasSubstr("row 2: field 99"));
  EXPECT_THAT(said.out, HasSubstr("contact=c1"));
}

TEST_F(AuditCommand, WhereThereIsNothingItSaysSo) {
  const Said missing = run_ctl({"audit", "verify", "--data-dir", "/nowhere/at/all"});
  EXPECT_EQ(missing.code, ExitCode::StoreFailed);
  EXPECT_THAT(missing.err, HasSubstr("/nowhere/at/all: No such file or directory"));
  EXPECT_THAT(audit({"verify"}).err, HasSubstr("no tenant has a store here"));
  write("default", 1);
  const Said tenant = audit({"list", "--tenant", "acme"});
  EXPECT_EQ(tenant.code, ExitCode::StoreFailed);
  EXPECT_THAT(tenant.err, HasSubstr("no tenant 'acme' has a store here"));
  const Said nameless = run_ctl({"audit", "verify", "--data-dir", ""});
  EXPECT_EQ(nameless.code, ExitCode::BadConfig);
  EXPECT_THAT(nameless.err, HasSubstr("expected the router's data directory"));
  for (const char* const slash : {"", "/"}) {
    const Said store = run_ctl({"audit", "verify", "--data-dir", folder("default").string() + slash});
    EXPECT_EQ(store.code, ExitCode::StoreFailed);
    EXPECT_THAT(store.err, HasSubstr("this is the store of one tenant; give --data-dir " +
                                     directory_.path().string() + " --tenant default\n"));
  }
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
  EXPECT_THAT(said.err, HasSubstr("a router serves it; stop the router, or read a snapshot or a backup"));
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
  for (const char* const format : {"xml", "JSON", "1", ""})
    expect_bad({"list", "-o", format}, "'" + std::string(format) + "': expected table|json|yaml|csv");
  expect_bad({"list", "--tenant", ""}, "'': a name has letters, digits");
  expect_bad({"list", "--tenant", "../default"}, "'../default': a name has letters, digits");
  expect_bad({"list", "--since", "yesterday"}, "yesterday: expected 2026-11-23");
  expect_bad({"verify", "--tenant", "default", "--from-hash", "abc"}, "abc: expected 64 hexadecimal digits");
  expect_bad({"verify", "--from-hash", std::string(64, '0')}, "--tenant");
  EXPECT_EQ(run_ctl({}).code, ExitCode::BadConfig);
  EXPECT_EQ(run_ctl({"audit"}).code, ExitCode::BadConfig);
  EXPECT_EQ(run_ctl({"audit", "verify"}).code, ExitCode::BadConfig) << "--data-dir is missing";
  EXPECT_EQ(run_ctl({"sing"}).code, ExitCode::BadConfig);
  const Said help = run_ctl({"audit", "--help"});
  EXPECT_EQ(help.code, ExitCode::Ok);
  EXPECT_THAT(help.out, HasSubstr("verify"));
  EXPECT_THAT(run_ctl({"--version"}).out, StartsWith("cordboardctl "));
}

}  // namespace
}  // namespace cordboard::testing
