#include "tests/ctl/said.h"

#include <sstream>

#include "ctl/command_line.h"

namespace cordboard::testing {

Said run_ctl(const std::vector<std::string>& words) {
  std::vector<const char*> arguments = {"cordboardctl"};
  for (const std::string& word : words) arguments.push_back(word.c_str());
  std::ostringstream out;
  std::ostringstream err;
  const ExitCode code = ctl::run(static_cast<int>(arguments.size()), arguments.data(), out, err);
  return {code, out.str(), err.str()};
}

}  // namespace cordboard::testing
