// Why a command did not do what it was asked: what, where, and what to do about it. Commands throw it, and
// command_line.cc prints it and ends the program with its code.

#pragma once

#include <stdexcept>
#include <string>

#include "router/store/exit_code.h"

namespace cordboard::ctl {

class CommandFailed : public std::runtime_error {
 public:
  CommandFailed(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}

  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

}  // namespace cordboard::ctl
