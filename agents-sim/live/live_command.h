// `cordboard-sim live --target HOST:PORT --agents N --rate R --duration 60s [--json]`: plays gateway and
// agents against a running router, and audits what they see. docs/LIVE_TESTS.md describes options and
// results.

#pragma once

namespace CLI {
class App;
}

namespace cordboard::sim {

// `status` is set when the subcommand has run: 0 nothing was lost, doubled or violated; 1 something was, or
// it could not run.
void add_live_command(CLI::App& app, int& status);

}  // namespace cordboard::sim
