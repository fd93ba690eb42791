// kill -9 of the real binary while supervisors act: what was acknowledged has its row, each act has one, and
// each row has its act.

#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agents-sim/base/temporary_directory.h"
#include "cordboard/v1/supervisor_service.grpc.pb.h"
#include "tests/e2e/process.h"

namespace cordboard {
namespace {

constexpr int kKills = 20;
constexpr int kActsBetween = 25;

class AuditKillTest : public testing::Test {
 protected:
  AuditKillTest() { std::ofstream(config_) << "queues: [{name: sales}]\n"; }

  static Finished ctl(std::vector<std::string> words, const std::string& data_dir) {
    words.insert(words.begin(), {program("cordboardctl"), "audit"});
    words.insert(words.end(), {"--data-dir", data_dir});
    return run(std::move(words));
  }

  // Acts until the router is gone, and kills it from another thread when some have been acknowledged.
  void act_until_killed() {
    RunningRouter router(config_, data_dir_);
    ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
    const auto stub = v1::SupervisorService::NewStub(
        grpc::CreateChannel(router.grpc(), grpc::InsecureChannelCredentials()));
    std::thread killer;
    for (int acts = 0; close_or_open(*stub, acts % 2 == 0); ++acts) {
      ++acknowledged_;
      if (acts == kActsBetween) killer = std::thread([&router] { router.process().signal(SIGKILL); });
    }
    ASSERT_TRUE(killer.joinable()) << "the router ended by itself";
    killer.join();
    EXPECT_EQ(router.process().wait(), -SIGKILL);
  }

  static bool close_or_open(v1::SupervisorService::Stub& stub, bool close) {
    grpc::ClientContext context;
    v1::SetQueueModeRequest request;
    v1::SetQueueModeResponse response;
    request.set_queue("sales");
    request.set_mode(close ? v1::Queue::CLOSED : v1::Queue::OPEN);
    request.set_supervisor("sue");
    return stub.SetQueueMode(&context, request, &response).ok();
  }

  std::uint64_t rows_of_acts() const {
    const Finished listed = ctl({"list", "-o", "csv"}, data_dir_);
    EXPECT_EQ(listed.code, 0) << listed.errors;
    std::uint64_t rows = 0;
    for (std::size_t at = 0; (at = listed.output.find(",set_queue_mode,", at)) != std::string::npos; ++at)
      ++rows;
    return rows;
  }

  const sim::TemporaryDirectory directory_{"cordboard-audit"};
  const std::string config_ = directory_.path() + "/router.yaml";
  const std::string data_dir_ = directory_.path() + "/data";
  std::uint64_t acknowledged_ = 0;
};

TEST_F(AuditKillTest, AfterEachKillActsAndRowsAgree) {
  std::uint64_t rows = 0;
  for (int kill = 1; kill <= kKills; ++kill) {
    act_until_killed();
    if (HasFatalFailure()) return;
    const Finished verified = ctl({"verify"}, data_dir_);
    EXPECT_EQ(verified.code, 0) << verified.errors;
    // Also compares the rows with the records of the log.
    const Finished store = run({program("cordboard-router"), "--verify", "--data-dir", data_dir_});
    EXPECT_EQ(store.code, 0) << store.output << store.errors;
    rows = rows_of_acts();
    EXPECT_GE(rows, acknowledged_);
    EXPECT_LE(rows, acknowledged_ + static_cast<std::uint64_t>(kill)) << "one was under way at each kill";
  }
  std::printf("%d kills: %llu acts acknowledged, %llu rows\n", kKills,
              static_cast<unsigned long long>(acknowledged_), static_cast<unsigned long long>(rows));
}

TEST_F(AuditKillTest, ARunningRouterKeepsItsTrailToItself) {
  RunningRouter router(config_, data_dir_);
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  const Finished said = ctl({"verify"}, data_dir_);
  EXPECT_EQ(said.code, 6) << said.output;
  EXPECT_NE(said.errors.find("a router serves it; stop the router"), std::string::npos) << said.errors;
}

}  // namespace
}  // namespace cordboard
