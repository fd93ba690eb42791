// `cordboard-sim crash --router PATH --config FILE --kills 200 [--json]`: kills the router under live load,
// again and again, and audits what its clients saw. docs/LIVE_TESTS.md describes options and results.

#pragma once

namespace CLI {
class App;
}

namespace cordboard::sim {

// `status` is set when the subcommand has run: 0 nothing was lost, doubled or violated; 1 otherwise.
void add_crash_command(CLI::App& app, int& status);

}  // namespace cordboard::sim
