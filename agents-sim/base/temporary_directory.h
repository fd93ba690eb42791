// A new directory that is removed with all it holds.

#pragma once

#include <string>

namespace cordboard::sim {

class TemporaryDirectory {
 public:
  // `name`: how its own name begins.
  explicit TemporaryDirectory(const std::string& name);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  // Empty when it could not be made.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace cordboard::sim
