// The official clients of the Connect protocol, in Node, against a whole router: the transport of pages
// (connect-web, over fetch) and that of Node programs.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/access/token_issuer.h"
#include "tests/e2e/process.h"
#include "tests/grpc/server_under_test.h"

namespace cordboard::testing {
namespace {

namespace fs = std::filesystem;

class ConnectClientsTest : public ::testing::Test {
 protected:
  // The script with what it uses, beside the build, so that the source tree stays clean.
  static void SetUpTestSuite() {
    for (const char* tool : {"node", "npm", "protoc"}) {
      ASSERT_EQ(run({tool, "--version"}).code, 0) << tool << " is not installed: ./dev deps build test";
    }
    const fs::path source(CORDBOARD_SOURCE_DIR);
    folder_ = fs::path(CORDBOARD_BINARY_DIR).parent_path() / "connect_clients";
    fs::create_directories(folder_);
    for (const fs::directory_entry& entry : fs::directory_iterator(source / "tests" / "connect" / "client")) {
      if (!entry.is_regular_file()) continue;
      fs::copy_file(entry.path(), folder_ / entry.path().filename(), fs::copy_options::overwrite_existing);
    }
    const Finished installed = run({"npm", "ci", "--no-audit", "--no-fund"}, folder_.string());
    ASSERT_EQ(installed.code, 0) << installed.output << installed.errors;
    const Finished generated =
        run({"node", "generate.mjs", (source / "proto").string(), "gen"}, folder_.string());
    ASSERT_EQ(generated.code, 0) << generated.output << generated.errors;
  }

  void expect_all_shown(const std::string& transport) {
    ServerUnderTest::Options options;
    options.server.access.tokens = issuer_.config();
    ServerUnderTest router(options);
    const std::string token = issuer_.sign(claims("jo", R"(["supervisor","gateway"])", kLater));
    const Finished client =
        run({"node", "client.mjs", transport, "http://" + router.server().http_address(), token},
            folder_.string());
    EXPECT_EQ(client.code, 0) << transport << ": " << client.errors;
    EXPECT_EQ(
        client.output,
        "unary\nerror with details\ntoken refused\nsnapshot\ndeltas\ncancelled\nresumed\ntimeout\ndone\n")
        << transport;
  }

  inline static fs::path folder_;
  PublishedIssuer issuer_;
};

// One test: ctest runs each on its own, and both would install the packages into one folder at a time.
TEST_F(ConnectClientsTest, EachTransportShowsEverything) {
  for (const char* transport : {"web", "node"}) expect_all_shown(transport);
}

}  // namespace
}  // namespace cordboard::testing
