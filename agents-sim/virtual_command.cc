#include "agents-sim/virtual_command.h"

#include <CLI/CLI.hpp>

namespace cordboard::sim {

void add_virtual_command(CLI::App& app, int& status) {
  app.add_subcommand("virtual", "Run a scenario in virtual time")->callback([&status] { status = 1; });
}

}  // namespace cordboard::sim
