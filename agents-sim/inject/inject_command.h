// `cordboard-sim inject --under DIR --at N [--error EIO] -- PROGRAM ...`: runs a program and kills it at its
// Nth system call that changes files of a directory, or lets that call fail. docs/LIVE_TESTS.md describes it.

#pragma once

namespace CLI {
class App;
}

namespace cordboard::sim {

// Becomes the program; `status` is set to 125 when that cannot be done.
void add_inject_command(CLI::App& app, int& status);

}  // namespace cordboard::sim
