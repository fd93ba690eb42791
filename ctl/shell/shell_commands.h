// cordboardctl completion and man: what is made from the command line itself.

#pragma once

#include "ctl/command.h"

namespace CLI {
class App;
}

namespace cordboard::ctl {

// REQUIRES: both outlive the parsing of the command line.
void add_shell_commands(CLI::App& app, Terminal& terminal);

}  // namespace cordboard::ctl
