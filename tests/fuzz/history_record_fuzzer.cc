// Any bytes: a row of history or an error; a row that was read is written the same.

#include <cstdint>

#include "router/codec/storage_history.h"
#include "router/core/assert.h"
#include "tests/fuzz/fuzz_input.h"

using namespace cordboard;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  QueueSums sums;
  if (decode_sums(testing::text_of(data, size), sums)) return 0;
  CB_ASSERT(sums.counters.longest_wait_us == 0, "a row tells the longest wait");
  QueueSums again;
  CB_ASSERT(!decode_sums(encode_sums(sums), again), "a row we wrote is refused");
  CB_ASSERT(again == sums, "a row comes back as another one");
  return 0;
}
