// `cordboard-sim crash-at-calls --router PATH --config FILE [--error EIO] [--step N] [--json]`: ends a router
// at each of its system calls that change its data, and audits what its clients saw. docs/LIVE_TESTS.md
// describes options and results.

#pragma once

namespace CLI {
class App;
}

namespace cordboard::sim {

// `status` is set when the subcommand has run: 0 nothing was lost, doubled or violated; 77 programs cannot be
// traced here, so nothing was tested; 1 otherwise.
void add_call_sweep_command(CLI::App& app, int& status);

}  // namespace cordboard::sim
