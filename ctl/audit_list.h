// cordboardctl audit list: the rows of the audit trail, oldest first.
//
// The chain is checked on the way. At the first row that is wrong it stops, says so and ends with
// StoreDamaged.

#pragma once

#include <CLI/App.hpp>

#include "ctl/command.h"

namespace cordboard::ctl {

// REQUIRES: both outlive the parsing of the command line.
void add_audit_list(CLI::App& audit, Terminal& terminal);

}  // namespace cordboard::ctl
