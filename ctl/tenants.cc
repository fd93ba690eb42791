#include "ctl/tenants.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <system_error>
#include <vector>

#include "router/store/tenant_folders.h"

namespace cordboard::ctl {
namespace {

void nothing_there(Terminal& terminal, const std::string& message) {
  terminal.err << "cordboardctl: " << message << '\n';
  terminal.code = ExitCode::StoreFailed;
}

}  // namespace

void add_options(CLI::App& command, TenantChoice& choice) {
  command.add_option("--data-dir", choice.data_dir, "The router's --data-dir")->required();
  command.add_option("--tenant", choice.tenant, "Only this tenant; otherwise all of them");
}

void for_each_tenant(const TenantChoice& choice, Terminal& terminal, const Look& look) {
  const std::filesystem::path data_dir = choice.data_dir;
  std::error_code error;
  std::vector<std::string> tenants = tenants_in(data_dir, error);
  if (error) return nothing_there(terminal, data_dir.string() + ": " + error.message());
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
  if (terminal.code == ExitCode::Ok) terminal.code = code;
}

}  // namespace cordboard::ctl
