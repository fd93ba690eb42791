// Files that options and arguments name.

#pragma once

#include <string>

namespace cordboard::ctl {

// The whole file; `-` is standard input. Throws CommandFailed (BadConfig) that names `what` and the path.
std::string read_file(const std::string& what, const std::string& path);

}  // namespace cordboard::ctl
