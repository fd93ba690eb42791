// The attacks of attacks.h on the real router, each on one of its own. What comes of them is printed; the
// router must do no worse than SECURITY.md says. With Debian's gRPC 1.51.1 some succeed: those are listed
// here, and a library that withstands them passes, too.

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/e2e/process.h"
#include "tests/http2/attacks.h"
#include "tests/http2/process_cost.h"

namespace cordboard::http2 {
namespace {

enum class Harm {
  None,
  OthersOnTheConnection,  // who shares it with the attacker, as behind a proxy
  NewConnections,         // the router takes none any more
  Everybody,              // the process has ended
};
constexpr const char* kNames[] = {"none", "others on the connection", "no new connections",
                                  "the process ended"};

// Of gRPC 1.51.1; SECURITY.md names what helps against each.
const std::map<std::string, Harm> kKnown = {{"CVE-2024-7246", Harm::OthersOnTheConnection},
                                            {"CVE-2023-4785", Harm::NewConnections}};

// What the router may use more afterwards. The most that was seen of whole attacks is 411 MiB.
constexpr long kMostMiB = 64;

// A tenth of what the program tries, which ends in seconds under a sanitizer, too.
int smaller(int size) { return size < 10 ? size : size / 10; }

class Http2Test : public ::testing::TestWithParam<Attack> {
 protected:
  Http2Test() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cordboard-http2-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::signal(SIGPIPE, SIG_IGN);
  }
  ~Http2Test() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_P(Http2Test, DoesNoMoreHarmThanIsKnown) {
  const Attack& attack = GetParam();
  // Few enough descriptors that 200 connections are too many.
  const bool is_scarce = std::string(attack.name) == "CVE-2023-4785";
  std::vector<std::string> run_by;
  if (is_scarce) run_by = {"prlimit", "--nofile=128"};
  RunningRouter router(example_config("minimal.yaml"), folder_.string(), {}, run_by);
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  const auto colon = router.grpc().rfind(':');
  const Target target{router.grpc().substr(0, colon), router.grpc().substr(colon + 1), false};
  ASSERT_TRUE(serves(target));

  const auto before = cost_of(router.process().pid());
  const std::string came = attack.run(target, smaller(attack.size));
  const bool well = serves(target);
  const auto after = cost_of(router.process().pid());
  Harm harm = Harm::None;
  if (came.starts_with("POISONED")) harm = Harm::OthersOnTheConnection;
  if (!well) harm = Harm::NewConnections;
  if (!after) harm = Harm::Everybody;
  std::printf("%s (%s): harm: %s; %s", attack.name, attack.what, kNames[static_cast<int>(harm)],
              came.c_str());
  if (before && after) {
    const long mib = (after->resident_kib - before->resident_kib) / 1'024;
    std::printf("; %.2f s CPU, %ld MiB", after->cpu_seconds - before->cpu_seconds, mib);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_LE(mib, kMostMiB);
#endif
  }
  std::printf("\n");
  const auto known = kKnown.find(attack.name);
  const Harm most = known == kKnown.end() ? Harm::None : known->second;
  EXPECT_LE(static_cast<int>(harm), static_cast<int>(most)) << router.process().errors();
  if (harm < most) std::printf("  better than gRPC 1.51.1, of which SECURITY.md speaks\n");
}

INSTANTIATE_TEST_SUITE_P(Attacks, Http2Test, ::testing::ValuesIn(attacks().begin(), attacks().end()),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           for (char& c : name) {
                             if (c == ' ' || c == '-') c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace cordboard::http2
