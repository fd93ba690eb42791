// How cordboardctl ends, in words. docs/CTL.md and the manual have the same list.

#pragma once

#include <string>
#include <vector>

#include "router/store/exit_code.h"

namespace cordboard::ctl {

struct ExitCodeDoc {
  ExitCode code;
  std::string meaning;
};

const std::vector<ExitCodeDoc>& exit_code_docs();

}  // namespace cordboard::ctl
