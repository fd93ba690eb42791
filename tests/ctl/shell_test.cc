// What cordboardctl says of itself: completion, the manual, and the documentation beside them.

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "ctl/shell/exit_codes.h"
#include "tests/ctl/said.h"

namespace cordboard::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string say(const std::vector<std::string>& words) {
  const Said said = run_ctl(words);
  EXPECT_EQ(said.code, ExitCode::Ok) << said.err;
  return said.out;
}

std::string documentation(const std::string& name) {
  std::ifstream file(std::string(CORDBOARD_SOURCE_DIR) + "/docs/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Shell, TheManualHasEveryCommandAndEveryExitCode) {
  const std::string manual = say({"man"});
  for (const char* command : {"status", "why\\-not", "config rollback", "agent state", "act reprioritise",
                              "queue closed", "audit verify", "completion"})
    EXPECT_THAT(manual, HasSubstr(std::string("\n.SS cordboardctl ") + command));
  EXPECT_THAT(manual, HasSubstr("\\fBCORDBOARD_TARGET\\fR"));
  EXPECT_THAT(manual, Not(HasSubstr("SEE ALSO"))) << "there is no other page";
  for (const auto& code : ctl::exit_code_docs())
    EXPECT_THAT(manual, HasSubstr("\n.TP\n" + std::to_string(static_cast<int>(code.code)) + "\n"));
}

TEST(Shell, TheDocumentationHasEveryExitCode) {
  const std::string page = documentation("CTL.md");
  for (const auto& code : ctl::exit_code_docs())
    EXPECT_THAT(
        page, HasSubstr("| " + std::to_string(static_cast<int>(code.code)) + " | " + code.meaning + " |\n"));
}

TEST(Shell, EachShellGetsItsScript) {
  EXPECT_THAT(say({"completion", "bash"}), HasSubstr("complete -F _cordboardctl cordboardctl\n"));
  EXPECT_THAT(say({"completion", "zsh"}),
              AllOf(StartsWith("#compdef cordboardctl\n"),
                    EndsWith("if [[ ${funcstack[1]} == _cordboardctl ]]; then _cordboardctl; "
                             "else compdef _cordboardctl cordboardctl; fi\n")));
  EXPECT_THAT(say({"completion", "fish"}),
              HasSubstr("complete -c cordboardctl -n '__cordboardctl_at \\'config\\''"));
}

}  // namespace
}  // namespace cordboard::testing
