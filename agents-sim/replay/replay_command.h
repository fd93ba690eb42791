// cordboard-sim replay: a recording again, through the engine of today.

#pragma once

namespace CLI {
class App;
}

namespace cordboard::sim {

// Adds the subcommand. When it has run, `status` is its exit status.
void add_replay_command(CLI::App& app, int& status);

}  // namespace cordboard::sim
