// A file with given text in a folder of the test's own; both are removed at the end.

#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "agents-sim/base/temporary_directory.h"

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

  // Of this process alone: cases run beside each other.
  static const std::string& folder() {
    static const TemporaryDirectory directory("cordboard-sim-test");
    return directory.path();
  }

 private:
  std::string path_;
};

}  // namespace cordboard::sim
