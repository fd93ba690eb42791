// Whose stores are in a data directory? Each tenant has a folder of its name in it.

#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace cordboard {

// Names a tenant and a folder: 1 to 64 letters, digits, '_' and '-'.
bool is_tenant_name(std::string_view name);

// By name. What is damaged may lack any of the store's files, so every folder with a tenant's name counts.
std::vector<std::string> tenants_in(const std::filesystem::path& data_dir, std::error_code& error);

}  // namespace cordboard
