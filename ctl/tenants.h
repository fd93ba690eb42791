// Which stores does a command look at?

#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <functional>
#include <string>

#include "ctl/command.h"
#include "router/store/result.h"

namespace cordboard::ctl {

struct TenantChoice {
  std::string data_dir;
  std::string tenant;  // not given: all of the directory
};

// --data-dir and --tenant.
void add_options(CLI::App& command, TenantChoice& choice);

// Calls `look` for the store of each tenant that was chosen, by name. Without one to look at, says so and
// ends with StoreFailed.
using Look = std::function<void(const std::string& tenant, const std::filesystem::path& store)>;
void for_each_tenant(const TenantChoice& choice, Terminal& terminal, const Look& look);

// Says what is wrong with a tenant's store. The first such error decides how the program ends, but that
// StoreDamaged goes before all others.
void fail(Terminal& terminal, const std::string& tenant, ExitCode code, const std::string& message);
// The same for a store that could not be read.
void fail(Terminal& terminal, const std::string& tenant, const StoreError& error);

}  // namespace cordboard::ctl
