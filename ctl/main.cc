// cordboardctl: what operators do to a router from a terminal. Everything is in command_line.h.

#include <iostream>

#include "ctl/command_line.h"

int main(int argc, char** argv) {
  return static_cast<int>(cordboard::ctl::run(argc, argv, std::cout, std::cerr));
}
