// What every command has.

#pragma once

#include <ostream>

#include "router/store/exit_code.h"

namespace cordboard::ctl {

struct Terminal {
  std::ostream& out;
  std::ostream& err;
  ExitCode code = ExitCode::Ok;  // how the program ends
};

}  // namespace cordboard::ctl
