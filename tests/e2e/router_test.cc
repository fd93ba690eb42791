// The real binary: how it starts, checks its configuration, ends, and keeps tenants apart.

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "agents-sim/base/temporary_directory.h"
#include "agents-sim/live/child_router.h"
#include "tests/e2e/json_member.h"
#include "tests/e2e/process.h"

namespace cordboard {
namespace {

using sim::TemporaryDirectory;

class RouterTest : public testing::Test {
 protected:
  std::string data_dir(const std::string& name = "data") const { return directory_.path() + "/" + name; }

  std::string write_config(const std::string& name, const std::string& text) const {
    const std::string path = directory_.path() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }

  static Finished live(const std::string& target, std::vector<std::string> more) {
    std::vector<std::string> words = {program("cordboard-sim"), "live", "--target", target, "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return run(std::move(words));
  }

  const TemporaryDirectory directory_{"cordboard-e2e"};
};

TEST_F(RouterTest, SaysWhereItListensAndEndsWithZeroAtSigterm) {
  RunningRouter router(example_config("demo.yaml"), data_dir());
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  const auto ready =
      sim::parse_ready_line(router.process().output().substr(0, router.process().output().find('\n')));
  ASSERT_TRUE(ready) << router.process().output();
  for (const std::string& address : {ready->grpc, ready->http, ready->metrics}) {
    EXPECT_TRUE(address.starts_with("127.0.0.1:")) << address;
    EXPECT_FALSE(address.ends_with(":0")) << address;
  }
  router.process().signal(SIGTERM);
  EXPECT_EQ(router.process().wait(), 0) << router.process().errors();
}

TEST_F(RouterTest, TellsSystemdWhenItServes) {
  using Protocol = boost::asio::local::datagram_protocol;
  boost::asio::io_context io;
  const std::string path = data_dir("notify");
  Protocol::socket systemd(io, Protocol::endpoint(path));
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  RunningRouter router(example_config("minimal.yaml"), data_dir());
  unsetenv("NOTIFY_SOCKET");
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  systemd.non_blocking(true);  // the ready line comes after it
  std::array<char, 64> told{};
  boost::system::error_code nothing;
  const std::size_t size = systemd.receive(boost::asio::buffer(told), 0, nothing);
  EXPECT_FALSE(nothing) << nothing.message();
  EXPECT_EQ(std::string(told.data(), size), "READY=1");
}

TEST_F(RouterTest, CheckAcceptsEveryExample) {
  for (const char* name : {"minimal.yaml", "demo.yaml", "bank.yaml"}) {
    const Finished checked = run({program("cordboard-router"), "--check", "--config", example_config(name)});
    EXPECT_EQ(checked.code, 0) << name << ": " << checked.errors;
  }
}

TEST_F(RouterTest, CheckNamesFileLineAndKeyOfWhatIsWrong) {
  const std::string path = write_config("bad.yaml", "queues:\n  - name: sales\n    ofer_timeout: 10s\n");
  const Finished checked = run({program("cordboard-router"), "--check", "--config", path});
  EXPECT_TRUE(checked.code && *checked.code > 0);
  EXPECT_NE(checked.errors.find("bad.yaml:3"), std::string::npos) << checked.errors;
  EXPECT_NE(checked.errors.find("offer_timeout"), std::string::npos) << checked.errors;
}

TEST_F(RouterTest, CheckRefusesWhatTheStartWouldRefuse) {
  const std::string path = write_config("open.yaml",
                                        "queues: [{name: sales}]\n"
                                        "server: {metrics_listen: 0.0.0.0:7090}\n");
  const Finished checked = run({program("cordboard-router"), "--check", "--config", path});
  EXPECT_EQ(checked.code, 2);
  EXPECT_NE(checked.errors.find("server.metrics_listen"), std::string::npos) << checked.errors;
  EXPECT_EQ(run({program("cordboard-router"), "--check", "--config", path, "--insecure-listen"}).code, 0);
}

TEST_F(RouterTest, DoesNotStartWithABadConfiguration) {
  const std::string path = write_config("bad.yaml", "queues: nothing\n");
  const Finished started = run({program("cordboard-router"), "--config", path, "--data-dir", data_dir()});
  EXPECT_TRUE(started.code && *started.code > 0);
  EXPECT_EQ(started.output, "");
}

TEST_F(RouterTest, LeavesADataDirectoryAloneThatAnotherRouterServes) {
  RunningRouter first(example_config("minimal.yaml"), data_dir());
  ASSERT_FALSE(first.grpc().empty()) << first.process().errors();
  RunningRouter second(example_config("minimal.yaml"), data_dir());
  EXPECT_TRUE(second.grpc().empty()) << "both serve the same data";
  const auto code = second.process().wait();
  EXPECT_TRUE(code && *code > 0) << second.process().errors();
  first.process().signal(SIGTERM);
  EXPECT_EQ(first.process().wait(), 0);
}

// A limit on the size of files fails the writes of the log, as a full disk would.
TEST_F(RouterTest, EndsWithItsOwnCodeWhenTheLogCannotBeWrittenAndStartsAgainAfterwards) {
  RunningRouter limited(example_config("minimal.yaml"), data_dir(), {},
                        {"sh", "-c", "trap '' XFSZ; ulimit -f 2048; exec \"$@\"", "sh"});
  ASSERT_FALSE(limited.grpc().empty()) << limited.process().errors();
  const Process load({program("cordboard-sim"), "live", "--target", limited.grpc(), "--agents", "100",
                      "--rate", "500", "--duration", "60s"});
  EXPECT_EQ(limited.process().wait(), 8) << limited.process().errors();
  EXPECT_NE(limited.process().errors().find("event=log_failed"), std::string::npos)
      << limited.process().errors();

  RunningRouter again(example_config("minimal.yaml"), data_dir());
  ASSERT_FALSE(again.grpc().empty()) << again.process().errors();
  again.process().signal(SIGTERM);
  EXPECT_EQ(again.process().wait(), 0) << again.process().errors();
}

#ifdef CORDBOARD_HANGING_SYNC
TEST_F(RouterTest, EndsWithItsOwnCodeWhenTheDiskHangsWhileItDrains) {
  const std::string config = write_config("impatient.yaml",
                                          "queues: [{name: sales}]\n"
                                          "server: {drain_timeout: 1s}\n");
  const std::string hang = directory_.path() + "/hang";
  RunningRouter router(config, data_dir(), {},
                       {"env", "LD_PRELOAD=" CORDBOARD_HANGING_SYNC, "CORDBOARD_HANG_SYNC=" + hang});
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  std::ofstream(hang).flush();
  router.process().signal(SIGTERM);  // the last snapshot cannot be synced
  EXPECT_EQ(router.process().wait(), 9) << router.process().errors();
}

TEST_F(RouterTest, AnAuditTellsOfRequestsThatAreNeverAnswered) {
  const std::string hang = directory_.path() + "/hang";
  RunningRouter router(example_config("minimal.yaml"), data_dir(), {},
                       {"env", "LD_PRELOAD=" CORDBOARD_HANGING_SYNC, "CORDBOARD_HANG_SYNC=" + hang});
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  std::ofstream(hang).flush();
  const Finished played = live(router.grpc(), {"--agents", "1", "--duration", "1s", "--give-up-after", "1s"});
  EXPECT_EQ(played.code, 1);
  EXPECT_EQ(count_of(played.output, "no_answer"), 1u) << played.output << played.errors;
}
#endif

TEST_F(RouterTest, VerifyTellsAWholeStoreFromADamagedOneAndFromOneInUse) {
  const auto verify = [&] {
    return run({program("cordboard-router"), "--verify", "--data-dir", data_dir()});
  };
  EXPECT_EQ(verify().code, 7) << "nothing is there";
  {
    RunningRouter router(example_config("minimal.yaml"), data_dir());
    ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
    EXPECT_EQ(verify().code, 6) << "it is served";
    router.process().signal(SIGTERM);
    ASSERT_EQ(router.process().wait(), 0);
  }
  const Finished whole = verify();
  EXPECT_EQ(whole.code, 0) << whole.output << whole.errors;
  EXPECT_NE(whole.output.find("tenant default\n"), std::string::npos) << whole.output;
  EXPECT_NE(whole.output.find("  whole\n"), std::string::npos) << whole.output;

  const std::string database = data_dir() + "/default/cordboard.db";
  std::filesystem::resize_file(database, std::filesystem::file_size(database) / 2);
  const Finished damaged = verify();
  EXPECT_EQ(damaged.code, 4) << damaged.output;
  EXPECT_NE(damaged.output.find("is damaged"), std::string::npos) << damaged.output;
  RunningRouter refused(example_config("minimal.yaml"), data_dir());
  EXPECT_TRUE(refused.grpc().empty());
  EXPECT_EQ(refused.process().wait(), 4) << refused.process().errors();
}

TEST_F(RouterTest, AScaledConfigurationIsValid) {
  for (const char* name : {"minimal.yaml", "demo.yaml", "bank.yaml"}) {
    const Finished scaled = run({program("cordboard-sim"), "scaled", example_config(name), "--speed", "60"});
    ASSERT_EQ(scaled.code, 0) << scaled.errors;
    const std::string path = write_config(name, scaled.output);
    const Finished checked = run({program("cordboard-router"), "--check", "--config", path});
    EXPECT_EQ(checked.code, 0) << checked.errors << scaled.output;
  }
}

TEST_F(RouterTest, LiveContactsAndAgentsOfEveryKindPassTheAudit) {
  RunningRouter router(example_config("minimal.yaml"), data_dir());
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  const Finished played =
      live(router.grpc(), {"--agents", "60", "--rate", "120", "--duration", "2s", "--patience",
                           "{exponential: {mean: 1s}}", "--decline", "0.05", "--transfer", "0.1",
                           "--pause-probability", "0.1", "--pause", "200ms", "--answer-delay", "10ms"});
  EXPECT_EQ(played.code, 0) << played.output << played.errors;
  for (const char* member : {"refused", "lost", "double_offered", "violations"}) {
    EXPECT_EQ(count_of(played.output, member), 0u) << member << " in " << played.output;
  }
  for (const char* member : {"connected", "completed", "declined", "transfers", "pauses"}) {
    EXPECT_GT(count_of(played.output, member), 0u) << member << " in " << played.output;
  }
}

TEST_F(RouterTest, LiveWorksWithDeclaredAgentsOnly) {
  RunningRouter router(example_config("demo.yaml"), data_dir());
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  const Finished played = live(router.grpc(), {"--agents", "40", "--rate", "40", "--duration", "1s"});
  EXPECT_EQ(played.code, 0) << played.output << played.errors;
  EXPECT_GT(count_of(played.output, "completed"), 0u) << played.output;
}

TEST_F(RouterTest, LiveRefusesToWaitForEverForAnythingButPatience) {
  RunningRouter router(example_config("minimal.yaml"), data_dir());
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  for (const char* option : {"--handle-time", "--wrap-up", "--answer-delay", "--pause", "--notice-after"}) {
    const Finished refused = live(router.grpc(), {option, "never"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.errors.find(std::string(option) + ": only --patience can be never"), std::string::npos)
        << refused.errors;
  }
}

TEST_F(RouterTest, LiveWaitsForThoseWhoStillTalk) {
  RunningRouter router(example_config("minimal.yaml"), data_dir());
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  const Finished played = live(router.grpc(), {"--agents", "8", "--rate", "20", "--duration", "300ms",
                                               "--handle-time", "2s", "--give-up-after", "500ms"});
  EXPECT_EQ(played.code, 0) << played.output << played.errors;
  EXPECT_GT(count_of(played.output, "completed"), 0u) << played.output;
}

TEST_F(RouterTest, TenantsSeeNothingOfEachOther) {
  const std::string other = write_config("other.yaml", "queues:\n  - name: other\n");
  RunningRouter router(example_config("minimal.yaml"), data_dir(), {"--tenant", "other=" + other});
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  // The same gateway and the same agents in both, at the same time.
  const std::vector<std::string> words = {program("cordboard-sim"),
                                          "live",
                                          "--target",
                                          router.grpc(),
                                          "--json",
                                          "--agents",
                                          "20",
                                          "--rate",
                                          "40",
                                          "--duration",
                                          "1s"};
  std::vector<std::string> other_words = words;
  other_words.insert(other_words.end(), {"--tenant", "other"});
  Process first(words);
  Process second(other_words);
  EXPECT_EQ(first.wait(), 0) << first.output() << first.errors();
  EXPECT_EQ(second.wait(), 0) << second.output() << second.errors();
  for (const Process* process : {&first, &second}) {
    EXPECT_EQ(count_of(process->output(), "foreign"), 0u) << process->output();
    EXPECT_GT(count_of(process->output(), "completed"), 0u) << process->output();
  }
  EXPECT_NE(first.output().find("\"queues\":{\"main\""), std::string::npos) << first.output();
  EXPECT_NE(second.output().find("\"queues\":{\"other\""), std::string::npos) << second.output();
  const Finished unknown = live(router.grpc(), {"--tenant", "nobody"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_NE(unknown.errors.find("UNKNOWN_TENANT"), std::string::npos) << unknown.errors;
}

}  // namespace
}  // namespace cordboard
