// serve_contacts N: N contacts from submit to the end of the wrap-up, for instructions.sh to count.

#include <cstdlib>

#include "tests/support/busy_center.h"

int main(int argc, char** argv) {
  cordboard::testing::BusyCenter center(1'000);
  const long contacts = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 0;
  for (long i = 0; i < contacts; ++i) center.serve_one_contact();
}
