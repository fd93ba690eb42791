// `cordboard-sim demo --router PATH --config FILE [--seconds N]`: a contact center to look at.
// `cordboard-sim scaled FILE --speed X`: the configuration for a router that is played X times as fast.

#pragma once

namespace CLI {
class App;
}

namespace cordboard::sim {

// `status` is set when a subcommand has run: 0 all went well (and the audit is clean), 1 otherwise.
void add_demo_commands(CLI::App& app, int& status);

}  // namespace cordboard::sim
