// The real cordboardctl: in a shell, at a terminal, and as scripts see it.

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agents-sim/base/temporary_directory.h"
#include "tests/e2e/process.h"
#include "tests/e2e/terminal.h"

namespace cordboard {
namespace {

using sim::TemporaryDirectory;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string share(const std::string& name) {
  return (std::filesystem::path(program("cordboardctl")).parent_path().parent_path() / "share" / name)
      .string();
}

class CtlTest : public testing::Test {
 protected:
  Finished ctl(std::vector<std::string> words) {
    words.insert(words.begin(), program("cordboardctl"));
    words.insert(words.end(), {"--target", router_.grpc()});
    return run(std::move(words));
  }

  // `more`: of the environment.
  std::vector<std::string> words_at_terminal(std::vector<std::string> words,
                                             const std::string& more = "LC_ALL=C.UTF-8") const {
    words.insert(words.begin(), {"env", "-u", "NO_COLOR", "TERM=xterm", more, program("cordboardctl")});
    words.insert(words.end(), {"--target", router_.grpc()});
    return words;
  }

  const TemporaryDirectory directory_{"cordboard-ctl"};
  RunningRouter router_{example_config("demo.yaml"), directory_.path() + "/data"};
};

TEST_F(CtlTest, EndsWithTheDocumentedCodes) {
  ASSERT_FALSE(router_.grpc().empty()) << router_.process().errors();
  EXPECT_EQ(ctl({"status"}).code, 0);
  EXPECT_EQ(ctl({"status", "--nonsense"}).code, 2);
  EXPECT_EQ(ctl({"act", "move", "none", "sales"}).code, 11);
  EXPECT_EQ(run({program("cordboardctl"), "status", "--target", "127.0.0.1:1"}).code, 13);
  ASSERT_EQ(ctl({"submit", "c1", "sales"}).code, 0);
  EXPECT_EQ(ctl({"act", "take-over", "c1", "sales-1"}).code, 10);
}

TEST_F(CtlTest, AsksAtATerminalBeforeItTakesSomethingAway) {
  ASSERT_EQ(ctl({"submit", "c1", "sales"}).code, 0);
  const auto cancel_c1 = [&](const std::string& typed) {
    Terminal terminal(words_at_terminal({"cancel", "c1"}));
    EXPECT_TRUE(terminal.wait_for("Cancel the contact c1? [y/N] ")) << terminal.shown();
    terminal.type(typed);
    const auto code = terminal.wait();
    return std::pair(code, terminal.shown());
  };
  EXPECT_EQ(cancel_c1("n\n").first, 14);
  EXPECT_THAT(cancel_c1("\x04").second, HasSubstr("[y/N] \r\ncordboardctl: not confirmed"))
      << "the end of the input";
  EXPECT_THAT(ctl({"contacts"}).output, HasSubstr("c1")) << "nothing was changed";
  const auto [code, shown] = cancel_c1("y\n");
  EXPECT_EQ(code, 0) << shown;
  EXPECT_THAT(shown, HasSubstr("done at revision"));
  ASSERT_EQ(ctl({"submit", "c2", "sales"}).code, 0);
  EXPECT_EQ(Terminal(words_at_terminal({"cancel", "c2", "--yes"})).wait(), 0);
  ASSERT_EQ(ctl({"submit", "c3", "sales"}).code, 0);
  EXPECT_EQ(ctl({"cancel", "c3"}).code, 0) << "a script is not asked";
}

TEST_F(CtlTest, HistoryTellsWhatHappened) {
  ASSERT_EQ(ctl({"submit", "c1", "sales"}).code, 0);
  const Finished days = ctl({"history", "sales", "--by", "day", "-o", "csv"});
  EXPECT_EQ(days.code, 0) << days.errors;
  EXPECT_THAT(days.output, StartsWith("begin,end,unfinished,counters.offered,"));
  EXPECT_THAT(ctl({"history", "sales"}).output, HasSubstr(" now "));
  EXPECT_EQ(ctl({"history", "nowhere"}).code, 11);
  EXPECT_EQ(ctl({"history", "sales", "--by", "shift"}).code, 10) << "it has no calendar";
}

TEST_F(CtlTest, TopShowsQueuesAsText) {
  ASSERT_EQ(ctl({"submit", "c1", "sales"}).code, 0);
  const Finished text = ctl({"top", "--count", "1"});
  EXPECT_EQ(text.code, 0) << text.errors;
  EXPECT_THAT(text.output, HasSubstr("\ncontacts: waiting 1, oldest 0:0"));
  EXPECT_THAT(text.output, HasSubstr("\nsales    yes       1       0     0:0"));
}

constexpr const char* kOwnScreen = "\x1b[?1049h";
constexpr const char* kScreenGivenBack = "\x1b[?1049l";

TEST_F(CtlTest, TopGivesTheTerminalBackHoweverItEnds) {
  const auto ended_by = [&](const std::string& keys, int signal) {
    Terminal terminal(words_at_terminal({"top"}));
    EXPECT_TRUE(terminal.wait_for("q quits")) << terminal.shown();
    EXPECT_FALSE(terminal.is_as_before()) << "keys come one by one";
    if (signal != 0) terminal.signal(signal);
    terminal.type(keys);
    const auto code = terminal.wait();
    EXPECT_TRUE(terminal.is_as_before());
    EXPECT_THAT(terminal.shown(), AllOf(HasSubstr(kOwnScreen), HasSubstr(kScreenGivenBack)));
    return code;
  };
  EXPECT_EQ(ended_by("q", 0), 0);
  EXPECT_EQ(ended_by("\x03", 0), -SIGINT) << "Ctrl-C, as shells expect it";
  EXPECT_EQ(ended_by("\x1c", 0), -SIGQUIT);
  EXPECT_EQ(ended_by("", SIGTERM), -SIGTERM);
  EXPECT_EQ(ended_by("", SIGHUP), -SIGHUP);
}

TEST_F(CtlTest, TopSaysWhatIsWrongOnAUsableTerminal) {
  Terminal nobody({"env", "TERM=xterm", program("cordboardctl"), "top", "--target", "127.0.0.1:1"});
  EXPECT_EQ(nobody.wait(), 13);
  EXPECT_TRUE(nobody.is_as_before());
  EXPECT_THAT(nobody.shown(), HasSubstr("127.0.0.1:1: nobody answers there"));
  Terminal strange(words_at_terminal({"top"}, "TERM=nonsense"));
  EXPECT_EQ(strange.wait(), 2);
  EXPECT_THAT(strange.shown(), HasSubstr("TERM=nonsense: no such terminal is known here"));
}

TEST_F(CtlTest, TopHasNoColoursWithNoColor) {
  const auto shown_with = [&](const std::string& variable) {
    Terminal terminal(words_at_terminal({"top"}, variable));
    EXPECT_TRUE(terminal.wait_for("q quits")) << terminal.shown();
    terminal.type("q");
    EXPECT_EQ(terminal.wait(), 0);
    return terminal.shown();
  };
  constexpr const char* kOwnColours = "\x1b[39;49m";
  EXPECT_THAT(shown_with("NO_COLOR="), HasSubstr(kOwnColours));
  EXPECT_THAT(shown_with("NO_COLOR=1"), Not(HasSubstr(kOwnColours)));
}

TEST_F(CtlTest, WatchGoesOnAfterARestart) {
  Process watch(
      {program("cordboardctl"), "watch", "sales", "--kind", "contacts", "--target", router_.grpc()});
  ASSERT_TRUE(watch.wait_for_line("20")) << "the snapshot is complete";
  router_.process().signal(SIGTERM);
  ASSERT_EQ(router_.process().wait(), 0);
  Process again({program("cordboard-router"), "--config", example_config("demo.yaml"), "--data-dir",
                 directory_.path() + "/data", "--grpc-listen", router_.grpc(), "--http-listen", "127.0.0.1:0",
                 "--metrics-listen", "127.0.0.1:0"});
  ASSERT_TRUE(again.wait_for_line("ready ")) << again.errors();
  ASSERT_EQ(ctl({"submit", "after", "sales"}).code, 0);
  std::optional<std::string> line;
  do {
    line = watch.wait_for_line("20");
  } while (line && line->find("contact after: waiting in sales") == std::string::npos);
  EXPECT_TRUE(line) << watch.errors();
  watch.signal(SIGINT);
  EXPECT_EQ(watch.wait(), -SIGINT);
  EXPECT_THAT(watch.errors(), HasSubstr("going on as soon as it is back"));
}

// What bash offers after `words`; the last one is being typed.
std::string offered(const std::string& words, int last) {
  return run({"bash", "-c",
              "source " + share("bash-completion/completions/cordboardctl") + "; COMP_WORDS=(" + words +
                  "); COMP_CWORD=" + std::to_string(last) + "; _cordboardctl; echo \"${COMPREPLY[*]}\""})
      .output;
}

TEST(CtlShell, BashCompletesCommandsOptionsAndWords) {
  EXPECT_THAT(offered("cordboardctl ''", 1), StartsWith("status queues queue history agents agent contacts"));
  EXPECT_EQ(offered("cordboardctl conf", 1), "config\n");
  EXPECT_EQ(offered("cordboardctl config ro", 2), "rollback\n");
  EXPECT_EQ(offered("cordboardctl queues -o ''", 3), "table json yaml csv\n");
  EXPECT_EQ(offered("cordboardctl queues --ta", 2), "--target\n");
  EXPECT_EQ(offered("cordboardctl history sales --by ''", 4), "quarter_hour hour day shift\n");
  EXPECT_EQ(offered("cordboardctl agent state ana l", 4), "logged_out\n");
}

TEST(CtlShell, TheManualPageIsRightTroff) {
  const Finished read = run({"man", "--warnings", "-E", "UTF-8", "-l", share("man/man1/cordboardctl.1")});
  EXPECT_EQ(read.code, 0);
  EXPECT_EQ(read.errors, "");
  EXPECT_THAT(read.output, HasSubstr("cordboardctl queues [QUEUE ...]"));
}

}  // namespace
}  // namespace cordboard
