// `cordboard-sim virtual SCENARIO.yaml [--seed N] [--replications R] [--json]`: runs the engine in virtual
// time and prints what happened. docs/SIMULATOR.md describes scenarios and results.

#pragma once

namespace CLI {
class App;
}

namespace cordboard::sim {

// `status` is set when the subcommand has run: 0 done, 1 the scenario cannot be read or a check failed.
void add_virtual_command(CLI::App& app, int& status);

}  // namespace cordboard::sim
