// `cordboard-sim unary --target HOST:PORT --queue NAME`: simple clients that submit with unary calls.
// `cordboard-sim open --target HOST:PORT --queue NAME --rate N`: contacts that come whatever is answered.
// `cordboard-sim watch --target HOST:PORT --subscribers N`: many supervisors who watch.
// Each prints one line of JSON. docs/LIVE_TESTS.md describes options and results.

#pragma once

namespace CLI {
class App;
}

namespace cordboard::sim {

// `status` is set when a subcommand has run: 0 nothing was refused and no stream cut, 1 otherwise.
void add_load_commands(CLI::App& app, int& status);

}  // namespace cordboard::sim
