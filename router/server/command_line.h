// What the flags of cordboard-router say, together with the files they name.

#pragma once

#include <optional>
#include <string>
#include <variant>

#include "router/server/server.h"

namespace cordboard {

// Nothing is left to do: the text has been asked for, or says what is wrong.
struct Exit {
  ExitCode code = ExitCode::Ok;
  std::string out;  // for standard output
  std::string err;  // for standard error
};

struct CommandLine {
  ServerOptions options;
  std::string warnings;  // about the configuration; one a line
};

// Reads the flags and the configuration files. `--check`, `--verify`, `--help` and `--version` end in an
// Exit.
std::variant<CommandLine, Exit> read_command_line(int argc, const char* const* argv);

}  // namespace cordboard
