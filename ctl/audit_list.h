// cordboardctl audit list: the rows of the audit trail, oldest first.
//
// The chain is checked on the way. At the first row that is wrong it stops, says so and ends with
// StoreDamaged. A row that only a newer release can read is left out, and it ends with StoreNewer.
//
// What is printed of one tenant is held in memory until its store is closed.

#pragma once

#include <CLI/App.hpp>

#include "ctl/command.h"

namespace cordboard::ctl {

// REQUIRES: both outlive the parsing of the command line.
void add_audit_list(CLI::App& audit, Terminal& terminal);

}  // namespace cordboard::ctl
