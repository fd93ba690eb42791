#include "router/server/verify.h"

#include <system_error>
#include <utility>
#include <vector>

#include "router/loop/verification.h"
#include "router/store/sqlite_store.h"
#include "router/store/tenant_folders.h"

namespace cordboard {
namespace {

Verified failed(const StoreError& error) {
  const std::string position = error.position > 0 ? " (position " + std::to_string(error.position) + ")" : "";
  return {exit_code_of(error),
          "  " + std::string(to_string(error.kind)) + position + ": " + error.message + "\n"};
}

Verified verify_tenant(const std::filesystem::path& directory) {
  auto store = open_sqlite_store({.directory = directory, .untouched = true});
  if (!store.ok()) return failed(store.error());
  auto verified = verify_store(**store);
  if (!verified.ok()) return failed(verified.error());
  Verified result;
  for (const std::string& line : verified->lines) result.report += "  " + line + "\n";
  for (const std::string& line : verified->damages) result.report += "  damaged: " + line + "\n";
  if (!verified->damages.empty()) result.code = ExitCode::StoreDamaged;
  result.report += verified->damages.empty() ? "  whole\n" : "";
  return result;
}

}  // namespace

Verified verify_data_directory(const std::filesystem::path& data_dir) {
  std::error_code error;
  const std::vector<std::string> tenants = tenants_in(data_dir, error);
  if (error || tenants.empty()) {
    return {ExitCode::StoreFailed, data_dir.string() + ": " +
                                       (error ? error.message() : "no tenant has a store here") +
                                       "; check the path and its permissions\n"};
  }
  Verified all;
  for (const std::string& name : tenants) {
    const Verified one = verify_tenant(data_dir / name);
    all.report += "tenant " + name + "\n" + one.report;
    if (all.code == ExitCode::Ok) all.code = one.code;
  }
  return all;
}

}  // namespace cordboard
