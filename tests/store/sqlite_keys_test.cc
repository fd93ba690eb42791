// What becomes of keys in SQLite's files: those that were erased are nowhere, damaged ones are noticed.
#include "router/store/sqlite_keys.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/store/sqlite_store_testing.h"

namespace cordboard::testing {
namespace {

std::string text_of(const KeyBytes& key) { return {reinterpret_cast<const char*>(key.data()), key.size()}; }

class SqliteKeysTest : public SqliteStoreTest {
 protected:
  KeySlot any_key(std::uint32_t slot) {
    KeySlot made{.slot = slot, .id = ++last_id_};
    for (unsigned char& byte : made.key) byte = static_cast<unsigned char>(random_());
    return made;
  }

  std::string all_files() const {
    std::string bytes;
    for (const auto& file : std::filesystem::directory_iterator(directory_.path())) {
      bytes += read_file(file.path());
    }
    return bytes;
  }

  // One of a thousand slots gets another key, or none.
  void change_one(std::map<std::uint32_t, KeySlot>& kept, std::vector<KeySlot>& gone,
                  std::vector<KeySlot>& changes) {
    const std::uint32_t slot = random_() % 1000;
    if (const auto found = kept.find(slot); found != kept.end()) {
      gone.push_back(found->second);
      kept.erase(found);
    }
    changes.push_back(random_() % 3 == 0 ? KeySlot{.slot = slot} : any_key(slot));
    if (changes.back().id != 0) kept[slot] = changes.back();
  }

  std::mt19937 random_{7};
  std::uint64_t last_id_ = 0;
};

TEST_F(SqliteKeysTest, AnErasedKeyIsInNoFileAfterAScrub) {
  auto store = open();
  ASSERT_OK(store);
  std::map<std::uint32_t, KeySlot> kept;
  std::vector<KeySlot> gone;
  for (int round = 0; round < 60; ++round) {
    std::vector<KeySlot> changes;
    for (int i = 0; i < 40; ++i) change_one(kept, gone, changes);
    ASSERT_OK((*store)->write_keys(changes));
    ASSERT_OK(append_and_sync(**store, 50));
    if (round % 10 == 9) {
      ASSERT_OK((*store)->save_snapshot((*store)->last_sequence(), "a snapshot"));
      ASSERT_OK((*store)->trim_log_before((*store)->last_sequence()));
    }
  }
  ASSERT_OK((*store)->scrub());
  const std::string files = all_files();
  ASSERT_GT(gone.size(), 500u);
  for (const KeySlot& slot : gone) ASSERT_EQ(files.find(text_of(slot.key)), std::string::npos) << slot.id;
  auto read = (*store)->keys();
  ASSERT_OK(read);
  EXPECT_EQ(read->size(), kept.size());
  for (const KeySlot& slot : *read) {
    EXPECT_EQ(slot, kept.at(slot.slot));
    ASSERT_NE(files.find(text_of(slot.key)), std::string::npos) << slot.slot << " " << files.size();
  }
}

TEST_F(SqliteKeysTest, DamagedAndMissingPagesAreNoticed) {
  {
    auto store = open();
    ASSERT_OK(store);
    const std::vector<KeySlot> keys = {any_key(0), any_key(500)};
    ASSERT_OK((*store)->write_keys(keys));
    ASSERT_OK((*store)->sync());
  }
  edit("UPDATE key_page SET slots = zeroblob(length(slots)) WHERE page = 0");
  {
    auto store = open();
    ASSERT_OK(store);
    ASSERT_FALSE((*store)->keys().ok());
    EXPECT_EQ((*store)->keys().error().kind, StoreErrorKind::Damaged);
  }
  edit("DELETE FROM key_page WHERE page = 5");
  EXPECT_EQ(open().error().kind, StoreErrorKind::Damaged);
}

}  // namespace
}  // namespace cordboard::testing
