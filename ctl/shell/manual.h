// The manual page, cordboardctl(1), in troff.

#pragma once

#include <ostream>
#include <string>

#include "ctl/shell/command_tree.h"

namespace cordboard::ctl {

void print_manual(const CommandDoc& program, const std::string& version, std::ostream& out);

}  // namespace cordboard::ctl
