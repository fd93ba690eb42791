#include "ctl/tenants.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <system_error>
#include <vector>

#include "router/store/store_files.h"
#include "router/store/tenant_folders.h"

namespace cordboard::ctl {
namespace {

void nothing_there(Terminal& terminal, const std::string& message) {
  terminal.err << "cordboardctl: " << message << '\n';
  terminal.code = ExitCode::StoreFailed;
}

std::string check_data_dir(const std::string& text) {
  return text.empty() ? "it is empty: expected the router's data directory" : "";
}
std::string check_tenant(const std::string& text) {
  return is_tenant_name(text) ? "" : "'" + text + "': a name has letters, digits, '_' and '-' only";
}

// The likeliest mistake: the directory of one tenant's store.
bool is_of_one_tenant(const std::filesystem::path& data_dir) {
  std::error_code error;
  return std::filesystem::exists(data_dir / kDatabaseFile, error);
}
std::string advice_for(std::filesystem::path data_dir) {
  if (!data_dir.has_filename()) data_dir = data_dir.parent_path();
  data_dir = std::filesystem::absolute(data_dir);
  return data_dir.string() + ": this is the store of one tenant; give --data-dir " +
         data_dir.parent_path().string() + " --tenant " + data_dir.filename().string();
}

}  // namespace

void add_options(CLI::App& command, TenantChoice& choice) {
  command.add_option("--data-dir", choice.data_dir, "The router's --data-dir")
      ->required()
      ->check(check_data_dir);
  command.add_option("--tenant", choice.tenant, "Only this tenant; otherwise all of them")
      ->check(check_tenant);
}

void for_each_tenant(const TenantChoice& choice, Terminal& terminal, const Look& look) {
  const std::filesystem::path data_dir = choice.data_dir;
  std::error_code error;
  std::vector<std::string> tenants = tenants_in(data_dir, error);
  if (error) return nothing_there(terminal, data_dir.string() + ": " + error.message());
  if (is_of_one_tenant(data_dir)) return nothing_there(terminal, advice_for(data_dir));
  if (tenants.empty()) return nothing_there(terminal, data_dir.string() + ": no tenant has a store here");
  if (!choice.tenant.empty()) {
    if (std::find(tenants.begin(), tenants.end(), choice.tenant) == tenants.end()) {
      return nothing_there(terminal,
                           data_dir.string() + ": no tenant '" + choice.tenant + "' has a store here");
    }
    tenants = {choice.tenant};
  }
  for (const std::string& tenant : tenants) look(tenant, data_dir / tenant);
}

void fail(Terminal& terminal, const std::string& tenant, ExitCode code, const std::string& message) {
  terminal.err << "cordboardctl: tenant " << tenant << ": " << message << '\n';
  if (terminal.code == ExitCode::Ok || code == ExitCode::StoreDamaged) terminal.code = code;
}

void fail(Terminal& terminal, const std::string& tenant, const StoreError& error) {
  const bool in_use = error.kind == StoreErrorKind::InUse;
  fail(terminal, tenant, exit_code_of(error),
       in_use ? "a router serves it; stop the router, or read a snapshot or a backup (docs/AUDIT.md)"
              : error.message);
}

}  // namespace cordboard::ctl
