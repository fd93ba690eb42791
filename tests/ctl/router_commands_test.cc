// cordboardctl against a whole router: each command, each format, and what is said when something is wrong.

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/ctl/said.h"
#include "tests/grpc/server_under_test.h"

namespace cordboard::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class RouterCommands : public ::testing::Test {
 protected:
  // With the router's address, and with --as for what needs somebody.
  Said ctl(std::vector<std::string> words) {
    words.insert(words.end(), {"--target", router_.server().grpc_address()});
    return run_ctl(words);
  }
  Said act(std::vector<std::string> words) {
    words.insert(words.end(), {"--as", "sue"});
    return ctl(std::move(words));
  }

  void login(const std::string& agent) {
    v1::LoginRequest request;
    request.set_agent_id(agent);
    request.set_ready(true);
    v1::LoginResponse response;
    ASSERT_TRUE(call(&v1::AgentService::Stub::Login, router_.agent(), request, &response).ok());
  }
  v1::Contact contact(const std::string& id) {
    v1::GetContactRequest request;
    request.set_contact_id(id);
    v1::GetContactResponse response;
    EXPECT_TRUE(call(&v1::GatewayService::Stub::GetContact, router_.gateway(), request, &response).ok())
        << id;
    return response.contact();
  }
  std::string write(const std::string& name, const std::string& text) {
    const std::string path = router_.folder() / name;
    std::ofstream(path) << text;
    return path;
  }

  ServerUnderTest router_;
};

TEST_F(RouterCommands, StatusInEachFormat) {
  const Said table = ctl({"status"});
  EXPECT_EQ(table.code, ExitCode::Ok) << table.err;
  EXPECT_THAT(table.out, HasSubstr("tenant               default\n"));
  EXPECT_THAT(ctl({"status", "-o", "json"}).out, HasSubstr("\"tenant\": \"default\""));
  EXPECT_THAT(ctl({"status", "-o", "yaml"}).out,
              AllOf(HasSubstr("tenant: \"default\"\n"), HasSubstr("liveContacts:\n  used: \"0\"\n")));
  EXPECT_THAT(table.out, HasSubstr("live_contacts        0 of "));
  const std::string csv = ctl({"status", "-o", "csv"}).out;
  EXPECT_THAT(csv,
              StartsWith("version,tenant,revision,configVersion,startedAt,uptime,at,liveContacts.used,"));
}

TEST_F(RouterCommands, HistoryShowsIntervals) {
  ASSERT_EQ(ctl({"submit", "c1", "sales"}).code, ExitCode::Ok);  // at 22:13:20
  router_.clock().advance(10min);
  ASSERT_EQ(ctl({"submit", "c2", "sales"}).code, ExitCode::Ok);
  const std::vector<std::string> words = {"history",      "sales",  "--by",
                                          "quarter_hour", "--from", "2023-11-14T22:00:00Z"};
  const auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> all = words;
    all.insert(all.end(), more.begin(), more.end());
    return ctl(all);
  };
  const Said table = ctl(words);
  EXPECT_EQ(table.code, ExitCode::Ok) << table.err;
  EXPECT_THAT(table.out, StartsWith("BEGIN "));
  EXPECT_THAT(table.out, ::testing::ContainsRegex(
                             "\n2023-11-14T22:00:00Z +2023-11-14T22:15:00Z +1 +0 +0 +0 +0.0 % +- +- +1\n"));
  EXPECT_THAT(table.out,
              ::testing::ContainsRegex("\n2023-11-14T22:15:00Z +now +1 +0 +0 +0 +0.0 % +- +- +2\n"));
  EXPECT_THAT(with({"-o", "csv"}).out, StartsWith("begin,end,unfinished,counters.offered,"));
  EXPECT_THAT(with({"-o", "json"}).out, HasSubstr("\"end\":\"2023-11-14T22:15:00Z\""));
  EXPECT_THAT(with({"-o", "yaml"}).out, HasSubstr("unfinished: true"));
  EXPECT_THAT(
      ctl({"history", "sales", "--by", "day", "--zone", "Asia/Kathmandu", "--from", "2023-11-14"}).out,
      HasSubstr("\n2023-11-14T18:15:00Z  now "));
  // Longer ago than rows are kept.
  for (const std::string later : {"c3", "c4", "c5"}) {
    router_.clock().advance(600 * 24h);
    ASSERT_EQ(ctl({"submit", later, "sales"}).code, ExitCode::Ok);
  }
  EXPECT_THAT(ctl({"history", "sales", "--by", "hour", "--from", "2023-11-14T21:00:00Z", "--to",
                   "2023-11-14T22:00:00Z"})
                  .out,
              ::testing::ContainsRegex("T22:00:00Z +- +- +- +- +- +- +- +-\n"));
  EXPECT_THAT(ctl({"history", "slaes"}).err, HasSubstr("UNKNOWN_QUEUE"));
  EXPECT_EQ(ctl({"history", "sales", "--from", "yesterday"}).code, ExitCode::BadConfig);
  EXPECT_EQ(ctl({"history", "sales", "--by", "year"}).code, ExitCode::BadConfig);
}

