// The example clients in Node against the real router: one call from its submit to its end.

#include <gtest/gtest.h>

#include <filesystem>

#include "agents-sim/base/temporary_directory.h"
#include "tests/e2e/process.h"

namespace cordboard {
namespace {

namespace fs = std::filesystem;

// The examples with what they use installed, beside the build, so that the source tree stays clean. Empty
// when it could not be installed.
std::string installed_examples(std::string& problem) {
  const fs::path root = fs::path(CORDBOARD_BINARY_DIR).parent_path() / "e2e";
  const fs::path source(CORDBOARD_SOURCE_DIR);
  const fs::path node = root / "examples" / "node";
  fs::create_directories(node);
  for (const fs::directory_entry& entry : fs::directory_iterator(source / "examples" / "node")) {
    if (!entry.is_regular_file()) continue;
    fs::copy_file(entry.path(), node / entry.path().filename(), fs::copy_options::overwrite_existing);
  }
  fs::copy(source / "proto", root / "proto",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  const Finished installed = run({"npm", "ci", "--no-audit", "--no-fund"}, node.string());
  if (installed.code == 0) return node.string();
  problem = installed.output + installed.errors;
  return {};
}

TEST(NodeTest, TheExampleGatewayAndAgentTakeACallFromSubmitToEnd) {
  for (const char* tool : {"node", "npm"}) {
    ASSERT_EQ(run({tool, "--version"}).code, 0) << tool << " is not installed: ./dev deps test";
  }
  std::string problem;
  const std::string examples = installed_examples(problem);
  ASSERT_FALSE(examples.empty()) << problem;
  const sim::TemporaryDirectory directory("cordboard-e2e");
  RunningRouter router(example_config("demo.yaml"), directory.path() + "/data");
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();

  Process agent({"node", "agent.mjs", "--target", router.grpc(), "--agent", "duty.manager@example.com",
                 "--talk", "0.2", "--wrap_up", "0.1"},
                examples);
  ASSERT_TRUE(agent.wait_for_line("duty.manager@example.com: logged in")) << agent.errors();
  Process gateway({"node", "gateway.mjs", "--target", router.grpc(), "--queue", "sales", "--contact", "c-1"},
                  examples);
  EXPECT_EQ(gateway.wait(), 0) << gateway.errors();
  EXPECT_EQ(agent.wait(), 0) << agent.errors();

  for (const char* line :
       {"c-1: waits in sales", "c-1: rings at duty.manager", "c-1: talks with duty.manager",
        "c-1: the conversation is over", "c-1: is COMPLETED"}) {
    EXPECT_NE(gateway.output().find(line), std::string::npos) << line << " in " << gateway.output();
  }
  for (const char* line : {"rings: c-1 from sales", "talks with c-1", "wraps up c-1", "is done with c-1"}) {
    EXPECT_NE(agent.output().find(line), std::string::npos) << line << " in " << agent.output();
  }
  router.process().signal(SIGTERM);
  EXPECT_EQ(router.process().wait(), 0) << router.process().errors();
}

}  // namespace
}  // namespace cordboard
