// Bytes as a tape: each byte chooses what the tape writer draws next, and every rule is checked after every
// command.

#include <cstdint>
#include <cstdio>

#include "router/core/assert.h"
#include "tests/support/random_tape.h"

using namespace cordboard;
using namespace cordboard::testing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 200) return 0;
  CheckedEngine checked;
  auto wrong = checked.apply({time_from_us(0), "", ApplyConfig{1, TapeWriter(data[0]).config()}});
  for (std::size_t i = 1; i < size && !wrong; ++i) {
    Command command = TapeWriter(data[0] * 1000u + data[i]).next(checked.engine());
    if (std::holds_alternative<ApplyConfig>(command.body)) continue;
    if (checked.engine().next_deadline() <= command.at)
      wrong = checked.apply({command.at, "", AdvanceTime{}});
    if (!wrong) wrong = checked.apply(command);
  }
  CB_ASSERT(!wrong, "%s", wrong->c_str());
  return 0;
}
