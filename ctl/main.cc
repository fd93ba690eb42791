// cordboardctl: what operators do to a router from a terminal. Everything is in command_line.h.

#include <cstdlib>
#include <iostream>

#include "ctl/command_line.h"

int main(int argc, char** argv) {
  ::setenv("GRPC_VERBOSITY", "NONE", 0);  // what it says of a failed call, the command says in words
  return static_cast<int>(cordboard::ctl::run(argc, argv, std::cout, std::cerr));
}