TEST_F(RouterCommands, QueuesShowWhatWaits) {
  ASSERT_EQ(ctl({"submit", "c1", "sales"}).code, ExitCode::Ok);
  router_.clock().advance(65s);
  const Said table = ctl({"queues"});
  EXPECT_EQ(table.code, ExitCode::Ok) << table.err;
  EXPECT_EQ(table.out,
            "QUEUE  OPEN  WAITING  RINGING  OLDEST  CONNECTED  WRAP-UP  OFFERED  ANSWERED  ABANDONED  "
            "SERVICE LEVEL  TARGET\n"
            "sales  yes         1        0    1:05          0        0        1         0          0  "
            "        0.0 %  80 % in 20s\n"
            "tiny   yes         0        0       -          0        0        0         0          0  "
            "            -  80 % in 20s\n"
            "chat   yes         0        0       -          0        0        0         0          0  "
            "            -  80 % in 20s\n");
  EXPECT_THAT(ctl({"queues", "sales", "-o", "csv"}).out,
              AllOf(StartsWith("queue,settings.requirement,"), HasSubstr("\nsales,english,"),
                    Not(HasSubstr("\nchat,"))));
  EXPECT_THAT(ctl({"queues", "sales", "-o", "json"}).out,
              AllOf(StartsWith("[\n{\"queue\":\"sales\","), HasSubstr("\"waiting\":1"),
                    ::testing::EndsWith("}\n]\n")));
  EXPECT_THAT(ctl({"queues", "sales", "-o", "yaml"}).out,
              AllOf(StartsWith("- queue: \"sales\"\n"), HasSubstr("\n  waiting: 1\n")));
}

TEST_F(RouterCommands, AgentsByStateAndByName) {
  login("ana");
  EXPECT_EQ(
      ctl({"agents"}).out,
      "AGENT  STATE       REASON  ACTIVITY  SINCE                 CONTACTS  HANDLED  NO ANSWER  SKILLS\n"
      "ana    ready       -       idle      2023-11-14T22:13:20Z  -               0          0  english:80\n"
      "ben    logged_out  -       idle      -                     -               0          0  "
      "english:60\n");
  EXPECT_THAT(ctl({"agents", "--state", "ready", "-o", "csv"}).out,
              AllOf(HasSubstr("\nana,true,READY,"), Not(HasSubstr("\nben,"))));
  EXPECT_THAT(ctl({"agents", "ben"}).out, AllOf(HasSubstr("\nben "), Not(HasSubstr("\nana "))));
}

TEST_F(RouterCommands, ASubmitSaysWhereTheContactIs) {
  const Said said = ctl({"submit", "c1", "sales", "--priority", "3", "--requirement", "english >= 70",
                         "--relax", "30s=english"});
  EXPECT_EQ(said.code, ExitCode::Ok) << said.err;
  EXPECT_THAT(said.out, AllOf(HasSubstr("done at revision "), HasSubstr("c1 is waiting in sales\n"),
                              HasSubstr("nobody can serve it: nobody_logged_in\n")));
  EXPECT_EQ(contact("c1").priority(), 3);
  EXPECT_THAT(ctl({"contacts", "sales"}).out, AllOf(HasSubstr("\nc1 "), HasSubstr("english >= 70")));
  EXPECT_THAT(ctl({"contacts", "-o", "csv"}).out, HasSubstr("\nc1,,sales,voice,WAITING,"));
  EXPECT_EQ(ctl({"contacts", "--state", "cancelled", "-o", "json"}).out, "[]\n");
}

TEST_F(RouterCommands, ARepeatedRequestIsDoneOnce) {
  ASSERT_EQ(ctl({"submit", "c1", "sales"}).code, ExitCode::Ok);
  EXPECT_THAT(ctl({"cancel", "c1", "--request-id", "r1"}).out, StartsWith("done at revision "));
  EXPECT_THAT(ctl({"cancel", "c1", "--request-id", "r1"}).out, StartsWith("done before at revision "));
  const Said other = ctl({"cancel", "c1"});
  EXPECT_EQ(other.code, ExitCode::RequestRefused) << "an id of its own each time";
  EXPECT_THAT(other.err, HasSubstr("CONTACT_FINISHED"));
}

