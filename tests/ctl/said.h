// Runs cordboardctl in the process of the test.

#pragma once

#include <string>
#include <vector>

#include "router/store/exit_code.h"

namespace cordboard::testing {

struct Said {
  ExitCode code;
  std::string out;
  std::string err;
};

// `words`: those after the program's name.
Said run_ctl(const std::vector<std::string>& words);

}  // namespace cordboard::testing
