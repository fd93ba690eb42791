// Starts a program that dies with us, whatever happens to us.

#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace cordboard::sim {

struct ProcessStart {
  std::vector<std::string> words;  // program and arguments; without a slash it is looked up in the path
  std::string directory;           // where it runs; empty = here
  int output = -1;                 // file descriptors for what it prints
  int errors = -1;
};

// The id of the process; -1 with errno when there can be none. A program that cannot be executed ends with
// 127. The process is bound to the thread that calls this, takes no signals from the terminal, and blocks
// none.
pid_t start_process(ProcessStart start);

}  // namespace cordboard::sim
