// What the store's tests share: a directory that goes away, records that can be told apart, and short
// ways to write and read them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "router/store/store.h"

#define ASSERT_OK(expression)                               \
  do {                                                      \
    const auto& outcome_ = (expression);                    \
    ASSERT_TRUE(outcome_.ok()) << outcome_.error().message; \
  } while (false)

namespace cordboard::testing {

class TempDirectory {
 public:
  explicit TempDirectory(const std::filesystem::path& parent = std::filesystem::temp_directory_path());
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A parent on which files come and go quickly, for tests that count on no sync of theirs.
std::filesystem::path memory_directory();

std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& bytes);

// The record at a sequence: always the same, different from every other, of 20 to 83 bytes.
std::string record_at(uint64_t sequence);

// Appends `count` records behind the last one, in the store's own epoch; does not sync.
Result<void> append_records(Store& store, uint64_t count);
Result<void> append_and_sync(Store& store, uint64_t count);

// All durable records from `first` on; their sequences must be gap-free.
Result<std::vector<std::string>> read_records(Store& store, uint64_t first);

// Expects exactly the records first..last, as record_at() makes them.
void expect_records(Store& store, uint64_t first, uint64_t last);

}  // namespace cordboard::testing
