// A directory with a store in SQLite, and what the tests do to its files behind the store's back.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

#include "router/store/sqlite_store.h"
#include "tests/store/store_testing.h"

namespace cordboard::testing {

class SqliteStoreTest : public ::testing::Test {
 protected:
  explicit SqliteStoreTest(const std::filesystem::path& parent = std::filesystem::temp_directory_path())
      : directory_(parent) {}

  Result<std::unique_ptr<Store>> open() { return open_sqlite_store({.directory = directory_.path()}); }

  // Ten rows of ten records.
  void make_log() {
    auto store = open();
    ASSERT_OK(store);
    for (int i = 0; i < 10; ++i) ASSERT_OK(append_and_sync(**store, 10));
  }

  // Changes the closed database behind the store's back.
  void edit(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &database), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
    sqlite3_close(database);
  }

  void expect_open_fails(StoreErrorKind kind, uint64_t position) {
    auto store = open();
    ASSERT_FALSE(store.ok());
    EXPECT_EQ(to_string(store.error().kind), to_string(kind)) << store.error().message;
    EXPECT_EQ(store.error().position, position) << store.error().message;
    EXPECT_NE(store.error().message.find(directory_.path().string()), std::string::npos)
        << "the message names the place: " << store.error().message;
  }

  TempDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "cordboard.db";
  std::filesystem::path wal_ = directory_.path() / "cordboard.db-wal";
};

}  // namespace cordboard::testing
