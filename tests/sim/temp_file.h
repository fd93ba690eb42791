// A file with given text in the test's own folder, removed at the end.

#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace cordboard::sim {

class TempFile {
 public:
  TempFile(const std::string& name, std::string_view text) : path_(folder() + "/" + name) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TempFile() { std::filesystem::remove(path_); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  const std::string& path() const { return path_; }

  // Of the running test alone: cases run beside each other.
  static std::string folder() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    const auto path = std::filesystem::path(testing::TempDir()) /
                      (std::string(info->test_suite_name()) + "." + info->name());
    std::filesystem::create_directories(path);
    return path.string();
  }

 private:
  std::string path_;
};

}  // namespace cordboard::sim
