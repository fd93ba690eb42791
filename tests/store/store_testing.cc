#include "tests/store/store_testing.h"

#include <stdlib.h>
#include <unistd.h>

#include <fstream>

namespace cordboard::testing {

TempDirectory::TempDirectory(const std::filesystem::path& parent) {
  std::string pattern = (parent / "cordboard-store-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  path_ = pattern;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path memory_directory() {
  const char* shared_memory = "/dev/shm";
  return ::access(shared_memory, W_OK) == 0 ? shared_memory : std::filesystem::temp_directory_path();
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::filesystem::path& file, const std::string& bytes) {
  // A new file: some file systems sync one that is truncated and written.
  std::filesystem::remove(file);
  std::ofstream(file, std::ios::binary) << bytes;
}

std::string record_at(uint64_t sequence) {
  std::string text = "record " + std::to_string(sequence);
  text.resize(20 + sequence % 64, static_cast<char>('a' + sequence % 26));
  return text;
}

Result<void> append_records(Store& store, uint64_t count) {
  uint64_t first = store.last_sequence() + 1;
  std::vector<std::string> records;
  for (uint64_t i = 0; i < count; ++i) records.push_back(record_at(first + i));
  std::vector<std::string_view> views(records.begin(), records.end());
  return store.append(first, views, store.open_epoch());
}

Result<void> append_and_sync(Store& store, uint64_t count) {
  if (auto appended = append_records(store, count); !appended.ok()) return appended;
  return store.sync();
}

Result<std::vector<std::string>> read_records(Store& store, uint64_t first) {
  std::vector<std::string> records;
  bool gap_free = true;
  Result<void> read = store.read_from(first, [&](std::span<const LogRecord> run) {
    for (const LogRecord& record : run) {
      gap_free = gap_free && record.sequence == first + records.size();
      records.emplace_back(record.payload);
    }
    return true;
  });
  EXPECT_TRUE(gap_free);
  if (!read.ok()) return read.error();
  return records;
}

void expect_records(Store& store, uint64_t first, uint64_t last) {
  Result<std::vector<std::string>> records = read_records(store, first);
  ASSERT_OK(records);
  ASSERT_EQ(records->size(), last + 1 - first);
  for (uint64_t i = 0; i < records->size(); ++i) ASSERT_EQ((*records)[i], record_at(first + i));
}

}  // namespace cordboard::testing
