// Scripts that complete the command line in a shell: commands, options, and the words that options take.
// What names a queue or an agent is left to the person; files are completed by the shell.

#pragma once

#include <ostream>

#include "ctl/shell/command_tree.h"

namespace cordboard::ctl {

void print_bash_completion(const CommandDoc& program, std::ostream& out);
void print_zsh_completion(const CommandDoc& program, std::ostream& out);
void print_fish_completion(const CommandDoc& program, std::ostream& out);

}  // namespace cordboard::ctl
