// A disk that fills up under the whole loop: new contacts are refused before it is full, those that are there
// come to their end, and with space again everything goes on without a restart. Once with a disk that is
// small by counting, once with a small file system where the machine allows mounting one.

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>

#include "router/loop/router_loop.h"
#include "router/loop/snapshot_saver.h"
#include "router/store/sqlite_store.h"
#include "tests/store/fault_disk.h"
#include "tests/store/store_testing.h"
#include "tests/support/manual_clock.h"

namespace cordboard::testing {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kReserve = 10 * kMiB;
constexpr int kContacts = 100;

class SmallDisk : public ::testing::Test {
 protected:
  void start(SqliteStoreOptions store_options) {
    auto store = open_sqlite_store(store_options);
    ASSERT_OK(store);
    TenantConfig config;
    config.queues.emplace_back().name = "sales";
    auto recovered = recover(**store, clock_, StartConfig{config, "text"});
    ASSERT_TRUE(std::holds_alternative<Recovered>(recovered));
    RouterLoopOptions options;
    options.disk_reserve = kReserve;
    options.snapshot_every = 1'000;
    options.keep_log = SnapshotSaver::kKeepAll;
    loop_ = std::make_unique<RouterLoop>(io_, clock_, std::move(*store),
                                         std::move(std::get<Recovered>(recovered)), options,
                                         [this](const StoreError& error) { failure_ = error.message; });
    loop_->start();
  }

  // How many of these were accepted; all others were refused for want of space.
  int ask(std::vector<CommandBody> bodies) {
    int accepted = 0;
    std::size_t answers = 0;
    std::vector<Request> requests;
    for (CommandBody& body : bodies) {
      Request& request = requests.emplace_back();
      request.body = std::move(body);
      request.reply = [&](const Answer& answer) {
        ++answers;
        accepted += answer.outcome.accepted() ? 1 : 0;
        if (answer.outcome.rejection) {
          EXPECT_EQ(answer.outcome.rejection->reason, RejectReason::DiskNearlyFull)
              << answer.outcome.rejection->detail;
        }
      };
    }
    const std::size_t asked = requests.size();
    EXPECT_EQ(loop_->submit(std::move(requests)), Admission::Admitted);
    while (answers < asked && failure_.empty()) {
      if (io_.run_one_for(std::chrono::seconds(60)) == 0) std::abort();
    }
    EXPECT_EQ(failure_, "") << "the log failed";
    return accepted;
  }

  int submit_some() {
    std::vector<CommandBody> bodies;
    for (int i = 0; i < kContacts; ++i) {
      SubmitContact submit{"c" + std::to_string(submitted_ + i), "", "sales"};
      submit.attributes = std::string(1000, 'x');
      bodies.emplace_back(std::move(submit));
    }
    submitted_ += kContacts;
    return ask(std::move(bodies));
  }

  void run_into_the_reserve_and_out_again(const std::function<void()>& give_space) {
    int taken = 0;
    while (failure_.empty() && !HasFailure()) {
      const int accepted = submit_some();
      taken += accepted;
      if (accepted == 0) break;
      ASSERT_LT(taken, 100'000) << "never refused";
    }
    ASSERT_GT(taken, 1'000);
    // Everything that is there goes on.
    for (int first = 0; first < taken / kContacts * kContacts; first += kContacts) {
      std::vector<CommandBody> bodies;
      for (int i = 0; i < kContacts; ++i) bodies.emplace_back(CancelContact{"c" + std::to_string(first + i)});
      ASSERT_EQ(ask(std::move(bodies)), kContacts);
    }
    EXPECT_EQ(submit_some(), 0);
    give_space();
    int again = 0;
    for (int tries = 0; again < kContacts && tries < 1'000; ++tries) again = submit_some();
    EXPECT_EQ(again, kContacts);
    std::printf("small disk: %d contacts taken, then refused; all of them ended; taken again with space\n",
                taken);
  }

  ManualClock clock_{time_from_us(1'000'000)};
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  std::string failure_;
  int submitted_ = 0;
  std::unique_ptr<RouterLoop> loop_;
};

TEST_F(SmallDisk, RefusesNewContactsBeforeItIsFullAndRecovers) {
  const TempDirectory directory(memory_directory());
  FaultDisk disk(FaultDisk::Fault::Error, FaultDisk::kNever, 0);
  disk.set_capacity(24 * kMiB);
  start({.directory = directory.path(), .vfs = disk.vfs(), .free_bytes = [&] { return disk.free_bytes(); }});
  run_into_the_reserve_and_out_again([&] { disk.set_capacity(200 * kMiB); });
  loop_.reset();
}

// A tmpfs of the test's own, with a file that takes part of it.
class MountedDisk {
 public:
  MountedDisk() {
    if (::mount("tmpfs", path().c_str(), "tmpfs", 0, "size=40m") != 0) {
      error_ = std::strerror(errno);
      return;
    }
    std::ofstream(ballast(), std::ios::binary) << std::string(16 * kMiB, 'b');
  }
  ~MountedDisk() {
    if (error_.empty()) ::umount2(path().c_str(), MNT_DETACH);
  }
  MountedDisk(const MountedDisk&) = delete;
  MountedDisk& operator=(const MountedDisk&) = delete;

  const std::string& error() const { return error_; }
  const std::filesystem::path& path() const { return directory_.path(); }
  void give_space() const { std::filesystem::remove(ballast()); }

 private:
  std::filesystem::path ballast() const { return path() / "ballast"; }
  TempDirectory directory_;
  std::string error_;
};

TEST_F(SmallDisk, TheSameOnARealFileSystem) {
  const MountedDisk disk;
  if (!disk.error().empty()) {
    std::printf("NOT TESTED: no tmpfs can be mounted here (%s)\n", disk.error().c_str());
    GTEST_SKIP() << "no tmpfs can be mounted here: " << disk.error();
  }
  start({.directory = disk.path() / "data"});
  run_into_the_reserve_and_out_again([&] { disk.give_space(); });
  loop_.reset();
}

}  // namespace
}  // namespace cordboard::testing
