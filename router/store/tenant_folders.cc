#include "router/store/tenant_folders.h"

#include <algorithm>
#include <utility>

#include "router/core/ids.h"

namespace cordboard {

bool is_tenant_name(std::string_view name) {
  return is_config_name(name) && name.find('.') == std::string_view::npos;
}

std::vector<std::string> tenants_in(const std::filesystem::path& data_dir, std::error_code& error) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(data_dir, error)) {
    std::string name = entry.path().filename().string();
    if (entry.is_directory(error) && is_tenant_name(name)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace cordboard
