// cordboard-sim compare: two policies on the same contacts.

#pragma once

namespace CLI {
class App;
}

namespace cordboard::sim {

// Adds the subcommand. When it has run, `status` is its exit status.
void add_compare_command(CLI::App& app, int& status);

}  // namespace cordboard::sim
