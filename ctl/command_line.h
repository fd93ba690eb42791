// Reads the command line of cordboardctl and runs the command in it. Each command adds itself.

#pragma once

#include <ostream>

#include "router/store/exit_code.h"

namespace cordboard::ctl {

// StoreFailed also when what was printed could not be written.
ExitCode run(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace cordboard::ctl