TEST_F(RouterCommands, ExplainTellsPeopleAndPrograms) {
  ASSERT_EQ(ctl({"submit", "c1", "sales"}).code, ExitCode::Ok);
  const Said explained = ctl({"explain", "c1"});
  EXPECT_EQ(explained.code, ExitCode::Ok) << explained.err;
  EXPECT_THAT(explained.out, HasSubstr("english"));
  EXPECT_THAT(ctl({"explain", "c1", "-o", "json"}).out, HasSubstr("\"requirement\": \"english \\u003e= 1\""));
  EXPECT_THAT(ctl({"why-not", "c1", "ana", "-o", "json"}).out, HasSubstr("\"obstacle\": \"LOGGED_OUT\""));
  EXPECT_EQ(ctl({"explain"}).code, ExitCode::BadConfig);
  EXPECT_EQ(ctl({"explain", "none"}).code, ExitCode::NotFound);
}

TEST_F(RouterCommands, ActsOnContacts) {
  ASSERT_EQ(ctl({"submit", "c1", "sales"}).code, ExitCode::Ok);
  EXPECT_EQ(act({"act", "reprioritise", "c1", "--tier", "2"}).code, ExitCode::Ok);
  EXPECT_EQ(contact("c1").tier(), 2);
  EXPECT_EQ(act({"act", "move", "c1", "chat", "--reason", "it writes"}).code, ExitCode::Ok);
  EXPECT_EQ(contact("c1").queue(), "chat");
  EXPECT_EQ(act({"act", "reprioritise", "c1"}).code, ExitCode::BadConfig) << "neither priority nor tier";
  EXPECT_THAT(act({"act", "assign", "c1", "ana"}).err, HasSubstr("AGENT_NOT_LOGGED_IN"));
  EXPECT_EQ(act({"act", "take-back", "c1"}).code, ExitCode::RequestRefused) << "it does not ring";
  for (const char* mode : {"monitor", "whisper", "barge"})
    EXPECT_THAT(act({"act", mode, "c1"}).err, HasSubstr("CONTACT_NOT_CONNECTED")) << mode;
  EXPECT_EQ(act({"act", "take-over", "c1", "ana"}).code, ExitCode::RequestRefused);
  EXPECT_THAT(act({"act", "end-wrap-up", "c1", "ana"}).err, HasSubstr("CONTACT_NOT_IN_WRAP_UP"));
  EXPECT_EQ(act({"act", "cancel", "c1"}).code, ExitCode::Ok);
  EXPECT_EQ(contact("c1").state(), v1::Contact::CANCELLED);
  const std::string list = ctl({"act", "list"}).out;
  EXPECT_THAT(list,
              AllOf(HasSubstr("sue  reprioritise  c1"), HasSubstr("queue=chat"), HasSubstr("it writes")));
  EXPECT_THAT(ctl({"act", "list", "--after", "1", "-o", "csv"}).out,
              AllOf(StartsWith("number,at,verb,supervisor,reason,"), Not(HasSubstr("REPRIORITISE"))));
}

TEST_F(RouterCommands, AnAssignedContactWaitsForItsAgent) {
  login("ana");
  login("ben");
  ASSERT_EQ(ctl({"submit", "c1", "tiny"}).code, ExitCode::Ok);
  EXPECT_THAT(act({"act", "assign", "c1", "ben"}).err, HasSubstr("AGENT_NOT_ELIGIBLE"));
  EXPECT_EQ(act({"act", "assign", "c1", "ben", "--force"}).code, ExitCode::Ok);
  ASSERT_EQ(contact("c1").offers_size(), 1);
  EXPECT_EQ(contact("c1").offers(0).agent_id(), "ben");
  EXPECT_EQ(act({"act", "take-back", "c1"}).code, ExitCode::Ok);
  EXPECT_EQ(contact("c1").state(), v1::Contact::WAITING);
}

TEST_F(RouterCommands, AgentsAreReleasedAndSet) {
  login("ana");
  EXPECT_EQ(act({"agent", "state", "ana", "not_ready"}).code, ExitCode::Ok);
  EXPECT_THAT(ctl({"agents", "ana"}).out, HasSubstr("not_ready  supervisor"));
  EXPECT_EQ(act({"agent", "state", "ana", "ready"}).code, ExitCode::Ok);
  EXPECT_EQ(act({"agent", "release", "ana"}).code, ExitCode::Ok);
  EXPECT_THAT(ctl({"agents", "ana"}).out, HasSubstr("not_ready  released"));
  const Said wrong = act({"agent", "state", "ana", "redy"});
  EXPECT_EQ(wrong.code, ExitCode::BadConfig);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean ready?"));
}

