#include "agents-sim/base/temporary_directory.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace cordboard::sim {

TemporaryDirectory::TemporaryDirectory(const std::string& name) {
  std::error_code error;
  std::string pattern = (std::filesystem::temp_directory_path(error) / (name + "-XXXXXX")).string();
  if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code error;
  if (!path_.empty()) std::filesystem::remove_all(path_, error);
}

}  // namespace cordboard::sim
