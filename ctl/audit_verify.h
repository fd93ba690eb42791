// cordboardctl audit verify: is the audit trail the one that was written?
//
// Computes the chain anew and prints how many rows there are and the newest one's hash, the head. Names the
// first row that is wrong. With --from-hash, a head that was kept elsewhere, the rows up to it must be the
// ones that it was computed from: without it a trail that somebody made anew as a whole looks whole.

#pragma once

#include <CLI/App.hpp>

#include "ctl/command.h"

namespace cordboard::ctl {

// REQUIRES: both outlive the parsing of the command line.
void add_audit_verify(CLI::App& audit, Terminal& terminal);

}  // namespace cordboard::ctl