TEST_F(RouterCommands, SwitchesOfQueues) {
  EXPECT_EQ(act({"queue", "closed", "sales", "--reason", "fire drill"}).code, ExitCode::Ok);
  EXPECT_THAT(ctl({"queues", "sales"}).out, HasSubstr("\nsales  no "));
  EXPECT_EQ(act({"queue", "hours", "sales"}).code, ExitCode::Ok);
  EXPECT_THAT(ctl({"queues", "sales"}).out, HasSubstr("\nsales  yes "));
  EXPECT_EQ(act({"queue", "closed", "--all"}).code, ExitCode::Ok);
  EXPECT_THAT(ctl({"queues"}).out, AllOf(HasSubstr("\nsales  no "), HasSubstr("\nchat   no ")));
  EXPECT_EQ(act({"queue", "open"}).code, ExitCode::BadConfig);
  EXPECT_EQ(act({"queue", "open", "sales", "--all"}).code, ExitCode::BadConfig);
}

TEST_F(RouterCommands, ConfigurationsAreCheckedComparedAppliedAndTakenBack) {
  const std::string path =
      write("new.yaml", "queues: [{name: sales}, {name: tiny}, {name: chat, channel: chat}]\n");
  const std::string bad = write("bad.yaml", "queues:\n  - name: sales\n    offer_timout: 5s\n");
  EXPECT_EQ(ctl({"config", "get"}).out, kTestConfig);
  EXPECT_THAT(ctl({"config", "validate", path}).out, HasSubstr(path + ": valid\n"));
  const Said wrong = ctl({"config", "validate", bad});
  EXPECT_EQ(wrong.code, ExitCode::BadConfig);
  EXPECT_THAT(wrong.out, AllOf(HasSubstr(bad + ":3:5: error: "), HasSubstr("did you mean offer_timeout?")));
  const Said diff = ctl({"config", "diff", path});
  EXPECT_EQ(diff.code, ExitCode::Ok) << diff.err;
  EXPECT_THAT(diff.out, AllOf(HasSubstr("- queues[sales].requires: english\n"),
                              HasSubstr("would become version 2; nothing was changed\n")));
  EXPECT_EQ(ctl({"config", "diff", bad}).code, ExitCode::BadConfig);
  EXPECT_THAT(act({"config", "apply", path, "--if-version", "7"}).err, HasSubstr("VERSION_CONFLICT"));
  EXPECT_THAT(act({"config", "apply", path, "--if-version", "1"}).out, HasSubstr("version 2 is in force"));
  EXPECT_THAT(act({"config", "apply", bad}).err, HasSubstr("INVALID_CONFIGURATION"));
  EXPECT_THAT(act({"config", "rollback", "1"}).out, HasSubstr("version 3 is in force"));
  EXPECT_EQ(ctl({"config", "get", "1"}).out, ctl({"config", "get"}).out);
  EXPECT_THAT(ctl({"config", "versions"}).out, AllOf(HasSubstr("\n      3  "), HasSubstr("rollback to 1")));
  EXPECT_EQ(ctl({"config", "get", "99"}).code, ExitCode::NotFound);
  EXPECT_THAT(ctl({"config", "validate", "/nowhere.yaml"}).err,
              HasSubstr("configuration /nowhere.yaml: No such file or directory"));
}

TEST_F(RouterCommands, WatchShowsTheStateAndThenWhatChanges) {
  ASSERT_EQ(ctl({"submit", "c1", "sales"}).code, ExitCode::Ok);
  const Said table = ctl({"watch", "--kind", "queues,contacts", "--count", "1"});
  EXPECT_EQ(table.code, ExitCode::Ok) << table.err;
  EXPECT_THAT(table.out,
              AllOf(HasSubstr("  queue sales: waiting 1, oldest -, connected 0"),
                    HasSubstr("  contact c1: waiting in sales\n"), HasSubstr("snapshot_complete")));
  EXPECT_THAT(ctl({"watch", "--count", "1", "-o", "json"}).out, StartsWith("{\"snapshot\":{"));
  EXPECT_THAT(ctl({"watch", "--count", "1", "-o", "yaml"}).out, StartsWith("---\nsnapshot:\n"));
  EXPECT_THAT(ctl({"watch", "sales", "--count", "1", "-o", "csv"}).out,
              AllOf(StartsWith("revision,at,what,name,row\n"), HasSubstr(",queue,sales,\"{\"\"queue\"\":"),
                    Not(HasSubstr(",queue,chat,"))));
}

}  // namespace
}  // namespace cordboard::testing
