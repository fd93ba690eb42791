#include "router/store/data_directory.h"

#include <algorithm>
#include <fstream>

#include "tests/store/store_testing.h"

namespace cordboard {
namespace {

using testing::TempDirectory;

class DataDirectoryTest : public ::testing::Test {
 protected:
  Result<void> create(const std::filesystem::path& directory) {
    return create_data_directory(directory, [&](const std::filesystem::path& synced) {
      synced_.push_back(synced);
      return failure_;
    });
  }

  // Without the parents of the test's own directory.
  std::vector<std::filesystem::path> synced_below_root() const {
    const auto first = std::find(synced_.begin(), synced_.end(), root_);
    return {first, synced_.end()};
  }

  const TempDirectory directory_;
  const std::filesystem::path root_ = directory_.path();
  std::vector<std::filesystem::path> synced_;
  std::error_code failure_;
};

using Paths = std::vector<std::filesystem::path>;

TEST_F(DataDirectoryTest, TheParentOfEveryDirectoryThatIsCreatedIsSynced) {
  ASSERT_OK(create(root_ / "a" / "b" / "c"));
  EXPECT_TRUE(std::filesystem::is_directory(root_ / "a" / "b" / "c"));
  EXPECT_EQ(synced_below_root(), (Paths{root_, root_ / "a", root_ / "a" / "b"}));
}

// The one who created it may have been killed before it was durable.
TEST_F(DataDirectoryTest, AnEmptyDirectoryIsMadeDurableAgain) {
  ASSERT_OK(create(root_ / "a"));
  synced_.clear();
  ASSERT_OK(create(root_ / "a"));
  EXPECT_EQ(synced_below_root(), (Paths{root_}));
  std::ofstream(root_ / "a" / "file") << "content";
  synced_.clear();
  ASSERT_OK(create(root_ / "a"));
  EXPECT_EQ(synced_, Paths{});
}

TEST_F(DataDirectoryTest, AParentThatWasThereNeedNotBeReadable) {
  std::filesystem::create_directory(root_ / "a");
  failure_ = std::make_error_code(std::errc::permission_denied);
  ASSERT_OK(create(root_ / "a"));
}

TEST_F(DataDirectoryTest, ASlashAtTheEndAndDotsMakeNoLevelOfTheirOwn) {
  ASSERT_OK(create(root_ / "a" / "." / "b" / ""));
  EXPECT_EQ(synced_below_root(), (Paths{root_, root_ / "a"}));
}

TEST_F(DataDirectoryTest, ASyncThatFailsIsReportedWithTheDirectory) {
  failure_ = std::make_error_code(std::errc::io_error);
  auto created = create(root_ / "a" / "b");
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().kind, StoreErrorKind::Io);
  EXPECT_NE(created.error().message.find("a/b: Input/output error"), std::string::npos)
      << created.error().message;
}

TEST_F(DataDirectoryTest, SyncingADirectoryThatIsNotThereSaysWhy) {
  EXPECT_EQ(sync_directory(root_), std::error_code());
  EXPECT_EQ(sync_directory(root_ / "gone"), std::errc::no_such_file_or_directory);
}

}  // namespace
}  // namespace cordboard
